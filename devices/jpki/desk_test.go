package jpki_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"multicopy.example/devices/apdu"
	"multicopy.example/devices/jpki"
	"multicopy.example/devices/pn532"
	"multicopy.example/devices/serial"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

// The whole way down: the card's driver, the reader's driver with its frames,
// the UART, a pty, the virtual chip, the virtual card.

// A desk is one reader, and the hand that lays and lifts cards.
type desk struct {
	virtual *sim.Reader
	reader  *pn532.Reader
	hand    int
}

func newDesk(t testing.TB, hand int) *desk {
	t.Helper()
	virtual, err := sim.NewReader()
	must.OK(t, err)
	reader := pn532.New(func() (pn532.Port, error) { return serial.Open(virtual.Path(), pn532.BaseRate) }, quiet)
	must.OK(t, reader.Ready(t.Context()))
	return &desk{virtual, reader, hand}
}

func (d *desk) close() {
	_ = d.reader.Close()
	d.virtual.Close()
}

// patience is for one call: no call is meant to need it, however busy the
// machine is.
const patience = 30 * time.Second

// tap waits for the card that lies there. sent goes on from one link to the
// next.
func (d *desk) tap(t testing.TB, sent *[]apdu.Command) (*heard, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	l, err := d.reader.Wait(ctx)
	if isFault(err, kiosk.MsgReader) { // closed after a failure, as it should be
		if err = d.reader.Ready(ctx); err == nil {
			l, err = d.reader.Wait(ctx)
		}
	}
	return &heard{Link: l, t: t, sent: sent}, err
}

// A heard link keeps what was sent, without bodies, and lets a test step in.
type heard struct {
	jpki.Link
	t      testing.TB
	sent   *[]apdu.Command
	before func(n int) // n counts from 1
	n      int
}

func (h *heard) Transmit(_ context.Context, c apdu.Command) (apdu.Response, error) {
	if h.n++; h.before != nil {
		h.before(h.n)
	}
	if isSignCert(c) {
		h.t.Errorf("the signing certificate was asked for: %s", c.Header())
	}
	kept := c
	if kept.Data = nil; len(c.Data) > 0 {
		kept.Data = []byte{} // that there was a body
	}
	*h.sent = append(*h.sent, kept)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return h.Link.Transmit(ctx, c)
}

func (h *heard) Present(context.Context) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return h.Link.Present(ctx)
}

// sentTimes is how often that instruction was sent, with a body or without.
func sentTimes(sent []apdu.Command, ins byte, body bool) (n int) {
	for _, c := range sent {
		if c.INS == ins && (c.Data != nil) == body {
			n++
		}
	}
	return n
}

// spends: a try, an opening, a write.
func spends(c apdu.Command) bool {
	return c.INS == apdu.InsReset || (c.INS == apdu.InsVerify || c.INS == apdu.InsExternal || c.INS == apdu.InsChange) && c.Data != nil
}

// askedFirst: whatever spends was sent again only after the counters of both
// secrets were asked.
func askedFirst(t testing.TB, name string, sent []apdu.Command) {
	t.Helper()
	asked := map[byte]int{} // by instruction: counters asked since it was sent last
	for i, c := range sent {
		if c.INS == apdu.InsVerify && c.Data == nil {
			for ins := range asked {
				asked[ins]++
			}
		}
		if !spends(c) {
			continue
		}
		if n, before := asked[c.INS]; before && n < 2 {
			t.Errorf("%s: command %d, %s, was repeated after %d counters were asked", name, i+1, c.Header(), n)
		}
		asked[c.INS] = 0
	}
}

// onDesks does the jobs, each at a desk of its own, many at once: most of it is
// waiting.
func onDesks(t *testing.T, jobs []func(*desk)) {
	t.Helper()
	queue := make(chan func(*desk), len(jobs))
	for _, job := range jobs {
		queue <- job
	}
	close(queue)
	var wg sync.WaitGroup
	for hand := range min(hands, len(jobs)) {
		d := newDesk(t, hand)
		wg.Go(func() {
			defer d.close()
			for job := range queue {
				job(d)
				d.virtual.Fault(sim.Faults{})
				d.virtual.Lift()
			}
		})
	}
	wg.Wait()
}

// length is how many commands a visit has.
func length(t *testing.T, v visit, set func(*sim.Card)) int {
	t.Helper()
	card := worn(t)
	set(card)
	w := plug(t, card)
	if step, err := v.walk(t, jpki.New(w, trustedCAs(t), quiet)); err != nil {
		t.Fatalf("%s: step %d: %v", v, step, err)
	}
	return len(w.sent)
}
