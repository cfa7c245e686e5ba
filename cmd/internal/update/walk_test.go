package update

import (
	"errors"
	"testing"

	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
)

// A transition is one step of any kind, with what it led to.
type transition struct {
	kind  string
	s, is Saved
	m     Machine
	r     wire.UpdateReply // of next
	act   Act
	err   error // of fetched and asked
}

func (t transition) of(kind string) bool { return t.kind == kind }

// keptOffer is what is worked on.
var keptOffer = wire.Offer{Offer: wire.ID{1}, Version: "7", Size: 10, Hash: wire.Hash{7}}

// invariants say what no step may do.
var invariants = []struct {
	name  string
	holds func(t transition) bool
}{
	{"what is installed lies there whole", func(t transition) bool { return t.act != Install || t.s.Phase == Whole }},
	{"nothing is installed without the authority's word for this offer", func(t transition) bool {
		return t.act != Install || t.r.Install && t.r.Offer != nil && *t.r.Offer == t.s.Offer
	}},
	{"no bundle is fetched that is not newer than what runs", func(t transition) bool {
		return t.act != Begin || wire.Older(t.m.Runs, t.is.Offer.Version)
	}},
	{"no bundle is fetched that is larger than a slot", func(t transition) bool { return t.act != Begin || t.is.Offer.Size <= MaxBundle }},
	{"an offer that came to its end is not begun again", func(t transition) bool {
		return !t.of("next") || t.s.Phase < Good || t.is.Offer != t.s.Offer || t.is == t.s && t.act == Nothing
	}},
	{"what is on trial is not left for another offer", func(t transition) bool {
		return !t.of("next") || t.s.Phase != Installed || t.is == t.s && t.act == Nothing
	}},
	{"good is what the machine keeps", func(t transition) bool {
		return t.is.Phase != Good || t.s.Phase == Good || t.of("woken") && t.m.Good && t.m.Runs == t.s.Offer.Version
	}},
	{"failed is what was installed, and not what was cut off", func(t transition) bool {
		return t.is.Phase != Failed || t.s.Phase == Failed || t.of("woken") && t.s.Phase == Installed && t.m.Runs != t.s.Offer.Version && t.m.Boot != t.s.Boot
	}},
	{"a machine that went back says so", func(t transition) bool {
		return !t.of("woken") || t.s.Phase != Installed || t.m.Runs == t.s.Offer.Version || t.m.Boot == t.s.Boot || t.is.Phase == Failed
	}},
	{"a start finds no installation under way", func(t transition) bool { return !t.of("woken") || t.is.Phase != Installing }},
	{"no offer is tried for ever", func(t transition) bool {
		return !(t.of("woken") && t.s.Phase == Installing && t.is.Phase == Whole || t.of("fetched") && t.is.Phase == Fetching && errors.Is(t.err, ErrDamaged)) || t.is.Tries < mostTries
	}},
	{"what is refused has its reason, and nothing else has", func(t transition) bool { return (t.is.Phase == Refused) == (t.is.Why != 0) }},
	{"an error of the line says nothing of the bundle", func(t transition) bool {
		return !t.of("fetched") || !errors.Is(t.err, errLine) || t.is == t.s
	}},
	{"what is not offered any more does not lie about", func(t transition) bool {
		return !t.of("next") || t.r.Offer != nil || t.s.Phase != Fetching && t.s.Phase != Whole || t.act == Drop && t.is.Phase == Idle
	}},
	{"what is told is of the form that the contract has", func(t transition) bool {
		r := Report(t.is, t.m)
		return r.Whole()
	}},
}

var errLine = errors.New("a line that broke")

// transitions are all of a small world.
func transitions(f func(transition)) {
	other := wire.Offer{Offer: wire.ID{2}, Version: "8", Size: 10, Hash: wire.Hash{8}}
	older, large, same := other, other, keptOffer
	older.Version, large.Size, same.Hash = "5", MaxBundle+1, wire.Hash{9}
	for phase := range phases {
		for tries := range mostTries + 1 {
			for _, runs := range []string{"6", "7", "8"} {
				for _, good := range []bool{false, true} {
					for _, boot := range []string{"a", "b"} {
						s, m := Saved{keptOffer, phase, 0, tries, "a"}, Machine{runs, good, boot}
						if phase == Idle {
							s = Saved{}
						}
						if phase == Refused {
							s.Why = wire.UpdateMachine
						}
						f(transition{kind: "woken", s: s, is: Woken(s, m), m: m})
						for _, o := range []*wire.Offer{nil, &keptOffer, &other, &older, &large, &same} {
							for _, install := range []bool{false, o != nil} {
								r := wire.UpdateReply{Offer: o, Install: install}
								is, act := Next(s, m, r)
								f(transition{kind: "next", s: s, is: is, m: m, r: r, act: act})
							}
						}
						for _, err := range []error{nil, ErrGone, ErrRoom, ErrDamaged, errLine} {
							f(transition{kind: "fetched", s: s, is: Fetched(s, err), m: m, err: err})
						}
						for _, err := range []error{nil, ErrForeign, ErrOlder, ErrDamaged, errLine} {
							f(transition{kind: "asked", s: s, is: Asked(s, err), m: m, err: err})
						}
					}
				}
			}
		}
	}
}

func TestEveryStepOfAnUpdateKeepsEveryInvariant(t *testing.T) {
	seen, broken := 0, map[string]bool{}
	transitions(func(x transition) {
		seen++
		for _, i := range invariants {
			if !i.holds(x) && !broken[i.name] {
				broken[i.name] = true
				t.Errorf("%+v\nbroken: %s", x, i.name)
			}
		}
	})
	if seen < 5000 {
		t.Errorf("%d transitions", seen)
	}
}

func TestEveryStateOfAnUpdateIsReadAsItWasWritten(t *testing.T) {
	dir := Folder{Dir: t.TempDir()}
	if s, err := dir.Read(); err != nil || s != (Saved{}) {
		t.Errorf("of nothing: %+v, %v", s, err)
	}
	done := map[Saved]bool{}
	transitions(func(x transition) {
		if done[x.is] {
			return
		}
		done[x.is] = true
		must.OK(t, dir.Write(x.is))
		want := x.is
		if want.Phase == Idle {
			want = Saved{}
		}
		if got, err := dir.Read(); err != nil || got != want {
			t.Fatalf("%+v is read as %+v, %v", want, got, err)
		}
	})
	for _, text := range []string{"", "{}", "null", `{"format":2}`, `{"format":1,"offer":{"offer":"ICEiIyQlJicoKSorLC0uLw==","version":"7","size":1,"hash":"MDEyMzQ1Njc4OTo7PD0+P0BBQkNERUZHSElKS0xNTk8="},"phase":"dancing","tries":0}`,
		`{"format":1,"offer":{"offer":"ICEiIyQlJicoKSorLC0uLw==","version":"7","size":1,"hash":"MDEyMzQ1Njc4OTo7PD0+P0BBQkNERUZHSElKS0xNTk8="},"phase":"refused","tries":0}`} {
		if s, err := parse([]byte(text)); err == nil || s != (Saved{}) {
			t.Errorf("%q is %+v", text, s)
		}
	}
}
