package main

import (
	"context"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
	"multicopy.example/offline"
	"multicopy.example/offline/outbox"
)

// heard is a kiosk's client that says what it is asked.
type heard struct {
	*authority.Client
	each func(first, last uint64)
}

func (h heard) Batch(ctx context.Context, records []port.Record) (port.Receipt, error) {
	r, err := h.Client.Batch(ctx, records)
	h.each(records[0].Seq, records[len(records)-1].Seq)
	return r, err
}

// TestPowerGoneBeforeSettleWithALongQueue: the outcome is on the disk behind
// 5,000 records, and the power goes before the authority is told. The authority knows
// after the first request of the kiosk's next start.
func TestPowerGoneBeforeSettleWithALongQueue(t *testing.T) {
	onEach(t, powerGoneBeforeSettleWithALongQueue)
}

func powerGoneBeforeSettleWithALongQueue(t *testing.T, on engine) {
	b := start(t, on)
	key, err := wire.ParseSealingKey(file(t, b.dir, fixture.RecordsPub))
	must.OK(t, err)
	c := b.card("hanako")
	r := b.reserve(c, kiosk.FlowP)
	s := b.claim(c, r)
	g := b.mustGrant(c, s, kiosk.Reset)

	dir := filepath.Join(t.TempDir(), "ledger")
	opt := offline.Options{Now: time.Now, Key: key, Keep: 100_000}
	l, err := offline.OpenLedger(t.Context(), dir, opt)
	must.OK(t, err)
	line := func(e kiosk.Entry) {
		t.Helper()
		e.Before, e.After = -1, -1
		must.OK(t, l.Append(t.Context(), e))
	}
	for range 5000 {
		line(kiosk.Entry{Kind: kiosk.EntryEnded, Message: kiosk.MsgNetwork})
	}
	line(kiosk.Entry{Kind: kiosk.EntryWriting, Session: s.ID, Grant: g.ID, Flow: kiosk.FlowP, Act: kiosk.Reset})
	line(kiosk.Entry{Kind: kiosk.EntryOutcome, Session: s.ID, Grant: g.ID, Flow: kiosk.FlowP, Act: kiosk.Reset, Outcome: kiosk.Done})
	must.OK(t, l.Close())
	l, err = offline.OpenLedger(t.Context(), dir, opt)
	must.OK(t, err)
	line(kiosk.Entry{Kind: kiosk.EntryBoot})

	ctx, cancel := context.WithCancel(t.Context())
	requests := 0
	next := uint64(1)
	each := func(first, last uint64) {
		if requests++; requests == 1 {
			if st := b.state(r); st.State != "done" || first != 5002 || last != 5002 {
				t.Errorf("after the first request, of records %d to %d, the reservation is %s", first, last, st.State)
			}
			return
		}
		if first != next {
			t.Errorf("request %d begins with record %d, want %d", requests, first, next)
		}
		if next = last + 1; next > 5003 {
			cancel()
		}
	}
	sender, err := outbox.New(l, heard{b.kiosk, each}, outbox.Options{Now: time.Now, Rand: rand.New(rand.NewPCG(1, 2))})
	must.OK(t, err)
	if err := sender.Run(ctx); !errors.Is(err, context.Canceled) && !errors.Is(err, offline.ErrLate) {
		t.Error(err)
	}
	must.OK(t, l.Close())
	if requests != 102 {
		t.Errorf("%d requests for 5,003 records and one ahead", requests)
	}
	b.wantAlarms()
	kept, err := b.app.Records(t.Context(), testKiosk)
	if err != nil || len(kept) != 5003 {
		t.Errorf("%d kept, %v", len(kept), err)
	}
	for _, k := range kept {
		if k.Flags != "" {
			t.Fatalf("record %d is marked %q", k.Seq, k.Flags)
		}
	}
}
