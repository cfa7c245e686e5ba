package kiosk

// Theme is the set of colours on the screen. Nothing else differs between two themes.
type Theme uint8

const (
	ThemeLight         Theme = iota // dark on light
	ThemeContrastLight              // black on white
	ThemeContrastDark               // white on black
	ThemeLowGlare                   // grey on dark grey: nothing is bright

	Themes // how many there are
)

// String is the theme's name in configurations and file names.
func (t Theme) String() string {
	if t >= Themes {
		return "theme?"
	}
	return [Themes]string{"light", "high-contrast-light", "high-contrast-dark", "low-glare"}[t]
}

// A Shop is what the operator of a machine has chosen for it.
type Shop struct {
	Offered LangSet // what residents can choose
	Theme   Theme   // the one that every visit begins with
	Shuffle bool    // the digits of a secret stand in another order on each page
	Speech  bool    // the screens can be heard
	Volume  Volume  // the one that every visit begins with
}
