package main

import (
	"bytes"
	"crypto/rand"
	"crypto/tls"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
)

// unhurried lifts the throttles, which are not what these tests are about.
func unhurried(p *domain.Policy) { p.KioskRate, p.CardRate = 1<<20, 1<<20 }

// TestSameRequestAtTwoProcesses at the same moment: one does the work, and
// both give its answer. Whichever way a batch or a visit comes in twice.
func TestSameRequestAtTwoProcesses(t *testing.T) { onEach(t, sameRequestAtTwoProcesses) }

func sameRequestAtTwoProcesses(t *testing.T, on engine) {
	a := start(t, on, unhurried)
	b := a.beside(unhurried)
	c := a.card("hanako")
	a.reserve(c, kiosk.FlowP)
	for range 30 {
		m := wire.OpenRequest{Envelope: wire.Envelope{Contract: wire.Contract}, Certificate: c.cert, UserTries: 3, SignTries: 5}
		rand.Read(m.Request[:])
		body := encode(t, m)
		var replies [2][]byte
		var all sync.WaitGroup
		for i, at := range []*bench{a, b} {
			all.Go(func() {
				status, reply := at.raw(wire.PathOpen, body)
				if status != 200 {
					t.Errorf("%d %s", status, reply)
				}
				replies[i] = reply
			})
		}
		all.Wait()
		if !bytes.Equal(replies[0], replies[1]) {
			t.Fatalf("two answers:\n%s\n%s", replies[0], replies[1])
		}
	}
	if n := a.count("sessions"); n != 30 {
		t.Errorf("%d sessions were opened, want 30", n)
	}
}

// TestOneCardAtTwoProcesses: one kiosk asks for the grant while the right code
// is typed at another, at another process. Whichever comes first, the grant is
// counted, and the claim belongs to one of them.
func TestOneCardAtTwoProcesses(t *testing.T) { onEach(t, oneCardAtTwoProcesses) }

func oneCardAtTwoProcesses(t *testing.T, on engine) {
	a := start(t, on, unhurried)
	b := a.beside(unhurried)
	b.register(store.Kiosk{Name: "kiosk-0002", Flows: "PU"})
	p, err := b.transportCA().Kiosk("kiosk-0002", time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	must.OK(t, err)
	b.kiosk = b.client(tls.Certificate{Certificate: [][]byte{p.Cert.Raw}, PrivateKey: p.Key})
	t.Cleanup(b.kiosk.Close)
	c := a.card("hanako")
	var given, claimed int
	for range 20 {
		r := a.reserve(c, kiosk.FlowP)
		there := b.open(c)
		here := a.claim(c, r)
		must.OK(t, a.kiosk.Prove(t.Context(), here, kiosk.Reset, c.sign(kiosk.RefAuth, a.kiosk.Digest(here, c.cert, kiosk.Reset))))
		var granted, coded error
		var both sync.WaitGroup
		both.Go(func() { _, granted = a.kiosk.Grant(t.Context(), here, make([]byte, 16)) })
		both.Go(func() { _, coded = b.code(b.kiosk, there, r.OTP) })
		both.Wait()
		if granted == nil {
			given++
		} else {
			want(t, granted, kiosk.MsgTimeout)
		}
		if coded == nil {
			claimed++
		} else {
			t.Error(coded)
		}
		st := a.state(r)
		switch {
		case granted == nil && (st.State != "in doubt" || st.Grants != 1):
			t.Fatalf("a grant that was given before the claim: %+v", st)
		case granted != nil && (st.State != "claimed" || st.Grants != 0):
			t.Fatalf("a claim that came before the grant: %+v", st)
		}
	}
	if n := a.count("grants"); n != int64(given) || given+claimed == 0 {
		t.Errorf("%d grants were given, %d are known", given, n)
	}
}

// TestThrottleIsOneForAll: a kiosk gains nothing by asking two processes.
func TestThrottleIsOneForAll(t *testing.T) { onEach(t, throttleIsOneForAll) }

func throttleIsOneForAll(t *testing.T, on engine) {
	slow := func(p *domain.Policy) { p.KioskRate = 7 }
	a := start(t, on, slow)
	b := a.beside(slow)
	c := a.card("hanako")
	a.reserve(c, kiosk.FlowP)
	var served atomic.Int64
	var all sync.WaitGroup
	for i := range 30 {
		all.Go(func() {
			if _, err := []*bench{a, b}[i%2].kiosk.Open(t.Context(), c.facts()); err == nil {
				served.Add(1)
			} else {
				want(t, err, kiosk.MsgBusy)
			}
		})
	}
	all.Wait()
	if served.Load() != 7 {
		t.Errorf("%d visits were opened, want 7", served.Load())
	}
}
