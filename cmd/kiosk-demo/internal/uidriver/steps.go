package uidriver

import (
	"context"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/ui/layout"
)

// The visit at the kiosk, screen by screen.

// begin goes from the attract screen to the one that asks for the card.
func (r *Resident) begin(ctx context.Context) error {
	if err := r.at(ctx, kiosk.Idle, start); err != nil {
		return err
	}
	if err := r.settle(ctx, "idle", r.screen(kiosk.Idle, layout.Fill{})); err != nil {
		return err
	}
	r.step("attract screen: begin")
	if err := r.press(ctx, kiosk.Idle, kiosk.ButtonOK); err != nil {
		return err
	}
	if err := r.arrive(ctx, kiosk.Needs); err != nil {
		return err
	}
	r.step("what is needed: begun")
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
	if err := r.glimpse(ctx, "checking", []kiosk.Place{kiosk.Telling, kiosk.Plan}, kiosk.Reading, kiosk.Opening); err != nil {
		return err
	}
	return r.arrive(ctx, kiosk.Plan)
}

func (r *Resident) plan(ctx context.Context) error {
	button, what := kiosk.ButtonOK, "what will be done: a new "+r.target()
	switch {
	case r.Act == kiosk.Unlock:
		button, what = kiosk.ButtonUnlock, "what will be done: the "+r.target()+" is remembered, its counter alone is restored"
	case r.Tries < r.Flow.Target().Full(): // the counter is not full: forgotten or remembered?
		button = kiosk.ButtonReset
	}
	r.step(what)
	if err := r.press(ctx, kiosk.Plan, button); err != nil {
		return err
	}
	return r.arrive(ctx, kiosk.Code)
}

func (r *Resident) code(ctx context.Context) error {
	return r.enter(ctx, kiosk.Code, r.Secrets.Code, CodeTyped)
}

// choose types the new secret twice.
func (r *Resident) choose(ctx context.Context) error {
	if r.Act == kiosk.Unlock {
		return nil
	}
	for _, p := range []kiosk.Place{kiosk.NewSecret, kiosk.Again} {
		m := NewTyped
		if p == kiosk.Again {
			m = ""
		}
		if err := r.arrive(ctx, p); err != nil {
			return err
		}
		if err := r.enter(ctx, p, r.Secrets.New, m); err != nil {
			return err
		}
	}
	return nil
}

func (r *Resident) confirm(ctx context.Context) error {
	if err := r.arrive(ctx, kiosk.Confirm); err != nil {
		return err
	}
	r.step("confirmed: the card stays where it is")
	if err := r.press(ctx, kiosk.Confirm, kiosk.ButtonOK); err != nil {
		return err
	}
	return r.arrive(ctx, kiosk.Proof)
}

// burst are the places of screen 10 in their order.
var burst = []kiosk.Place{kiosk.Verifying, kiosk.Signing, kiosk.Proving, kiosk.Granting, kiosk.Writing, kiosk.Settling}

func (r *Resident) prove(ctx context.Context) error {
	if err := r.enter(ctx, kiosk.Proof, r.Secrets.Proof, ProofTyped); err != nil {
		return err
	}
	end := kiosk.Telling
	if r.Torn {
		end = kiosk.DoubtCard
	}
	if err := r.glimpse(ctx, "working", []kiosk.Place{end}, burst...); err != nil {
		return err
	}
	return r.at(ctx, end, work)
}

// settleDoubt puts the torn card back and presses OK on the page that asks
// whether to write once more.
func (r *Resident) settleDoubt(ctx context.Context) error {
	if !r.Torn {
		return nil
	}
	r.step("the card left the reader in the middle of the write; the kiosk cannot know what became of it")
	if err := r.arrive(ctx, kiosk.DoubtCard); err != nil {
		return err
	}
	if err := r.Lay(); err != nil {
		return err
	}
	r.step("the same card put back on the reader")
	if err := r.arrive(ctx, kiosk.DoubtAgain); err != nil {
		return err
	}
	r.step("OK: the kiosk writes the same value once more")
	r.OKs++
	if err := r.pressAway(ctx, kiosk.DoubtAgain); err != nil {
		return err
	}
	if err := r.glimpse(ctx, "working-again", []kiosk.Place{kiosk.Telling}, burst...); err != nil {
		return err
	}
	return r.at(ctx, kiosk.Telling, work)
}

// takeSlip asks for the slip that is offered, where one is wanted.
func (r *Resident) takeSlip(ctx context.Context) error {
	if !r.Slip || !r.Taken {
		return nil
	}
	if err := r.press(ctx, kiosk.Telling, kiosk.ButtonSlip); err != nil {
		return err
	}
	r.step("a slip asked for")
	r.slip = kiosk.SlipPrinted
	return r.settle(ctx, "slip", r.screen(kiosk.Telling, layout.Fill{}))
}

func (r *Resident) result(ctx context.Context) error {
	if err := r.settle(ctx, "result", r.screen(kiosk.Telling, layout.Fill{})); err != nil {
		return err
	}
	r.Times.WholeEnd = time.Now()
	if r.Act == kiosk.Unlock {
		r.step("the kiosk says: unlocked")
	} else {
		r.step("the kiosk says: done")
	}
	if err := r.look(ctx, Told); err != nil {
		return err
	}
	if err := r.takeSlip(ctx); err != nil {
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
	// The goodbye ends by itself; a slow resident finds the attract screen.
	if err := r.glimpse(ctx, kiosk.Thanks.String(), []kiosk.Place{kiosk.Idle}, kiosk.Thanks); err != nil {
		return err
	}
	if r.Log.Now() == kiosk.Thanks.String() {
		if err := r.pressAway(ctx, kiosk.Thanks); err != nil {
			return err
		}
	}
	if err := r.at(ctx, kiosk.Idle, turn); err != nil {
		return err
	}
	if err := r.settle(ctx, "", r.screen(kiosk.Idle, layout.Fill{})); err != nil {
		return err
	}
	r.step("attract screen again")
	return r.look(ctx, Home)
}
