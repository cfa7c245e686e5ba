package outbox

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
	"multicopy.example/offline"
)

// handed is what one hand-over holds.
type handed struct{ first, last uint64 }

// listen notes what is handed over, before it is answered as told.
func (f *farEnd) listen(then func(call int, batch []port.Record) (int, error)) *[]handed {
	var all []handed
	f.answer = func(call int, batch []port.Record) (int, error) {
		all = append(all, handed{batch[0].Seq, batch[len(batch)-1].Seq})
		if then == nil {
			return len(batch), nil
		}
		return then(call, batch)
	}
	return &all
}

// queued is 120 lines, a visit cut short (its outcome is 126), and 30 more.
func queued() []kiosk.Entry {
	return slices.Concat(boots(120), cutShort(1), boots(30))
}

func TestWhatIsInDoubtGoesFirstAndIsCountedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		far := &farEnd{keep: -1}
		order := far.listen(nil)
		b := sending(t, far, Options{}, queued()...)
		synctest.Wait()
		if got := fmt.Sprint(*order); got != "[{126 126} {1 50} {51 100} {101 150} {151 156}]" {
			t.Errorf("handed over: %s", got)
		}
		if s := b.sender.Status(); s.Sent != 156 || s.Last != nil || s.Failures != 0 || len(far.took) != 156 {
			t.Errorf("%+v, and %d were taken", s, len(far.took))
		}
		wantDoubts(t, b.ledger)
		b.waiting(t, 0)
		b.finish(t)
	})
}

// The receipt of a record ahead speaks of that record. Kept as the ledger's, or
// taken for the watermark, it would let go of records that the authority does not have.
func TestTheReceiptOfARecordAheadIsNotTheLedgers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		far := &farEnd{keep: -1}
		far.listen(func(call int, batch []port.Record) (int, error) {
			if call > 1 {
				return 0, port.ErrRetryLater{}
			}
			return len(batch), nil
		})
		b := sending(t, far, Options{}, queued()...)
		time.Sleep(time.Hour)
		synctest.Wait()
		b.waiting(t, 156)
		if n := len(all(t, b.ledger)); n != 156 {
			t.Errorf("%d of 156 records are here", n)
		}
		b.finish(t)
		if r := mustVerify(t, b.dir); r.Acked != 0 || len(r.Receipts) != 0 || r.Waiting != 156 {
			t.Errorf("acknowledged up to %d, receipts %v, %d wait", r.Acked, r.Receipts, r.Waiting)
		}
	})
}

// What the next batch holds is not sent twice for nothing.
func TestAShortQueueGoesInOrderAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		far := &farEnd{}
		order := far.listen(nil)
		b := sending(t, far, Options{}, slices.Concat(boots(10), cutShort(1), boots(3))...)
		synctest.Wait()
		mustAppend(t, b.ledger, visit(2)[5])
		synctest.Wait()
		if got := fmt.Sprint(*order); got != "[{1 19} {20 20}]" {
			t.Errorf("handed over: %s", got)
		}
		b.finish(t)
	})
}

// Each class of answer means for a record ahead what it means for a batch.
func TestARecordAheadIsAnsweredBadly(t *testing.T) {
	for name, c := range map[string]struct {
		answer error
		want   string // handed over in an hour
	}{
		"later":       {port.ErrRetryLater{After: time.Minute}, "[{126 126} {126 126} {1 50} {51 100} {101 150} {151 156}]"},
		"lost":        {errors.New("connection reset"), "[{126 126} {126 126} {1 50} {51 100} {101 150} {151 156}]"},
		"aside":       {port.ErrSetAside, "[{126 126} {1 50} {51 100} {101 150} {151 156}]"},
		"stop":        {port.ErrStopSending, "[{126 126}]"},
		"out of turn": {nil, "[{126 126} {126 126} {1 50} {51 100} {101 150} {151 156}]"}, // nothing was acknowledged
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				far := &farEnd{}
				order := far.listen(func(call int, batch []port.Record) (int, error) {
					if call == 1 {
						return 0, c.answer
					}
					return len(batch), nil
				})
				b := sending(t, far, Options{}, queued()...)
				time.Sleep(time.Hour)
				synctest.Wait()
				if got := fmt.Sprint(*order); got != c.want {
					t.Errorf("handed over: %s", got)
				}
				if name == "later" && far.calls[1].Sub(far.calls[0]) < time.Minute {
					t.Errorf("asked again after %v", far.calls[1].Sub(far.calls[0]))
				}
				if stopped := b.sender.Status().Stopped; (stopped != nil) != (name == "stop") {
					t.Errorf("stopped: %v", stopped)
				}
				if name == "stop" {
					b.waiting(t, 156)
					b.sender.Resume()
					synctest.Wait()
				}
				b.waiting(t, 0)
				b.finish(t)
			})
		})
	}
}

// A record that is kept apart ahead of its turn is set aside in its turn, and
// blocks no record before that.
func TestARecordAheadIsPoison(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		far := &farEnd{}
		order := far.listen(func(_ int, batch []port.Record) (int, error) {
			for i, r := range batch {
				if r.Seq == 126 {
					return i, port.ErrSetAside
				}
			}
			return len(batch), nil
		})
		b := sending(t, far, Options{}, queued()...)
		synctest.Wait()
		b.waiting(t, 0)
		if s := b.sender.Status(); s.Aside != 1 || s.Sent != 155 || fmt.Sprint((*order)[:4]) != "[{126 126} {1 50} {51 100} {101 150}]" {
			t.Errorf("%+v after %v", s, *order)
		}
		b.finish(t)
	})
}

// The network goes in the middle of a long drain, and with it a visit's chance
// to say how it ended: that goes before the rest of the queue when there is a
// network again, and once.
func TestTheNetworkGoesDuringAVisitAndALongDrain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		appends := make(chan *offline.Ledger, 1)
		far := &farEnd{}
		order := far.listen(func(call int, batch []port.Record) (int, error) {
			switch call {
			case 2:
				mustAppend(t, <-appends, cutShort(2)...) // 157 to 162
				return 0, errors.New("connection reset")
			case 5:
				return 0, errors.New("connection reset")
			}
			return len(batch), nil
		})
		b := sending(t, far, Options{Spread: time.Second}, boots(156)...)
		appends <- b.ledger
		time.Sleep(time.Hour)
		synctest.Wait()
		if got := fmt.Sprint(*order); got != "[{1 50} {51 100} {162 162} {51 100} {101 150} {101 150} {151 162}]" {
			t.Errorf("handed over: %s", got)
		}
		if n := len(far.took); n != 162 {
			t.Errorf("%d were taken", n)
		}
		b.finish(t)
	})
}

// A visit that says itself how it ended, while a long queue is drained without
// trouble, costs no request more.
func TestAVisitDuringALongDrainIsNotSentAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		appends := make(chan *offline.Ledger, 1)
		far := &farEnd{}
		order := far.listen(func(call int, batch []port.Record) (int, error) {
			if call == 1 {
				mustAppend(t, <-appends, cutShort(2)...)
			}
			return len(batch), nil
		})
		b := sending(t, far, Options{Spread: time.Second}, boots(120)...)
		appends <- b.ledger
		time.Sleep(time.Minute)
		synctest.Wait()
		if got := fmt.Sprint(*order); got != "[{1 50} {51 100} {101 126}]" {
			t.Errorf("handed over: %s", got)
		}
		b.finish(t)
	})
}

// What a spoiled ledger still owed goes first, in its order; what is in doubt
// in its successor does not wait for it.
func TestASpoiledLedgersDebtsDoNotHoldUpADoubt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := newDir(t)
		opt := testOptions()
		opt.Now = time.Now
		l := mustOpen(t, dir, opt)
		mustAppend(t, l, slices.Concat(boots(70), cutShort(1))...)
		mustClose(t, l)
		spoil(t, dir)
		l = mustOpen(t, dir, opt)
		if l.Aside() == nil {
			t.Fatal("nothing was set aside")
		}
		mustAppend(t, l, boots(80)...)
		wantDoubts(t, l) // 76 was of the old one
		mustAppend(t, l, cutShort(2)...)
		if got := drained(t, l, l); got != "[{86 86} {1 50} {51 76} {1 50} {51 86}]" {
			t.Errorf("handed over: %s", got)
		}
	})
}

// drained lets a new sender send all that is in a queue, closes the ledger
// behind it, and tells what was handed over.
func drained(t *testing.T, q Queue, l *offline.Ledger) string {
	t.Helper()
	far := &farEnd{t: t}
	order := far.listen(nil)
	s, err := New(q, far, Options{Now: time.Now, Rand: rand.New(rand.NewPCG(1, 2))})
	must.OK(t, err)
	ctx, end := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	synctest.Wait()
	end()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("Run ended with %v", err)
	}
	mustClose(t, l)
	return fmt.Sprint(*order)
}

// blind is a ledger whose records in doubt cannot be read.
type blind struct{ *offline.Ledger }

func (blind) Doubts(context.Context) ([]port.Record, error) { return nil, offline.ErrSpoiled }

// What cannot be read ahead stops nothing that can be sent in order.
func TestDoubtsThatCannotBeReadWaitForTheirTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opt := testOptions()
		opt.Now = time.Now
		l := mustOpen(t, newDir(t), opt)
		mustAppend(t, l, queued()...)
		if got := drained(t, blind{l}, l); got != "[{1 50} {51 100} {101 150} {151 156}]" {
			t.Errorf("handed over: %s", got)
		}
	})
}

// Another start remembers nothing, and hands over once more what is still in
// doubt; while one runs, failures of others are no reason to.
func TestAKioskThatStartsAgainHandsOverOnceMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		far := &farEnd{}
		order := far.listen(func(_ int, batch []port.Record) (int, error) {
			if len(batch) > 1 {
				return 0, port.ErrRetryLater{After: time.Hour}
			}
			return 1, nil
		})
		b := sending(t, far, Options{}, queued()...)
		time.Sleep(150 * time.Minute)
		synctest.Wait()
		if got := fmt.Sprint(*order); got != "[{126 126} {1 50} {1 50} {1 50}]" {
			t.Errorf("handed over: %s", got)
		}
		b.end()
		if err := <-b.done; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		ctx, end := context.WithCancel(t.Context())
		b.end = end
		go func() { b.done <- b.sender.Run(ctx) }()
		synctest.Wait()
		if got := fmt.Sprint((*order)[4:]); got != "[{126 126} {1 50}]" {
			t.Errorf("handed over: %s", got)
		}
		b.finish(t)
	})
}
