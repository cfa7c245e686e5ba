package jpki

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"multicopy.example/devices/apdu"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// Read learns what the card tells without a secret and without spending a
// try: its token, which certificates exist, both counters, and the
// user-authentication certificate. It selects the application, which ends
// every verified state.
//
// A token that is not the plastic My Number Card is read no further: its
// counters are -1 and the rest is zero. On a phone even the certificate would
// ask for a secret.
func (c *Card) Read(ctx context.Context) (port.Facts, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f := port.Facts{AuthTries: -1, SignTries: -1}
	c.trusted, c.again = false, apdu.MaxRounds
	if err := c.selectAP(ctx); err != nil {
		return f, err
	}
	label, err := c.readEF(ctx, efToken, tokenSize)
	if err != nil {
		return f, err
	}
	if f.Token = token(label); f.Token != kiosk.TokenCard {
		return f, nil
	}
	if err := c.readCertificates(ctx, &f); err != nil {
		return f, err
	}
	// The password's counter first: a card that has to have its files selected
	// is then at the PIN, which flow P verifies next.
	if f.HasSign {
		if f.SignTries, err = c.tries(ctx, kiosk.RefSign); err != nil {
			return f, err
		}
	}
	if f.AuthTries, err = c.tries(ctx, kiosk.RefAuth); err != nil {
		return f, err
	}
	c.trusted = f.Trusted
	return f, nil
}

func (c *Card) selectAP(ctx context.Context) error {
	r, err := c.ask(ctx, apdu.Command{INS: apdu.InsSelect, P1: 0x04, P2: 0x0C, Data: aid})
	if err != nil {
		return err
	}
	if !r.SW.OK() {
		return fmt.Errorf("%w: select JPKI application: %s", port.Fault(kiosk.MsgWrongCard), r.SW)
	}
	c.current = 0
	return nil
}

func (c *Card) readCertificates(ctx context.Context, f *port.Facts) error {
	exist, err := c.readEF(ctx, efAvailable, 3)
	if err != nil {
		return err
	}
	f.HasSign = exist[0] == available
	if exist[1] != available {
		return nil
	}
	if f.AuthCert, err = c.readCert(ctx, efAuthCert); err != nil {
		return err
	}
	f.Trusted = trusted(f.AuthCert, c.cas)
	return nil
}

// token trims what different cards pad their label with.
func token(label []byte) kiosk.Token {
	return tokens[string(bytes.TrimRight(label, " \x00"))]
}

// tries asks for a counter: VERIFY without data (ISO 7816-4 §7.5.6) compares
// nothing. -1 where the card does not say.
func (c *Card) tries(ctx context.Context, ref kiosk.Ref) (int8, error) {
	e := secrets[ref].pin
	if c.short {
		left, err := c.query(ctx, ref, e.byRef())
		if left >= 0 || isLink(err) {
			return left, err
		}
		c.noShort()
	}
	if err := c.selectEF(ctx, e); err != nil {
		if isLink(err) {
			return -1, err
		}
		return -1, nil
	}
	return c.query(ctx, ref, currentFile)
}

func (c *Card) query(ctx context.Context, ref kiosk.Ref, p2 byte) (int8, error) {
	r, err := c.exchange(ctx, apdu.Command{INS: apdu.InsVerify, P2: p2})
	if err != nil {
		return -1, err
	}
	if r.SW == apdu.SWBlocked {
		return 0, nil
	}
	left, ok := r.SW.Tries()
	switch {
	case !ok:
		return -1, nil
	case left > int(ref.Full()): // not our secret's counter, whatever it is
		return -1, fault("tries", r)
	}
	return int8(left), nil
}

func isLink(err error) bool { return errors.Is(err, port.ErrGone) }
