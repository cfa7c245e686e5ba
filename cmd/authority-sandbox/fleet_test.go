package main

import (
	"context"
	"crypto/tls"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

const (
	tellers   = 6  // kiosks that hand records over
	kills     = 10 // the load goes on until so many processes were killed
	killAfter = 12 // answers between one kill and the next
)

// TestSandboxesComeAndGo: processes are killed, started again and added while
// kiosks hand over records and residents are served. At the end everything
// that was acknowledged is there once, nothing is there that was not sent, no
// card has two live grants, and no alarm was raised but for wrong codes where three
// are at one card.
//
// Three processes share PostgreSQL; on SQLite it is one that comes and goes.
func TestSandboxesComeAndGo(t *testing.T) { onEach(t, sandboxesComeAndGo) }

func sandboxesComeAndGo(t *testing.T, on engine) {
	f := newFleet(t, on)
	var load sync.WaitGroup
	ledgers := make([]*ledger, tellers)
	for i := range ledgers {
		k := f.kiosk(fmt.Sprintf("teller-%d", i))
		ledgers[i] = newLedger()
		load.Go(func() { f.tellAll(k, ledgers[i]) })
	}
	for i, name := range []string{"hanako", "hanako", "hanako", "taro", "jiro", "saburo", "aki", "nao"} { // three at one card
		k, c := f.kiosk(fmt.Sprintf("visited-%d", i)), f.card(name)
		load.Go(func() { f.visits(k, c) })
	}
	f.storm()
	load.Wait()
	f.recordsAreThereOnce(ledgers)
	f.visitsCameToWhatWasSaid()
	t.Logf("%d processes were killed, %d requests answered, %d visits came to an end and %d did not", kills, f.answers.Load(), len(f.done), f.cut.Load())
	if len(f.done) == 0 || f.cut.Load() == 0 {
		t.Error("that was no storm")
	}
}

// A fleet is processes, two balancers before them, and what kiosks were told.
type fleet struct {
	*bench
	kiosks, apps *balancer
	up           []*harness.Authority

	answers atomic.Int64
	tick    chan struct{} // after each killAfter answers, if the storm has time for it
	calm    atomic.Bool   // no process is killed any more
	cut     atomic.Int64

	mu   sync.Mutex
	done []string        // reservations whose Settle(done) was acknowledged
	gave map[string]bool // grants that reached a kiosk
}

func newFleet(t *testing.T, on engine) *fleet {
	f := &fleet{bench: &bench{TB: t, dir: newFolder(t, on), clock: &clock{at: time.Now()}}, gave: map[string]bool{}, tick: make(chan struct{}, 1)}
	f.kiosks, f.apps = newBalancer(t), newBalancer(t)
	var err error
	f.sandbox, err = fixture.Open(t.Context(), f.dir, "", domain.DefaultPolicy, time.Now, slog.New(slog.DiscardHandler))
	must.OK(t, err)
	t.Cleanup(func() { f.sandbox.DB.Close() })
	f.at = ready{Listen: f.kiosks.at.Addr().String()}
	f.app = appclient.New(f.apps.at.Addr().String())
	f.desk = appclient.NewCounter(f.apps.at.Addr().String(), f.sandbox.Counter)
	n := map[engine]int{sqlite: 1, postgres: 3}[on]
	for range n {
		f.up = append(f.up, launch(t, f.dir))
	}
	f.announce()
	return f
}

func (f *fleet) announce() {
	var kiosks, apps []string
	for _, p := range f.up {
		kiosks, apps = append(kiosks, p.Listen()), append(apps, p.AppAddress())
	}
	f.kiosks.set(kiosks...)
	f.apps.set(apps...)
}

// storm kills the oldest process after every so many answers and starts
// another. Behind the third kill there is one more than before.
func (f *fleet) storm() {
	defer f.calm.Store(true)
	for i := range kills {
		<-f.tick
		oldest := f.up[0]
		oldest.CutPower()
		f.up = f.up[1:]
		f.announce()
		<-oldest.Done()
		f.up = append(f.up, launch(f, f.dir))
		if i == 3 && len(f.up) > 1 {
			f.up = append(f.up, launch(f, f.dir))
		}
		f.announce()
	}
}

func (f *fleet) answered() {
	if f.answers.Add(1)%killAfter == 0 {
		select {
		case f.tick <- struct{}{}:
		default:
		}
	}
}

// kiosk is a registered kiosk with a bench of its own.
func (f *fleet) kiosk(name string) *bench {
	f.Helper()
	f.register(store.Kiosk{Name: name, Flows: "PU"})
	p, err := f.transportCA().Kiosk(name, time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	must.OK(f, err)
	b := *f.bench
	b.kiosk = dialAt(f, f.dir, f.at.Listen, tls.Certificate{Certificate: [][]byte{p.Cert.Raw}, PrivateKey: p.Key}, time.Now)
	f.Cleanup(b.kiosk.Close)
	return &b
}

// tellAll writes and hands over as long as processes are killed, and then until
// everything is acknowledged.
func (f *fleet) tellAll(k *bench, l *ledger) {
	acked := 0
	for !f.Failed() {
		if acked == len(l.all) && f.calm.Load() {
			return
		}
		if acked == len(l.all) {
			l.lines(wire.MaxBatch)
		}
		records := l.all[acked:]
		receipt, err := k.kiosk.Batch(f.Context(), records)
		var later port.ErrRetryLater
		switch {
		case err == nil:
			acked = int(receipt.Seq)
			f.answered()
		case !errors.As(err, &later):
			f.Errorf("%d: %v", records[0].Seq, err)
		}
	}
}

func (f *fleet) visits(k *bench, c *card) {
	for !f.Failed() && !f.calm.Load() {
		if err := f.visit(k, c); err != nil {
			f.cut.Add(1)
		}
	}
}

// visit is one reset from the app to the outcome. An error ends it where it
// is, as a resident would who walks away.
func (f *fleet) visit(k *bench, c *card) error {
	r, err := k.tryReserve(c, kiosk.FlowP)
	if err != nil {
		return err
	}
	s, err := k.kiosk.Open(f.Context(), c.facts())
	if err != nil {
		return err
	}
	f.answered()
	if s.Ticket, err = k.code(k.kiosk, s, r.OTP); err != nil {
		return err
	}
	f.answered()
	g, challenge, err := k.grant(c, s, kiosk.Reset)
	if err != nil {
		return err
	}
	f.answered()
	f.mu.Lock()
	if f.gave[hex.EncodeToString(g.ID[:])] || !c.opens(g, challenge) {
		f.Error("a grant that was given before, or does not open")
	}
	f.gave[hex.EncodeToString(g.ID[:])] = true
	f.mu.Unlock()
	if _, err := k.kiosk.Settle(f.Context(), s.ID, g.ID, kiosk.Done); err != nil {
		return err
	}
	f.answered()
	f.mu.Lock()
	f.done = append(f.done, r.Reservation)
	f.mu.Unlock()
	return nil
}

// rows reads the store past the program.
func (f *fleet) rows(query string, each func(scan func(...any) error) error) {
	f.Helper()
	dsn, err := fixture.StoreOf(f.dir)
	must.OK(f, err)
	driver := "sqlite3"
	if store.IsPostgres(dsn) {
		driver = "pgx"
	}
	db, err := sql.Open(driver, dsn)
	must.OK(f, err)
	defer db.Close()
	rows, err := db.QueryContext(context.Background(), query)
	must.OK(f, err)
	defer rows.Close()
	for rows.Next() {
		must.OK(f, each(rows.Scan))
	}
	must.OK(f, rows.Err())
}

// recordsAreThereOnce: all that was acknowledged, which is all that was sent,
// with its own bytes, and nothing else.
func (f *fleet) recordsAreThereOnce(ledgers []*ledger) {
	f.Helper()
	sent := map[string]string{}
	for i, l := range ledgers {
		for _, r := range l.all {
			sent[fmt.Sprintf("teller-%d %x %d", i, r.Epoch, r.Seq)] = string(r.Bytes)
		}
	}
	stored := 0
	f.rows(`SELECT kiosk, epoch, seq, hash, bytes, flags FROM records`, func(scan func(...any) error) error {
		var name, flags string
		var epoch, hash, bytes []byte
		var seq int64
		if err := scan(&name, &epoch, &seq, &hash, &bytes, &flags); err != nil {
			return err
		}
		stored++
		if sent[fmt.Sprintf("%s %x %d", name, epoch, seq)] != string(bytes) || flags != "" {
			f.Errorf("%s %d: not what was sent, or flagged %q", name, seq, flags)
		}
		return nil
	})
	if stored != len(sent) {
		f.Errorf("%d records are stored, %d were acknowledged", stored, len(sent))
	}
	if n := f.count("aside"); n != 0 {
		f.Errorf("%d records are set aside", n)
	}
	f.rows(`SELECT kiosk, word, detail FROM alarms`, func(scan func(...any) error) error {
		var kiosk, word, detail string
		if err := scan(&kiosk, &word, &detail); err != nil {
			return err
		}
		// Three make reservations of one card under each other's hands, so codes of
		// ones that are no longer the newest are typed: those are wrong codes.
		if contested := strings.HasPrefix(kiosk, "visited-") && kiosk < "visited-3" && (word == "guesses" || word == "voids"); !contested {
			f.Errorf("%s: alarm %s: %s", kiosk, word, detail)
		}
		return nil
	})
}

// visitsCameToWhatWasSaid: an outcome that was acknowledged stands, every
// grant that a kiosk holds is known, no reservation has more than three, and
// no card has two that live.
func (f *fleet) visitsCameToWhatWasSaid() {
	f.Helper()
	live := map[string]int{}
	given := map[string]int{}
	overtaken := map[string]bool{} // reservations with a grant behind which another kiosk got one for the same card
	f.rows(`SELECT id, card, reservation, outcome, superseded FROM grants`, func(scan func(...any) error) error {
		var id, card, reservation []byte
		var outcome, superseded int64
		if err := scan(&id, &card, &reservation, &outcome, &superseded); err != nil {
			return err
		}
		delete(f.gave, hex.EncodeToString(id))
		given[string(reservation)]++
		if superseded != 0 {
			overtaken[hex.EncodeToString(reservation)] = true
		}
		if o := kiosk.Outcome(outcome); superseded == 0 && (o == kiosk.NoOutcome || o == kiosk.Unknown) {
			live[string(card)]++
		}
		return nil
	})
	for _, id := range f.done {
		r, err := f.app.Reservation(f.Context(), id)
		// What was done behind another grant for the card is noted, and in doubt all the same: which write came last is not known.
		if told := r.State == "done" || r.State == "in doubt" && overtaken[id]; err != nil || !told || r.Outcome != "done" || r.Grants != 1 {
			f.Errorf("reservation %s: %+v, %v", id, r, err)
		}
	}
	if len(f.gave) != 0 {
		f.Errorf("%d grants that kiosks hold are not known", len(f.gave))
	}
	for card, n := range live {
		if n > 1 {
			f.Errorf("card %x has %d live grants", card[:4], n)
		}
	}
	f.rows(`SELECT id, grants FROM reservations`, func(scan func(...any) error) error {
		var id []byte
		var n int
		if err := scan(&id, &n); err != nil {
			return err
		}
		if n > 3 || n != given[string(id)] {
			f.Errorf("reservation %x counts %d grants and has %d", id[:4], n, given[string(id)])
		}
		return nil
	})
}
