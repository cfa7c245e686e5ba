package run

import (
	"testing"
	"testing/synctest"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// leased makes the double of the authority end a claim as the reference authority
// does: 15 minutes after the last request of the session, 30 after its opening.
func leased(b *bench) (kept *[]time.Time) {
	var opened, lease time.Time
	kept = new([]time.Time)
	b.fail = func(at, op string) error {
		now := time.Now()
		switch {
		case at != "authority":
		case op == "open":
			opened = now
		case op == "code":
			lease = now.Add(15 * time.Minute)
		case now.After(lease) && (op == "prove" || op == "grant"):
			return port.Fault(kiosk.MsgTimeout)
		case op == "keep":
			if *kept = append(*kept, now); now.Before(lease) {
				lease = earlier(now.Add(15*time.Minute), opened.Add(30*time.Minute))
			}
		}
		return nil
	}
	return kept
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// A person who needs longer than the authority's 15 minutes, and goes on acting.
func TestSlowPersonKeepsTheClaim(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, c := start(t), newCard()
		kept := leased(b)
		var typed, last = time.Time{}, kiosk.Places
		for b.now().Place != kiosk.Telling {
			v := b.now()
			if v.Message == kiosk.MsgErased || v.Place == kiosk.TakeCard {
				t.Fatalf("%s says %s", v.Place, v.Message)
			}
			if v.Place == last || !v.Place.WaitsForPerson() {
				time.Sleep(100 * time.Millisecond)
				continue
			}
			if last = v.Place; v.Place == kiosk.NewSecret {
				typed = time.Now()
			}
			time.Sleep(55 * time.Second)
			b.slowly(v.Place, c, "SAKURA25", 45*time.Second)
		}
		if v := b.now(); v.Message != kiosk.MsgReset || c.fresh != "SAKURA25" {
			t.Errorf("told %s", v.Message)
		}
		if since := time.Since(typed); since < 16*time.Minute {
			t.Errorf("that was not slow: %v after the one-time password", since)
		}
		if len(*kept) < 3 || (*kept)[1].Sub((*kept)[0]) < kiosk.ClaimEvery {
			t.Errorf("kept at %v", *kept)
		}
		b.stop()
	})
}

// An authority that does not answer, or knows nothing of keeping, stops no visit:
// the proof says that the claim is over.
func TestClaimThatIsNotKeptIsToldByTheProof(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, c := start(t), newCard()
		over := time.Time{}
		b.fail = func(at, op string) error {
			switch {
			case op == "code":
				over = time.Now().Add(15 * time.Minute)
			case op == "keep":
				return port.Fault(kiosk.MsgNetwork)
			case op == "prove" && time.Now().After(over):
				return port.Fault(kiosk.MsgTimeout)
			}
			return nil
		}
		b.walkTo(kiosk.NewSecret, c)
		for time.Now().Before(over) {
			b.types("A")
			b.now().Secret.Drop()
			time.Sleep(40 * time.Second)
		}
		b.walkTo(kiosk.TakeCard, c)
		if v := b.now(); v.Message != kiosk.MsgTimeout || c.fresh != "" {
			t.Errorf("%s, %s", v.Place, v.Message)
		}
		b.stop()
	})
}
