package main

import (
	"bytes"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/crl"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/cmd/authority-sandbox/internal/status"
	"multicopy.example/cmd/internal/bars"
	"multicopy.example/kiosk/must"
)

// lists measures them: of a town, of everything, and of a million entries in one.
func (s *statusBench) lists() {
	s.Helper()
	var took []float64
	for range 15 {
		s.clock.pass(status.Tick) // or the one before is served
		begun := time.Now()
		der := s.fetch("/crl/sign/99202")
		took = append(took, time.Since(begun).Seconds()*1000)
		if n := len(listOf(s, der).RevokedCertificateEntries); n != town/listed {
			s.Fatalf("%d entries", n)
		}
	}
	slices.Sort(took)
	s.AtMost("a list of 11,500 entries out of the store over HTTP, ms, median", took[len(took)/2], 25)
	s.AtMost("every list of a million people, s", s.all(), 60)

	ours, allocated := s.written(1_000_000)
	s.AtMost("a list of a million entries, s", ours, 1.5)
	s.AtMost("memory that its writer takes, MB", allocated, 1)
	few, _ := s.written(100_000)
	theirs, most := s.standard(100_000)
	t := bars.Table(os.Stdout)
	fmt.Fprint(t, "\ts\tMB allocated\t\n")
	fmt.Fprintf(t, "a million entries\t%.2f\t%.2f\t\n100,000 entries\t%.2f\t\t\n100,000 by crypto/x509\t%.2f\t%.0f\t\n", ours, allocated, few, theirs, most)
	t.Flush()
	fmt.Println()
}

// all fetches each list of both CAs, two at a time, and answers how long that took.
func (s *statusBench) all() float64 {
	s.Helper()
	s.clock.pass(status.Tick)
	begun := time.Now()
	parts := make(chan string)
	var bytes atomic.Int64
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			for path := range parts {
				r, err := http.Get("http://" + s.at.Status + path)
				if err != nil {
					s.Error(err)
					continue
				}
				n, err := io.Copy(io.Discard, r.Body)
				if r.Body.Close(); err != nil || r.StatusCode != 200 {
					s.Errorf("%s: %d, %v", path, r.StatusCode, err)
				}
				bytes.Add(n)
			}
		})
	}
	n := 0
	for _, name := range []string{"auth", "sign"} {
		for _, p := range pki.Parts() {
			parts <- fmt.Sprintf("/crl/%s/%d", name, p)
			n++
		}
	}
	close(parts)
	both.Wait()
	fmt.Printf("%d lists, %.1f MB\n\n", n, float64(bytes.Load())/1e6)
	return time.Since(begun).Seconds()
}

// written is how long the writer takes for n entries, and what it allocates.
func (s *statusBench) written(n int) (seconds, megabytes float64) {
	s.Helper()
	ca := s.sandbox.Cards[pki.Sign]
	l := crl.List{Issuer: ca.Cert.RawSubject, KeyID: ca.Cert.SubjectKeyId, Point: ca.PointOf(99201), Number: big.NewInt(1),
		This: s.clock.now(), Next: s.clock.now().Add(status.ListLife), Signer: ca.Key}
	return s.taken(func() error {
		return l.Write(io.Discard, func(yield func(crl.Entry, error) bool) {
			for i := range n {
				if !yield(crl.Entry{Serial: number(i), At: 1_795_000_000, Reason: crl.AffiliationChanged}, nil) {
					return
				}
			}
		})
	})
}

// standard is crypto/x509's.
func (s *statusBench) standard(n int) (seconds, megabytes float64) {
	s.Helper()
	ca := s.sandbox.Cards[pki.Sign]
	return s.taken(func() error {
		l := x509.RevocationList{Number: big.NewInt(1), ThisUpdate: s.clock.now(), NextUpdate: s.clock.now().Add(status.ListLife),
			ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 28}, Critical: true, Value: []byte{0x30, 3, 0x81, 1, 0xFF}}}}
		for i := range n {
			serial := number(i)
			l.RevokedCertificateEntries = append(l.RevokedCertificateEntries,
				x509.RevocationListEntry{SerialNumber: new(big.Int).SetBytes(serial[:]), RevocationTime: time.Unix(1_795_000_000, 0), ReasonCode: 3})
		}
		der, err := x509.CreateRevocationList(rand.Reader, &l, ca.Cert, ca.Key)
		if err == nil && !bytes.HasPrefix(der, []byte{0x30}) {
			err = io.ErrUnexpectedEOF
		}
		return err
	})
}

func (s *statusBench) taken(f func() error) (seconds, megabytes float64) {
	s.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	begun := time.Now()
	must.OK(s, f())
	seconds = time.Since(begun).Seconds()
	runtime.ReadMemStats(&after)
	return seconds, float64(after.TotalAlloc-before.TotalAlloc) / 1e6
}
