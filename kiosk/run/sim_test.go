package run

import (
	"flag"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"multicopy.example/kiosk"
)

var (
	seeds = flag.Int("seeds", 40, "how many simulated days")
	seed  = flag.Uint64("seed", 1, "the first of them; a failure prints its own")
)

// TestSim is one simulated hour of a kiosk for every seed: a resident who does
// anything (leaves, hammers, lifts the card, brings another, types what is
// wrong), hands that fail in every way they may. What must hold holds at every
// look, and half an hour after everybody has gone the kiosk is free and empty.
func TestSim(t *testing.T) {
	visits, writes := 0, 0
	for n := range *seeds {
		s := *seed + uint64(n)
		synctest.Test(t, func(t *testing.T) {
			defer func() {
				if t.Failed() {
					t.Fatalf("repeat with -run TestSim -seed %d -seeds 1", s)
				}
			}()
			d := newDay(t, s)
			d.live(time.Hour)
			d.leave()
			visits += d.b.count("authority open")
			writes += d.b.count("card run")
			d.b.stop()
		})
	}
	t.Logf("%d hours from seed %d: %d sessions, %d writes", *seeds, *seed, visits, writes)
	if writes == 0 || visits == 0 {
		t.Error("nobody ever got as far as a write: the simulation is idle")
	}
}

type day struct {
	b     *bench
	r     *rand.Rand
	own   *card
	other *card
	oks   int // times OK was pressed where it may spend a try
}

func newDay(t *testing.T, s uint64) *day {
	d := &day{r: rand.New(rand.NewPCG(s, 0)), own: hers(), other: &card{name: "his", auth: 3, sign: 1, pin: "1111"}}
	d.own.sign = int8(d.r.IntN(6))
	luck := rand.New(rand.NewPCG(s, 1)) // the hands' own, drawn from under their lock
	d.b = start(t, func(b *bench) {
		b.factor = kiosk.Factor(d.r.IntN(2))
		b.fail = func(hand, op string) error {
			switch luck.IntN(60) {
			case 0:
				return kiosk.Fault(kiosk.Words()[luck.IntN(len(kiosk.Words()))])
			case 1:
				return errRoad
			case 2:
				if hand == "authority" {
					return kiosk.WrongCode{Left: int8(luck.IntN(5))}
				}
				return kiosk.ErrBlocked
			}
			return nil
		}
		b.late = func(hand, op string) time.Duration {
			switch luck.IntN(80) {
			case 0:
				return time.Duration(luck.IntN(50)) * time.Second
			case 1:
				return -1
			}
			return 0
		}
	})
	d.b.mu.Lock()
	d.own.b, d.other.b = d.b, d.b
	d.b.mu.Unlock()
	return d
}

// live acts at random until the time is over.
func (d *day) live(long time.Duration) {
	for end := time.Now().Add(long); time.Now().Before(end) && !d.b.t.Failed(); {
		d.act(d.b.now())
		d.look()
		pauses := []time.Duration{50 * time.Millisecond, 500 * time.Millisecond, 2 * time.Second, 20 * time.Second}
		time.Sleep(pauses[d.r.IntN(len(pauses))])
	}
}

func (d *day) act(v kiosk.View) {
	b := d.b
	switch n := d.r.IntN(40); {
	case n < 22:
		d.sensible(v)
	case n < 26:
		if button := kiosk.Button(d.r.IntN(int(kiosk.ButtonSize) + 1)); button != kiosk.ButtonOK {
			b.press(button)
			return
		}
		d.ok(v)
	case n < 28: // a palm
		for range 5 {
			d.ok(v)
		}
	case n < 29:
		b.lift()
	case n < 30:
		b.put(d.other)
	case n < 31:
		b.put(d.own)
	case n < 32:
		b.mu.Lock()
		b.two = !b.two
		b.mu.Unlock()
	case n < 33:
		b.mu.Lock()
		b.dead = d.r.IntN(4) == 0
		b.mu.Unlock()
	case n < 34: // the disk fails for a while
		b.mu.Lock()
		if b.refuse = 0; d.r.IntN(3) == 0 {
			b.refuse = b.appends + 1 + d.r.IntN(4)
		}
		b.mu.Unlock()
	case n < 35:
		b.mu.Lock()
		d.own.tear, d.own.refuses = d.r.IntN(2) == 0, d.r.IntN(2) == 0
		b.mu.Unlock()
	case n < 36:
		time.Sleep(time.Duration(d.r.IntN(200)) * time.Second) // nobody there
	case n < 37:
		b.mu.Lock()
		d.own.auth = 3 // renewed at the office, or the visit would be over for the day
		b.mu.Unlock()
	}
}

// sensible is what a resident does who wants to get on.
func (d *day) sensible(v kiosk.View) {
	b := d.b
	switch v.Place {
	case kiosk.PlaceCard, kiosk.DoubtCard:
		b.mu.Lock()
		b.two = false
		b.mu.Unlock()
		b.put(d.own)
	case kiosk.Plan:
		if v.Unlock && d.r.IntN(2) == 0 {
			b.press(kiosk.ButtonUnlock)
			return
		}
		b.press(kiosk.ButtonReset)
	case kiosk.Code:
		b.types("12345678")
		d.ok(b.now())
	case kiosk.NewSecret, kiosk.Again:
		text := password
		if d.r.IntN(8) == 0 {
			text = "OTHER1"
		}
		b.types(text)
		d.ok(b.now())
	case kiosk.Proof:
		text := d.own.pin
		if d.r.IntN(5) == 0 {
			text = "0000"
		}
		b.types(text)
		d.ok(b.now())
	case kiosk.TakeCard:
		b.lift()
	default:
		d.ok(v)
	}
}

func (d *day) ok(v kiosk.View) {
	if v.Place == kiosk.Proof || v.Place == kiosk.DoubtAgain {
		d.oks++
	}
	d.b.loop.Post(kiosk.Event{Kind: kiosk.Pressed, Button: kiosk.ButtonOK, Place: v.Place})
	synctest.Wait()
}

// look is what must hold whenever one looks.
func (d *day) look() {
	b := d.b
	v := b.now()
	switch v.Place {
	case kiosk.Idle, kiosk.PageWhich, kiosk.PageNeither, kiosk.Needs, kiosk.PlaceCard, kiosk.Telling, kiosk.TakeCard, kiosk.Thanks,
		kiosk.OutOfService, kiosk.Staff:
		b.empty("at " + v.Place.String())
	}
	if n := b.count("card verify"); n > d.oks {
		b.t.Errorf("%d tries spent after %d times OK", n, d.oks)
	}
	d.ordered()
}

// ordered: every irreversible call stands behind its own line, with no other
// call of card or authority between the two but the challenge and late ones.
func (d *day) ordered() {
	need := map[string]string{"card verify": "ledger trying", "authority prove": "ledger proving",
		"card challenge": "ledger asking", "card run": "ledger writing"}
	last := ""
	for _, did := range d.b.all() {
		if line, ok := need[did]; ok && last != line {
			d.b.t.Errorf("%s behind %q", did, last)
		}
		if strings.HasPrefix(did, "ledger ") {
			last = did
		}
	}
}

// leave: everybody has gone and every hand works again.
func (d *day) leave() {
	b := d.b
	b.mu.Lock()
	b.field, b.two, b.dead, b.refuse, b.fail, b.late = nil, false, false, 0, nil, nil
	b.mu.Unlock()
	b.until(kiosk.Idle, 30*time.Minute)
	time.Sleep(time.Minute)
	if v := b.until(kiosk.Idle, time.Minute); v.Health != kiosk.NoWord {
		b.t.Errorf("out of order for no reason: %s", v.Health)
	}
	b.empty("when everybody has gone")
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.open) != 0 {
		b.t.Errorf("left open on disk: %+v", b.open)
	}
}
