package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"fyne.io/fyne/v2"

	"multicopy.example/cmd/internal/harness/cards"
	"multicopy.example/cmd/internal/toolkit"
	"multicopy.example/cmd/kiosk-demo/internal/uidriver"
	"multicopy.example/cmd/kiosk-demo/internal/verify"
	"multicopy.example/cmd/kiosk-demo/internal/window"
	"multicopy.example/cmd/kiosk-demo/internal/xdisplay"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/ui/layout"
)

// kioskTitle is the title of the window that is the kiosk's panel.
const kioskTitle = "Kiosk - multicopy demo"

// runByHand gives the kiosk and the demo to a person: the firmware, which
// fills its screen, on an X server that is itself a window of the panel's
// size, and the demo's window beside it.
func runByHand(ctx context.Context, o order) (err error) {
	if o.residents == "" {
		o.residents = "all"
	}
	if o.reader != "" {
		if err := freePort(o.reader); err != nil {
			return err
		}
	}
	width, height, err := xdisplay.Size(ctx)
	if err != nil {
		return err
	}
	if o.panel, err = fit(o.panel, width, height); err != nil {
		return err
	}
	s, err := newSession(o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if err := s.nest(ctx); err != nil {
		return err
	}
	if err := s.open(ctx); err != nil {
		return err
	}
	if err := s.ours(); err != nil {
		return err
	}
	if err := s.demo.Serve(s.kiosk.Env()); err != nil {
		return err
	}
	s.say("the kiosk and the demo are on your display; the phone's page is %s", s.demo.Page)
	if s.reader != "" {
		s.say("the kiosk's reader is %s; the cards are laid there by hand, and one of no test resident is only read", s.reader)
	}
	s.say("close the demo's window when you are through: what came of it is proved then")
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	panel := s.glass()
	var win *window.Window
	toolkit.Main(nil, func() {
		var app fyne.App
		if app, err = toolkit.App("demo"); err == nil {
			win = window.New(app, newDesk(ctx, s.demo), qr(s.demo.Page), windowWidth, panel.H, func() { cancel(nil) })
		}
	})
	if err != nil {
		return err
	}
	go func() {
		if err := xdisplay.Place(ctx, window.Title, width-windowWidth, 0); err != nil && ctx.Err() == nil {
			s.say("the demo's window could not be placed: %v", err)
		}
		select {
		case <-s.demo.Ended():
			cancel(s.demo.Why())
		case <-s.kiosk.Done():
			cancel(errClosed)
		case <-ctx.Done():
		}
		win.Quit()
	}()
	win.Run()
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) && !errors.Is(cause, errClosed) {
		return cause
	}
	return s.proveByHand(context.WithoutCancel(ctx))
}

var errClosed = errors.New("the kiosk's window was closed")

// fit chooses a panel that leaves room for the demo's window beside it.
func fit(panel string, width, height int) (string, error) {
	for _, p := range []struct {
		name  string
		glass layout.Panel
	}{{"10.1", layout.Panel10}, {"15", layout.Panel15}} {
		if (panel == "" || panel == p.name) && width >= p.glass.W+windowWidth && height >= p.glass.H {
			return p.name, nil
		}
	}
	need := layout.Panel15
	if panel == "10.1" {
		need = layout.Panel10
	}
	return "", fmt.Errorf("the display has %d×%d pixels; the kiosk's panel (%d×%d) with the demo's window (%d wide) beside it needs %d×%d: "+
		"use a larger display, or run --scripted", width, height, need.W, need.H, windowWidth, need.W+windowWidth, need.H)
}

func (s *session) nest(ctx context.Context) error {
	dir := filepath.Join(s.scratch, "kiosk")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	var err error
	if s.kiosk, err = xdisplay.Nested(dir, s.log("x-kiosk"), kioskTitle, s.glass().W, s.glass().H); err != nil {
		return err
	}
	s.closing = append(s.closing, s.kiosk.Close)
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	return xdisplay.Place(ctx, kioskTitle, 0, 0)
}

// proveByHand proves what a person did. What was broken is mended first: a
// firmware that was killed has to send its records, and a card that was left
// has to come into the hand. The demo does not know a new secret: who types
// it on the phone's page, where the card compares it, can have it proved.
func (s *session) proveByHand(ctx context.Context) error {
	if s.reader == "" {
		s.demo.Lift()
	}
	if err := s.demo.Restore(ctx); err != nil {
		return err
	}
	finished, err := s.finished(ctx)
	if err != nil {
		return err
	}
	end := func(context.Context) error { return s.demo.Kiosk.Stop() }
	if len(finished) > 0 && s.demo.Kiosk.Running() {
		end = s.demo.Kiosk.Drain
	}
	if err := end(ctx); err != nil {
		return err
	}
	if len(finished) == 0 {
		fmt.Println("\nno visit was finished; nothing was proved")
	}
	var failed error
	for _, card := range finished {
		failed = errors.Join(failed, s.proveCard(ctx, card))
	}
	return failed
}

// finished lists the cards whose reservation the authority calls done.
func (s *session) finished(ctx context.Context) ([]*cards.Card, error) {
	var list []*cards.Card
	for _, card := range s.demo.Cards.All() {
		booked, ok := s.demo.Hand.Booked(card.Key)
		if !ok {
			continue
		}
		r, err := s.demo.Authority.App().Reservation(ctx, booked.ID)
		if err != nil {
			return nil, err
		}
		if r.State == "done" {
			list = append(list, card)
		} else {
			fmt.Printf("\n%s: the reservation is %q, so there is nothing to prove\n", card.Name, r.State)
		}
	}
	return list, nil
}

func (s *session) proveCard(ctx context.Context, card *cards.Card) error {
	known, err := sim.ReadResident(card.Dir)
	if err != nil {
		return err
	}
	booked, _ := s.demo.Hand.Booked(card.Key)
	old, other := known.Password, known.PIN
	if booked.Flow == kiosk.FlowU {
		old, other = other, old
	}
	fresh := s.demo.Hand.Checked(card.Key)
	same := bytes.Equal(fresh, old) // the card took what it took before: unlocked
	if same {
		fresh = nil
	}
	e, err := s.evidence(card, old, uidriver.Secrets{Proof: other, New: fresh})
	if err != nil {
		return err
	}
	if same {
		e.Act = kiosk.Unlock
	}
	fmt.Printf("\nproofs, %s:\n", card.Name)
	prove := verify.Run
	switch {
	case s.reader != "":
		fmt.Println("  the card that lay on the real reader is not here to be asked, and its new secret cannot be searched for")
		prove = verify.Rest
	case len(fresh) == 0 && !same:
		fmt.Println("  the new secret was not typed on the phone's page, so it can neither be proved nor searched for")
		prove = verify.Rest
	}
	results := prove(ctx, e)
	for _, r := range results {
		fmt.Println(" ", r)
	}
	if n := len(verify.Failed(results)); n > 0 {
		return fmt.Errorf("%s: %d of %d proofs failed", card.Name, n, len(results))
	}
	return nil
}
