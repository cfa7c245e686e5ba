package soak

import (
	"bytes"
	"io"
	"net"
	"testing"
	"time"

	"multicopy.example/kiosk/must"
)

// settled waits until the authority has answered n requests of this kiosk, to
// whomever.
func (d *desk) settled(n int) {
	d.Helper()
	late := time.After(long)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for d.replies() < n {
		select {
		case <-tick.C:
		case <-late:
			d.Fatalf("the authority answered %d requests and not %d", d.replies(), n)
		}
	}
}

// A retry overtakes the request that it repeats. What the old connection said
// arrives when the records, and later ones, are long acknowledged, and its
// sender has hung up: counted once, in order, nothing marked.
func TestARetryThatOvertakesItsOriginalIsCountedOnce(t *testing.T) {
	t.Parallel()
	w := newSandbox(t)
	w.enrol(deskName, time.Now().AddDate(0, 0, -1), time.Now().AddDate(1, 0, 0))
	d := newDesk(t, w, time.Now)
	d.send()
	d.write(1)
	d.until(1) // a connection that stays
	caught, release, err := d.network.Hold()
	must.OK(t, err)
	d.write(3)
	<-caught // 2, or 2 to 4, are on the way
	if failures := d.until(4); failures == 0 {
		t.Fatal("nothing was held")
	}
	d.write(2)
	d.until(6)
	answered := d.replies()
	release()
	d.settled(answered + 1)
	d.write(1)
	d.until(7)
	d.once("")
	if words := w.alarms(); len(words) != 0 {
		t.Errorf("the authority calls for a person because of %q", words)
	}
}

// Bytes of a whole connection that arrive once more, from wherever, do nothing:
// TLS 1.3 without early data has no replay.
func TestAConnectionThatIsSaidAgainIsNotHeard(t *testing.T) {
	t.Parallel()
	w := newSandbox(t)
	w.enrol(deskName, time.Now().AddDate(0, 0, -1), time.Now().AddDate(1, 0, 0))
	d := newDesk(t, w, time.Now)
	d.send()
	n := uint64(0)
	exchange := func() int { n++; d.write(1); return d.until(n) }
	for _, resumed := range []bool{false, true} {
		said, _ := d.listen(exchange, resumed)
		answered := d.replies()
		c, err := net.Dial("tcp", w.Listen())
		must.OK(t, err)
		must.OK(t, must.Err(c.Write(said)))
		c.SetReadDeadline(time.Now().Add(long)) //nolint:errcheck // a TCP connection has deadlines
		back, err := io.ReadAll(c)
		c.Close()
		if e, ok := err.(net.Error); ok && e.Timeout() {
			t.Fatal("the authority did not hang up")
		}
		if bytes.Contains(back, []byte("HTTP/1.1")) || d.replies() != answered {
			t.Errorf("resumed %v: a repeated connection was answered", resumed)
		}
	}
	d.once("")
}
