package run

import (
	"errors"
	"flag"
	"fmt"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/secret"
)

var (
	visits = flag.Int("visits", 3000, "how many visits TestSimulatedVisitsKeepEveryPromise lets happen at least")
	seed   = flag.Uint64("seed", 1, "of the first simulation; a failure prints its own")
)

// TestSimulatedVisitsKeepEveryPromise lets people use kiosks: one simulation a
// seed, of three people with cards and two kiosks, for six days. They leave,
// press again and again, swap and tear, give up and come back the next day at
// the other kiosk. Ports fail, stall, answer late, twice, out of order and after
// the power was cut. What must hold is checked at every call and every screen
// against what is true of the cards (sim_kiosk_test.go, sim_world_test.go); at
// the end nothing goes wrong any more, and every card that can be renewed is.
func TestSimulatedVisitsKeepEveryPromise(t *testing.T) {
	workers := min(runtime.GOMAXPROCS(0), 6)
	counts := make(chan [6]int, workers)
	t.Run("simulations", func(t *testing.T) {
		for k := range workers {
			t.Run(fmt.Sprint("worker ", k), func(t *testing.T) {
				t.Parallel()
				own := ownKeys(t)
				var n [6]int
				for s := *seed + uint64(k); n[0] < *visits/workers && !t.Failed(); s += uint64(workers) {
					w := simulate(t, s, own)
					n[0], n[1], n[2], n[3] = n[0]+w.visits, n[1]+w.writes, n[2]+w.doubts, n[3]+w.entries
					n[4], n[5] = n[4]+w.holds, n[5]+w.ends
				}
				counts <- n
			})
		}
	})
	close(counts)
	var sum [6]int
	for n := range counts {
		for i := range sum {
			sum[i] += n[i]
		}
	}
	t.Logf("%d visits from seed %d: %d writes, %d of unknown outcome at first, %d entries of staff, %d holds of phones, %d withdrawals of consents", sum[0], *seed, sum[1], sum[2], sum[3], sum[4], sum[5])
	if sum[1] == 0 || sum[2] == 0 || sum[3] == 0 || sum[4] == 0 || sum[5] == 0 {
		t.Error("no visit got as far as a write in doubt, a hold or a withdrawal, or staff never came in: the simulation is idle")
	}
}

// workerKeys are the slots of residents and of staff.
type workerKeys struct {
	port.Secrets
	codes port.StaffCodes
}

// ownKeys are a worker's, for slots are never given back.
var ownKeys = func() func(t *testing.T) workerKeys {
	free := make(chan workerKeys, 6)
	return func(t *testing.T) workerKeys {
		select {
		case k := <-free:
			return k
		default:
		}
		var k workerKeys
		for _, s := range []*secret.Secret{&k.Code, &k.New, &k.Again, &k.Proof, &k.codes.Own, &k.codes.Code, &k.codes.Again} {
			var err error
			*s, err = secret.New()
			must.OK(t, err)
		}
		var err error
		k.List, err = secret.NewList()
		must.OK(t, err)
		t.Cleanup(func() { free <- k })
		return k
	}
}()

const days = 6

func simulate(t *testing.T, seed uint64, own workerKeys) (w *simWorld) {
	synctest.Test(t, func(t *testing.T) {
		w = newSimWorld(t, seed)
		shops := []*simKiosk{{simWorld: w, name: "kiosk A", keys: own.Secrets, codes: own.codes}, {simWorld: w, name: "kiosk B", keys: own.Secrets, codes: own.codes}}
		defer func() {
			if t.Failed() {
				t.Logf("repeat with: go test ./kiosk/run -run TestSimulatedVisitsKeepEveryPromise -seed %d -visits 1\n%s", seed, w.story)
			}
		}()
		for day := 0; day < days && !t.Failed(); day++ {
			w.mu.Lock()
			w.trouble = []int{0, 150, 40, 25}[w.r.IntN(4)]
			if day == days-1 {
				w.trouble = 0
			}
			w.mu.Unlock()
			for range 3 {
				s := shops[w.r.IntN(2)]
				s.day(day == days-1)
			}
			time.Sleep(time.Duration(3+w.r.IntN(9)) * time.Hour)
			w.morning()
		}
		for _, s := range shops {
			if t.Failed() {
				return
			}
			s.on()
			s.awaitFree()
			if len(s.open) != 0 {
				s.wrong("left open on disk: %v", s.open)
			}
			s.cut()
		}
		time.Sleep(2 * time.Minute) // what is still under way arrives
	})
	return w
}

// morning: a person without a good reservation makes a new one, and a
// blocked proof secret was renewed at the office.
func (w *simWorld) morning() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, p := range w.people {
		w.held[p.name], w.agreed[p.name] = false, 3
		r := w.reserved[p.name]
		if r.done || r.wrong >= 5 || r.grants >= kiosk.MaxGrants || time.Since(r.made) > 20*time.Hour {
			if r.done && w.r.IntN(2) == 0 { // forgotten again
				p.tries[p.flow.Target()] = int8(w.r.IntN(3))
			}
			w.reserve(p)
		}
		if proof := p.flow.Proof(); p.tries[proof] == 0 {
			p.tries[proof] = proof.Full()
		}
	}
}

// day: the kiosk is switched on, a few people come, and it is switched off;
// often in the middle of something.
func (s *simKiosk) day(calm bool) {
	s.on()
	if !calm && s.r.IntN(3) == 0 { // whatever the last power cut has left
		for range 1 + s.r.IntN(20) {
			s.gesture()
			time.Sleep(time.Duration(s.r.IntN(1500)) * time.Millisecond)
		}
		s.maintain(s.r.IntN(12))
	}
	s.awaitFree()
	for range 2 + s.r.IntN(5) {
		if s.t.Failed() {
			break
		}
		p := s.people[s.r.IntN(len(s.people))]
		if calm {
			s.calm(p)
			continue
		}
		if s.visit(p, 1+s.r.IntN(120)); s.out() || s.r.IntN(6) == 0 {
			break // the power goes now, or is gone
		}
		s.clear()
		s.awaitFree()
		if s.r.IntN(2) == 0 {
			s.morning()
		}
	}
	s.cut()
	s.clear()
}

// calm: nothing goes wrong and no person errs. Every card that can be renewed is.
func (s *simKiosk) calm(p *person) {
	s.mu.Lock()
	r := s.reserved[p.name]
	hopeless := r.done || r.wrong >= 5 || r.grants >= kiosk.MaxGrants || time.Since(r.made) > 24*time.Hour || p.tries[p.flow.Proof()] == 0
	writes := p.writes
	s.mu.Unlock()
	for range 60 {
		if v := s.look(); v.Place == kiosk.Telling {
			break
		}
		s.sensible(p, false)
		time.Sleep(700 * time.Millisecond)
	}
	s.clear()
	s.awaitFree()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !hopeless && p.writes == writes {
		s.wrong("%s was not helped, and nothing stood in the way", p.name)
	}
}

// clear: the clerk takes what lies on the reader and mends what is broken.
func (s *simKiosk) clear() {
	s.mu.Lock()
	s.take()
	s.two, s.dead, s.full, s.fault = false, false, false, nil
	s.mu.Unlock()
}

// out: the power is gone.
func (s *simKiosk) out() bool { s.mu.Lock(); defer s.mu.Unlock(); return s.off }

func (s *simKiosk) awaitFree() {
	for end := time.Now().Add(30 * time.Minute); ; time.Sleep(5 * time.Second) {
		if v := s.look(); v.Place == kiosk.Idle && v.Health == kiosk.NoMessage {
			break
		} else if time.Now().After(end) {
			s.wrong("not free after half an hour alone: %s, says %s, health %s", v.Place, v.Message, v.Health)
			break
		}
		s.clear()
	}
	s.empty("when every resident has gone")
}

// look is the screen, when nothing moves.
func (s *simKiosk) look() kiosk.View {
	s.listen()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.view
}

func (s *simKiosk) put(p *simCard) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.field != p {
		s.take()
		s.field = p
	}
}

func (s *simKiosk) take() {
	if s.field != nil {
		s.field.unpower()
		s.field = nil
	}
}

func (s *simKiosk) lift() { s.mu.Lock(); s.take(); s.mu.Unlock() }

func (s *simKiosk) press(b kiosk.Button, at kiosk.Place) {
	if b == kiosk.ButtonOK && (at == kiosk.Proof || at == kiosk.DoubtAgain) {
		s.mu.Lock()
		s.oks++
		s.mu.Unlock()
	}
	s.loop.Post(kiosk.Event{Kind: kiosk.Pressed, Button: b, Place: at})
}

func (s *simKiosk) types(text string) {
	for i := range len(text) {
		v := s.look()
		v.Secret.Append(text[i])
		s.loop.Post(kiosk.Event{Kind: kiosk.KeyPressed, Place: v.Place})
		time.Sleep(150 * time.Millisecond)
	}
	s.press(kiosk.ButtonOK, s.look().Place)
}

// visit is up to so many doings of one person, who then has gone.
func (s *simKiosk) visit(p *person, doings int) {
	began := false
	for range doings {
		v := s.look()
		if s.t.Failed() || s.out() || began && v.Place == kiosk.Idle {
			return
		}
		began = began || v.Place == kiosk.PlaceCard
		switch n := s.r.IntN(100); {
		case n < 82:
			s.sensible(p, true)
		case n < 84:
			s.press(kiosk.Button(s.r.IntN(len(kiosk.Buttons())+1)), v.Place)
		case n < 86: // a palm
			for range 5 {
				s.press(kiosk.ButtonOK, v.Place)
			}
		case n < 88:
			s.lift()
		case n < 89:
			s.put(s.people[s.r.IntN(len(s.people))].simCard)
		case n < 90: // no person there
			time.Sleep(time.Duration(s.r.IntN(200)) * time.Second)
		case n < 91:
			s.gesture()
			if s.maintain(s.r.IntN(12)); s.r.IntN(3) == 0 { // the power goes in the middle of it
				s.mu.Lock()
				s.off = true
				s.mu.Unlock()
				return
			}
		case n < 94: // an answer comes once more, or from before
			s.echo()
		case n < 96 && s.trouble > 0:
			s.mishap()
		}
		time.Sleep([]time.Duration{50, 300, 900, 4000}[s.r.IntN(4)] * time.Millisecond)
	}
}

// echo delivers a reply again that the loop has had.
func (s *simKiosk) echo() {
	if len(s.log) == 0 {
		return
	}
	e := s.log[len(s.log)-1-s.r.IntN(min(len(s.log), 30))]
	if e.Kind >= kiosk.Recovered {
		s.loop.Post(e)
	}
}

// mishap: two cards, a reader or a disk that is out for a while, a card torn
// away in the middle of the burst.
func (s *simKiosk) mishap() {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch s.r.IntN(6) {
	case 0:
		s.two = !s.two
	case 1:
		if s.dead = !s.dead; s.dead && s.field != nil {
			s.field.unpower()
		}
	case 2:
		if s.fault == nil {
			s.fault = errors.New("no space left on device")
		} else {
			s.fault = nil
		}
	case 3:
		s.take()
	case 4:
		s.full = !s.full
	default:
		s.two, s.dead, s.full, s.fault = false, false, false, nil
	}
}

// sensible is what a person does who wants to get on, and errs now and then.
func (s *simKiosk) sensible(p *person, errs bool) {
	v := s.look()
	text := func(right, wrong string) {
		if errs && s.r.IntN(8) == 0 {
			right = wrong
		}
		for range v.Secret.Len() { // what stands there is deleted first
			v.Secret.Drop()
		}
		s.types(right)
	}
	switch typed := (kiosk.State{Place: v.Place}).Typing(); {
	case v.Place == kiosk.PlaceCard || v.Place == kiosk.DoubtCard:
		s.put(p.simCard)
	case v.Place == kiosk.Idle && errs && s.r.IntN(3) == 0: // the phone is lost, or a consent regretted
		s.press([]kiosk.Button{kiosk.ButtonLook, kiosk.ButtonConsents}[s.r.IntN(2)], v.Place)
	case v.Place == kiosk.Listed:
		s.loop.Post(kiosk.Event{Kind: kiosk.Pressed, Button: kiosk.ButtonPick, Place: v.Place})
	case v.Place == kiosk.OneConsent:
		s.press(kiosk.ButtonEnd, v.Place)
	case v.Place == kiosk.Plan:
		if v.Unlock && s.r.IntN(3) == 0 {
			s.press(kiosk.ButtonUnlock, v.Place)
			return
		}
		s.press(kiosk.ButtonReset, v.Place)
	case typed == kiosk.LiveCode:
		text(p.code, "00000000")
	case typed == kiosk.LiveProof && v.Flow.Looks():
		text(p.secret[v.Flow.Proof()], "0000A")
	case typed == kiosk.LiveProof:
		text(p.proof, p.proof[:len(p.proof)-1]+"9")
	case typed != kiosk.LiveNone:
		text(p.fresh, p.fresh[:len(p.fresh)-1]+"7")
	case v.Place == kiosk.TakeCard:
		s.lift()
	default:
		s.press(kiosk.ButtonOK, v.Place)
	}
}
