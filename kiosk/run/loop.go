// Package run is the loop around kiosk.Step: the only goroutine that holds a
// State. It delivers events one at a time, carries out effects in their order,
// and keeps what must never enter a State (certificates, tickets, grants) for
// the length of one visit.
//
// It decides nothing about residents: a rule that seems to belong here belongs
// into Step. Read loop.go first, then effect.go; port.go has the interfaces.
package run

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/secret"
	"multicopy.example/kiosk/staff"
)

// Ports are what the loop uses; the first five are needed.
type Ports struct {
	Reader    Reader
	Authority Authority
	Ledger    Ledger
	Display   Display
	Board     Board
	Printer   Printer // nil: no slip is offered

	Staff      Staff // nil: no maintenance
	StaffCodes port.StaffCodes
}

const (
	inboxSize     = 256             // events not yet delivered; touches beyond it are dropped
	recentLen     = 512             // events kept for a replay
	aliveInterval = 5 * time.Second // between two proofs that loop, display and ledger still answer
)

// reply is an event with the payload that the loop keeps of it.
type reply struct {
	event kiosk.Event
	store func(*visit) // run when the event is current; nil where nothing is brought
	card  Card         // what store would keep: its power is not taken elsewhere
	drop  func()       // instead of store, where the event is not current; nil where nothing is left of it
	watch uint64       // CardGone: which watch saw it; 0 for all other events
	shows bool         // instead of event: whether the watched field's card is seen …
	away  bool         // … or is not
	staff staff.Event  // of maintenance, instead of event; NoEvent for all other replies
}

// Loop is one kiosk. Create it with New; it runs once.
type Loop struct {
	Ports
	secrets       port.Secrets
	shop          kiosk.Shop
	log           *slog.Logger
	inbox         chan reply
	door          chan bool // how it stands, where the loop has not heard it
	state         kiosk.State
	visit         visit
	staff         maintenance
	readerQueue   readerQueue
	cancelRequest context.CancelFunc // ends the request the state waits for
	timersFrom    time.Time          // the timers of the place count from here
	timer         *time.Timer
	visitCap      *time.Timer
	shown         kiosk.View
	digits        kiosk.Digits // of the page with number digitsOf
	digitsOf      uint32
	redraw        bool        // a secret was erased: what the screen shows of it is gone
	started       bool        // Board.Started was called
	healthy       bool        // Board.Healthy was called
	nearlyFull    atomic.Bool // the ledger is nearly full, and staff was told
	recent        [recentLen]kiosk.Event
	recentCount   int
	ctx           context.Context
}

// New makes a loop for a machine of that shop. The secrets are taken once, by the caller, so that a machine
// that cannot lock memory refuses to start before anything is shown.
func New(h Ports, secrets port.Secrets, shop kiosk.Shop, log *slog.Logger) *Loop {
	return &Loop{Ports: h, secrets: secrets, shop: shop, log: log, inbox: make(chan reply, inboxSize), door: make(chan bool, 1)}
}

// Post delivers an event from the screen. It never blocks: when they fill
// the inbox, touches beyond it are dropped.
func (l *Loop) Post(e kiosk.Event) {
	select {
	case l.inbox <- reply{event: e}:
	default:
	}
}

// Run turns until ctx ends. Whatever ends it, the secrets are erased first.
func (l *Loop) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	l.ctx = ctx
	defer l.end(cancel)
	l.timer, l.visitCap = stoppedTimer(), stoppedTimer()
	l.staff.idle, l.staff.stay = stoppedTimer(), stoppedTimer()
	pulse := time.NewTicker(aliveInterval)
	defer pulse.Stop()

	s, fx := kiosk.Start(l.shop)
	l.apply(kiosk.Event{}, s, fx)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case a := <-l.inbox:
			l.deliver(a)
		case open := <-l.door:
			l.stepStaff(staff.Event{Kind: staff.DoorMoved, Door: open})
		case <-l.timer.C:
			l.step(kiosk.Event{Kind: kiosk.TimerFired, Timer: l.state.Timer})
		case <-l.visitCap.C:
			l.step(kiosk.Event{Kind: kiosk.VisitOver})
		case <-l.staff.idle.C:
			l.stepStaff(staff.Event{Kind: staff.TimerFired, Op: l.staff.state.Op})
		case <-l.staff.stay.C:
			l.stepStaff(staff.Event{Kind: staff.TimeUp})
		case <-pulse.C:
			l.proveAlive()
		}
	}
}

func stoppedTimer() *time.Timer {
	t := time.NewTimer(time.Hour)
	t.Stop()
	return t
}

// end erases the secrets and waits until no port is still at work. Requests
// are ended first: a Wipe waits for a Use.
func (l *Loop) end(cancel context.CancelFunc) {
	cancel()
	l.wipe(kiosk.LiveAll)
	l.wipeStaff(staff.LiveAll, 0)
	l.readerQueue.wait()
}

// deliver fills in what only the loop knows, hands over the payload of a
// current reply, and steps.
func (l *Loop) deliver(a reply) {
	e := a.event
	switch {
	case a.staff.Kind != staff.NoEvent:
		l.deliverStaff(a.staff)
		return
	case e.Kind == kiosk.StaffIn && l.Staff == nil:
		return
	}
	if a.watch != 0 && a.watch != l.readerQueue.watch {
		return // a watch that was ended
	}
	if a.shows {
		l.readerQueue.away = a.away
		l.show(false)
		return
	}
	if e.Kind == kiosk.Pressed && e.Button == kiosk.ButtonOK {
		e.Form, e.Same = kiosk.Judge(l.state.Pad(), l.typing()), false
		if l.state.Typing() == kiosk.LiveAgain {
			e.Same = l.secrets.Again.Equal(l.secrets.New)
		}
	}
	if a.store != nil {
		if e.Op != l.state.Op {
			if a.card != nil { // laid in the moment in which the resident left
				l.readerQueue.push(func() { l.release(a.card) })
				l.updateWatch()
			}
			if a.drop != nil {
				a.drop()
			}
			return
		}
		a.store(&l.visit)
	}
	l.step(e)
}

func (l *Loop) step(e kiosk.Event) {
	if e.Kind != kiosk.KeyPressed { // its count would tell the length of a secret
		kept := e
		if kept.Form = 0; e.Form.Bad() { // which rule was broken would hint at the length; that one was is all Step asks
			kept.Form = kiosk.FormChar
		}
		l.recent[l.recentCount%recentLen] = kept
		l.recentCount++
	}
	s, fx := kiosk.Step(l.state, e)
	l.apply(e, s, fx)
}

// apply makes a state current: it ends what the old state waited for, carries
// out the effects, arms the clocks and shows the screen.
func (l *Loop) apply(e kiosk.Event, s kiosk.State, fx []kiosk.Effect) {
	old := l.state
	l.state = s
	if s.Op != old.Op && l.cancelRequest != nil {
		l.cancelRequest()
		l.cancelRequest = nil
	}
	if s.Place != old.Place {
		l.log.Info("place", "place", s.Place.String(), "message", s.Message.String())
	}
	l.setTimers(e, old)
	if !l.carryOut(fx) {
		l.step(kiosk.Event{Kind: kiosk.LedgerLost})
		return
	}
	l.updateWatch()
	if s.Place == old.Place {
		l.show(l.redraw)
		return
	}
	// A finger may have met a key of the screen before when the place had
	// changed already. Its character stands in a slot that the state does not
	// hold; it must not be there for the next resident.
	l.wipeUnused(0)
	l.show(false)
	l.wipeUnused(l.typing())
	l.followStaff(old.Place)
}

// wipeUnused erases every slot whose secret is not live in the state, but for one, and
// the list where it is not.
func (l *Loop) wipeUnused(but secret.Secret) {
	if !l.state.Lists() {
		l.secrets.List.Wipe()
	}
	for bit, s := range l.slots() {
		if l.state.Live&bit == 0 && s != but {
			s.Wipe()
		}
	}
}

// setTimers re-arms the timers when the question changed, when a touch changed
// something or typed a key, and when a timer began the place's work anew. No
// other event does: two cards left on the reader, or an authority that answers,
// would otherwise keep a screen open for ever.
func (l *Loop) setTimers(e kiosk.Event, old kiosk.State) {
	s := l.state
	key := e.Kind == kiosk.KeyPressed && e.Place == s.Place
	page := e.Kind == kiosk.PageTurned && e.Place == s.Place && s.HearsPages()
	touched := key || page || e.Kind == kiosk.Pressed && s != old
	anew := e.Kind == kiosk.TimerFired && s.Op != old.Op
	if !s.Place.SharesClock(old.Place) || touched || anew || l.timersFrom.IsZero() {
		l.timersFrom = time.Now()
	}
	if s != old || key || page {
		l.timer.Stop()
		if after, ok := s.NextTimer(); ok {
			l.timer.Reset(time.Until(l.timersFrom.Add(after)))
		}
	}
	switch was, is := old.InVisit(), s.InVisit(); {
	case is && !was:
		l.visitCap.Reset(kiosk.VisitCap)
		l.visit.capAt, l.visit.most = time.Now().Add(kiosk.VisitCap), time.Now().Add(kiosk.VisitMost)
	case was && !is:
		l.visitCap.Stop()
	}
}

// show draws the view when it changed.
func (l *Loop) show(always bool) {
	v := kiosk.Look(l.state)
	v.Card = v.Card && !l.readerQueue.away
	v.Secret, v.OnReader = l.typing(), l.visit.lies
	if l.state.Lists() {
		v.List = l.secrets.List
	}
	if v.Shuffle {
		v.Digits = l.shuffled()
	}
	if v.Place.ShowsNumber() {
		v.Session, v.When = l.visit.lastSession, l.visit.endedAt
	}
	if v == l.shown && !always {
		return
	}
	level := slog.LevelInfo
	if v == l.shown { // every few seconds, by day and night
		level = slog.LevelDebug
	}
	l.shown, l.redraw = v, false
	start := time.Now()
	l.Display.Show(v)
	l.spanAt(level, "screen", v.Place.String(), start, nil)
}

// proveAlive feeds the watchdog, and only after loop, display and ledger have
// answered once: a bare tick would prove that the scheduler runs, not that the kiosk
// works. A ledger that answers with an error has answered; one that is waited for
// in vain has not, and a disk that hangs is mended by a restart at the earliest.
func (l *Loop) proveAlive() {
	l.show(true)
	ctx, cancel := context.WithTimeout(l.ctx, aliveInterval)
	defer cancel()
	_, _ = l.Ledger.Open(ctx)
	if ctx.Err() != nil {
		return
	}
	l.Board.Alive()
	if !l.started && l.state.Place != kiosk.Starting { // a screen that is true stands, and out of service is true too
		l.started = true
		l.Board.Started()
	}
	if !l.healthy && l.state.Place == kiosk.Idle { // ledger and reader are open, the screen is drawn
		l.healthy = true
		l.Board.Healthy()
	}
}

// typing is the slot that the place's pad types into, 0 without a pad.
func (l *Loop) typing() secret.Secret { return l.slots()[l.state.Typing()] }

// span logs one call of a port: its name, its time, and no body.
func (l *Loop) span(port, op string, start time.Time, err error) {
	l.spanAt(slog.LevelInfo, port, op, start, err)
}

// spanAt logs a call that went well at this level; one that did not is a warning.
func (l *Loop) spanAt(level slog.Level, port, op string, start time.Time, err error) {
	if err != nil {
		l.log.Warn("span", "port", port, "op", op, "took", time.Since(start), "err", err)
		return
	}
	l.log.Log(l.ctx, level, "span", "port", port, "op", op, "took", time.Since(start))
}

// Recent are the last events, oldest first, for a replay. Key presses are not
// among them.
func (l *Loop) Recent() []kiosk.Event {
	n := min(l.recentCount, recentLen)
	out := make([]kiosk.Event, 0, n)
	for i := l.recentCount - n; i < l.recentCount; i++ {
		out = append(out, l.recent[i%recentLen])
	}
	return out
}
