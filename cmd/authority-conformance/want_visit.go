package main

import (
	"errors"
	"fmt"
	"os/exec"
	"strconv"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
)

var flows = []kiosk.Flow{kiosk.FlowP, kiosk.FlowU}

var visits = []requirement{
	{"/open", "the session has the reserved flow, a number and a challenge of its own, five codes, no doubt", func(s *suite) error {
		for _, f := range flows {
			v, err := s.undoubted(f)
			if err != nil {
				return err
			}
			again, err := s.again(v.card, v.code)
			if err != nil {
				return err
			}
			switch a, b := v.open, again.open; {
			case kiosk.Flow(a.Flow) != f:
				return fmt.Errorf("flow %s was reserved", f)
			case a.UserCertificate != wire.Good || a.SignCertificate != wire.Good:
				return errors.New("a session for a certificate that is not good")
			case a.CodesLeft != 5 || a.Doubt:
				return fmt.Errorf("%d codes left, doubt %t", a.CodesLeft, a.Doubt)
			case a.Session == b.Session || a.Challenge == b.Challenge:
				return errors.New("two visits have the same session or challenge")
			}
		}
		return nil
	}},
	happy(kiosk.FlowP, kiosk.Reset), happy(kiosk.FlowP, kiosk.Unlock), happy(kiosk.FlowU, kiosk.Reset), happy(kiosk.FlowU, kiosk.Unlock),
}

// happy is one resident who gets what was reserved.
func happy(f kiosk.Flow, a kiosk.Act) requirement {
	return requirement{"/grant", fmt.Sprintf("flow %s, %s: from the one-time password to done; the command opens this card for this", f, a), func(s *suite) error {
		v, err := s.granted(f, a)
		if err != nil {
			return err
		}
		if err := v.settles(v.grant, kiosk.Done); err != nil {
			return err
		}
		_, err = s.opens(s.line, v.card)
		return wants(err, wire.CodeUsedReservation)
	}}
}

var refusals = func() (all []requirement) {
	all = append(all,
		requirement{"/open", "a certificate that cannot be read is refused with wrong_card", func(s *suite) error {
			_, err := s.opens(s.line, &card{cert: []byte("no certificate")})
			return wants(err, wire.CodeWrongCard)
		}},
		requirement{"/open", "refused with store where this kiosk may not carry out the reserved flow", func(s *suite) error {
			l, err := s.other("store")
			if err != nil {
				return err
			}
			c := s.card()
			if _, err := s.reserve(c, kiosk.FlowU); err != nil {
				return err
			}
			_, err = s.opens(l, c)
			if err := wants(err, wire.CodeStore); err != nil {
				return err
			}
			_, err = s.reserve(c, kiosk.FlowP)
			if err == nil {
				_, err = s.opens(l, c)
			}
			return err
		}},
		requirement{"/open", "refused with hours outside the hours of the service, and health says so; the same request later is answered", outsideHours})
	for _, code := range wire.Codes() {
		switch code {
		case wire.CodeWrongCard, wire.CodePhone, wire.CodeNoSign, wire.CodeExpired, wire.CodeChanged, wire.CodeRevoked,
			wire.CodeHeld, wire.CodeNoReservation, wire.CodeOldReservation, wire.CodeUsedReservation:
			all = append(all, requirement{"/open", "the card of -refused is refused with " + code.String(), func(s *suite) error {
				name := s.options.refused[code.String()]
				if name == "" {
					return notProvoked("no --refused " + code.String() + "=…")
				}
				c, err := readCard(s.options.residents, name)
				if err != nil {
					return err
				}
				_, err = s.opens(s.line, c)
				return wants(err, code)
			}})
		}
	}
	return all
}()

func outsideHours(s *suite) error {
	if s.app == nil && s.options.hours == "" {
		return notProvoked("no --hours")
	}
	c := s.card()
	if _, err := s.reserve(c, kiosk.FlowP); err != nil {
		return err
	}
	h, err := s.health()
	if err != nil {
		return err
	}
	// From one minute until the next, half a day away from now.
	far := (int(h.Now/60) + 9*60 + 12*60) % 1440
	if err := s.setHours(far, (far+1)%1440); err != nil {
		return err
	}
	reopen := func() error { return s.setHours(h.Hours.From, h.Hours.To) }
	defer reopen() //nolint:errcheck // the next opening says it
	closed, err := s.health()
	if err == nil && closed.State != wire.ServiceClosed {
		err = errors.New("health says that it is open")
	}
	if err != nil {
		return err
	}
	m := wire.OpenRequest{Envelope: s.mint(), Certificate: c.cert, UserTries: 3, SignTries: 5}
	_, err = ask[wire.OpenReply](s, s.line, wire.PathOpen, m)
	if err := first(wants(err, wire.CodeHours), reopen()); err != nil {
		return err
	}
	if _, err = ask[wire.OpenReply](s, s.line, wire.PathOpen, m); err != nil {
		return fmt.Errorf("the same request inside the hours: %w", err)
	}
	return nil
}

// setHours are minutes of the day.
func (s *suite) setHours(from, to int) error {
	if s.options.hours == "" {
		return s.app.SetHours(s.ctx, appclient.Hours{From: from, To: to})
	}
	if err := exec.CommandContext(s.ctx, s.options.hours, strconv.Itoa(from), strconv.Itoa(to)).Run(); err != nil {
		return fmt.Errorf("--hours: %w", err)
	}
	return nil
}
