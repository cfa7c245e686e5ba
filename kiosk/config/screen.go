package config

import (
	"math"
	"slices"

	"multicopy.example/kiosk"
)

// Screen is the panel behind the glass: by its name, or by pixels and
// millimetres. Everything on the screen is measured in millimetres, so a wrong
// figure makes text and targets too small.
type Screen struct {
	Panel       string    `toml:"panel"`       // "10.1", "15", "15.6" or "15.6-upright"; absent where the two below say it
	Pixels      []int     `toml:"pixels"`      // width and height, as it stands
	Millimetres []float64 `toml:"millimetres"` // of what is lit

	// Languages are the tags (RFC 5646) of what a resident can choose: "ja", which
	// has to be among them, "en" and the rest of kiosk.Langs. Those two where the key is
	// absent: what no speaker has reviewed is offered only where an operator chose it.
	Languages []string `toml:"languages"`
	Theme     string   `toml:"theme"` // of kiosk.Theme: with which every visit begins; "light" where the key is absent
	Shuffle   bool     `toml:"shuffle_digits"`
}

// Shop is what its operator has chosen. The configuration was checked.
func (c Config) Shop() kiosk.Shop {
	shop := kiosk.Shop{Offered: c.Screen.Offered(), Shuffle: c.Screen.Shuffle, Speech: c.Speech.Folder != "", Volume: c.Speech.Loud()}
	for t := range kiosk.Themes {
		if t.String() == c.Screen.Theme {
			shop.Theme = t
		}
	}
	return shop
}

func (s Screen) checkTheme(m *Mistakes) {
	var all []string
	for t := range kiosk.Themes {
		all = append(all, t.String())
	}
	if s.Theme != "" && !slices.Contains(all, s.Theme) {
		m.add("screen.theme", "screen.theme is %q; it is one of %q", s.Theme, all)
	}
}

// Offered are the languages. The configuration was checked.
func (s Screen) Offered() (offered kiosk.LangSet) {
	if s.Languages == nil {
		return kiosk.Offer(kiosk.Japanese, kiosk.English)
	}
	for l := range kiosk.Langs {
		if slices.Contains(s.Languages, l.String()) {
			offered |= kiosk.Offer(l)
		}
	}
	return offered
}

func (s Screen) checkLanguages(m *Mistakes) {
	for i, tag := range s.Languages {
		known := slices.ContainsFunc(kiosk.AllLangs.List(), func(l kiosk.Lang) bool { return l.String() == tag })
		if !known || slices.Contains(s.Languages[:i], tag) {
			m.add("screen.languages", "screen.languages holds %q, which this firmware does not speak or which stands twice; it speaks %v", tag, kiosk.AllLangs.List())
		}
	}
	if s.Languages != nil && !slices.Contains(s.Languages, kiosk.Japanese.String()) {
		m.add("screen.languages", "screen.languages lacks %q: what a shop's staff reads is always said in it", kiosk.Japanese)
	}
}

// A Glass is a panel's measures.
type Glass struct {
	W, H     int     // pixels
	WMM, HMM float32 // millimetres
}

// glasses are the panels that have a name.
var glasses = map[string]Glass{
	"10.1":         {1280, 800, 217, 136},
	"15":           {1024, 768, 304, 228},
	"15.6":         {1920, 1080, 345, 194},
	"15.6-upright": {1080, 1920, 194, 345},
}

// Least are the smallest glasses, lying and upright, on which a pad of keys of
// 18 mm stands with its heading at every size of text; ui/layout tries them.
var least = []Glass{{WMM: 217, HMM: 136}, {WMM: 211, HMM: 150}, {WMM: 190, HMM: 330}}

// Glass is what the panel measures. The configuration was checked.
func (s Screen) Glass() Glass {
	if s.Panel != "" {
		return glasses[s.Panel]
	}
	return Glass{s.Pixels[0], s.Pixels[1], float32(s.Millimetres[0]), float32(s.Millimetres[1])}
}

func (s Screen) check(m *Mistakes) {
	s.checkLanguages(m)
	s.checkTheme(m)
	if s.Panel != "" || s.Pixels == nil && s.Millimetres == nil {
		if _, ok := glasses[s.Panel]; !ok {
			m.add("screen.panel", "screen.panel is %q; it is \"10.1\", \"15\", \"15.6\" or \"15.6-upright\", or screen.pixels and screen.millimetres stand in its place", s.Panel)
		} else if s.Pixels != nil || s.Millimetres != nil {
			m.add("screen.panel", "screen.panel is %q, and screen.pixels or screen.millimetres says it again", s.Panel)
		}
		return
	}
	if len(s.Pixels) != 2 || len(s.Millimetres) != 2 {
		m.add("screen.pixels", "screen.pixels has %d numbers and screen.millimetres %d; each has two, width and height", len(s.Pixels), len(s.Millimetres))
		return
	}
	g := s.Glass()
	enough := slices.ContainsFunc(least, func(l Glass) bool {
		return (l.HMM > l.WMM) == (g.HMM > g.WMM) && g.WMM >= l.WMM && g.HMM >= l.HMM
	})
	across, down := float64(g.W)/s.Millimetres[0], float64(g.H)/s.Millimetres[1]
	switch {
	case !enough || !(g.WMM <= 1500 && g.HMM <= 1500):
		m.add("screen.millimetres", "screen.millimetres is %g by %g; at least 217 by 136, 211 by 150, or upright 190 by 330 are needed, and 1500 is the most", g.WMM, g.HMM)
	case !(across >= 3 && across <= 40):
		m.add("screen.pixels", "screen.pixels makes %.2f pixels a millimetre; it is 3 to 40", across)
	case math.Abs(across-down) > 0.03*across:
		m.add("screen.pixels", "screen.pixels and screen.millimetres make %.2f pixels a millimetre across and %.2f down", across, down)
	}
}
