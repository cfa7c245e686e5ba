package run

import (
	"testing"
	"testing/synctest"
	"time"

	"multicopy.example/kiosk"
)

// A PIN that was typed and left is erased after a minute, whatever else
// happens meanwhile: only a touch counts.
func TestTypedPINIsErasedWhateverElseHappens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t)
		b.walkTo(kiosk.Proof, newCard())
		b.types("7392")
		slot := b.now().Secret
		typed := time.Now()
		for slot.Len() != 0 {
			for _, e := range []kiosk.Event{
				{Kind: kiosk.Healthy}, {Kind: kiosk.CardIn}, {Kind: kiosk.Settled}, {Kind: kiosk.NoEvent},
				{Kind: kiosk.Pressed, Button: kiosk.ButtonOK, Place: kiosk.Confirm},
				{Kind: kiosk.Pressed, Button: kiosk.ButtonLang, Place: kiosk.Proof},
				{Kind: kiosk.Pressed, Button: kiosk.ButtonStay, Place: kiosk.Proof},
				{Kind: kiosk.KeyPressed, Place: kiosk.Code}, {Kind: kiosk.StaffIn},
			} {
				b.loop.Post(e)
			}
			time.Sleep(5 * time.Second)
			if time.Since(typed) > 65*time.Second {
				t.Fatalf("still %d characters after %v", slot.Len(), time.Since(typed))
			}
		}
		if since := time.Since(typed); since < 55*time.Second {
			t.Errorf("erased after %v already", since)
		}
		v := b.until(kiosk.TakeCard, 70*time.Second)
		if v.Message != kiosk.MsgTimeout {
			t.Errorf("told %s", v.Message)
		}
		b.empty("at TakeCard")
		b.stop()
	})
}

func TestKeyPressKeepsTheScreenOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t)
		b.walkTo(kiosk.Code, newCard())
		for range 6 {
			time.Sleep(100 * time.Second)
			b.types("1")
		}
		if v := b.now(); v.Place != kiosk.Code || v.Secret.Len() != 6 {
			t.Errorf("%s: a key was pressed", v.Place)
		}
		b.stop()
	})
}

// Two cards left on the reader: said once, looked at again in peace, and the
// visit ends as if the reader were empty.
func TestTwoCardsLeftOnTheReaderEndTheVisit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t, func(b *bench) { b.two = true })
		b.walkTo(kiosk.PlaceCard, newCard())
		time.Sleep(time.Second)
		if v := b.now(); v.Message != kiosk.MsgTwoCards {
			t.Errorf("told %s", v.Message)
		}
		b.until(kiosk.Idle, 85*time.Second)
		if b.waits > 300 {
			t.Errorf("the reader was asked %d times in 80 s", b.waits)
		}
		b.stop()
	})
}

// A key meets the moment at which its screen goes: the character must not be
// there for the next resident.
func TestKeyOfTheScreenBeforeIsNotLeftBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t)
		b.walkTo(kiosk.Proof, newCard())
		slot := b.now().Secret
		slot.Append('7')
		b.lift() // and the screen goes before the key's event is delivered
		b.until(kiosk.PlaceCard, 3*time.Second)
		b.loop.Post(kiosk.Event{Kind: kiosk.KeyPressed, Place: kiosk.Proof})
		b.empty("after a key that came too late")
		b.stop()
	})
}

// A card that is lifted shows within half a second, whenever it goes. What the chip
// takes to find that no card answers, twice, is 0.2 s of it.
func TestLiftedCardShowsWithinHalfASecond(t *testing.T) {
	const chip = 200 * time.Millisecond
	for p := kiosk.Plan; p <= kiosk.Shown; p++ {
		if !p.WaitsForPerson() || (kiosk.State{Place: p, Card: true}).Watch() != kiosk.WatchCard {
			continue
		}
		for phase := range 12 {
			synctest.Test(t, func(t *testing.T) {
				b := start(t)
				if c := newCard(); p == kiosk.Lying || p == kiosk.Shown {
					b.lookTo(p, c)
				} else if p == kiosk.LastTry {
					c.auth = 1
					b.walkTo(p, c)
				} else {
					b.walkTo(p, c)
				}
				time.Sleep(time.Second + time.Duration(phase)*37*time.Millisecond)
				b.lift()
				begun := time.Now()
				for b.now().Place == p {
					if time.Sleep(5 * time.Millisecond); time.Since(begun) > time.Second {
						t.Fatalf("%s: it does not show", p)
					}
				}
				if took := time.Since(begun); took+chip > 500*time.Millisecond {
					t.Errorf("%s: it shows after %v", p, took)
				}
				b.stop()
			})
		}
	}
}

// A person who turns pages is there, and a visit still has its cap.
func TestReaderOfPagesIsNotCutOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t)
		b.walkTo(kiosk.Confirm, newCard())
		begun := time.Now()
		for range 10 {
			time.Sleep(50 * time.Second) // the question comes after 60 s of silence
			b.loop.Post(kiosk.Event{Kind: kiosk.PageTurned, Place: kiosk.Confirm})
			if v := b.now(); v.Place != kiosk.Confirm || v.Warn {
				t.Fatalf("%s, warned %v, after %v of reading", v.Place, v.Warn, time.Since(begun))
			}
		}
		b.loop.Post(kiosk.Event{Kind: kiosk.PageTurned, Place: kiosk.Plan}) // of the screen before: no touch here
		time.Sleep(20 * time.Second)
		b.loop.Post(kiosk.Event{Kind: kiosk.PageTurned, Place: kiosk.Plan})
		time.Sleep(41 * time.Second)
		if v := b.now(); !v.Warn {
			t.Error("a page of another screen began the clock anew")
		}
		b.stop()
	})
}

// The reader falls silent for good, and comes back: out of service, and in
// service again by itself.
func TestReaderThatComesBackIsServedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t, func(b *bench) { b.dead = true })
		b.until(kiosk.OutOfService, 5*time.Second)
		time.Sleep(time.Minute)
		b.until(kiosk.OutOfService, 10*time.Second)
		if b.good != 0 || b.lives == 0 {
			t.Errorf("an image without a reader was marked good, or the watchdog starved: %d, %d", b.good, b.lives)
		}
		if b.started != 1 { // or a service manager would start it again for ever, and no engineer could look
			t.Errorf("a kiosk that says why it is out of service started %d times", b.started)
		}
		b.mu.Lock()
		b.dead = false
		b.mu.Unlock()
		b.until(kiosk.Idle, 6*time.Second)
		time.Sleep(time.Minute)
		if b.now(); b.good != 1 || b.started != 1 {
			t.Errorf("marked good %d times, started %d times", b.good, b.started)
		}
		b.stop()
	})
}

// What the last run left open is closed before a visit begins, and the
// authority hears of it.
func TestOpenIntentsOfTheLastRunAreClosedFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		open := []kiosk.Entry{
			{Kind: kiosk.EntryTrying, Session: kiosk.SessionID{3}, Flow: kiosk.FlowP, Before: 2, After: -1},
			{Kind: kiosk.EntryWriting, Session: kiosk.SessionID{4}, Grant: kiosk.GrantID{8}, Flow: kiosk.FlowP, Before: 5, After: -1},
		}
		b := start(t, func(b *bench) { b.open = append(b.open, open...) })
		b.until(kiosk.Idle, 5*time.Second)
		if len(b.entries) != 2 || b.entries[0] != open[0].Close() || b.entries[1] != open[1].Close() {
			t.Errorf("lines written: %+v", b.entries)
		}
		if b.count("authority settle unknown") != 1 {
			t.Error("the authority was not told of the begun write, or of more")
		}
		b.stop()
	})
}

// A touch gives more time to a resident who needs it, beyond the cap of a visit; and
// not for ever.
func TestExtensionsMoveTheCap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t)
		b.walkTo(kiosk.Plan, newCard())
		begun := time.Now()
		touches := 0
		for {
			v := b.now()
			if v.Place != kiosk.Plan {
				break
			}
			if v.Warn && v.Stay {
				b.press(kiosk.ButtonStay)
				touches++
			}
			time.Sleep(time.Second)
		}
		if since := time.Since(begun); touches != kiosk.MaxExtensions || since < 20*time.Minute || since > 25*time.Minute {
			t.Errorf("%d extensions, %v; ten of two minutes and the last two and a half are 22 to 23", touches, since)
		}
		if v := b.now(); v.Message != kiosk.MsgTimeout {
			t.Errorf("told %s", v.Message)
		}
		b.stop()
	})
}

func TestNoVisitBeginsOutsideTheHours(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t, func(b *bench) { b.closed = true })
		b.until(kiosk.Idle, time.Second)
		b.ok()
		if v := b.now(); v.Place != kiosk.Idle || v.Health != kiosk.MsgHours {
			t.Errorf("%s, %s", v.Place, v.Health)
		}
		b.mu.Lock()
		b.closed = false
		b.mu.Unlock()
		time.Sleep(21 * time.Second)
		b.ok()
		b.until(kiosk.Needs, time.Second)
		b.stop()
	})
}

// The disk takes no line that closes what was left open: no visit begins, and
// the lines are closed once it does.
func TestIntentThatCannotBeClosedKeepsTheKioskOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t, func(b *bench) {
			b.refuse = 1
			b.open = []kiosk.Entry{{Kind: kiosk.EntryWriting, Session: kiosk.SessionID{4}, Flow: kiosk.FlowP, Before: 5, After: -1}}
		})
		b.until(kiosk.OutOfService, 5*time.Second)
		time.Sleep(time.Minute)
		if v := b.until(kiosk.OutOfService, 10*time.Second); v.Message != kiosk.MsgLedger {
			t.Errorf("told %s", v.Message)
		}
		b.mu.Lock()
		b.refuse = 0
		b.mu.Unlock()
		b.until(kiosk.Idle, 10*time.Second)
		if len(b.open) != 0 {
			t.Error("still open")
		}
		b.stop()
	})
}

// A watch that was ended saw the card leave; the event was under way already.
// It belongs to no visit now.
func TestEventOfAnEndedWatchIsIgnored(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t)
		b.walkTo(kiosk.Confirm, newCard())
		b.loop.inbox <- reply{event: kiosk.Event{Kind: kiosk.CardGone}, watch: 1 << 40}
		time.Sleep(100 * time.Millisecond) // the ledger's, for the line that would end the session
		if v := b.now(); v.Place != kiosk.Confirm {
			t.Errorf("a watch of before ended the visit: %s", v.Place)
		}
		b.stop()
	})
}

// A reader that takes long to open: recovery is not begun anew before the one
// under way had time to end, or the kiosk would never come back.
func TestSlowRecoveryIsLetFinish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t, func(b *bench) { b.dead, b.slow = true, 12*time.Second })
		b.until(kiosk.OutOfService, 15*time.Second)
		b.mu.Lock()
		b.dead = false
		b.mu.Unlock()
		b.until(kiosk.Idle, 30*time.Second)
		b.stop()
	})
}
