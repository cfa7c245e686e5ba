package main

import (
	"context"
	"crypto/ecdh"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
	"multicopy.example/offline"
	"multicopy.example/offline/record"
)

// ledgerOptions let everything happen within a second that takes a kiosk a
// month: tidying after a moment, letting go after a few hundred records.
func ledgerOptions() (offline.Options, error) {
	seed := sha256.Sum256([]byte("powercut")) // a key that is no secret; nothing here is opened
	key, err := ecdh.X25519().NewPrivateKey(seed[:])
	if err != nil {
		return offline.Options{}, err
	}
	return offline.Options{Now: time.Now, Key: key.PublicKey().Bytes(), Keep: 200, IdleAfter: 3 * time.Millisecond}, nil
}

// A hand does at random what a kiosk does to its ledger.
type hand struct {
	l   *offline.Ledger
	r   *rand.Rand
	say say
}

func writeLedger(dir string, w way) error {
	h := &hand{r: w.r, say: w.say}
	dir = filepath.Join(dir, "ledger")
	if w.rough {
		return h.mending(dir)
	}
	for {
		if err := h.day(dir); err != nil {
			return err
		}
	}
}

// day is one opening and what follows until the ledger is closed.
func (h *hand) day(dir string) error {
	if h.l == nil {
		if err := errors.Join(h.say("do open"), h.open(dir)); err != nil {
			return err
		}
	}
	for n := h.r.IntN(60); n >= 0; n-- {
		if err := h.something(); err != nil {
			return err
		}
	}
	err := errors.Join(h.say("do close"), h.l.Close())
	h.l = nil
	return err
}

// open ends what an earlier life left open, as the loop does at its start.
func (h *hand) open(dir string) error {
	opt, err := ledgerOptions()
	if err != nil {
		return err
	}
	if h.l, err = offline.OpenLedger(context.Background(), dir, opt); err != nil {
		return err
	}
	if h.l.Aside() != nil {
		return fmt.Errorf("%w: %w", errAside, h.l.Aside().Reason)
	}
	if err := h.shows(); err != nil {
		return err
	}
	left, err := h.l.Open(context.Background())
	if err != nil {
		return err
	}
	for _, e := range left {
		if err := h.append(e.Close()); err != nil {
			return err
		}
	}
	return nil
}

var errAside = errors.New("set aside")

// shows says what the newest record is. Where an earlier life ended before
// Append had answered, it is one that was not promised; but from here on the
// authority may be sent it and its intent be ended, so that it is shown is a
// promise.
func (h *hand) shows() error {
	head := h.l.Head()
	if head.Seq == 0 {
		return nil
	}
	rs, err := h.l.Records(context.Background(), head.Seq, 1)
	if err != nil || len(rs) == 0 {
		return err // acknowledged and let go
	}
	d, err := record.DecodeHeader(rs[0].Bytes)
	if err != nil {
		return err
	}
	return h.say("shows %d %x %d %x", head.Seq, head.Hash, d.Kind, d.Session)
}

func (h *hand) something() error {
	switch p := h.r.IntN(100); {
	case p < 60:
		return h.visit()
	case p < 75:
		return h.send(1)
	case p < 80:
		return h.send(1 << 20)
	case p < 83:
		return h.aside()
	}
	if err := h.say("do idle"); err != nil {
		return err
	}
	time.Sleep(time.Duration(h.r.IntN(20)) * time.Millisecond) // the authority is away
	return nil
}

// visit writes the lines of one resident, or the first of them.
func (h *hand) visit() error {
	var s kiosk.SessionID
	var g kiosk.GrantID
	for i := range s {
		s[i], g[i] = byte(h.r.Uint32()), byte(h.r.Uint32())
	}
	lines := visit(s, g)
	if h.r.IntN(5) == 0 {
		lines = lines[:1+h.r.IntN(len(lines))]
	}
	for _, e := range lines {
		if err := h.append(e); err != nil {
			return err
		}
	}
	return nil
}

func visit(s kiosk.SessionID, g kiosk.GrantID) []kiosk.Entry {
	line := func(k kiosk.EntryKind, g kiosk.GrantID, before, after int8, o kiosk.Outcome) kiosk.Entry {
		return kiosk.Entry{Kind: k, Session: s, Grant: g, Flow: kiosk.FlowP, Act: kiosk.Reset, Before: before, After: after, Outcome: o}
	}
	none := kiosk.GrantID{}
	return []kiosk.Entry{
		line(kiosk.EntryTrying, none, 3, -1, 0), line(kiosk.EntryTried, none, -1, 3, kiosk.Done),
		line(kiosk.EntryProving, none, -1, -1, 0), line(kiosk.EntryAsking, none, -1, -1, 0),
		line(kiosk.EntryWriting, g, 0, -1, 0), line(kiosk.EntryOutcome, g, -1, 5, kiosk.Done),
		line(kiosk.EntrySettled, g, -1, -1, kiosk.Done), line(kiosk.EntryEnded, none, -1, -1, 0),
	}
}

func (h *hand) append(e kiosk.Entry) error {
	if err := errors.Join(h.say("do append"), h.l.Append(context.Background(), e)); err != nil {
		return err
	}
	head := h.l.Head()
	return h.say("ok %d %x %d %x", head.Seq, head.Hash, e.Kind, e.Session)
}

// send acknowledges up to that many batches, as an authority would.
func (h *hand) send(batches int) error {
	for ; batches > 0; batches-- {
		b, err := h.l.Unsent(context.Background(), 1+h.r.IntN(50))
		if err != nil || len(b) == 0 {
			return err
		}
		last := b[len(b)-1]
		err = errors.Join(h.say("do acknowledge %d", last.Seq), h.l.Ack(context.Background(), port.Receipt{Epoch: last.Epoch, Seq: last.Seq}))
		if err != nil {
			return err
		}
		if err := h.say("noted %d", last.Seq); err != nil {
			return err
		}
	}
	return nil
}

// receipt is as long as the authority's; it is not verified here.
func receipt(r port.Record) port.Receipt {
	return port.Receipt{Epoch: r.Epoch, Seq: r.Seq, Head: r.Hash, Signature: make([]byte, 72)}
}

func (h *hand) aside() error {
	b, err := h.l.Unsent(context.Background(), 1)
	if err != nil || len(b) == 0 {
		return err
	}
	err = errors.Join(h.say("do acknowledge %d", b[0].Seq), h.l.SetAside(context.Background(), b[0].Epoch, b[0].Seq, "refused"))
	if err != nil {
		return err
	}
	return h.say("noted %d", b[0].Seq)
}
