package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/harness/cards"
	"multicopy.example/cmd/internal/pixels"
	"multicopy.example/cmd/internal/secretscan"
	"multicopy.example/cmd/internal/toolkit"
	"multicopy.example/cmd/kiosk-demo/internal/demo"
	"multicopy.example/cmd/kiosk-demo/internal/uidriver"
	"multicopy.example/cmd/kiosk-demo/internal/verify"
	"multicopy.example/cmd/kiosk-demo/internal/window"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
)

// The demo's window, in pixels. Its height is the kiosk's.
const windowWidth = 480

// runScripted plays the visits of visits.go, one after the other at one kiosk, with a
// picture of every screen.
func runScripted(ctx context.Context, o order) (err error) {
	if o.residents == "" {
		o.residents = strings.Join(residentsOf(o.resident), ",")
	}
	s, err := newSession(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	panel := s.glass()
	if s.kiosk, err = s.virtual("kiosk", panel.W, panel.H); err != nil {
		return err
	}
	mine, err := s.virtual("demo", windowWidth, panel.H)
	if err != nil {
		return err
	}
	if err := s.ours(mine.Env()...); err != nil {
		return err
	}
	s.say("two X servers: %s is the kiosk's %s\" panel, %s the demo's", s.kiosk.Name, s.panel, mine.Name)
	if err := s.open(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var win *window.Window
	toolkit.Main(nil, func() {
		var app fyne.App
		if app, err = toolkit.App("demo"); err == nil {
			win = window.New(app, newDesk(ctx, s.demo), qr(s.demo.Page), windowWidth, panel.H, cancel)
		}
	})
	if err != nil {
		return err
	}
	s.page = win.Show
	ended := make(chan error, 1)
	go func() {
		ended <- s.playAll(ctx, func(path string) error {
			if _, err := mine.Settled(ctx, nil, time.Minute); err != nil {
				return fmt.Errorf("the demo's window: %w", err)
			}
			m, err := mine.Picture()
			if err != nil {
				return err
			}
			return pixels.Save(path, m)
		})
		win.Quit()
	}()
	win.Run()
	cancel()
	return <-ended
}

// A visited is what a scripted visit leaves to be proved.
type visited struct {
	scriptedVisit
	evidence verify.Evidence
	times    uidriver.Times
}

// script starts the firmware, lets one resident renew the password, waits until
// the records are with the authority, and ends the firmware.
func (s *session) script(ctx context.Context, look lookFunc) (v visited, err error) {
	err = s.served(ctx, func(ctx context.Context) error {
		v, err = s.visit(ctx, s.first(), "", nil, look)
		return err
	})
	return v, err
}

// served starts the firmware for what do does, waits until the authority has
// the records, and ends it. A program that ends by itself takes do with it.
func (s *session) served(ctx context.Context, do func(context.Context) error) error {
	if err := s.demo.Serve(s.kiosk.Env()); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-s.demo.Ended():
			cancel(s.demo.Why())
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
	return s.demo.Kiosk.Drain(ctx)
}

// visit is one visit from the reservation to the attract screen.
func (s *session) visit(ctx context.Context, a scriptedVisit, pictures string, window func(string) error, look lookFunc) (visited, error) {
	card := s.demo.Cards.Find(a.resident)
	if card == nil {
		return visited{}, fmt.Errorf("there is no resident %q", a.resident)
	}
	var secrets uidriver.Secrets
	r := &uidriver.Resident{
		Screen: s.kiosk, Log: s.demo.Kiosk.Seen, Panel: s.glass(), Flow: a.flow, Act: a.act,
		Tries: a.target(card), Secrets: &secrets, Lay: func() error { return s.demo.Lay(card) }, Lift: s.demo.Lift, Torn: a.torn,
		Slip: s.demo.Printer != nil, Taken: a.slip,
		Say: func(step string) { s.say("%s", step) }, Out: pictures, Window: window,
	}
	r.Reserve = func(ctx context.Context, proof []byte) ([]byte, error) {
		return s.demo.Hand.AtCounter(ctx, card.Key, a.flow, proof)
	}
	if r.Camera = s.faces != ""; r.Camera {
		r.Reserve = func(ctx context.Context, proof []byte) ([]byte, error) {
			return s.demo.Hand.Before(ctx, s.faces, card.Key, a.flow, proof)
		}
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

// fresh is the new secret of a visit; none where the old one stays. Drawn and not
// fixed, so that a search for it cannot find a text that was there before.
func (s *session) fresh(a scriptedVisit) ([]byte, error) {
	switch {
	case a.act == kiosk.Unlock:
		return nil, nil
	case a.flow == kiosk.FlowU:
		pin, err := s.demo.SparePIN()
		return []byte(pin), err
	}
	return []byte(harness.DrawPassword(rand.IntN)), nil
}

// A lookFunc prepares a look at the firmware during the visit.
type lookFunc func(*uidriver.Secrets) (prepare func(context.Context, *uidriver.Resident) error, at func(context.Context, uidriver.Moment) error)

func (s *session) evidence(card *cards.Card, old []byte, known uidriver.Secrets) (verify.Evidence, error) {
	booked, ok := s.demo.Hand.Booked(card.Key)
	if !ok {
		return verify.Evidence{}, errors.New("no reservation was made")
	}
	e := s.shop()
	e.Reservation, e.Flow, e.Act, e.Phone, e.Card = booked.ID, booked.Flow, kiosk.Reset, s.demo.Phone, card
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
func (s *session) shop() verify.Evidence {
	return verify.Evidence{
		Folder: s.out, Home: func(rel string) bool { return demo.Home(within("run", rel)) },
		Data: s.demo.Kiosk.Data(), RecordsKey: s.demo.Authority.File("records.key.pem"), Kiosk: s.demo.Kiosk.Name, App: s.demo.Authority.App(),
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
