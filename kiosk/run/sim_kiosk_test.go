package run

import (
	"context"
	"log/slog"
	"testing/synctest"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/secret"
	"multicopy.example/kiosk/staff"
)

type (
	contextT = context.Context
	secretT  = secret.Secret
)

// simKiosk is one kiosk of the simulation: its ledger, which outlives every loop, and
// what lies on its reader. Everything that a port is asked for is held against
// what is true.
type simKiosk struct {
	*simWorld
	name  string
	keys  port.Secrets
	codes port.StaffCodes
	loop  *Loop
	end   context.CancelFunc
	over  chan any
	fault error // what the disk says

	off         bool // the power is cut: nothing reaches anything any more
	field       *simCard
	two         bool
	dead        bool
	full        bool // the ledger takes no new visit
	turned      bool // and said so when it was last asked
	open        []kiosk.Entry
	last        kiosk.EntryKind // the newest line
	view        kiosk.View
	maintenance staff.View
	begun       snapshot // at the beginning of this session
	typed       string   // the new secret that was confirmed
	subject     string   // whose visit it is
	oks         int      // presses of OK that may spend a try, and were not answered by one
	told        bool     // the page before the last try was shown since the last try
	asked       int      // grants in this session
	log         []kiosk.Event
	heard       int // of the loop's ring
}

// snapshot is what of all cards a visit may change.
type snapshot map[*simCard]simCard

func (w *simWorld) snap() snapshot {
	s := snapshot{}
	for _, p := range w.people {
		s[p.simCard] = *p.simCard
	}
	return s
}

func (s *simKiosk) wrong(format string, a ...any) { s.t.Errorf(s.name+": "+format, a...) }

// on switches the kiosk on.
func (s *simKiosk) on() {
	s.mu.Lock()
	s.off, s.fault, s.dead, s.two, s.full, s.view, s.maintenance, s.log, s.heard = false, nil, false, false, false, kiosk.View{}, staff.View{}, nil, 0
	s.mu.Unlock()
	s.loop = New(Ports{Reader: s, Authority: simAuthority{s}, Ledger: simLedger{s}, Display: s, Board: s,
		Staff: simStaff{s}, StaffCodes: s.codes}, s.keys, kiosk.Shop{Offered: kiosk.AllLangs}, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(context.Background())
	s.end, s.over = cancel, make(chan any, 1)
	go func() {
		defer func() {
			if r := recover(); r != nil {
				s.over <- r
			}
		}()
		s.over <- s.loop.Run(ctx)
	}()
}

// cut takes the power, in the middle of whatever it is.
func (s *simKiosk) cut() {
	s.mu.Lock()
	s.off = true
	if s.field != nil {
		s.field.unpower()
	}
	s.mu.Unlock()
	s.listen()
	s.end()
	if r := <-s.over; r != context.Canceled {
		s.wrong("the loop ended with %v", r)
	}
	s.empty("after the end")
	s.noCodes("after the end")
}

// listen keeps the events for a replay; the loop stands still.
func (s *simKiosk) listen() {
	synctest.Wait()
	for ; s.heard < s.loop.recentCount; s.heard++ {
		if s.loop.recentCount-s.heard > recentLen {
			s.wrong("events were missed")
		}
		s.log = append(s.log, s.loop.recent[s.heard%recentLen])
	}
	if s.t.Failed() && s.story == "" {
		s.story = replay(s.log)
	}
	// The word of a watch that never was is dropped before anything is done
	// with it. The loop receives it, so what it writes next into its ring comes
	// after what was read of it here.
	s.loop.inbox <- reply{watch: 1 << 40}
}

func (s *simKiosk) slots() []secret.Secret {
	return []secret.Secret{s.keys.Code, s.keys.New, s.keys.Again, s.keys.Proof}
}

func (s *simKiosk) empty(when string) {
	for i, k := range s.slots() {
		if k.Len() != 0 {
			s.wrong("%s: slot %d holds %d characters", when, i+1, k.Len())
		}
	}
	if n := len(kiosk.Phones(s.keys.List)); n != 0 {
		s.wrong("%s: the list has %d phones", when, n)
	}
}

// The reader.

func (s *simKiosk) Ready(contextT) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.dead || s.off {
		return port.Fault(kiosk.MsgReader)
	}
	return nil
}

func (s *simKiosk) Answers(ctx contextT) error { return s.Ready(ctx) }

func (s *simKiosk) Wait(ctx contextT) (Card, error) {
	for {
		s.mu.Lock()
		c, err := s.seen()
		s.mu.Unlock()
		if c != nil || err != nil {
			return c, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(250 * time.Millisecond):
		}
	}
}

func (s *simKiosk) seen() (Card, error) {
	switch {
	case s.dead || s.off:
		return nil, port.Fault(kiosk.MsgReader)
	case s.two:
		return nil, port.Fault(kiosk.MsgTwoCards)
	case s.field == nil:
		return nil, nil
	}
	return &simContact{simCard: s.field, s: s, power: s.field.power}, nil
}

// act: an irreversible call stands right behind its own line.
func (s *simKiosk) act(ctx contextT, line kiosk.EntryKind, what string) {
	if s.last != line && !s.off && ctx.Err() == nil {
		s.wrong("%s behind the line %q", what, s.last)
	}
}

// mine: the card is the one that the session of this visit is about.
func (s *simKiosk) mine(p *simCard) {
	if p.name != s.subject {
		s.wrong("the visit of %s touches %s", s.subject, p.name)
	}
}

// The ledger.

type simLedger struct{ *simKiosk }

func (b simLedger) Append(_ contextT, e kiosk.Entry) error {
	time.Sleep(5 * time.Millisecond)
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.off {
		return errOff
	}
	if b.fault != nil {
		return b.fault
	}
	var kept []kiosk.Entry
	for _, o := range b.open {
		if !e.Kind.Closes(o.Kind.Intent()) {
			kept = append(kept, o)
		}
	}
	if b.open = kept; e.Kind.Intent() != kiosk.NoIntent {
		if len(kept) > 0 {
			b.wrong("%s is begun over %s", e.Kind, kept[0].Kind)
		}
		b.open = append(kept, e)
	}
	b.last = e.Kind
	switch {
	case e.Kind == kiosk.EntryOutcome:
		b.believe(e)
	case e.Kind == kiosk.EntryHeld && e.Outcome == kiosk.Done && !b.held[b.subject]:
		b.wrong("the ledger says held, and the phone of %s is not", b.subject)
	case e.Kind == kiosk.EntryWithdrawn && e.Outcome == kiosk.Done && b.agreed[b.subject]&1 != 0:
		b.wrong("the ledger says withdrawn, and the consent of %s stands", b.subject)
	}
	return nil
}

// believe holds an outcome on disk against the card.
func (s *simKiosk) believe(e kiosk.Entry) {
	g := s.grants[e.Grant]
	switch {
	case e.Outcome == kiosk.Done && !s.everWritten(e.Session):
		s.wrong("the ledger says done, and the card was never written")
	case e.Outcome == kiosk.Failed && g != nil && g.written:
		s.wrong("the ledger says failed, and the card was written")
	case e.Outcome == kiosk.Unknown:
		s.doubts++
	}
}

func (b simLedger) Open(contextT) ([]kiosk.Entry, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.off {
		return nil, errOff
	}
	return append([]kiosk.Entry(nil), b.open...), b.fault
}

// Room is full at times, and then no resident's card may be read anew.
func (b simLedger) Room(contextT) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.off:
		return 0, errOff
	case b.fault != nil:
		return 0, b.fault
	case b.full:
		b.turned = true
		return 100, port.Fault(kiosk.MsgFull)
	}
	b.turned = false
	return 50, nil
}

// The display: what is shown must be true, and a quiet screen must hold nothing.

func (s *simKiosk) Show(v kiosk.View) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.off {
		return
	}
	was := s.view
	s.view = v
	switch v.Place {
	case kiosk.Needs:
		if was.Place != kiosk.Needs {
			s.visits++
			s.begun, s.asked, s.typed = s.snap(), 0, ""
		}
	case kiosk.PlaceCard:
		if was.Place == kiosk.Idle { // who looks needs nothing
			s.visits++
			s.begun, s.asked, s.typed = s.snap(), 0, ""
		}
	case kiosk.Reading:
		if was.Place == kiosk.PlaceCard { // another session, whatever was told of the card before
			s.begun, s.asked = s.snap(), 0
		}
	case kiosk.LastTry:
		s.told = true
	case kiosk.Confirm:
		_ = s.keys.New.Use(func(p []byte) error { s.typed = string(p); return nil })
	}
	if v.Place < kiosk.Reading || v.Place >= kiosk.Telling {
		s.empty("at " + v.Place.String())
	}
	if v.Place == kiosk.Telling && was.Place != kiosk.Telling {
		s.truth(v)
	}
}

// truth holds what a resident is told against all cards.
func (s *simKiosk) truth(v kiosk.View) {
	changed, tried := 0, 0
	for _, p := range s.people {
		was := s.begun[p.simCard]
		if was.writes != p.writes {
			changed++
			if v.Message == kiosk.MsgReset && p.secret[p.flow.Target()] != s.typed {
				s.wrong("told %s, and the card has another secret than was typed", v.Message)
			}
		}
		for ref := range p.tries { // a right proof restores its counter, and spends nothing
			if p.tries[ref] < was.tries[ref] {
				tried++
			}
		}
	}
	switch {
	case v.Message == kiosk.MsgReset || v.Message == kiosk.MsgUnlocked:
		if changed == 0 {
			s.wrong("told %s, and no card was written in this visit", v.Message)
		}
	case v.Message == kiosk.MsgHeldNow && !s.held[s.subject]:
		s.wrong("told %s, and the phone of %s is not", v.Message, s.subject)
	case v.Message == kiosk.MsgWithdrawn && s.agreed[s.subject]&1 != 0:
		s.wrong("told %s, and the consent of %s stands", v.Message, s.subject)
	case v.Result == kiosk.Unknown:
	case changed > 0:
		s.wrong("told %s, and a card was written in this visit", v.Message)
	case !v.Changed && tried > 0:
		s.wrong("told %s and that nothing has changed, and a try was spent", v.Message)
	}
}

func (s *simKiosk) Alive()          {}
func (s *simKiosk) Started()        {}
func (s *simKiosk) Healthy()        {}
func (s *simKiosk) Lamp(bool)       {}
func (s *simKiosk) Tone(kiosk.Tone) {}
