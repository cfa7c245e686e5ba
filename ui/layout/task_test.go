package layout

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
	"multicopy.example/ui/internal/sample"
)

// Every page of a visit says which of the person's tasks is under way: by a bar with a
// part for each, and over it in words, the more the more room there is. A pad's title
// can need that line.
func TestPageSaysHowFarThePersonHasCome(t *testing.T) {
	every(t, func(t report, panel Panel, v sample.View, s Screen) {
		if v.Now == 0 || v.Warn && !v.Stay || result(v) {
			return
		}
		bar, ok := s.bar()
		if settings := v.Place <= kiosk.PlaceCard; !ok {
			if !settings || v.Size < kiosk.SizeLarge || panel.portrait() {
				t.Error("no bar")
			}
			return
		}
		if n := len(bar.Inside); v.Of > 0 && n != int(v.Of) || v.Of == 0 && n != int(v.Now)+1 {
			t.Errorf("%d parts of %d", n, v.Of)
		}
		for i, part := range bar.Inside[:v.Now] {
			if want := [...]Role{Primary, PrimarySoft}[count(i+1 == int(v.Now))]; part.Paper != want && !v.Loud {
				t.Errorf("part %d is of colour %d", i, part.Paper)
			}
		}
		said := s.over(bar)
		if pad := v.Pad != kiosk.NoPad; said == "" && !pad {
			t.Error("does not say how far it is")
		}
		if said != "" && !slices.ContainsFunc(told(v), func(begins string) bool { return strings.HasPrefix(said, begins) }) {
			t.Errorf("says %q", said)
		}
		if v.Task == kiosk.NoTask || v.Pad != kiosk.NoPad { // the title of a pad names it
			return
		}
		var names []string
		for _, k := range taskName(v.View) {
			names = append(names, text.Say(v.View, k, -1))
		}
		is := slices.IndexFunc(names, func(name string) bool {
			return strings.HasSuffix(strings.ToLower(said), strings.ToLower(name))
		})
		switch {
		case is < 0:
			t.Errorf("says %q, and not what is done", said)
		case is == 1 && v.Size < kiosk.SizeLarge:
			t.Errorf("says %q where there is room for more", said)
		}
	})
}

// result is a page without a line at its top.
func result(v sample.View) bool { return v.Place >= kiosk.Telling && v.Place != kiosk.TakeCard }

// told are the ways to say the number of what is under way.
func told(v sample.View) []string {
	var names []string
	if v.Task != kiosk.NoTask {
		for _, k := range taskName(v.View) {
			names = append(names, sentence(text.Say(v.View, k, -1)))
		}
	}
	if v.Of == 0 {
		return append(names, text.Say(v.View, text.TaskOnly, int8(v.Now)), strconv.Itoa(int(v.Now)))
	}
	return append(names, text.Say(v.View, text.TaskOf, int8(v.Now)), strconv.Itoa(int(v.Now))+"/"+strconv.Itoa(int(v.Of)))
}

// bar is the one at the top.
func (s Screen) bar() (Item, bool) {
	for _, it := range s.Items {
		if it.Kind == Picture && len(it.Inside) > 1 && it.H < it.W/8 && it.Y < s.H/6 {
			return it, true
		}
	}
	return Item{}, false
}

// over is the sentence over the bar.
func (s Screen) over(bar Item) string {
	for _, it := range s.Items {
		if it.Kind == Line && it.Y+it.H <= bar.Y+1 {
			return it.Of
		}
	}
	return ""
}
