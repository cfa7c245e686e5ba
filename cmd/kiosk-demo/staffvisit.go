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

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/kiosk-demo/internal/demo"
	"multicopy.example/cmd/kiosk-demo/internal/xdisplay"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff"
	"multicopy.example/ui/layout"
)

// The sixth act: the installer gives the technician codes, the reader's cable is pulled
// at night, the clerk looks, it is put back, and the technician logs in. All of it by
// pointer events on the real window; the technician's authenticator reads the QR code
// from its pixels.

// ownCode is what the technician chooses.
const ownCode = "24680246"

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

// A maintainer works on the screens of maintenance.
type maintainer struct {
	*session
	ctx      context.Context
	pictures string
	taken    int
	view     staff.View
	before   []byte // the screen that was touched last

	authenticator string // the secret that the QR code gave it
}

// maintained plays the act.
func (s *session) maintained(ctx context.Context, pictures, operator string) error {
	m := &maintainer{session: s, ctx: ctx, pictures: pictures}
	for _, step := range []func() error{
		m.comesIn,
		func() error { return m.enrols(operator) },
		func() error { return m.leaves("the installer") },
		m.night,
		m.logsIn,
		func() error { return m.leaves("the technician") },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// comesIn is the gesture.
func (m *maintainer) comesIn() (err error) {
	if m.before, err = m.kiosk.Settled(m.ctx, nil, time.Minute); err != nil {
		return err
	}
	for range 5 {
		if err := m.kiosk.Tap(m.ctx, 12, 12); err != nil {
			return err
		}
	}
	return m.arrives(staff.Look)
}

// arrives waits for a screen, until it is drawn.
func (m *maintainer) arrives(p staff.Place) error {
	ctx, cancel := context.WithTimeout(m.ctx, harness.Patience)
	defer cancel()
	m.view = staff.View{Place: p, Asked: kiosk.Technician, Role: m.view.Role}
	if err := m.demo.Kiosk.Seen.Await(ctx, p.String()); err != nil {
		return err
	}
	_, err := m.kiosk.Settled(ctx, m.before, time.Minute)
	return err
}

// taps touches what the layout has for the screen that stands.
func (m *maintainer) taps(what string, is func(layout.Item) bool, typed int) error {
	panel := m.glass()
	panel.Staff = true
	first := layout.LayStaff(layout.Staff{View: m.view}, panel, layout.Fill{Typed: typed}, 0)
	for _, it := range layout.LayStaff(layout.Staff{View: m.view}, panel, layout.Fill{Typed: typed}, first.Pages-1).Items {
		if is(it) {
			var err error
			if m.before, err = m.kiosk.Settled(m.ctx, nil, time.Minute); err != nil {
				return err
			}
			return m.kiosk.Tap(m.ctx, int(it.X+it.W/2), int(it.Y+it.H/2))
		}
	}
	return fmt.Errorf("%s: there is no %s", m.view.Place, what)
}

func (m *maintainer) presses(b staff.Button, typed int, next staff.Place) error {
	if err := m.taps(b.String(), func(it layout.Item) bool { return it.Staff.Button == b }, typed); err != nil {
		return err
	}
	return m.arrives(next)
}

// types presses the digits and goes on.
func (m *maintainer) types(digits string, next staff.Place) error {
	for i := range digits {
		if err := m.taps("key", func(it layout.Item) bool { return it.Kind == layout.Key && it.Char == digits[i] }, i); err != nil {
			return err
		}
	}
	return m.presses(staff.ButtonOK, len(digits), next)
}

// picture keeps what is on the screen.
func (m *maintainer) picture(name string) error {
	if _, err := m.kiosk.Settled(m.ctx, nil, time.Minute); err != nil && !errors.Is(err, xdisplay.ErrRestless) {
		return err
	}
	p, err := m.kiosk.Picture()
	if err != nil {
		return err
	}
	m.taken++
	return xdisplay.Save(filepath.Join(m.pictures, fmt.Sprintf("%02d-%s.png", m.taken, name)), p)
}

// enrols gives the technician codes, with the first code of the operator's list.
func (m *maintainer) enrols(operator string) error {
	read, err := hotp.GenerateCodeCustom(operator, 0, hotp.ValidateOpts{Digits: otp.DigitsEight})
	if err != nil {
		return err
	}
	err = m.all(
		func() error { return m.picture("look") },
		func() error { return m.presses(staff.ButtonEnrol, 0, staff.EnrolWho) },
		func() error { return m.presses(staff.ButtonTechnician, 0, staff.OperatorCode) },
		func() error { return m.types(read, staff.NewOwn) },
		func() error { return m.types(ownCode, staff.NewAgain) },
		func() error { return m.types(ownCode, staff.ShowQR) },
	)
	if err != nil {
		return err
	}
	if m.authenticator, err = m.scans(); err != nil {
		return err
	}
	m.say("   the technician has codes: the authenticator read the QR code from the screen")
	code, err := totp.GenerateCode(m.authenticator, time.Now())
	if err != nil {
		return err
	}
	return m.all(
		func() error { return m.presses(staff.ButtonOK, 0, staff.ConfirmCode) },
		func() error { return m.types(code, staff.Look) },
	)
}

func (m *maintainer) all(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// scans reads the QR code from the pixels, and returns the secret of its address. No
// picture of it is kept.
func (m *maintainer) scans() (string, error) {
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

// night is the cable that is pulled, the clerk who looks, and the repair.
func (m *maintainer) night() error {
	if err := m.demo.Turn(m.ctx, demo.Cable, demo.Out); err != nil {
		return err
	}
	if err := m.demo.Kiosk.Seen.Await(m.ctx, kiosk.OutOfService.String()); err != nil {
		return err
	}
	if _, err := m.kiosk.Settled(m.ctx, m.before, time.Minute); err != nil { // which was maintenance
		return err
	}
	if err := m.all(func() error { return m.picture("out-of-service") }, m.comesIn, func() error { return m.picture("clerk-looks") }); err != nil {
		return err
	}
	m.say("   the reader's cable is out, and the clerk has read what to do")
	if err := m.demo.Turn(m.ctx, demo.Cable, demo.In); err != nil {
		return err
	}
	if err := m.leaves("the clerk"); err != nil {
		return err
	}
	return m.demo.Kiosk.Seen.Await(m.ctx, kiosk.Idle.String())
}

// logsIn is the technician, with the authenticator's next one-time password: the one
// that confirmed it is used up.
func (m *maintainer) logsIn() error {
	code, err := totp.GenerateCode(m.authenticator, time.Now().Add(30*time.Second))
	if err != nil {
		return err
	}
	return m.all(
		m.comesIn,
		func() error { return m.presses(staff.ButtonLogin, 0, staff.ChooseRole) },
		func() error { return m.presses(staff.ButtonTechnician, 0, staff.OwnCode) },
		func() error { return m.types(ownCode, staff.Code) },
		func() error { return m.types(code, staff.TechnicianHome) },
		func() error { return m.picture("technician") },
		func() error { m.say("   the technician is logged in"); return nil },
	)
}

// leaves ends the mode.
func (m *maintainer) leaves(who string) error {
	if err := m.presses(staff.ButtonLeave, 0, staff.Closed); err != nil {
		return fmt.Errorf("%s leaves: %w", who, err)
	}
	return nil
}
