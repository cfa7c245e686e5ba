package soak

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"multicopy.example/cmd/internal/harness/network"
	"multicopy.example/kiosk/must"
)

// A tap lets bytes through and writes them down, for the lengths alone.
type tap struct {
	net.Listener
	mu       sync.Mutex
	up, down bytes.Buffer
}

func newTap(t *testing.T, to string) *tap {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must.OK(t, err)
	p := &tap{Listener: l}
	var copies sync.WaitGroup
	t.Cleanup(func() { l.Close(); copies.Wait() })
	copies.Go(func() {
		for {
			near, err := l.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", to)
			if err != nil {
				near.Close()
				continue
			}
			copies.Go(func() { io.Copy(&half{p, &p.up, far}, near); far.Close() })    //nolint:errcheck // it ends somehow
			copies.Go(func() { io.Copy(&half{p, &p.down, near}, far); near.Close() }) //nolint:errcheck // it ends somehow
		}
	})
	return p
}

type half struct {
	tap *tap
	log *bytes.Buffer
	to  io.Writer
}

func (h *half) Write(b []byte) (int, error) {
	h.tap.mu.Lock()
	h.log.Write(b)
	h.tap.mu.Unlock()
	return h.to.Write(b)
}

// A cutting is a byte behind which the line ends.
type cutting struct {
	after int
	name  string
}

// cuttings are all kinds of bytes of one direction: for each TLS record (RFC
// 8446, 5.1: type, version, length, then the fragment) before it, in its
// header, behind that, in its middle, before its last byte and behind it.
func cuttings(b []byte) (all []cutting, err error) {
	kinds := map[byte]string{20: "change cipher spec", 21: "alert", 22: "handshake", 23: "application data"}
	for at, n := 0, 1; at < len(b); n++ {
		if len(b)-at < 5 || kinds[b[at]] == "" {
			return nil, fmt.Errorf("no TLS record at byte %d", at)
		}
		end := at + 5 + int(b[at+3])<<8 + int(b[at+4])
		if end > len(b) {
			return nil, fmt.Errorf("a TLS record at byte %d that has no end", at)
		}
		for _, c := range []cutting{{at, "before"}, {at + 1, "one byte into"}, {at + 4, "in the header of"}, {at + 5, "behind the header of"},
			{(at + 5 + end) / 2, "in the middle of"}, {end - 1, "before the last byte of"}, {end, "behind"}} {
			all = append(all, cutting{c.after, fmt.Sprintf("%s record %d (%s)", c.name, n, kinds[b[at]])})
		}
		at = end
	}
	return all, nil
}

// TestTheLineEndsAtEachKindOfByte, of a full handshake and of a resumed one,
// in both directions: later, always; and each record is there once.
func TestTheLineEndsAtEachKindOfByte(t *testing.T) {
	t.Parallel()
	w := newSandbox(t)
	w.enrol(deskName, time.Now().AddDate(0, 0, -1), time.Now().AddDate(1, 0, 0))
	d := newDesk(t, w, time.Now)
	d.send()
	seq := uint64(0)
	exchange := func() (failures int) {
		t.Helper()
		seq++
		d.write(1)
		return d.until(seq)
	}
	for _, resumed := range []bool{false, true} {
		up, down := d.listen(exchange, resumed)
		for _, way := range []struct {
			up    bool
			bytes []byte
		}{{true, up}, {false, down}} {
			all, err := cuttings(way.bytes)
			must.OK(t, err)
			torn := 0
			for _, c := range all {
				d.fresh(exchange, resumed)
				must.OK(t, d.network.Apply(network.Toxic{Type: "limit_data", Up: way.up, With: map[string]any{"bytes": c.after}}))
				seq++
				d.write(1)
				a := d.next()
				switch class(a.err) {
				case "later":
					torn++
				case "taken": // cut behind what mattered
				default:
					t.Fatalf("cut %s, resumed %v, requests %v: %v", c.name, resumed, way.up, a.err)
				}
				must.OK(t, d.network.Restore())
				if class(a.err) != "taken" {
					d.until(seq)
				}
			}
			t.Logf("resumed %v, requests %v: %d bytes, cut in %d places, %d hand-overs torn", resumed, way.up, len(way.bytes), len(all), torn)
			if torn < len(all)/2 {
				t.Errorf("only %d of %d cuts were felt", torn, len(all))
			}
		}
	}
	d.once("")
}

// fresh makes the next exchange begin with a handshake, a full or a resumed
// one.
func (d *desk) fresh(exchange func() int, resumed bool) {
	d.Helper()
	d.line().Close()
	d.dial(time.Now)
	if resumed { // an exchange that leaves a ticket
		exchange()
		must.OK(d, d.network.Drop())
	}
}

// listen writes down the bytes of one exchange with its handshake.
func (d *desk) listen(exchange func() int, resumed bool) (up, down []byte) {
	d.Helper()
	t := d.TB.(*testing.T)
	p := newTap(t, d.network.Address())
	d.life.URL = "https://" + p.Addr().String()
	d.fresh(exchange, resumed)
	p.mu.Lock()
	p.up.Reset()
	p.down.Reset()
	p.mu.Unlock()
	exchange()
	d.line().Close() // the bytes of a request are all written before its answer
	d.life.URL = "https://" + d.network.Address()
	d.dial(time.Now)
	p.mu.Lock()
	defer p.mu.Unlock()
	return bytes.Clone(p.up.Bytes()), bytes.Clone(p.down.Bytes())
}
