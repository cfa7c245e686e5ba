package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"multicopy.example/assets/font"
	"multicopy.example/ui/layout"
)

// look is the theme: our two faces and no more. Sizes and colours come from
// the layout with every object.
type look struct {
	fyne.Theme
	regular, bold fyne.Resource
}

func newTheme() fyne.Theme {
	return look{
		theme.DefaultTheme(),
		fyne.NewStaticResource("regular.otf", font.Regular),
		fyne.NewStaticResource("bold.otf", font.Bold),
	}
}

func (l look) Font(s fyne.TextStyle) fyne.Resource {
	if s.Bold {
		return l.bold
	}
	return l.regular
}

func (l look) Color(n fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	if n == theme.ColorNameBackground {
		return layout.Page.Colour()
	}
	return l.Theme.Color(n, v)
}
