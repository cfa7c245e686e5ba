package main

import (
	"errors"
	"fmt"
	"sync"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
)

var proofs = []requirement{
	{"/prove", "a session without a ticket is over", with(begunP, func(_ *suite, v *visit) error {
		return wants(v.proves(kiosk.Reset, nil), wire.CodeOver)
	})},
	{"/prove", "each challenge once: a second proof of it is over", with(claimedP, func(_ *suite, v *visit) error {
		return first(v.proves(kiosk.Reset, nil), wants(v.proves(kiosk.Reset, nil), wire.CodeOver), wants(v.proves(kiosk.Unlock, nil), wire.CodeOver))
	})},
	{"/prove", "a challenge that was proved badly is spent too", with(claimedP, func(_ *suite, v *visit) error {
		spoil := func(p *wire.ProofContext) { p.Challenge[0]++ }
		return first(wants(v.proves(kiosk.Reset, spoil), wire.CodeCardFault), wants(v.proves(kiosk.Reset, nil), wire.CodeOver))
	})},
	{"/prove", "of eight proofs of one challenge at once, one is believed", with(claimedP, func(_ *suite, v *visit) error {
		return once(8, func() error { return v.proves(kiosk.Reset, nil) }, wire.CodeOver)
	})},
	unproved("session", func(v *visit, p *wire.ProofContext) { p.Session[0]++ }),
	unproved("challenge", func(v *visit, p *wire.ProofContext) { p.Challenge[31]++ }),
	unproved("ticket", func(v *visit, p *wire.ProofContext) { p.Ticket[0]++ }),
	unproved("kiosk's key", func(v *visit, p *wire.ProofContext) { p.KioskKey[0]++ }),
	unproved("user certificate", func(v *visit, p *wire.ProofContext) { p.UserCert = p.UserCert[1:] }),
	unproved("flow", func(v *visit, p *wire.ProofContext) { p.Flow = kiosk.FlowU }),
	unproved("act", func(v *visit, p *wire.ProofContext) { p.Act = kiosk.Unlock }),
	unproved("factor", func(v *visit, p *wire.ProofContext) { p.Factor ^= 1 }),
	{"/prove", "a signature by the key whose secret is to be renewed is a card_fault", func(s *suite) error {
		for _, f := range flows {
			v, err := s.claimed(f)
			if err != nil {
				return err
			}
			swapped := *v.card
			swapped.auth, swapped.sign = v.card.sign, v.card.auth
			v.card = &swapped
			if err := wants(v.proves(kiosk.Reset, nil), wire.CodeCardFault); err != nil {
				return fmt.Errorf("flow %s: %w", f, err)
			}
		}
		return nil
	}},
	{"/prove", "not while a grant has no outcome", with(grantedP, func(_ *suite, v *visit) error {
		return wants(v.proves(kiosk.Reset, nil), wire.CodeOver)
	})},
}

// unproved: the signature binds this.
func unproved(what string, spoil func(*visit, *wire.ProofContext)) requirement {
	return requirement{"/prove", "a signature over another " + what + " is a card_fault", with(claimedP, func(_ *suite, v *visit) error {
		return wants(v.proves(kiosk.Reset, func(p *wire.ProofContext) { spoil(v, p) }), wire.CodeCardFault)
	})}
}

// once is nil where of n at once one succeeds and the others are refused so.
func once(n int, do func() error, code wire.RefusalCode) error {
	errs := make([]error, n)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() { errs[i] = do() })
	}
	all.Wait()
	done := 0
	for _, err := range errs {
		if err == nil {
			done++
		} else if err := wants(err, code); err != nil {
			return err
		}
	}
	if done != 1 {
		return fmt.Errorf("%d of %d succeeded", done, n)
	}
	return nil
}

var grants = []requirement{
	{"/grant", "nothing without a proof", with(claimedP, func(_ *suite, v *visit) error {
		_, err := v.grants(kiosk.Reset)
		return wants(err, wire.CodeOver)
	})},
	{"/grant", "nothing after a proof that was not believed", with(claimedP, func(_ *suite, v *visit) error {
		if err := wants(v.proves(kiosk.Reset, func(p *wire.ProofContext) { p.Act = kiosk.Unlock }), wire.CodeCardFault); err != nil {
			return err
		}
		_, err := v.grants(kiosk.Reset)
		return wants(err, wire.CodeOver)
	})},
	{"/grant", "one proof, one grant: a second is over", with(grantedP, func(_ *suite, v *visit) error {
		_, err := v.grants(kiosk.Reset)
		return wants(err, wire.CodeOver)
	})},
	{"/grant", "of eight requests for one proof at once, one is granted", with(claimedP, func(_ *suite, v *visit) error {
		if err := v.proves(kiosk.Reset, nil); err != nil {
			return err
		}
		return once(8, func() error { _, err := v.grants(kiosk.Reset); return err }, wire.CodeOver)
	})},
	{"/grant", "three a reservation, each under a number of its own, and no fourth", with(grantedP, func(s *suite, v *visit) (err error) {
		seen, last := map[wire.ID]bool{}, *v.grant
		for n := 1; err == nil; n++ {
			if seen[last] {
				return errors.New("two grants have the same number")
			}
			seen[last] = true
			if err := v.settles(&last, kiosk.Failed); err != nil {
				return err
			}
			if err = v.proves(kiosk.Reset, nil); err == nil {
				var g wire.GrantReply
				g, err = v.grants(kiosk.Reset)
				last = g.Grant
			}
			if err != nil && n != 3 {
				return fmt.Errorf("after %d: %w", n, err)
			}
		}
		if err := wants(err, wire.CodeUsedReservation); err != nil {
			return err
		}
		_, err = s.opens(s.line, v.card)
		return wants(err, wire.CodeUsedReservation)
	})},
	{"/grant", "a later grant supersedes one that has no outcome, which no longer settles the reservation", with(grantedP, func(s *suite, v *visit) error {
		w, err := s.again(v.card, v.code)
		if err := first(err, w.claim()); err != nil {
			return err
		}
		if err := w.proves(kiosk.Reset, nil); err != nil {
			return err
		}
		g, err := w.grants(kiosk.Reset)
		if err != nil {
			return err
		}
		return first(v.settles(v.grant, kiosk.Done), w.settles(&g.Grant, kiosk.Failed), w.proves(kiosk.Reset, nil))
	})},
}

var settles = []requirement{
	{"/settle", "the same again is answered again", func(s *suite) error {
		for _, o := range []kiosk.Outcome{kiosk.Done, kiosk.Failed, kiosk.Unknown} {
			v, err := grantedP(s)
			if err != nil {
				return err
			}
			if err := first(v.settles(v.grant, o), v.settles(v.grant, o)); err != nil {
				return fmt.Errorf("%s: %w", o, err)
			}
		}
		return nil
	}},
	{"/settle", "unknown may become done", becomes(kiosk.Unknown, kiosk.Done, true)},
	{"/settle", "unknown may become failed", becomes(kiosk.Unknown, kiosk.Failed, true)},
	{"/settle", "done becomes nothing else", becomes(kiosk.Done, kiosk.Failed, false)},
	{"/settle", "failed becomes nothing else", becomes(kiosk.Failed, kiosk.Done, false)},
	{"/settle", "without a grant the session's last one is meant", with(grantedP, func(_ *suite, v *visit) error {
		return first(v.settles(nil, kiosk.Done), v.settles(v.grant, kiosk.Done), wants(v.settles(v.grant, kiosk.Failed), wire.CodeOver))
	})},
	{"/settle", "a session that never had a grant can only have failed", with(claimedP, func(_ *suite, v *visit) error {
		return first(v.settles(nil, kiosk.Failed), wants(v.settles(nil, kiosk.Done), wire.CodeOver), wants(v.settles(nil, kiosk.Unknown), wire.CodeOver))
	})},
	{"/settle", "an unknown session and another's grant are over", with(grantedP, func(s *suite, v *visit) error {
		w, err := s.granted(kiosk.FlowU, kiosk.Reset)
		if err != nil {
			return err
		}
		if err := wants(v.settles(w.grant, kiosk.Done), wire.CodeOver); err != nil {
			return err
		}
		w.open.Session = freshID()
		return wants(w.settles(nil, kiosk.Failed), wire.CodeOver)
	})},
	{"/settle", "after failed and after unknown the fresh challenge is good for another grant", func(s *suite) error {
		for _, o := range []kiosk.Outcome{kiosk.Failed, kiosk.Unknown} {
			v, err := grantedP(s)
			if err != nil {
				return err
			}
			if err := first(v.settles(v.grant, o), v.proves(kiosk.Reset, nil)); err != nil {
				return fmt.Errorf("%s: %w", o, err)
			}
			if _, err = v.grants(kiosk.Reset); err != nil {
				return fmt.Errorf("%s: %w", o, err)
			}
		}
		return nil
	}},
	{"/settle", "the next visit of a card whose last one ended unknown is told so", with(grantedP, func(s *suite, v *visit) error {
		if err := v.settles(v.grant, kiosk.Unknown); err != nil {
			return err
		}
		r, err := s.opens(s.line, v.card)
		if err == nil && !r.Doubt {
			err = errors.New("no doubt")
		}
		if err != nil {
			return err
		}
		if err := v.settles(v.grant, kiosk.Failed); err != nil {
			return err
		}
		if r, err = s.opens(s.line, v.card); err == nil && r.Doubt {
			err = errors.New("still in doubt after it was settled")
		}
		return err
	})},
}

func becomes(was, told kiosk.Outcome, may bool) func(*suite) error {
	return with(grantedP, func(_ *suite, v *visit) error {
		if err := v.settles(v.grant, was); err != nil {
			return err
		}
		err := v.settles(v.grant, told)
		if may {
			return err
		}
		return wants(err, wire.CodeOver)
	})
}
