package domain

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"strings"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
)

// open looks at everything that costs nothing, in the order in which the
// resident can do something about it.
func (s *Service) open(c *call, m *wire.OpenRequest) (any, error) {
	user := sha256.Sum256(m.Certificate)
	visits := c.minutely("kiosk "+c.peer.Kiosk, s.policy.KioskRate)
	ofCard := c.minutely("card "+hex.EncodeToString(user[:])+" "+c.peer.Kiosk, s.policy.CardRate)
	o, err := c.Opening(user, hoursSetting, visits, ofCard)
	if err != nil {
		return nil, err
	}
	if err := c.within(visits, ofCard); err != nil {
		return nil, err
	}
	hours := hoursOf(o.Setting)
	if !inHours(hours, s.now()) {
		return nil, refuse(wire.CodeHours, "outside the hours of the service")
	}
	if err := s.ours(m.Certificate); err != nil {
		return nil, err
	}
	if o.Card == nil {
		return nil, refuse(wire.CodeWrongCard, unknownCard)
	}
	card := *o.Card
	if err := s.usable(card, c.now); err != nil {
		return nil, err
	}
	if o.Newest == nil {
		return nil, refuse(wire.CodeNoReservation, "none for this card")
	}
	r := *o.Newest
	if err := stillGood(r, c.now); err != nil {
		return nil, err
	}
	flow := kiosk.Flow(r.Flow)
	if !strings.Contains(c.flows, flow.String()) {
		return nil, refuse(wire.CodeStore, "this kiosk may not carry out flow "+flow.String())
	}
	challenge := fresh[store.Hash]()
	session := store.Session{ID: fresh[store.ID](), Kiosk: c.peer.Kiosk, Card: card.Card, Reservation: r.ID, Challenge: challenge[:],
		UserTries: m.UserTries, SignTries: m.SignTries, Opened: c.now}
	if err := c.AddSession(session); err != nil {
		return nil, err
	}
	return &wire.OpenReply{Envelope: c.reply(), Session: session.ID, Challenge: challenge, Flow: wire.Flow(flow),
		UserCertificate: wire.Good, SignCertificate: wire.Good, Factor: wire.Factor(r.Factor), CodesLeft: int8(5 - r.Wrong), Doubt: o.Doubt, Hours: hours}, nil
}

// ours refuses what is not the user-authentication certificate of a card, signed by a
// CA of ours.
func (s *Service) ours(der []byte) error {
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return refuse(wire.CodeWrongCard, "the certificate cannot be read")
	}
	if pki.IsPhone(cert) {
		return refuse(wire.CodePhone, "the certificate of a phone")
	}
	if !signedBy(s.keys.UserCA, cert) {
		return refuse(wire.CodeWrongCard, "no certificate of this authority's CA")
	}
	return nil
}

const unknownCard = "the CA's, and not known here"

// signedBy checks the chain without the dates: an expired certificate has a
// sentence of its own.
func signedBy(roots *x509.CertPool, cert *x509.Certificate) bool {
	_, err := cert.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: cert.NotAfter,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	return err == nil
}

// usable: both certificates have to be good in both flows. The one is the
// target and the other the proof, and resetting the secret of a dead
// certificate is of no use.
func (s *Service) usable(card store.Card, now int64) error {
	if err := certRefusal(card.UserState, card.UserCert, now); err != nil {
		return err
	}
	if card.SignCert == nil {
		return refuse(wire.CodeNoSign, "no signing certificate belongs to this card")
	}
	if err := certRefusal(card.SignState, card.SignCert, now); err != nil {
		return err
	}
	cert, err := x509.ParseCertificate(card.SignCert)
	if err != nil || !signedBy(s.keys.SignCA, cert) {
		return refuse(wire.CodeWrongCard, "the signing certificate on file is not of our CA") // it has one, so it is not "none"
	}
	return nil
}

func certRefusal(state wire.CertState, der []byte, now int64) error {
	if cert, err := x509.ParseCertificate(der); err != nil || cert.NotAfter.Unix() < now {
		state = max(state, wire.Expired)
	}
	code := map[wire.CertState]wire.RefusalCode{wire.Expired: wire.CodeExpired, wire.Changed: wire.CodeChanged,
		wire.Revoked: wire.CodeRevoked, wire.Held: wire.CodeHeld, wire.None: wire.CodeNoSign}[state]
	if code == 0 {
		return nil
	}
	return refuse(code, "a certificate of the card is "+state.String())
}

// stillGood says why a reservation cannot be used any more.
func stillGood(r store.Reservation, now int64) error {
	switch {
	case r.State == store.Done:
		return refuse(wire.CodeUsedReservation, "already used")
	case now >= r.Expires:
		return refuse(wire.CodeOldReservation, "made more than 24 hours ago")
	case r.Wrong >= 5:
		return refuse(wire.CodeVoid, "five wrong one-time passwords")
	case r.Grants >= maxGrants:
		return refuse(wire.CodeUsedReservation, "its three grants are spent")
	}
	return nil
}

const maxGrants = 3

// japan has no summer time, so it needs no zone file.
var japan = time.FixedZone("JST", 9*60*60)

func inHours(h wire.Hours, now time.Time) bool {
	t := now.In(japan)
	m := t.Hour()*60 + t.Minute()
	switch {
	case h.From == h.To:
		return true
	case h.From < h.To:
		return m >= h.From && m < h.To
	}
	return m >= h.From || m < h.To
}

// untilOpen is how many seconds it is until the hours begin, from outside of them.
func untilOpen(h wire.Hours, now time.Time) uint32 {
	t := now.In(japan)
	passed := (t.Hour()*60+t.Minute())*60 + t.Second()
	return uint32((h.From*60 - passed + day*60) % (day * 60))
}

// hoursSetting is one number, so that half of a change is never read.
const hoursSetting = "hours"

func hoursOf(both int) wire.Hours { return wire.Hours{From: both / day, To: both % day} }

// day is in minutes.
const day = 24 * 60
