package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/cmd/internal/bars"
	"multicopy.example/kiosk/must"
)

const (
	people  = 1_000_000
	askers  = 16     // connections that ask at once
	popular = 10_000 // certificates that are asked about again and again
	sampled = 1000   // one answer of so many goes to openssl
)

// BenchmarkStatus prints what the status line does with a million people beside a bare signature and openssl's own
// responder, all by turns, and bars. Askers and authority share the cores. Its last line says how many
// bars are met.
func BenchmarkStatus(b *testing.B) {
	for b.Loop() {
		s := &statusBench{judged: judged{bench: start(b, sqlite), files: b.TempDir()}}
		begun := time.Now()
		s.country(people)
		fmt.Printf("\n%d cores; %d people, rows made in %.0f s\n\n", runtime.NumCPU(), people, time.Since(begun).Seconds())
		s.answers()
		s.lists()
		s.Print(os.Stdout)
		met, missed := s.Counts()
		line := fmt.Sprintf("\nbench-status: %d bars met", met)
		if missed > 0 {
			line += fmt.Sprintf(", %d missed", missed)
		}
		fmt.Println(line)
		b.ReportMetric(0, "ns/op") // the table is the result
	}
}

type statusBench struct {
	judged
	bars.Bars

	mu      sync.Mutex
	samples [][2][]byte // request and answer
}

func (s *statusBench) answers() {
	s.Helper()
	b := s.TB.(*testing.B)
	ca := s.sandbox.Cards[pki.Sign]
	s.write("ca.pem", "CERTIFICATE", ca.Cert.Raw)
	responder, err := ca.Responder(s.clock.now())
	must.OK(b, err)
	signature := s.load(runtime.NumCPU(), func(int) (func() int, error) {
		digest := make([]byte, 32)
		return func() int {
			must.Note(b, must.Err(responder.Key.Sign(rand.Reader, digest, crypto.SHA256)))
			return 1
		}, nil
	})
	q := s.questions()
	live := s.asks(func(i int) (int, []byte) {
		nonce := make([]byte, 16)
		rand.Read(nonce)
		return i, q.about(i, nonce)
	}, people)
	known := make([][]byte, popular)
	for i := range known {
		known[i] = q.about(i, nil)
	}
	kept := s.asks(func(i int) (int, []byte) { return i, known[i] }, popular)
	peer := s.openssl(responder, q)

	loads := []load{signature, live, kept, peer}
	var did [4]int
	var took [4]time.Duration
	var heap []float64
	c := s.caller(s.at.Status)
	for _, der := range known { // what is kept, is
		must.OK(b, must.Err(c.ask(der)))
	}
	for range 2 * rounds {
		for i, l := range loads {
			n, d := l.run(b)
			did[i], took[i] = did[i]+n, took[i]+d
		}
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		heap = append(heap, float64(m.HeapAlloc))
	}
	var rate [4]float64
	names := [...]string{"bare ECDSA P-256 signature", "OCSP over HTTP, signed live, with a nonce", "OCSP over HTTP, kept", "openssl ocsp, one row in its index"}
	t := bars.Table(os.Stdout)
	fmt.Fprint(t, "\ta second\t÷ signature\t÷ openssl ocsp\t\n")
	for i := range rate {
		rate[i] = float64(did[i]) / took[i].Seconds()
	}
	for i, name := range names {
		fmt.Fprintf(t, "%s\t%.0f\t%.2f\t%.1f\t\n", name, rate[i], rate[i]/rate[0], rate[i]/rate[3])
	}
	t.Flush()
	fmt.Println()
	s.AtLeast("OCSP answers a second, signed live", rate[1], 3000)
	s.AtLeast("OCSP answers a second, kept", rate[2], 10_000)
	s.AtMost("answers that openssl does not believe, one in a thousand asked", float64(s.unbelieved()), 0)
	s.AtMost("heap after all answers ÷ after a tenth of them", heap[len(heap)-1]/heap[0], 1.1)
}

// asks is a load of questions about one of n people each.
func (s *statusBench) asks(question func(i int) (int, []byte), n int) load {
	var asked atomic.Int64
	return s.load(askers, func(int) (func() int, error) {
		c := s.caller(s.at.Status)
		return func() int {
			i, der := question(mathrand.IntN(n))
			answer, err := c.ask(der)
			want := byte(tagGood)
			if i%listed == 0 {
				want = tagRevoked
			}
			if err != nil || said(answer) != want {
				s.Errorf("%d: %02x, %v", i, said(answer), err)
				return 0
			}
			if asked.Add(1)%sampled == 0 {
				s.mu.Lock()
				s.samples = append(s.samples, [2][]byte{bytes.Clone(der), bytes.Clone(answer)})
				s.mu.Unlock()
			}
			return 1
		}, nil
	})
}

// unbelieved is how many of the samples openssl refuses. Those with a nonce are compared with their question.
func (s *statusBench) unbelieved() (n int) {
	s.Helper()
	for _, sample := range s.samples {
		for i, name := range []string{"q.der", "a.der"} {
			must.OK(s, os.WriteFile(filepath.Join(s.files, name), sample[i], 0o600))
		}
		c := exec.CommandContext(s.Context(), "openssl", "ocsp", "-reqin", "q.der", "-respin", "a.der", "-CAfile", "ca.pem", "-issuer", "ca.pem")
		c.Dir = s.files
		out, err := c.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "Response verify OK") || bytes.Contains(sample[0], []byte{6, 9, 0x2B, 6, 1, 5, 5, 7, 48, 1, 2}) && strings.Contains(string(out), "nonce") {
			s.Logf("%v\n%s", err, out)
			n++
		}
	}
	fmt.Printf("%d answers were shown to openssl\n\n", len(s.samples))
	return n
}

// openssl is a load of openssl's responder, which knows one certificate.
func (s *statusBench) openssl(responder *pki.Pair, q questions) load {
	s.Helper()
	folder := pki.Folder(s.files)
	must.OK(s, folder.Certs("responder.pem", responder.Cert))
	must.OK(s, folder.Key("responder.key", responder.Key))
	serial := number(1)
	row := fmt.Sprintf("V\t%s\t\t%X\tunknown\t/CN=one\n", s.clock.now().AddDate(1, 0, 0).UTC().Format("060102150405Z"), serial[4:])
	must.OK(s, os.WriteFile(filepath.Join(s.files, "index.txt"), []byte(row), 0o600))
	free, err := net.Listen("tcp", "127.0.0.1:0")
	must.OK(s, err)
	address := free.Addr().String()
	free.Close()
	_, port, err := net.SplitHostPort(address)
	must.OK(s, err)
	c := exec.CommandContext(context.WithoutCancel(s.Context()), "openssl", "ocsp", "-index", "index.txt", "-port", port, "-rsigner", "responder.pem", "-rkey", "responder.key", "-CA", "ca.pem", "-nmin", "15", "-ignore_err")
	c.Dir = s.files
	must.OK(s, c.Start())
	s.Cleanup(func() { c.Process.Kill(); c.Wait() }) //nolint:errcheck // it was killed
	one := q.about(1, nil)
	ask := func() ([]byte, error) { // it closes each connection
		conn, err := net.Dial("tcp", address)
		if err != nil {
			return nil, err
		}
		defer conn.Close()
		fmt.Fprintf(conn, "POST / HTTP/1.0\r\nContent-Type: application/ocsp-request\r\nContent-Length: %d\r\n\r\n%s", len(one), one)
		return io.ReadAll(conn)
	}
	return s.load(2, func(int) (func() int, error) {
		return func() int {
			if answer, err := ask(); err != nil || said(answer) != tagGood {
				return 0 // it has one connection at a time, and turns others away
			}
			return 1
		}, nil
	})
}
