package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/firmware"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/measure"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/staff"
	"multicopy.example/kiosk/staff/check"
)

// maintained is a display that shows maintenance.
type maintained struct {
	harness.Places
	views chan staffView
	now   staff.View
	fw    *firmware.Firmware
}

type staffView struct {
	staff.View
	uri string
}

var _ firmware.StaffDisplay = (*maintained)(nil)

func (m *maintained) Trouble(check.Fault, string) {}

func (m *maintained) ShowStaff(v staff.View, s firmware.Shown) { m.views <- staffView{v, s.URI} }

func (m *maintained) sees(t *testing.T, p staff.Place) staffView {
	t.Helper()
	late := time.After(harness.Patience)
	for {
		select {
		case v := <-m.views:
			if m.now = v.View; v.Place == p {
				return v
			}
		case <-late:
			t.Fatalf("%v was not shown but %+v", p, m.now)
		}
	}
}

func (m *maintained) presses(t *testing.T, e staff.Event, p staff.Place) staffView {
	t.Helper()
	e.Kind, e.Place = staff.Pressed, m.now.Place
	m.fw.PostStaff(e)
	return m.sees(t, p)
}

func (m *maintained) button(t *testing.T, b staff.Button, p staff.Place) staffView {
	t.Helper()
	return m.presses(t, staff.Event{Button: b}, p)
}

func (m *maintained) enters(t *testing.T, text string, p staff.Place) staffView {
	t.Helper()
	for i := range text {
		m.now.Secret.Append(text[i])
		m.fw.PostStaff(staff.Event{Kind: staff.KeyPressed, Place: m.now.Place})
	}
	return m.button(t, staff.ButtonOK, p)
}

func secretOf(t *testing.T, uri string) string {
	t.Helper()
	k, err := otp.NewKeyFromURL(uri)
	must.OK(t, err)
	return k.Secret()
}

// authenticator is what a telephone shows that is a step ahead.
func authenticator(t *testing.T, secret string, ahead time.Duration) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, time.Now().Add(ahead))
	must.OK(t, err)
	return code
}

// commissioned is the key of the operator's codes of a machine.
func commissioned(t *testing.T, w *harness.World) string {
	t.Helper()
	var out, errs strings.Builder
	if status := cli.Run(t.Context(), root(), []string{"staff", "commission", "--config", w.Kiosk.ConfigFile()}, &out, &errs); status != cli.Done {
		t.Fatalf("status %d: %s", status, errs.String())
	}
	return secretOf(t, strings.TrimSpace(out.String()))
}

// enrols makes the codes of a role with the operator's next code, and leads to that
// place. The answer is the key of the role's authenticator.
func (m *maintained) enrols(t *testing.T, operator string, counter uint64, role staff.Button, own string, p staff.Place) string {
	t.Helper()
	m.button(t, staff.ButtonEnrol, staff.EnrolWho)
	m.button(t, role, staff.OperatorCode)
	read, err := hotp.GenerateCodeCustom(operator, counter, hotp.ValidateOpts{Digits: otp.DigitsEight})
	must.OK(t, err)
	m.enters(t, read, staff.NewOwn)
	m.enters(t, own, staff.NewAgain)
	qr := m.enters(t, own, staff.ShowQR)
	phone := secretOf(t, qr.uri)
	if v := m.button(t, staff.ButtonOK, staff.ConfirmCode); v.uri != "" {
		t.Error("the QR code is shown twice")
	}
	if v := m.enters(t, authenticator(t, phone, 0), p); v.Note != staff.NoteDone {
		t.Fatalf("says %s", v.Note)
	}
	return phone
}

// logsIn logs a role in that was enrolled just now.
func (m *maintained) logsIn(t *testing.T, role staff.Button, own, phone string, p staff.Place) {
	t.Helper()
	m.button(t, staff.ButtonLogin, staff.ChooseRole)
	m.button(t, role, staff.OwnCode)
	m.enters(t, own, staff.Code)
	m.enters(t, authenticator(t, phone, 30*time.Second), p)
}

// The installer enrols the technician with the code that the operator reads out; the
// technician logs in, has the queue sent, and starts the kiosk anew. Everything is the
// firmware's own but the display and the authority's machine.
func TestInstallerEnrolsATechnicianWhoDoesTheWork(t *testing.T) {
	t.Parallel()
	d := &maintained{Places: make(harness.Places, 64), views: make(chan staffView, 64)}
	w, cfg := ready(t, "")
	operator := commissioned(t, w)
	var out, errs strings.Builder
	if status := cli.Run(t.Context(), root(), []string{"staff", "commission", "--config", w.Kiosk.ConfigFile()}, &out, &errs); status == cli.Done {
		t.Error("a machine is commissioned twice")
	}
	var err error
	d.fw, err = firmware.New(t.Context(), cfg, measure.Here(), d, slog.New(slog.DiscardHandler))
	must.OK(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	over := make(chan error, 1)
	go func() { over <- d.fw.Run(ctx) }()

	d.Until(t, kiosk.Idle)
	d.fw.Post(kiosk.Event{Kind: kiosk.StaffIn})
	d.sees(t, staff.Look)
	phone := d.enrols(t, operator, 0, staff.ButtonTechnician, "24680246", staff.Look)
	d.logsIn(t, staff.ButtonTechnician, "24680246", phone, staff.TechnicianHome)
	d.button(t, staff.ButtonQueue, staff.Queue)
	if v := d.presses(t, staff.Event{Button: staff.ButtonTask, Task: kiosk.StaffFlush}, staff.Result); v.Note != staff.NoteDone {
		t.Errorf("the queue was not sent: %s", v.Note)
	}
	d.button(t, staff.ButtonOK, staff.Queue)
	d.button(t, staff.ButtonBack, staff.TechnicianHome)
	d.button(t, staff.ButtonRestart, staff.RestartPage)
	d.presses(t, staff.Event{Button: staff.ButtonTask, Task: kiosk.StaffRestart}, staff.Working)
	if err := <-over; !errors.Is(err, firmware.ErrRestart) {
		t.Errorf("Run ends with %v", err)
	}
	must.OK(t, d.fw.Close())
	out.Reset()
	if status := cli.Run(t.Context(), root(), []string{"ledger", "show", "--data", cfg.Kiosk.Data}, &out, &errs); status != cli.Done {
		t.Fatalf("status %d: %s", status, errs.String())
	}
	for kind, n := range map[string]int{"staff-trying": 2, "staff-tried": 2, "staff-doing": 3, "staff-did": 2} {
		if got := strings.Count(out.String(), kind+" "); got != n {
			t.Errorf("%d lines of %s, want %d", got, kind, n)
		}
	}
}
