package maintainer

import (
	"context"
	"errors"
	"fmt"
	"image"
	"strings"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff"
)

// A Worker has an own code, and an authenticator.
type Worker struct {
	Role   kiosk.Role
	Button staff.Button
	Home   staff.Place
	Own    string
	secret string // that the QR code gave the authenticator
	used   int64  // the step whose one-time password was taken last
}

// NewTechnician is one without codes.
func NewTechnician() *Worker {
	return &Worker{Role: kiosk.Technician, Button: staff.ButtonTechnician, Home: staff.TechnicianHome, Own: "24680246"}
}

// NewClerk is one without codes.
func NewClerk() *Worker {
	return &Worker{Role: kiosk.Clerk, Button: staff.ButtonClerk, Home: staff.ClerkHome, Own: "13571357"}
}

// step is how long a one-time password is shown.
const step = 30

// code is a one-time password that was not used yet. The kiosk takes the next one too, so
// that few have to be waited for.
func (w *Worker) code(ctx context.Context) (string, error) {
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

// An Operator has the list of codes of a machine that was commissioned.
type Operator struct {
	secret string
	read   uint64 // of its codes
}

// NewOperator is one with the list of an otpauth address.
func NewOperator(uri string) (*Operator, error) {
	secret, err := secretOf(uri)
	return &Operator{secret: secret}, err
}

// code is the next one, as it is read out.
func (o *Operator) code() (string, error) {
	c, err := hotp.GenerateCodeCustom(o.secret, o.read, hotp.ValidateOpts{Digits: otp.DigitsEight})
	o.read++
	return c, err
}

func secretOf(uri string) (string, error) {
	k, err := otp.NewKeyFromURL(strings.TrimSpace(uri))
	if err != nil {
		return "", err
	}
	return k.Secret(), nil
}

// Enrols gives a role codes, with the next code of the operator's list, and leads to
// that place.
func (m *Maintainer) Enrols(o *Operator, w *Worker, to staff.Place) error {
	read, err := o.code()
	if err != nil {
		return err
	}
	err = m.All(
		func() error { return m.Presses(staff.ButtonEnrol, 0, staff.EnrolWho) },
		func() error { return m.asks(w, staff.OperatorCode) },
		func() error { return m.Types(read, staff.NewOwn) },
		func() error { return m.Types(w.Own, staff.NewAgain) },
		func() error { return m.Types(w.Own, staff.ShowQR) },
	)
	if err != nil {
		return err
	}
	if w.secret, err = m.scans(); err != nil {
		return err
	}
	return m.All(
		func() error { return m.Presses(staff.ButtonOK, 0, staff.ConfirmCode) },
		func() error { return m.TypesCode(w, to) },
	)
}

// asks presses a role: whose codes are typed or made.
func (m *Maintainer) asks(w *Worker, next staff.Place) error {
	m.asked = w.Role
	return m.Presses(w.Button, 0, next)
}

// scans reads the QR code from the pixels, and returns the secret of its address. No
// picture of it is kept.
func (m *Maintainer) scans() (secret string, err error) {
	var last error
	err = m.sees(m.Ctx, nil, func(p *image.RGBA) bool {
		secret, last = scan(p)
		return last == nil
	})
	return secret, errors.Join(err, last)
}

func scan(p image.Image) (string, error) {
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

// LogsIn is a role with its own code and a one-time password, from the first look on.
func (m *Maintainer) LogsIn(w *Worker) error {
	return m.All(
		func() error { return m.Presses(staff.ButtonLogin, 0, staff.ChooseRole) },
		func() error { return m.asks(w, staff.OwnCode) },
		func() error { return m.Types(w.Own, staff.Code) },
		func() error { m.role = w.Role; return m.TypesCode(w, w.Home) },
	)
}

// TypesCode types the authenticator's one-time password, looked at when its pad stands.
func (m *Maintainer) TypesCode(w *Worker, next staff.Place) error {
	code, err := w.code(m.Ctx)
	if err != nil {
		return err
	}
	return m.Types(code, next)
}
