package main

import (
	"context"
	"errors"
	"path/filepath"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/harness/headless"
	"multicopy.example/kiosk"
)

// withdrawsAtKiosk is a visit to a kiosk in a store: the list of what the resident has agreed to,
// its first line, and the withdrawal. The firmware is the real one, with a display of text.
func (w *world) withdrawsAtKiosk(ctx context.Context, resident string) (err error) {
	k, err := harness.Join(w.authority, harness.Options{Dir: filepath.Join(w.dir, "store"), Programs: w.programs})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, k.Leave()) }()
	r, err := k.Resident(resident)
	if err != nil {
		return err
	}
	press := func(at kiosk.Place, b kiosk.Button) func() error {
		return func() error { return k.Kiosk.Press(at, b) }
	}
	types := func(text string) func() error {
		return func() error {
			return errors.Join(k.Kiosk.Type(kiosk.Proof, text), k.Kiosk.Press(kiosk.Proof, kiosk.ButtonOK))
		}
	}
	for _, step := range []struct {
		at kiosk.Place
		do func() error
	}{
		{kiosk.Idle, press(kiosk.Idle, kiosk.ButtonConsents)},
		{kiosk.PlaceCard, func() error { return k.Cards.Lay(r.Card) }},
		{kiosk.Lying, press(kiosk.Lying, kiosk.ButtonOK)},
		{kiosk.Proof, types(r.PIN)},
		{kiosk.Listed, press(kiosk.Listed, kiosk.ButtonPick)},
		{kiosk.OneConsent, press(kiosk.OneConsent, kiosk.ButtonEnd)},
		{kiosk.WithdrawAsk, press(kiosk.WithdrawAsk, kiosk.ButtonOK)},
		{kiosk.Proof, types(r.Password)},
		{kiosk.Telling, press(kiosk.Telling, kiosk.ButtonOK)},
		{kiosk.TakeCard, func() error { k.Cards.Lift(); return nil }},
		{kiosk.Thanks, press(kiosk.Thanks, kiosk.ButtonOK)},
	} {
		told, err := k.Kiosk.Await(ctx, step.at.String(), func(s headless.Screen) bool { return s.Place == step.at })
		if err == nil && step.at == kiosk.Telling && told.Told != kiosk.MsgWithdrawn {
			err = errors.New("the kiosk says " + told.Told.String())
		}
		if err == nil {
			err = step.do()
		}
		if err != nil {
			return err
		}
	}
	_, err = k.Settled(ctx)
	return err
}
