// Package uidriver is a scripted resident: one who makes a reservation at the
// municipal counter, walks to the kiosk, and works it with a pointer until the card
// has a new secret, or its counter is full again.
//
// The resident sees what a person sees and no more: which screen it is (told
// by the firmware's log, where a person would read), where a button is (by the
// layout that the firmware itself draws from), and when the screen has come to
// rest. It never speaks to the firmware, and never prints a secret.
//
// Read [Resident.Renew] first.
package uidriver

import (
	"context"
	"errors"
	"fmt"
	"image"
	"path/filepath"
	"time"

	"multicopy.example/cmd/internal/harness/logtail"
	"multicopy.example/cmd/internal/pixels"
	"multicopy.example/cmd/kiosk-demo/internal/xdisplay"
	"multicopy.example/kiosk"
	"multicopy.example/ui/layout"
)

// Secrets are what the resident has in the head, and on the phone.
type Secrets struct {
	Proof []byte // the PIN in flow P, the signing password in flow U
	New   []byte // none where the act is unlock
	Code  []byte // the one-time password; the counter's part fills it in
}

// A Moment is where a caller may look at the firmware between two steps.
type Moment string

// The moments, in their order.
const (
	CodeTyped  Moment = "one-time password typed"
	NewTyped   Moment = "new secret typed"
	ProofTyped Moment = "proof typed"
	Told       Moment = "result told"
	Home       Moment = "idle again"
)

// A Resident at one kiosk. Every field down to Say is needed.
type Resident struct {
	Screen  *xdisplay.Display // the kiosk's
	Log     *logtail.Log      // the firmware's
	Panel   layout.Panel
	Reserve func(ctx context.Context, proof []byte) (code []byte, err error) // at the municipal counter
	Camera  bool                                                             // or before the phone's camera
	Flow    kiosk.Flow
	Act     kiosk.Act
	Tries   int8 // of the secret that is renewed, on the card
	Secrets *Secrets
	Lay     func() error // puts the card on the reader
	Lift    func()

	Say    func(step string)                   // one line a step
	Out    string                              // folder for the pictures; "" for none
	Window func(path string) error             // takes a picture of the demo's window; may be nil
	Look   func(context.Context, Moment) error // may be nil

	// Torn says that the card will leave the reader during the write: the
	// resident puts it back and lets the kiosk write once more.
	Torn bool
	// Slip says that the kiosk's printer is ready, so that a slip is offered; Taken
	// that it is asked for.
	Slip, Taken bool
	// Amid happens while the new secret is half typed, may take pictures, and
	// may be nil.
	Amid func(ctx context.Context, picture func(name string) error) error

	slip     kiosk.Slip // as the result shows it
	pictures int
	arrived  int // how many places the log had at the last one that was waited for
	steps    int
	Times    Times
	OKs      int // presses of OK that allow the card to compare something
}

// Times are the moments by which the machine's own time is measured.
type Times struct {
	Began    time.Time // the card was laid on the reader
	Pressed  time.Time // OK on the pad of the proof secret
	Told     time.Time // the result's line in the log
	WholeEnd time.Time // the result was on the screen
}

// target and proof are what people call the two secrets of the flow.
func (r *Resident) target() string { return nameOf(r.Flow.Target()) }
func (r *Resident) proof() string  { return nameOf(r.Flow.Proof()) }

func nameOf(ref kiosk.Ref) string {
	if ref == kiosk.RefSign {
		return "signing password"
	}
	return "4-digit PIN"
}

// Renew does all of it, from the reservation to the attract screen after the
// goodbye.
func (r *Resident) Renew(ctx context.Context) error {
	steps := []func(context.Context) error{r.reserve, r.begin, r.placeCard, r.plan, r.code, r.choose, r.confirm, r.prove, r.settleDoubt, r.result}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (r *Resident) step(text string) {
	r.steps++
	r.Say(fmt.Sprintf("%02d %s", r.steps, text))
}

func (r *Resident) look(ctx context.Context, m Moment) error {
	if r.Look == nil || m == "" {
		return nil
	}
	return r.Look(ctx, m)
}

// withWindow are the pictures that are taken of both windows.
var withWindow = map[string]bool{"plan": true, "result": true, "doubt-card": true, "authority-killed": true}

// picture saves what was seen as OUT/NN-name.png.
func (r *Resident) picture(name string, m image.Image) error {
	if r.Out == "" || name == "" {
		return nil
	}
	r.pictures++
	if err := pixels.Save(filepath.Join(r.Out, fmt.Sprintf("%02d-%s.png", r.pictures, name)), m); err != nil {
		return fmt.Errorf("picture of %s: %w", name, err)
	}
	if r.Window != nil && withWindow[name] {
		return r.Window(filepath.Join(r.Out, fmt.Sprintf("%02d-%s-window.png", r.pictures, name)))
	}
	return nil
}

var errPlace = errors.New("the kiosk did not come to")

// WaitIdle waits until the attract screen is there and can be used.
func (r *Resident) WaitIdle(ctx context.Context) error {
	if err := r.at(ctx, kiosk.Idle, start); err != nil {
		return err
	}
	return r.settle(ctx, "", r.screen(kiosk.Idle, layout.Fill{}))
}
