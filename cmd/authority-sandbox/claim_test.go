package main

import (
	"cmp"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// TestUnlockInDoubtIsSettledByTheCounter: who claims the reservation next, at any
// kiosk, has told the counters; full is done, unchanged is failed, anything else
// says nothing, and a reset is not settled so. An opening alone settles nothing:
// any kiosk that has the card's certificate can say any counter.
func TestUnlockInDoubtIsSettledByTheCounter(t *testing.T) {
	onEach(t, unlockInDoubtIsSettledByTheCounter)
}

func unlockInDoubtIsSettledByTheCounter(t *testing.T, on engine) {
	for name, one := range map[string]struct {
		flow        kiosk.Flow
		act         kiosk.Act
		before, now int8 // the target's counter
		told        bool // the kiosk told that it does not know
		state       string
		refused     kiosk.Message
		later       time.Duration // between the two visits; an hour where it is not said
	}{
		"full":             {kiosk.FlowP, kiosk.Unlock, 0, 5, true, "done", kiosk.MsgUsedReserve, 0},
		"full, not told":   {kiosk.FlowP, kiosk.Unlock, 2, 5, false, "done", kiosk.MsgUsedReserve, 0},
		"full, flow U":     {kiosk.FlowU, kiosk.Unlock, 0, 3, true, "done", kiosk.MsgUsedReserve, 0},
		"unchanged":        {kiosk.FlowP, kiosk.Unlock, 0, 0, true, "claimed", kiosk.NoMessage, 0},
		"one try less":     {kiosk.FlowP, kiosk.Unlock, 2, 1, true, "in doubt", kiosk.NoMessage, 0},
		"not told by card": {kiosk.FlowP, kiosk.Unlock, 0, -1, true, "in doubt", kiosk.NoMessage, 0},
		"a reset":          {kiosk.FlowP, kiosk.Reset, 0, 5, true, "in doubt", kiosk.NoMessage, 0},
		"lease not over":   {kiosk.FlowP, kiosk.Unlock, 2, 5, false, "done", kiosk.MsgUsedReserve, time.Minute},
	} {
		b := start(t, on)
		c := b.card("hanako")
		r := b.reserve(c, one.flow)
		facts := func(target int8) port.Facts {
			f := c.facts()
			if f.SignTries = target; one.flow == kiosk.FlowU {
				f.AuthTries, f.SignTries = target, 5
			}
			return f
		}
		s, err := b.kiosk.Open(t.Context(), facts(one.before))
		must.OK(t, err)
		s.Ticket, err = b.code(b.kiosk, s, r.OTP)
		must.OK(t, err)
		g := b.mustGrant(c, s, one.act)
		if one.told {
			must.OK(t, must.Err(b.settle(s, g.ID, kiosk.Unknown)))
		}
		b.clock.pass(cmp.Or(one.later, time.Hour))
		before := b.state(r).State
		next, err := b.kiosk.Open(t.Context(), facts(one.now))
		if err != nil || !next.Doubt || b.state(r).State != before {
			t.Errorf("%s: opened, doubt %v, %s after %s, %v", name, next.Doubt, b.state(r).State, before, err)
		}
		if _, err = b.code(b.kiosk, next, r.OTP); one.refused != kiosk.NoMessage {
			want(t, err, one.refused)
		} else if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if st := b.state(r); st.State != one.state {
			t.Errorf("%s: %+v, want %s", name, st, one.state)
		}
	}
}

// TestAFailedWriteEndsNoEarlierDoubt: the second write was refused by the card,
// and the first may have happened. Only a write that is done ends that, in the
// flow that it was about.
func TestAFailedWriteEndsNoEarlierDoubt(t *testing.T) { onEach(t, aFailedWriteEndsNoEarlierDoubt) }

func aFailedWriteEndsNoEarlierDoubt(t *testing.T, on engine) {
	b, c, r, s := claimed(t, on)
	for _, o := range []kiosk.Outcome{kiosk.Unknown, kiosk.Failed} {
		g := b.mustGrant(c, s, kiosk.Reset)
		var err error
		s.Challenge, err = b.settle(s, g.ID, o)
		must.OK(t, err)
	}
	if st := b.state(r); st.State != "in doubt" {
		t.Errorf("after a refused repetition: %+v", st)
	}
	for _, one := range []struct {
		flow  kiosk.Flow
		act   kiosk.Act
		doubt bool // when it begins
	}{{kiosk.FlowU, kiosk.Reset, true}, {kiosk.FlowP, kiosk.Unlock, true}, {kiosk.FlowP, kiosk.Reset, true}, {kiosk.FlowP, kiosk.Reset, false}} {
		s := b.claim(c, b.reserve(c, one.flow))
		if s.Doubt != one.doubt {
			t.Errorf("%s/%s begins with doubt %v", one.flow, one.act, s.Doubt)
		}
		g := b.mustGrant(c, s, one.act)
		must.OK(t, must.Err(b.settle(s, g.ID, kiosk.Done)))
	}
}

// TestAGrantThatWasNotGivenSettlesNoOther: the repetition of a write in doubt was
// asked for, and the power went before the authority heard. The next start knows
// that this one changed nothing, and has no number for it.
func TestAGrantThatWasNotGivenSettlesNoOther(t *testing.T) {
	onEach(t, aGrantThatWasNotGivenSettlesNoOther)
}

func aGrantThatWasNotGivenSettlesNoOther(t *testing.T, on engine) {
	b, c, r, s := claimed(t, on)
	g := b.mustGrant(c, s, kiosk.Reset)
	must.OK(t, must.Err(b.settle(s, g.ID, kiosk.Unknown)))
	must.OK(t, must.Err(b.settle(s, kiosk.GrantID{}, kiosk.Failed)))
	if st := b.state(r); st.State != "in doubt" || st.Outcome != "unknown" || !b.open(c).Doubt {
		t.Errorf("%+v", st)
	}
	if _, err := b.settle(s, g.ID, kiosk.Failed); err != nil || b.open(c).Doubt { // by its number
		t.Error(err)
	}
}

// TestACertificateTakesNoClaimOver: where the reservation alone is enough, a kiosk
// that has the card's certificate gets a ticket. It claims nothing before the card has
// signed; then the claim before it ends.
func TestACertificateTakesNoClaimOver(t *testing.T) { onEach(t, aCertificateTakesNoClaimOver) }

func aCertificateTakesNoClaimOver(t *testing.T, on engine) {
	b := start(t, on, func(p *domain.Policy) { p.Factor = int(kiosk.FactorReservation) })
	c := b.card("hanako")
	r := b.reserve(c, kiosk.FlowP)
	begin := func() port.Session {
		s := b.open(c)
		var err error
		s.Ticket, err = b.kiosk.Code(t.Context(), s, 0)
		must.OK(t, err)
		return s
	}
	own := begin()
	must.OK(t, b.kiosk.Prove(t.Context(), own, kiosk.Reset, c.sign(kiosk.RefAuth, b.kiosk.Digest(own, c.cert, kiosk.Reset))))
	other := begin()
	err := b.kiosk.Prove(t.Context(), other, kiosk.Reset, make([]byte, 256))
	want(t, err, kiosk.MsgCardFault)
	if _, err := b.kiosk.Grant(t.Context(), other, make([]byte, 16)); err == nil {
		t.Error("a grant for a certificate")
	}
	if _, err := b.kiosk.Grant(t.Context(), own, make([]byte, 16)); err != nil {
		t.Errorf("the claim is gone: %v", err)
	}
	// Her card at another kiosk, which signs: what was out there is in doubt.
	third := begin()
	b.mustGrant(c, third, kiosk.Reset)
	must.Note(t, must.Err(b.settle(own, kiosk.GrantID{}, kiosk.Unknown)))
	if st := b.state(r); st.State != "granted" || st.Grants != 2 {
		t.Errorf("%+v", st)
	}
}
