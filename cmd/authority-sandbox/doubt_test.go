package main

import (
	"testing"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

func (b *bench) settle(s port.Session, g kiosk.GrantID, o kiosk.Outcome) ([32]byte, error) {
	return b.kiosk.Settle(b.Context(), s.ID, g, o)
}

// TestOutcomesThatMayChange: only unknown may become another, and the same
// again is answered again.
func TestOutcomesThatMayChange(t *testing.T) { onEach(t, outcomesThatMayChange) }

func outcomesThatMayChange(t *testing.T, on engine) {
	all := []kiosk.Outcome{kiosk.Done, kiosk.Failed, kiosk.Unknown}
	for _, first := range all {
		for _, second := range all {
			b := start(t, on)
			c := b.card("hanako")
			r := b.reserve(c, kiosk.FlowP)
			s := b.claim(c, r)
			g := b.mustGrant(c, s, kiosk.Reset)
			challenge, err := b.settle(s, g.ID, first)
			if err != nil || (challenge == [32]byte{}) != (first == kiosk.Done) {
				t.Fatalf("%v: %x, %v", first, challenge, err)
			}
			state := map[kiosk.Outcome]string{kiosk.Done: "done", kiosk.Failed: "claimed", kiosk.Unknown: "in doubt"}
			if st := b.state(r); st.State != state[first] || st.Outcome != first.String() {
				t.Errorf("%v: %+v", first, st)
			}
			_, err = b.settle(s, g.ID, second)
			if first == kiosk.Unknown || first == second {
				if st := b.state(r); err != nil || st.State != state[second] {
					t.Errorf("%v then %v: %v, %+v", first, second, err, st)
				}
				continue
			}
			want(t, err, kiosk.MsgTimeout)
			if st := b.state(r); st.State != state[first] {
				t.Errorf("%v then %v: %+v", first, second, st)
			}
		}
	}
}

// TestWriteThatFailedIsTriedAgain with Settle's challenge, three grants in all.
func TestWriteThatFailedIsTriedAgain(t *testing.T) { onEach(t, writeThatFailedIsTriedAgain) }

func writeThatFailedIsTriedAgain(t *testing.T, on engine) {
	b, c, r, s := claimed(t, on)
	for _, word := range []kiosk.Message{kiosk.MsgTimeout, kiosk.MsgTimeout, kiosk.MsgUsedReserve} {
		b.mustGrant(c, s, kiosk.Reset)
		// One live grant: no second one before the first has an outcome.
		s.Challenge = [32]byte{1}
		_, _, err := b.grant(c, s, kiosk.Reset)
		want(t, err, word)
		s.Challenge, err = b.settle(s, kiosk.GrantID{}, kiosk.Failed)
		must.OK(t, err)
	}
	_, _, err := b.grant(c, s, kiosk.Reset)
	want(t, err, kiosk.MsgUsedReserve)
	_, err = b.kiosk.Open(t.Context(), c.facts())
	want(t, err, kiosk.MsgUsedReserve)
	if st := b.state(r); st.Grants != 3 {
		t.Errorf("%+v", st)
	}
}

// TestSameCardBackInDoubt: the counter was full and says nothing, so the same
// write is repeated under a new grant and the first is superseded.
func TestSameCardBackInDoubt(t *testing.T) { onEach(t, sameCardBackInDoubt) }

func sameCardBackInDoubt(t *testing.T, on engine) {
	b, c, r, s := claimed(t, on)
	first := b.mustGrant(c, s, kiosk.Reset)
	var err error
	s.Challenge, err = b.settle(s, first.ID, kiosk.Unknown)
	must.OK(t, err)
	second := b.mustGrant(c, s, kiosk.Reset)
	must.OK(t, must.Err(b.settle(s, second.ID, kiosk.Done)))
	if st := b.state(r); st.State != "done" || st.Grants != 2 {
		t.Errorf("%+v", st)
	}
	// What is learnt of the first one later changes nothing.
	must.OK(t, must.Err(b.settle(s, first.ID, kiosk.Failed)))
	if st := b.state(r); st.State != "done" {
		t.Errorf("a superseded grant moved the reservation: %+v", st)
	}
}

// TestPowerCutWhileWriting: the secrets are gone; the reservation serves again
// at once, the doubt is told, and the late outcome of the first visit is noted.
func TestPowerCutWhileWriting(t *testing.T) { onEach(t, powerCutWhileWriting) }

func powerCutWhileWriting(t *testing.T, on engine) {
	for _, late := range []kiosk.Outcome{kiosk.Done, kiosk.Failed, kiosk.Unknown} {
		b := start(t, on)
		c := b.card("hanako")
		r := b.reserve(c, kiosk.FlowP)
		cut := b.claim(c, r)
		lost := b.mustGrant(c, cut, kiosk.Reset)
		b.clock.pass(time.Hour)

		s := b.open(c)
		if !s.Doubt {
			t.Error("the doubt was not told")
		}
		ticket, err := b.code(b.kiosk, s, r.OTP)
		must.OK(t, err)
		s.Ticket = ticket
		if _, err := b.settle(cut, lost.ID, late); err != nil {
			t.Fatalf("%v: %v", late, err)
		}
		g, _, err := b.grant(c, s, kiosk.Reset)
		if late == kiosk.Done {
			want(t, err, kiosk.MsgUsedReserve)
			continue
		}
		if err != nil {
			t.Fatalf("%v: %v", late, err)
		}
		must.OK(t, must.Err(b.settle(s, g.ID, kiosk.Done)))
		if st := b.state(r); st.State != "done" {
			t.Errorf("%v: %+v", late, st)
		}
	}
}

// TestGrantThatNeverCame: asked for, and the answer was lost. It is settled
// without its number, and anything but failed is no answer.
func TestGrantThatNeverCame(t *testing.T) { onEach(t, grantThatNeverCame) }

func grantThatNeverCame(t *testing.T, on engine) {
	b := start(t, on)
	c := b.card("hanako")
	s := b.claim(c, b.reserve(c, kiosk.FlowP))
	_, err := b.settle(s, kiosk.GrantID{}, kiosk.Done)
	want(t, err, kiosk.MsgTimeout)
	_, err = b.settle(s, kiosk.GrantID{7}, kiosk.Failed)
	want(t, err, kiosk.MsgTimeout)
	s.Challenge, err = b.settle(s, kiosk.GrantID{}, kiosk.Failed)
	must.OK(t, err)
	b.mustGrant(c, s, kiosk.Reset)
}

// TestProofIsGoodOnce: a wrong one spends the challenge, a right one gives one
// grant, and neither serves another session, act or card.
func TestProofIsGoodOnce(t *testing.T) { onEach(t, proofIsGoodOnce) }

func proofIsGoodOnce(t *testing.T, on engine) {
	b := start(t, on)
	c, other := b.card("hanako"), b.card("taro")
	s := b.claim(c, b.reserve(c, kiosk.FlowP))
	good := c.sign(kiosk.RefAuth, b.kiosk.Digest(s, c.cert, kiosk.Reset))
	ctx := t.Context()
	for name, signature := range map[string][]byte{
		"another card":     other.sign(kiosk.RefAuth, b.kiosk.Digest(s, c.cert, kiosk.Reset)),
		"the other key":    c.sign(kiosk.RefSign, b.kiosk.Digest(s, c.cert, kiosk.Reset)),
		"the other act":    c.sign(kiosk.RefAuth, b.kiosk.Digest(s, c.cert, kiosk.Unlock)),
		"the old":          good,
		"no digest at all": make([]byte, 256),
	} {
		var err error
		if s.Challenge, err = b.settle(s, kiosk.GrantID{}, kiosk.Failed); err != nil { // a fresh one
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) { want(t, b.kiosk.Prove(ctx, s, kiosk.Reset, signature), kiosk.MsgCardFault) })
		fine := c.sign(kiosk.RefAuth, b.kiosk.Digest(s, c.cert, kiosk.Reset))
		t.Run(name+", then the right one", func(t *testing.T) { want(t, b.kiosk.Prove(ctx, s, kiosk.Reset, fine), kiosk.MsgTimeout) })
	}
	var err error
	s.Challenge, err = b.settle(s, kiosk.GrantID{}, kiosk.Failed)
	must.OK(t, err)
	fine := c.sign(kiosk.RefAuth, b.kiosk.Digest(s, c.cert, kiosk.Reset))
	must.OK(t, b.kiosk.Prove(ctx, s, kiosk.Reset, fine))
	want(t, b.kiosk.Prove(ctx, s, kiosk.Reset, fine), kiosk.MsgTimeout)
	// The replay cost nothing: the proof that was believed still serves, once.
	must.OK(t, must.Err(b.kiosk.Grant(ctx, s, make([]byte, 16))))
	_, err = b.kiosk.Grant(ctx, s, make([]byte, 16))
	want(t, err, kiosk.MsgTimeout)
}

// TestNothingWithoutTheStepBefore: no proof without a ticket, no grant without
// a proof, and no other kiosk in this one's session.
func TestNothingWithoutTheStepBefore(t *testing.T) { onEach(t, nothingWithoutTheStepBefore) }

func nothingWithoutTheStepBefore(t *testing.T, on engine) {
	b := start(t, on)
	c := b.card("hanako")
	b.reserve(c, kiosk.FlowP)
	s := b.open(c)
	_, _, err := b.grant(c, s, kiosk.Reset)
	want(t, err, kiosk.MsgTimeout)
	if _, err := b.kiosk.Grant(t.Context(), s, make([]byte, 16)); err == nil {
		t.Error("a grant for nothing")
	}
	stranger := b.another("kiosk-0002", true)
	_, err = stranger.Settle(t.Context(), s.ID, kiosk.GrantID{}, kiosk.Failed)
	want(t, err, kiosk.MsgTimeout)
}

// TestFailureToldAgain after the reservation has another grant: that one
// lives, and it stays the only one.
func TestFailureToldAgain(t *testing.T) { onEach(t, failureToldAgain) }

func failureToldAgain(t *testing.T, on engine) {
	b, c, r, s := claimed(t, on)
	first := b.mustGrant(c, s, kiosk.Reset)
	l := newLedger()
	l.lines(1)
	l.outcome(s.ID, first.ID, kiosk.Failed)
	var err error
	s.Challenge, err = b.settle(s, first.ID, kiosk.Failed)
	must.OK(t, err)
	second := b.mustGrant(c, s, kiosk.Reset)
	b.tell(l, 0)
	if st := b.state(r); st.State != "granted" {
		t.Errorf("with a live grant the reservation is %s", st.State)
	}
	must.OK(t, must.Err(b.settle(s, second.ID, kiosk.Done)))
	if st := b.state(r); st.State != "done" {
		t.Errorf("%+v", st)
	}
}
