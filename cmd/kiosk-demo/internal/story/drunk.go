package story

import (
	"context"
	"time"

	"multicopy.example/cmd/internal/harness/headless"
	"multicopy.example/kiosk"
)

// act does one thing at the screen; home: the visit is over.
func (d *Drunkard) act(ctx context.Context, s headless.Screen, sober bool) (home bool, err error) {
	if !sober && s.Place != kiosk.Idle && d.chance(4) {
		return false, d.whim(ctx)
	}
	lying := d.shop.desk.Lying() != nil
	switch s.Place {
	case kiosk.Idle:
		if d.starts++; sober || d.starts > 1 && d.chance(60) {
			return true, nil
		}
		return false, d.tap(ctx, s, kiosk.ButtonOK)
	case kiosk.PlaceCard, kiosk.DoubtCard:
		return false, d.putCard(ctx, s, lying, sober)
	case kiosk.Telling:
		if s.Told == kiosk.MsgReset || s.Told == kiosk.MsgUnlocked {
			d.done++
		}
		return false, d.tap(ctx, s, kiosk.ButtonOK)
	case kiosk.TakeCard:
		d.shop.desk.Lift()
		return false, d.leaves(ctx, s.Place)
	case kiosk.Thanks:
		return true, d.tap(ctx, s, kiosk.ButtonOK)
	case kiosk.Plan:
		return false, d.tap(ctx, s, pick(d, kiosk.ButtonReset, kiosk.ButtonUnlock, kiosk.ButtonOK, kiosk.ButtonReset))
	case kiosk.Code:
		return false, d.enter(ctx, s, 15, "code", "wrong-code")
	case kiosk.NewSecret, kiosk.Again:
		return false, d.fresh(ctx, s)
	case kiosk.Proof:
		return false, d.proof(ctx, s)
	}
	if !sober && d.chance(4) {
		return false, d.tap(ctx, s, pick(d, kiosk.ButtonStop, kiosk.ButtonBack))
	}
	return false, d.tap(ctx, s, kiosk.ButtonOK)
}

// tap presses and waits until something came of it, or a second.
func (d *Drunkard) tap(ctx context.Context, s headless.Screen, b kiosk.Button) error {
	d.spending(s.Place, b)
	if d.shop.kiosk.Press(s.Place, b) != nil {
		return nil // its power has just gone; face will see
	}
	return d.leaves(ctx, s.Place)
}

func (d *Drunkard) leaves(ctx context.Context, p kiosk.Place) error {
	short, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	_, _ = d.shop.Await(short, "another screen", func(s headless.Screen) bool { return s.Place != p })
	return ctx.Err()
}

// enter types one of two words, the second with that chance, and presses OK.
func (d *Drunkard) enter(ctx context.Context, s headless.Screen, percent int, right, wrong string) error {
	name := right
	if d.chance(percent) {
		name = wrong
	}
	text, err := d.word(name)
	if err != nil { // came without a reservation
		text = "00000000"
	}
	if d.shop.kiosk.Type(s.Place, text) != nil {
		return nil
	}
	return d.tap(ctx, s, kiosk.ButtonOK)
}

func (d *Drunkard) fresh(ctx context.Context, s headless.Screen) error {
	if d.letters(s) {
		return d.enter(ctx, s, 8, "new", "other")
	}
	return d.enter(ctx, s, 8, "new-pin", "=1234")
}

func (d *Drunkard) proof(ctx context.Context, s headless.Screen) error {
	if d.letters(s) {
		return d.enter(ctx, s, 6, "password", "wrong-password")
	}
	return d.enter(ctx, s, 6, "pin", "wrong-pin")
}

// letters: the pad on the screen has letters.
func (d *Drunkard) letters(s headless.Screen) bool { return s.Pad == kiosk.PadLetters }

func (d *Drunkard) putCard(ctx context.Context, s headless.Screen, lying, sober bool) error {
	if sober || d.chance(5) {
		d.shop.desk.Lift()
		return d.tap(ctx, s, kiosk.ButtonStop)
	}
	if lying {
		d.shop.desk.Lift()
	}
	c := d.owned
	if d.chance(8) {
		c = d.shop.desk.Find(pick(d, crowd...))
	}
	if err := d.shop.desk.Lay(c); err != nil {
		return err
	}
	return d.leaves(ctx, s.Place)
}

// whim is what nobody expects of a person.
func (d *Drunkard) whim(ctx context.Context) error {
	switch d.rnd.IntN(6) {
	case 0:
		d.say("  lifts the card")
		d.shop.desk.Lift()
	case 1:
		d.say("  lays a second card")
		d.shop.desk.Beside(d.shop.desk.Find(pick(d, crowd...)))
	case 2:
		d.say("  the network is cut for a moment")
		d.shop.road.Cut()
		time.Sleep(time.Duration(d.rnd.IntN(300)) * time.Millisecond)
		return d.shop.road.Restore()
	case 3:
		d.say("  the plug is pulled")
		d.shop.pull()
		<-d.shop.kiosk.Done()
	case 4:
		d.say("  the reader's cable is pulled, and put back")
		d.shop.desk.Unplug()
		return d.shop.desk.Plug()
	case 5: // a palm on the glass
		for b := kiosk.ButtonOK; b <= kiosk.ButtonSize; b++ {
			p := d.shop.Screen().Place
			d.spending(p, b)
			if d.shop.kiosk.Press(p, b) != nil {
				return nil
			}
		}
	}
	return ctx.Err()
}
