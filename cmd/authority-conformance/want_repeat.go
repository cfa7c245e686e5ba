package main

import (
	"bytes"
	"fmt"
	"net/http"
	"sync"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
)

var idempotency = []requirement{
	{"Idempotency", "/open: the same id with the same bytes gets the same reply, with other bytes 422", func(s *suite) error {
		c := s.card()
		if _, err := s.reserve(c, kiosk.FlowP); err != nil {
			return err
		}
		m := wire.OpenRequest{Envelope: s.mint(), Certificate: c.cert, UserTries: 3, SignTries: 5}
		other := m
		other.SignTries = 4
		return s.repeats(wire.PathOpen, m, other)
	}},
	{"Idempotency", "/code: a wrong one repeated is counted once, with other bytes 422", with(askedP, func(s *suite, v *visit) error {
		m, err := v.sealed(v.wrong())
		if err != nil {
			return err
		}
		other := m
		other.Sealed = append(wire.Sealed{}, m.Sealed...)
		other.Sealed[40]++
		if err := s.repeats(wire.PathCode, m, other); err != nil {
			return err
		}
		r, err := v.types(v.code)
		if err == nil && r.CodesLeft != 4 {
			err = fmt.Errorf("%d left after one wrong one that was sent several times", r.CodesLeft)
		}
		return err
	})},
	{"Idempotency", "/code: the right one repeated gets the same ticket", with(begunP, func(s *suite, v *visit) error {
		m, err := v.sealed(v.code)
		if err != nil {
			return err
		}
		return s.repeats(wire.PathCode, m, nil)
	})},
	{"Idempotency", "/prove: the same id with the same bytes gets the same reply, with other bytes 422", with(claimedP, func(s *suite, v *visit) error {
		m, err := v.proof(kiosk.Reset, nil)
		if err != nil {
			return err
		}
		other := m
		other.Act = wire.Act(kiosk.Unlock)
		return s.repeats(wire.PathProve, m, other)
	})},
	{"Idempotency", "/grant: the same id with the same bytes gets the same grant, with other bytes 422", with(claimedP, func(s *suite, v *visit) error {
		if err := v.proves(kiosk.Reset, nil); err != nil {
			return err
		}
		m, other := v.request(), v.request()
		other.Request = m.Request
		return s.repeats(wire.PathGrant, m, other)
	})},
	{"Idempotency", "/settle: the same id with the same bytes gets the same reply, with other bytes 422", with(grantedP, func(s *suite, v *visit) error {
		m := wire.SettleRequest{Envelope: s.mint(), Session: v.open.Session, Grant: v.grant, Outcome: wire.Outcome(kiosk.Failed)}
		other := m
		other.Outcome = wire.Outcome(kiosk.Done)
		return s.repeats(wire.PathSettle, m, other)
	})},
	{"Idempotency", "/records: the same id with the same bytes gets the same reply, with other bytes 422", func(s *suite) error {
		l := newLedger(3)
		m, err := s.batch(s.line, l)
		if err != nil {
			return err
		}
		other, err := s.batch(s.line, l[:2])
		other.Request = m.Request
		return first(err, s.repeats(wire.PathRecords, m, other))
	}},
	{"Idempotency", "/heartbeat: the same id with the same bytes gets the same reply, with other bytes 422", func(s *suite) error {
		m := wire.HeartbeatRequest{Envelope: s.mint(), Version: "1.0.0", Queue: 1}
		other := m
		other.Queue = 2
		return s.repeats(wire.PathHeartbeat, m, other)
	}},
	{"Idempotency", "an id that was used on one path is 422 on another", func(s *suite) error {
		m := wire.HeartbeatRequest{Envelope: s.mint(), Version: "1"}
		if _, err := s.beats(s.line, m); err != nil {
			return err
		}
		// The refusal of a session that is not there need not be kept: it is the same
		// whenever it is made.
		_, err := ask[wire.SettleReply](s, s.line, wire.PathSettle, wire.SettleRequest{Envelope: m.Envelope, Session: freshID(), Outcome: wire.Outcome(kiosk.Failed)})
		return used(err)
	}},
	{"Idempotency", "a refusal is repeated like any other reply", func(s *suite) error {
		body, err := wire.Encode(wire.SettleRequest{Envelope: s.mint(), Session: freshID(), Outcome: wire.Outcome(kiosk.Failed)})
		if err != nil {
			return err
		}
		a, err := s.judged(s.line, http.MethodPost, wire.PathSettle, body)
		if err := wants(err, wire.CodeOver); err != nil {
			return err
		}
		b, err := s.judged(s.line, http.MethodPost, wire.PathSettle, body)
		if err := wants(err, wire.CodeOver); err != nil {
			return err
		}
		return alike(a, b)
	}},
	{"Idempotency", "of two kiosks, each may use the other's ids", func(s *suite) error {
		l, err := s.other("second")
		if err != nil {
			return err
		}
		m := wire.HeartbeatRequest{Envelope: s.mint(), Version: "1"}
		if _, err := s.beats(s.line, m); err != nil {
			return err
		}
		m.Queue = 7
		_, err = s.beats(l, m)
		return err
	}},
}

// repeats sends a message, again eight times at once, and then other bytes
// under its id.
func (s *suite) repeats(path string, m, other any) error {
	body, err := wire.Encode(m)
	if err != nil {
		return err
	}
	before, err := s.send(s.line, http.MethodPost, path, body)
	if err != nil {
		return err
	}
	errs := make([]error, 8)
	var all sync.WaitGroup
	for i := range errs {
		all.Go(func() {
			a, err := s.send(s.line, http.MethodPost, path, body)
			errs[i] = first(err, alike(before, a))
		})
	}
	all.Wait()
	if err := first(errs...); err != nil {
		return fmt.Errorf("the same bytes again: %w", err)
	}
	if other == nil {
		return nil
	}
	if body, err = wire.Encode(other); err != nil {
		return err
	}
	if _, err = s.send(s.line, http.MethodPost, path, body); used(err) != nil {
		return fmt.Errorf("other bytes: %w", used(err))
	}
	return nil
}

func alike(a, b answer) error {
	if a.status != b.status || !bytes.Equal(a.body, b.body) {
		return fmt.Errorf("another reply: %d %s, and before %d %s", b.status, b.body, a.status, a.body)
	}
	return nil
}

// used is nil where err is the refusal of an id that was used.
func used(err error) error {
	return breaks(err, http.StatusUnprocessableEntity)
}
