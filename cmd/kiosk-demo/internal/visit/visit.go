// Package visit is a scripted resident: one who makes a reservation on the
// phone's page, walks to the kiosk, and works it with a pointer until the card
// has a new signing password.
//
// The resident sees what a person sees and no more: which screen it is (told
// by the firmware's log, where a person would read), where a button is (by the
// layout that the firmware itself draws from), and when the screen has come to
// rest. It never speaks to the firmware, and never prints a secret.
//
// Read [Resident.Renew] first.
package visit

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"path/filepath"
	"time"

	"multicopy.example/cmd/kiosk-demo/internal/watch"
	"multicopy.example/cmd/kiosk-demo/internal/xdisplay"
	"multicopy.example/kiosk"
	"multicopy.example/ui/plan"
)

// Secrets are what the resident has in the head, and on the phone.
type Secrets struct {
	PIN, New []byte
	Code     []byte // the one-time password; the phone's part fills it in
}

// A Moment is where somebody may look at the firmware between two steps.
type Moment string

// The moments, in their order.
const (
	CodeTyped  Moment = "one-time password typed"
	NewTyped   Moment = "new password typed"
	ProofTyped Moment = "PIN typed"
	Told       Moment = "result told"
	Home       Moment = "idle again"
)

// A Resident at one kiosk. Every field but Out, Look and Counter is needed.
type Resident struct {
	Screen  *xdisplay.Display // the kiosk's
	Log     *watch.Log        // the firmware's
	Panel   plan.Panel
	Phone   string // address of the phone's page
	Key     string // of the resident on it
	Tries   int8   // of the signing password on the card
	Secrets *Secrets
	Lay     func() error // puts the card on the reader
	Lift    func()

	Say     func(step string)                   // one line a step
	Out     string                              // folder for the pictures; "" for none
	Counter func(path string) error             // takes a picture of the counter's window; may be nil
	Look    func(context.Context, Moment) error // may be nil

	pictures int
	steps    int
	Times    Times
}

// Times are the moments by which the machine's own time is measured.
type Times struct {
	Began    time.Time // the card was laid on the reader
	Pressed  time.Time // OK on the pad of the proof secret
	Told     time.Time // the result's line in the log
	WholeEnd time.Time // the result was on the screen
}

// Renew does all of it, from the reservation to the attract screen after the
// goodbye.
func (r *Resident) Renew(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		r.reserve, r.begin, r.placeCard, r.plan, r.code, r.choose, r.prove, r.result,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// begin goes from the attract screen to the one that asks for the card.
func (r *Resident) begin(ctx context.Context) error {
	if err := r.at(ctx, kiosk.Idle, start); err != nil {
		return err
	}
	if err := r.settle(ctx, "idle", r.screen(kiosk.Idle, plan.Fill{})); err != nil {
		return err
	}
	r.step("attract screen: begin")
	if err := r.press(ctx, kiosk.Idle, kiosk.ButtonOK); err != nil {
		return err
	}
	if err := r.arrive(ctx, kiosk.Needs); err != nil {
		return err
	}
	r.step("what is needed: agreed")
	if err := r.press(ctx, kiosk.Needs, kiosk.ButtonOK); err != nil {
		return err
	}
	return r.arrive(ctx, kiosk.PlaceCard)
}

func (r *Resident) placeCard(ctx context.Context) error {
	r.Times.Began = time.Now()
	if err := r.Lay(); err != nil {
		return err
	}
	r.step("card laid on the reader")
	if err := r.glimpse(ctx, "checking", kiosk.Reading, kiosk.Opening); err != nil {
		return err
	}
	return r.arrive(ctx, kiosk.Plan)
}

func (r *Resident) plan(ctx context.Context) error {
	button := kiosk.ButtonOK
	if r.Tries < kiosk.RefSign.Full() { // the counter is not full: forgotten or remembered?
		button = kiosk.ButtonReset
	}
	r.step("what will be done: a new signing password")
	if err := r.press(ctx, kiosk.Plan, button); err != nil {
		return err
	}
	return r.arrive(ctx, kiosk.Code)
}

func (r *Resident) code(ctx context.Context) error {
	if err := r.enter(ctx, kiosk.Code, r.Secrets.Code, CodeTyped); err != nil {
		return err
	}
	return r.arrive(ctx, kiosk.NewSecret)
}

// choose types the new password twice and confirms it.
func (r *Resident) choose(ctx context.Context) error {
	if err := r.enter(ctx, kiosk.NewSecret, r.Secrets.New, NewTyped); err != nil {
		return err
	}
	if err := r.arrive(ctx, kiosk.Again); err != nil {
		return err
	}
	if err := r.enter(ctx, kiosk.Again, r.Secrets.New, ""); err != nil {
		return err
	}
	if err := r.arrive(ctx, kiosk.Confirm); err != nil {
		return err
	}
	r.step("confirmed: the card stays where it is")
	if err := r.press(ctx, kiosk.Confirm, kiosk.ButtonOK); err != nil {
		return err
	}
	return r.arrive(ctx, kiosk.Proof)
}

func (r *Resident) prove(ctx context.Context) error {
	if err := r.enter(ctx, kiosk.Proof, r.Secrets.PIN, ProofTyped); err != nil {
		return err
	}
	if err := r.glimpse(ctx, "working", kiosk.Verifying, kiosk.Signing, kiosk.Proving, kiosk.Granting, kiosk.Writing, kiosk.Settling); err != nil {
		return err
	}
	return r.at(ctx, kiosk.Telling, work)
}

func (r *Resident) result(ctx context.Context) error {
	if err := r.settle(ctx, "result", r.screen(kiosk.Telling, plan.Fill{})); err != nil {
		return err
	}
	r.Times.WholeEnd = time.Now()
	r.step("the kiosk says: done")
	if err := r.look(ctx, Told); err != nil {
		return err
	}
	if err := r.press(ctx, kiosk.Telling, kiosk.ButtonOK); err != nil {
		return err
	}
	if err := r.arrive(ctx, kiosk.TakeCard); err != nil {
		return err
	}
	r.Lift()
	r.step("card taken off the reader")
	if err := r.arrive(ctx, kiosk.Thanks); err != nil {
		return err
	}
	if err := r.press(ctx, kiosk.Thanks, kiosk.ButtonOK); err != nil {
		return err
	}
	if err := r.at(ctx, kiosk.Idle, turn); err != nil {
		return err
	}
	if err := r.settle(ctx, "", r.screen(kiosk.Idle, plan.Fill{})); err != nil {
		return err
	}
	r.step("attract screen again")
	return r.look(ctx, Home)
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

// picture saves what was seen as OUT/NN-name.png.
func (r *Resident) picture(name string, m image.Image) error {
	if r.Out == "" || name == "" {
		return nil
	}
	r.pictures++
	if err := xdisplay.Save(filepath.Join(r.Out, fmt.Sprintf("%02d-%s.png", r.pictures, name)), m); err != nil {
		return fmt.Errorf("picture of %s: %w", name, err)
	}
	if r.Counter != nil && (name == "plan" || name == "result") {
		return r.Counter(filepath.Join(r.Out, fmt.Sprintf("%02d-%s-counter.png", r.pictures, name)))
	}
	return nil
}

var errPlace = errors.New("the kiosk did not come to")

// drain reads what is left of a page and closes it, so that its connection can
// be used again.
func drain(body io.ReadCloser) {
	io.Copy(io.Discard, io.LimitReader(body, maxPage)) //nolint:errcheck // its page was read
	body.Close()
}

// WaitIdle waits until the attract screen is there and can be used.
func (r *Resident) WaitIdle(ctx context.Context) error {
	if err := r.at(ctx, kiosk.Idle, start); err != nil {
		return err
	}
	return r.settle(ctx, "", r.screen(kiosk.Idle, plan.Fill{}))
}
