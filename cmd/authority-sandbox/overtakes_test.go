package main

import (
	"crypto/rand"
	"sync"
	"testing"

	"multicopy.example/cmd/internal/verifier"
)

// TestAQuestionThatOvertakesItsOriginalIsAnsweredAlike: a platform that heard nothing asks
// again while the first is under way; both say what was given, for one fee.
func TestAQuestionThatOvertakesItsOriginalIsAnsweredAlike(t *testing.T) {
	onEach(t, func(t *testing.T, on engine) {
		s := newBankside(start(t, on))
		given := s.agreed("hanako")
		s.counter("move", "hanako", "--address", "Rei-shi 2-3", "--municipality", "99202")
		s.counter("sign", "hanako")
		m := verifier.Latest{Contract: verifier.Contract, Provider: "bank-a", Questions: []verifier.Question{{Service: s.service, Handle: given.Handle}}}
		rand.Read(m.Questions[0].Request[:])
		var all [8]verifier.Answers
		var wait sync.WaitGroup
		for i := range all {
			wait.Go(func() {
				if status := s.posts(verifier.PathLatest, m, &all[i]); status != 200 {
					s.Errorf("status %d", status)
				}
			})
		}
		wait.Wait()
		fee := 0
		for _, a := range all {
			if len(a.Answers) != 1 || a.Answers[0].Decision != "given" {
				t.Fatalf("%+v", a)
			}
			fee += int(a.Answers[0].Fee)
		}
		if fee != 20 {
			t.Errorf("%d yen for one disclosure", fee)
		}
	})
}
