package main

import (
	"crypto/x509"
	"encoding/json"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/verifier"
	"multicopy.example/kiosk/must"
)

// serial of a resident's newest signing certificate.
func (s *bankside) serial(name string) verifier.Serial {
	s.Helper()
	cert, err := x509.ParseCertificate(block(s, s.dir, fixture.Cards, name, "sign.crt.pem"))
	must.OK(s, err)
	n, err := store.SerialOf(cert.SerialNumber)
	must.OK(s, err)
	return verifier.Serial(n)
}

// TestABankLooksAtCertificatesOverTheLine: how they stand, which belong together, and, of a service
// that lets it, asks by one's number.
func TestABankLooksAtCertificatesOverTheLine(t *testing.T) {
	s := newBankside(start(t, sqlite))
	first := s.serial("hanako")
	text := s.told(cli.Done, "service", "open", "--bank", "bank-a", "--title", "Loans", "--purpose", "Letters reach you", "--text", "ja="+s.textFile("consent.ja.txt", words), "--by-serial", "--json")
	var opened listedService
	if err := json.Unmarshal([]byte(text), &opened); err != nil || !opened.Serial {
		t.Fatal(text, err)
	}
	must.OK(t, s.service.UnmarshalText([]byte(opened.Service)))
	var given verifier.Given
	if status := s.posts(verifier.PathGive, s.signs("hanako", consent.Statement{Act: consent.ToGive}), &given); status != 200 {
		t.Fatal(status)
	}
	s.clock.pass(24 * time.Hour)
	s.counter("move", "hanako", "--address", "Rei-shi 2-3", "--municipality", "99202")
	var states verifier.States
	question := verifier.Serials{Contract: 1, Provider: "bank-a", Purpose: verifier.ForLiveness, CA: verifier.CASign, Serials: []verifier.Serial{first, {1}}}
	if status := s.posts(verifier.PathStatus, question, &states); status != 200 || len(states.States) != 2 ||
		states.States[0] != (verifier.State{Serial: first, State: "revoked", Reason: 3, Since: states.States[0].Since}) || states.States[0].Since == 0 || states.States[1] != (verifier.State{Serial: verifier.Serial{1}, State: "unknown"}) ||
		states.Next-states.AsOf != 15*60 || states.AsOf > s.clock.now().Unix() || states.Next <= s.clock.now().Unix() {
		t.Errorf("%d, %+v", status, states)
	}
	s.counter("sign", "hanako")
	var linked verifier.Linked
	if status := s.posts(verifier.PathLinks, verifier.Link{Contract: 1, Provider: "bank-a", Purpose: verifier.ForLiveness, CA: verifier.CASign, Serial: first}, &linked); status != 200 ||
		!linked.Known || linked.Next == nil || *linked.Next != s.serial("hanako") {
		t.Errorf("%d, %+v", status, linked)
	}
	q := verifier.Question{Request: verifier.ID{1}, Service: s.service, Serial: first}
	var all verifier.Answers
	if status := s.posts(verifier.PathLatest, verifier.Latest{Contract: 1, Provider: "bank-a", Questions: []verifier.Question{q}}, &all); status != 200 {
		t.Fatalf("%d, %+v", status, all)
	}
	items, err := s.bank.Open(all.Answers[0].Sealed, q)
	if err != nil || items.Address != "Rei-shi 2-3" || items.Serial != s.serial("hanako") {
		t.Errorf("%+v, %v", items, err)
	}
	var refused verifier.Refusal
	question.Purpose = ""
	if status := s.posts(verifier.PathStatus, question, &refused); status != 403 || refused.Code != verifier.CodePurpose {
		t.Errorf("%d, %+v", status, refused)
	}
	for _, bad := range []any{
		verifier.Serials{Contract: 1, Provider: "bank-a", Purpose: verifier.ForLiveness, CA: verifier.CASign, Serials: []verifier.Serial{}},
		verifier.Serials{Contract: 1, Provider: "bank-a", Purpose: verifier.ForLiveness, CA: "root", Serials: []verifier.Serial{first}},
	} {
		body, err := json.Marshal(bad)
		must.OK(t, err)
		s.watch.Odd(verifier.PathStatus, body)
		if status, text := s.sends(verifier.PathStatus, body); status != 400 {
			t.Errorf("%d, %s", status, text)
		}
	}
	body, err := json.Marshal(verifier.Latest{Contract: 1, Provider: "bank-a", Questions: []verifier.Question{{Request: verifier.ID{2}, Service: s.service, Serial: first, Handle: given.Handle}}})
	must.OK(t, err)
	s.watch.Odd(verifier.PathLatest, body)
	if status, text := s.sends(verifier.PathLatest, body); status != 400 {
		t.Errorf("%d, %s", status, text)
	}
}
