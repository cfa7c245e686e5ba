package main

import (
	"testing"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

// A resident who needs longer than the lease and goes on acting finishes: the
// firmware's client repeats the request that claimed, as often as the loop has it.
func TestClaimThatIsKeptOutlivesItsLease(t *testing.T) { onEach(t, claimThatIsKeptOutlivesItsLease) }

func claimThatIsKeptOutlivesItsLease(t *testing.T, on engine) {
	b, c, r, s := claimed(t, on)
	begun := b.clock.now()
	for b.clock.now().Add(kiosk.ClaimEvery).Sub(begun) < kiosk.VisitMost {
		b.clock.pass(kiosk.ClaimEvery)
		must.OK(t, b.kiosk.Keep(t.Context(), s))
	}
	if b.clock.pass(time.Minute); b.clock.now().Sub(begun) < 25*time.Minute {
		t.Errorf("only %v", b.clock.now().Sub(begun))
	}
	if st := b.state(r); st.State != "claimed" || st.CodesLeft != 5 {
		t.Errorf("%+v", st)
	}
	b.mustGrant(c, s, kiosk.Reset)
}

// However often it is kept, it ends, half an hour after the session was opened.
func TestClaimIsNotKeptForEver(t *testing.T) { onEach(t, claimIsNotKeptForEver) }

func claimIsNotKeptForEver(t *testing.T, on engine) {
	b, c, r, s := claimed(t, on)
	for range 15 {
		b.clock.pass(2 * time.Minute)
		must.OK(t, b.kiosk.Keep(t.Context(), s))
	}
	if st := b.state(r); st.State != "open" {
		t.Errorf("%+v", st)
	}
	_, _, err := b.grant(c, s, kiosk.Reset)
	want(t, err, kiosk.MsgTimeout)
	b.mustGrant(c, b.claim(c, r), kiosk.Reset)
}

// What is over is not revived, nor is what another session has claimed.
func TestClaimThatIsOverIsNotRevived(t *testing.T) { onEach(t, claimThatIsOverIsNotRevived) }

func claimThatIsOverIsNotRevived(t *testing.T, on engine) {
	b, c, r, s := claimed(t, on)
	b.clock.pass(15 * time.Minute)
	must.OK(t, b.kiosk.Keep(t.Context(), s))
	if st := b.state(r); st.State != "open" {
		t.Errorf("%+v", st)
	}
	_, _, err := b.grant(c, s, kiosk.Reset)
	want(t, err, kiosk.MsgTimeout)

	other := b.claim(c, r) // of the same kiosk, whose client keeps the newest
	must.OK(t, b.kiosk.Keep(t.Context(), s))
	b.mustGrant(c, other, kiosk.Reset)
}
