package main

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/cmd/authority-sandbox/internal/server"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

const (
	slice   = 500 * time.Millisecond // of one load before it is the next one's turn
	rounds  = 9                      // of all of them
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

// columns of the table. The last is PostgreSQL with every transaction under
// SERIALIZABLE, which the program never asks for: the database's address does, and
// the locks stay where they are.
var columns = [3]func(testing.TB, ...any) *bench{
	func(t testing.TB, change ...any) *bench { return start(t, sqlite, change...) },
	func(t testing.TB, change ...any) *bench { return start(t, postgres, change...) },
	startSerializable,
}

func startSerializable(t testing.TB, change ...any) *bench {
	b := &bench{TB: t, dir: newFolder(t, postgres), clock: &clock{at: time.Now()}}
	dsn, err := fixture.StoreOf(b.dir)
	must.OK(t, err)
	must.OK(t, os.WriteFile(filepath.Join(b.dir, "store"), []byte(dsn+"&default_transaction_isolation=serializable\n"), 0o600))
	b.undone = new(atomic.Int64)
	b.serve(change...)
	return b
}

// repeats reports whether a request that was not answered is made again: where
// the database may refuse a transaction as often as it likes.
func (b *bench) repeats(err error) bool {
	if b.undone == nil || b.Failed() {
		b.Error(err)
		return false
	}
	b.undone.Add(1)
	return true
}

// BenchmarkAuthority prints one table: each store, their ratio, SERIALIZABLE, its
// ratio to PostgreSQL with locks alone, and how many of its requests were given
// up after every try. All loads take turns, so that whatever else the machine
// does meets each of them; a ratio is the median of those of the rounds, because
// what the machine does can also meet one of two neighbours alone. Kiosks and authority share its cores: what goes over
// TLS pays for both ends, and "the authority alone" does not.
func BenchmarkAuthority(b *testing.B) {
	for b.Loop() {
		var out strings.Builder
		fmt.Fprintf(&out, "%d cores, %d kiosks at once, all by turns\n\n%-54s %10s %12s %8s %14s %8s %9s\n", runtime.NumCPU(), kiosks, "",
			"SQLite", "PostgreSQL", "ratio", "SERIALIZABLE", "to locks", "given up")
		loads, undone := make([][3]load, len(measures)), make([]*atomic.Int64, len(measures))
		for i, m := range measures {
			for column, start := range columns {
				s := start(b, server.Limits{Rate: 1 << 20, Handshakes: 1 << 10, Silent: 1 << 10}, func(p *domain.Policy) { p.KioskRate, p.CardRate = 1<<20, 1<<20 })
				loads[i][column], undone[i] = m.of(s), s.undone // of the last column
			}
		}
		did, took, ratios := make([][3]int, len(measures)), make([][3]time.Duration, len(measures)), make([][2][]float64, len(measures))
		for range rounds {
			for i := range loads {
				var rate [3]float64
				for column, l := range loads[i] {
					n, d := l.run(b)
					did[i][column] += n
					took[i][column] += d
					rate[column] = float64(n) / d.Seconds()
				}
				ratios[i][0], ratios[i][1] = append(ratios[i][0], rate[1]/rate[0]), append(ratios[i][1], rate[2]/rate[1])
			}
		}
		for i, m := range measures {
			var rate [3]float64
			for column := range rate {
				rate[column] = float64(did[i][column]) / took[i][column].Seconds()
			}
			fmt.Fprintf(&out, "%-54s %10.0f %12.0f %7.2f× %14.0f %7.2f× %8d\n", m.name, rate[0], rate[1], median(ratios[i][0]), rate[2], median(ratios[i][1]), undone[i].Load())
		}
		fmt.Println(out.String())
		b.ReportMetric(0, "ns/op") // the table is the result
	}
}

func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
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
		must.OK(b, err)
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
				for {
					r := b.sandbox.Service.Handle(context.Background(), peer, wire.PathRecords, body)
					if r.Status == 200 {
						return size
					}
					if !b.repeats(fmt.Errorf("%d %s", r.Status, r.Body)) {
						return 0
					}
				}
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
			for {
				r, err := c.Batch(context.Background(), batch)
				if err == nil && r.Seq == uint64(len(l.all)) {
					return len(batch)
				}
				if err == nil || !b.repeats(err) {
					b.Errorf("%+v, %v", r, err)
					return 0
				}
			}
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
				b.repeats(err)
				return 0
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
