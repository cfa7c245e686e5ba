package domain

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"errors"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/offline/record"
)

// records keeps a batch up to the first record that is not what its number
// was before.
func (s *Service) records(c *call, m *wire.RecordsRequest) (any, error) {
	first, last := m.Records[0], m.Records[len(m.Records)-1]
	head := wire.KioskHead(last.Epoch, last.Seq, last.Hash)
	if !ecdsa.VerifyASN1(c.peer.Key, head[:], m.Signature) {
		return nil, refuse(wire.CodeContract, "the head of the batch is not signed by this kiosk")
	}
	b := &batch{call: c, log: s.log, most: s.policy.Quotas, size: len(m.Records)}
	var err error
	if b.known, err = c.Known(c.peer.Kiosk, first.Epoch, first.Seq-1, last.Seq); err != nil {
		return nil, err
	}
	if err := b.newLedger(first.Epoch); err != nil {
		return nil, err
	}
	if err := b.oneMoreApart(m.Records); err != nil {
		return nil, err
	}
	reply := &wire.RecordsReply{Envelope: c.reply(), Acked: first.Seq - 1}
	var kept *wire.Record
	for i := range m.Records {
		ok, err := b.take(&m.Records[i])
		if err != nil {
			return nil, err
		}
		if !ok {
			reply.Aside = true
			break
		}
		kept = &m.Records[i]
		reply.Acked = kept.Seq
	}
	if err := b.store(kept, last, m.Signature); err != nil {
		return nil, err
	}
	for i := range m.Records {
		if m.Records[i].Seq > reply.Acked {
			break
		}
		if err := s.learn(b, &m.Records[i]); err != nil {
			return nil, err
		}
	}
	if kept == nil {
		return reply, nil
	}
	digest := wire.AuthorityHead(c.peer.Kiosk, kept.Epoch, kept.Seq, kept.Hash)
	signature, err := s.keys.Receipt.Sign(rand.Reader, digest[:], crypto.SHA256)
	reply.Receipt = &wire.Receipt{Epoch: kept.Epoch, Seq: kept.Seq, Head: kept.Hash, Signature: signature}
	return reply, err
}

// learn settles a grant by its record where the kiosk could not say it itself:
// its power went between the outcome on its disk and the message to us. What
// a message already said is not changed by an older record.
//
// What cannot be read here is kept like everything else, and staff is called:
// a kiosk that seals to a wrong key lets its records go, for good, once they
// are acknowledged.
func (s *Service) learn(b *batch, r *wire.Record) error {
	h, err := record.DecodeHeader(r.Bytes)
	if err != nil {
		return nil // a version that only people can read
	}
	if !s.keys.Records.Knows(r.Bytes) {
		return b.alarm(r.Epoch, 0, "unread", "records are sealed to a key that is not the authority's")
	}
	if h.Kind != kiosk.EntryOutcome || h.Grant == (kiosk.GrantID{}) {
		return nil // opening costs more than the header
	}
	c := b.call
	line, err := s.keys.Records.Decode(r.Bytes)
	if err != nil {
		return b.alarm(r.Epoch, r.Seq, "unread", "an outcome does not open: its header or its body was changed")
	}
	id := wire.ID(line.Entry.Grant)
	var g *store.Grant
	session, reservation, err := s.known(c, store.VisitOf(wire.ID(line.Entry.Session), store.VisitGrant(&id, &g)))
	var refused *refusal
	if errors.As(err, &refused) {
		return nil
	}
	if err != nil || g == nil {
		return err
	}
	_, err = s.note(c, session, &reservation, *g, line.Entry.Outcome)
	return err
}
