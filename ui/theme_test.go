package ui

import (
	"image/color"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"multicopy.example/kiosk"
	"multicopy.example/ui/layout"
)

// A change of colours draws everything anew, clears the window in the new paper, and sets no other
// theme of the toolkit, which would keep the fonts of the one before for ever.
func TestColoursChangeWithoutAnotherThemeOfTheToolkit(t *testing.T) {
	f, _ := newDisplay(t, layout.Panel10, func(kiosk.Event) {})
	set := 0
	fyne.CurrentApp().Settings().AddListener(func(fyne.Settings) { set++ })
	for _, v := range []kiosk.View{{Place: kiosk.Idle, Tries: -1}, {Place: kiosk.TakeCard, Message: kiosk.MsgTimeout, Loud: true, Card: true, Tries: -1}} {
		for at := range kiosk.Themes + 1 {
			v.Theme = at % kiosk.Themes
			f.Show(v)
			paper := layout.Page
			if v.Loud {
				paper = layout.Amber
			}
			c := paper.Colour(v.Theme)
			if got := color.NRGBAModel.Convert(f.win.Canvas().Capture().At(3, layout.Panel10.H-3)).(color.NRGBA); !near(got.R, c.R) || !near(got.G, c.G) || !near(got.B, c.B) {
				t.Errorf("%s in the theme %s stands on %v, not on %v", v.Place, v.Theme, got, c)
			}
			if got, want := theme.Color(theme.ColorNameBackground), cleared(layout.Page.Colour(v.Theme)); got != want {
				t.Errorf("the window is cleared to %v, not to %v", got, want)
			}
			for layer, all := range f.made {
				for _, m := range all {
					for _, o := range m.objects {
						if made, ok := o.(*target); ok && made.tints != tints(v.Theme) {
							t.Errorf("%s in layer %p keeps the colours of another theme", m.it.Text, layer)
						}
					}
				}
			}
		}
	}
	if set != 0 {
		t.Errorf("the toolkit's theme was set %d times more", set)
	}
}

// Every button on the page of colours posts its own theme.
func TestThemeThatIsTouchedIsPosted(t *testing.T) {
	var got []kiosk.Event
	f, _ := newDisplay(t, layout.Panel10, func(e kiosk.Event) { got = append(got, e) })
	f.Show(kiosk.View{Place: kiosk.Idle, Choosing: kiosk.ChoiceTheme, Tries: -1})
	for _, o := range f.still.Objects {
		if b, ok := o.(*target); ok && b.it.Press == kiosk.ButtonTheme {
			b.Tapped(nil)
		}
	}
	if len(got) != int(kiosk.Themes) {
		t.Fatalf("%v", got)
	}
	for i, e := range got {
		if want := (kiosk.Event{Kind: kiosk.Pressed, Button: kiosk.ButtonTheme, Theme: kiosk.Theme(i), Place: kiosk.Idle}); e != want {
			t.Errorf("%+v, not %+v", e, want)
		}
	}
}

// Staff who come in from a screen in other colours keep them.
func TestMaintenanceStandsInTheColoursThatWereChosen(t *testing.T) {
	f, _ := newDisplay(t, layout.Panel10, func(kiosk.Event) {})
	f.Show(kiosk.View{Place: kiosk.Staff, Theme: kiosk.ThemeContrastDark})
	f.ShowStaff(staffScreens()[0].Staff)
	if f.screen.Theme != kiosk.ThemeContrastDark || f.tints != tints(kiosk.ThemeContrastDark) {
		t.Errorf("maintenance stands in the theme %s", f.screen.Theme)
	}
}
