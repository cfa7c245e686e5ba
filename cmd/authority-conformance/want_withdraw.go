package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"multicopy.example/cmd/internal/pemfile"
	"multicopy.example/cmd/internal/verifier"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
)

// believed is a session in which a resident's card was believed.
func (s *suite) believed(resident string) (*look, error) {
	c, err := readCard(s.options.residents, resident)
	if err != nil {
		return nil, err
	}
	l, err := s.goodLook(c)
	if err == nil {
		_, err = l.see(nil)
	}
	return l, err
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

// chosen is the first consent that is listed in a session of the bank's resident.
type chosen struct {
	*look
	bank        *bankSide
	consent     wire.Consent
	certificate wire.Hash // that withdraws it
}

func (s *suite) chooses() (c chosen, err error) {
	if c.bank, err = s.bank(); err != nil {
		return c, err
	}
	if c.look, err = s.believed(c.bank.Resident); err != nil {
		return c, err
	}
	all, err := c.consents()
	if err == nil && (len(all.Consents) == 0 || all.SignCertificate == nil) {
		err = errors.New("nothing is listed that can be withdrawn")
	}
	if err != nil {
		return c, err
	}
	c.consent, c.certificate = all.Consents[0], *all.SignCertificate
	return c, nil
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

// unwithdrawn: a withdrawal that change has spoiled, signed with the card's key of a flow, is refused, and the consent stands.
func unwithdrawn(what string, code wire.RefusalCode, key kiosk.Flow, change func(sent, signed *wire.Withdrawal, certificate *wire.Hash)) requirement {
	return requirement{"/withdraw", what, with((*suite).chooses, func(_ *suite, c chosen) error {
		sent := withdrawal(c.consent)
		signed := sent
		change(&sent, &signed, &c.certificate)
		_, err := c.withdraws(key, sent, signed, c.certificate)
		return c.remains(err, code)
	})}
}

// unsigned: another statement than the listed one.
func unsigned(what string, change func(*wire.Withdrawal, *wire.Hash)) requirement {
	return unwithdrawn("a signature over another "+what+" is refused with card_fault, and the consent stands", wire.CodeCardFault, kiosk.FlowU,
		func(_, signed *wire.Withdrawal, certificate *wire.Hash) { change(signed, certificate) })
}

// remains: the withdrawal of a consent was refused, and the consent stands.
func (c chosen) remains(err error, code wire.RefusalCode) error {
	if err == nil {
		return errors.New("it was withdrawn")
	}
	if err := wants(err, code); err != nil {
		return err
	}
	stands, err := c.stands(c.consent.Consent)
	if err == nil && !stands {
		err = errors.New("it was refused, and the consent is gone")
	}
	return err
}

var withdrawals = []requirement{
	{"/consents", "lists what stands, its text and items, and names the card's signing certificate", with((*suite).bank, func(s *suite, b *bankSide) error {
		l, err := s.believed(b.Resident)
		if err != nil {
			return err
		}
		all, err := l.consents()
		if err != nil {
			return err
		}
		der, err := pemfile.Read(filepath.Join(s.options.residents, b.Resident, "sign.crt.pem"))
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
	})},
	{"/consents", "refused with over where nothing was proved", with((*suite).anyLook, func(_ *suite, l *look) error {
		_, err := l.consents()
		return wants(err, wire.CodeOver)
	})},
	{"/withdraw", "a consent is withdrawn once and answered twice alike, is listed no more, and its bank is told", with((*suite).chooses, func(s *suite, c chosen) error {
		w := withdrawal(c.consent)
		first, err := c.withdraws(kiosk.FlowU, w, w, c.certificate)
		if err != nil {
			return err
		}
		w = withdrawal(c.consent) // a kiosk that missed the answer, and whose resident signed again
		again, err := c.withdraws(kiosk.FlowU, w, w, c.certificate)
		if err != nil {
			return err
		}
		if first.At != again.At || first.Given != again.Given {
			return fmt.Errorf("withdrawn at %d after %d times, and then at %d after %d", first.At, first.Given, again.At, again.Given)
		}
		if stands, err := c.stands(w.Consent); err != nil || stands {
			return errors.Join(err, errors.New("it is listed still"))
		}
		gone, err := s.cancelled(c.bank)
		if err == nil && !gone[verifier.ID(w.Consent)] {
			err = errors.New("the bank is not told")
		}
		return err
	})},
	unsigned("nonce", func(w *wire.Withdrawal, _ *wire.Hash) { w.Nonce[0]++ }),
	unsigned("moment", func(w *wire.Withdrawal, _ *wire.Hash) { w.At-- }),
	unsigned("text", func(w *wire.Withdrawal, _ *wire.Hash) { w.Text[0]++ }),
	unsigned("list of items", func(w *wire.Withdrawal, _ *wire.Hash) { w.Items ^= 1 }),
	unsigned("service", func(w *wire.Withdrawal, _ *wire.Hash) { w.Service[0]++ }),
	unsigned("certificate", func(_ *wire.Withdrawal, certificate *wire.Hash) { certificate[0]++ }),
	unwithdrawn("what the key of the 4-digit PIN signed is refused with card_fault", wire.CodeCardFault, kiosk.FlowL, func(_, _ *wire.Withdrawal, _ *wire.Hash) {}),
	unwithdrawn("what was signed 11 minutes ago is refused with over", wire.CodeOver, kiosk.FlowU, func(sent, signed *wire.Withdrawal, _ *wire.Hash) {
		sent.At -= 11 * 60
		signed.At = sent.At
	}),
	{"/withdraw", "of another person's consent is refused with over, and so where nothing was proved", with((*suite).chooses, func(s *suite, mine chosen) error {
		w := withdrawal(mine.consent)
		unproved, err := s.goodLook(mine.card)
		if err != nil {
			return err
		}
		_, err = unproved.withdraws(kiosk.FlowU, w, w, mine.certificate)
		if err := mine.remains(err, wire.CodeOver); err != nil {
			return err
		}
		his, err := s.believed(mine.bank.Stranger)
		if err != nil {
			return err
		}
		_, err = his.withdraws(kiosk.FlowU, w, w, mine.certificate)
		return mine.remains(err, wire.CodeOver)
	})},
}
