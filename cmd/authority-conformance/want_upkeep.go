package main

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"net/http"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
)

// newLedger is the first n records of a ledger that no other kiosk has.
func newLedger(n int) (l []wire.Record) {
	epoch, prev := freshID(), wire.Hash{}
	for i := range n {
		body := make([]byte, 40)
		rand.Read(body)
		r := wire.Record{Epoch: epoch, Seq: uint64(i + 1), Prev: prev, Hash: sha256.Sum256(body), Bytes: body}
		l, prev = append(l, r), r.Hash
	}
	return l
}

// batch signs records as the kiosk of that line.
func (s *suite) batch(l *line, records []wire.Record) (m wire.RecordsRequest, err error) {
	key, ok := l.own.PrivateKey.(*ecdsa.PrivateKey)
	if !ok {
		return m, errors.New("the kiosk's key is not ECDSA")
	}
	m = wire.RecordsRequest{Envelope: s.mint(), Records: records}
	last := records[len(records)-1]
	head := wire.KioskHead(last.Epoch, last.Seq, last.Hash)
	m.Signature, err = ecdsa.SignASN1(rand.Reader, key, head[:])
	return m, err
}

// hands sends records and looks at what is said of them.
func (s *suite) hands(l *line, records []wire.Record) (r wire.RecordsReply, err error) {
	m, err := s.batch(l, records)
	if err != nil {
		return r, err
	}
	if r, err = ask[wire.RecordsReply](s, l, wire.PathRecords, m); err != nil {
		return r, err
	}
	before, last := records[0].Seq-1, records[len(records)-1].Seq
	switch {
	case r.Acked < before || r.Acked > last || (r.Acked == last) == r.Aside:
		return r, fmt.Errorf("of %d to %d, %d are kept, aside %t", before+1, last, r.Acked, r.Aside)
	case r.Acked == before:
		return r, nil
	case r.Receipt == nil:
		return r, errors.New("no receipt")
	}
	head := records[r.Acked-records[0].Seq]
	if t := r.Receipt; t.Epoch != head.Epoch || t.Seq != head.Seq || t.Head != head.Hash {
		return r, errors.New("a receipt for something else")
	}
	return r, wire.CheckReceipt(*r.Receipt, l.leaf.Subject.CommonName, l.peer.Load())
}

// keeps is nil where the batch is kept up to acked.
func (s *suite) keeps(records []wire.Record, acked uint64) error {
	r, err := s.hands(s.line, records)
	if err == nil && r.Acked != acked {
		err = fmt.Errorf("%d are kept, %d belong", r.Acked, acked)
	}
	return err
}

var upkeep = []requirement{
	{"/records", "kept and receipted by the authority's TLS key; the same again is acknowledged again", func(s *suite) error {
		l := newLedger(5)
		return first(s.keeps(l[:3], 3), s.keeps(l, 5), s.keeps(l[1:4], 4))
	}},
	{"/records", "fifty of the longest at once are kept", func(s *suite) error {
		l := newLedger(wire.MaxBatch)
		for i := range l {
			l[i].Bytes = make([]byte, wire.MaxBody)
			rand.Read(l[i].Bytes)
			l[i].Hash = sha256.Sum256(l[i].Bytes)
			if i > 0 {
				l[i].Prev = l[i-1].Hash
			}
		}
		return s.keeps(l, wire.MaxBatch)
	}},
	{"/records", "one with another hash under a known number is kept apart, and those behind it are not looked at", func(s *suite) error {
		l := newLedger(4)
		if err := s.keeps(l[:3], 3); err != nil {
			return err
		}
		forged := append([]wire.Record{}, l...)
		forged[1] = newLedger(2)[1]
		forged[1].Epoch, forged[1].Prev = l[0].Epoch, l[0].Hash
		return first(s.keeps(forged, 1), s.keeps(l, 4))
	}},
	{"/records", "numbers that do not follow each other, and two epochs in one batch, are refused", func(s *suite) error {
		l := newLedger(3)
		for _, bad := range [][]wire.Record{{l[0], l[2]}, {l[1], l[0]}, {l[0], l[0]}, {l[0], newLedger(2)[1]}} {
			m, err := s.batch(s.line, bad)
			if err != nil {
				return err
			}
			text, err := wire.Encode(m)
			if err := first(err, s.malformed(wire.PathRecords, text)); err != nil {
				return err
			}
		}
		return nil
	}},
	{"/records", "a head that this kiosk did not sign is refused", func(s *suite) error {
		l := newLedger(2)
		m, err := s.batch(s.line, l)
		if err != nil {
			return err
		}
		n, err := s.batch(s.line, l[:1])
		if err != nil {
			return err
		}
		m.Signature = n.Signature
		_, err = ask[wire.RecordsReply](s, s.line, wire.PathRecords, m)
		return first(wants(err, wire.CodeContract), s.keeps(l, 2))
	}},
	{"/records", "an outcome alone, ahead of its turn, settles its grant, and is taken again in its turn", with(grantedP, ahead)},
	{"/heartbeat", "is answered with the clock of /health", func(s *suite) error {
		h, err := s.health()
		if err != nil {
			return err
		}
		for _, out := range []string{"", "E-RDR"} {
			r, err := s.beat(s.line, out)
			if err != nil {
				return err
			}
			if r.Now < h.Now || r.Now > h.Now+60 {
				return fmt.Errorf("%d, and health said %d", r.Now, h.Now)
			}
		}
		return nil
	}},
	{"/certificate", "a new key of the same kiosk is certified, and serves; another kiosk's name is refused", renew},
}

// ahead is a kiosk whose power went before it could settle, with a queue.
func ahead(s *suite, v *visit) error {
	l := newLedger(7)
	r := wire.Record{Epoch: l[0].Epoch, Seq: 8, Prev: l[6].Hash, Bytes: outcome(l[6], v.open.Session, *v.grant)}
	r.Hash = sha256.Sum256(r.Bytes)
	l = append(l, r)
	if err := first(s.keeps(l[:2], 2), s.keeps(l[7:], 8)); err != nil {
		return err
	}
	_, err := s.opens(s.line, v.card)
	return first(wants(err, wire.CodeUsedReservation), s.keeps(l[7:], 8), s.keeps(l[2:7], 7), s.keeps(l[7:], 8))
}

// outcome is a record of version 1 with its body in clear (offline/record):
// done, in flow P.
func outcome(before wire.Record, session, grant wire.ID) []byte {
	const unknown = 0xFF // a counter
	b := append([]byte{1, byte(kiosk.EntryOutcome), 0, unknown}, before.Epoch[:]...)
	b = binary.BigEndian.AppendUint64(b, before.Seq+1)
	b = append(append(append(b, before.Hash[:]...), session[:]...), grant[:]...)
	b = append(b, 0, 20, byte(kiosk.FlowP), byte(kiosk.Reset), unknown, byte(kiosk.Done))
	return append(b, make([]byte, 16)...)
}

func (s *suite) health() (h wire.Health, err error) {
	a, err := s.judged(s.line, http.MethodGet, wire.PathHealth, nil)
	if err != nil {
		return h, err
	}
	return h, s.decode(a.body, &h)
}

// limits: what comes after them would have to wait.
var limits = []requirement{
	{"/open", "asked too often it is busy, with the seconds to wait", func(s *suite) error {
		c := s.card()
		if _, err := s.reserve(c, kiosk.FlowP); err != nil {
			return err
		}
		for range 500 {
			body, err := wire.Encode(wire.OpenRequest{Envelope: s.mint(), Certificate: c.cert, UserTries: 3, SignTries: 5})
			if err != nil {
				return err
			}
			a, err := s.judged(s.line, http.MethodPost, wire.PathOpen, body)
			var r *refused
			switch {
			case err == nil:
				continue
			case !errors.As(err, &r) || r.Code != wire.CodeBusy:
				return err
			case r.RetryAfter == 0 || a.header.Get("Retry-After") == "":
				return errors.New("busy without the seconds to wait")
			}
			return nil
		}
		return notProvoked("500 visits were opened")
	}},
}
