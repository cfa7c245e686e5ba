package layout

import (
	"image/color"
	"slices"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff"
)

// What a keyboard's Tab and Enter, two switches, or one switch and a clock reach: the same
// targets that a touch reaches, one after the other.

// A Stop is what a target does, by which it is found again on the next drawing of its
// screen. The zero Stop is none.
type Stop struct {
	Kind
	Press kiosk.Button
	Turn  int8
	Lang  kiosk.Lang
	Theme kiosk.Theme
	Row   int8
	Staff staff.Event
	Cap   Cap
	Char  byte
}

// Stop is what the item does; zero of one that cannot be touched.
func (it Item) Stop() Stop {
	if it.Kind != Button && it.Kind != Key {
		return Stop{}
	}
	return Stop{it.Kind, it.Press, it.Turn, it.Lang, it.Theme, it.Row, it.Staff, it.Cap, it.Char}
}

// Stops are the targets that can be touched now, in the order of reading: that of the
// plan, and those that stand beside each other from left to right.
func (s Screen) Stops() (all []Item) {
	over, most := s.touched()
	all = make([]Item, 0, most+1)
	for _, it := range s.Items {
		if it.Stop() != (Stop{}) && it.Over == over {
			all = append(all, it)
		}
	}
	for i := 0; i < len(all); {
		end := i + 1
		for end < len(all) && all[end].Y == all[i].Y && all[end].Kind == all[i].Kind {
			end++
		}
		slices.SortStableFunc(all[i:end], func(a, b Item) int { return int(a.X - b.X) })
		i = end
	}
	if s.Heard.Stop() != (Stop{}) && !over {
		all = append(all, s.Heard)
	}
	return all
}

// touched reports whether what lies over the rest is all that can be touched, and how many targets there are.
func (s Screen) touched() (over bool, most int) {
	for _, it := range s.Items {
		over = over || it.Over
		if it.Kind == Button || it.Kind == Key {
			most++
		}
	}
	return over, most
}

// of is the target that does this and can be touched now.
func (s Screen) of(at Stop) (Item, bool) {
	over, _ := s.touched()
	for _, it := range s.Items {
		if it.Over == over && it.Stop() == at {
			return it, true
		}
	}
	return s.Heard, !over && s.Heard.Stop() == at
}

// rank is how well a screen begins at a target, 0 best: at the next page or a pad, at what goes on, at another
// way on, at one back, at the settings. At what ends a visit or acts at once it never begins.
func rank(at kiosk.Place, it Item) int {
	switch {
	case it.Turn > 0, it.Cap == CapChar:
		return 0
	case it.Kind == Key || it.Staff.Kind != staff.NoEvent:
		return 2
	case it.Turn < 0:
		return 3
	case it.Press == kiosk.ButtonOK && (at.Acts() || at.Filled() != kiosk.ButtonOK), it.Press == kiosk.ButtonEnd:
		return last
	}
	switch it.Press {
	case at.Filled(), kiosk.ButtonStay:
		return 1
	case kiosk.ButtonStop, kiosk.ButtonSound: // the latter covers what is to be read
		return last
	case kiosk.ButtonBack:
		return 3
	case kiosk.ButtonLang, kiosk.ButtonColours, kiosk.ButtonSmaller, kiosk.ButtonLarger:
		return 4
	}
	return 2
}

const last = 5 // of the ranks

// first is where a screen begins; none where everything on it ends or acts.
func (s Screen) first(at kiosk.Place) Stop {
	best, where := last, Stop{}
	for _, it := range s.Stops() {
		if r := rank(at, it); r < best {
			best, where = r, it.Stop()
		}
	}
	return where
}

// Rounds is how often scanning goes over a screen without a press before it rests.
const Rounds = 3

// A Focus is where keys and switches are. It is hidden until one of them is used.
type Focus struct {
	Shown  bool
	At     Stop // none on a screen where everything ends or acts, until it is moved
	ByRows bool // scanning goes over rows, and over the targets of one that was chosen
	row    bool // the whole row of At has it
	inside int  // steps over the targets of a row
	rounds int  // of scanning, without a press
}

// On is the target that has the focus.
func (f Focus) On(s Screen) (Item, bool) {
	if !f.Shown || f.At == (Stop{}) {
		return Item{}, false
	}
	return s.of(f.At)
}

// Begin is the focus of a screen of that place that was not there before.
func (f Focus) Begin(s Screen, at kiosk.Place) Focus {
	f.At, f.row, f.inside = s.first(at), f.ByRows, 0
	return f
}

// Stay is the focus on a screen that was drawn anew: on the same target, or, where that
// is gone, where the screen begins.
func (f Focus) Stay(s Screen, at kiosk.Place) Focus {
	if f.At == (Stop{}) {
		return f
	}
	if _, there := s.of(f.At); !there {
		return f.Begin(s, at)
	}
	return f
}

// Move is the focus by so many targets further, or back, round and round. A hidden one
// is shown where it is.
func (f Focus) Move(s Screen, at kiosk.Place, by int) Focus {
	f.rounds, f.row, f.inside = 0, false, 0
	if f.Shown {
		return f.step(s, by)
	}
	if f.Shown = true; f.At == (Stop{}) {
		return f.Begin(s, at)
	}
	return f
}

func (f Focus) step(s Screen, by int) Focus {
	all := s.Stops()
	if len(all) == 0 {
		f.At = Stop{}
		return f
	}
	i := slices.IndexFunc(all, func(it Item) bool { return it.Stop() == f.At })
	if i < 0 && by < 0 {
		i = 0
	}
	f.At = all[((i+by)%len(all)+len(all))%len(all)].Stop()
	return f
}

// Scan is the focus after an interval of scanning. After some rounds without a press
// it hides, so that a screen that no one works at stands still.
func (f Focus) Scan(s Screen, at kiosk.Place) Focus {
	if !f.Shown {
		return f
	}
	begin, again := s.first(at), false
	if f.ByRows {
		f, again = f.stepRows(s, begin)
	} else {
		f = f.step(s, +1)
		again = f.At == begin || begin == (Stop{}) && len(s.Stops()) > 0 && f.At == s.Stops()[0].Stop()
	}
	if again {
		f.rounds++
	}
	if f.rounds >= Rounds {
		return Focus{ByRows: f.ByRows}.Begin(s, at)
	}
	return f
}

// Pressed is the focus once its target was pressed: scanning has its rounds again.
func (f Focus) Pressed() Focus {
	f.rounds, f.row, f.inside = 0, f.ByRows, 0
	return f
}

// The ring is black around yellow: whatever the paper, one of the two stands out.
var (
	RingInner = rgb(0xffd43d)
	RingOuter = rgb(0x000000)
)

// A Hoop is one line of the ring, with its outline.
type Hoop struct {
	Rect
	Radius, Thick float32
	Colour        color.NRGBA
}

// Widths of the ring, in pixels; between two targets are 2.54 mm.
const (
	ringOffset = 2 // yellow, from the target's edge on
	ringThick  = 4
)

// Ring is what marks a target: a black outline 2 px away, drawn over yellow that is seen on
// both sides of it, and on dark paper the two exchanged; no wider than the rim below the lowest keys.
func Ring(it Item, t kiosk.Theme) []Hoop {
	hoop := func(away, thick float32, c color.NRGBA) Hoop {
		return Hoop{it.Rect.inset(-away, -away), it.Radius + away, thick, c}
	}
	rim, line := RingInner, RingOuter
	if luminance(Page.Colour(t)) < dark {
		rim, line = line, rim
	}
	const whole = ringOffset + ringThick + 1
	return []Hoop{hoop(whole, whole, rim), hoop(ringOffset+ringThick, ringThick, line)}
}

const dark = 0.18 // of a paper's luminance: black and white stand out from it alike
