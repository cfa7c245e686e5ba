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

// An act is who comes in it.
type act struct {
	*session
	*maintainer
	authenticator string // the secret that the QR code gave it
}

// maintainer is a person with a finger on the kiosk's window.
func (s *session) maintainer(ctx context.Context, pictures string) *maintainer {
	panel := s.glass()
	panel.Staff = true
	return &maintainer{ctx: ctx, screen: s.kiosk, fw: s.demo.Kiosk, panel: panel, pictures: pictures}
}

// maintained plays the act.
func (s *session) maintained(ctx context.Context, pictures, operator string) error {
	m := &act{session: s, maintainer: s.maintainer(ctx, pictures)}
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

// enrols gives the technician codes, with the first code of the operator's list.
func (m *act) enrols(operator string) error {
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

// night is the cable that is pulled, the clerk who looks, and the repair.
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
func (m *act) logsIn() error {
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
