package jpki

import (
	"context"
	"errors"
	"fmt"

	"multicopy.example/devices/apdu"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/secret"
)

// Verify lets the card compare a secret, once. It spends a try.
//
//	nil                  the card is verified until it loses power or is Read again
//	port.WrongSecret    compared and refused; Left is above 0
//	port.ErrBlocked     63C0: this try was the last; 6984: it was blocked before
//	port.ErrGone        the answer did not come; a try may be spent
//	port.Fault          MsgForm, MsgWrongCard: nothing was sent. MsgCardFault: any other
//	                     status; it is not the resident's secret that is to blame
func (c *Card) Verify(ctx context.Context, ref kiosk.Ref, s secret.Secret) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.mayUse(); err != nil {
		return err
	}
	at, ok := secrets[ref]
	if !ok {
		return fmt.Errorf("%w: no such secret", port.Fault(kiosk.MsgCardFault))
	}
	err := s.Use(func(b []byte) error {
		if !at.form(b) {
			return port.Fault(kiosk.MsgForm)
		}
		p2 := at.pin.byRef()
		if !c.short {
			if err := c.selectEF(ctx, at.pin); err != nil {
				return err
			}
			p2 = currentFile
		}
		r, err := c.exchange(ctx, apdu.Command{INS: apdu.InsVerify, P2: p2, Data: b})
		if err != nil {
			return err
		}
		return compared(ref, r)
	})
	if errors.Is(err, secret.ErrNone) {
		return fmt.Errorf("%w: %w", port.Fault(kiosk.MsgForm), err)
	}
	return err
}

// compared reads the answer to VERIFY. Only 63Cx carries a count.
func compared(ref kiosk.Ref, r apdu.Response) error {
	left, counted := r.SW.Tries()
	switch {
	case len(r.Data) > 0:
	case r.SW.OK():
		return nil
	case r.SW == apdu.SWBlocked, counted && left == 0:
		return port.ErrBlocked
	case counted && left < int(ref.Full()):
		return port.WrongSecret{Left: int8(left)}
	}
	return fault("verify", r)
}

// Sign makes a PKCS#1 v1.5 signature, 256 bytes, of a SHA-256 digest with the
// key that ref guards. The card wants that secret verified first; without it,
// and for every other refusal, the error is MsgCardFault.
func (c *Card) Sign(ctx context.Context, ref kiosk.Ref, digest [32]byte) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.mayUse(); err != nil {
		return nil, err
	}
	at, ok := secrets[ref]
	if !ok {
		return nil, fmt.Errorf("%w: no such key", port.Fault(kiosk.MsgCardFault))
	}
	info := append(append(make([]byte, 0, len(signing.prefix)+len(digest)), signing.prefix...), digest[:]...)
	cmd := apdu.Command{CLA: 0x80, INS: apdu.InsSign, P1: signing.p1, P2: at.key.byRef(), Data: info, Le: maxChunk}
	if c.short {
		r, err := c.exchange(ctx, cmd)
		if err != nil {
			return nil, err
		}
		if r.SW != apdu.SWP1P2 && r.SW != apdu.SWReference {
			return signature(r)
		}
		c.noShort() // the key was not found by its reference: nothing was signed
	}
	if err := c.selectEF(ctx, at.key); err != nil {
		return nil, err
	}
	cmd.P2 = currentFile
	r, err := c.exchange(ctx, cmd)
	if err != nil {
		return nil, err
	}
	return signature(r)
}

func signature(r apdu.Response) ([]byte, error) {
	if !r.SW.OK() || len(r.Data) != signing.size {
		return nil, fault("sign", r)
	}
	return append([]byte(nil), r.Data...), nil
}
