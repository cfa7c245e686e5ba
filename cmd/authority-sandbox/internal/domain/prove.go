package domain

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/port"
)

// prove believes a card's signature, once a challenge. Where the reservation alone
// is enough it is the first that only the resident can bring, and claims.
func (s *Service) prove(c *call, m *wire.ProveRequest) (any, error) {
	session, r, err := s.known(c, c.ofProof(m))
	if err != nil {
		return nil, err
	}
	claims := !holds(session, r) && session.Ticket != nil && kiosk.Factor(r.Factor) == kiosk.FactorReservation
	if claims {
		err = s.good(c, r)
	} else {
		err = s.stands(c, session, r)
	}
	if err != nil {
		return nil, err
	}
	if r.State == store.Granted && !claims {
		return nil, refuse(wire.CodeOver, "the last grant has no outcome yet")
	}
	if session.Challenge == nil {
		return nil, refuse(wire.CodeOver, "this challenge was proved before")
	}
	if err := s.usable(c.card, c.now); err != nil {
		return nil, err
	}
	digest := wire.Proof(wire.ProofContext{Session: kiosk.SessionID(session.ID), Challenge: [32]byte(session.Challenge),
		Ticket: [32]byte(session.Ticket), KioskKey: c.peer.SPKI, UserCert: c.card.UserCert,
		Flow: kiosk.Flow(r.Flow), Act: kiosk.Act(m.Act), Factor: kiosk.Factor(r.Factor)})
	session.Challenge, session.Act = nil, 0
	if !signed(proofCert(c.card, kiosk.Flow(r.Flow)), digest, m.Signature[:]) {
		if err := c.PutSession(session); err != nil {
			return nil, err
		}
		return nil, refuse(wire.CodeCardFault, "the proof does not verify")
	}
	if claims {
		err = s.claim(c, &r, session)
	} else {
		s.extend(c, &r)
		err = c.PutReservation(r)
	}
	if err == nil {
		session.Act = int(m.Act)
	}
	return &wire.ProveReply{Envelope: c.reply()}, errors.Join(err, c.PutSession(session))
}

// proofCert is the certificate of the key that the flow's proof secret guards.
func proofCert(card store.Card, f kiosk.Flow) []byte {
	if f.Proof() == kiosk.RefSign {
		return card.SignCert
	}
	return card.UserCert
}

// signed checks a card's signature: RSA, PKCS#1 v1.5, SHA-256.
func signed(der []byte, digest [32]byte, signature []byte) bool {
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return false
	}
	key, ok := cert.PublicKey.(*rsa.PublicKey)
	return ok && rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature) == nil
}

// grant gives the command for what was proved, once a proof.
func (s *Service) grant(c *call, m *wire.GrantRequest) (any, error) {
	session, r, err := s.claimed(c, c.ofGrant(m))
	if err != nil {
		return nil, err
	}
	if session.Act == 0 || r.State == store.Granted {
		return nil, refuse(wire.CodeOver, "nothing was proved since the last grant")
	}
	id := fresh[store.ID]()
	flow, act := kiosk.Flow(r.Flow), kiosk.Act(session.Act)
	signature, err := s.signGrant(port.CardID(session.Card), m.Challenge, flow, act, kiosk.GrantID(id))
	if err != nil {
		return nil, err
	}
	session.Act = 0
	r.State = store.Granted
	r.Grants++
	s.extend(c, &r)
	err = errors.Join(c.PutSession(session), c.PutReservation(r),
		c.AddGrant(store.Grant{ID: id, Session: session.ID, Card: session.Card, Reservation: r.ID, Act: int(act), Made: c.now}))
	return &wire.GrantReply{Envelope: c.reply(), Grant: id, Command: wire.GrantCommand(flow, act, kiosk.GrantID(id), signature)}, err
}

// signGrant is the one place where the key that opens cards is used.
func (s *Service) signGrant(card port.CardID, challenge [16]byte, f kiosk.Flow, a kiosk.Act, id kiosk.GrantID) (raw [64]byte, err error) {
	digest := wire.GrantDigest(card, challenge, f, a, id)
	r, v, err := ecdsa.Sign(rand.Reader, s.keys.Grant, digest[:])
	if err != nil {
		return raw, err
	}
	r.FillBytes(raw[:32])
	v.FillBytes(raw[32:])
	return raw, nil
}
