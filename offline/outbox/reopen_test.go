package outbox

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
	"multicopy.example/offline"
	"multicopy.example/offline/record"
)

var ended = kiosk.Entry{Kind: kiosk.EntryEnded, Before: -1, After: -1}

// taker is an authority that takes everything and says how far it has come.
type taker struct{ have chan [16]byte }

func (u taker) Batch(ctx context.Context, records []port.Record) (port.Receipt, error) {
	last := records[len(records)-1]
	select {
	case u.have <- last.Epoch:
	case <-ctx.Done():
	}
	return port.Receipt{Epoch: last.Epoch, Seq: last.Seq, Head: last.Hash}, ctx.Err()
}

// waits returns when the sender has handed over everything and waits for more.
func (o *Outbox) waits(t *testing.T, up taker) {
	t.Helper()
	for {
		n, _, err := o.current().Queue(t.Context())
		if err == nil && n == 0 {
			return
		}
		select {
		case <-up.have:
		case <-time.After(10 * time.Millisecond):
		case <-t.Context().Done():
			t.Fatal("the test ended first")
		}
	}
}

// A sender that had nothing to send slept on the ledger that was closed under
// it, and every record after that waited for the next start of the firmware.
func TestRecordsOfALedgerOpenedAnewAreSent(t *testing.T) {
	m, err := Open(t.Context(), newDir(t), testConfig())
	must.OK(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	up, sent := taker{make(chan [16]byte)}, make(chan struct{})
	go func() { defer close(sent); m.Send(ctx, up, 0) }()
	m.waits(t, up)
	old := m.current()
	gone, over := context.WithCancel(t.Context())
	over()
	if err := m.Append(gone, ended); err == nil { // no clear answer: the deadline was over
		t.Fatal("an append without time was an append")
	}
	must.OK(t, must.Err(m.Open(t.Context())))
	if m.current() == old {
		t.Fatal("not opened anew")
	}
	must.OK(t, m.Append(t.Context(), ended))
	select {
	case <-up.have:
	case <-time.After(20 * time.Second):
		t.Error("the records of the ledger that was opened again are not sent")
	}
	cancel()
	<-sent
	must.Note(t, m.Close())
}

// What the ledger refused it knows well. Opening it anew, again with each proof
// of life, took the sender away that was about to make room.
func TestALedgerThatRefusedALineIsNotOpenedAnew(t *testing.T) {
	for _, refused := range []error{offline.ErrFull, offline.ErrQueue, record.ErrEntry} {
		if !plain(refused) {
			t.Errorf("%v leaves a doubt", refused)
		}
	}
	for _, doubt := range []error{offline.ErrLate, offline.ErrBroken, offline.ErrClosed, context.DeadlineExceeded} {
		if plain(doubt) {
			t.Errorf("%v leaves no doubt", doubt)
		}
	}
	m, err := Open(t.Context(), newDir(t), testConfig())
	must.OK(t, err)
	old := m.current()
	if err := m.Append(t.Context(), kiosk.Entry{Kind: 99}); err == nil {
		t.Fatal("a line of no kind was taken")
	}
	if _, err := m.Open(t.Context()); err != nil || m.current() != old {
		t.Errorf("opened anew (%v)", err)
	}
	must.Note(t, m.Close())
}

// A start on a full disk has no line. It gets one before the first line that
// the disk takes again.
func TestAStartOnAFullDiskIsInTheLedgerLater(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	m, err := Open(t.Context(), dir, testConfig())
	must.OK(t, err)
	m.booted = false // as it is after offline.ErrFull
	for range 2 {
		must.OK(t, m.Append(t.Context(), ended))
	}
	all, err := m.current().Records(t.Context(), 2, 10)
	if err != nil || len(all) != 3 {
		t.Fatalf("%d records, %v", len(all), err)
	}
	if h, err := record.DecodeHeader(all[0].Bytes); err != nil || h.Kind != kiosk.EntryBoot {
		t.Errorf("%v, %v", h.Kind, err)
	}
	must.Note(t, m.Close())
}
