package main

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/cmd/authority-sandbox/internal/server"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/port"
)

const (
	slice   = 500 * time.Millisecond // of one load before it is the next one's turn
	rounds  = 5                      // of all of them
	kiosks  = 16                     // at once, where requests are measured
	callers = 8                      // at once, where connections are
)

// A load is what its callers do, each one turn after the other, and what a
// turn is worth.
type load []func() int

// measures are what BenchmarkAuthority looks at, in the order of its table.
var measures = []struct {
	name string
	of   func(*bench) load
}{
	{"audit records/s, batches of 50, the authority alone", (*bench).recordsAlone},
	{"audit records/s, one by one, the authority alone", (*bench).recordsOneByOne},
	{"audit records/s, batches of 50, over TLS", (*bench).recordsOverTLS},
	{"resets/s: reserve, open, code, prove, grant, settle", (*bench).resets},
	{"new connections/s with one request, full handshake", (*bench).full},
	{"new connections/s with one request, resumed", (*bench).resumed},
}

// BenchmarkAuthority prints one table. All loads take turns, so that whatever
// else the machine does meets each of them. Kiosks and authority share its cores: what
// goes over TLS pays for both ends, and "the authority alone" does not.
func BenchmarkAuthority(b *testing.B) {
	for b.Loop() {
		var out strings.Builder
		fmt.Fprintf(&out, "%d cores, %d kiosks at once, all by turns\n\n%-54s %10s %12s %8s\n", runtime.NumCPU(), kiosks, "", "SQLite", "PostgreSQL", "ratio")
		loads := make([][2]load, len(measures))
		for i, m := range measures {
			for column, on := range engines {
				s := start(b, on, server.Limits{Rate: 1 << 20, Handshakes: 1 << 10, Silent: 1 << 10}, func(p *domain.Policy) { p.KioskRate, p.CardRate = 1<<20, 1<<20 })
				loads[i][column] = m.of(s)
			}
		}
		did, took := make([][2]int, len(measures)), make([][2]time.Duration, len(measures))
		for range rounds {
			for i := range loads {
				for column, l := range loads[i] {
					n, d := l.run(b)
					did[i][column] += n
					took[i][column] += d
				}
			}
		}
		for i, m := range measures {
			a, p := float64(did[i][0])/took[i][0].Seconds(), float64(did[i][1])/took[i][1].Seconds()
			fmt.Fprintf(&out, "%-54s %10.0f %12.0f %7.2f×\n", m.name, a, p, p/a)
		}
		fmt.Println(out.String())
		b.ReportMetric(0, "ns/op") // the table is the result
	}
}

// run lets all callers work for one slice.
func (l load) run(b *testing.B) (did int, took time.Duration) {
	var done atomic.Int64
	var all sync.WaitGroup
	begun := time.Now()
	for _, turn := range l {
		all.Go(func() {
			for time.Since(begun) < slice && !b.Failed() {
				done.Add(int64(turn()))
			}
		})
	}
	all.Wait()
	return int(done.Load()), time.Since(begun)
}

// load makes a load of so many.
func (b *bench) load(n int, caller func(i int) (func() int, error)) (l load) {
	b.Helper()
	for i := range n {
		turn, err := caller(i)
		if err != nil {
			b.Fatal(err)
		}
		l = append(l, turn)
	}
	return l
}

// newKiosk is registered and has a certificate.
func (b *bench) newKiosk(i int) (*pki.Pair, error) {
	name := fmt.Sprintf("bench-%d", i)
	b.register(store.Kiosk{Name: name, Flows: "PU"})
	return b.transportCA().Kiosk(name, time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
}

// realistic lines have the size of a sealed record.
func realistic(l *ledger, n int) []port.Record {
	first := len(l.all)
	l.lines(n)
	for i := first; i < len(l.all); i++ {
		r := &l.all[i]
		if i > 0 {
			r.Prev = l.all[i-1].Hash
		}
		r.Bytes = append(r.Bytes, make([]byte, 180-len(r.Bytes))...)
		r.Hash = sha256.Sum256(r.Bytes)
	}
	return l.all[first:]
}

func (b *bench) recordsAlone() load    { return b.handled(wire.MaxBatch, 250) }
func (b *bench) recordsOneByOne() load { return b.handled(1, 2000) }

// handled measures without connections: bodies made beforehand, and signed, go
// into the service.
func (b *bench) handled(size, most int) load {
	return b.load(kiosks, func(i int) (func() int, error) {
		p, err := b.newKiosk(i)
		if err != nil {
			return nil, err
		}
		key := p.Key.Public().(*ecdsa.PublicKey)
		peer := domain.Peer{Kiosk: p.Cert.Subject.CommonName, SPKI: sha256.Sum256(p.Cert.RawSubjectPublicKeyInfo), Key: key}
		bodies := make(chan []byte, most)
		l := newLedger()
		for range most {
			m := wire.RecordsRequest{Envelope: wire.Envelope{Contract: wire.Contract}}
			rand.Read(m.Request[:])
			for _, r := range realistic(l, size) {
				m.Records = append(m.Records, wire.Record{Epoch: r.Epoch, Seq: r.Seq, Prev: r.Prev, Hash: r.Hash, Bytes: r.Bytes})
			}
			last := m.Records[size-1]
			head := wire.KioskHead(last.Epoch, last.Seq, last.Hash)
			if m.Signature, err = p.Key.Sign(rand.Reader, head[:], crypto.SHA256); err != nil {
				return nil, err
			}
			bodies <- encode(b, m)
		}
		return func() int {
			select {
			case body := <-bodies:
				if r := b.sandbox.Service.Handle(context.Background(), peer, wire.PathRecords, body); r.Status != 200 {
					b.Errorf("%d %s", r.Status, r.Body)
				}
				return size
			default:
				b.Error("too few batches were made beforehand")
				return 0
			}
		}, nil
	})
}

func (b *bench) recordsOverTLS() load {
	return b.load(kiosks, func(i int) (func() int, error) {
		p, err := b.newKiosk(i)
		if err != nil {
			return nil, err
		}
		c := b.client(tls.Certificate{Certificate: [][]byte{p.Cert.Raw}, PrivateKey: p.Key})
		b.Cleanup(c.Close)
		l := newLedger()
		return func() int {
			batch := realistic(l, wire.MaxBatch)
			if r, err := c.Batch(context.Background(), batch); err != nil || r.Seq != uint64(len(l.all)) {
				b.Errorf("%+v, %v", r, err)
			}
			return len(batch)
		}, nil
	})
}

// resets are visits at as many kiosks, each with a card of its own. The card's
// two signatures, a millisecond of RSA each, are the test's, on the same cores.
func (b *bench) resets() load {
	cards := []string{"hanako", "taro", "saburo", "jiro", "aki", "nao", "ren", "haru"}
	return b.load(len(cards), func(i int) (func() int, error) {
		p, err := b.newKiosk(i)
		if err != nil {
			return nil, err
		}
		v := *b
		v.kiosk = b.client(tls.Certificate{Certificate: [][]byte{p.Cert.Raw}, PrivateKey: p.Key})
		b.Cleanup(v.kiosk.Close)
		c := b.card(cards[i])
		return func() int {
			if err := v.reset(c); err != nil {
				b.Error(err)
			}
			return 1
		}, nil
	})
}

func (b *bench) reset(c *card) error {
	r, err := b.tryReserve(c, kiosk.FlowP)
	if err != nil {
		return err
	}
	s, err := b.kiosk.Open(context.Background(), c.facts())
	if err != nil {
		return err
	}
	if s.Ticket, err = b.code(b.kiosk, s, r.OTP); err != nil {
		return err
	}
	g, _, err := b.grant(c, s, kiosk.Reset)
	if err != nil {
		return err
	}
	_, err = b.kiosk.Settle(context.Background(), s.ID, g.ID, kiosk.Done)
	return err
}

func (b *bench) full() load { return b.connections(false) }

func (b *bench) resumed() load { return b.connections(true) }

func (b *bench) connections(resume bool) load {
	return b.load(callers, func(int) (func() int, error) {
		var cache tls.ClientSessionCache
		if resume {
			cache = tls.NewLRUClientSessionCache(4)
		}
		c := b.https(cache)
		if b.health(c); b.health(c) != resume {
			return nil, fmt.Errorf("resumed is not %v", resume)
		}
		return func() int { b.health(c); return 1 }, nil
	})
}
