package update

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"multicopy.example/kiosk/authority"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// world is an authority, a machine and a line between them.
type world struct {
	*testing.T
	dir    string
	bundle []byte // what is given out under the hash of …
	offer  wire.Offer
	none   bool // it offers nothing
	hold   bool // it lets no one install

	machine Machine
	served  func() bool
	install func() error
	free    uint64
	cut     func(from uint64) bool // the power goes before the part that begins there is kept

	ended  []Phase
	told   []wire.UpdateRequest
	parts  int
	busy   int // so often a part is refused for now
	asks   int
	stop   context.CancelFunc
	stopAt func(w *world) bool
	slept  time.Duration
}

var errCut = errors.New("the line is cut")

func newWorld(t *testing.T, size int) *world {
	bundle := make([]byte, size)
	r := rand.New(rand.NewPCG(1, 1))
	for i := range bundle {
		bundle[i] = byte(r.Uint32())
	}
	w := &world{T: t, dir: t.TempDir(), bundle: bundle, machine: Machine{Runs: "6", Good: true, Boot: "a"}, free: 1 << 40}
	w.offer = wire.Offer{Offer: wire.ID{1}, Version: "7", Size: uint64(size), Hash: sha256.Sum256(bundle)}
	return w
}

func (w *world) Update(_ context.Context, m wire.UpdateRequest) (wire.UpdateReply, error) {
	w.told = append(w.told, m)
	if !m.Whole() {
		w.Errorf("told without what it is about: %+v", m)
	}
	if w.none || !wire.Older(m.Runs, w.offer.Version) || m.State >= wire.UpdateGood {
		return wire.UpdateReply{}, nil
	}
	return wire.UpdateReply{Offer: &w.offer, Install: m.State == wire.UpdateFetched && !w.hold}, nil
}

func (w *world) Part(ctx context.Context, hash wire.Hash, size, from, to uint64) ([]byte, error) {
	if hash != w.offer.Hash || size != w.offer.Size {
		w.Errorf("asked for another bundle")
	}
	if w.served != nil && w.served() {
		w.Error("a part was fetched while a resident was served")
	}
	if w.cut != nil && w.cut(from) {
		w.stop()
		return nil, errCut
	}
	if w.busy > 0 {
		w.busy--
		return nil, port.ErrRetryLater{After: 3 * time.Second}
	}
	w.parts++
	if to > uint64(len(w.bundle)) {
		return nil, authority.ErrNoBundle
	}
	return w.bundle[from:to], nil
}

// run lets the kiosk's part live until the power goes, or until stopAt says that enough was seen.
func (w *world) run() {
	w.Helper()
	ctx, cancel := context.WithTimeout(w.Context(), time.Minute)
	defer cancel()
	w.stop = cancel
	o := Options{Disk: Folder{w.dir, func(string) (uint64, error) { return w.free, nil }, 1000},
		Machine: func() (Machine, error) { return w.machine, nil },
		Served:  func() bool { return w.served != nil && w.served() },
		Install: func(context.Context) error {
			w.asks++
			must.Note(w, must.Err(os.Stat(filepath.Join(w.dir, Bundle))))
			return w.install()
		},
		Ended: func(_ context.Context, s Saved) {
			if kept, err := (Folder{Dir: w.dir}).Read(); err != nil || kept == s {
				w.Errorf("the end %d was kept before it was told, %v", s.Phase, err)
			}
			w.ended = append(w.ended, s.Phase)
		},
		Rand: rand.New(rand.NewPCG(1, 2)), Log: slog.New(slog.DiscardHandler),
		Sleep: func(ctx context.Context, d time.Duration) error {
			w.slept += d
			if w.stopAt != nil && w.stopAt(w) {
				cancel()
			}
			return ctx.Err()
		}}
	if err := Run(ctx, w, o); !errors.Is(err, context.Canceled) {
		w.Fatalf("ended with %v, told %d", err, len(w.told))
	}
}

// last is what was told last.
func (w *world) last() wire.UpdateRequest { return w.told[len(w.told)-1] }

// until runs until that state was told.
func (w *world) until(state wire.UpdateState) {
	w.Helper()
	w.stopAt = func(w *world) bool { return len(w.told) > 0 && w.last().State == state }
	w.run()
}

func TestAnUpdateGoesFromItsOfferToGood(t *testing.T) {
	w := newWorld(t, 3*partSize+5)
	w.install = func() error { w.machine = Machine{Runs: "7", Boot: "b"}; return nil }
	w.until(wire.UpdateTrial)
	w.machine.Good = true
	w.until(wire.UpdateGood)
	if !slices.Equal(w.ended, []Phase{Good}) {
		t.Errorf("ended as %v", w.ended)
	}
	var states []wire.UpdateState
	for _, m := range w.told {
		if len(states) == 0 || states[len(states)-1] != m.State {
			states = append(states, m.State)
		}
	}
	if want := []wire.UpdateState{wire.UpdateNone, wire.UpdateFetched, wire.UpdateTrial, wire.UpdateGood}; fmt.Sprint(states) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", states, want)
	}
	if left, _ := filepath.Glob(filepath.Join(w.dir, "*")); len(left) != 1 || filepath.Base(left[0]) != stateName {
		t.Errorf("left behind: %q", left)
	}
	if w.parts != 4 || w.asks != 1 {
		t.Errorf("%d parts, %d installations", w.parts, w.asks)
	}
}

// The power goes at every twentieth of a fetch; after each cut, and after all of them, it goes on from where it was.
func TestAFetchThatIsCutAtEveryTwentiethGoesOn(t *testing.T) {
	const all = 40
	w := newWorld(t, all*partSize-77)
	cuts := map[uint64]bool{}
	for i := range uint64(20) {
		cuts[i*all/20*partSize] = true
	}
	w.cut = func(from uint64) bool { was := cuts[from]; delete(cuts, from); return was }
	w.hold = true
	for range 20 {
		w.run()
		if f, err := os.OpenFile(filepath.Join(w.dir, partName), os.O_APPEND|os.O_WRONLY, 0); err == nil { // what a cut leaves behind the last part
			_, _ = f.Write(make([]byte, 4097))
			f.Close()
		}
	}
	w.until(wire.UpdateFetched)
	got, err := os.ReadFile(filepath.Join(w.dir, Bundle))
	if err != nil || !bytes.Equal(got, w.bundle) {
		t.Errorf("the bundle is not what was offered: %v", err)
	}
	if w.parts != all || len(cuts) != 0 {
		t.Errorf("%d parts were fetched of %d, %d cuts are left", w.parts, all, len(cuts))
	}
}

func TestAnInstallationThatIsCutIsBegunAgainAndNoFault(t *testing.T) {
	for boot, what := range map[string]string{"a": "the program", "b": "the machine"} {
		w := newWorld(t, 10)
		w.install = func() error { w.stop(); return errCut } // in the middle
		w.stopAt = nil
		w.run()
		w.machine.Boot = boot
		w.install = func() error { w.machine = Machine{Runs: "7", Boot: "c"}; return nil }
		w.until(wire.UpdateTrial)
		if w.asks != 2 {
			t.Errorf("cut with %s: asked %d times", what, w.asks)
		}
	}
}

func TestEachRefusalIsToldWithItsReasonAndNothingIsLeft(t *testing.T) {
	for name, c := range map[string]struct {
		change func(w *world)
		why    wire.UpdateWhy
		asks   int
	}{
		"another signer's":          {func(w *world) { w.install = func() error { return ErrForeign } }, wire.UpdateForeign, 1},
		"older by its manifest":     {func(w *world) { w.install = func() error { return ErrOlder } }, wire.UpdateOlder, 1},
		"changed behind its hash":   {func(w *world) { w.install = func() error { return ErrDamaged } }, wire.UpdateDamaged, 1},
		"not taken by the machine":  {func(w *world) { w.install = func() error { return errors.New("no slot") } }, wire.UpdateMachine, 1},
		"with a byte changed":       {func(w *world) { w.bundle[7] ^= 1 }, wire.UpdateDamaged, 0},
		"half written at the other": {func(w *world) { w.bundle = append(w.bundle[:len(w.bundle)/2], make([]byte, len(w.bundle)/2)...) }, wire.UpdateDamaged, 0},
		"without room":              {func(w *world) { w.free = w.offer.Size + 999 }, wire.UpdateRoom, 0},
		"too large":                 {func(w *world) { w.offer.Size = MaxBundle + 1 }, wire.UpdateRoom, 0},
	} {
		w := newWorld(t, 2*partSize)
		w.install = func() error { return errors.New("not reached") }
		c.change(w)
		w.until(wire.UpdateRefused)
		if w.last().Why == nil || *w.last().Why != c.why || w.asks != c.asks {
			t.Errorf("%s: told as %v, %d installations", name, w.last().Why, w.asks)
		}
		w.until(wire.UpdateRefused) // it is read anew, and has ended already
		if !slices.Equal(w.ended, []Phase{Refused}) {
			t.Errorf("%s: ended as %v", name, w.ended)
		}
		if left, _ := filepath.Glob(filepath.Join(w.dir, "*")); len(left) != 1 {
			t.Errorf("%s: left behind %q", name, left)
		}
	}
}

// An authority that offers what is not newer is believed by no one: its own floor may be broken.
func TestAnOlderOfferIsRefusedBeforeAByteIsFetched(t *testing.T) {
	for _, runs := range []string{"7", "8", "7.1"} {
		s, act := Next(Saved{}, Machine{Runs: runs}, wire.UpdateReply{Offer: &keptOffer})
		if act != Drop || s.Why != wire.UpdateOlder || s.Phase != Refused {
			t.Errorf("at %s: %+v, %d", runs, s, act)
		}
	}
}

func TestAMachineThatWentBackSaysSo(t *testing.T) {
	w := newWorld(t, 10)
	w.install = func() error { w.machine.Boot = "c"; return nil } // the trial was over before the kiosk ran
	w.until(wire.UpdateFailed)
	if w.asks != 1 {
		t.Errorf("%d installations", w.asks)
	}
}

func TestNoPartIsFetchedWhileAResidentIsServed(t *testing.T) {
	w := newWorld(t, 10*partSize)
	n := 0
	w.hold = true
	served := false
	w.served = func() bool { return served }
	w.stopAt = func(w *world) bool { // each wait but the first is for the resident
		if n++; n > 3 {
			served = false
		}
		return len(w.told) > 1
	}
	served = true
	w.run()
	if n < 4 || w.parts != 10 {
		t.Errorf("%d waits, %d parts", n, w.parts)
	}
}

func TestWhatIsStoppedDoesNotLieAbout(t *testing.T) {
	w := newWorld(t, partSize)
	w.hold = true
	w.until(wire.UpdateFetched)
	w.none = true
	w.until(wire.UpdateNone)
	if left, _ := filepath.Glob(filepath.Join(w.dir, "*")); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
}

// A line that is full is no outage: the place in it is kept, and nothing else is asked meanwhile.
func TestAFetchThatIsToldToWaitGoesOnWithTheSamePart(t *testing.T) {
	w := newWorld(t, 3*partSize)
	w.hold, w.busy = true, 40
	w.until(wire.UpdateFetched)
	if w.parts != 3 || len(w.told) != 2 || w.slept < 120*time.Second || w.slept > Period+10*time.Minute { // the last wait is for the next question
		t.Errorf("%d parts, %d questions, %v of waiting", w.parts, len(w.told), w.slept)
	}
}
