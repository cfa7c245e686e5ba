package kiosk

import (
	"fmt"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
)

// TestReplayedEventsKeepEveryInvariant plays what kiosks once lived through: every file of
// testdata/replay is the last events of one, as the simulation in kiosk/run
// prints them when something is wrong. Each step is held against the
// invariants, as in the walk; where a file begins in the middle, against those
// that need no history.
func TestReplayedEventsKeepEveryInvariant(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "replay", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d scenarios to play: %v", len(files), err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			text := must.Read(t, name)
			must.Note(t, play(string(text)))
		})
	}
}

// player is one kiosk that goes through a replay.
type player struct {
	s      State
	w      oracle
	middle bool // the scenario does not begin at the start
}

func play(text string) error {
	s, fx := Start(shop)
	p := &player{s: s, w: oracle{}.after(State{}, Event{}, s, fx)}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i, line := range lines {
		word, rest, _ := strings.Cut(line, " ")
		var err error
		switch {
		case word == "#":
		case word == "state":
			p.s, p.middle = State{}, true
			err = parse(reflect.ValueOf(&p.s).Elem(), rest)
		case word == "end":
			want := p.s
			if err = parse(reflect.ValueOf(&want).Elem(), rest); err == nil && want != p.s {
				err = fmt.Errorf("ends in %s", describe(p.s))
			}
		default:
			e := Event{Kind: named(Kind(0), word)}
			if err = parse(reflect.ValueOf(&e).Elem(), rest); err == nil {
				lost := i+1 < len(lines) && strings.HasPrefix(lines[i+1], LedgerLost.String())
				err = p.live(e, lost)
			}
		}
		if err != nil {
			return fmt.Errorf("line %d, %s: %w", i+1, line, err)
		}
	}
	return nil
}

// live is one event, and the key presses before it that it shows: they are not
// kept, for their number is the length of a secret.
func (p *player) live(e Event, lost bool) error {
	good := e.Kind == Pressed && e.Button == ButtonOK && !e.Form.Bad() && e.Place == p.s.Place
	again := e.Kind == TimerFired && e.Timer < p.s.Timer
	if p.s.Typing() != LiveNone && (good || again) {
		if err := p.step(Event{Kind: KeyPressed, Place: p.s.Place}, false); err != nil {
			return err
		}
	}
	return p.step(e, lost)
}

// step is one step; lost: its first line could not be kept, and nothing behind
// it was done.
func (p *player) step(e Event, lost bool) error {
	n, fx := p.s.handle(e)
	k := &transition{p.s, p.w, e, n, fx, p.w.after(p.s, e, n, fx)}
	name := brokenAnyhow(k)
	if !p.middle {
		name = broken(k)
	}
	if name == "" {
		name = breach(p.s, e, n, fx)
	}
	if name != "" {
		return fmt.Errorf("in %s breaks: %s", describe(p.s), name)
	}
	for i := 0; lost && i < len(fx); i++ {
		if lost = fx[i].Do != DoRecord; !lost {
			k.x = p.w.after(p.s, e, n, fx[:i])
			k.x.lost = true
		}
	}
	p.s, p.w = n, k.x
	return nil
}

// named is the value of a type that calls itself so.
func named[T interface {
	~uint8
	fmt.Stringer
}](_ T, name string) T {
	for v := range 256 {
		if T(v).String() == name {
			return T(v)
		}
	}
	return 255
}

// parse fills the fields that are written as name=value, or as the name alone
// where it is a truth.
func parse(v reflect.Value, text string) error {
	for _, part := range strings.Fields(text) {
		name, value, _ := strings.Cut(part, "=")
		f := v.FieldByName(name)
		if !f.IsValid() {
			return fmt.Errorf("unknown field %s", name)
		}
		if f.Kind() == reflect.Bool {
			f.SetBool(true)
			continue
		}
		if n, err := strconv.ParseInt(value, 10, 64); err == nil {
			if f.CanInt() {
				f.SetInt(n)
			} else {
				f.SetUint(uint64(n))
			}
			continue
		}
		if t, ok := f.Addr().Interface().(*Tries); ok {
			if _, err := fmt.Sscanf(value, "%d/%d", &t[0], &t[1]); err != nil {
				return fmt.Errorf("%s cannot be %s: %w", name, value, err)
			}
			continue
		}
		found := false
		for n := range uint64(256) {
			if f.CanUint() && !found {
				f.SetUint(n)
				found = fmt.Sprint(f.Interface()) == value
			}
		}
		if !found {
			return fmt.Errorf("%s cannot be %s", name, value)
		}
	}
	return nil
}

// A scenario that cannot be read, or that ends elsewhere, must not pass for one
// that was played.
func TestReplayNamesTheLineThatIsWrong(t *testing.T) {
	for text, says := range map[string]string{
		"recovered Op=1\nhealthy Op=2\nend Place=idle":                           "",
		"recovered Op=1\nend Place=idle":                                         "ends in starting",
		"recovered Op=1 Colour=2":                                                "unknown field Colour",
		"state Tries=three":                                                      "Tries cannot be three",
		"pressed Place=nowhere":                                                  "Place cannot be nowhere",
		"state Place=last-try Live=2 Op=4 Flow=P Act=reset\nend Place=proof":     "ends in last-try",
		"state Place=idle Live=2 Op=4 Tries=-1/-1\npressed Place=idle Button=ok": "breaks: home holds nothing",
	} {
		err := play(text)
		if (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, want %q", text, err, says)
		}
	}
}
