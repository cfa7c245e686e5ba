package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/harness/cards"
	"multicopy.example/cmd/internal/harness/headless"
	"multicopy.example/cmd/internal/secretscan"
	"multicopy.example/kiosk"
)

// A visitor is a resident who does anything, at a kiosk where anything happens.
// The seed repeats what is tried; when things happen to each other depends on
// the machine.
type visitor struct {
	*harness.World
	*harness.Resident
	out    io.Writer
	began  time.Time
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

// random plays that many visits in one world in dir, and proves at the end what
// holds after every visit. It returns how many visits renewed a secret.
func random(ctx context.Context, o harness.Options, seed uint64, visits int, out io.Writer) (renewed int, err error) {
	v, err := open(ctx, o, seed, out)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	if err := v.live(ctx, visits); err != nil {
		return v.done, fmt.Errorf("%w\n%s", err, v.Tails(3000))
	}
	if _, err := v.Settled(ctx); err != nil {
		return v.done, fmt.Errorf("seed %d: %w", seed, err)
	}
	return v.done, nil
}

func open(ctx context.Context, o harness.Options, seed uint64, out io.Writer) (*visitor, error) {
	w, err := harness.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	v := &visitor{World: w, out: out, began: time.Now(), seed: seed, rnd: rand.New(rand.NewPCG(seed, 0)), drawn: map[string]bool{}}
	return v, nil
}

func (v *visitor) say(format string, args ...any) {
	fmt.Fprintf(v.out, "%6.1f s  %s\n", time.Since(v.began).Seconds(), fmt.Sprintf(format, args...))
}

// live is that many visits.
func (v *visitor) live(ctx context.Context, visits int) error {
	v.say("seed %d, %d visits", v.seed, visits)
	for v.visits = 1; v.visits <= visits; v.visits++ {
		if err := v.visit(ctx); err != nil {
			return fmt.Errorf("seed %d, visit %d: %w", v.seed, v.visits, err)
		}
	}
	return nil
}

func (v *visitor) chance(percent int) bool { return v.rnd.IntN(100) < percent }

func pick[T any](v *visitor, from ...T) T { return from[v.rnd.IntN(len(from))] }

// visit is one resident from the door to the door.
func (v *visitor) visit(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 4*time.Minute)
	defer cancel()
	who := pick(v, crowd...)
	var err error
	if v.issues {
		v.Resident, err = v.issue(who)
	} else {
		v.Resident, err = v.World.Resident(who)
	}
	if err != nil {
		return err
	}
	v.say("visit %d: %s", v.visits, v.Card.Key)
	v.starts = 0
	v.book(ctx)
	v.misfortune(ctx)
	for acts := 0; ; acts++ {
		calm := acts > 60 // every resident goes home in the end
		s, err := v.face(ctx, calm)
		if err != nil {
			return err
		}
		home, err := v.act(ctx, s, calm)
		if err != nil || home {
			return errors.Join(err, v.heal(ctx))
		}
	}
}

// book makes a reservation, if the resident still knows a secret that the
// card accepts; some come without one.
func (v *visitor) book(ctx context.Context) {
	v.Code, v.Reservation = "", ""
	if v.chance(7) {
		return
	}
	pin, password := v.PIN, v.Password
	for _, try := range []struct {
		flow          kiosk.Flow
		pin, password string
	}{
		{kiosk.FlowP, pin, password}, {kiosk.FlowU, pin, v.New.Password}, {kiosk.FlowU, pin, password}, {kiosk.FlowP, v.New.PIN, password},
	} {
		left, of := v.Card.Tries()
		if try.flow == kiosk.FlowP && left < 2 || try.flow == kiosk.FlowU && of < 2 {
			continue
		}
		v.PIN, v.Password = try.pin, try.password
		if err := v.Reserve(ctx, try.flow); err == nil {
			v.learn("one-time password", v.Code)
			return
		}
	}
}

// misfortune arranges what will break in this visit.
func (v *visitor) misfortune(ctx context.Context) {
	switch v.rnd.IntN(12) {
	case 0, 1, 2:
		m := cards.Fault{
			INS: pick[byte](v, 0x20, 0x2A, 0x84, 0x82, 0x2C, 0xB0, 0xA4), Nth: 1 + v.rnd.IntN(4),
			When: pick(v, cards.Before, cards.After, cards.Half),
		}
		if v.chance(30) {
			m.Swap = v.Cards.Find(pick(v, crowd...))
		}
		if m.Swap == v.Card {
			m.Swap = nil
		}
		v.say("  will tear at %02X", m.INS)
		v.Card.Arm(m)
	case 3, 4:
		m := cards.Fault{INS: pick[byte](v, 0x20, 0x84, 0x82, 0x2C), Nth: 1 + v.rnd.IntN(3), When: pick(v, cards.Before, cards.After), Kill: v.Kiosk.CutPower}
		v.say("  will lose its power at %02X", m.INS)
		v.Card.Arm(m)
	case 5:
		at := pick(v, "trying", "tried", "proving", "asking", "writing", "outcome", "settled", "ended")
		v.say("  will lose its power at the ledger's line %q", at)
		_ = v.Kiosk.CutPowerAt(at) // an older order may still stand: as good
	case 6, 7:
		t := appclient.Trouble{
			Message: pick(v, "health", "open", "code", "prove", "grant", "settle", "records"),
			How:     pick(v, "drop", "mute", "twice", "die"), Nth: 1,
		}
		v.say("  the authority: %s %s", t.Message, t.How)
		_ = v.Authority.App().SetTrouble(ctx, t) // it may be down
	}
}

// face waits for a screen that waits for a person, and puts right on the way
// what only a person can: a kiosk without power, an authority that is down.
func (v *visitor) face(ctx context.Context, calm bool) (headless.Screen, error) {
	for {
		if !v.Kiosk.Running() {
			v.Cards.Lift()
			v.say("  power returns")
			if err := v.Kiosk.Start(); err != nil {
				return headless.Screen{}, err
			}
		}
		if !v.Authority.Running() && (calm || v.chance(50)) {
			v.say("  the authority returns")
			if err := v.Authority.Start(ctx); err != nil {
				return headless.Screen{}, err
			}
		}
		short, cancel := context.WithTimeout(ctx, time.Second)
		s, err := v.Kiosk.Await(short, "a screen for a person", harness.WaitsForPerson)
		cancel()
		if err == nil || ctx.Err() != nil {
			return s, err
		}
	}
}

// heal leaves nothing behind that would meet the next resident.
func (v *visitor) heal(ctx context.Context) error {
	v.Cards.Lift()
	v.Card.Arm(cards.Fault{INS: 0xFF, Nth: 1})
	v.Kiosk.CutPowerAt("") //nolint:errcheck // takes the order back
	if err := v.Network.Restore(); err != nil {
		return err
	}
	for {
		if !v.Authority.Running() {
			if err := v.Authority.Start(ctx); err != nil {
				return err
			}
		}
		err := v.Authority.App().SetTrouble(ctx, appclient.Trouble{})
		if err == nil {
			return nil
		}
		select { // the order of an earlier trouble may just be carried out
		case <-v.Authority.Done():
		case <-time.After(time.Second):
			return err
		}
	}
}
