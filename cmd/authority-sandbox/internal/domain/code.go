package domain

import (
	"errors"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
)

// One-time passwords: RFC 4226 with a secret of its own for each reservation,
// counter 0, eight digits.
var codeOptions = hotp.ValidateOpts{Digits: otp.DigitsEight, Algorithm: otp.AlgorithmSHA256}

func codeOf(secret string) (string, error) { return hotp.GenerateCodeCustom(secret, 0, codeOptions) }

// countCode counts an entry before it is compared, in a transaction that
// is committed before code runs. What cannot be compared is not counted.
func (s *Service) countCode(c *call, m *wire.CodeRequest) error {
	session, r, err := s.visit(c, c.ofCode(m))
	switch {
	case c.attempt != nil && *c.attempt != c.hash:
		return &refusal{code: wire.CodeContract, status: 422, detail: "request id used before with other bytes"}
	case c.attempt != nil:
		return nil // counted by a request that was cut short
	case err != nil || kiosk.Factor(r.Factor) == kiosk.FactorReservation || len(m.Sealed) == 0:
		return ignore(err)
	}
	codes, guesses := c.minutely("code "+c.peer.Kiosk, s.policy.KioskRate), c.guessing(session.Card)
	if err := c.Rates(codes, guesses); err != nil {
		return err
	}
	if err := c.within(codes); err != nil {
		return err // and neither count stands
	}
	if !guesses.OK {
		return s.tooManyGuesses(c, r)
	}
	if err := errors.Join(c.CountWrong(r.ID), c.AddAttempt(c.peer.Kiosk, c.request, c.hash, r.ID)); err != nil {
		return err
	}
	return s.watchVoids(c, r)
}

// ignore lets a refusal be said, and stored, by the transaction that follows.
func ignore(err error) error {
	var r *refusal
	if errors.As(err, &r) {
		return nil
	}
	return err
}

// code compares an entry that was counted, and gives the claim.
func (s *Service) code(c *call, m *wire.CodeRequest) (any, error) {
	session, r, err := s.known(c, c.ofCode(m))
	if err != nil {
		return nil, err
	}
	counted := c.attempt != nil
	ours := r // as it stood before this entry was counted
	if counted {
		ours.Wrong--
	}
	if err := s.good(c, ours); err != nil {
		if counted { // and not compared: the reservation was made anew meanwhile
			err = errors.Join(c.unguess(session.Card), err)
		}
		return nil, err
	}
	if kiosk.Factor(r.Factor) == kiosk.FactorCode {
		switch {
		case counted:
		case len(m.Sealed) == 0:
			return nil, refuse(wire.CodeContract, "a one-time password is missing")
		default:
			return nil, refuse(wire.CodeStore, "too many wrong one-time passwords of this card at this kiosk today")
		}
		right, err := s.right(r.Secret, m)
		if err != nil {
			return nil, err
		}
		if !right {
			return &wire.CodeReply{Envelope: c.reply(), CodesLeft: int8(5 - r.Wrong)}, nil
		}
		if err := errors.Join(c.UncountWrong(r.ID), c.unguess(session.Card)); err != nil {
			return nil, err
		}
	} else if len(m.Sealed) != 0 {
		return nil, refuse(wire.CodeContract, "the factor is the reservation alone")
	}
	ticket := fresh[store.Hash]()
	session.Ticket = ticket[:]
	if kiosk.Factor(r.Factor) == kiosk.FactorCode { // else a certificate, which any kiosk reads, would take a claim over
		if err := s.claim(c, &r, session); err != nil {
			return nil, err
		}
	}
	if err := c.PutSession(session); err != nil {
		return nil, err
	}
	return &wire.CodeReply{Envelope: c.reply(), Ticket: &ticket, CodesLeft: int8(5 - ours.Wrong)}, nil
}

// right opens and compares. A password that was not sealed for this request is
// a wrong one like any other: it was counted.
func (s *Service) right(secret string, m *wire.CodeRequest) (bool, error) {
	typed := s.opened(m)
	if typed == nil {
		return false, nil
	}
	defer clear(typed)
	ok, err := hotp.ValidateCustom(string(typed), 0, secret, codeOptions)
	if errors.Is(err, otp.ErrValidateInputInvalidLength) {
		return false, nil
	}
	return ok, err
}

// opened is what was sealed for this request, to the key in use or one before it; nil
// where it was to none.
func (s *Service) opened(m *wire.CodeRequest) []byte {
	for _, key := range s.keys.Codes {
		if typed, err := wire.OpenCode(key, kiosk.SessionID(m.Session), m.Request, m.Sealed); err == nil {
			return typed
		}
	}
	return nil
}
