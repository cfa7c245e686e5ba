package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"multicopy.example/cmd/internal/verifier"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
)

// consentLook is a session in which the bank's resident was believed.
func (s *suite) consentLook() (*bankSide, *look, error) {
	b, err := s.bank()
	if err != nil {
		return nil, nil, err
	}
	c, err := readCard(s.options.residents, b.Resident)
	if err != nil {
		return nil, nil, err
	}
	l, err := s.goodLook(c)
	if err == nil {
		_, err = l.see(nil)
	}
	return b, l, err
}

func (l *look) consents() (wire.ConsentsReply, error) {
	key, public, err := wire.NewNamesKey()
	if err != nil {
		return wire.ConsentsReply{}, err
	}
	m := wire.ConsentsRequest{Envelope: l.mint(), Session: *l.reply.Session, Key: public}
	all, err := ask[wire.ConsentsReply](l.suite, l.line, wire.PathConsents, m)
	for _, one := range all.Consents {
		if _, _, oerr := key.Open(m.Session, m.Request, one.Consent, one.Names); err == nil {
			err = oerr
		}
	}
	return all, err
}

// oneConsent is the first that is listed, and the hash of the certificate that withdraws it.
func (l *look) oneConsent() (one wire.Consent, certificate wire.Hash, err error) {
	all, err := l.consents()
	if err == nil && (len(all.Consents) == 0 || all.SignCertificate == nil) {
		err = errors.New("nothing is listed that can be withdrawn")
	}
	if err != nil {
		return one, certificate, err
	}
	return all.Consents[0], *all.SignCertificate, nil
}

// stands: whether a consent is listed.
func (l *look) stands(id wire.ID) (bool, error) {
	all, err := l.consents()
	for _, one := range all.Consents {
		if one.Consent == id {
			return true, err
		}
	}
	return false, err
}

// withdrawal of a consent as it was listed, now.
func withdrawal(of wire.Consent) wire.Withdrawal {
	return wire.Withdrawal{Service: of.Service, Consent: of.Consent, Nonce: freshID(), Items: of.Items, Lang: of.Lang, Text: of.Text, At: time.Now().Unix()}
}

// withdraws sends what the card's key of a flow signs; sent is of the message, signed of the statement.
func (l *look) withdraws(key kiosk.Flow, sent, signed wire.Withdrawal, certificate wire.Hash) (r wire.WithdrawReply, err error) {
	m := wire.WithdrawRequest{Envelope: l.mint(), Session: *l.reply.Session, Consent: sent.Consent, Nonce: sent.Nonce, At: uint64(sent.At)}
	digest, err := signed.Digest(certificate)
	if err != nil {
		return r, err
	}
	signature, err := l.card.signs(key, digest)
	if err != nil {
		return r, err
	}
	copy(m.Signature[:], signature)
	return ask[wire.WithdrawReply](l.suite, l.line, wire.PathWithdraw, m)
}

// unsigned: another statement than the listed one is refused, and the consent stands.
func unsigned(what string, change func(*wire.Withdrawal, *wire.Hash)) requirement {
	return requirement{"/withdraw", "a signature over another " + what + " is refused with card_fault, and the consent stands", func(s *suite) error {
		_, l, err := s.consentLook()
		if err != nil {
			return err
		}
		one, certificate, err := l.oneConsent()
		if err != nil {
			return err
		}
		sent := withdrawal(one)
		signed := sent
		change(&signed, &certificate)
		return l.remains(one, wire.CodeCardFault, func() error {
			_, err := l.withdraws(kiosk.FlowU, sent, signed, certificate)
			return err
		})
	}}
}

// remains: an act is refused, and the consent stands.
func (l *look) remains(one wire.Consent, code wire.RefusalCode, act func() error) error {
	err := act()
	if err == nil {
		return errors.New("it was withdrawn")
	}
	if err := wants(err, code); err != nil {
		return err
	}
	stands, err := l.stands(one.Consent)
	if err == nil && !stands {
		err = errors.New("it was refused, and the consent is gone")
	}
	return err
}

var withdrawals = []requirement{
	{"/consents", "lists what stands, its text and items, and names the card's signing certificate", func(s *suite) error {
		b, l, err := s.consentLook()
		if err != nil {
			return err
		}
		all, err := l.consents()
		if err != nil {
			return err
		}
		der, err := block(filepath.Join(s.options.residents, b.Resident, "sign.crt.pem"))
		if err != nil {
			return err
		}
		if hash := sha256.Sum256(der); all.SignCertificate == nil || *all.SignCertificate != hash {
			return errors.New("sign_certificate is not the SHA-256 of the card's signing certificate")
		}
		gone, err := s.cancelled(b)
		if err != nil {
			return err
		}
		listed, stand := map[verifier.ID]wire.Consent{}, 0
		for _, one := range all.Consents {
			listed[verifier.ID(one.Consent)] = one
		}
		for _, c := range b.Consents {
			one, ok := listed[c.Consent]
			if !gone[c.Consent] {
				stand++
			}
			switch {
			case ok && gone[c.Consent]:
				return errors.New("one is listed that was withdrawn")
			case ok && (one.Service != wire.ID(c.Service) || one.Items != 2 || one.Lang != b.Lang || one.Text != sha256.Sum256([]byte(b.Words)) || one.Until <= one.From):
				return fmt.Errorf("one is listed as %+v", one)
			}
		}
		if len(listed) != len(all.Consents) || len(listed) < min(stand, 50) {
			return fmt.Errorf("%d are listed, %d of them different, and %d stand", len(all.Consents), len(listed), stand)
		}
		return nil
	}},
	{"/consents", "refused with over where nothing was proved", func(s *suite) error {
		l, err := s.goodLook(s.card())
		if err != nil {
			return err
		}
		_, err = l.consents()
		return wants(err, wire.CodeOver)
	}},
	{"/withdraw", "a consent is withdrawn once and answered twice alike, is listed no more, and its bank is told", func(s *suite) error {
		b, l, err := s.consentLook()
		if err != nil {
			return err
		}
		one, certificate, err := l.oneConsent()
		if err != nil {
			return err
		}
		w := withdrawal(one)
		first, err := l.withdraws(kiosk.FlowU, w, w, certificate)
		if err != nil {
			return err
		}
		w = withdrawal(one) // a kiosk that missed the answer, and whose resident signed again
		again, err := l.withdraws(kiosk.FlowU, w, w, certificate)
		if err != nil {
			return err
		}
		if first.At != again.At || first.Given != again.Given {
			return fmt.Errorf("withdrawn at %d after %d times, and then at %d after %d", first.At, first.Given, again.At, again.Given)
		}
		if stands, err := l.stands(one.Consent); err != nil || stands {
			return errors.Join(err, errors.New("it is listed still"))
		}
		gone, err := s.cancelled(b)
		if err == nil && !gone[verifier.ID(one.Consent)] {
			err = errors.New("the bank is not told")
		}
		return err
	}},
	unsigned("nonce", func(w *wire.Withdrawal, _ *wire.Hash) { w.Nonce[0]++ }),
	unsigned("moment", func(w *wire.Withdrawal, _ *wire.Hash) { w.At-- }),
	unsigned("text", func(w *wire.Withdrawal, _ *wire.Hash) { w.Text[0]++ }),
	unsigned("list of items", func(w *wire.Withdrawal, _ *wire.Hash) { w.Items ^= 1 }),
	unsigned("service", func(w *wire.Withdrawal, _ *wire.Hash) { w.Service[0]++ }),
	unsigned("certificate", func(_ *wire.Withdrawal, certificate *wire.Hash) { certificate[0]++ }),
	{"/withdraw", "what the key of the 4-digit PIN signed is refused with card_fault", func(s *suite) error {
		_, l, err := s.consentLook()
		if err != nil {
			return err
		}
		one, certificate, err := l.oneConsent()
		if err != nil {
			return err
		}
		w := withdrawal(one)
		return l.remains(one, wire.CodeCardFault, func() error {
			_, err := l.withdraws(kiosk.FlowL, w, w, certificate)
			return err
		})
	}},
	{"/withdraw", "what was signed 11 minutes ago is refused with over", func(s *suite) error {
		_, l, err := s.consentLook()
		if err != nil {
			return err
		}
		one, certificate, err := l.oneConsent()
		if err != nil {
			return err
		}
		w := withdrawal(one)
		w.At -= 11 * 60
		return l.remains(one, wire.CodeOver, func() error {
			_, err := l.withdraws(kiosk.FlowU, w, w, certificate)
			return err
		})
	}},
	{"/withdraw", "of another person's consent is refused with over, and so where nothing was proved", func(s *suite) error {
		b, mine, err := s.consentLook()
		if err != nil {
			return err
		}
		one, certificate, err := mine.oneConsent()
		if err != nil {
			return err
		}
		w := withdrawal(one)
		unproved, err := s.goodLook(mine.card)
		if err != nil {
			return err
		}
		if err := mine.remains(one, wire.CodeOver, func() error {
			_, err := unproved.withdraws(kiosk.FlowU, w, w, certificate)
			return err
		}); err != nil {
			return err
		}
		c, err := readCard(s.options.residents, b.Stranger)
		if err != nil {
			return err
		}
		his, err := s.goodLook(c)
		if err == nil {
			_, err = his.see(nil)
		}
		if err != nil {
			return err
		}
		return mine.remains(one, wire.CodeOver, func() error {
			_, err := his.withdraws(kiosk.FlowU, w, w, certificate)
			return err
		})
	}},
}
