package main

import (
	"context"
	"crypto"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	mathrand "math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/bars"
	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/verifier"
	"multicopy.example/kiosk/must"
)

var agreed = flag.Int("agreed", 1_000_000, "people of BenchmarkLatest, each of whom has agreed to three banks")

const (
	threeBanks = 3
	inBatch    = 20
	eachFor    = 10 * time.Second // of a measurement
	halfTurns  = 9                // of half load
	turnFor    = 4 * time.Second  // of one: 100 batches behind its worst, and mostly no pause of a shared disk
	oneIn      = 500              // answers that are opened
)

// BenchmarkLatest prints how many of a bank's questions are decided in a second with a million people who moved, on
// both stores, over the line and with every answer sealed, beside a bare signature and a bare commit. Banks
// and authority share the cores. Its last line says how many bars are met.
func BenchmarkLatest(b *testing.B) {
	for b.Loop() {
		var all bars.Bars
		t := bars.Table(os.Stdout)
		fmt.Fprint(t, "\tdecisions a second\tgiven\t÷ bare signature\t÷ bare commit\tat half load, ms: p50\tp99\tof the worst turn\tof a bare commit\tin its worst turn\t\n")
		for _, of := range []struct {
			on  engine
			bar float64
		}{{sqlite, 2000}, {postgres, 1500}} {
			on, bar := of.on, of.bar
			s := &latestBench{bankside: newBankside(start(b, on, unwatched{}))}
			s.everyoneAgreed(on)
			s.measure(on, bar, t, &all)
		}
		fmt.Printf("\n%d cores; %d people, %d consents\n\n", runtime.NumCPU(), *agreed, threeBanks**agreed)
		t.Flush()
		fmt.Println()
		all.Print(os.Stdout)
		met, missed := all.Counts()
		line := fmt.Sprintf("\nbench-latest: %d bars met", met)
		if missed > 0 {
			line += fmt.Sprintf(", %d missed", missed)
		}
		fmt.Println(line)
		b.ReportMetric(0, "ns/op") // the table is the result
	}
}

type latestBench struct {
	*bankside
	services             []verifier.ID
	given, opened, wrong atomic.Int64
	mu                   sync.Mutex
	took                 []time.Duration // of batches, or of bare commits
}

// bulk is an id of one kind of person i, as SQL.
func bulk(on engine, kind int, digits int) string {
	if on == sqlite {
		return fmt.Sprintf(`unhex(printf('%08x%%0%dx', i))`, kind, digits)
	}
	return fmt.Sprintf(`decode('%08x' || lpad(to_hex(i), %d, '0'), 'hex')`, kind, digits)
}

// handleOf is the handle of person i at a bank.
func handleOf(bank, i int) (id verifier.ID) {
	id[3] = byte(20 + bank)
	id[12], id[13], id[14], id[15] = byte(i>>24), byte(i>>16), byte(i>>8), byte(i)
	return id
}

// everyoneAgreed makes people who moved after they had agreed to give their address to each bank's service. The rows
// are made by the database itself.
func (s *latestBench) everyoneAgreed(on engine) {
	s.Helper()
	services := []verifier.ID{s.service}
	for k := 1; k < threeBanks; k++ {
		bank := fmt.Sprint("bank-", string(rune('a'+k)))
		_, file := s.keyFile(bank + ".pub.pem")
		s.told(cli.Done, "bank", "add", "--bank", bank, "--platform", "platform-a", "--name", bank, "--seal", file)
		var id verifier.ID
		must.OK(s, id.UnmarshalText([]byte(s.opens(bank, words))))
		services = append(services, id)
	}
	var issuer int64
	err := s.sandbox.DB.Tx(s.Context(), func(tx *store.Tx) (err error) {
		issuer, err = tx.AddIssuer(s.sandbox.Cards[1].Cert.RawSubject, store.InHardware)
		return err
	})
	must.OK(s, err)
	from, first := fmt.Sprintf(`generate_series(0, %d) AS n(i)`, *agreed-1), `SET session_replication_role = replica`
	with := ""
	if on == sqlite {
		first = `PRAGMA foreign_keys = off`
		with, from = fmt.Sprintf(`WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < %d) `, *agreed-1), "n"
	}
	now := s.clock.now().Unix()
	person, card := bulk(on, 1, 24), bulk(on, 2, 24)
	statements := []string{first, "BEGIN",
		`INSERT INTO people ` + with + `SELECT ` + person + `, 'number ' || i, 0, 2 FROM ` + from,
		`INSERT INTO carriers ` + with + `SELECT ` + card + `, ` + person + `, 0, 0, '', 0 FROM ` + from,
		fmt.Sprintf(`INSERT INTO certs (issuer, serial, kind, person, carrier, current, version, not_before, not_after, part, state, reason, since, n, listed) %sSELECT %d, %s, 1, %s, %s, 1, 2, 0, %d, 99202, 3, 0, 0, 1, 0 FROM %s`,
			with, issuer, bulk(on, 0x00400000, 32), person, card, now+100_000_000, from)}
	for version, address := range []string{"Test-shi 1-1", "Rei-shi 2-3"} {
		statements = append(statements, fmt.Sprintf(`INSERT INTO items %sSELECT %s, %d, 'number', '%s', '1989-01-08', '3', 99201, 0 FROM %s`, with, person, version+1, address, from))
	}
	day := (now + 9*60*60) / (24 * 60 * 60)
	for k, service := range services {
		text, _ := service.MarshalText()
		literal := fmt.Sprintf(`x'%s'`, text)
		if on == postgres {
			literal = fmt.Sprintf(`decode('%s', 'hex')`, text)
		}
		statements = append(statements, fmt.Sprintf(`INSERT INTO consents %sSELECT %s, %s, %s, %s, 2, (SELECT text FROM texts WHERE service = %s), 1, 0, 0, 1, %d, 0, 0 FROM %s`,
			with, bulk(on, 10+k, 24), bulk(on, 20+k, 24), person, literal, literal, now+100_000_000, from))
		for _, d := range []int64{day, day + 1} { // as if so many certificates had been revoked
			statements = append(statements, fmt.Sprintf(`INSERT INTO quotas VALUES ('bank-%c', %d, 0, -1000000000, 0, 0)`, 'a'+k, d))
		}
	}
	s.carriesOut(on, append(statements, "COMMIT", "ANALYZE")...)
	s.services = services
	s.inMemory(on)
}

// carriesOut statements beside the authority, on one connection.
func (s *latestBench) carriesOut(on engine, statements ...string) {
	s.Helper()
	dsn, err := fixture.StoreOf(s.dir)
	must.OK(s, err)
	driver := "pgx"
	if on == sqlite {
		driver, dsn = "sqlite3", dsn+"?_busy_timeout=10000"
	}
	db, err := sql.Open(driver, dsn)
	must.OK(s, err)
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, text := range statements {
		if _, err := db.ExecContext(s.Context(), text); err != nil {
			s.Fatalf("%s: %v", text, err)
		}
	}
}

// inMemory reads the store's files once, as a machine has that serves all day: what is measured is the authority, and not a
// disk that is read for the first time.
func (s *latestBench) inMemory(on engine) {
	s.Helper()
	folder := s.dir
	if on == postgres {
		c, err := cluster()
		must.OK(s, err)
		folder = c.Data()
	}
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		f, err := os.Open(path)
		if errors.Is(err, fs.ErrNotExist) { // one of the server's own for a moment
			return nil
		}
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = io.Copy(io.Discard, f)
		return err
	})
	must.OK(s, err)
}

// each runs something on so many goroutines for as long and answers how often it was done in a second. Those that wait
// between do so from half of every to half as much more: banks do not ask in step.
func (s *latestBench) each(n int, long, every time.Duration, make func(worker int) func() int) float64 {
	s.Helper()
	var all sync.WaitGroup
	var did atomic.Int64
	ctx, cancel := context.WithTimeout(s.Context(), long)
	defer cancel()
	begun := time.Now()
	for i := range n {
		do := make(i)
		all.Go(func() {
			next := time.Now().Add(mathrand.N(max(every, 1)))
			for ctx.Err() == nil {
				if every > 0 {
					select {
					case <-time.After(time.Until(next)):
					case <-ctx.Done():
						return
					}
					next = next.Add(every/2 + mathrand.N(every))
				}
				did.Add(int64(do()))
			}
		})
	}
	all.Wait()
	return float64(did.Load()) / time.Since(begun).Seconds()
}

// asking is a connection of a bank that asks about people at random.
func (s *latestBench) asking(worker int) func() int {
	client := &http.Client{Transport: s.http.Transport.(*http.Transport).Clone(), Timeout: time.Minute}
	s.Cleanup(client.CloseIdleConnections)
	side := *s.bankside
	side.http = client
	k := worker % threeBanks
	m := verifier.Latest{Contract: 1, Provider: fmt.Sprintf("bank-%c", 'a'+k), Questions: make([]verifier.Question, inBatch)}
	return func() int {
		for i := range m.Questions {
			m.Questions[i] = verifier.Question{Request: verifier.NewRequest(time.Now()), Service: s.services[k], Handle: handleOf(k, mathrand.IntN(*agreed))}
		}
		body, err := json.Marshal(m)
		if err != nil {
			s.Error(err)
			return 0
		}
		begun := time.Now()
		status, text := side.sends(verifier.PathLatest, body)
		s.lasted(begun)
		var all verifier.Answers
		if err := json.Unmarshal(text, &all); status != 200 || err != nil || len(all.Answers) != inBatch {
			s.Errorf("%d, %s, %v", status, text[:min(len(text), 200)], err)
			return 0
		}
		for i, a := range all.Answers {
			switch {
			case a.Decision == "no-change":
			case a.Decision != "given":
				s.wrong.Add(1)
			case s.given.Add(1)%oneIn == 0 && k == 0:
				s.opened.Add(1)
				if items, err := s.bank.Open(a.Sealed, m.Questions[i]); err != nil || items.Address != "Rei-shi 2-3" {
					s.wrong.Add(1)
				}
			}
		}
		return inBatch
	}
}

func (s *latestBench) measure(on engine, bar float64, out interface{ Write([]byte) (int, error) }, all *bars.Bars) {
	s.Helper()
	signature := s.each(runtime.NumCPU(), eachFor, 0, func(int) func() int {
		return func() int {
			must.Note(s, must.Err(s.sandbox.Answers.Sign(rand.Reader, sum("32 bytes"), crypto.SHA256)))
			return 1
		}
	})
	var value atomic.Int64 // another each time: a row that stays as it is, SQLite does not write
	committing := func(worker int) func() int {
		return func() int {
			name, begun := fmt.Sprint("commit ", worker), time.Now()
			must.Note(s, s.sandbox.DB.Tx(s.Context(), func(tx *store.Tx) error { return tx.SetSetting(name, int(value.Add(1))) }))
			s.lasted(begun)
			return 1
		}
	}
	commit := s.each(askers, eachFor, 0, committing)
	var connected []func() int
	for worker := range askers {
		connected = append(connected, s.asking(worker))
	}
	asking := func(worker int) func() int { return connected[worker] }
	if on == postgres { // as the server does by itself, within minutes of so much being written, and not in the middle of a turn
		s.carriesOut(on, "VACUUM (ANALYZE)", "CHECKPOINT")
	}
	s.each(askers, 2*eachFor, 0, asking) // connections and caches are there, and most pages changed since the checkpoint
	s.took = nil
	before, warm := heap(), s.given.Load()
	rate := s.each(askers, eachFor, 0, asking)
	given := float64(s.given.Load()-warm) / (rate * eachFor.Seconds())
	pace := time.Duration(float64(askers*inBatch) / (rate / 2) * float64(time.Second))
	var p50, p99, bare []float64
	for range halfTurns { // the disk is shared: a bare commit's worst says what it did meanwhile
		s.took = nil
		s.each(askers, turnFor, pace, asking)
		p50, p99 = append(p50, s.quantile(50)), append(p99, s.quantile(99))
		s.took = nil
		s.each(askers, turnFor, pace, committing)
		bare = append(bare, s.quantile(99))
	}
	for _, list := range [][]float64{p50, p99, bare} {
		slices.Sort(list)
	}
	s.took = nil
	after := heap()
	fmt.Fprintf(out, "%s\t%.0f\t%.0f %%\t%.2f\t%.2f\t%.1f\t%.1f\t%.1f\t%.1f\t%.1f\t\n", on, rate, 100*given, rate/signature, rate/commit,
		p50[halfTurns/2], p99[halfTurns/2], p99[halfTurns-1], bare[halfTurns/2], bare[halfTurns-1])
	all.AtLeast(string(on)+": decisions a second", rate, bar)
	all.AtMost(string(on)+": p99 of a batch of 20 at half load, median of 9 turns, ms", p99[halfTurns/2], 50)
	all.AtMost(string(on)+": heap after all questions ÷ before", after/before, 1.1)
	all.AtMost(fmt.Sprintf("%s: answers that are wrong, %d opened", on, s.opened.Load()), float64(s.wrong.Load()), 0)
}

// lasted keeps how long something took.
func (s *latestBench) lasted(begun time.Time) {
	took := time.Since(begun)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.took = append(s.took, took)
}

// quantile of what was kept, of 100, in milliseconds.
func (s *latestBench) quantile(of int) float64 {
	slices.Sort(s.took)
	return s.took[len(s.took)*of/100].Seconds() * 1000
}

func heap() float64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}
