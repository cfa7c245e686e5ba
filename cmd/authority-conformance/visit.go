package main

import (
	"bytes"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/hpke"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
)

// visit is one resident at the kiosk.
type visit struct {
	*suite
	*line
	card   *card
	code   string // the right one
	open   wire.OpenReply
	ticket wire.Hash
	grant  *wire.ID // where granted made it
}

func (s *suite) opens(l *line, c *card) (wire.OpenReply, error) {
	return ask[wire.OpenReply](s, l, wire.PathOpen,
		wire.OpenRequest{Envelope: s.mint(), Certificate: c.cert, UserTries: 3, SignTries: -1})
}

// begin is a reservation and an opened visit.
func (s *suite) begin(f kiosk.Flow) (*visit, error) {
	c := s.card()
	code, err := s.reserve(c, f)
	if err != nil {
		return nil, err
	}
	return s.again(c, code)
}

// undoubted is begin, of a card whose last visit is known: one that ended unknown,
// in what was tried before, is followed by one that is done.
func (s *suite) undoubted(f kiosk.Flow) (*visit, error) {
	v, err := s.begin(f)
	if err != nil || !v.open.Doubt {
		return v, err
	}
	if err := first(v.claim(), v.proves(kiosk.Reset, nil)); err != nil {
		return nil, err
	}
	g, err := v.grants(kiosk.Reset)
	if err := first(err, v.settles(&g.Grant, kiosk.Done)); err != nil {
		return nil, err
	}
	code, err := s.reserve(v.card, f)
	if err != nil {
		return nil, err
	}
	return s.again(v.card, code)
}

// again opens a visit for a reservation that is there.
func (s *suite) again(c *card, code string) (*visit, error) {
	v := &visit{suite: s, line: s.line, card: c, code: code}
	var err error
	v.open, err = s.opens(v.line, c)
	return v, err
}

// claimed is begin and the right one-time password.
func (s *suite) claimed(f kiosk.Flow) (*visit, error) {
	v, err := s.begin(f)
	if err != nil {
		return nil, err
	}
	return v, v.claim()
}

// begunP, claimedP and grantedP are those of flow P, which resets.
func begunP(s *suite) (*visit, error)   { return s.begin(kiosk.FlowP) }
func claimedP(s *suite) (*visit, error) { return s.claimed(kiosk.FlowP) }
func grantedP(s *suite) (*visit, error) { return s.granted(kiosk.FlowP, kiosk.Reset) }

// askedP is begunP where a one-time password is asked for.
func askedP(s *suite) (*visit, error) {
	v, err := s.begin(kiosk.FlowP)
	if err == nil {
		err = v.asksCode()
	}
	return v, err
}

func (v *visit) claim() error {
	r, err := v.types(v.code)
	if err != nil {
		return err
	}
	if r.Ticket == nil {
		return errors.New("no ticket for the right one-time password")
	}
	v.ticket = *r.Ticket
	return nil
}

// sealed is a request with a one-time password, empty where none is asked for.
func (v *visit) sealed(code string) (m wire.CodeRequest, err error) {
	m = wire.CodeRequest{Envelope: v.mint(), Session: v.open.Session}
	if v.open.Factor == wire.Factor(kiosk.FactorReservation) {
		return m, nil
	}
	key, err := hpke.DHKEM(ecdh.X25519()).NewPublicKey(v.codeKey)
	if err != nil {
		return m, err
	}
	info := wire.CodeInfo(kiosk.SessionID(m.Session), m.Request)
	m.Sealed, err = hpke.Seal(key, hpke.HKDFSHA256(), hpke.AES256GCM(), info, []byte(code))
	return m, err
}

func (v *visit) types(code string) (r wire.CodeReply, err error) {
	m, err := v.sealed(code)
	if err != nil {
		return r, err
	}
	return ask[wire.CodeReply](v.suite, v.line, wire.PathCode, m)
}

// asksCode is nil where this visit wants a one-time password.
func (v *visit) asksCode() error {
	if v.open.Factor == wire.Factor(kiosk.FactorReservation) {
		return notProvoked("the factor is the reservation alone")
	}
	return nil
}

// wrong is eight digits that are not the code.
func (v *visit) wrong() string {
	return string('0'+(v.code[0]-'0'+1)%10) + v.code[1:]
}

// proof is a request that proves act; change may spoil what is signed.
func (v *visit) proof(act kiosk.Act, change func(*wire.ProofContext)) (m wire.ProveRequest, err error) {
	p := wire.ProofContext{Session: kiosk.SessionID(v.open.Session), Challenge: v.open.Challenge, Ticket: v.ticket, KioskKey: v.spki(),
		UserCert: v.card.cert, Flow: kiosk.Flow(v.open.Flow), Act: act, Factor: kiosk.Factor(v.open.Factor)}
	if change != nil {
		change(&p)
	}
	m = wire.ProveRequest{Envelope: v.mint(), Session: v.open.Session, Act: wire.Act(act)}
	signature, err := v.card.signs(kiosk.Flow(v.open.Flow), wire.Proof(p))
	copy(m.Signature[:], signature)
	return m, err
}

func (v *visit) proves(act kiosk.Act, change func(*wire.ProofContext)) error {
	m, err := v.proof(act, change)
	if err != nil {
		return err
	}
	_, err = ask[wire.ProveReply](v.suite, v.line, wire.PathProve, m)
	return err
}

// request for a grant, with a challenge of the card.
func (v *visit) request() wire.GrantRequest {
	m := wire.GrantRequest{Envelope: v.mint(), Session: v.open.Session}
	rand.Read(m.Challenge[:])
	return m
}

// grants asks for a grant and looks at it as the card would.
func (v *visit) grants(act kiosk.Act) (wire.GrantReply, error) {
	m := v.request()
	g, err := ask[wire.GrantReply](v.suite, v.line, wire.PathGrant, m)
	if err != nil {
		return g, err
	}
	return g, v.looks(m.Challenge, g, act)
}

// looks is nil where the command opens this card once, for that act.
func (v *visit) looks(challenge wire.ID, g wire.GrantReply, act kiosk.Act) error {
	flow := kiosk.Flow(v.open.Flow)
	want := wire.GrantCommand(flow, act, kiosk.GrantID(g.Grant), [64]byte(g.Command[23:]))
	digest := wire.GrantDigest(v.card.id, challenge, flow, act, kiosk.GrantID(g.Grant))
	r, t := new(big.Int).SetBytes(g.Command[23:55]), new(big.Int).SetBytes(g.Command[55:])
	switch {
	case g.Grant == wire.ID{}:
		return errors.New("a grant without a number")
	case !bytes.Equal(want[:], g.Command[:]):
		return fmt.Errorf("the command begins % X, not % X", g.Command[:23], want[:23])
	case !ecdsa.Verify(v.card.grant, digest[:], r, t):
		return errors.New("the command's signature does not verify")
	}
	return nil
}

// granted is a visit with a grant.
func (s *suite) granted(f kiosk.Flow, act kiosk.Act) (*visit, error) {
	v, err := s.claimed(f)
	if err != nil {
		return nil, err
	}
	if err := v.proves(act, nil); err != nil {
		return nil, err
	}
	g, err := v.grants(act)
	v.grant = &g.Grant
	return v, err
}

// settles tells an outcome; the fresh challenge becomes the visit's.
func (v *visit) settles(grant *wire.ID, o kiosk.Outcome) error {
	r, err := ask[wire.SettleReply](v.suite, v.line, wire.PathSettle,
		wire.SettleRequest{Envelope: v.mint(), Session: v.open.Session, Grant: grant, Outcome: wire.Outcome(o)})
	switch {
	case err != nil:
		return err
	case o == kiosk.Done && r.Challenge != nil:
		return errors.New("a challenge for a visit that is done")
	case o != kiosk.Done && (r.Challenge == nil || *r.Challenge == v.open.Challenge || *r.Challenge == wire.Hash{}):
		return errors.New("no fresh challenge")
	case o != kiosk.Done:
		v.open.Challenge = *r.Challenge
	}
	return nil
}
