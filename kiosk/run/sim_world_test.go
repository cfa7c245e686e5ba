package run

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// The world of the simulation: what is true, whatever a kiosk believes. People
// with cards, an authority with reservations and grants; kiosks are in
// sim_kiosk_test.go, what people do in sim_test.go. All time is the bubble's.

// simCard is a card. Its secrets and counters change by nothing but the
// commands that reach it.
type simCard struct {
	name   string
	secret [3]string // by Ref
	tries  [3]int8
	writes int // how often its target was set or its counter restored

	power     int     // grows when it loses its power; an older contact is gone
	challenge int     // the last GET CHALLENGE, good for the next command
	verified  [3]bool // in this power-up
}

// person has a card, a reservation and a memory.
type person struct {
	*simCard
	flow  kiosk.Flow
	code  string
	fresh string // what they type as the new secret
	proof string // and the other one
}

type reservation struct {
	code    string
	factor  kiosk.Factor
	flow    kiosk.Flow
	made    time.Time
	wrong   int8
	grants  int
	done    bool
	session kiosk.SessionID // zero: none
}

type grant struct {
	session   kiosk.SessionID
	card      string
	challenge int
	written   bool // the card was changed by it
	spent     bool
	outcome   kiosk.Outcome
}

type session struct {
	card   string
	fresh  uint32 // the challenge that a proof may sign once
	ticket bool
	proved bool
	last   kiosk.GrantID
}

// simWorld is one simulation.
type simWorld struct {
	t        *testing.T
	mu       sync.Mutex
	r        *rand.Rand // what people do: drawn by one goroutine
	luck     *rand.Rand // what ports do: drawn under mu
	trouble  int        // one call in so many goes wrong; 0: none
	people   []*person
	reserved map[string]*reservation
	sessions map[kiosk.SessionID]*session
	held     map[string]bool // whose phone is held
	holds    int
	agreed   map[string]uint8 // which consents stand, of two
	ends     int
	grants   map[kiosk.GrantID]*grant
	minted   uint32
	visits   int
	entries  int // of staff
	writes   int
	doubts   int
	story    string // the last events before the first thing that was wrong
}

func newSimWorld(t *testing.T, seed uint64) *simWorld {
	w := &simWorld{t: t, r: rand.New(rand.NewPCG(seed, 0)), luck: rand.New(rand.NewPCG(seed, 1)), reserved: map[string]*reservation{},
		sessions: map[kiosk.SessionID]*session{}, held: map[string]bool{}, agreed: map[string]uint8{}, grants: map[kiosk.GrantID]*grant{}}
	for i, flow := range []kiosk.Flow{kiosk.FlowP, kiosk.FlowU, kiosk.FlowP} {
		c := &simCard{name: fmt.Sprint("card ", i), secret: [3]string{"", fmt.Sprint(7390 + i), fmt.Sprint("FORGOTTEN", i)}, tries: [3]int8{0, 3, 5}}
		p := &person{simCard: c, flow: flow, proof: c.secret[flow.Proof()]}
		c.tries[flow.Target()] = int8(w.r.IntN(int(flow.Target().Full()) + 1))
		w.people = append(w.people, p)
		w.reserve(p)
	}
	return w
}

// reserve is what the phone app does.
func (w *simWorld) reserve(p *person) {
	w.minted++
	p.code = fmt.Sprintf("%08d", w.r.IntN(100_000_000))
	p.fresh = fmt.Sprint("NEW", w.minted, "PASS")
	if p.flow == kiosk.FlowU {
		p.fresh = fmt.Sprintf("%04d", 5000+w.minted%4000)
	}
	w.reserved[p.name] = &reservation{code: p.code, factor: kiosk.Factor(w.r.IntN(5) / 4), flow: p.flow, made: time.Now()}
}

// simAuthority is the authority as one kiosk reaches it: over a network that loses
// requests and answers, and is sometimes slow beyond all patience.
type simAuthority struct{ *simKiosk }

// answer is what a request brings back.
type answer[T any] struct {
	v   T
	err error
}

// call lets the authority do its work. It may do it and the answer be lost, do
// it long after the wait is over, even after the kiosk was switched off
// and on, or not do it at all.
func call[T any](o simAuthority, ctx contextT, serve func() (T, error)) (T, error) {
	w := o.simWorld
	how, long := 0, 300*time.Millisecond
	w.mu.Lock()
	if w.trouble > 0 {
		how, long = w.luck.IntN(w.trouble), time.Duration(w.luck.IntN(900))*time.Millisecond
	}
	late := time.Duration(w.luck.IntN(90)) * time.Second
	off := o.off
	w.mu.Unlock()
	var none T
	do := func() (T, error) {
		w.mu.Lock()
		defer w.mu.Unlock()
		return serve()
	}
	switch {
	case how == 1 || off: // the request is lost
		return none, errNetwork
	case how == 2: // the answer is lost
		_, _ = do()
		return none, errNetwork
	case how == 3: // it stalls
		<-ctx.Done()
		return none, ctx.Err()
	case how == 4: // the request lies somewhere on the way, and is served when it arrives
		long = late
	case how == 5:
		return none, port.Fault(kiosk.MsgBusy)
	}
	back := make(chan answer[T], 1)
	go func() {
		time.Sleep(long)
		v, err := do()
		back <- answer[T]{v, err}
	}()
	select {
	case <-ctx.Done():
		return none, ctx.Err()
	case a := <-back:
		return a.v, a.err
	}
}

func (o simAuthority) Health(ctx contextT) (port.Health, error) {
	return call(o, ctx, func() (port.Health, error) { return port.Health{Open: true}, nil })
}

func (o simAuthority) Ask(ctx contextT) (port.Health, error) { return o.Health(ctx) }

func (o simAuthority) Open(ctx contextT, f port.Facts) (port.Session, error) {
	s, err := call(o, ctx, func() (s port.Session, err error) {
		name := string(f.AuthCert)
		r := o.reserved[name]
		switch {
		case r == nil:
			return s, port.Fault(kiosk.MsgNoReserve)
		case r.done, r.grants >= kiosk.MaxGrants:
			return s, port.Fault(kiosk.MsgUsedReserve)
		case time.Since(r.made) > 24*time.Hour:
			return s, port.Fault(kiosk.MsgOldReserve)
		}
		o.minted++
		o.sessions[id16(o.minted)] = &session{card: name, fresh: o.minted}
		return port.Session{ID: id16(o.minted), Challenge: id32(o.minted), Flow: r.flow, Factor: r.factor, CodesLeft: 5 - r.wrong}, nil
	})
	return s, o.about(ctx, f, err)
}

func (o simAuthority) Code(ctx contextT, s port.Session, code secretT) ([32]byte, error) {
	var typed string
	_ = code.Use(func(p []byte) error { typed = string(p); return nil })
	return call(o, ctx, func() (ticket [32]byte, err error) {
		m := o.sessions[s.ID]
		r := o.reserved[m.card]
		switch {
		case r.factor == kiosk.FactorReservation:
		case r.wrong >= 5:
			return ticket, port.Fault(kiosk.MsgCodeVoid)
		case typed != r.code:
			r.wrong++
			return ticket, port.WrongCode{Left: 5 - r.wrong}
		}
		m.ticket, r.session = true, s.ID
		o.minted++
		return id32(o.minted), nil
	})
}

func (o simAuthority) Keep(ctx contextT, s port.Session) error {
	_, err := call(o, ctx, func() (none struct{}, err error) {
		if !o.sessions[s.ID].ticket {
			o.wrong("a claim is kept that there is not")
		}
		return none, nil
	})
	return err
}

func (o simAuthority) Digest(s port.Session, cert []byte, act kiosk.Act) [32]byte {
	if s.Ticket == ([32]byte{}) || len(cert) == 0 {
		o.wrong("a digest without ticket or certificate")
	}
	return s.Challenge
}

func (o simAuthority) Prove(ctx contextT, s port.Session, act kiosk.Act, signature []byte) error {
	_, err := call(o, ctx, func() (none struct{}, err error) {
		m := o.sessions[s.ID]
		want := id32(m.fresh)
		if m.fresh == 0 || string(signature) != m.card+string(want[:]) {
			return none, port.Fault(kiosk.MsgBusy) // an earlier one has used this challenge
		}
		if m.fresh, m.proved = 0, true; !m.ticket {
			o.wrong("a proof without a ticket")
		}
		return none, nil
	})
	return err
}

func (o simAuthority) Grant(ctx contextT, s port.Session, challenge []byte) (port.Grant, error) {
	return call(o, ctx, func() (g port.Grant, err error) {
		m := o.sessions[s.ID]
		r := o.reserved[m.card]
		switch {
		case !m.proved:
			return g, port.Fault(kiosk.MsgBusy)
		case r.done || r.grants >= kiosk.MaxGrants:
			return g, port.Fault(kiosk.MsgUsedReserve)
		}
		r.grants++
		o.minted++
		m.proved, m.last = false, id16(o.minted)
		o.grants[m.last] = &grant{session: s.ID, card: m.card, challenge: number(challenge)}
		return port.Grant{ID: m.last, Flow: r.flow}, nil
	})
}

// Settle holds what the kiosk tells against what is true.
func (o simAuthority) Settle(ctx contextT, s kiosk.SessionID, id kiosk.GrantID, out kiosk.Outcome) ([32]byte, error) {
	return call(o, ctx, func() (fresh [32]byte, err error) {
		m := o.sessions[s]
		unnamed := id == (kiosk.GrantID{})
		if unnamed && m != nil {
			id = m.last
		}
		g := o.grants[id]
		switch {
		case m == nil:
			o.wrong("settled a session that was never opened")
			return fresh, nil
		case g == nil: // none was ever given
			if out == kiosk.Done {
				o.wrong("done is told of a write without a grant")
			}
			return fresh, nil
		case unnamed && out == kiosk.Failed && g.outcome == kiosk.Unknown:
			// The kiosk asked for another one, which was not given: of the one before it
			// it knows the number, and that it is in doubt.
			o.minted++
			m.fresh = o.minted
			return id32(o.minted), nil
		case out == kiosk.Done && !o.everWritten(s), out == kiosk.Failed && g.written:
			o.wrong("%s is told of a grant, and the card was written: %v", out, g.written)
		case out == kiosk.Unknown && g.outcome != kiosk.NoOutcome:
			return fresh, nil // it was under way for long, and the truth has overtaken it
		case g.outcome != kiosk.NoOutcome && g.outcome != kiosk.Unknown && g.outcome != out:
			o.wrong("%s is told after %s", out, g.outcome)
		}
		g.outcome = out
		r := o.reserved[m.card]
		if r.session == s && out == kiosk.Done {
			r.done = true
			return fresh, nil
		}
		o.minted++
		m.fresh = o.minted
		return id32(o.minted), nil
	})
}

// everWritten: a grant of that session changed the card.
func (w *simWorld) everWritten(s kiosk.SessionID) bool {
	for _, g := range w.grants {
		if g.session == s && g.written {
			return true
		}
	}
	return false
}

func id16(n uint32) [16]byte { return [16]byte{1, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)} }
func id32(n uint32) (b [32]byte) {
	id := id16(n)
	copy(b[:], id[:])
	return b
}
func number(b []byte) (n int) {
	if len(b) != 16 {
		return -1
	}
	for _, c := range b[1:5] {
		n = n<<8 | int(c)
	}
	return n
}

var errOff = errors.New("the power is gone")
