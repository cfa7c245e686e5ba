package main

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
)

var codes = []requirement{
	{"/code", "wrong ones are counted down to none, then the reservation is void and the right one is no use", with(askedP, func(s *suite, v *visit) error {
		for left := int8(4); left >= 0; left-- {
			r, err := v.types(v.wrong())
			if err != nil {
				return err
			}
			if r.Ticket != nil || r.CodesLeft != left {
				return fmt.Errorf("a ticket %t, %d left where %d belong", r.Ticket != nil, r.CodesLeft, left)
			}
		}
		_, err := v.types(v.code)
		_, after := s.opens(v.line, v.card)
		return first(wants(err, wire.CodeVoid), wants(after, wire.CodeVoid))
	})},
	{"/code", "the right one after four wrong ones is right, and is not counted", with(askedP, func(_ *suite, v *visit) error {
		for range 4 {
			if _, err := v.types(v.wrong()); err != nil {
				return err
			}
		}
		for range 2 {
			if r, err := v.types(v.code); err != nil || r.Ticket == nil || r.CodesLeft != 1 {
				return first(err, fmt.Errorf("a ticket %t, %d left where 1 belongs", r.Ticket != nil, r.CodesLeft))
			}
		}
		return nil
	})},
	{"/code", "of twenty wrong ones at once, from four sessions, no more than five are counted", with(askedP, parallelCodes)},
	{"/code", "one that was sealed for another request or session is a wrong one", with(askedP, func(s *suite, v *visit) error {
		w, err := s.again(v.card, v.code)
		if err != nil {
			return err
		}
		m, err := v.sealed(v.code)
		if err != nil {
			return err
		}
		m.Request = freshID()
		r, err := ask[wire.CodeReply](s, s.line, wire.PathCode, m)
		if err == nil && r.Ticket != nil {
			err = errors.New("a ticket for one that was sealed for another request")
		}
		if err != nil {
			return err
		}
		if m, err = v.sealed(v.code); err != nil {
			return err
		}
		m.Session = w.open.Session
		if r, err = ask[wire.CodeReply](s, s.line, wire.PathCode, m); err == nil && r.Ticket != nil {
			err = errors.New("a ticket for one that was sealed for another session")
		}
		return err
	})},
	{"/code", "none, where one is asked for, is refused and not counted", with(askedP, func(s *suite, v *visit) error {
		_, err := ask[wire.CodeReply](s, s.line, wire.PathCode, wire.CodeRequest{Envelope: s.mint(), Session: v.open.Session})
		if err := wants(err, wire.CodeContract); err != nil {
			return err
		}
		r, err := v.types(v.code)
		if err == nil && r.CodesLeft != 5 {
			err = fmt.Errorf("%d left", r.CodesLeft)
		}
		return err
	})},
	{"/code", "an unknown session is over", with(begunP, func(_ *suite, v *visit) error {
		v.open.Session = freshID()
		_, err := v.types(v.code)
		return wants(err, wire.CodeOver)
	})},
	{"/code", "a later session of the card takes the claim over", with(claimedP, func(s *suite, v *visit) error {
		if v.asksCode() != nil {
			return s.takenOverBySignature(v)
		}
		w, err := s.again(v.card, v.code)
		if err := first(err, w.claim()); err != nil {
			return err
		}
		return first(wants(v.proves(kiosk.Reset, nil), wire.CodeOver), w.proves(kiosk.Reset, nil))
	})},
	{"/code", "a session that never claimed blocks no other", with(begunP, func(s *suite, v *visit) error {
		w, err := s.again(v.card, v.code)
		if err := first(err, v.claim()); err != nil {
			return err
		}
		_ = w // it stays open while the other goes on
		return v.proves(kiosk.Reset, nil)
	})},
	{"/code", "a reservation that was made anew ends the sessions of the old one", with(begunP, func(s *suite, v *visit) error {
		if _, err := s.reserve(v.card, kiosk.FlowP); err != nil {
			return err
		}
		_, err := v.types(v.code)
		return wants(err, wire.CodeOver)
	})},
}

// takenOverBySignature is nil where the claim ends with the signature of the card
// in a later session, and not before: its certificate is no secret.
func (s *suite) takenOverBySignature(v *visit) error {
	w, err := s.again(v.card, v.code)
	if err := first(err, v.proves(kiosk.Reset, nil), w.claim()); err != nil {
		return err
	}
	if _, err := v.grants(kiosk.Reset); err != nil {
		return fmt.Errorf("a certificate took the claim over: %w", err)
	}
	return first(w.proves(kiosk.Reset, nil), wants(v.proves(kiosk.Reset, nil), wire.CodeOver))
}

func parallelCodes(s *suite, v *visit) error {
	sessions := []*visit{v}
	for range 3 {
		w, err := s.again(v.card, v.code)
		if err != nil {
			return err
		}
		sessions = append(sessions, w)
	}
	left := make([]int8, 20) // -1: refused
	errs := make([]error, len(left))
	var all sync.WaitGroup
	for i := range left {
		all.Go(func() {
			r, err := sessions[i%len(sessions)].types(v.wrong())
			left[i] = r.CodesLeft
			if err != nil {
				left[i], errs[i] = -1, wants(err, wire.CodeVoid)
			} else if r.Ticket != nil {
				errs[i] = errors.New("a ticket for a wrong one")
			}
		})
	}
	all.Wait()
	if err := first(errs...); err != nil {
		return err
	}
	// What is left is told as it stands when the reply is made, which the others
	// move; that an entry was counted shows in that it was answered.
	slices.Sort(left)
	if left[len(left)-6] != -1 || left[len(left)-1] > 4 {
		return fmt.Errorf("the replies left %v (-1: refused); five may be counted", left)
	}
	_, err := v.types(v.code)
	return wants(err, wire.CodeVoid)
}
