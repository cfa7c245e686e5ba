package window

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"multicopy.example/assets/font"
)

// The colours of the kiosk's own screens, so that the two belong together.
var (
	paper   = color.NRGBA{0xf2, 0xf4, 0xfa, 0xff}
	ink     = color.NRGBA{0x1a, 0x1a, 0x1a, 0xff}
	soft    = color.NRGBA{0x4d, 0x4d, 0x4d, 0xff}
	edge    = color.NRGBA{0xb4, 0xb9, 0xcc, 0xff}
	primary = color.NRGBA{0x00, 0x17, 0xc1, 0xff}
	good    = color.NRGBA{0x11, 0x5a, 0x36, 0xff}
	bad     = color.NRGBA{0xa9, 0x00, 0x00, 0xff}
	lying   = color.NRGBA{0xe6, 0xf5, 0xec, 0xff}
	traffic = color.NRGBA{0xbf, 0xc9, 0xf2, 0xff}
	answer  = color.NRGBA{0xa8, 0xe6, 0xc0, 0xff}
)

// look is the theme: light whatever the desktop says, with the kiosk's fonts,
// for a machine without any.
type look struct{}

var (
	regular = fyne.NewStaticResource("regular.otf", font.Regular)
	bold    = fyne.NewStaticResource("bold.otf", font.Bold)
)

func (look) Color(n fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	switch n {
	case theme.ColorNamePrimary:
		return primary
	case theme.ColorNameBackground:
		return paper
	case theme.ColorNameForegroundOnPrimary:
		return color.White
	}
	return theme.DefaultTheme().Color(n, theme.VariantLight)
}

func (look) Font(s fyne.TextStyle) fyne.Resource {
	switch {
	case s.Monospace || s.Symbol:
		return theme.DefaultTheme().Font(s)
	case s.Bold:
		return bold
	}
	return regular
}

func (look) Icon(n fyne.ThemeIconName) fyne.Resource { return theme.DefaultTheme().Icon(n) }

func (look) Size(n fyne.ThemeSizeName) float32 {
	switch n {
	case theme.SizeNamePadding:
		return 4
	case theme.SizeNameText:
		return 14
	}
	return theme.DefaultTheme().Size(n)
}
