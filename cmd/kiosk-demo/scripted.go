package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"path/filepath"
	"time"

	"multicopy.example/cmd/kiosk-demo/internal/cards"
	"multicopy.example/cmd/kiosk-demo/internal/counter"
	"multicopy.example/cmd/kiosk-demo/internal/hunt"
	"multicopy.example/cmd/kiosk-demo/internal/proof"
	"multicopy.example/cmd/kiosk-demo/internal/visit"
	"multicopy.example/cmd/kiosk-demo/internal/window"
	"multicopy.example/cmd/kiosk-demo/internal/xdisplay"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk/secret"
)

// The counter's window, in pixels. Its height is the kiosk's.
const windowWidth = 480

// runScripted is one reset by a scripted resident, with a picture of every
// screen.
func runScripted(ctx context.Context, o order) (err error) {
	s, err := newStage(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	panel := s.glass()
	if s.kiosk, err = s.virtual("kiosk", panel.W, panel.H); err != nil {
		return err
	}
	mine, err := s.virtual("counter", windowWidth, panel.H)
	if err != nil {
		return err
	}
	if err := s.ours(mine.Env()...); err != nil {
		return err
	}
	s.say("two X servers: %s is the kiosk's %s\" panel, %s the counter's", s.kiosk.Name, s.panel, mine.Name)
	if err := s.open(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	win := window.New(desk{s.counter}, qr(s.counter.Page), windowWidth, panel.H, cancel)
	ended := make(chan error, 1)
	go func() {
		ended <- s.scriptAndProve(ctx, func(path string) error {
			if _, err := mine.Settled(ctx, nil, 10*time.Second); err != nil {
				return fmt.Errorf("the counter's window: %w", err)
			}
			m, err := mine.Picture()
			if err != nil {
				return err
			}
			return xdisplay.Save(path, m)
		})
		win.Quit()
	}()
	win.Run()
	cancel()
	return <-ended
}

func (s *stage) scriptAndProve(ctx context.Context, picture func(string) error) error {
	v, err := s.script(ctx, s.out, picture, nil)
	if err != nil {
		return err
	}
	s.say("the firmware was told to end, and did")
	s.printTimes(v.times)
	fmt.Println("\nproofs:")
	results := proof.Run(ctx, v.evidence)
	for _, r := range results {
		fmt.Println(" ", r)
	}
	fmt.Printf("\npictures and logs: %s\n", s.out)
	if failed := proof.Failed(results); len(failed) > 0 {
		return fmt.Errorf("%d of %d proofs failed", len(failed), len(results))
	}
	return nil
}

// A visited is what a scripted visit leaves to be proved.
type visited struct {
	evidence proof.Evidence
	times    visit.Times
}

// script starts the firmware, lets the resident renew the password, waits until
// the records are with the authority, and ends the firmware.
func (s *stage) script(ctx context.Context, pictures string, window func(string) error, look lookFunc) (visited, error) {
	card := s.counter.Desk.Find(s.resident)
	if card == nil {
		return visited{}, fmt.Errorf("there is no resident %q", s.resident)
	}
	if err := s.counter.Serve(s.kiosk.Env()); err != nil {
		return visited{}, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() { // a child that ends takes the visit with it
		select {
		case <-s.counter.Ended():
			cancel(s.counter.Why())
		case <-ctx.Done():
		}
	}()
	v, err := s.renew(ctx, card, pictures, window, look)
	if cause := context.Cause(ctx); cause != nil && cause != ctx.Err() {
		err = cause
	}
	if err != nil {
		return visited{}, err
	}
	if err := s.counter.RecordsSent(ctx); err != nil {
		return visited{}, err
	}
	cancel(nil)
	return v, s.counter.StopFirmware()
}

func (s *stage) renew(ctx context.Context, card *cards.Card, pictures string, window func(string) error, look lookFunc) (visited, error) {
	secrets := visit.Secrets{New: newPassword()}
	_, tries := card.Tries()
	r := &visit.Resident{
		Screen: s.kiosk, Log: s.counter.Seen, Panel: s.glass(), Phone: s.counter.Page, Key: card.Key, Tries: tries,
		Secrets: &secrets, Lay: func() error { return s.counter.Desk.Lay(card) }, Lift: s.counter.Desk.Lift,
		Say: func(step string) { s.say("%s", step) }, Out: pictures, Counter: window,
	}
	if look != nil {
		prepare, at := look(&secrets)
		if err := prepare(ctx, r); err != nil {
			return visited{}, err
		}
		r.Look = at
	}
	known, err := sim.ReadResident(card.Dir) // what the resident knew before the visit
	if err != nil {
		return visited{}, err
	}
	secrets.PIN = known.PIN
	if err := r.Renew(ctx); err != nil {
		return visited{}, err
	}
	e, err := s.evidence(card, known.Password, secrets)
	return visited{e, r.Times}, err
}

// A lookFunc prepares somebody who looks at the firmware during the visit.
type lookFunc func(*visit.Secrets) (prepare func(context.Context, *visit.Resident) error, at func(context.Context, visit.Moment) error)

func (s *stage) evidence(card *cards.Card, old []byte, known visit.Secrets) (proof.Evidence, error) {
	slot, err := secret.New()
	if err != nil {
		return proof.Evidence{}, err
	}
	booked, ok := s.counter.Hand.Booked(card.Key)
	if !ok {
		return proof.Evidence{}, errors.New("no reservation was made")
	}
	return proof.Evidence{
		Folder: s.out, Home: func(rel string) bool { return counter.Home(within("run", rel)) },
		Data: s.options(nil).Data(), Kiosk: counter.KioskName, App: s.counter.App, Reservation: booked.ID,
		Desk: s.counter.Desk, Card: card, Slot: slot, Old: old, New: known.New,
		Secrets: []hunt.Secret{{Name: "PIN", Value: known.PIN}, {Name: "old password", Value: old},
			{Name: "new password", Value: known.New}, {Name: "one-time password", Value: booked.Code}},
	}, nil
}

// within is rel relative to dir, or "" where it is outside of it.
func within(dir, rel string) string {
	r, err := filepath.Rel(dir, rel)
	if err != nil {
		return ""
	}
	return r
}

// newPassword draws ten characters of both kinds. Drawn and not fixed, so that
// a search for it cannot find a text that was there before.
func newPassword() []byte {
	const letters, digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
	pick := func(from string) byte {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(from))))
		if err != nil {
			panic(err) // crypto/rand never fails
		}
		return from[n.Int64()]
	}
	b := make([]byte, 10)
	for i := range b {
		b[i] = pick(letters + digits)
	}
	b[2], b[7] = pick(letters), pick(digits)
	return b
}
