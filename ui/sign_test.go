package ui

import (
	"image"
	"math"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/ui/layout"
)

// Linear RGB as people see it who lack one kind of cone (Machado, Oliveira,
// Fernandes 2009, severity 1), and as a grey glass shows it.
var sights = map[string][3][3]float64{
	"all cones":    {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protanopia":   {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"deuteranopia": {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"tritanopia":   {{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
	"grey":         {{0.2126, 0.7152, 0.0722}, {0.2126, 0.7152, 0.0722}, {0.2126, 0.7152, 0.0722}},
}

// One message for each sign, as its visit ends.
var ends = map[kiosk.Sign]kiosk.View{
	kiosk.SignDone:   {Message: kiosk.MsgReset, Result: kiosk.Done},
	kiosk.SignAgain:  {Message: kiosk.MsgNetwork},
	kiosk.SignOffice: {Message: kiosk.MsgExpired},
	kiosk.SignApp:    {Message: kiosk.MsgOldReserve},
	kiosk.SignDoubt:  {Message: kiosk.MsgUnknown, Result: kiosk.Unknown},
	kiosk.SignLocked: {Message: kiosk.MsgProofBlocked},
}

// Who cannot read the screen sees from its sign alone what has come of the visit.
func TestOutcomesAreToldApartWithoutTextAndColour(t *testing.T) {
	f, _ := newDisplay(t, layout.Panel10, func(kiosk.Event) {})
	for theme := range kiosk.Themes {
		toldApart(t, f, theme)
	}
}

func toldApart(t *testing.T, f *Display, theme kiosk.Theme) {
	var shots [kiosk.Signs]image.Image
	for sign := kiosk.SignDone; sign < kiosk.Signs; sign++ {
		v, ok := ends[sign]
		if v.Place, v.Flow, v.Tries, v.Card, v.Theme = kiosk.Telling, kiosk.FlowP, 1, true, theme; !ok || v.Sign() != sign {
			t.Fatalf("no view ends with sign %d", sign)
		}
		f.rebuild(wordless(layout.Lay(v, layout.Panel10, layout.Fill{})))
		shots[sign] = f.win.Canvas().Capture()
	}
	for name, sight := range sights {
		for a := kiosk.SignDone; a < kiosk.Signs; a++ {
			for b := a + 1; b < kiosk.Signs; b++ {
				if d := differ(shots[a], shots[b], sight); d < 0.1 {
					t.Errorf("%s, theme %s: signs %d and %d differ in %.3f of their square", name, theme, a, b, d)
				}
			}
		}
	}
}

// wordless is a screen without its words, sheets and buttons.
func wordless(s layout.Screen) layout.Screen {
	var kept []layout.Item
	for _, it := range s.Items {
		if it.Kind == layout.Picture {
			kept = append(kept, it)
		}
	}
	s.Items = kept
	return s
}

// differ is the part of the upper left corner, where the sign stands, in which two
// pictures differ by a contrast of 1.5 at least.
func differ(a, b image.Image, sight [3][3]float64) float64 {
	const side = 200
	n := 0
	for x := range side {
		for y := range side {
			la, lb := seen(a, x, y, sight), seen(b, x, y, sight)
			if (math.Max(la, lb)+0.05)/(math.Min(la, lb)+0.05) >= 1.5 {
				n++
			}
		}
	}
	return float64(n) / (side * side)
}

// seen is the luminance of a pixel as that sight has it.
func seen(m image.Image, x, y int, sight [3][3]float64) (lum float64) {
	r, g, b, _ := m.At(x, y).RGBA()
	in := [3]float64{linear(r), linear(g), linear(b)}
	for i, weight := range [3]float64{0.2126, 0.7152, 0.0722} {
		row := sight[i]
		lum += weight * min(max(row[0]*in[0]+row[1]*in[1]+row[2]*in[2], 0), 1)
	}
	return lum
}

func linear(v uint32) float64 {
	f := float64(v) / 0xffff
	if f <= 0.04045 {
		return f / 12.92
	}
	return math.Pow((f+0.055)/1.055, 2.4)
}
