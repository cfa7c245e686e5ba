package main

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"multicopy.example/cmd/internal/firmware"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/measure"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/staff"
)

// attracts is a display whose resident's views are told whole.
type attracts struct {
	maintained
	all chan kiosk.View
}

func (a *attracts) Show(v kiosk.View) { a.all <- v }

// until waits for a view, and fails at a place that must not come before it.
func (a *attracts) until(t *testing.T, not kiosk.Place, what string, is func(kiosk.View) bool) {
	t.Helper()
	late := time.After(harness.Patience)
	for {
		select {
		case v := <-a.all:
			if is(v) {
				return
			}
			if v.Place == not {
				t.Fatalf("%v was shown before %s", not, what)
			}
		case <-late:
			t.Fatalf("%s was not shown", what)
		}
	}
}

// attract waits for the attract screen with that reason.
func (a *attracts) attract(t *testing.T, why kiosk.Message) {
	t.Helper()
	a.until(t, kiosk.Needs, "the attract screen", func(v kiosk.View) bool { return v.Place == kiosk.Idle && v.Health == why })
}

func (a *attracts) press(b kiosk.Button, at kiosk.Place) {
	a.fw.Post(kiosk.Event{Kind: kiosk.Pressed, Button: b, Place: at})
}

// starts runs the firmware anew; the answer ends it.
func (a *attracts) starts(t *testing.T, cfg config.Config) (end func()) {
	t.Helper()
	var err error
	a.fw, err = firmware.New(t.Context(), cfg, measure.Here(), a, slog.New(slog.DiscardHandler))
	must.OK(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan error, 1)
	go func() { over <- a.fw.Run(ctx) }()
	return func() {
		cancel()
		<-over
		must.OK(t, a.fw.Close())
	}
}

// The technician puts the sign up, and no visit begins, also after a restart; the clerk
// takes it down, and one does. Everything is the firmware's own but the display and the
// authority's machine.
func TestNoVisitBeginsFromTheSignsPuttingUpToItsTakingDown(t *testing.T) {
	t.Parallel()
	a := &attracts{maintained: maintained{views: make(chan staffView, 256)}, all: make(chan kiosk.View, 256)}
	w, cfg := ready(t, "")
	operator := commissioned(t, w)

	end := a.starts(t, cfg)
	a.attract(t, kiosk.NoMessage)
	a.fw.Post(kiosk.Event{Kind: kiosk.StaffIn})
	a.sees(t, staff.Look)
	phone := a.enrols(t, operator, 0, staff.ButtonTechnician, "24680246", staff.Look)
	a.logsIn(t, staff.ButtonTechnician, "24680246", phone, staff.TechnicianHome)
	phone = a.enrols(t, operator, 1, staff.ButtonClerk, "13571357", staff.TechnicianHome)
	a.button(t, staff.ButtonSign, staff.SignReasons)
	if v := a.presses(t, staff.Event{Button: staff.ButtonReason, Reason: staff.ReasonPaper}, staff.Result); v.Note != staff.NoteDone || v.Sign != staff.ReasonPaper {
		t.Errorf("says %s of the sign %d", v.Note, v.Sign)
	}
	a.button(t, staff.ButtonLeave, staff.Closed)
	refused := func() {
		t.Helper()
		a.attract(t, kiosk.MsgOffPaper)
		a.press(kiosk.ButtonOK, kiosk.Idle)
		a.press(kiosk.ButtonWhich, kiosk.Idle) // presses are answered in their order
		a.until(t, kiosk.Needs, "the page of help", func(v kiosk.View) bool { return v.Place == kiosk.PageWhich })
		a.press(kiosk.ButtonBack, kiosk.PageWhich)
		a.attract(t, kiosk.MsgOffPaper)
	}
	refused()
	end()

	end = a.starts(t, cfg)
	defer func() { end() }()
	refused()
	a.fw.Post(kiosk.Event{Kind: kiosk.StaffIn})
	if v := a.sees(t, staff.Look); v.Sign != staff.ReasonPaper {
		t.Errorf("staff is shown the sign %d", v.Sign)
	}
	a.logsIn(t, staff.ButtonClerk, "13571357", phone, staff.ClerkHome)
	a.button(t, staff.ButtonSign, staff.SignReasons)
	if v := a.presses(t, staff.Event{Button: staff.ButtonTask, Task: kiosk.StaffSignDown}, staff.Result); v.Note != staff.NoteDone || v.Sign != staff.NoReason {
		t.Errorf("says %s of the sign %d", v.Note, v.Sign)
	}
	a.button(t, staff.ButtonLeave, staff.Closed)
	a.attract(t, kiosk.NoMessage)
	a.press(kiosk.ButtonOK, kiosk.Idle)
	a.until(t, kiosk.OutOfService, "the first question", func(v kiosk.View) bool { return v.Place == kiosk.Needs })
}
