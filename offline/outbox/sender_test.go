package outbox

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
	"multicopy.example/offline"
)

// farEnd is an authority as far as the queue can tell: it keeps what it took
// by (epoch, seq), counts each once, and answers as the test's script says.
type farEnd struct {
	t      *testing.T
	took   []port.Record
	byKey  map[string][32]byte
	calls  []time.Time
	sizes  []int
	answer func(call int, batch []port.Record) (take int, err error) // take: how many to keep and acknowledge
	mute   bool                                                      // take them, but lose the answer
	keep   int                                                       // Options.Keep of the ledger that sends here
}

func (f *farEnd) Batch(_ context.Context, batch []port.Record) (port.Receipt, error) {
	f.calls = append(f.calls, time.Now())
	f.sizes = append(f.sizes, len(batch))
	take, err := len(batch), error(nil)
	if f.answer != nil {
		take, err = f.answer(len(f.calls), batch)
	}
	if f.byKey == nil {
		f.byKey = map[string][32]byte{}
	}
	for i, r := range batch {
		if i > 0 && (r.Epoch != batch[0].Epoch || r.Seq != batch[i-1].Seq+1) {
			f.t.Errorf("a batch with a gap: %d after %d", r.Seq, batch[i-1].Seq)
		}
		if i >= take {
			continue
		}
		key := fmt.Sprintf("%x/%d", r.Epoch, r.Seq)
		if h, known := f.byKey[key]; known && h != r.Hash {
			f.t.Errorf("record %d came with another hash", r.Seq)
		} else if !known {
			f.byKey[key] = r.Hash
			f.took = append(f.took, r)
		}
	}
	switch {
	case f.mute:
		return port.Receipt{}, errors.New("connection reset")
	case take == 0:
		return port.Receipt{}, err
	}
	return receipt(batch[take-1]), err
}

type bench struct {
	dir    string
	ledger *offline.Ledger
	far    *farEnd
	sender *Sender
	done   chan error
	end    context.CancelFunc
}

// sending starts a Sender on a new ledger, inside the caller's bubble.
func sending(t *testing.T, far *farEnd, opt Options, before ...kiosk.Entry) *bench {
	t.Helper()
	dir := newDir(t)
	lopt := testOptions()
	lopt.Now, lopt.Keep = time.Now, far.keep
	b := &bench{dir: dir, ledger: mustOpen(t, dir, lopt), far: far, done: make(chan error, 1)}
	far.t = t
	mustAppend(t, b.ledger, before...)
	opt.Now = time.Now
	if opt.Rand == nil {
		opt.Rand = rand.New(rand.NewPCG(1, 2))
	}
	var err error
	b.sender, err = New(b.ledger, far, opt)
	must.OK(t, err)
	ctx, end := context.WithCancel(context.Background())
	b.end = end
	go func() { b.done <- b.sender.Run(ctx) }()
	return b
}

// finish ends the sending and closes the ledger; inside the bubble, so that
// nothing outlives it.
func (b *bench) finish(t *testing.T) {
	t.Helper()
	b.end()
	if err := <-b.done; !errors.Is(err, context.Canceled) {
		t.Errorf("Run ended with %v", err)
	}
	mustClose(t, b.ledger)
	mustVerify(t, b.dir)
}

func (b *bench) waiting(t *testing.T, want int) {
	t.Helper()
	if n, _, err := b.ledger.Queue(t.Context()); err != nil || n != want {
		t.Errorf("%d records wait, want %d (%v)", n, want, err)
	}
}

func (f *farEnd) inOrder(t *testing.T, want int) {
	t.Helper()
	if len(f.took) != want {
		t.Errorf("the authority has %d records, want %d", len(f.took), want)
	}
	for i, r := range f.took {
		if i > 0 && r.Epoch == f.took[i-1].Epoch && r.Seq <= f.took[i-1].Seq {
			t.Errorf("record %d came after %d", r.Seq, f.took[i-1].Seq)
		}
	}
}

func TestTheQueueIsDrainedInOrderAndInBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		far := &farEnd{}
		b := sending(t, far, Options{}, boots(120)...)
		synctest.Wait()
		b.waiting(t, 0)
		far.inOrder(t, 120)
		if fmt.Sprint(far.sizes) != "[50 50 20]" {
			t.Errorf("batches of %v", far.sizes)
		}
		mustAppend(t, b.ledger, visit(1)...) // and what is appended is sent at once
		synctest.Wait()
		far.inOrder(t, 128)
		if n := len(all(t, b.ledger)); n != 128 {
			t.Errorf("%d records are here; sending lets nothing go below Keep", n)
		}
		if s := b.sender.Status(); s.Sent != 128 || s.Last != nil || s.Stopped != nil {
			t.Errorf("%+v", s)
		}
		b.finish(t)
	})
}

func TestRetryAfterIsNeverShortened(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		far := &farEnd{answer: func(call int, batch []port.Record) (int, error) {
			if call <= 3 {
				return 0, fmt.Errorf("503: %w", port.ErrRetryLater{After: 90 * time.Second})
			}
			return len(batch), nil
		}}
		b := sending(t, far, Options{Spread: 10 * time.Second}, boots(3)...)
		time.Sleep(30 * time.Second)
		synctest.Wait()
		mustAppend(t, b.ledger, boot()) // a new record is no reason to ask sooner
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		for i := 1; i < 4; i++ {
			if d := far.calls[i].Sub(far.calls[i-1]); d < 90*time.Second || d > 100*time.Second {
				t.Errorf("asked again after %v", d)
			}
		}
		far.inOrder(t, 4)
		b.finish(t)
	})
}

func TestPausesDoubleAndDifferFromKioskToKiosk(t *testing.T) {
	firsts := map[time.Duration]bool{}
	for seed := range uint64(5) {
		synctest.Test(t, func(t *testing.T) {
			far := &farEnd{answer: func(int, []port.Record) (int, error) { return 0, errors.New("no route") }}
			start := time.Now()
			b := sending(t, far, Options{Spread: 30 * time.Second, Base: time.Second, Max: time.Minute, Rand: rand.New(rand.NewPCG(seed, 0))}, boot())
			time.Sleep(time.Hour)
			synctest.Wait()
			firsts[far.calls[0].Sub(start)] = true
			if d := far.calls[0].Sub(start); d > 30*time.Second {
				t.Errorf("first contact after %v", d)
			}
			want := time.Second
			for i := 1; i < len(far.calls); i++ {
				if d := far.calls[i].Sub(far.calls[i-1]); d < want/2 || d > want {
					t.Errorf("pause %d is %v, want %v to %v", i, d, want/2, want)
				}
				want = min(2*want, time.Minute)
			}
			if len(far.calls) < 60 {
				t.Errorf("%d calls in an hour", len(far.calls))
			}
			if s := b.sender.Status(); s.Failures != len(far.calls) || s.Next.IsZero() || s.Last == nil {
				t.Errorf("%+v", s)
			}
			b.waiting(t, 1)
			b.finish(t)
		})
	}
	if len(firsts) < 5 {
		t.Errorf("five kiosks made first contact at %d moments", len(firsts))
	}
}

func TestAPoisonedRecordIsSetAsideAndTheRestGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		poison := map[uint64]bool{1: true, 17: true, 18: true, 60: true}
		far := &farEnd{answer: func(_ int, batch []port.Record) (int, error) {
			for _, r := range batch {
				if poison[r.Seq] { // it does not say which
					return 0, fmt.Errorf("422: %w", port.ErrSetAside)
				}
			}
			return len(batch), nil
		}}
		b := sending(t, far, Options{}, boots(60)...)
		synctest.Wait()
		b.waiting(t, 0)
		far.inOrder(t, 56)
		if s := b.sender.Status(); s.Aside != 4 || s.Sent != 56 {
			t.Errorf("%+v", s)
		}
		b.finish(t)
		r := mustVerify(t, b.dir)
		if r.Aside != 4 || r.First != 1 || r.Last != 60 {
			t.Errorf("%+v", r)
		}
	})
}

func TestPartOfABatchIsAcknowledged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		far := &farEnd{answer: func(call int, batch []port.Record) (int, error) {
			switch call {
			case 1:
				return 7, port.ErrRetryLater{}
			case 2:
				return 3, nil // a silent shortfall is not an acknowledgement of the rest
			}
			return len(batch), nil
		}}
		b := sending(t, far, Options{}, boots(20)...)
		time.Sleep(time.Minute)
		synctest.Wait()
		far.inOrder(t, 20)
		if fmt.Sprint(far.sizes) != "[20 13 10]" {
			t.Errorf("batches of %v", far.sizes)
		}
		b.finish(t)
	})
}

func TestALostAnswerSendsTheSameRecordsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		far := &farEnd{mute: true}
		b := sending(t, far, Options{}, boots(5)...)
		time.Sleep(time.Minute)
		synctest.Wait()
		far.mute = false
		b.waiting(t, 5)
		time.Sleep(time.Hour)
		synctest.Wait()
		b.waiting(t, 0)
		far.inOrder(t, 5) // counted once, by epoch and seq
		b.finish(t)
	})
}

func TestStopKeepsEverythingUntilStaffHasLooked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bad := true
		far := &farEnd{answer: func(_ int, batch []port.Record) (int, error) {
			if bad {
				return 0, fmt.Errorf("403: %w", port.ErrStopSending)
			}
			return len(batch), nil
		}}
		b := sending(t, far, Options{}, boots(5)...)
		time.Sleep(30 * 24 * time.Hour)
		synctest.Wait()
		mustAppend(t, b.ledger, boot()) // appending goes on
		synctest.Wait()
		if len(far.calls) != 1 {
			t.Errorf("asked %d times", len(far.calls))
		}
		if s := b.sender.Status(); !errors.Is(s.Stopped, port.ErrStopSending) {
			t.Errorf("%+v", s)
		}
		b.waiting(t, 6)
		bad = false
		b.sender.Resume()
		synctest.Wait()
		if s := b.sender.Status(); s.Stopped != nil {
			t.Errorf("%+v", s)
		}
		far.inOrder(t, 6)
		b.finish(t)
	})
}

type liar struct {
	*farEnd
	lie func(*port.Receipt)
}

func (l liar) Batch(ctx context.Context, batch []port.Record) (port.Receipt, error) {
	r, _ := l.farEnd.Batch(ctx, batch)
	l.lie(&r)
	return r, nil
}

func TestAnAcknowledgementOfWhatWasNotSentStops(t *testing.T) {
	for name, lie := range map[string]func(*port.Receipt){
		"of records to come": func(r *port.Receipt) { r.Seq += 10 },
		"of another record":  func(r *port.Receipt) { r.Head[0]++ },
		"of another ledger":  func(r *port.Receipt) { r.Epoch[0]++ },
	} {
		synctest.Test(t, func(t *testing.T) {
			far := &farEnd{}
			b := sending(t, far, Options{})
			b.sender.up = liar{far, lie}
			mustAppend(t, b.ledger, boots(5)...)
			synctest.Wait()
			if s := b.sender.Status(); !errors.Is(s.Stopped, port.ErrStopSending) {
				t.Errorf("%s: %+v", name, s)
			}
			b.waiting(t, 5)
			b.finish(t)
		})
	}
}

// An attempt that ends before the handshake costs the authority next to nothing, so it goes on at
// a pace that finds the authority soon after its return; and what a night of
// that has taught does not hold up what comes after.
func TestUnreachableAuthorityIsAskedSteadily(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shut := fmt.Errorf("authority: %w: %w", port.ErrRetryLater{}, &net.OpError{Op: "dial", Err: errors.New("connection refused")})
		back := time.Now().Add(8 * time.Hour)
		var first time.Time
		far := &farEnd{answer: func(_ int, batch []port.Record) (int, error) {
			switch {
			case time.Now().Before(back):
				return 0, shut
			case first.IsZero():
				first = time.Now()
				return 0, errors.New("connection reset")
			}
			return len(batch), nil
		}}
		b := sending(t, far, Options{}, boots(3)...)
		time.Sleep(8*time.Hour + time.Minute)
		synctest.Wait()
		far.inOrder(t, 3)
		for i := 2; far.calls[i].Before(back); i++ {
			if d := far.calls[i].Sub(far.calls[i-1]); d < 15*time.Second || d > 30*time.Second {
				t.Fatalf("attempt %d after %v", i, d)
			}
		}
		last := far.calls[len(far.calls)-1]
		if first.Sub(back) > 30*time.Second || last.Sub(first) > time.Second {
			t.Errorf("asked %v after its return, and again after %v", first.Sub(back), last.Sub(first))
		}
		b.finish(t)
	})
}
