package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/maintainer"
	"multicopy.example/cmd/kiosk-demo/internal/demo"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff"
	"multicopy.example/ui/layout"
)

// The sixth act: the installer gives the technician codes, and the technician the clerk.
// The reader's cable is pulled at night: the clerk looks, logs in and puts up the sign.
// It is put back, and the technician takes the sign down. All of it by pointer events on
// the real window; authenticators read the QR code from its pixels.

// commission makes the operator's codes, as an operator does before a machine is sent
// out.
func (s *session) commission(ctx context.Context) (*maintainer.Operator, error) {
	if err := errors.Join(s.demo.Kiosk.Configure(), os.MkdirAll(s.demo.Kiosk.Data(), 0o700)); err != nil {
		return nil, err
	}
	c := exec.CommandContext(ctx, filepath.Join(s.bin, "kiosk"), "staff", "commission", "--config", s.demo.Kiosk.ConfigFile())
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("kiosk staff commission: %w", err)
	}
	return maintainer.NewOperator(string(out))
}

// An act is who comes in it, and the operator's list of codes.
type act struct {
	*session
	*maintainer.Maintainer
	operator          *maintainer.Operator
	technician, clerk *maintainer.Worker
}

// maintainer is a person with a finger on the kiosk's window.
func (s *session) maintainer(ctx context.Context, of *harness.Kiosk, pictures string) *maintainer.Maintainer {
	panel := s.glass()
	panel.Staff = true
	return &maintainer.Maintainer{Ctx: ctx, Screen: s.kiosk, Kiosk: of, Panel: panel, Pictures: pictures}
}

// maintained plays the act.
func (s *session) maintained(ctx context.Context, pictures string, operator *maintainer.Operator) error {
	m := &act{session: s, Maintainer: s.maintainer(ctx, s.demo.Kiosk, pictures), operator: operator,
		technician: maintainer.NewTechnician(), clerk: maintainer.NewClerk()}
	return m.All(m.commissioning, m.night, m.clerksWork, m.repair)
}

// commissioning is the installer, who makes the technician's codes, and the technician,
// who makes the clerk's.
func (m *act) commissioning() error {
	return m.All(
		m.ComesIn,
		func() error { return m.Picture("look") },
		func() error { return m.Enrols(m.operator, m.technician, staff.Look) },
		func() error { return m.Leaves("the installer") },
		func() error {
			m.say("   the technician has codes: the authenticator read the QR code from the screen")
			return nil
		},
		m.ComesIn,
		func() error { return m.LogsIn(m.technician) },
		func() error { return m.Picture("technician") },
		func() error { return m.Enrols(m.operator, m.clerk, staff.TechnicianHome) },
		func() error { return m.Leaves("the technician") },
		func() error { m.say("   the technician logged in, and the clerk has codes"); return nil },
	)
}

// night is the cable that is pulled, and the clerk who looks.
func (m *act) night() error {
	if err := m.demo.Turn(m.Ctx, demo.Cable, demo.Out); err != nil {
		return err
	}
	if err := m.demo.Kiosk.Seen.Await(m.Ctx, kiosk.OutOfService.String()); err != nil {
		return err
	}
	if _, err := m.Screen.Settled(m.Ctx, m.Before, time.Minute); err != nil { // which was maintenance
		return err
	}
	return m.All(
		func() error { return m.Picture("out-of-service") },
		m.ComesIn,
		func() error { return m.Picture("clerk-looks") },
		func() error { m.say("   the reader's cable is out, and the clerk has read what to do"); return nil },
	)
}

// clerksWork is the login and the sign.
func (m *act) clerksWork() error {
	return m.All(
		func() error { return m.LogsIn(m.clerk) },
		func() error { return m.Picture("clerk") },
		func() error { return m.Presses(staff.ButtonSign, 0, staff.SignReasons) },
		func() error { return m.Picture("sign-reasons") },
		func() error {
			is := func(it layout.Item) bool {
				return it.Staff.Button == staff.ButtonReason && it.Staff.Reason == staff.ReasonReader
			}
			return errors.Join(m.Taps("reason", is, 0), m.Arrives(staff.Result))
		},
		func() error { return m.Picture("sign-is-up") },
		func() error { return m.Leaves("the clerk") },
		func() error { m.say("   the clerk logged in and put up the sign"); return nil },
	)
}

// repair is the cable, and the technician who takes the sign down.
func (m *act) repair() error {
	return m.All(
		func() error { return m.demo.Turn(m.Ctx, demo.Cable, demo.In) },
		func() error { return m.demo.Kiosk.Seen.Await(m.Ctx, kiosk.Idle.String()) },
		func() error { return m.Picture("residents-read-the-sign") },
		m.ComesIn,
		func() error { return m.LogsIn(m.technician) },
		m.touchesTheGlass,
		func() error {
			m.View.Sign = staff.ReasonReader
			return m.Presses(staff.ButtonSign, 0, staff.SignReasons)
		},
		func() error { return m.Task(kiosk.StaffSignDown, staff.Result) },
		func() error { return m.Leaves("the technician") },
		func() error { return m.demo.Kiosk.Seen.Await(m.Ctx, kiosk.Idle.String()) },
		func() error {
			m.say("   the cable is back; the technician touched every cell of the glass and took the sign down")
			return nil
		},
	)
}

// touchesTheGlass touches every cell of the grid, from the technician's home and back.
func (m *act) touchesTheGlass() error {
	err := m.All(
		func() error { return m.Presses(staff.ButtonSelfTests, 0, staff.SelfTests) },
		func() error { return m.Presses(staff.ButtonGrid, 0, staff.TouchGrid) },
	)
	for cell := range uint8(staff.GridCells) {
		if err != nil {
			return err
		}
		if cell == staff.GridCells/2 {
			if err := m.Picture("touch-grid"); err != nil {
				return err
			}
		}
		is := func(it layout.Item) bool { return it.Staff.Button == staff.ButtonCell && it.Staff.Cell == cell }
		err = m.Taps("cell", is, 0)
	}
	if err != nil {
		return err
	}
	return m.All(
		func() error { return m.Arrives(staff.Result) },
		func() error { return m.Picture("every-cell-has-answered") },
		func() error { return m.Presses(staff.ButtonOK, 0, staff.SelfTests) },
		func() error { return m.Presses(staff.ButtonBack, 0, staff.TechnicianHome) },
	)
}
