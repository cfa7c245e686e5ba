package harness

import (
	"context"
	"fmt"

	"multicopy.example/cmd/internal/harness/headless"
	"multicopy.example/kiosk"
)

// Visit does at the kiosk what its screens ask of the resident, without a
// mistake, until it is at that place. A place where the kiosk works passes by
// too fast to be waited for.
func (r *Resident) Visit(ctx context.Context, until kiosk.Place) (headless.Screen, error) {
	k := r.w.Kiosk
	if err := k.Silence(kiosk.Idle); err != nil { // the attract screen looks at the word every 20 seconds: they have passed
		return headless.Screen{}, err
	}
	for {
		s, err := k.Await(ctx, "a screen for a person", func(s headless.Screen) bool {
			return s.Place == until || WaitsForPerson(s)
		})
		if err != nil || s.Place == until {
			return s, err
		}
		if err := r.step(s); err != nil {
			return s, fmt.Errorf("at %s: %w", s.Place, err)
		}
		if _, err := k.Await(ctx, "the screen after "+s.Place.String(), func(now headless.Screen) bool { return now.Place != s.Place }); err != nil {
			return s, err
		}
	}
}

// step does what one screen asks.
func (r *Resident) step(s headless.Screen) error {
	k := r.w.Kiosk
	enter := func(text string) error {
		if err := k.Type(s.Place, text); err != nil {
			return err
		}
		return k.Press(s.Place, kiosk.ButtonOK)
	}
	letters := s.Pad == kiosk.PadLetters
	switch s.Place {
	case kiosk.PlaceCard, kiosk.DoubtCard:
		return r.w.Cards.Lay(r.Card)
	case kiosk.TakeCard:
		r.w.Cards.Lift()
		return nil
	case kiosk.Plan:
		if err := k.Press(s.Place, kiosk.ButtonReset); err != nil {
			return err
		}
	case kiosk.Code:
		return enter(r.Code)
	case kiosk.NewSecret, kiosk.Again:
		if letters {
			return enter(r.New.Password)
		}
		return enter(r.New.PIN)
	case kiosk.Proof:
		if letters {
			return enter(r.Password)
		}
		return enter(r.PIN)
	}
	return k.Press(s.Place, kiosk.ButtonOK)
}

// WaitsForPerson tells whether the kiosk does nothing until a person acts.
func WaitsForPerson(s headless.Screen) bool {
	return s.Place.WaitsForPerson() && (s.Place != kiosk.Idle || s.Health == kiosk.NoMessage)
}
