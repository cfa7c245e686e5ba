package main

import (
	"errors"
	"fmt"
	"os/exec"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
)

// A look is a session that renews nothing.
type look struct {
	*suite
	card  *card
	reply wire.LookReply
}

func (s *suite) looksAt(c *card) (*look, error) {
	r, err := ask[wire.LookReply](s, s.line, wire.PathLook, wire.LookRequest{Envelope: s.mint(), Certificate: c.cert})
	return &look{s, c, r}, err
}

// goodLook is a look at a card in good order.
func (s *suite) goodLook(c *card) (*look, error) {
	l, err := s.looksAt(c)
	if err == nil && (l.reply.UserCertificate != wire.Good || l.reply.SignCertificate != wire.Good || l.reply.Session == nil || l.reply.Challenge == nil) {
		err = errors.New("a card in good order is not good, or has no session")
	}
	return l, err
}

// anyLook is a look at the card whose turn it is.
func (s *suite) anyLook() (*look, error) { return s.goodLook(s.card()) }

// lostLook is a look at the card whose holder has a phone.
func (s *suite) lostLook() (*look, error) {
	if s.options.lost == "" || s.options.hold == "" {
		return nil, notProvoked("no --lost, or no --hold")
	}
	c, err := readCard(s.options.residents, s.options.lost)
	if err != nil {
		return nil, err
	}
	return s.goodLook(c)
}

// see sends a signature; change may spoil what is signed.
func (l *look) see(change func(session *wire.ID, challenge, key *wire.Hash, cert *[]byte)) (r wire.SeeReply, err error) {
	session, challenge, key, cert := *l.reply.Session, *l.reply.Challenge, wire.Hash(l.line.spki()), l.card.cert
	if change != nil {
		change(&session, &challenge, &key, &cert)
	}
	return l.sees(wire.See(kiosk.SessionID(session), challenge, key, cert))
}

func (l *look) sees(digest [32]byte) (r wire.SeeReply, err error) {
	m := wire.SeeRequest{Envelope: l.mint(), Session: *l.reply.Session}
	signature, err := l.card.signs(kiosk.FlowL, digest)
	if err != nil {
		return r, err
	}
	copy(m.Signature[:], signature)
	return ask[wire.SeeReply](l.suite, l.line, wire.PathSee, m)
}

func (l *look) holds(carrier wire.ID) (wire.HoldReply, error) {
	return ask[wire.HoldReply](l.suite, l.line, wire.PathHold, wire.HoldRequest{Envelope: l.mint(), Session: *l.reply.Session, Carrier: carrier})
}

// listed is the phone that the holder of the card has, after a proof.
func (l *look) listed() (wire.Phone, error) {
	r, err := l.see(nil)
	if err != nil {
		return wire.Phone{}, err
	}
	if len(r.Phones) != 1 || r.Phones[0].Carrier == (wire.ID{}) {
		return wire.Phone{}, fmt.Errorf("%d phones, and one with a name belongs", len(r.Phones))
	}
	return r.Phones[0], nil
}

// unseen: a signature over something else is refused.
func unseen(what string, change func(session *wire.ID, challenge, key *wire.Hash, cert *[]byte)) requirement {
	return requirement{"/see", "a signature over another " + what + " is refused with card_fault, and uses the challenge up", with((*suite).anyLook, func(_ *suite, l *look) error {
		_, err := l.see(change)
		if err == nil {
			return errors.New("it was believed")
		}
		if err := wants(err, wire.CodeCardFault); err != nil {
			return err
		}
		_, err = l.see(nil)
		return wants(err, wire.CodeOver)
	})}
}

var looks = []requirement{
	{"/look", "a card in good order gets a session and a challenge of its own each time, without a reservation", func(s *suite) error {
		c := s.card()
		a, err := s.goodLook(c)
		if err != nil {
			return err
		}
		b, err := s.goodLook(c)
		if err == nil && (*a.reply.Session == *b.reply.Session || *a.reply.Challenge == *b.reply.Challenge) {
			err = errors.New("two looks have the same session or challenge")
		}
		return err
	}},
	{"/look", "the cards of -refused are told as they are, and a session is for a good user-authentication certificate alone", func(s *suite) error {
		tried := 0
		for code, want := range map[string]wire.CertState{"expired": wire.Expired, "changed": wire.Changed, "revoked": wire.Revoked, "held": wire.Held, "no_sign": wire.None} {
			name := s.options.refused[code]
			if name == "" {
				continue
			}
			tried++
			c, err := readCard(s.options.residents, name)
			if err != nil {
				return err
			}
			l, err := s.looksAt(c)
			switch {
			case err != nil:
				return fmt.Errorf("%s: %w", code, err)
			case l.reply.SignCertificate != want:
				return fmt.Errorf("%s: the signing certificate is told as %s", code, l.reply.SignCertificate)
			case (l.reply.UserCertificate == wire.Good) != (l.reply.Session != nil), (l.reply.Session == nil) != (l.reply.Challenge == nil):
				return fmt.Errorf("%s: a session where the user-authentication certificate is %s: %t", code, l.reply.UserCertificate, l.reply.Session != nil)
			}
		}
		if tried == 0 {
			return notProvoked("no --refused")
		}
		return nil
	}},
	{"/look", "what is no certificate of a card is refused with wrong_card or phone", func(s *suite) error {
		_, err := s.looksAt(&card{cert: []byte("no certificate")})
		if err := wants(err, wire.CodeWrongCard); err != nil || s.options.refused["phone"] == "" {
			return err
		}
		c, err := readCard(s.options.residents, s.options.refused["phone"])
		if err != nil {
			return err
		}
		_, err = s.looksAt(c)
		return wants(err, wire.CodePhone)
	}},
	{"/see", "believes the card once a challenge, and lists the phones", with((*suite).anyLook, func(_ *suite, l *look) error {
		if _, err := l.see(nil); err != nil {
			return err
		}
		_, err := l.see(nil)
		return wants(err, wire.CodeOver)
	})},
	unseen("session", func(session *wire.ID, _, _ *wire.Hash, _ *[]byte) { session[0]++ }),
	unseen("challenge", func(_ *wire.ID, challenge, _ *wire.Hash, _ *[]byte) { challenge[0]++ }),
	unseen("kiosk's key", func(_ *wire.ID, _, key *wire.Hash, _ *[]byte) { key[0]++ }),
	unseen("certificate", func(_ *wire.ID, _, _ *wire.Hash, cert *[]byte) { *cert = []byte{1} }),
	{"/see", "what the card signed for a reset is refused with card_fault", with((*suite).anyLook, func(_ *suite, l *look) error {
		_, err := l.sees(wire.Proof(wire.ProofContext{Session: kiosk.SessionID(*l.reply.Session), Challenge: *l.reply.Challenge, KioskKey: l.line.spki(),
			UserCert: l.card.cert, Flow: kiosk.FlowP, Act: kiosk.Reset}))
		return wants(err, wire.CodeCardFault)
	})},
	{"/see", "the session of a look is none of a visit's, nor the other way about", with((*suite).anyLook, func(s *suite, l *look) error {
		_, err := ask[wire.ProveReply](s, s.line, wire.PathProve, wire.ProveRequest{Envelope: s.mint(), Session: *l.reply.Session, Act: wire.Act(kiosk.Reset)})
		if err := wants(err, wire.CodeOver); err != nil {
			return err
		}
		_, err = ask[wire.GrantReply](s, s.line, wire.PathGrant, wire.GrantRequest{Envelope: s.mint(), Session: *l.reply.Session})
		if err := wants(err, wire.CodeOver); err != nil {
			return err
		}
		v, err := s.begin(kiosk.FlowP)
		if err != nil {
			return err
		}
		l.reply.Session, l.reply.Challenge = &v.open.Session, &v.open.Challenge
		l.card = v.card
		_, err = l.see(nil)
		return wants(err, wire.CodeOver)
	})},
	{"/hold", "refused with over where nothing was proved, and of a phone that is not the holder's", with((*suite).lostLook, func(s *suite, l *look) error {
		_, err := l.holds(freshID())
		if err := wants(err, wire.CodeOver); err != nil {
			return err
		}
		phone, err := l.listed()
		if err != nil {
			return err
		}
		unproved, err := s.lostLook()
		if err != nil {
			return err
		}
		if _, err = unproved.holds(phone.Carrier); err == nil {
			return errors.New("a phone is held in a session in which nothing was proved")
		}
		if err := wants(err, wire.CodeOver); err != nil {
			return err
		}
		_, err = l.holds(freshID())
		return wants(err, wire.CodeOver)
	})},
	{"/hold", "a phone is held, is listed so, and is answered alike when it is held once more", func(s *suite) (err error) {
		l, err := s.lostLook()
		if err != nil {
			return err
		}
		phone, err := l.listed()
		if err != nil {
			return err
		}
		if phone.UserCertificate != wire.Good || phone.SignCertificate != wire.Good {
			return fmt.Errorf("the phone of --lost is %s and %s before it is held", phone.UserCertificate, phone.SignCertificate)
		}
		defer func() {
			if e := exec.CommandContext(s.ctx, s.options.hold, l.card.folder, "good").Run(); e != nil {
				err = errors.Join(err, fmt.Errorf("--hold good: %w", e))
			}
		}()
		one, err := l.holds(phone.Carrier)
		if err != nil {
			return err
		}
		two, err := l.holds(phone.Carrier)
		if err != nil || one.Since != two.Since {
			return errors.Join(err, fmt.Errorf("held since %d, and then since %d", one.Since, two.Since))
		}
		again, err := s.goodLook(l.card)
		if err != nil {
			return err
		}
		if phone, err = again.listed(); err == nil && (phone.UserCertificate != wire.Held || phone.SignCertificate != wire.Held || phone.Since != one.Since) {
			err = fmt.Errorf("after it was held it is listed as %s and %s since %d", phone.UserCertificate, phone.SignCertificate, phone.Since)
		}
		return err
	}},
}
