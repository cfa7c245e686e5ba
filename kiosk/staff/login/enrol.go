package login

import (
	"errors"
	"fmt"
	"io"

	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/secret"
	"multicopy.example/kiosk/staff"
)

// ErrCommissioned: the machine has the operator's codes already.
var ErrCommissioned = errors.New("commissioned already")

// ErrNoEnrolment: none was begun, or it was given up after too many wrong codes.
var ErrNoEnrolment = errors.New("no enrolment was begun")

// maxConfirm is how many wrong codes end an enrolment.
const maxConfirm = 3

// pending is an enrolment whose authenticator has not yet shown that it works.
type pending struct {
	index int
	party
	wrong int
}

// Commission makes the operator's codes, once for a machine. The otpauth address is
// for the operator's own records; it is not kept in this form and not shown again.
func (s *Store) Commission() (uri string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file.party[operator].enrolled {
		return "", ErrCommissioned
	}
	next := s.file
	p := party{enrolled: true}
	if _, err := io.ReadFull(s.cfg.Rand, p.secret[:]); err != nil {
		return "", err
	}
	key, err := hotp.Generate(hotp.GenerateOpts{Issuer: s.cfg.Issuer, AccountName: s.cfg.Machine, Secret: p.secret[:],
		Digits: counterOptions.Digits, Algorithm: counterOptions.Algorithm})
	if err != nil {
		return "", err
	}
	next.party[operator] = p
	next.see(s.now())
	if err := s.disk.write(next); err != nil {
		return "", fmt.Errorf("commission: %w", err)
	}
	s.file = next
	return key.URL(), nil
}

// Enrol begins to give the role new codes: the own code that was typed, and a new
// authenticator. The otpauth address is what the QR code shows, once. Nothing
// changes before Confirm; who may ask for it is kiosk/staff's rule.
func (s *Store) Enrol(r kiosk.Role, own secret.Secret) (uri string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending = nil
	i, err := index(r)
	if err != nil {
		return "", err
	}
	if n := own.Len(); n < 6 || n > 8 || own.Has(secret.Letter) || own.Has(secret.Other) {
		return "", ErrForm
	}
	p := party{enrolled: true}
	for _, b := range [][]byte{p.salt[:], p.secret[:]} {
		if _, err := io.ReadFull(s.cfg.Rand, b); err != nil {
			return "", err
		}
	}
	if err := own.Use(func(b []byte) error { p.hash = p.slow(b); return nil }); err != nil {
		return "", err
	}
	uri, err = address(s.cfg, r, p.secret[:])
	if err != nil {
		return "", err
	}
	s.pending = &pending{index: i, party: p}
	return uri, nil
}

func address(cfg Config, r kiosk.Role, key []byte) (string, error) {
	k, err := totp.Generate(totp.GenerateOpts{Issuer: cfg.Issuer, AccountName: cfg.Machine + " " + roleName[r], Secret: key,
		Period: stepOptions.Period, Digits: stepOptions.Digits, Algorithm: stepOptions.Algorithm})
	if err != nil {
		return "", err
	}
	return k.URL(), nil
}

var roleName = map[kiosk.Role]string{kiosk.Clerk: "clerk", kiosk.Technician: "technician"}

// Confirm ends an enrolment with the first code of the new authenticator, which
// proves that it works and agrees on the time. Right is on disk when it returns: the
// role's old codes are gone, and its wrong attempts with them.
func (s *Store) Confirm(code secret.Secret) (staff.Verdict, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pending == nil {
		return staff.Wrong, ErrNoEnrolment
	}
	now := s.now()
	next := s.file
	next.party[s.pending.index] = s.pending.party
	trial := &Attempt{s: &Store{file: next}, party: s.pending.index, now: now}
	m, err := trial.fits(code)
	if err != nil {
		return staff.Wrong, err
	}
	if m.now == 0 || m.behind {
		if s.pending.wrong++; s.pending.wrong >= maxConfirm {
			s.pending = nil
		}
		if m.behind || len(m.far) > 0 {
			return staff.ClockOff, nil
		}
		return staff.Wrong, nil
	}
	next.party[s.pending.index].used = m.now
	next.see(now)
	s.pending = nil
	if err := s.disk.write(next); err != nil {
		return staff.Wrong, fmt.Errorf("enrol: %w", err)
	}
	s.file = next
	return staff.Right, nil
}

// Abandon ends an enrolment that was not confirmed.
func (s *Store) Abandon() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending = nil
}
