package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/authority-sandbox/internal/server"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/port"
)

// https is a client with a connection of its own for each request, which
// resumes where it has a cache.
func (b *bench) https(cache tls.ClientSessionCache) *http.Client {
	b.Helper()
	pair, err := fixture.KioskPair(b.dir)
	if err != nil {
		b.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(file(b, b.dir, fixture.TransportCA))
	return &http.Client{Transport: &http.Transport{DisableKeepAlives: true,
		TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{pair}, ClientSessionCache: cache, ServerName: "127.0.0.1"}}}
}

func (b *bench) health(c *http.Client) (resumed bool) {
	b.Helper()
	r, err := c.Get("https://" + b.at.Listen + wire.PathHealth)
	if err != nil {
		b.Fatal(err)
	}
	defer r.Body.Close()
	if _, err := io.ReadAll(r.Body); err != nil || r.StatusCode != 200 {
		b.Fatal(r.StatusCode, err)
	}
	return r.TLS.DidResume
}

// TestKioskResumesWhereverItLands: a ticket of one process is good at another
// over the same store, and says who the kiosk is; one who was revoked in
// between is a kiosk that was revoked.
func TestKioskResumesWhereverItLands(t *testing.T) { onEach(t, kioskResumesWhereverItLands) }

func kioskResumesWhereverItLands(t *testing.T, on engine) {
	b := start(t, on)
	c := b.https(tls.NewLRUClientSessionCache(4))
	if b.health(c) {
		t.Error("the first connection was resumed")
	}
	if !b.health(c) {
		t.Error("the second connection was not resumed")
	}
	first := b.at
	p := launch(t, b.dir)
	b.at = ready{Listen: p.Listen(), App: p.AppAddress()}
	if !b.health(c) {
		t.Error("another process does not know the ticket")
	}
	b.at = first
	k := b.kiosk
	if _, err := k.Heartbeat(t.Context(), wire.Beat{Version: "1"}); err != nil {
		t.Fatal(err)
	}
	k.Close() // the client keeps its tickets
	b.register(store.Kiosk{Name: testKiosk, Revoked: true})
	_, err := k.Heartbeat(t.Context(), wire.Beat{Version: "1"})
	want(t, err, kiosk.MsgPeer)
}

// TestCrowdAtTheDoorIsClosedUnread: who finds too many handshakes under way is
// closed before a byte was read, and who comes when there is room is served.
func TestCrowdAtTheDoorIsClosedUnread(t *testing.T) {
	b := start(t, sqlite, server.Limits{Rate: 100, Handshakes: 2})
	var slow []net.Conn
	for range 2 { // they say nothing, and the door waits for them
		c, err := net.Dial("tcp", b.at.Listen)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		slow = append(slow, c)
	}
	for range 3 {
		c, err := net.Dial("tcp", b.at.Listen)
		if err != nil {
			continue // so fast that connecting failed
		}
		if n, err := c.Read(make([]byte, 1)); n != 0 || err == nil {
			t.Errorf("%d bytes, %v", n, err)
		}
		c.Close()
	}
	var later port.ErrRetryLater
	if _, err := b.kiosk.Batch(t.Context(), newLedger().lines(1)); !errors.As(err, &later) {
		t.Errorf("a kiosk does not take it for later: %v", err)
	}
	for _, c := range slow {
		c.Close()
	}
	for { // the door sees them gone a moment later
		if _, err := b.kiosk.Health(t.Context()); err == nil {
			return
		}
		if t.Context().Err() != nil {
			t.Fatal("no connection is let in")
		}
	}
}

// TestOutageEndsInSlots: what can wait is sent away with a second of its own
// each and taken when it returns then; a resident is not sent away.
func TestOutageEndsInSlots(t *testing.T) { onEach(t, outageEndsInSlots) }

func outageEndsInSlots(t *testing.T, on engine) {
	b := start(t, on, server.Limits{Rate: 8, Handshakes: 64})
	b.clock.at = b.clock.at.Truncate(time.Second)
	const kiosks = 20
	var crowd []*authority.Client
	for i := range kiosks {
		crowd = append(crowd, b.another(fmt.Sprintf("crowd-%d", i), true))
	}
	ledgers := [kiosks]*ledger{}
	back := [kiosks]time.Duration{}
	waits := map[time.Duration]int{}
	taken := 0
	for at := time.Duration(0); taken < kiosks; at += time.Second / 4 {
		if at > time.Minute {
			t.Fatalf("%d of %d after a minute", taken, kiosks)
		}
		for i, k := range crowd {
			if back[i] != at {
				continue // it has been taken, or its second is another
			}
			if ledgers[i] == nil {
				ledgers[i] = newLedger()
				ledgers[i].lines(1)
			}
			receipt, err := k.Batch(t.Context(), ledgers[i].all)
			if err == nil && receipt.Seq == 1 {
				taken++
				continue
			}
			var later port.ErrRetryLater
			if !errors.As(err, &later) || later.After < time.Second || errors.Is(err, port.ErrStopSending) {
				t.Fatalf("%v", err)
			}
			if at > 0 {
				t.Errorf("kiosk %d came when it was told and was sent away again", i)
			}
			waits[later.After]++
			back[i] = at + later.After + time.Duration(i%4)*time.Second/4 // somewhere in its second
		}
		b.clock.pass(time.Second / 4)
	}
	if len(waits) != 3 { // 2 at once, and 6 in each second
		t.Errorf("20 kiosks were spread over %v", waits)
	}
	var err error
	for range 10 {
		_, err = b.kiosk.Heartbeat(t.Context(), wire.Beat{Version: "1"})
	}
	want(t, err, kiosk.MsgNetwork)
	c := b.card("hanako")
	r := b.reserve(c, kiosk.FlowP)
	b.mustGrant(c, b.claim(c, r), kiosk.Reset)

	// The wait stands in the header as well, for whatever stands between.
	for range 20 {
		b.watch.Odd(wire.PathHeartbeat, nil)
		response, err := b.https(nil).Post("https://"+b.at.Listen+wire.PathHeartbeat, "application/json", nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if response.StatusCode == 400 {
			continue // there was room to look at it
		}
		after, err := strconv.Atoi(response.Header.Get("Retry-After"))
		if refused := refusalOf(t, body); response.StatusCode != 503 || err != nil || after < 1 || refused.RetryAfter != uint32(after) {
			t.Errorf("%d, Retry-After %d, %s", response.StatusCode, after, body)
		}
		return
	}
	t.Error("there was always room")
}

// TestHasteOfOneKioskSendsNoOtherAway: a kiosk asks until it is refused, and
// goes on asking; all at one instant of the authority's clock.
func TestHasteOfOneKioskSendsNoOtherAway(t *testing.T) { onEach(t, hasteOfOneKiosk) }

func hasteOfOneKiosk(t *testing.T, on engine) {
	limits := server.DefaultLimits
	limits.Rate = 40 // 10 at one instant, and half of them are not for a kiosk that had its share
	b := start(t, on, limits)
	hasty := newLedger()
	refused := 0
	for range 40 {
		var later port.ErrRetryLater
		if _, err := b.kiosk.Batch(t.Context(), hasty.lines(1)); errors.As(err, &later) {
			refused++
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if refused != 35 {
		t.Errorf("%d of 40 were refused, want 35", refused)
	}
	for i := range 5 {
		if _, err := b.another(fmt.Sprintf("quiet-%d", i), true).Batch(t.Context(), newLedger().lines(1)); err != nil {
			t.Errorf("kiosk %d of 5 that ask once: %v", i, err)
		}
	}
}
