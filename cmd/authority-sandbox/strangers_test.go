package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/internal/verifier"
	"multicopy.example/kiosk/must"
)

// TestStrangersAreAnsweredAlikeOverTheLine: random handles, a handle of another service, and a handle of a person who
// agreed to another bank get the same bytes but for the request id.
func TestStrangersAreAnsweredAlikeOverTheLine(t *testing.T) {
	s := newBankside(start(t, sqlite))
	var given verifier.Given
	if status := s.posts(verifier.PathGive, s.signs("hanako", consent.Statement{Act: consent.ToGive}), &given); status != 200 {
		t.Fatal(status)
	}
	s.clock.pass(24 * time.Hour)
	other := s.opens("bank-a", "Another text.")
	var service verifier.ID
	must.OK(t, service.UnmarshalText([]byte(other)))
	answers := map[string]bool{}
	for range 50 { // one question a day is free of any quota
		s.clock.pass(24 * time.Hour)
		q := verifier.Question{Service: service, Handle: given.Handle}
		if len(answers)%2 == 0 {
			rand.Read(q.Handle[:])
		}
		rand.Read(q.Request[:])
		body, err := json.Marshal(verifier.Latest{Contract: 1, Provider: "bank-a", Questions: []verifier.Question{q}})
		must.OK(t, err)
		status, text := s.sends(verifier.PathLatest, body)
		id, _ := q.Request.MarshalText()
		if status != 200 {
			t.Fatalf("%d, %s", status, text)
		}
		answers[string(bytes.ReplaceAll(text, id, nil))] = true
	}
	for text := range answers {
		if len(answers) != 1 || !strings.Contains(text, `"decision":"no-consent"`) {
			t.Errorf("%d answers: %s", len(answers), text)
		}
	}
}
