package layout

import (
	"image/color"
	"math"

	"multicopy.example/kiosk"
)

// Role is a colour by what it is for, or that of one theme whatever theme stands ([Role.Of]).
type Role uint8

const (
	None        Role = iota // not drawn
	Page                    // the background behind everything
	Sheet                   // sheets, keys, and text on the strong colours
	Ink                     // text
	Second                  // text of less weight
	Edge                    // outlines of what can be touched
	Faint                   // decoration that carries no meaning
	Primary                 // the one main action
	PrimaryDown             // the main action while it is pressed
	PrimarySoft             // paper of the main action's colour
	Red                     // stop, error
	RedSoft                 // its paper
	Green                   // done
	GreenSoft               // its paper
	Amber                   // warning
	AmberSoft               // its paper
	Skin                    // pictures only: the card
	Gold                    // pictures only: its chip
	Body                    // pictures only: the reader
	Bed                     // pictures only: where the card goes
	CodeDark                // of a code for readers of codes, which want dark on light in every theme
	CodeLight               // … and its paper
	Scrim                   // over the page, under a question

	roles
)

// Of is the role's colour in one theme, whatever theme stands: of what shows another theme.
func (r Role) Of(t kiosk.Theme) Role { return r&ofRole | Role(t+1)<<ofTheme }

const (
	ofTheme = 5 // bits of the role
	ofRole  = 1<<ofTheme - 1
)

// Colour is the role's colour in a theme; fully transparent for None.
func (r Role) Colour(t kiosk.Theme) color.NRGBA {
	if fixed := r >> ofTheme; fixed > 0 {
		r, t = r&ofRole, kiosk.Theme(fixed-1)
	}
	if r >= roles || t >= kiosk.Themes {
		return color.NRGBA{}
	}
	return palettes[t][r]
}

// Contrast is WCAG's ratio of two roles' relative luminances in a theme, 1 to 21.
func Contrast(a, b Role, t kiosk.Theme) float64 {
	la, lb := luminance(a.Colour(t)), luminance(b.Colour(t))
	return (math.Max(la, lb) + 0.05) / (math.Min(la, lb) + 0.05)
}

func luminance(c color.NRGBA) float64 {
	channel := func(v uint8) float64 {
		f := float64(v) / 255
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	return 0.2126*channel(c.R) + 0.7152*channel(c.G) + 0.0722*channel(c.B)
}
