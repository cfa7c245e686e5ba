package domain

import (
	"crypto/sha256"
	"errors"
	"slices"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/cms"
	"multicopy.example/kiosk/authority/wire"
)

// mostListed is how many consents a kiosk is told of, and longestName how many characters
// of a company or a service.
const mostListed, longestName = 50, 40

// consents lists what the holder of the card has agreed to and can withdraw.
func (s *Service) consents(c *call, m *wire.ConsentsRequest) (any, error) {
	k, err := s.proved(c, m.Session)
	if err != nil {
		return nil, err
	}
	h, _, err := s.allowed(c, k, life.Event{Op: life.See, By: life.CardPIN})
	if err != nil {
		return nil, refusedAs(wire.CodeOver, err)
	}
	all, err := c.ConsentsOf(h.who.ID)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(of store.Consent) bool { return of.State(c.now).Over() })
	slices.Reverse(all) // the newest first
	reply := &wire.ConsentsReply{Envelope: c.reply(), Consents: []wire.Consent{}}
	for _, of := range all[:min(len(all), mostListed)] {
		one, err := c.listed(of, m)
		if err != nil {
			return nil, err
		}
		reply.Consents = append(reply.Consents, one)
	}
	if sign := h.certs[life.CardSign]; sign != nil && sign.State == life.Good && c.now < sign.NotAfter {
		hash := wire.Hash(sha256.Sum256(sign.DER))
		reply.SignCertificate = &hash
	}
	return reply, nil
}

func (c *call) listed(of store.Consent, m *wire.ConsentsRequest) (one wire.Consent, err error) {
	service, err := c.Service(of.Service)
	if err != nil {
		return one, err
	}
	provider, err := c.Provider(service.Provider)
	if err != nil {
		return one, err
	}
	text, err := c.Text(of.Service, of.Text)
	if err != nil {
		return one, err
	}
	given, err := c.Disclosures(of.ID)
	if err != nil {
		return one, err
	}
	names, err := wire.SealNames(m.Key, m.Session, m.Request, of.ID, shortName(provider.Name), shortName(service.Title))
	if err != nil {
		return one, refuse(wire.CodeContract, "a key that is none")
	}
	one = wire.Consent{Consent: of.ID, Service: of.Service, Names: names, Items: int8(of.Items),
		Lang: text.Lang, Text: of.Text, From: uint64(of.From), Until: uint64(of.Until)}
	for _, d := range given {
		one.Last = max(one.Last, uint64(d.At))
	}
	return one, nil
}

// shortName is a name that fits the contract.
func shortName(name string) string {
	if r := []rune(name); len(r) > longestName {
		return string(r[:longestName-1]) + "…"
	}
	return name
}

// channelKiosk is where a statement was signed that a kiosk composed.
const channelKiosk = "kiosk"

// withdrawHere ends a consent by what a card signed at a kiosk. What was signed is composed
// here once more, of what is kept of the consent, and the card's certificate is put to it: the
// kiosk had neither to send. It is verified as any other signature.
func (s *Service) withdrawHere(c *call, m *wire.WithdrawRequest) (any, error) {
	k, err := s.proved(c, m.Session)
	if err != nil {
		return nil, err
	}
	h, _, err := s.allowed(c, k, life.Event{Op: life.See, By: life.CardPIN})
	if err != nil {
		return nil, refusedAs(wire.CodeOver, err)
	}
	of, err := c.ConsentOf(m.Consent)
	if errors.Is(err, store.ErrNone) || err == nil && of.Person != h.who.ID {
		return nil, refuse(wire.CodeOver, "no such consent of the card's holder")
	}
	if err != nil {
		return nil, err
	}
	service, err := c.Service(of.Service)
	if err != nil {
		return nil, err
	}
	text, err := c.Text(of.Service, of.Text)
	if err != nil {
		return nil, err
	}
	sign := h.certs[life.CardSign]
	if sign == nil || sign.DER == nil {
		return nil, refuse(wire.CodeNoSign, "no signing certificate belongs to this card")
	}
	signed, err := signedHere(of, text.Lang, m, sign.DER)
	if err != nil {
		return nil, refuse(wire.CodeContract, clip(err.Error()))
	}
	said, signer, err := s.read(signed, consent.ToWithdraw)
	if err != nil {
		return nil, refuse(wire.CodeCardFault, "the signature does not verify")
	}
	if _, err := c.believes(signer); err != nil {
		return nil, spoken(err, wire.CodeOver)
	}
	if err := timely(said, signer, c.now); err != nil && of.State(c.now) != consent.Cancelled {
		return nil, spoken(err, wire.CodeOver)
	}
	if err := c.withdraw(&of, said, signed, channelKiosk, service.Provider); err != nil {
		return nil, spoken(err, wire.CodeOver)
	}
	return &wire.WithdrawReply{Envelope: c.reply(), At: uint64(of.CancelledAt), Given: uint32(max(of.CancelledN-1, 0))}, nil
}

// spoken puts what a platform would be told into the words of a kiosk's contract.
func spoken(err error, code wire.RefusalCode) error {
	var v ErrVerifier
	if errors.As(err, &v) {
		return refuse(code, v.Detail)
	}
	return err
}

// signedHere is the statement of a withdrawal and the CMS signature that the card's makes it.
func signedHere(of store.Consent, lang string, m *wire.WithdrawRequest, certificate []byte) (signed Signed, err error) {
	said := consent.Statement{Act: consent.ToWithdraw, Service: consent.ID(of.Service), Consent: consent.ID(of.ID), Items: of.Items, Lang: lang, Text: of.Text,
		Nonce: consent.ID(m.Nonce), At: int64(m.At)}
	if signed.Statement, err = said.Encode(); err != nil {
		return signed, err
	}
	attributes, err := cms.Attributes(sha256.Sum256(signed.Statement), time.Unix(said.At, 0), sha256.Sum256(certificate))
	if err == nil {
		signed.CMS, err = cms.Assemble(attributes, certificate, m.Signature[:])
	}
	return signed, err
}
