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
	"sync"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/authority-sandbox/internal/server"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/harness/network"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
	"multicopy.example/offline/backoff"
)

// https is a client with a connection of its own for each request, which
// resumes where it has a cache.
func (b *bench) https(cache tls.ClientSessionCache) *http.Client {
	b.Helper()
	pair, err := fixture.KioskPair(b.dir)
	must.OK(b, err)
	return b.httpsAs(pair, cache)
}

func (b *bench) httpsAs(pair tls.Certificate, cache tls.ClientSessionCache) *http.Client {
	b.Helper()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(file(b, b.dir, fixture.TransportCA))
	return &http.Client{Transport: &http.Transport{DisableKeepAlives: true,
		TLSClientConfig: &tls.Config{RootCAs: roots, Certificates: []tls.Certificate{pair}, ClientSessionCache: cache, ServerName: "127.0.0.1"}}}
}

func (b *bench) health(c *http.Client) (resumed bool) {
	b.Helper()
	r, err := c.Get("https://" + b.at.Listen + wire.PathHealth)
	must.OK(b, err)
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
	must.OK(t, must.Err(k.Heartbeat(t.Context(), wire.Beat{Version: "1"})))
	k.Close() // the client keeps its tickets
	b.register(store.Kiosk{Name: testKiosk, Revoked: true})
	_, err := k.Heartbeat(t.Context(), wire.Beat{Version: "1"})
	want(t, err, kiosk.MsgPeer)
}

// silence is connections from one address that say nothing.
func silence(t *testing.T, n int, from, to string) {
	t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	for range n {
		c, err := d.DialContext(t.Context(), "tcp", to)
		must.OK(t, err)
		t.Cleanup(func() { c.Close() })
	}
}

// TestSilentConnectionsKeepNoKioskOut: as many as there is room for, and more,
// say nothing; 134 kiosks that come behind them are served at their first try.
func TestSilentConnectionsKeepNoKioskOut(t *testing.T) {
	free := server.DefaultLimits
	free.PerPrefix = 0
	for name, c := range map[string]struct {
		limits server.Limits
		silent map[string]int // by address
		atOnce int
	}{
		"1022 of one address, without a bound for it":  {free, map[string]int{"127.0.0.1": 1022}, 134},
		"more than there is room for":                  {free, map[string]int{"127.0.7.1": 600, "127.0.8.1": 600}, 134},
		"1022 of another network":                      {server.DefaultLimits, map[string]int{"127.0.7.1": 1022}, 64},
		"1022 of the kiosks' own network, half a room": {server.DefaultLimits, map[string]int{"127.0.0.1": 1022}, 64},
	} {
		t.Run(name, func(t *testing.T) {
			b := start(t, sqlite, c.limits)
			for from, n := range c.silent {
				silence(t, n, from, b.at.Listen)
			}
			var kiosks sync.WaitGroup
			turn := make(chan struct{}, c.atOnce)
			for i := range 134 {
				p, err := b.transportCA().Kiosk(fmt.Sprintf("kiosk-%d", i), time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
				must.OK(t, err)
				k := b.httpsAs(tls.Certificate{Certificate: [][]byte{p.Cert.Raw}, PrivateKey: p.Key}, nil)
				kiosks.Go(func() {
					turn <- struct{}{}
					defer func() { <-turn }()
					r, err := k.Get("https://" + b.at.Listen + wire.PathHealth)
					if err != nil {
						t.Error(err)
						return
					}
					r.Body.Close()
					if r.StatusCode != 200 {
						t.Error(r.Status)
					}
				})
			}
			kiosks.Wait()
		})
	}
}

// TestStalledHandshakesGiveWay: as many handshakes as there is room for have
// begun and do not go on. A kiosk that comes meanwhile takes its being closed
// for later, and is let in when one of them has been waited for long enough.
func TestStalledHandshakesGiveWay(t *testing.T) {
	b := start(t, sqlite, server.Limits{Rate: 100, Handshakes: 2, Silent: 16})
	var stalled []net.Conn
	for range 2 {
		c, err := network.Stall(b.at.Listen)
		must.OK(t, err)
		defer c.Close()
		stalled = append(stalled, c)
	}
	for {
		_, err := b.kiosk.Batch(t.Context(), newLedger().lines(1))
		if err == nil {
			break
		}
		var later port.ErrRetryLater
		if !errors.As(err, &later) || !backoff.Unreachable(err) {
			t.Fatalf("a kiosk does not take it for later: %v", err)
		}
	}
	ends := make(chan error, 2)
	for _, c := range stalled {
		go func() { _, err := io.Copy(io.Discard, c); ends <- err }()
	}
	if err := <-ends; err == nil {
		t.Error("none of the two was reset")
	}
}

// TestOutageEndsInSlots: what can wait is sent away with a second of its own
// each and taken when it returns then; a resident is not sent away.
func TestOutageEndsInSlots(t *testing.T) { onEach(t, outageEndsInSlots) }

func outageEndsInSlots(t *testing.T, on engine) {
	b := start(t, on, server.Limits{Rate: 8, Handshakes: 64, Silent: 64})
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
		must.OK(t, err)
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		must.OK(t, err)
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
