package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"testing"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// ledger makes records that chain.
type ledger struct {
	epoch [16]byte
	base  [32]byte // what the first record names
	other bool     // what is written from now on is another story
	all   []port.Record
}

func newLedger() *ledger {
	l := &ledger{}
	rand.Read(l.epoch[:])
	return l
}

// lines appends n records and answers the whole ledger.
func (l *ledger) lines(n int) []port.Record {
	for range n {
		r := port.Record{Epoch: l.epoch, Seq: uint64(len(l.all) + 1), Prev: l.base}
		if len(l.all) > 0 {
			r.Prev = l.all[len(l.all)-1].Hash
		}
		r.Bytes = binary.BigEndian.AppendUint64(append([]byte("record "), l.epoch[:]...), r.Seq)
		r.Bytes = append(r.Bytes, r.Prev[:]...)
		if l.other {
			r.Bytes = append(r.Bytes, "another story"...)
		}
		r.Hash = sha256.Sum256(r.Bytes)
		l.all = append(l.all, r)
	}
	return l.all
}

// TestRecordsCountOnce: batches of fifty, again, overlapping, and the rest.
func TestRecordsCountOnce(t *testing.T) { onEach(t, recordsCountOnce) }

func recordsCountOnce(t *testing.T, on engine) {
	b := start(t, on)
	l := newLedger()
	all := l.lines(120)
	for _, step := range []struct{ from, acked uint64 }{{0, 50}, {0, 50}, {30, 80}, {80, 120}, {119, 120}} {
		receipt, err := b.kiosk.Batch(t.Context(), all[step.from:])
		if err != nil || receipt.Seq != step.acked {
			t.Fatalf("from %d: %+v, %v", step.from, receipt, err)
		}
		if receipt.Epoch != l.epoch || receipt.Head != all[step.acked-1].Hash || len(receipt.Signature) == 0 || receipt.Key == [32]byte{} {
			t.Errorf("receipt %+v", receipt)
		}
	}
	kept, err := b.app.Records(t.Context(), testKiosk)
	if err != nil || len(kept) != 120 {
		t.Fatalf("%d kept, %v", len(kept), err)
	}
	for i, r := range kept {
		if r.Seq != uint64(i+1) || r.Hash != hex.EncodeToString(all[i].Hash[:]) || r.Flags != "" || r.Epoch != hex.EncodeToString(l.epoch[:]) {
			t.Errorf("record %d: %+v", i+1, r)
		}
	}
	if n, err := b.kiosk.Batch(t.Context(), nil); n.Seq != 0 || err != nil {
		t.Errorf("nothing: %+v, %v", n, err)
	}
}

// TestForkedLedgerIsKeptApart: another record under a number that is there.
func TestForkedLedgerIsKeptApart(t *testing.T) { onEach(t, forkedLedgerIsKeptApart) }

func forkedLedgerIsKeptApart(t *testing.T, on engine) {
	b := start(t, on)
	l := newLedger()
	all := l.lines(6)
	must.OK(t, must.Err(b.kiosk.Batch(t.Context(), all[:4])))
	fork := append([]port.Record{}, all...)
	fork[2].Bytes = []byte("something else")
	fork[2].Hash = sha256.Sum256(fork[2].Bytes)
	for range 2 { // again is no third record
		acked, err := b.kiosk.Batch(t.Context(), fork)
		if acked.Seq != 2 || !errors.Is(err, port.ErrSetAside) {
			t.Fatalf("acked %+v, %v", acked, err)
		}
	}
	acked, err := b.kiosk.Batch(t.Context(), fork[3:])
	if acked.Seq != 6 || err != nil {
		t.Errorf("behind it: %+v, %v", acked, err)
	}
	// A hash that is not of its bytes never gets in, first or not.
	other := newLedger()
	lies := other.lines(1)
	lies[0].Hash[0]++
	if acked, err := b.kiosk.Batch(t.Context(), lies); acked.Seq != 0 || !errors.Is(err, port.ErrSetAside) {
		t.Errorf("%+v, %v", acked, err)
	}
	err = b.sandbox.DB.Tx(t.Context(), func(tx *store.Tx) error {
		n, err := tx.Count("aside")
		if n != 2 {
			t.Errorf("%d lie apart", n)
		}
		return err
	})
	must.OK(t, err)
}

// TestGapAndForkAreFlagged, and kept: a record that is told is not lost.
func TestGapAndForkAreFlagged(t *testing.T) { onEach(t, gapAndForkAreFlagged) }

func gapAndForkAreFlagged(t *testing.T, on engine) {
	b := start(t, on)
	l := newLedger()
	all := l.lines(4)
	if acked, err := b.kiosk.Batch(t.Context(), all[2:3]); acked.Seq != 3 || err != nil {
		t.Fatal(acked, err)
	}
	fork := all[3]
	fork.Prev[0]++
	if acked, err := b.kiosk.Batch(t.Context(), []port.Record{fork}); acked.Seq != 4 || err != nil {
		t.Fatal(acked, err)
	}
	kept, err := b.app.Records(t.Context(), testKiosk)
	if err != nil || len(kept) != 2 || kept[0].Flags != "gap " || kept[1].Flags != "fork " {
		t.Errorf("%+v, %v", kept, err)
	}
}

// TestNewEpochInTheMiddle: only the front of one epoch is sent, so that the
// number acknowledged means one thing.
func TestNewEpochInTheMiddle(t *testing.T) { onEach(t, newEpochInTheMiddle) }

func newEpochInTheMiddle(t *testing.T, on engine) {
	b := start(t, on)
	old, young := newLedger(), newLedger()
	both := append(append([]port.Record{}, old.lines(3)...), young.lines(2)...)
	if acked, err := b.kiosk.Batch(t.Context(), both); acked.Seq != 3 || err != nil {
		t.Fatal(acked, err)
	}
	if acked, err := b.kiosk.Batch(t.Context(), both[3:]); acked.Seq != 2 || err != nil {
		t.Fatal(acked, err)
	}
}

// TestAuthorityAway: later, not stop, and not aside.
func TestAuthorityAway(t *testing.T) { onEach(t, authorityAway) }

func authorityAway(t *testing.T, on engine) {
	b := start(t, on)
	k := b.another("kiosk-0003", false)
	var later port.ErrRetryLater
	if acked, err := k.Batch(t.Context(), newLedger().lines(1)); acked.Seq != 0 || !errors.Is(err, port.ErrStopSending) || errors.As(err, &later) {
		t.Errorf("an unknown kiosk: %+v, %v", acked, err)
	}
	b.at.Listen = "127.0.0.1:1"
	k = b.another("kiosk-0004", true)
	if acked, err := k.Batch(t.Context(), newLedger().lines(1)); acked.Seq != 0 || !errors.As(err, &later) || errors.Is(err, port.ErrStopSending) {
		t.Errorf("the authority was away: %+v, %v", acked, err)
	}
}
