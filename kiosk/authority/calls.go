package authority

import (
	"context"
	"errors"
	"fmt"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/secret"
)

// The calls in the order of a visit. Each builds its message, sends it, and
// checks that the answer can be the answer to it.

// broke is an answer that is well formed and cannot be true: E-VER, because
// the two ends do not mean the same by the contract.
func broke(why string) error {
	return fmt.Errorf("%w: %s: %w", wire.ErrMessage, why, port.Fault(kiosk.MsgContract))
}

// Open begins a visit with what is known of the card. It spends nothing.
// Faults: every reason of the contract that concerns card, certificate,
// reservation or hours.
func (c *Client) Open(ctx context.Context, f port.Facts) (port.Session, error) {
	if len(f.AuthCert) == 0 || len(f.AuthCert) > wire.MaxDER {
		return port.Session{}, fmt.Errorf("authority: a certificate of %d bytes: %w", len(f.AuthCert), port.Fault(kiosk.MsgCardFault))
	}
	m := wire.OpenRequest{Envelope: envelope(), Certificate: f.AuthCert, UserTries: f.AuthTries, SignTries: f.SignTries}
	var r wire.OpenReply
	l := c.current()
	if _, err := c.post(ctx, l, wire.PathOpen, m, &r, false); err != nil {
		return port.Session{}, err
	}
	if r.UserCertificate != wire.Good || r.SignCertificate != wire.Good {
		// The authority refuses such a card; one that opens a session all
		// the same is not asked for a second opinion.
		return port.Session{}, broke("a session for a certificate that is not good")
	}
	c.begun(kiosk.SessionID(r.Session), l)
	return port.Session{ID: kiosk.SessionID(r.Session), Challenge: r.Challenge, Flow: kiosk.Flow(r.Flow),
		Factor: kiosk.Factor(r.Factor), CodesLeft: r.CodesLeft, Doubt: r.Doubt}, nil
}

// Code seals the one-time password to the authority's key while it is lent,
// and answers the ticket. port.WrongCode has the entries left; the fifth wrong
// entry is the fault E-OTPX. Where the factor is the reservation alone the
// secret is not looked at.
func (c *Client) Code(ctx context.Context, s port.Session, code secret.Secret) (ticket [32]byte, err error) {
	m := wire.CodeRequest{Envelope: envelope(), Session: wire.ID(s.ID)}
	if s.Factor == kiosk.FactorCode {
		if m.Sealed, err = wire.SealCode(c.codeKey, s.ID, m.Request, code); err != nil {
			return ticket, fmt.Errorf("authority: %w", err)
		}
	}
	var r wire.CodeReply
	// The connection is not kept: its buffers held the request.
	if _, err := c.post(ctx, c.of(s.ID), wire.PathCode, m, &r, true); err != nil {
		return ticket, err
	}
	switch {
	case r.Ticket != nil && *r.Ticket != (wire.Hash{}):
		c.mu.Lock()
		c.claim = claim{m, *r.Ticket}
		c.mu.Unlock()
		return *r.Ticket, nil
	case r.Ticket != nil || s.Factor == kiosk.FactorReservation:
		return ticket, broke("no ticket")
	case r.CodesLeft == 0:
		return ticket, fmt.Errorf("%w: %w", port.WrongCode{}, port.Fault(kiosk.MsgCodeVoid))
	}
	return ticket, port.WrongCode{Left: r.CodesLeft}
}

// A claim is a request for a ticket that was answered with one. The one-time
// password in it is sealed to the authority's key.
type claim struct {
	request wire.CodeRequest
	ticket  wire.Hash
}

// Keep sends the request that was answered with the session's ticket once more,
// byte for byte. Its answer is the same, and an authority that sees it may keep the
// claim for longer (doc.go of kiosk). It shows that the visit goes on, and nothing
// that the first one did not. It does nothing where no ticket was given.
func (c *Client) Keep(ctx context.Context, s port.Session) error {
	c.mu.Lock()
	was := c.claim
	c.mu.Unlock()
	if was.request.Session != wire.ID(s.ID) || was.ticket == (wire.Hash{}) {
		return nil
	}
	var r wire.CodeReply
	if _, err := c.post(ctx, c.of(s.ID), wire.PathCode, was.request, &r, true); err != nil {
		return err
	}
	if r.Ticket == nil || *r.Ticket != was.ticket {
		return broke("another ticket for the same request")
	}
	return nil
}

// Digest is what the card signs in this session, composed here of what this
// kiosk knows; nothing that a message carries reaches the card's signer as a
// whole.
func (c *Client) Digest(s port.Session, authCert []byte, act kiosk.Act) [32]byte {
	return wire.Proof(wire.ProofContext{Session: s.ID, Challenge: s.Challenge, Ticket: s.Ticket, KioskKey: c.of(s.ID).spki,
		UserCert: authCert, Flow: s.Flow, Act: act, Factor: s.Factor})
}

// Prove hands over the card's signature of Digest, 256 bytes. Each challenge
// can be proved once, whatever comes of it. Faults: E-CRD the signature does not
// verify, E-TMO the session is over.
func (c *Client) Prove(ctx context.Context, s port.Session, act kiosk.Act, signature []byte) error {
	m := wire.ProveRequest{Envelope: envelope(), Session: wire.ID(s.ID), Act: wire.Act(act)}
	if len(signature) != len(m.Signature) {
		return fmt.Errorf("authority: a signature of %d bytes: %w", len(signature), port.Fault(kiosk.MsgCardFault))
	}
	copy(m.Signature[:], signature)
	if _, err := c.post(ctx, c.of(s.ID), wire.PathProve, m, &wire.ProveReply{}, false); err != nil {
		return err
	}
	c.mu.Lock()
	c.proved, c.act = s.ID, act
	c.mu.Unlock()
	return nil
}

// Grant asks for the command that opens this card, which gave the challenge
// of 16 bytes. The command is believed only where it is EXTERNAL AUTHENTICATE,
// for the flow of the session and for the act that was proved in it.
func (c *Client) Grant(ctx context.Context, s port.Session, challenge []byte) (port.Grant, error) {
	m := wire.GrantRequest{Envelope: envelope(), Session: wire.ID(s.ID)}
	if len(challenge) != len(m.Challenge) {
		return port.Grant{}, fmt.Errorf("authority: a challenge of %d bytes: %w", len(challenge), port.Fault(kiosk.MsgCardFault))
	}
	copy(m.Challenge[:], challenge)
	c.mu.Lock()
	proved, act := c.proved, c.act
	c.mu.Unlock()
	if proved != s.ID || act == kiosk.NoAct {
		return port.Grant{}, errors.New("authority: a grant for a session that proved nothing")
	}
	var r wire.GrantReply
	if _, err := c.post(ctx, c.of(s.ID), wire.PathGrant, m, &r, false); err != nil {
		return port.Grant{}, err
	}
	if err := r.Check(s.Flow, act); err != nil {
		return port.Grant{}, broke(err.Error())
	}
	return port.Grant{ID: kiosk.GrantID(r.Grant), Flow: s.Flow, Act: act, Command: r.Command}, nil
}

// Settle tells what came of a grant; a zero grant is the last of the session.
// Unless the outcome is done, the answer is a fresh challenge.
func (c *Client) Settle(ctx context.Context, s kiosk.SessionID, g kiosk.GrantID, o kiosk.Outcome) (challenge [32]byte, err error) {
	m := wire.SettleRequest{Envelope: envelope(), Session: wire.ID(s), Outcome: wire.Outcome(o)}
	if id := wire.ID(g); id != (wire.ID{}) {
		m.Grant = &id
	}
	var r wire.SettleReply
	if _, err := c.post(ctx, c.of(s), wire.PathSettle, m, &r, false); err != nil {
		return challenge, err
	}
	if o == kiosk.Done {
		return challenge, nil
	}
	if r.Challenge == nil || *r.Challenge == (wire.Hash{}) {
		return challenge, broke("no fresh challenge")
	}
	return *r.Challenge, nil
}
