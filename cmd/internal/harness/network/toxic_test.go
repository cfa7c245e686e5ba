package network

import (
	"io"
	"net"
	"testing"
	"time"

	"multicopy.example/kiosk/must"
)

// ear hears what each connection says, whole, when that has ended.
func ear(t *testing.T) (address string, heard <-chan string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must.OK(t, err)
	t.Cleanup(func() { l.Close() })
	all := make(chan string, 8)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				b, _ := io.ReadAll(c) //nolint:errcheck // a torn connection is a short one
				c.Close()
				all <- string(b)
			}()
		}
	}()
	return l.Addr().String(), all
}

func open(t *testing.T, to string) *Network {
	t.Helper()
	r, err := Open(to)
	must.OK(t, err)
	t.Cleanup(r.Close)
	return r
}

// say says something on a connection of its own and hangs up.
func say(t *testing.T, r *Network, what string) {
	t.Helper()
	c, err := net.Dial("tcp", r.Address())
	must.OK(t, err)
	defer c.Close()
	must.OK(t, must.Err(c.Write([]byte(what))))
}

func TestWhatWasHeldArrivesAfterWhatWasSaidLater(t *testing.T) {
	to, heard := ear(t)
	r := open(t, to)
	caught, release, err := r.Hold()
	must.OK(t, err)
	say(t, r, "first")
	<-caught
	say(t, r, "second")
	if got := <-heard; got != "second" {
		t.Fatalf("%q came first", got)
	}
	release()
	if got := <-heard; got != "first" {
		t.Errorf("what was held became %q", got)
	}
	say(t, r, "third")
	if got := <-heard; got != "third" {
		t.Errorf("after the release %q came", got)
	}
}

func TestRestoringLetsGoWhatIsHeld(t *testing.T) {
	to, heard := ear(t)
	r := open(t, to)
	caught, _, err := r.Hold()
	must.OK(t, err)
	say(t, r, "held")
	<-caught
	must.OK(t, r.Restore())
	if got := <-heard; got != "held" {
		t.Errorf("mended, and %q came", got)
	}
}

func TestWhatIsRepeatedIsSaidTwice(t *testing.T) {
	to, heard := ear(t)
	r := open(t, to)
	must.OK(t, r.Repeat())
	say(t, r, "once")
	for range 2 {
		if got := <-heard; got != "once" {
			t.Errorf("%q came", got)
		}
	}
}

func TestATornRequestIsCutAtItsByte(t *testing.T) {
	to, heard := ear(t)
	r := open(t, to)
	must.OK(t, r.Apply(Toxic{Type: "limit_data", Up: true, With: map[string]any{"bytes": 3}}))
	say(t, r, "torn here")
	if got := <-heard; got != "tor" {
		t.Errorf("%q came", got)
	}
	must.OK(t, r.Restore())
	say(t, r, "whole")
	if got := <-heard; got != "whole" {
		t.Errorf("after mending %q came", got)
	}
}

func TestAnUnknownToxicIsSaid(t *testing.T) {
	if err := open(t, "127.0.0.1:1").Apply(Toxic{Type: "nothing"}); err == nil {
		t.Error("it was taken")
	}
}

// A proxy that stands still is replaced, at its own address.
func TestAProxyThatStandsStillIsReplaced(t *testing.T) {
	to, heard := ear(t)
	r := open(t, to)
	at := r.Address()
	r.proxy.Toxics.Lock() // as the connection that never ends does
	begun := time.Now()
	must.OK(t, r.Apply(Toxic{Type: "limit_data", Up: true, With: map[string]any{"bytes": 2}}))
	if r.Address() != at {
		t.Errorf("the network moved to %s", r.Address())
	}
	say(t, r, "torn")
	if got := <-heard; got != "to" {
		t.Errorf("%q came after %v", got, time.Since(begun))
	}
}
