package run

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"multicopy.example/kiosk"
)

// What happens to a kiosk that is not used: its reader dies, its ledger fills
// up. The next resident must learn it from the first screen, and staff from
// the log.

const (
	noticed = 5 * time.Second // a dead reader is said, and one that is back serves
	deaf    = 3 * time.Second // what devices/pn532 takes to call a silent chip lost
)

// quiet goes to a screen on which no card is asked for.
func (b *bench) quiet(p kiosk.Place) {
	b.until(kiosk.Idle, time.Minute)
	for _, button := range []kiosk.Button{kiosk.ButtonWhich, kiosk.ButtonNone, kiosk.ButtonOK} {
		if b.now().Place == p {
			return
		}
		if b.press(button); b.now().Place == p {
			return
		}
		b.press(kiosk.ButtonBack)
	}
	b.t.Fatalf("no button of the attract screen leads to %s", p)
}

func (b *bench) set(change func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	change()
}

// The reader dies at any moment of the attract screen's life, with or without
// a card that was forgotten on it, and comes back at any moment.
func TestReaderLossIsSeenOnTheAttractScreen(t *testing.T) {
	for p := range kiosk.Needs {
		if p == kiosk.Starting {
			continue
		}
		for step := range 40 {
			at, back := time.Duration(step)*533*time.Millisecond, time.Duration(step)*311*time.Millisecond
			t.Run(fmt.Sprint(p, " ", at), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					b := start(t, func(b *bench) { b.slow, b.deaf = 300*time.Millisecond, deaf })
					if step%2 == 1 {
						b.put(newCard())
					}
					b.quiet(p)
					time.Sleep(at)
					b.set(func() { b.dead = true })
					if v := b.until(kiosk.OutOfService, noticed); v.Message != kiosk.MsgReader {
						t.Errorf("says %s", v.Message)
					}
					time.Sleep(back)
					b.set(func() { b.dead = false })
					if v := b.until(kiosk.Idle, noticed); v.Health != kiosk.NoMessage {
						t.Errorf("health %s", v.Health)
					}
					b.stop()
				})
			})
		}
	}
}

// On the page of what one needs, and while the card is waited for, the
// resident is told.
func TestReaderLossBeforeTheCardIsTold(t *testing.T) {
	for p := kiosk.Needs; p < kiosk.Reading; p++ {
		synctest.Test(t, func(t *testing.T) {
			b := start(t, func(b *bench) { b.slow, b.deaf = 300*time.Millisecond, deaf })
			b.walkTo(p, newCard())
			time.Sleep(7 * time.Second)
			b.set(func() { b.dead = true })
			if v := b.until(kiosk.Telling, noticed); v.Message != kiosk.MsgReader {
				t.Errorf("%s: says %s", p, v.Message)
			}
			b.ok()
			b.until(kiosk.Thanks, time.Second)
			b.ok()
			b.until(kiosk.OutOfService, time.Second)
			b.set(func() { b.dead = false })
			b.until(kiosk.Idle, noticed)
			b.stop()
		})
	}
}

// A reader that is out for a weekend is one line in the log and not a hundred
// thousand.
func TestReaderThatStaysAwayDoesNotFillTheLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said bytes.Buffer
		b := start(t, func(b *bench) { b.log = &said })
		for range 2 {
			b.until(kiosk.Idle, noticed)
			b.set(func() { b.dead = true })
			b.until(kiosk.OutOfService, noticed)
			time.Sleep(10 * time.Minute)
			b.set(func() { b.dead = false })
		}
		b.until(kiosk.Idle, noticed)
		if n := strings.Count(said.String(), "op=recover"); n != 2*2+1 { // first start; each loss and each return
			t.Errorf("recovery was logged %d times", n)
		}
		b.stop()
	})
}

// A card that lies there before its owner has agreed to anything is asked
// nothing, and the visit finds it where it is.
func TestCardLaidTooEarlyIsNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t)
		b.until(kiosk.Idle, time.Second)
		c := newCard()
		b.put(c)
		time.Sleep(30 * time.Second)
		b.ok()
		b.until(kiosk.Needs, time.Second)
		time.Sleep(5 * time.Second)
		if n := b.count("card read"); n != 0 {
			t.Errorf("it was read %d times", n)
		}
		b.ok()
		b.until(kiosk.Plan, 3*time.Second)
		b.stop()
	})
}

// The attract screen says that the ledger is full, the log says it to staff
// once, and service comes back by itself.
func TestLedgerThatFillsUpClosesTheKiosk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said bytes.Buffer // nothing moves while it is read
		b := start(t, func(b *bench) { b.log = &said })
		health := func(filled int, want kiosk.Message) {
			t.Helper()
			b.set(func() { b.filled = filled })
			time.Sleep(21 * time.Second) // the attract screen looks every 20 s
			if v := b.now(); v.Place != kiosk.Idle || v.Health != want {
				t.Errorf("%d %% full: %s, health %s, want %s", filled, v.Place, v.Health, want)
			}
		}
		times := func(text string, want int) {
			t.Helper()
			if n := strings.Count(said.String(), text); n != want {
				t.Errorf("%q was logged %d times, want %d", text, n, want)
			}
		}
		b.until(kiosk.Idle, time.Second)
		health(69, kiosk.NoMessage)
		times("nearly full", 0)
		health(70, kiosk.NoMessage)
		health(85, kiosk.NoMessage)
		times("nearly full", 1)
		health(100, kiosk.MsgFull)
		b.ok()
		if v := b.now(); v.Place != kiosk.Idle {
			t.Errorf("a visit began: %s", v.Place)
		}
		times("room again", 0)
		health(40, kiosk.NoMessage)
		times("room again", 1)
		b.ok()
		b.until(kiosk.Needs, time.Second)
		b.stop()
	})
}

// The last room goes to another writer of this disk, or to the
// last visit's own lines, between the attract screen and the card.
func TestLedgerThatFillsUpBeforeTheCardEndsTheVisit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t)
		b.walkTo(kiosk.PlaceCard, nil)
		b.set(func() { b.filled = 100 })
		b.put(newCard())
		if v := b.until(kiosk.Telling, 3*time.Second); v.Message != kiosk.MsgFull || v.Changed {
			t.Errorf("told %s, changed %v", v.Message, v.Changed)
		}
		for _, d := range b.all() {
			if strings.HasPrefix(d, "card ") && d != "card release" || strings.HasPrefix(d, "ledger ") {
				t.Errorf("what was done: %s", d)
			}
		}
		b.ok()
		b.until(kiosk.TakeCard, time.Second)
		b.lift()
		b.until(kiosk.Idle, 15*time.Second)
		b.stop()
	})
}

// It fills up in the middle of a visit: the visit writes to its end.
func TestLedgerThatFillsUpLetsAVisitFinish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t)
		c := newCard()
		b.walkTo(kiosk.Code, c)
		b.set(func() { b.filled, c.tear = 100, true })
		b.types("12345678")
		b.ok()
		b.until(kiosk.NewSecret, 3*time.Second)
		for range 2 {
			b.types(password)
			b.ok()
			time.Sleep(time.Second)
		}
		b.until(kiosk.Confirm, time.Second)
		b.ok()
		b.types("7392")
		b.ok()
		b.until(kiosk.DoubtCard, 5*time.Second)
		b.put(c)
		b.until(kiosk.DoubtAgain, 3*time.Second)
		b.ok()
		if v := b.until(kiosk.Telling, 5*time.Second); v.Message != kiosk.MsgReset {
			t.Errorf("told %s", v.Message)
		}
		b.stop()
	})
}

// The disk takes its time to say how full it is, and the resident stops in the
// meantime. No screen holds the card that was laid, and it must not lie there
// with its power on until the next visit.
func TestCardLaidWhileTheResidentStopsLosesItsPower(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := start(t, func(*bench) {})
		b.walkTo(kiosk.PlaceCard, nil)
		b.set(func() { b.counts = 3 * time.Second })
		b.put(newCard())
		time.Sleep(time.Second)
		b.press(kiosk.ButtonStop)
		b.until(kiosk.Idle, time.Minute)
		b.set(func() { b.counts = 0 })
		time.Sleep(10 * time.Second)
		if n := b.count("card release"); n != 1 {
			t.Errorf("released %d times", n)
		}
		b.set(func() { b.dead, b.deaf = true, deaf }) // and the reader is watched as before
		b.until(kiosk.OutOfService, noticed)
		b.set(func() { b.dead = false })
		b.lift()
		b.until(kiosk.Idle, noticed)
		b.stop()
	})
}

// A kiosk that is not used redraws its screen every five seconds and asks for
// health every twenty: neither is worth a line of a log that is kept.
func TestAnIdleKioskLogsNothingThatIsUnchanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		b := start(t, func(b *bench) { b.log = &log })
		b.until(kiosk.Idle, time.Minute)
		idle := time.Now().Add(time.Second).Format("2006-01-02T15:04:05.000")
		time.Sleep(time.Hour + 10*time.Second) // between two questions
		b.stop()
		for line := range strings.Lines(log.String()) {
			if at := strings.TrimPrefix(line, "time="); at > idle {
				t.Fatalf("an hour of nothing is told: %s", line)
			}
		}
		if b.lives < 700 {
			t.Errorf("%d proofs of life in an hour", b.lives)
		}
	})
}
