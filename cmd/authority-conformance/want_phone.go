package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"

	"golang.org/x/crypto/ocsp"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/attest"
)

// phones is what is asked of an authority that issues the certificates of phones.
var phones = []requirement{
	{"/app/phone", "what a maker attests is issued on the card's signature, and not good before it is activated", with(issuedPhone, func(_ *suite, h *handset) error {
		return turnedDown(h.logsIn(), "proof-not-good")
	})},
	{"/app/phone", "keys that no secure element has attested, on this nonce and for this use, are refused", func(s *suite) error {
		for word, change := range map[string]func(said, other *appclient.Application){
			"no-attestation": func(said, _ *appclient.Application) { said.Sign.Attestation = nil },
			"other-use":      func(said, _ *appclient.Application) { said.Sign = said.Auth },
			"other-nonce":    func(said, other *appclient.Application) { said.Auth = other.Auth },
			"other-key":      func(said, other *appclient.Application) { said.Sign.Request = other.Sign.Request },
			"unknown-maker": func(said, _ *appclient.Application) {
				said.Sign.Attestation = said.Sign.Attestation[:1] // without the batch there is no way to the maker
			},
		} {
			h, err := s.handset()
			if err != nil {
				return err
			}
			other, err := s.handset()
			if err != nil {
				return err
			}
			said, err := h.draft()
			if err != nil {
				return err
			}
			theirs, err := other.draft()
			if err != nil {
				return err
			}
			change(&said, &theirs)
			if err := turnedDown(h.apply(said, "sign"), word); err != nil {
				return err
			}
		}
		return nil
	}},
	{"/app/phone", "a nonce is good for one application, and the same application again is the same", with((*suite).handset, func(s *suite, h *handset) error {
		said, err := h.draft()
		if err != nil {
			return err
		}
		text, err := said.Encode()
		if err != nil {
			return err
		}
		m, err := h.signed(text, "sign")
		if err != nil {
			return err
		}
		r, err := s.app.PhoneApply(s.ctx, m)
		if err != nil {
			return err
		}
		again, err := s.app.PhoneApply(s.ctx, m)
		if err != nil || again.Application != r.Application {
			return fmt.Errorf("again it is %+v, %v", again, err)
		}
		said.At++
		return turnedDown(h.apply(said, "sign"), "nonce-used", "nonce")
	})},
	{"/app/phone", "the key behind the 4-digit PIN applies for nothing and activates nothing", with((*suite).handset, func(s *suite, h *handset) error {
		said, err := h.draft()
		if err == nil {
			err = turnedDown(h.apply(said, "auth"), "not-theirs")
		}
		if err == nil {
			err = h.issued()
		}
		if err != nil {
			return err
		}
		m, err := h.activation("auth")
		if err != nil {
			return err
		}
		_, err = s.app.PhoneActivate(s.ctx, m)
		return turnedDown(err, "not-theirs")
	})},
	{"/app/phone", "an activation that one key of the phone did not sign is refused", with(issuedPhone, func(s *suite, h *handset) error {
		for _, change := range []func(m *appclient.PhoneActivate){
			func(m *appclient.PhoneActivate) { m.Auth = m.Sign }, func(m *appclient.PhoneActivate) { m.Sign = bytes.Repeat([]byte{1}, 256) },
		} {
			m, err := h.activation("sign")
			if err != nil {
				return err
			}
			change(&m)
			if _, err := s.app.PhoneActivate(s.ctx, m); turnedDown(err, "keys-missing") != nil {
				return turnedDown(err, "keys-missing")
			}
		}
		return nil
	})},
	{"/app/phone", "the certificates of the phone before end when another is activated, and not when it is issued", with(activePhone, func(s *suite, before *handset) error {
		if err := before.logsIn(); err != nil {
			return err
		}
		h, err := issuedPhone(s)
		if err == nil {
			err = before.logsIn()
		}
		if err != nil {
			return err
		}
		m, err := h.activation("sign")
		if err != nil {
			return err
		}
		if h.now, err = s.app.PhoneActivate(s.ctx, m); err != nil {
			return err
		}
		return first(h.logsIn(), turnedDown(before.logsIn(), "proof-not-good"))
	})},
	{"/app/phone", "a hold by the 4-digit PIN's key is told by OCSP, and released by the signing key alone", with(activePhone, func(s *suite, h *handset) error {
		do := func(which, what string, send func(context.Context, appclient.Proof) (appclient.MineReply, error)) error {
			p, err := h.byCard(which, what)
			if err == nil {
				_, err = send(s.ctx, p)
			}
			return err
		}
		if err := do("auth", appclient.ForHold, s.app.PhoneHold); err != nil {
			return err
		}
		if err := first(turnedDown(h.logsIn(), "proof-not-good"), s.onHold(h, true)); err != nil {
			return err
		}
		if err := turnedDown(do("auth", appclient.ForRelease, s.app.PhoneRelease), "not-theirs"); err != nil {
			return err
		}
		if err := do("sign", appclient.ForRelease, s.app.PhoneRelease); err != nil {
			return err
		}
		return first(h.logsIn(), s.onHold(h, false))
	})},
	{"/app/phone", "a signature for a log-in holds nothing, and a challenge counts once", with(activePhone, func(s *suite, h *handset) error {
		p, err := h.byCard("auth", appclient.ForLogIn)
		if err != nil {
			return err
		}
		if _, err = s.app.PhoneHold(s.ctx, p); turnedDown(err, "challenge") != nil {
			return turnedDown(err, "challenge")
		}
		_, err = s.app.LogIn(s.ctx, p)
		return first(turnedDown(err, "challenge"), h.logsIn())
	})},
	{"/app/phone", "a phone is given up by its own signing key, for good", with(activePhone, func(s *suite, h *handset) error {
		p, err := h.byPhone(attest.Auth, appclient.ForGiveUp)
		if err != nil {
			return err
		}
		if _, err = s.app.PhoneGiveUp(s.ctx, p); turnedDown(err, "not-theirs") != nil {
			return turnedDown(err, "not-theirs")
		}
		if p, err = h.byPhone(attest.Sign, appclient.ForGiveUp); err != nil {
			return err
		}
		if _, err := s.app.PhoneGiveUp(s.ctx, p); err != nil {
			return err
		}
		r, err := s.app.Phone(s.ctx, h.now.Application)
		if err == nil && r.State != appclient.PhoneEnded {
			err = fmt.Errorf("it is %s", r.State)
		}
		return first(err, turnedDown(h.logsIn(), "proof-not-good", "no-phone"))
	})},
}

// onHold is nil where OCSP says of the phone's certificate that it is held, or good; without --status it
// is not asked.
func (s *suite) onHold(h *handset, held bool) error {
	if s.options.status == "" || len(h.now.CAs) == 0 {
		return nil
	}
	cert, err := x509.ParseCertificate(h.now.Auth)
	if err != nil {
		return err
	}
	ca, err := x509.ParseCertificate(h.now.CAs[0])
	if err != nil {
		return err
	}
	r, err := s.asks(told{cert, ca}, crypto.SHA1, nil)
	switch {
	case err != nil:
		return err
	case held && (r.Status != ocsp.Revoked || r.RevocationReason != ocsp.CertificateHold), !held && r.Status != ocsp.Good:
		return errors.New("OCSP says something else")
	}
	return nil
}
