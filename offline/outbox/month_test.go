package outbox

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// A month of a network that comes and goes, with poison in the queue: in
// order, each record once, none lost, and the ledger let go what it may.
func TestMonthOffline(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	synctest.Test(t, func(t *testing.T) {
		r, net := rand.New(rand.NewPCG(seed, 1)), rand.New(rand.NewPCG(seed, 2))
		var up atomic.Bool
		poison := map[uint64]bool{}
		for range 5 {
			poison[1+r.Uint64N(3000)] = true
		}
		far := &farEnd{keep: 100, answer: func(_ int, batch []port.Record) (int, error) {
			if !up.Load() || net.IntN(5) == 0 {
				return net.IntN(len(batch) + 1), errors.New("cut")
			}
			for i, rec := range batch {
				if poison[rec.Seq] {
					return i, port.ErrSetAside
				}
			}
			return len(batch), nil
		}}
		b := sending(t, far, Options{Spread: 30 * time.Second})
		for day := range 30 {
			up.Store(day >= 20 && r.IntN(2) == 0)
			mustAppend(t, b.ledger, boots(100)...)
			time.Sleep(24 * time.Hour)
			synctest.Wait()
		}
		up.Store(true)
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		b.waiting(t, 0)
		set := int(b.sender.Status().Aside)
		seen := map[uint64]bool{}
		for _, rec := range far.took {
			seen[rec.Seq] = true
		}
		for seq := uint64(1); seq <= 3000; seq++ {
			if !seen[seq] && !poison[seq] {
				t.Errorf("record %d never arrived", seq)
			}
		}
		if set > len(poison) || len(far.took) < 3000-len(poison) {
			t.Errorf("%d set aside, %d arrived", set, len(far.took))
		}
		if n := len(all(t, b.ledger)); n < 100 || n > 100+3*500 {
			t.Errorf("%d records are still here", n)
		}
		b.finish(t)
	})
}

func TestARefusedBatchOfAnEarlierLedgerDoesNotStopThisOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := newDir(t)
		before := mustOpen(t, dir, testOptions())
		for n := byte(1); n <= 7; n++ {
			mustAppend(t, before, visit(n)...)
		}
		mustAppend(t, before, visit(8)[:4]...)
		must.OK(t, before.Ack(t.Context(), receipt(all(t, before)[19])))
		mustClose(t, before)
		spoil(t, dir)
		far := &farEnd{t: t, answer: func(_ int, batch []port.Record) (int, error) {
			for i, r := range batch {
				if r.Seq == 30 {
					return i, port.ErrSetAside
				}
			}
			return len(batch), nil
		}}
		opt := testOptions()
		l := mustOpen(t, dir, opt)
		carried := l.Aside().Carried
		mustAppend(t, l, boots(10)...)
		sender, err := New(l, far, Options{Now: time.Now, Rand: rand.New(rand.NewPCG(1, 1))})
		must.OK(t, err)
		ctx, end := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- sender.Run(ctx) }()
		synctest.Wait()
		if n, _, err := l.Queue(ctx); n != 0 || err != nil {
			t.Errorf("%d wait, %v", n, err)
		}
		if st := sender.Status(); st.Aside != 1 || len(far.took) != carried-1+10 {
			t.Errorf("%+v, %d arrived, %d were carried over", st, len(far.took), carried)
		}
		if open, _ := l.Open(ctx); short(open) != "asking/8" {
			t.Errorf("sent is not settled: open is %q", short(open))
		}
		end()
		<-done
		mustClose(t, l)
		if r := mustVerify(t, dir); len(r.Open) != 1 {
			t.Errorf("%+v", r.Open)
		}
	})
}
