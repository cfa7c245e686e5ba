package domain

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"errors"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority"
	"multicopy.example/offline"
)

// records keeps a batch up to the first record that is not what its number
// was before.
func (s *Service) records(c *call, m *authority.RecordsRequest) (any, error) {
	last := m.Records[len(m.Records)-1]
	head := authority.KioskHead(last.Epoch, last.Seq, last.Hash)
	if !ecdsa.VerifyASN1(c.peer.Key, head[:], m.Signature) {
		return nil, refuse(authority.CodeContract, "the head of the batch is not signed by this kiosk")
	}
	reply := &authority.RecordsReply{Envelope: c.reply(), Acked: m.Records[0].Seq - 1}
	var kept *authority.Record
	for i := range m.Records {
		why, err := s.keep(c, &m.Records[i])
		if err != nil {
			return nil, err
		}
		if why != "" {
			reply.Aside = true
			s.log.Error("record kept apart, call staff", "kiosk", c.peer.Kiosk, "seq", m.Records[i].Seq, "why", why)
			break
		}
		kept = &m.Records[i]
		reply.Acked = kept.Seq
		if err := s.learn(c, kept); err != nil {
			return nil, err
		}
	}
	if kept == nil {
		return reply, nil
	}
	digest := authority.AuthorityHead(c.peer.Kiosk, kept.Epoch, kept.Seq, kept.Hash)
	signature, err := s.keys.Receipt.Sign(rand.Reader, digest[:], crypto.SHA256)
	reply.Receipt = &authority.Receipt{Epoch: kept.Epoch, Seq: kept.Seq, Head: kept.Hash, Signature: signature}
	return reply, err
}

// learn settles a grant by its record where the kiosk could not say it itself:
// its power went between the outcome on its disk and the message to us. What
// a message already said is not changed by an older record.
func (s *Service) learn(c *call, r *authority.Record) error {
	line, err := offline.Decode(r.Bytes)
	if err != nil || line.Entry.Kind != kiosk.EntryOutcome || line.Entry.Grant == (kiosk.GrantID{}) {
		return nil // another kind, or a version that only people can read
	}
	session, reservation, err := s.known(c, authority.ID(line.Entry.Session))
	var refused *refusal
	if errors.As(err, &refused) {
		return nil
	}
	if err != nil {
		return err
	}
	id := authority.ID(line.Entry.Grant)
	g, err := c.Grant(session.ID, &id)
	if errors.Is(err, store.ErrNone) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = s.note(c, session, &reservation, g, line.Entry.Outcome)
	return err
}

// keep stores one record; why is not empty where it was kept apart.
func (s *Service) keep(c *call, r *authority.Record) (why string, err error) {
	row := store.Record{Epoch: r.Epoch, Seq: r.Seq, Prev: r.Prev, Hash: r.Hash, Bytes: r.Bytes}
	known, err := c.RecordHash(c.peer.Kiosk, r.Epoch, r.Seq)
	switch {
	case err == nil && known == r.Hash && r.Hash == sha256.Sum256(r.Bytes):
		return "", nil
	case err != nil && !errors.Is(err, store.ErrNone):
		return "", err
	case r.Hash != sha256.Sum256(r.Bytes):
		why = "its hash is not that of its bytes"
	case err == nil:
		why = "another record has this number"
	}
	if why != "" {
		return why, c.AddAside(c.peer.Kiosk, row, why, c.now)
	}
	if row.Flags, err = s.flags(c, r); err != nil {
		return "", err
	}
	return "", c.AddRecord(c.peer.Kiosk, row, c.now)
}

// flags are the words that mark a record which was kept all the same.
func (s *Service) flags(c *call, r *authority.Record) (flags string, err error) {
	if c.peer.Expired {
		flags += "expired "
	}
	if c.revoked {
		flags += "revoked "
	}
	if r.Seq == 1 {
		return flags, nil
	}
	before, err := c.RecordHash(c.peer.Kiosk, r.Epoch, r.Seq-1)
	switch {
	case errors.Is(err, store.ErrNone):
		return flags + "gap ", nil
	case err == nil && before != r.Prev:
		return flags + "fork ", nil
	}
	return flags, err
}

// heartbeat keeps the last sign of life.
func (s *Service) heartbeat(c *call, m *authority.HeartbeatRequest) (any, error) {
	err := c.PutHeartbeat(c.peer.Kiosk, m.Version, m.Queue, m.Oldest, m.Out, c.now)
	return &authority.HeartbeatReply{Envelope: c.reply(), Now: c.now}, err
}

// renew certifies a new key of the same kiosk.
func (s *Service) renew(c *call, m *authority.RenewRequest) (any, error) {
	der, err := s.keys.Renew(m.CSR, c.peer.Kiosk)
	if err != nil {
		return nil, refuse(authority.CodeContract, err.Error())
	}
	return &authority.RenewReply{Envelope: c.reply(), Certificate: der}, nil
}
