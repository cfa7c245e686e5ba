package network

import (
	"io"
	"net"
	"testing"
	"time"

	"multicopy.example/kiosk/must"
)

const long = time.Minute

// echo answers every byte until the test ends.
func echo(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must.OK(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { io.Copy(c, c); c.Close() }() //nolint:errcheck // the network is cut on purpose
		}
	}()
	return l.Addr().String()
}

// heard dials, says a byte, and reports whether it came back within that time.
func heard(address string, limit time.Duration) bool {
	c, err := net.DialTimeout("tcp", address, limit)
	if err != nil {
		return false
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(limit)) //nolint:errcheck // a TCP connection has deadlines
	b := []byte{7}
	if _, err := c.Write(b); err != nil {
		return false
	}
	_, err = io.ReadFull(c, b)
	return err == nil
}

func TestTheNetworkIsCutSilentAndRestored(t *testing.T) {
	r, err := Open(echo(t))
	must.OK(t, err)
	defer r.Close()
	at := r.Address()
	if !heard(at, long) {
		t.Fatal("a whole network is silent")
	}
	r.Cut()
	if heard(at, long) {
		t.Fatal("a cut network leads somewhere")
	}
	must.OK(t, r.Silence())
	if heard(at, time.Second/2) {
		t.Fatal("a silent network answers")
	}
	must.OK(t, r.Restore())
	if r.Address() != at || !heard(at, long) {
		t.Fatalf("the mended network at %s (was %s) is not whole", r.Address(), at)
	}
}
