package authority

import (
	"context"
	"crypto/ecdh"
	"crypto/hpke"
	"errors"
	"fmt"
	"net/http"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/secret"
)

// The calls in the order of a visit. Each builds its message, sends it, and
// checks that the answer can be the answer to it.

// broke is an answer that is well formed and cannot be true: E-VER, because
// the two ends do not mean the same by the contract.
func broke(why string) error {
	return fmt.Errorf("%w: %s: %w", ErrMessage, why, kiosk.Fault(kiosk.MsgContract))
}

// Health asks whether a visit may begin. Faults: E-NET, E-CRT, E-CLK, E-VER.
func (c *Client) Health(ctx context.Context) (kiosk.Health, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	var h Health
	if _, err := c.exchange(ctx, c.current(), http.MethodGet, PathHealth, nil, &h, false); err != nil {
		return kiosk.Health{}, err
	}
	return kiosk.Health{Open: h.State != ServiceClosed, Now: h.Now, RetryAfter: h.RetryAfter}, nil
}

// Open begins a visit with what is known of the card. It spends nothing.
// Faults: every reason of the contract that concerns card, certificate,
// reservation or hours.
func (c *Client) Open(ctx context.Context, f kiosk.Facts) (kiosk.Session, error) {
	if len(f.AuthCert) == 0 || len(f.AuthCert) > MaxDER {
		return kiosk.Session{}, fmt.Errorf("authority: a certificate of %d bytes: %w", len(f.AuthCert), kiosk.Fault(kiosk.MsgCardFault))
	}
	m := OpenRequest{Envelope: envelope(), Certificate: f.AuthCert, UserTries: f.AuthTries, SignTries: f.SignTries}
	var r OpenReply
	l := c.current()
	if _, err := c.post(ctx, l, PathOpen, m, &r, false); err != nil {
		return kiosk.Session{}, err
	}
	if r.UserCertificate != Good || r.SignCertificate != Good {
		// The authority refuses such a card; one that opens a session all
		// the same is not asked for a second opinion.
		return kiosk.Session{}, broke("a session for a certificate that is not good")
	}
	c.begun(kiosk.SessionID(r.Session), l)
	return kiosk.Session{ID: kiosk.SessionID(r.Session), Challenge: r.Challenge, Flow: kiosk.Flow(r.Flow),
		Factor: kiosk.Factor(r.Factor), CodesLeft: r.CodesLeft, Doubt: r.Doubt}, nil
}

// Code seals the one-time password to the authority's key while it is lent,
// and answers the ticket. kiosk.WrongCode has the entries left; the fifth wrong
// entry is the fault E-OTPX. Where the factor is the reservation alone the
// secret is not looked at.
func (c *Client) Code(ctx context.Context, s kiosk.Session, code secret.Secret) (ticket [32]byte, err error) {
	m := CodeRequest{Envelope: envelope(), Session: ID(s.ID)}
	if s.Factor == kiosk.FactorCode {
		if m.Sealed, err = c.seal(m.Request, s.ID, code); err != nil {
			return ticket, err
		}
	}
	var r CodeReply
	// The connection is not kept: its buffers held the request.
	if _, err := c.post(ctx, c.of(s.ID), PathCode, m, &r, true); err != nil {
		return ticket, err
	}
	switch {
	case r.Ticket != nil && *r.Ticket != (Hash{}):
		return *r.Ticket, nil
	case r.Ticket != nil || s.Factor == kiosk.FactorReservation:
		return ticket, broke("no ticket")
	case r.CodesLeft == 0:
		return ticket, fmt.Errorf("%w: %w", kiosk.WrongCode{}, kiosk.Fault(kiosk.MsgCodeVoid))
	}
	return ticket, kiosk.WrongCode{Left: r.CodesLeft}
}

// seal is the only place of this package where a secret's bytes are seen.
// They go straight from the locked page into the cipher; what is kept is
// ciphertext of one length.
func (c *Client) seal(request ID, s kiosk.SessionID, code secret.Secret) (sealed Sealed, err error) {
	err = code.Use(func(b []byte) error {
		if len(b) != CodeLen {
			return fmt.Errorf("authority: a one-time password has %d digits: %w", CodeLen, kiosk.Fault(kiosk.MsgForm))
		}
		sealed, err = hpke.Seal(c.codeKey, hpke.HKDFSHA256(), hpke.AES256GCM(), CodeInfo(s, request), b)
		return err
	})
	return sealed, err
}

// OpenCode is the other end of seal: key is the X25519 private key, 32 bytes.
func OpenCode(key []byte, s kiosk.SessionID, request ID, sealed Sealed) ([]byte, error) {
	k, err := hpke.DHKEM(ecdh.X25519()).NewPrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("authority: key for one-time passwords: %w", err)
	}
	code, err := hpke.Open(k, hpke.HKDFSHA256(), hpke.AES256GCM(), CodeInfo(s, request), sealed)
	if err != nil {
		return nil, fmt.Errorf("authority: the one-time password was not sealed for this request: %w", err)
	}
	return code, nil
}

// Digest is what the card signs in this session, composed here of what this
// kiosk knows; nothing that a message carries reaches the card's signer as a
// whole.
func (c *Client) Digest(s kiosk.Session, authCert []byte, act kiosk.Act) [32]byte {
	return Proof(ProofContext{Session: s.ID, Challenge: s.Challenge, Ticket: s.Ticket, KioskKey: c.of(s.ID).spki,
		UserCert: authCert, Flow: s.Flow, Act: act, Factor: s.Factor})
}

// Prove hands over the card's signature of Digest, 256 bytes. Each challenge
// can be proved once, whatever comes of it. Faults: E-CRD the signature does not
// verify, E-TMO the session is over.
func (c *Client) Prove(ctx context.Context, s kiosk.Session, act kiosk.Act, signature []byte) error {
	m := ProveRequest{Envelope: envelope(), Session: ID(s.ID), Act: Act(act)}
	if len(signature) != len(m.Signature) {
		return fmt.Errorf("authority: a signature of %d bytes: %w", len(signature), kiosk.Fault(kiosk.MsgCardFault))
	}
	copy(m.Signature[:], signature)
	if _, err := c.post(ctx, c.of(s.ID), PathProve, m, &ProveReply{}, false); err != nil {
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
func (c *Client) Grant(ctx context.Context, s kiosk.Session, challenge []byte) (kiosk.Grant, error) {
	m := GrantRequest{Envelope: envelope(), Session: ID(s.ID)}
	if len(challenge) != len(m.Challenge) {
		return kiosk.Grant{}, fmt.Errorf("authority: a challenge of %d bytes: %w", len(challenge), kiosk.Fault(kiosk.MsgCardFault))
	}
	copy(m.Challenge[:], challenge)
	c.mu.Lock()
	proved, act := c.proved, c.act
	c.mu.Unlock()
	if proved != s.ID || act == kiosk.NoAct {
		return kiosk.Grant{}, errors.New("authority: a grant for a session that proved nothing")
	}
	var r GrantReply
	if _, err := c.post(ctx, c.of(s.ID), PathGrant, m, &r, false); err != nil {
		return kiosk.Grant{}, err
	}
	if err := checkGrant(r, s.Flow, act); err != nil {
		return kiosk.Grant{}, err
	}
	return kiosk.Grant{ID: kiosk.GrantID(r.Grant), Flow: s.Flow, Act: act, Command: r.Command}, nil
}

// checkGrant: a verified card is a signing and writing oracle, so the one
// command the authority may hand us has one form.
func checkGrant(r GrantReply, f kiosk.Flow, a kiosk.Act) error {
	cmd := r.Command
	switch {
	case [5]byte(cmd[:5]) != grantHeader:
		return broke("a grant that is another command")
	case cmd[grantTarget] != TargetByte(f):
		return broke("a grant for the other secret")
	case cmd[grantP1] != ActByte(a):
		return broke("a grant for the other act")
	case ID(cmd[grantID:grantSignature]) != r.Grant || r.Grant == (ID{}):
		return broke("a grant under another number")
	}
	return nil
}

// Settle tells what came of a grant; a zero grant is the last of the session.
// Unless the outcome is done, the answer is a fresh challenge.
func (c *Client) Settle(ctx context.Context, s kiosk.SessionID, g kiosk.GrantID, o kiosk.Outcome) (challenge [32]byte, err error) {
	m := SettleRequest{Envelope: envelope(), Session: ID(s), Outcome: Outcome(o)}
	if id := ID(g); id != (ID{}) {
		m.Grant = &id
	}
	var r SettleReply
	if _, err := c.post(ctx, c.of(s), PathSettle, m, &r, false); err != nil {
		return challenge, err
	}
	if o == kiosk.Done {
		return challenge, nil
	}
	if r.Challenge == nil || *r.Challenge == (Hash{}) {
		return challenge, broke("no fresh challenge")
	}
	return *r.Challenge, nil
}
