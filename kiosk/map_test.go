package kiosk

import (
	"bytes"
	"flag"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"multicopy.example/kiosk/must"
)

var mapFile = flag.String("map", "", "draw the map of the places into this file")

const committedMap = "../assets/pictures/map.svg"

// TestMapIsCurrent draws the places and the ways between them, as the walk
// found them, and holds the drawing against the committed one: a picture that
// is not renewed tells what the kiosk did a year ago.
func TestMapIsCurrent(t *testing.T) {
	got := draw(surveyPlaces())
	if *mapFile != "" {
		must.OK(t, os.WriteFile(*mapFile, got, 0o644))
		return
	}
	want := must.Read(t, committedMap)
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the walk finds; renew it with make map", committedMap)
	}
}

// A place that stands nowhere, or two in one spot, would be a picture that
// lies by leaving out.
func TestEveryPlaceIsOnTheMap(t *testing.T) {
	taken := map[spot]Place{}
	for p, at := range spots {
		if other, ok := taken[at]; ok {
			t.Errorf("%s and %s stand in one spot", Place(p), other)
		}
		taken[at] = Place(p)
	}
	if surveyPlaces().lost {
		t.Error("what the legend says of a lost reader and a lost record is not so")
	}
	picture := string(draw(surveyPlaces()))
	for p := range Places {
		if !strings.Contains(picture, ">"+p.String()+"<") {
			t.Errorf("%s is not drawn", p)
		}
	}
}

// way is one place after another, and what leads there.
type way struct {
	from, to Place
	by       []string
}

// placeMap is what the walk found of places and ways. What can happen anywhere, a
// reader or a ledger that is lost, is left out and told in the legend.
type placeMap struct {
	states [Places]int
	held   [Places]bool // a secret may be live there
	ways   []way
	lost   bool     // a lost reader or ledger leads elsewhere than the legend says
	out    [8][]int // the exits that each band has
}

var surveyPlaces = sync.OnceValue(func() (l placeMap) {
	k, _ := walked()
	var by [Places][Places]map[string]bool
	seen := map[State]bool{}
	for _, at := range k.nodes {
		if !seen[at.s] {
			seen[at.s] = true
			l.states[at.s.Place]++
			l.held[at.s.Place] = l.held[at.s.Place] || at.s.Live != LiveNone
		}
		each(at.s, at.w, func(e Event) {
			n, _ := at.s.handle(e)
			if e.Kind == ReaderLost || e.Kind == LedgerLost {
				l.lost = l.lost || n.Place != at.s.Place && n.Place != Telling && n.Place != OutOfService
				return
			}
			if n.Place == at.s.Place {
				return
			}
			to := &by[at.s.Place][n.Place]
			if *to == nil {
				*to = map[string]bool{}
			}
			(*to)[cause(e)] = true
		})
	}
	for from := range by {
		for to, causes := range by[from] {
			if len(causes) > 0 {
				l.ways = append(l.ways, way{Place(from), Place(to), sorted(causes)})
			}
		}
	}
	return l
})

// cause is what a way is called: the button, or the kind of event.
func cause(e Event) string {
	switch e.Kind {
	case Pressed:
		return e.Button.String()
	case TimerFired:
		return "silence"
	}
	return e.Kind.String()
}

func sorted(set map[string]bool) (all []string) {
	for s := range set {
		all = append(all, s)
	}
	slices.Sort(all)
	return all
}
