package pn532_test

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"testing"
	"time"

	"multicopy.example/devices/pn532"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

var reconnections = flag.Int("reconnections", 1000, "how often readers are lost and found in TestReconnectingLeaksNothing")

func descriptors(t *testing.T) int {
	t.Helper()
	d, err := os.ReadDir("/proc/self/fd")
	must.OK(t, err)
	return len(d)
}

// Readers are lost in every way that a shop knows, and found again. No test
// beside this one is under way while it counts.
func TestReconnectingLeaksNothing(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // no finalizer may tidy up behind us
	const readers = 16
	var all [readers]*sim.Reader
	var drivers [readers]*pn532.Reader
	for i := range readers {
		all[i], drivers[i] = bench(t)
		all[i].Lay(newPlain())
	}
	times := func(n int) {
		var wg sync.WaitGroup
		for i := range readers {
			wg.Go(func() {
				for k := i; k < n; k += readers {
					if err := reconnect(all[i], drivers[i], k/readers); err != nil {
						t.Errorf("reader %d, reconnection %d: %v", i, k/readers, err)
						return
					}
				}
			})
		}
		wg.Wait()
	}
	times(8 * readers) // whatever is made once is made now
	files, routines := descriptors(t), runtime.NumGoroutine()
	times(*reconnections)
	if after := descriptors(t); after != files {
		t.Errorf("%d descriptors before, %d after %d reconnections", files, after, *reconnections)
	}
	settle := time.NewTicker(10 * time.Millisecond)
	defer settle.Stop()
	for looks := 0; runtime.NumGoroutine() > routines; looks++ {
		if looks == 1000 {
			t.Fatalf("%d goroutines before, %d after %d reconnections", routines, runtime.NumGoroutine(), *reconnections)
		}
		<-settle.C
	}
}

// reconnect loses a reader in the n-th way and finds it again.
func reconnect(virtual *sim.Reader, r *pn532.Reader, n int) error {
	ctx, cancel := ctxSoon()
	defer cancel()
	lost := func(f sim.Faults) error {
		virtual.Fault(f)
		defer virtual.Fault(sim.Faults{})
		if err := r.Ready(ctx); !isFault(err, kiosk.MsgReader) {
			return fmt.Errorf("ready: %w, want lost", err)
		}
		return nil
	}
	var err error
	switch n % 8 {
	case 0: // pulled out, and back on another pty
		virtual.Unplug()
		if err = lost(sim.Faults{}); err == nil {
			err = virtual.Plug()
		}
	case 1: // damaged frames
		err = lost(sim.Faults{BadDCS: true})
	case 2:
		err = r.Close()
	case 3: // pulled out in the middle of setting it up
		err = lost(sim.Faults{Unplug: true, After: 2})
		virtual.Unplug() // waits for its end
		if err == nil {
			err = virtual.Plug()
		}
	case 4: // made ready twice
		err = r.Ready(ctx)
	case 5:
		err = lost(sim.Faults{Early: true, After: 1})
	case 6: // lost with a card on it
		if err = r.Ready(ctx); err == nil {
			err = lostWithCard(virtual, r)
		}
	case 7: // pulled out while it waits
		virtual.Unplug()
		if _, err = r.Wait(ctx); !isFault(err, kiosk.MsgReader) {
			return fmt.Errorf("wait: %w, want lost", err)
		}
		err = virtual.Plug()
	}
	if err != nil {
		return err
	}
	return r.Ready(ctx)
}

func lostWithCard(virtual *sim.Reader, r *pn532.Reader) error {
	ctx, cancel := ctxSoon()
	defer cancel()
	l, err := r.Wait(ctx)
	if err != nil {
		return err
	}
	virtual.Fault(sim.Faults{BadTFI: true})
	defer virtual.Fault(sim.Faults{})
	if _, err := l.Transmit(ctx, query); err == nil {
		return fmt.Errorf("a reply from a host was taken for the card's")
	}
	return nil
}
