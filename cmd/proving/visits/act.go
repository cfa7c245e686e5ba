package main

import (
	"context"
	"time"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/harness/headless"
	"multicopy.example/kiosk"
)

// act does one thing at the screen; home: the visit is over.
func (v *visitor) act(ctx context.Context, s headless.Screen, calm bool) (home bool, err error) {
	if !calm && s.Place != kiosk.Idle && v.chance(4) {
		return false, v.whim(ctx)
	}
	lying := v.Cards.Lying() != nil
	switch s.Place {
	case kiosk.Idle:
		if v.starts++; calm || v.starts > 1 && v.chance(60) {
			return true, nil
		}
		return false, v.tap(ctx, s, kiosk.ButtonOK)
	case kiosk.PlaceCard, kiosk.DoubtCard:
		return false, v.putCard(ctx, s, lying, calm)
	case kiosk.Telling:
		if s.Told == kiosk.MsgReset || s.Told == kiosk.MsgUnlocked {
			v.done++
		}
		return false, v.tap(ctx, s, kiosk.ButtonOK)
	case kiosk.TakeCard:
		v.Cards.Lift()
		return false, v.leaves(ctx, s.Place)
	case kiosk.Thanks:
		return true, v.tap(ctx, s, kiosk.ButtonOK)
	case kiosk.Plan:
		return false, v.tap(ctx, s, pick(v, kiosk.ButtonReset, kiosk.ButtonUnlock, kiosk.ButtonOK, kiosk.ButtonReset))
	case kiosk.Code:
		return false, v.enter(ctx, s, 15, "code", "wrong-code")
	case kiosk.NewSecret, kiosk.Again:
		return false, v.fresh(ctx, s)
	case kiosk.Proof:
		return false, v.proof(ctx, s)
	}
	if !calm && v.chance(4) {
		return false, v.tap(ctx, s, pick(v, kiosk.ButtonStop, kiosk.ButtonBack))
	}
	return false, v.tap(ctx, s, kiosk.ButtonOK)
}

// tap presses and waits until something came of it, or a second.
func (v *visitor) tap(ctx context.Context, s headless.Screen, b kiosk.Button) error {
	if v.Kiosk.Press(s.Place, b) != nil {
		return nil // its power has just gone; the next look will see
	}
	return v.leaves(ctx, s.Place)
}

func (v *visitor) leaves(ctx context.Context, p kiosk.Place) error {
	short, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	_, _ = v.Kiosk.Await(short, "another screen", func(s headless.Screen) bool { return s.Place != p })
	return ctx.Err()
}

// enter types one of two words, the second with that chance, and presses OK.
func (v *visitor) enter(ctx context.Context, s headless.Screen, percent int, right, wrong string) error {
	name := right
	if v.chance(percent) {
		name = wrong
	}
	text := v.word(name)
	if v.Kiosk.Type(s.Place, text) != nil {
		return nil
	}
	return v.tap(ctx, s, kiosk.ButtonOK)
}

func (v *visitor) fresh(ctx context.Context, s headless.Screen) error {
	if v.letters(s) {
		return v.enter(ctx, s, 8, "new", "other")
	}
	return v.enter(ctx, s, 8, "new-pin", "weak")
}

func (v *visitor) proof(ctx context.Context, s headless.Screen) error {
	if v.letters(s) {
		return v.enter(ctx, s, 6, "password", "wrong-password")
	}
	return v.enter(ctx, s, 6, "pin", "wrong-pin")
}

// letters: the pad on the screen has letters.
func (v *visitor) letters(s headless.Screen) bool { return s.Pad == kiosk.PadLetters }

func (v *visitor) putCard(ctx context.Context, s headless.Screen, lying, calm bool) error {
	if calm || v.chance(5) {
		v.Cards.Lift()
		return v.tap(ctx, s, kiosk.ButtonStop)
	}
	if lying {
		v.Cards.Lift()
	}
	c := v.Card
	if v.chance(8) {
		c = v.Cards.Find(pick(v, crowd...))
	}
	if err := v.Cards.Lay(c); err != nil {
		return err
	}
	return v.leaves(ctx, s.Place)
}

// whim is what is not expected of a person.
func (v *visitor) whim(ctx context.Context) error {
	switch v.rnd.IntN(6) {
	case 0:
		v.say("  lifts the card")
		v.Cards.Lift()
	case 1:
		v.say("  lays a second card")
		v.Cards.Beside(v.Cards.Find(pick(v, crowd...)))
	case 2:
		v.say("  the network is cut for a moment")
		v.Network.Cut()
		short, cancel := context.WithTimeout(ctx, time.Duration(v.rnd.IntN(300))*time.Millisecond)
		defer cancel()
		<-short.Done()
		return v.Network.Restore()
	case 3:
		v.say("  the plug is pulled")
		v.Kiosk.CutPower()
		<-v.Kiosk.Done()
	case 4:
		v.say("  the reader's cable is pulled, and put back")
		v.Cards.Unplug()
		return v.Cards.Plug()
	case 5: // a palm on the glass
		for _, b := range kiosk.Buttons() {
			p := v.Kiosk.Screen().Place
			if v.Kiosk.Press(p, b) != nil {
				return nil
			}
		}
	}
	return ctx.Err()
}

// word is what stands behind a name.
func (v *visitor) word(name string) string {
	code := v.Code + "00000000"[len(v.Code):] // of no reservation where there is none
	return map[string]string{"code": code, "wrong-code": harness.Wrong(code), "pin": v.PIN, "wrong-pin": harness.Wrong(v.PIN),
		"password": v.Password, "wrong-password": harness.Wrong(v.Password), "new": v.New.Password, "new-pin": v.New.PIN, "other": v.New.Other,
		"weak": "1234"}[name]
}
