package soak

import (
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/internal/harness/network"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// What stops a kiosk or makes it wait is named, and deletes nothing: here the
// ledger, the sender and the client meet it together. What each certificate and
// each message means alone is proved in kiosk/authority and in the sandbox.

// refused expects one hand-over to come to this, with the ledger as it was.
func (d *desk) refused(classed string, word kiosk.Message, says ...string) {
	d.Helper()
	before := d.waiting()
	a := d.next()
	if got := class(a.err); got != classed || fault(a.err) != word || a.acked >= a.first {
		d.Errorf("records %d to %d: %q and %v, want %q and %v: %v", a.first, a.last, got, fault(a.err), classed, word, a.err)
	}
	for _, s := range says {
		if a.err == nil || !strings.Contains(a.err.Error(), s) {
			d.Errorf("%v does not say %q", a.err, s)
		}
	}
	if n := d.waiting(); n != before || n == 0 {
		d.Errorf("%d records waited, %d do now", before, n)
	}
}

// stopped expects the sender to stand still and to say why.
func (d *desk) stopped(word kiosk.Message) {
	d.Helper()
	late := time.After(long)
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		if why := d.sender.Status().Stopped; why != nil {
			if fault(why) != word {
				d.Errorf("staff reads %v", why)
			}
			return
		}
		select {
		case <-tick.C:
		case <-late:
			d.Fatal("the sender goes on")
		}
	}
}

func year(n int) time.Time { return time.Now().AddDate(n, 0, 0) }

// An expired or revoked kiosk hands in what it has, and each record is marked;
// everything else it asks for is refused by name.
func TestAnExpiredOrRevokedKioskStillHandsInItsRecords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		flag, says string
		from, to   time.Time
		revoke     bool
	}{
		{"expired", "expired", year(-2), time.Now().Add(-time.Hour), false},
		{"revoked", "revoked", year(-1), year(1), true},
	} {
		t.Run(c.flag, func(t *testing.T) {
			t.Parallel()
			w := newSandbox(t)
			w.enrol(deskName, c.from, c.to)
			if c.revoke {
				must.OK(t, w.Revoke(t.Context(), deskName))
			}
			d := newDesk(t, w, time.Now)
			d.write(3)
			d.send()
			d.until(3)
			d.once(c.flag + " ")
			_, err := d.line().Heartbeat(t.Context(), wire.Beat{Version: "1.0.0"})
			if fault(err) != kiosk.MsgPeer || err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("a sign of life: %v", err)
			}
			if words := w.alarms(); len(words) != 1 || words[0] != c.flag {
				t.Errorf("the authority calls for a person because of %q", words)
			}
		})
	}
}

// A kiosk that is not registered stops; when it was registered and staff has
// looked, the same records go.
func TestAnUnknownKioskStopsAndKeepsEverything(t *testing.T) {
	t.Parallel()
	w := newSandbox(t)
	w.certify(deskName, year(-1), year(1))
	d := newDesk(t, w, time.Now)
	d.write(3)
	d.send()
	d.refused("stop", kiosk.MsgPeer, "no kiosk of this name is registered")
	d.stopped(kiosk.MsgPeer)
	w.register(deskName)
	d.sender.Resume()
	d.until(3)
	d.once("")
}

// A clock that is wrong by years makes the authority's certificate look wrong.
// It is named as the clock, with both dates.
func TestAWrongClockIsNamedAndKeepsEverything(t *testing.T) {
	t.Parallel()
	for name, off := range map[string]int{"behind": -30, "ahead": +30} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newSandbox(t)
			w.enrol(deskName, year(-1), year(1))
			d := newDesk(t, w, func() time.Time { return year(off) })
			d.write(3)
			d.send()
			d.refused("stop", kiosk.MsgClock, year(off).UTC().Format(time.DateOnly), "the clock here says")
			d.stopped(kiosk.MsgClock)
			d.dial(time.Now)
			d.sender.Resume()
			d.until(3)
			d.once("")
		})
	}
}

// An authority that takes so many records a second and no more says when to
// come back, and is not asked before.
func TestAFullAuthorityIsNotAskedBeforeItsTime(t *testing.T) {
	t.Parallel()
	w := newSandbox(t, "--rate", "1")
	w.enrol(deskName, year(-1), year(1))
	d := newDesk(t, w, time.Now)
	d.send()
	d.write(1)
	for n := uint64(1); ; n++ { // a second has room for one
		a := d.next()
		var later port.ErrRetryLater
		if errors.As(a.err, &later) {
			if later.After < time.Second || fault(a.err) != kiosk.MsgBusy {
				t.Errorf("%v, and to wait for %v", a.err, later.After)
			}
			if d.waiting() != 1 {
				t.Errorf("%d records wait", d.waiting())
			}
			again := d.next()
			if waited := again.begun.Sub(a.ended); waited < later.After {
				t.Errorf("asked to wait for %v it came back after %v", later.After, waited)
			}
			if again.err != nil {
				d.until(n)
			}
			break
		}
		if a.err != nil || n > 100 {
			t.Fatalf("hand-over %d: %v", n, a.err)
		}
		d.write(1)
	}
	d.once("")
}

// An authority that has no place for a handshake ends the connection before it: that is
// the network, and later. A handshake that has stalled keeps its place for a
// second, so a busy machine may need more than one.
func TestAFullDoorwayIsLater(t *testing.T) {
	t.Parallel()
	w := newSandbox(t, "--handshakes", "1")
	w.enrol(deskName, year(-1), year(1))
	d := newDesk(t, w, time.Now)
	for n := uint64(1); ; n++ {
		stands, err := network.Stall(w.Listen())
		must.OK(t, err)
		defer stands.Close()
		d.dial(time.Now) // with no connection and no ticket
		d.write(1)
		if n == 1 {
			d.send()
		}
		a := d.next()
		if class(a.err) == "later" && fault(a.err) == kiosk.MsgNetwork {
			d.until(n)
			break
		}
		if a.err != nil || n == 20 {
			t.Fatalf("hand-over %d beside a stalled handshake: %v", n, a.err)
		}
	}
	d.once("")
}

// elsewhere is the same authority by its certificate, with another program.
func (w *sandbox) elsewhere(handler http.HandlerFunc) *httptest.Server {
	w.Helper()
	pair, err := tls.LoadX509KeyPair(w.File("server.crt.pem"), w.File("server.key.pem"))
	must.OK(w, err)
	ca := must.Read(w, w.File("ca.crt.pem"))
	clients := x509.NewCertPool()
	clients.AppendCertsFromPEM(ca)
	s := httptest.NewUnstartedServer(handler)
	s.TLS = &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clients}
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	s.StartTLS()
	w.Cleanup(s.Close)
	return s
}

// An authority of the next contract is told from trouble, both versions are
// named, and the records wait for a firmware that speaks it.
func TestAnotherContractStopsAndKeepsEverything(t *testing.T) {
	t.Parallel()
	for name, status := range map[string]int{"an answer": 200, "a refusal": 400} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newSandbox(t)
			w.enrol(deskName, year(-1), year(1))
			next := w.elsewhere(func(out http.ResponseWriter, _ *http.Request) {
				out.Header().Set("Content-Type", "application/json")
				out.WriteHeader(status)
				io.WriteString(out, `{"contract":3,"code":"new","acked":3}`) //nolint:errcheck // the test hears it
			})
			d := newDesk(t, w, time.Now)
			at := d.URL
			d.life.URL = next.URL
			d.dial(time.Now)
			d.write(3)
			d.send()
			d.refused("stop", kiosk.MsgContract, "contract 3", "contract 2")
			d.stopped(kiosk.MsgContract)
			d.life.URL = at
			d.dial(time.Now)
			d.sender.Resume()
			d.until(3)
			d.once("")
		})
	}
}

// A server with the authority's certificate that is not the authority acknowledges
// what it was not told, or does not sign: nothing is forgotten.
func TestAnAcknowledgementThatWasNotEarnedForgetsNothing(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(*wire.RecordsRequest, *wire.RecordsReply){
		"too many":   func(m *wire.RecordsRequest, r *wire.RecordsReply) { r.Acked += 50 },
		"unsigned":   func(_ *wire.RecordsRequest, r *wire.RecordsReply) { r.Receipt = nil },
		"other head": func(_ *wire.RecordsRequest, r *wire.RecordsReply) { r.Receipt.Head[0]++ },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newSandbox(t)
			w.enrol(deskName, year(-1), year(1))
			key, err := tls.LoadX509KeyPair(w.File("server.crt.pem"), w.File("server.key.pem"))
			must.OK(t, err)
			liar := w.elsewhere(func(out http.ResponseWriter, in *http.Request) {
				b, err := io.ReadAll(in.Body)
				m := new(wire.RecordsRequest)
				if err == nil {
					err = wire.Decode(b, m)
				}
				last := m.Records[len(m.Records)-1]
				digest := wire.AuthorityHead(deskName, last.Epoch, last.Seq, last.Hash)
				signature, err2 := ecdsa.SignASN1(nil, key.PrivateKey.(*ecdsa.PrivateKey), digest[:])
				r := &wire.RecordsReply{Envelope: m.Envelope, Acked: last.Seq,
					Receipt: &wire.Receipt{Epoch: last.Epoch, Seq: last.Seq, Head: last.Hash, Signature: signature}}
				answer(m, r)
				b, err3 := wire.Encode(r)
				must.Note(t, errors.Join(err, err2, err3))
				out.Header().Set("Content-Type", "application/json")
				out.Write(b) //nolint:errcheck // the test hears it
			})
			d := newDesk(t, w, time.Now)
			at := d.URL
			d.life.URL = liar.URL
			d.dial(time.Now)
			d.write(3)
			d.send()
			a := d.next()
			if class(a.err) != "stop" || a.acked != 0 || d.waiting() != 3 {
				t.Errorf("%v; acknowledged %d, %d wait", a.err, a.acked, d.waiting())
			}
			d.stopped(fault(a.err))
			d.life.URL = at
			d.dial(time.Now)
			d.sender.Resume()
			d.until(3)
			d.once("")
		})
	}
}
