package run

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

func TestOneResidentResetsThePassword(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t)
		c := newCard()
		b.walkTo(kiosk.Telling, c)
		v := b.now()
		if v.Message != kiosk.MsgReset || v.Session != (kiosk.SessionID{1}) || v.When == 0 {
			t.Errorf("told %s, session %x, at %d", v.Message, v.Session, v.When)
		}
		b.empty("while the result is told")
		if c.fresh != password {
			t.Error("the card did not get what was typed")
		}
		var burst []string
		for _, d := range b.all() {
			if d == "ledger trying" || len(burst) > 0 {
				burst = append(burst, d)
			}
		}
		const want = "ledger trying, card verify, ledger tried, card sign, ledger proving, authority prove, ledger asking, " +
			"card challenge, authority grant, ledger writing, card run, ledger outcome, authority settle done, ledger settled, ledger ended"
		if got := strings.Join(burst, ", "); !strings.HasPrefix(got, want) {
			t.Errorf("the ports did\n%s\nwant\n%s", got, want)
		}
		b.ok()
		b.until(kiosk.TakeCard, time.Second)
		time.Sleep(61 * time.Second)
		if v := b.now(); v.Place != kiosk.TakeCard || !v.Loud || !b.lamp {
			t.Errorf("after a minute with the card still there: %s, loud %v, lamp %v", v.Place, v.Loud, b.lamp)
		}
		b.lift()
		b.until(kiosk.Thanks, 3*time.Second)
		b.until(kiosk.Idle, 11*time.Second)
		if b.lamp {
			t.Error("the lamp is still on")
		}
		if b.lives == 0 {
			t.Error("the watchdog was never fed")
		}
		b.stop()
	})
}

// Every event that is kept for a replay is free of keys.
func TestRecentEventsTellNoLength(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t)
		b.walkTo(kiosk.Telling, newCard())
		b.stop()
		recent := b.loop.Recent()
		if len(recent) < 20 {
			t.Fatalf("%d events kept", len(recent))
		}
		for _, e := range recent {
			if e.Kind == kiosk.KeyPressed {
				t.Fatal("key presses are kept: their number is the length of a secret")
			}
		}
		// They replay: the same events lead a fresh Step to the same place.
		s, _ := kiosk.Start(kiosk.Shop{Offered: kiosk.AllLangs})
		for _, e := range recent {
			if e.Kind == kiosk.Pressed && e.Button == kiosk.ButtonOK && s.Pad() != kiosk.NoPad {
				s, _ = kiosk.Step(s, kiosk.Event{Kind: kiosk.KeyPressed, Place: s.Place})
			}
			s, _ = kiosk.Step(s, e)
		}
		if s.Place != kiosk.Telling || s.Message != kiosk.MsgReset {
			t.Errorf("the replay ends in %s, saying %s", s.Place, s.Message)
		}
	})
}

// The disk fails at the k-th line, for every k. Nothing irreversible follows;
// the kiosk goes out of service with no live secret and no card, and comes back by
// itself when the disk does.
func TestActIsNotDoneWithoutItsRecord(t *testing.T) {
	for k := 1; k <= 8; k++ {
		synctest.Test(t, func(t *testing.T) {
			b := start(t, func(b *bench) { b.refuse = k })
			c := newCard()
			b.walkTo(kiosk.Proof, c)
			b.types("7392")
			b.ok()
			v := b.until(kiosk.Telling, 10*time.Second)
			b.empty("after the ledger failed")
			refused := false
			for _, d := range b.all() {
				refused = refused || strings.HasPrefix(d, "ledger refuses")
				for _, act := range []string{"card verify", "card sign", "card challenge", "card run", "authority prove", "authority grant"} {
					if refused && d == act {
						t.Errorf("line %d refused, and then %s", k, act)
					}
				}
			}
			if !refused {
				t.Fatalf("line %d was never written", k)
			}
			if done := c.fresh != ""; done != (v.Message == kiosk.MsgReset) {
				t.Errorf("line %d: the card is written: %v, told %s", k, done, v.Message)
			}
			b.ok()
			b.lift()
			b.until(kiosk.OutOfService, 60*time.Second)
			b.mu.Lock()
			b.refuse = 0
			b.mu.Unlock()
			b.until(kiosk.Idle, 60*time.Second)
			if len(b.open) != 0 {
				t.Errorf("line %d: still open after recovery: %v", k, b.open)
			}
			b.stop()
		})
	}
}

func TestLiftedCardLeavesNoSecretInItsSlot(t *testing.T) {
	var way []kiosk.Place
	synctest.Test(t, func(t *testing.T) {
		b := start(t)
		way = b.walkTo(kiosk.Settling, newCard())
		b.stop()
	})
	for _, p := range way {
		if p < kiosk.Reading {
			continue
		}
		synctest.Test(t, func(t *testing.T) {
			b := start(t)
			c := newCard()
			b.walkTo(p, c)
			b.lift()
			if p == kiosk.Writing {
				b.until(kiosk.DoubtCard, 5*time.Second)
				b.put(c)
				v := b.until(kiosk.DoubtAgain, 5*time.Second)
				if v.Message == kiosk.MsgReset {
					t.Error("good news too early")
				}
				b.ok()
				if v := b.until(kiosk.Telling, 10*time.Second); v.Message != kiosk.MsgReset || c.fresh != password {
					t.Errorf("the repeated write: told %s, written %v", v.Message, c.fresh != "")
				}
			} else {
				v := b.until(kiosk.PlaceCard, 5*time.Second)
				if v.Message != kiosk.MsgRemoved && v.Message != kiosk.MsgRemovedTyped {
					t.Errorf("lifted at %s: told %s", p, v.Message)
				}
				b.empty("after the card was lifted at " + p.String())
				b.until(kiosk.Idle, 90*time.Second)
			}
			if b.count("card run") > 1 && p != kiosk.Writing {
				t.Error("written twice")
			}
			b.stop()
		})
	}
}

// failures of the authority: it never answers, it answers when nothing is asked
// any more, it refuses, the network breaks.
func TestAuthorityFailureNeverRepeatsATryOrAWrite(t *testing.T) {
	for _, op := range []string{"health", "open", "code", "prove", "grant", "settle done"} {
		for _, how := range []string{"silent", "late", "refuses", "broken"} {
			synctest.Test(t, func(t *testing.T) {
				b := start(t)
				b.until(kiosk.Idle, time.Second)
				b.mu.Lock()
				switch how {
				case "silent", "late":
					d := map[string]time.Duration{"silent": -1, "late": 40 * time.Second}[how]
					b.late = late(op, d)
				default:
					err := map[string]error{"refuses": port.Fault(kiosk.MsgBusy), "broken": errNetwork}[how]
					b.fail = func(port, o string) error {
						if port == "authority" && o == op {
							return err
						}
						return nil
					}
				}
				b.mu.Unlock()
				c := newCard()
				b.visit(c)
				written := c.fresh == password
				if want := op == "health" || op == "settle done"; written != want && !(op == "health" && how != "late" && how != "silent") {
					t.Errorf("%s %s: written is %v", op, how, written)
				}
				b.lift()
				b.mu.Lock()
				b.late, b.fail = nil, nil
				b.mu.Unlock()
				b.until(kiosk.Idle, 5*time.Minute)
				b.empty("at home")
				if n := b.count("card run"); n > 1 {
					t.Errorf("%s %s: %d writes", op, how, n)
				}
				if n := b.count("card verify"); n > 1 {
					t.Errorf("%s %s: %d tries for one OK", op, how, n)
				}
				time.Sleep(11 * time.Minute) // whatever is late comes now, to a kiosk that waits for nothing
				b.until(kiosk.Idle, time.Minute)
				b.stop()
			})
		}
	}
}

var errNetwork = &networkError{}

type networkError struct{}

func (*networkError) Error() string { return "connection reset by peer" }

// visit does all that a resident can do, as far as the screens let her, until
// the visit is over or five minutes have passed.
func (b *bench) visit(c *card) {
	b.t.Helper()
	for end := time.Now().Add(5 * time.Minute); time.Now().Before(end); time.Sleep(500 * time.Millisecond) {
		v := b.now()
		if v.Place >= kiosk.Telling || v.Place == kiosk.Idle && v.Health != kiosk.NoMessage {
			return
		}
		b.act(v, c)
	}
}

// A palm, or a finger that is sure: the second touch of two is for the screen
// that was there, and no try is spent twice.
func TestTwoTouchesAreOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t)
		c := newCard()
		b.until(kiosk.Idle, 3*time.Second)
		for p := b.now().Place; p != kiosk.PlaceCard; p = b.now().Place {
			for range 3 {
				b.loop.Post(kiosk.Event{Kind: kiosk.Pressed, Button: kiosk.ButtonOK, Place: p})
			}
		}
		b.put(c)
		b.until(kiosk.Plan, 3*time.Second)
		b.press(kiosk.ButtonReset)
		b.types("12345678")
		b.ok()
		b.until(kiosk.NewSecret, 3*time.Second)
		b.types(password)
		b.ok()
		b.types(password)
		b.ok()
		for range 3 {
			b.loop.Post(kiosk.Event{Kind: kiosk.Pressed, Button: kiosk.ButtonOK, Place: kiosk.Confirm})
		}
		b.until(kiosk.Proof, time.Second)
		b.types("0001") // wrong
		for range 300 { // beyond the queue: the rest is dropped
			b.loop.Post(kiosk.Event{Kind: kiosk.Pressed, Button: kiosk.ButtonOK, Place: kiosk.Proof})
		}
		time.Sleep(5 * time.Second)
		if v := b.now(); v.Place != kiosk.Proof || v.Tries != 2 || b.count("card verify") != 1 {
			t.Errorf("%s with %d tries left after %d VERIFYs, want one spent", v.Place, v.Tries, b.count("card verify"))
		}
		b.lift()
		b.until(kiosk.PlaceCard, 3*time.Second)
		b.stop()
	})
}
