package story

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/harness/cards"
	"multicopy.example/cmd/internal/harness/headless"
	"multicopy.example/cmd/internal/secretscan"
	"multicopy.example/kiosk"
)

// A Drunkard is a resident who does anything, at a kiosk where anything
// happens. The seed repeats what is tried; when things happen to each other
// depends on the machine.
type Drunkard struct {
	*Player
	seed   uint64
	rnd    *rand.Rand
	issues bool                // every visitor has a card with secrets of its own, and sets new ones
	known  []secretscan.Secret // all of them, by their kinds
	drawn  map[string]bool     // the PINs among them
	visits int
	starts int // times this resident began
	done   int // visits that ended with a renewed secret
}

// crowd are residents whose cards can be renewed.
var crowd = []string{"hanako", "taro", "jiro", "saburo", "natsu"}

// Random plays that many visits in one shop in dir, and proves at the end what
// must hold after every story. It returns how many visits renewed a secret.
func Random(ctx context.Context, dir string, seed uint64, visits int, programs Programs, out io.Writer) (renewed int, err error) {
	d, err := drunkard(ctx, dir, seed, programs, out)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, d.shop.Close()) }()
	if err := d.live(ctx, visits); err != nil {
		return d.done, err
	}
	if err := d.prove(ctx); err != nil {
		return d.done, fmt.Errorf("seed %d: %w", seed, err)
	}
	return d.done, nil
}

func drunkard(ctx context.Context, dir string, seed uint64, programs Programs, out io.Writer) (*Drunkard, error) {
	shop, err := Open(ctx, dir, crowd, programs)
	if err != nil {
		return nil, err
	}
	return &Drunkard{
		Player: &Player{shop: shop, out: out, began: time.Now(), own: theirs},
		seed:   seed, rnd: rand.New(rand.NewPCG(seed, 0)), drawn: map[string]bool{},
	}, nil
}

// live is that many visits.
func (d *Drunkard) live(ctx context.Context, visits int) error {
	d.say("seed %d, %d visits", d.seed, visits)
	for d.visits = 1; d.visits <= visits; d.visits++ {
		if err := d.visit(ctx); err != nil {
			return fmt.Errorf("seed %d, visit %d: %w", d.seed, d.visits, err)
		}
	}
	return nil
}

func (d *Drunkard) chance(percent int) bool { return d.rnd.IntN(100) < percent }

func pick[T any](d *Drunkard, from ...T) T { return from[d.rnd.IntN(len(from))] }

// visit is one resident from the door to the door.
func (d *Drunkard) visit(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 4*time.Minute)
	defer cancel()
	who := pick(d, crowd...)
	if d.issues {
		if err := d.issue(who); err != nil {
			return err
		}
	}
	if err := d.card(ctx, []string{who}); err != nil {
		return err
	}
	d.say("visit %d: %s", d.visits, d.owned.Key)
	d.starts = 0
	d.book(ctx)
	d.misfortune(ctx)
	for acts := 0; ; acts++ {
		sober := acts > 60 // everyone goes home in the end
		s, err := d.face(ctx, sober)
		if err != nil {
			return err
		}
		home, err := d.act(ctx, s, sober)
		if err != nil || home {
			return errors.Join(err, d.heal(ctx))
		}
	}
}

// book makes a reservation, if the resident still knows a secret that the
// card accepts; some come without one.
func (d *Drunkard) book(ctx context.Context) {
	d.code, d.rsv = "", ""
	if d.chance(7) {
		return
	}
	pin, password := d.pin, d.pass
	for _, try := range []struct{ flow, pin, password string }{
		{"P", pin, password}, {"U", pin, d.own.password}, {"U", pin, password}, {"P", d.own.pin, password},
	} {
		left, of := d.owned.Tries()
		if try.flow == "P" && left < 2 || try.flow == "U" && of < 2 {
			continue
		}
		d.pin, d.pass = try.pin, try.password
		if err := d.reserve(ctx, []string{try.flow}); err == nil {
			d.learn("one-time password", d.code)
			return
		}
	}
}

// misfortune arranges what will break in this visit.
func (d *Drunkard) misfortune(ctx context.Context) {
	switch d.rnd.IntN(12) {
	case 0, 1, 2:
		m := cards.Fault{
			INS: pick[byte](d, 0x20, 0x2A, 0x84, 0x82, 0x2C, 0xB0, 0xA4), Nth: 1 + d.rnd.IntN(4),
			When: pick(d, cards.Before, cards.After, cards.Half),
		}
		if d.chance(30) {
			m.Swap = d.shop.desk.Find(pick(d, crowd...))
		}
		if m.Swap == d.owned {
			m.Swap = nil
		}
		d.say("  will tear at %02X", m.INS)
		d.owned.Arm(m)
	case 3, 4:
		m := cards.Fault{INS: pick[byte](d, 0x20, 0x84, 0x82, 0x2C), Nth: 1 + d.rnd.IntN(3), When: pick(d, cards.Before, cards.After), Kill: d.shop.pull}
		d.say("  will lose its power at %02X", m.INS)
		d.owned.Arm(m)
	case 5:
		at := pick(d, "trying", "tried", "proving", "asking", "writing", "outcome", "settled", "ended")
		d.say("  will lose its power at the ledger's line %q", at)
		_ = d.power(ctx, []string{at}) // an older order may still stand: as good
	case 6, 7:
		t := appclient.Trouble{
			Message: pick(d, "health", "open", "code", "prove", "grant", "settle", "records"),
			How:     pick(d, "drop", "mute", "twice", "die"), Nth: 1,
		}
		d.say("  the authority: %s %s", t.Message, t.How)
		_ = d.shop.app.SetTrouble(ctx, t) // it may be down
	}
}

// face waits for a screen that waits for a person, and puts right on the way
// what only a person can: a kiosk without power, an authority that is down.
func (d *Drunkard) face(ctx context.Context, sober bool) (headless.Screen, error) {
	for {
		if !d.shop.kiosk.Running() {
			d.shop.desk.Lift()
			d.say("  power returns")
			if err := d.shop.openKiosk(); err != nil {
				return headless.Screen{}, err
			}
		}
		if !d.shop.sandbox.Running() && (sober || d.chance(50)) {
			d.say("  the authority returns")
			if err := d.shop.openAuthority(ctx); err != nil {
				return headless.Screen{}, err
			}
		}
		short, cancel := context.WithTimeout(ctx, time.Second)
		s, err := d.shop.Await(short, "a screen for a person", func(s headless.Screen) bool {
			return forPeople(s.Place) && (s.Place != kiosk.Idle || s.Health == kiosk.NoMessage)
		})
		cancel()
		if err == nil || ctx.Err() != nil {
			return s, err
		}
	}
}

func forPeople(p kiosk.Place) bool {
	switch p {
	case kiosk.Starting, kiosk.Reading, kiosk.Opening, kiosk.CodeAsked, kiosk.Verifying, kiosk.Signing, kiosk.Proving,
		kiosk.Granting, kiosk.Writing, kiosk.Settling, kiosk.DoubtReading, kiosk.OutOfService:
		return false
	}
	return true
}

// heal leaves nothing behind that would meet the next resident.
func (d *Drunkard) heal(ctx context.Context) error {
	d.shop.desk.Lift()
	d.owned.Arm(cards.Fault{INS: 0xFF, Nth: 1})
	select {
	case <-d.shop.killAt:
	default:
	}
	if err := d.shop.road.Restore(); err != nil {
		return err
	}
	for {
		if !d.shop.sandbox.Running() {
			if err := d.shop.openAuthority(ctx); err != nil {
				return err
			}
		}
		err := d.shop.app.SetTrouble(ctx, appclient.Trouble{})
		if err == nil {
			return nil
		}
		select { // the order of an earlier trouble may just be carried out
		case <-d.shop.sandbox.Done():
		case <-time.After(time.Second):
			return err
		}
	}
}
