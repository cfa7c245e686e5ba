package ui

import (
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/ui/layout"
)

// What the clerk's reader gets from the glass is the service, the code for staff and
// the minute, and nothing of the person or the session.
func TestCodeOnTheCounterPageHoldsNothingPersonal(t *testing.T) {
	for name, panel := range map[string]layout.Panel{"10": layout.Panel10, "15": layout.Panel15} {
		f, _ := newDisplay(t, panel, func(kiosk.Event) {})
		for theme := range kiosk.Themes {
			f.Show(kiosk.View{
				Place: kiosk.CounterPage, Flow: kiosk.FlowP, Message: kiosk.MsgExpired, Tries: 3, Lang: kiosk.English, Theme: theme,
				Session: kiosk.SessionID{1, 2, 3}, When: 1_795_000_000,
			})
			bits, err := gozxing.NewBinaryBitmapFromImage(f.win.Canvas().Capture())
			must.OK(t, err)
			got, err := qrcode.NewQRCodeReader().Decode(bits, nil)
			if err != nil {
				t.Fatalf("%s, %s: %v", name, theme, err)
			}
			if want := "JPKI-RESET E-EXP 2026-11-18T20:06"; got.GetText() != want {
				t.Errorf("%s, %s: the code holds %q, want %q", name, theme, got.GetText(), want)
			}
		}
	}
}
