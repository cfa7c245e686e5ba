package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"path/filepath"
	"strings"
	"time"

	"multicopy.example/cmd/internal/harness/cards"
	"multicopy.example/cmd/internal/secretscan"
	"multicopy.example/cmd/internal/toolkit"
	"multicopy.example/cmd/kiosk-demo/internal/counter"
	"multicopy.example/cmd/kiosk-demo/internal/proof"
	"multicopy.example/cmd/kiosk-demo/internal/visit"
	"multicopy.example/cmd/kiosk-demo/internal/window"
	"multicopy.example/cmd/kiosk-demo/internal/xdisplay"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
)

// The counter's window, in pixels. Its height is the kiosk's.
const windowWidth = 480

// runScripted is the acts of acts.go, one after the other at one kiosk, with a
// picture of every screen.
func runScripted(ctx context.Context, o order) (err error) {
	if o.residents == "" {
		o.residents = strings.Join(cast(o.resident), ",")
	}
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
	app, err := toolkit.App("counter")
	if err != nil {
		return err
	}
	win := window.New(app, newDesk(ctx, s.counter), qr(s.counter.Page), windowWidth, panel.H, cancel)
	s.page = win.Show
	ended := make(chan error, 1)
	go func() {
		ended <- s.tour(ctx, func(path string) error {
			if _, err := mine.Settled(ctx, nil, time.Minute); err != nil {
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

// A visited is what a scripted visit leaves to be proved.
type visited struct {
	act
	evidence proof.Evidence
	times    visit.Times
}

// script starts the firmware, lets one resident renew the password, waits until
// the records are with the authority, and ends the firmware.
func (s *stage) script(ctx context.Context, look lookFunc) (v visited, err error) {
	err = s.served(ctx, func(ctx context.Context) error {
		v, err = s.visit(ctx, s.first(), "", nil, look)
		return err
	})
	return v, err
}

// served starts the firmware for what do does, waits until the authority has
// the records, and ends it. A program that ends by itself takes do with it.
func (s *stage) served(ctx context.Context, do func(context.Context) error) error {
	if err := s.counter.Serve(s.kiosk.Env()); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-s.counter.Ended():
			cancel(s.counter.Why())
		case <-ctx.Done():
		}
	}()
	err := do(ctx)
	if cause := context.Cause(ctx); cause != nil && cause != ctx.Err() {
		err = cause
	}
	if err != nil {
		return err
	}
	return s.counter.FinishFirmware(ctx)
}

// visit is one act from the reservation to the attract screen.
func (s *stage) visit(ctx context.Context, a act, pictures string, window func(string) error, look lookFunc) (visited, error) {
	card := s.counter.Desk.Find(a.resident)
	if card == nil {
		return visited{}, fmt.Errorf("there is no resident %q", a.resident)
	}
	var secrets visit.Secrets
	r := &visit.Resident{
		Screen: s.kiosk, Log: s.counter.Seen, Panel: s.glass(), Phone: s.counter.Page, Key: card.Key, Flow: a.flow, Act: a.act,
		Tries: a.target(card), Secrets: &secrets, Lay: func() error { return s.counter.Lay(card) }, Lift: s.counter.Lift, Torn: a.torn,
		Say: func(step string) { s.say("%s", step) }, Out: pictures, Counter: window,
	}
	if a.amid != nil {
		r.Amid = func(ctx context.Context, picture func(string) error) error { return a.amid(ctx, s, picture) }
	}
	var err error
	if secrets.New, err = s.fresh(a); err != nil {
		return visited{}, err
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
	old := known.Password
	if secrets.Proof = known.PIN; a.flow == kiosk.FlowU {
		old, secrets.Proof = known.PIN, known.Password
	}
	if a.before != nil {
		if err := a.before(ctx, s); err != nil {
			return visited{}, err
		}
	}
	if err := r.Renew(ctx); err != nil {
		return visited{}, err
	}
	e, err := s.evidence(card, old, secrets)
	e.Act, e.Grants, e.OKs = a.act, a.grants(), r.OKs
	return visited{a, e, r.Times}, err
}

// fresh is the new secret of an act; none where the old one stays.
func (s *stage) fresh(a act) ([]byte, error) {
	switch {
	case a.act == kiosk.Unlock:
		return nil, nil
	case a.flow == kiosk.FlowU:
		pin, err := s.counter.SparePIN()
		return []byte(pin), err
	}
	return newPassword(), nil
}

// A lookFunc prepares somebody who looks at the firmware during the visit.
type lookFunc func(*visit.Secrets) (prepare func(context.Context, *visit.Resident) error, at func(context.Context, visit.Moment) error)

func (s *stage) evidence(card *cards.Card, old []byte, known visit.Secrets) (proof.Evidence, error) {
	booked, ok := s.counter.Hand.Booked(card.Key)
	if !ok {
		return proof.Evidence{}, errors.New("no reservation was made")
	}
	e := s.shop()
	e.Reservation, e.Flow, e.Act, e.Desk, e.Card, e.Slot = booked.ID, booked.Flow, kiosk.Reset, s.counter.Desk, card, s.slot
	e.Old, e.New = old, known.New
	target, other := "password", "PIN"
	if booked.Flow == kiosk.FlowU {
		target, other = other, target
	}
	e.Secrets = []secretscan.Secret{{Name: other, Value: known.Proof}, {Name: "old " + target, Value: old}, {Name: "one-time password", Value: booked.Code}}
	if len(known.New) > 0 {
		e.Secrets = append(e.Secrets, secretscan.Secret{Name: "new " + target, Value: known.New})
	}
	return e, nil
}

// shop is the evidence that is not one resident's.
func (s *stage) shop() proof.Evidence {
	return proof.Evidence{
		Folder: s.out, Home: func(rel string) bool { return counter.Home(within("run", rel)) },
		Data: s.options(nil).Data(), RecordsKey: s.options(nil).RecordsKey(), Kiosk: counter.KioskName, App: s.counter.App,
	}
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
