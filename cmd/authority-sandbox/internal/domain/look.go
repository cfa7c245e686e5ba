package domain

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"

	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
)

// handleLook answers what a kiosk asks that renews nothing.
func (s *Service) handleLook(ctx context.Context, r request) Reply {
	switch r.path {
	case wire.PathLook:
		return serve(ctx, s, r, nil, nil, s.look)
	case wire.PathSee:
		return serve(ctx, s, r, nil, nil, s.see)
	case wire.PathConsents:
		return serve(ctx, s, r, nil, nil, s.consents)
	case wire.PathWithdraw:
		return serve(ctx, s, r, nil, nil, s.withdrawHere)
	}
	return serve(ctx, s, r, nil, nil, s.hold)
}

// look says how the certificates of a card are, at any hour, and opens a session where its
// holder can be asked for a proof.
func (s *Service) look(c *call, m *wire.LookRequest) (any, error) {
	user := store.Hash(sha256.Sum256(m.Certificate))
	visits := c.minutely("kiosk "+c.peer.Kiosk, s.policy.KioskRate)
	ofCard := c.minutely("card "+hex.EncodeToString(user[:])+" "+c.peer.Kiosk, s.policy.CardRate)
	if err := c.Rates(visits, ofCard); err != nil {
		return nil, err
	}
	if err := c.within(visits, ofCard); err != nil {
		return nil, err
	}
	if err := s.ours(m.Certificate); err != nil {
		return nil, err
	}
	card, err := c.CardByUser(user)
	if errors.Is(err, store.ErrNone) {
		return nil, refuse(wire.CodeWrongCard, unknownCard)
	}
	if err != nil {
		return nil, err
	}
	reply := &wire.LookReply{Envelope: c.reply(), UserCertificate: seenAs(card.UserState, card.UserCert, c.now),
		SignCertificate: seenAs(card.SignState, card.SignCert, c.now)}
	if reply.UserCertificate != wire.Good {
		return reply, nil
	}
	challenge := fresh[store.Hash]()
	session := store.Look{ID: fresh[store.ID](), Kiosk: c.peer.Kiosk, User: user, Challenge: challenge[:], Opened: c.now}
	reply.Session, reply.Challenge = &session.ID, &challenge
	return reply, c.AddLook(session)
}

// seenAs is how a certificate is, of its dates too.
func seenAs(state wire.CertState, der []byte, now int64) wire.CertState {
	if der == nil {
		return wire.None
	}
	if cert, err := x509.ParseCertificate(der); err != nil || cert.NotAfter.Unix() < now {
		return max(state, wire.Expired)
	}
	return state
}

// looking is a session that is not over, and whose card it is.
func (s *Service) looking(c *call, id wire.ID) (l store.Look, k store.KnownCert, err error) {
	l, err = c.LookOf(id, c.peer.Kiosk)
	if errors.Is(err, store.ErrNone) {
		return l, k, &refusal{code: wire.CodeOver, detail: "no such session of this kiosk", always: true}
	}
	if err != nil {
		return l, k, err
	}
	if c.now >= l.Opened+int64(s.policy.Lease.Seconds()) {
		return l, k, refuse(wire.CodeOver, "the session is over")
	}
	card, err := c.CardRead(l.User)
	if err != nil {
		return l, k, err
	}
	k, _, err = c.recognised(card.UserCert)
	return l, k, refusedAs(wire.CodeOver, err)
}

// refusedAs puts what the app would be told into the words of a kiosk's contract.
func refusedAs(code wire.RefusalCode, err error) error {
	var app ErrApp
	if errors.As(err, &app) {
		return refuse(code, app.Text)
	}
	return err
}

// see believes a card's signature, once a challenge, and lists its holder's phones.
func (s *Service) see(c *call, m *wire.SeeRequest) (any, error) {
	l, k, err := s.looking(c, m.Session)
	if err != nil {
		return nil, err
	}
	if l.Challenge == nil {
		return nil, refuse(wire.CodeOver, "this challenge was proved before")
	}
	believed := signed(k.DER, wire.See(kiosk.SessionID(l.ID), [32]byte(l.Challenge), c.peer.SPKI, k.DER), m.Signature[:])
	if err := c.ProveLook(l.ID, believed); err != nil {
		return nil, err
	}
	if !believed {
		return nil, refuse(wire.CodeCardFault, "the proof does not verify")
	}
	h, _, err := s.allowed(c, k, life.Event{Op: life.See, By: life.CardPIN})
	if err != nil {
		return nil, refusedAs(wire.CodeOver, err)
	}
	reply := &wire.SeeReply{Envelope: c.reply(), Phones: []wire.Phone{}}
	if h.is.Phone.Live() {
		reply.Phones = append(reply.Phones, h.phoneSeen(l.ID, c.now))
	}
	return reply, nil
}

// nameIn is what a kiosk knows a phone by, in one session alone. The phone's own number is
// what the app asks by for its certificates, which hold a name and an address.
func nameIn(session, carrier store.ID) (name store.ID) {
	sum := sha256.Sum256(append(append([]byte("carrier in a kiosk's session\n"), session[:]...), carrier[:]...))
	copy(name[:], sum[:])
	return name
}

// phoneSeen is the phone in use, as a kiosk lists it.
func (h *holding) phoneSeen(session store.ID, now int64) wire.Phone {
	p := wire.Phone{Carrier: nameIn(session, h.phone.ID), Kind: wire.Android, UserCertificate: wire.None, SignCertificate: wire.None}
	if h.phone.Kind == life.IPhone {
		p.Kind = wire.IPhone
	}
	for slot, state := range map[life.Slot]*wire.CertState{life.PhoneAuth: &p.UserCertificate, life.PhoneSign: &p.SignCertificate} {
		if cert := h.certs[slot]; cert != nil {
			if *state = store.Told(cert.Status); now > cert.NotAfter {
				*state = max(*state, wire.Expired)
			}
			p.Since = max(p.Since, uint64(cert.Since))
		}
	}
	return p
}

// proved is whose card was believed in a session.
func (s *Service) proved(c *call, id wire.ID) (store.KnownCert, error) {
	l, k, err := s.looking(c, id)
	if err == nil && !l.Proved {
		err = refuse(wire.CodeOver, "the card's holder has proved nothing in this session")
	}
	return k, err
}

// hold stops a phone. One that is held already is answered alike, so that a kiosk that
// missed the answer may ask again.
func (s *Service) hold(c *call, m *wire.HoldRequest) (any, error) {
	k, err := s.proved(c, m.Session)
	if err != nil {
		return nil, err
	}
	h, err := c.holding(k.Name)
	if err != nil {
		return nil, refusedAs(wire.CodeOver, err)
	}
	if !h.is.Phone.Live() || nameIn(m.Session, h.phone.ID) != m.Carrier {
		return nil, refuse(wire.CodeOver, "no such phone of the card's holder")
	}
	event := life.Event{Op: life.HoldPhone, By: life.CardPIN}
	changes, refused := s.mayNow(h, k, event)
	if refused != life.Allowed && refused != life.AlreadyHeld {
		return nil, refuse(wire.CodeOver, refused.Error())
	}
	if _, err := s.carryOut(c, h, Act{Name: k.Name, Event: event}, changes); err != nil {
		return nil, err
	}
	return &wire.HoldReply{Envelope: c.reply(), Since: h.heldSince()}, nil
}

// heldSince is since when the phone's newest hold stands.
func (h *holding) heldSince() (since uint64) {
	for _, slot := range [...]life.Slot{life.PhoneAuth, life.PhoneSign} {
		if cert := h.certs[slot]; cert != nil && cert.State == life.Held {
			since = max(since, uint64(cert.Since))
		}
	}
	return since
}
