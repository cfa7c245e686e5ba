package authority

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/port"
)

// What is asked of a visit that renews nothing (kiosk/look.go).

// Look asks how the certificates of a card are. It spends nothing and needs no reservation.
func (c *Client) Look(ctx context.Context, f port.Facts) (port.Looked, error) {
	if len(f.AuthCert) == 0 || len(f.AuthCert) > wire.MaxDER {
		return port.Looked{}, fmt.Errorf("authority: a certificate of %d bytes: %w", len(f.AuthCert), port.Fault(kiosk.MsgCardFault))
	}
	m := wire.LookRequest{Envelope: envelope(), Certificate: f.AuthCert}
	var r wire.LookReply
	l := c.current()
	if _, err := c.post(ctx, l, wire.PathLook, m, &r, false); err != nil {
		return port.Looked{}, err
	}
	looked := port.Looked{User: kiosk.CertState(r.UserCertificate), Sign: kiosk.CertState(r.SignCertificate)}
	switch good := r.UserCertificate == wire.Good; {
	case good != (r.Session != nil), good != (r.Challenge != nil), good && *r.Session == wire.ID{}:
		return port.Looked{}, broke("a session for a certificate that is not good, or none for one that is")
	case good:
		looked.Session = port.Session{ID: kiosk.SessionID(*r.Session), Challenge: *r.Challenge}
		c.begun(looked.Session.ID, l)
	}
	return looked, nil
}

// SeeDigest is what the card signs for See, composed here.
func (c *Client) SeeDigest(s port.Session, authCert []byte) [32]byte {
	return wire.See(s.ID, s.Challenge, c.of(s.ID).spki, authCert)
}

// See hands over the card's signature of SeeDigest and answers its holder's phones.
func (c *Client) See(ctx context.Context, s port.Session, signature []byte) ([]kiosk.Phone, error) {
	m := wire.SeeRequest{Envelope: envelope(), Session: wire.ID(s.ID)}
	if len(signature) != len(m.Signature) {
		return nil, fmt.Errorf("authority: a signature of %d bytes: %w", len(signature), port.Fault(kiosk.MsgCardFault))
	}
	copy(m.Signature[:], signature)
	var r wire.SeeReply
	if _, err := c.post(ctx, c.of(s.ID), wire.PathSee, m, &r, false); err != nil {
		return nil, err
	}
	phones := make([]kiosk.Phone, len(r.Phones))
	for i, p := range r.Phones {
		phones[i] = kiosk.Phone{Carrier: p.Carrier, Token: kiosk.TokenAndroid, User: kiosk.CertState(p.UserCertificate), Sign: kiosk.CertState(p.SignCertificate), Since: int64(p.Since)}
		if p.Kind == wire.IPhone {
			phones[i].Token = kiosk.TokeniPhone
		}
	}
	return phones, nil
}

// Hold has a phone's certificates held. port.ErrRefused: the authority said in the
// contract's words that it did not.
func (c *Client) Hold(ctx context.Context, s port.Session, carrier [16]byte) error {
	m := wire.HoldRequest{Envelope: envelope(), Session: wire.ID(s.ID), Carrier: carrier}
	_, err := c.post(ctx, c.of(s.ID), wire.PathHold, m, &wire.HoldReply{}, false)
	return refusedFor(err)
}

// refusedFor joins port.ErrRefused where the authority said that it did not. That it is
// not available, or too busy, it also says of what it may have done: a commit whose end it
// did not hear, and a repetition of a request that was cut short.
func refusedFor(err error) error {
	r, refused := errors.AsType[*wire.Refused](err)
	if !refused || r.Code == wire.CodeUnavailable || r.Code == wire.CodeBusy {
		return err
	}
	return errors.Join(port.ErrRefused, err)
}

// Consents asks for those that stand of the card's holder, after See. Their names come sealed
// to a key that is made for this question: in no buffer of a connection, and in no text, do
// they stand in clear.
func (c *Client) Consents(ctx context.Context, s port.Session) (port.Consents, error) {
	key, public, err := wire.NewNamesKey()
	if err != nil {
		return port.Consents{}, err
	}
	var r wire.ConsentsReply
	m := wire.ConsentsRequest{Envelope: envelope(), Session: wire.ID(s.ID), Key: public}
	if _, err := c.post(ctx, c.of(s.ID), wire.PathConsents, m, &r, false); err != nil {
		return port.Consents{}, err
	}
	var all port.Consents
	if r.SignCertificate != nil {
		all.Certificate = *r.SignCertificate
	}
	for _, one := range r.Consents {
		company, title, err := key.Open(m.Session, m.Request, one.Consent, one.Names)
		if err != nil {
			all.Erase()
			return port.Consents{}, broke(err.Error())
		}
		of := kiosk.Consent{ID: one.Consent, Service: one.Service, Company: company, Title: title, Items: one.Items,
			Text: one.Text, From: int64(one.From), Until: int64(one.Until), Last: int64(one.Last)}
		copy(of.Lang[:], one.Lang)
		all.All = append(all.All, of)
	}
	return all, nil
}

// WithdrawDigest is what the card's signing key signs to withdraw a consent: composed here of
// what was listed, each field of a fixed length or an alphabet.
func (c *Client) WithdrawDigest(w port.Withdrawal, certificate [32]byte) ([32]byte, error) {
	of := w.Consent
	d, err := wire.Withdrawal{Service: of.Service, Consent: of.ID, Nonce: w.Nonce, Items: of.Items, Lang: string(bytes.TrimRight(of.Lang[:], "\x00")), Text: of.Text, At: w.At}.Digest(certificate)
	if err != nil {
		return d, broke(err.Error())
	}
	return d, nil
}

// Withdraw hands over that signature. port.ErrRefused: the authority said in the contract's
// words that it did not; all other errors leave it open, and the next list says how it is.
func (c *Client) Withdraw(ctx context.Context, s port.Session, w port.Withdrawal, signature []byte) (port.Withdrawn, error) {
	m := wire.WithdrawRequest{Envelope: envelope(), Session: wire.ID(s.ID), Consent: w.Consent.ID, Nonce: w.Nonce, At: uint64(max(w.At, 0))}
	if len(signature) != len(m.Signature) {
		return port.Withdrawn{}, fmt.Errorf("authority: a signature of %d bytes: %w", len(signature), port.Fault(kiosk.MsgCardFault))
	}
	copy(m.Signature[:], signature)
	var r wire.WithdrawReply
	_, err := c.post(ctx, c.of(s.ID), wire.PathWithdraw, m, &r, false)
	return port.Withdrawn{At: int64(r.At), Given: r.Given}, refusedFor(err)
}
