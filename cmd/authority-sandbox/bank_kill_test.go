package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/harness/network"
	"multicopy.example/cmd/internal/verifier"
	"multicopy.example/kiosk/must"
)

const (
	killedProcesses = 3
	killedConsents  = 60
	killedEach      = 10 // answers, after which a process is killed
)

// several are processes that serve one store, and the platform that asks whichever of them lives.
type several struct {
	*bankside
	all      []*harness.Authority
	at       []string
	answered chan struct{}
	lost     atomic.Int64 // requests that had to be made again
}

// until asks until a process answers.
func (s *several) until(path string, m, to any) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(s.Context(), harness.Patience)
	defer cancel()
	for {
		status, text, err := s.once(ctx, s.at[mathrand.IntN(len(s.at))], path, body)
		if err == nil && status == http.StatusOK {
			s.answered <- struct{}{}
			return json.Unmarshal(text, to)
		}
		if err == nil && status != http.StatusServiceUnavailable {
			return fmt.Errorf("%d %s", status, text)
		}
		if s.lost.Add(1); ctx.Err() != nil {
			return fmt.Errorf("no process answers: %w", errors.Join(err, ctx.Err()))
		}
	}
}

func (s *several) once(ctx context.Context, at, path string, body []byte) (int, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://"+at+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	reply, err := s.http.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	return reply.StatusCode, text, err
}

// killing kills one process after every few answers, and starts it again, until no more come.
func (s *several) killing() (kills int) {
	n := 0
	for range s.answered {
		if n++; n%killedEach != 0 {
			continue
		}
		a := s.all[kills%len(s.all)]
		kills++
		must.Note(s, a.Kill())
		must.Note(s, a.Start(s.Context()))
	}
	return kills
}

// agreedYesterday are consents of a resident's, each to a service of its own.
func (s *bankside) agreedYesterday(name string, n int) (all []store.Consent) {
	s.Helper()
	at := s.clock.now().Add(-24 * time.Hour).Unix()
	err := s.sandbox.DB.Tx(s.Context(), func(tx *store.Tx) error {
		all = nil
		p, err := tx.PersonNamed(name)
		for i := range n {
			of := store.Consent{Person: p.ID, Text: sha256.Sum256([]byte(words)), Version: p.Version, Received: at, Consent: consent.Give(consent.Address, at)}
			rand.Read(of.ID[:])
			rand.Read(of.Handle[:])
			rand.Read(of.Service[:])
			err = errors.Join(err, tx.AddService(store.Service{ID: of.Service, Provider: "bank-a", Title: fmt.Sprint("Service ", i), Purpose: "Letters", Opened: at}),
				tx.AddText(of.Service, store.Text{Hash: of.Text, Lang: "ja", Words: words}, at), tx.AddConsent(of),
				tx.AddChange("bank-a", store.Change{Service: of.Service, Consent: &of.ID, What: store.ConsentGiven, At: at}, 1))
			all = append(all, of)
		}
		for _, day := range []int64{(at + 9*60*60) / 86400, (at+9*60*60)/86400 + 1, (at+9*60*60)/86400 + 2} { // it may ask more than it may
			err = errors.Join(err, tx.CountAsked("bank-a", day, -1_000_000, 0))
		}
		return err
	})
	must.OK(s, err)
	return all
}

// TestKilledProcessesLoseNoDisclosureAndNoWithdrawal: several processes answer a bank over one PostgreSQL, and are killed in
// the middle of it. Each question that was answered with items is one disclosure with one fee, numbered without a gap; each
// withdrawal that was answered is the last of its consent, and once in the feed.
func TestKilledProcessesLoseNoDisclosureAndNoWithdrawal(t *testing.T) {
	s := &several{bankside: newBankside(start(t, postgres)), answered: make(chan struct{}, 1000)}
	list := s.agreedYesterday("hanako", killedConsents)
	s.counter("move", "hanako", "--address", "Rei-shi 2-3", "--municipality", "99202")
	s.counter("sign", "hanako")
	for range killedProcesses {
		at, err := network.Address()
		must.OK(t, err)
		s.at = append(s.at, at)
		s.all = append(s.all, launch(t, s.dir, "--verifier", at))
	}
	kills := make(chan int)
	go func() { kills <- s.killing() }()
	requests := make([]verifier.ID, len(list))
	given := make([]bool, len(list))
	var all sync.WaitGroup
	for i, of := range list {
		rand.Read(requests[i][:])
		withdraws := i%3 == 0
		var said verifier.Signed
		if withdraws {
			s.service = verifier.ID(of.Service)
			said = s.signs("hanako", consent.Statement{Act: consent.ToWithdraw, Consent: consent.ID(of.ID)})
		}
		all.Go(func() {
			q := verifier.Latest{Contract: 1, Provider: "bank-a", Questions: []verifier.Question{{Request: requests[i], Service: verifier.ID(of.Service), Handle: verifier.ID(of.Handle)}}}
			var got verifier.Answers
			if err := s.until(verifier.PathLatest, q, &got); err != nil || len(got.Answers) != 1 {
				t.Errorf("%+v, %v", got, err)
				return
			}
			a := got.Answers[0]
			if given[i] = a.Decision == "given"; !given[i] && (!withdraws || a.Decision != "cancelled") {
				t.Errorf("%+v", a)
			}
			var again verifier.Answers
			if err := s.until(verifier.PathLatest, q, &again); err != nil || again.Answers[0].Fee != 0 {
				t.Errorf("again: %+v, %v", again, err)
			}
		})
		if withdraws {
			all.Go(func() {
				var done verifier.Withdrawn
				if err := s.until(verifier.PathWithdraw, said, &done); err != nil || done.Consent != verifier.ID(of.ID) {
					t.Errorf("%+v, %v", done, err)
				}
			})
		}
	}
	all.Wait()
	close(s.answered)
	if n := <-kills; n < 5 {
		t.Errorf("%d processes were killed", n)
	} else {
		t.Logf("%d kills, %d requests made again", n, s.lost.Load())
	}
	s.nothingIsLost(list, requests, given)
}

// nothingIsLost compares what was answered with what is kept.
func (s *several) nothingIsLost(list []store.Consent, requests []verifier.ID, given []bool) {
	s.Helper()
	cancelled := map[store.ID]int{}
	changes, err := s.sandbox.Service.Changes(s.Context(), s.carrier(), "bank-a", 0)
	for i, c := range changes {
		if c.N != int64(i+1) {
			s.Errorf("change %d has number %d", i, c.N)
		}
		if c.What == store.ConsentCancelled {
			cancelled[*c.Consent]++
		}
	}
	err = errors.Join(err, s.sandbox.DB.Tx(s.Context(), func(tx *store.Tx) error {
		for i, was := range list {
			of, err := tx.ConsentOf(was.ID)
			disclosed, derr := tx.Disclosures(was.ID)
			if err := errors.Join(err, derr); err != nil {
				return err
			}
			withdrawn := i%3 == 0 // then the answer may have been lost, and the repetition was told of the withdrawal
			if n := len(disclosed); n > 1 || n == 0 && given[i] || n == 1 && !given[i] && !withdrawn || n == 1 && (disclosed[0].N != 1 || disclosed[0].Fee != 20 || verifier.ID(disclosed[0].Request) != requests[i]) {
				s.Errorf("consent %d: given %v, kept %+v", i, given[i], disclosed)
			}
			if withdrawn != (of.CancelledAt != 0) || withdrawn && of.CancelledN != int64(len(disclosed)+1) || cancelled[was.ID] != map[bool]int{true: 1}[withdrawn] {
				s.Errorf("consent %d: %+v, %d times in the feed", i, of, cancelled[was.ID])
			}
		}
		return nil
	}))
	must.Note(s, err)
}
