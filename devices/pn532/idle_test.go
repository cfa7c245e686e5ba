package pn532_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"multicopy.example/devices/pn532"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// promise is how soon a kiosk has to know that its reader is gone.
const promise = 5 * time.Second

// No card is on the reader, and it leaves, in every way, in the middle
// of the polling: Wait ends with its word for it, and the next Ready finds the
// reader that came back.
func TestReaderLostWhileItWaits(t *testing.T) {
	var wg sync.WaitGroup
	defer wg.Wait()
	for _, m := range misfortunes {
		for _, after := range []int{0, 1, 2, 3} { // the polls, whichever is next
			wg.Go(func() {
				if err := lostWhile(t, m.f, after, (*pn532.Reader).Wait); err != nil {
					t.Errorf("%s after %d polls: %v", m.name, after, err)
				}
			})
		}
	}
}

// The same without a caller that waits: the kiosk looks for its reader now and
// then, with the field off.
func TestReaderLostWhileIdle(t *testing.T) {
	var wg sync.WaitGroup
	defer wg.Wait()
	for _, m := range misfortunes {
		wg.Go(func() {
			look := func(r *pn532.Reader, ctx context.Context) (*pn532.Link, error) {
				for {
					if err := r.Answers(ctx); err != nil {
						return nil, err
					}
				}
			}
			if err := lostWhile(t, m.f, 7, look); err != nil {
				t.Errorf("%s: %v", m.name, err)
			}
		})
	}
}

// lostWhile strikes while call is under way.
func lostWhile(t *testing.T, f sim.Faults, after int, call func(*pn532.Reader, context.Context) (*pn532.Link, error)) error {
	virtual, r := bench(t)
	if err := r.Ready(soon(t)); err != nil {
		return err
	}
	asked := make(chan struct{}, 1000)
	virtual.Watch(func(s string) {
		if strings.HasPrefix(s, "> InList") || strings.HasPrefix(s, "> GetFirm") {
			select {
			case asked <- struct{}{}:
			default:
			}
		}
	})
	ctx, cancel := context.WithCancel(soon(t))
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		_, err := call(r, ctx)
		ended <- err
	}()
	for range after + 1 {
		<-asked
	}
	virtual.Watch(nil)
	virtual.Fault(f)
	late := time.AfterFunc(promise, cancel)
	defer late.Stop()
	began := time.Now()
	err := <-ended
	t.Logf("%+v: known after %v", f, time.Since(began).Round(time.Millisecond))
	if !isFault(err, kiosk.MsgReader) || errors.Is(err, context.Canceled) {
		return fmt.Errorf("%w, want lost within %v", err, promise)
	}
	virtual.Fault(sim.Faults{})
	if f.Unplug {
		virtual.Unplug()
		if err := virtual.Plug(); err != nil {
			return err
		}
	}
	virtual.Lay(newPlain())
	if err := visit(soon(t), r); err != nil {
		return fmt.Errorf("healed: %w", err)
	}
	return nil
}

// A look for the reader switches no field and says nothing to a card.
func TestLookForTheReaderTouchesNobody(t *testing.T) {
	card := newPlain()
	virtual, r, l := tapped(t, card)
	var said []string
	var mu sync.Mutex
	virtual.Watch(func(s string) { mu.Lock(); said = append(said, s); mu.Unlock() })
	for range 3 {
		must.OK(t, r.Answers(soon(t)))
	}
	virtual.Watch(nil)
	mu.Lock()
	if len(said) != 9 || slices.ContainsFunc(said, func(s string) bool { return !strings.Contains(s, "GetFirmwareVersion") && s != "< ACK" }) {
		t.Errorf("said %q", said)
	}
	mu.Unlock()
	if card.seen() != 0 || !card.powered() || card.losses != 0 {
		t.Error("the card noticed")
	}
	if _, err := l.Transmit(soon(t), query); err != nil {
		t.Errorf("the link did not survive: %v", err)
	}
}

func TestLookForTheReaderAfterACutCommand(t *testing.T) {
	virtual, r, l := tapped(t, newPlain())
	virtual.Fault(sim.Faults{AckOnly: true, Times: 1})
	ctx, cancel := context.WithCancel(soon(t))
	virtual.Watch(func(s string) {
		if s == "< ACK" {
			cancel()
		}
	})
	if _, err := l.Transmit(ctx, query); !errors.Is(err, port.ErrGone) {
		t.Fatal(err)
	}
	virtual.Watch(nil)
	if err := r.Answers(soon(t)); err != nil {
		t.Errorf("the chip is there: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.Answers(ended); !errors.Is(err, context.Canceled) || isFault(err, kiosk.MsgReader) {
		t.Errorf("%v, want cancelled and no fault", err)
	}
	if err := r.Answers(soon(t)); err != nil {
		t.Errorf("and still there: %v", err)
	}
	must.OK(t, r.Close())
	if err := r.Answers(soon(t)); !isFault(err, kiosk.MsgReader) {
		t.Errorf("closed: %v", err)
	}
}
