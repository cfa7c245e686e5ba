package uidriver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"multicopy.example/cmd/internal/pixels"
	"multicopy.example/cmd/kiosk-demo/internal/xdisplay"
	"multicopy.example/kiosk"
	"multicopy.example/ui/layout"
)

// Limits of the waits for the kiosk. A cold start compiles shaders in software,
// and a machine may be busy with sixteen other things; only a kiosk that hangs
// reaches them.
const (
	start   = 4 * time.Minute // until the attract screen
	turn    = 2 * time.Minute // from one screen to the next
	work    = 2 * time.Minute // the burst after the proof secret
	drawing = time.Minute     // until a screen has come to rest
)

// at waits until the firmware is at the place. A result that is told after the
// place that was waited for last ends the wait: it is a refusal. An older one is
// the place that was just left, whose successor is not in the log yet.
func (r *Resident) at(ctx context.Context, want kiosk.Place, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for {
		places, told := r.Log.Places()
		if n := len(places); n > 0 {
			last := places[n-1]
			switch {
			case last.Name == want.String():
				r.arrived = n
				if want == kiosk.Telling {
					r.Times.Told = last.At
				}
				return nil
			case last.Name == kiosk.Telling.String() && n > r.arrived:
				return fmt.Errorf("%w %s: it says %s", errPlace, want, last.Line)
			}
		}
		select {
		case <-told:
		case <-ctx.Done():
			return fmt.Errorf("%w %s within %v: it is at %q", errPlace, want, limit, r.Log.Now())
		}
	}
}

// arrive waits for the place and its picture.
func (r *Resident) arrive(ctx context.Context, p kiosk.Place) error {
	if err := r.at(ctx, p, turn); err != nil {
		return err
	}
	return r.settle(ctx, p.String(), r.screen(p, r.empty(p)))
}

// settle waits until the screen of the place is drawn and has come to rest,
// and takes its picture.
func (r *Resident) settle(ctx context.Context, name string, want layout.Screen) error {
	ctx, cancel := context.WithTimeout(ctx, drawing)
	defer cancel()
	var before []byte
	for {
		frame, err := r.Screen.Settled(ctx, before, drawing)
		if err != nil {
			return fmt.Errorf("the screen of %s is not drawn: %w", name, err)
		}
		m, err := xdisplay.Decode(frame)
		if err != nil {
			return err
		}
		if pixels.Drawn(m, want) {
			return r.picture(name, m)
		}
		before = frame // something has to change yet
	}
}

// glimpse takes a picture of a screen that moves and stands only for a moment,
// at one of these places; ends are those that come after them. There is none
// where the machine was faster than the eye.
func (r *Resident) glimpse(ctx context.Context, name string, ends []kiosk.Place, at ...kiosk.Place) error {
	ctx, cancel := context.WithTimeout(ctx, turn)
	defer cancel()
	err := r.until(ctx, func(place string) bool {
		return among(place, at) != kiosk.Starting || among(place, ends) != kiosk.Starting
	})
	for err == nil && ctx.Err() == nil {
		p := among(r.Log.Now(), at)
		if p == kiosk.Starting {
			return nil
		}
		m, e := r.Screen.Picture()
		if e != nil {
			return e
		}
		if pixels.Drawn(m, r.screen(p, layout.Fill{})) {
			return r.picture(name, m)
		}
		select {
		case <-ctx.Done():
		case <-time.After(40 * time.Millisecond): // the virtual reader lives in this process and has to answer within a second
		}
	}
	return err
}

// among is the place of that name; Starting, where no visit is under way, where
// it is not among them.
func among(name string, places []kiosk.Place) kiosk.Place {
	for _, p := range places {
		if p.String() == name {
			return p
		}
	}
	return kiosk.Starting
}

func (r *Resident) until(ctx context.Context, ok func(place string) bool) error {
	for {
		places, told := r.Log.Places()
		if n := len(places); n > 0 && ok(places[n-1].Name) {
			return nil
		}
		select {
		case <-told:
		case <-ctx.Done():
			return fmt.Errorf("the kiosk stays at %q: %w", r.Log.Now(), ctx.Err())
		}
	}
}

// screen is the layout of a place as the firmware draws it in this visit, with
// an entry that has come so far.
func (r *Resident) screen(p kiosk.Place, f layout.Fill) layout.Screen {
	s := r.state(p)
	v := kiosk.Look(s)
	if p == kiosk.Telling || p == kiosk.TakeCard {
		v.Session, v.When = kiosk.SessionID{1}, time.Now().Unix()
	}
	return layout.Lay(v, r.Panel, f)
}

func (r *Resident) state(p kiosk.Place) kiosk.State {
	s := kiosk.State{Place: p, Tries: kiosk.Tries{kiosk.RefAuth.Full(), kiosk.RefSign.Full()}, Codes: 5, Card: true, Shop: kiosk.Shop{Offered: kiosk.AllLangs}}
	if p >= kiosk.Plan {
		s.Flow, s.Tries = r.Flow, s.Tries.With(r.Flow.Target(), r.Tries)
	}
	if p > kiosk.Plan {
		s.Act = r.Act
	}
	switch p {
	case kiosk.Telling, kiosk.TakeCard, kiosk.Thanks:
		s.Message, s.Result, s.Spent = kiosk.MsgReset, kiosk.Done, true
		if r.Act == kiosk.Unlock {
			s.Message = kiosk.MsgUnlocked
		}
		if r.Slip && p == kiosk.Telling {
			s.Slip = max(kiosk.SlipOffered, r.slip)
		}
	case kiosk.DoubtCard:
		s.Message, s.Result, s.Spent, s.Card = kiosk.MsgUnknown, kiosk.Unknown, true, false
	case kiosk.DoubtAgain:
		s.Result, s.Spent = kiosk.Unknown, true
	}
	return s
}

// empty is a pad without an entry.
func (r *Resident) empty(p kiosk.Place) layout.Fill { return r.typed(p, nil) }

// typed is a pad on which so much stands. The layout needs to know which rules
// it still breaks.
func (r *Resident) typed(p kiosk.Place, value []byte) layout.Fill {
	pad := r.state(p).Pad()
	least, _ := pad.Length()
	f := layout.Fill{Typed: len(value)}
	if len(value) < least {
		f.Form |= kiosk.FormShort
	}
	if pad == kiosk.PadLetters && !bytes.ContainsAny(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
		f.Form |= kiosk.FormNoLetter
	}
	if pad == kiosk.PadLetters && !bytes.ContainsAny(value, "0123456789") {
		f.Form |= kiosk.FormNoDigit
	}
	return f
}

func (r *Resident) press(ctx context.Context, p kiosk.Place, b kiosk.Button) error {
	for _, it := range r.screen(p, layout.Fill{}).Items {
		if it.Kind == layout.Button && it.Press == b {
			return errors.Join(r.tap(ctx, it.Rect), pause(ctx))
		}
	}
	return fmt.Errorf("the screen of %s has no button %s", p, b)
}

// pause is a person's between two pages: a touch that comes sooner after a press is
// the second of two, and the window does not take it.
func pause(ctx context.Context) error {
	select {
	case <-time.After(500 * time.Millisecond):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// tap taps the middle and waits until the screen shows that something came of
// it.
func (r *Resident) tap(ctx context.Context, at layout.Rect) error {
	before, err := r.Screen.Frame()
	if err != nil {
		return err
	}
	if err := r.Screen.Tap(ctx, int(at.X+at.W/2), int(at.Y+at.H/2)); err != nil {
		return err
	}
	return r.Screen.Changed(ctx, before, drawing)
}

// enter types the secret on the pad of the place, shows the full pad, and
// presses OK.
func (r *Resident) enter(ctx context.Context, p kiosk.Place, value []byte, m Moment) error {
	screen := r.screen(p, r.typed(p, value))
	for i, c := range value {
		if i == len(value)/2 && m == NewTyped && r.Amid != nil {
			half := r.screen(p, r.typed(p, value[:i]))
			if err := r.Amid(ctx, func(name string) error { return r.settle(ctx, name, half) }); err != nil {
				return err
			}
		}
		key, ok := find(screen, c)
		if !ok {
			return fmt.Errorf("the pad of %s lacks a key that is needed", p)
		}
		if err := r.tap(ctx, key); err != nil {
			return fmt.Errorf("typing at %s: %w", p, err)
		}
	}
	if err := r.settle(ctx, p.String()+"-typed", screen); err != nil {
		return err
	}
	switch m {
	case CodeTyped:
		r.step("one-time password typed")
	case NewTyped:
		r.step("new " + r.target() + " typed")
	case ProofTyped:
		r.step(r.proof() + " typed")
	default:
		r.step("new " + r.target() + " typed again")
	}
	if err := r.look(ctx, m); err != nil {
		return err
	}
	if p == kiosk.Proof {
		r.Times.Pressed = time.Now()
		r.OKs++
		return r.pressAway(ctx, p)
	}
	return r.press(ctx, p, kiosk.ButtonOK)
}

// pressAway presses OK without waiting for the screen: what follows moves.
func (r *Resident) pressAway(ctx context.Context, p kiosk.Place) error {
	for _, it := range r.screen(p, layout.Fill{}).Items {
		if it.Kind == layout.Button && it.Press == kiosk.ButtonOK {
			return errors.Join(r.Screen.Tap(ctx, int(it.X+it.W/2), int(it.Y+it.H/2)), pause(ctx))
		}
	}
	return fmt.Errorf("the screen of %s has no OK", p)
}

func find(s layout.Screen, c byte) (layout.Rect, bool) {
	for _, it := range s.Items {
		if it.Kind == layout.Key && it.Cap == layout.CapChar && it.Char == c {
			return it.Rect, true
		}
	}
	return layout.Rect{}, false
}
