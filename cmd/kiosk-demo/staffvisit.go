package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"multicopy.example/cmd/kiosk-demo/internal/demo"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff"
	"multicopy.example/ui/layout"
)

// The sixth act: the installer gives the technician codes, and the technician the clerk.
// The reader's cable is pulled at night: the clerk looks, logs in and puts up the sign.
// It is put back, and the technician takes the sign down. All of it by pointer events on
// the real window; authenticators read the QR code from its pixels.

// A worker has an own code, and an authenticator.
type worker struct {
	role   kiosk.Role
	button staff.Button
	home   staff.Place
	own    string
	secret string // that the QR code gave the authenticator
	used   int64  // the step whose one-time password was taken last
}

// step is how long a one-time password is shown.
const step = 30

// code is a one-time password that was not used yet. The kiosk takes the next one too, so
// that few have to be waited for.
func (w *worker) code(ctx context.Context) (string, error) {
	next := max(w.used+1, time.Now().Unix()/step)
	for next > time.Now().Unix()/step+1 {
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(time.Second):
		}
	}
	w.used = next
	return totp.GenerateCode(w.secret, time.Unix(next*step, 0))
}

// commission makes the operator's codes, as an operator does before a machine is sent
// out, and returns the secret of its list.
func (s *session) commission(ctx context.Context) (operator string, err error) {
	if err := errors.Join(s.demo.Kiosk.Configure(), os.MkdirAll(s.demo.Kiosk.Data(), 0o700)); err != nil {
		return "", err
	}
	c := exec.CommandContext(ctx, filepath.Join(s.bin, "kiosk"), "staff", "commission", "--config", s.demo.Kiosk.ConfigFile())
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("kiosk staff commission: %w", err)
	}
	return secretOf(string(out))
}

func secretOf(uri string) (string, error) {
	k, err := otp.NewKeyFromURL(strings.TrimSpace(uri))
	if err != nil {
		return "", err
	}
	return k.Secret(), nil
}

// An act is who comes in it, and the operator's list of codes.
type act struct {
	*session
	*maintainer
	operator          string
	read              uint64 // of the operator's codes
	technician, clerk *worker
}

// maintainer is a person with a finger on the kiosk's window.
func (s *session) maintainer(ctx context.Context, pictures string) *maintainer {
	panel := s.glass()
	panel.Staff = true
	return &maintainer{ctx: ctx, screen: s.kiosk, fw: s.demo.Kiosk, panel: panel, pictures: pictures}
}

// maintained plays the act.
func (s *session) maintained(ctx context.Context, pictures, operator string) error {
	m := &act{session: s, maintainer: s.maintainer(ctx, pictures), operator: operator,
		technician: &worker{role: kiosk.Technician, button: staff.ButtonTechnician, home: staff.TechnicianHome, own: "24680246"},
		clerk:      &worker{role: kiosk.Clerk, button: staff.ButtonClerk, home: staff.ClerkHome, own: "13571357"}}
	return m.all(m.commissioning, m.night, m.clerksWork, m.repair)
}

// commissioning is the installer, who makes the technician's codes, and the technician,
// who makes the clerk's.
func (m *act) commissioning() error {
	return m.all(
		m.comesIn,
		func() error { return m.picture("look") },
		func() error { return m.enrols(m.technician, staff.Look) },
		func() error { return m.leaves("the installer") },
		func() error {
			m.say("   the technician has codes: the authenticator read the QR code from the screen")
			return nil
		},
		m.comesIn,
		func() error { return m.logsIn(m.technician) },
		func() error { return m.picture("technician") },
		func() error { return m.enrols(m.clerk, staff.TechnicianHome) },
		func() error { return m.leaves("the technician") },
		func() error { m.say("   the technician logged in, and the clerk has codes"); return nil },
	)
}

// enrols gives a role codes, with the next code of the operator's list, and leads to
// that place.
func (m *act) enrols(w *worker, to staff.Place) error {
	read, err := hotp.GenerateCodeCustom(m.operator, m.read, hotp.ValidateOpts{Digits: otp.DigitsEight})
	if err != nil {
		return err
	}
	m.read++
	err = m.all(
		func() error { return m.presses(staff.ButtonEnrol, 0, staff.EnrolWho) },
		func() error { return m.asks(w, staff.OperatorCode) },
		func() error { return m.types(read, staff.NewOwn) },
		func() error { return m.types(w.own, staff.NewAgain) },
		func() error { return m.types(w.own, staff.ShowQR) },
	)
	if err != nil {
		return err
	}
	if w.secret, err = m.scans(); err != nil {
		return err
	}
	code, err := w.code(m.ctx)
	if err != nil {
		return err
	}
	return m.all(
		func() error { return m.presses(staff.ButtonOK, 0, staff.ConfirmCode) },
		func() error { return m.types(code, to) },
	)
}

// asks presses a role: whose codes are typed or made.
func (m *act) asks(w *worker, next staff.Place) error {
	m.asked = w.role
	return m.presses(w.button, 0, next)
}

// scans reads the QR code from the pixels, and returns the secret of its address. No
// picture of it is kept.
func (m *act) scans() (string, error) {
	if _, err := m.kiosk.Settled(m.ctx, nil, time.Minute); err != nil {
		return "", err
	}
	p, err := m.kiosk.Picture()
	if err != nil {
		return "", err
	}
	bits, err := gozxing.NewBinaryBitmapFromImage(p)
	if err != nil {
		return "", err
	}
	read, err := qrcode.NewQRCodeReader().Decode(bits, nil)
	if err != nil {
		return "", fmt.Errorf("the QR code on the screen: %w", err)
	}
	return secretOf(read.GetText())
}

// night is the cable that is pulled, and the clerk who looks.
func (m *act) night() error {
	if err := m.demo.Turn(m.ctx, demo.Cable, demo.Out); err != nil {
		return err
	}
	if err := m.demo.Kiosk.Seen.Await(m.ctx, kiosk.OutOfService.String()); err != nil {
		return err
	}
	if _, err := m.kiosk.Settled(m.ctx, m.before, time.Minute); err != nil { // which was maintenance
		return err
	}
	return m.all(
		func() error { return m.picture("out-of-service") },
		m.comesIn,
		func() error { return m.picture("clerk-looks") },
		func() error { m.say("   the reader's cable is out, and the clerk has read what to do"); return nil },
	)
}

// clerksWork is the login and the sign.
func (m *act) clerksWork() error {
	return m.all(
		func() error { return m.logsIn(m.clerk) },
		func() error { return m.picture("clerk") },
		func() error { return m.presses(staff.ButtonSign, 0, staff.SignReasons) },
		func() error { return m.picture("sign-reasons") },
		func() error {
			is := func(it layout.Item) bool {
				return it.Staff.Button == staff.ButtonReason && it.Staff.Reason == staff.ReasonReader
			}
			return errors.Join(m.taps("reason", is, 0), m.arrives(staff.Result))
		},
		func() error { return m.picture("sign-is-up") },
		func() error { return m.leaves("the clerk") },
		func() error { m.say("   the clerk logged in and put up the sign"); return nil },
	)
}

// repair is the cable, and the technician who takes the sign down.
func (m *act) repair() error {
	return m.all(
		func() error { return m.demo.Turn(m.ctx, demo.Cable, demo.In) },
		func() error { return m.demo.Kiosk.Seen.Await(m.ctx, kiosk.Idle.String()) },
		func() error { return m.picture("residents-read-the-sign") },
		m.comesIn,
		func() error { return m.logsIn(m.technician) },
		m.touchesTheGlass,
		func() error {
			m.view.Sign = staff.ReasonReader
			return m.presses(staff.ButtonSign, 0, staff.SignReasons)
		},
		func() error {
			is := func(it layout.Item) bool {
				return it.Staff.Button == staff.ButtonTask && it.Staff.Task == kiosk.StaffSignDown
			}
			return errors.Join(m.taps("sign down", is, 0), m.arrives(staff.Result))
		},
		func() error { return m.leaves("the technician") },
		func() error { return m.demo.Kiosk.Seen.Await(m.ctx, kiosk.Idle.String()) },
		func() error {
			m.say("   the cable is back; the technician touched every cell of the glass and took the sign down")
			return nil
		},
	)
}

// touchesTheGlass touches every cell of the grid, from the technician's home and back.
func (m *act) touchesTheGlass() error {
	err := m.all(
		func() error { return m.presses(staff.ButtonSelfTests, 0, staff.SelfTests) },
		func() error { return m.presses(staff.ButtonGrid, 0, staff.TouchGrid) },
	)
	for cell := range uint8(staff.GridCells) {
		if err != nil {
			return err
		}
		if cell == staff.GridCells/2 {
			if err := m.picture("touch-grid"); err != nil {
				return err
			}
		}
		is := func(it layout.Item) bool { return it.Staff.Button == staff.ButtonCell && it.Staff.Cell == cell }
		err = m.taps("cell", is, 0)
	}
	if err != nil {
		return err
	}
	return m.all(
		func() error { return m.arrives(staff.Result) },
		func() error { return m.picture("every-cell-has-answered") },
		func() error { return m.presses(staff.ButtonOK, 0, staff.SelfTests) },
		func() error { return m.presses(staff.ButtonBack, 0, staff.TechnicianHome) },
	)
}

// logsIn is a role with its own code and a one-time password, from the first look on.
func (m *act) logsIn(w *worker) error {
	code, err := w.code(m.ctx)
	if err != nil {
		return err
	}
	return m.all(
		func() error { return m.presses(staff.ButtonLogin, 0, staff.ChooseRole) },
		func() error { return m.asks(w, staff.OwnCode) },
		func() error { return m.types(w.own, staff.Code) },
		func() error { m.role = w.role; return m.types(code, w.home) },
	)
}
