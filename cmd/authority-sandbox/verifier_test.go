package main

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/cms"
	"multicopy.example/cmd/internal/verifier"
	"multicopy.example/kiosk/must"
)

const words = "I agree that Rei Bank is told my new address."

// bankside is a bank and its platform, which talk to a sandbox.
type bankside struct {
	*bench
	http    *http.Client
	spki    [32]byte // of the platform's key
	service verifier.ID
	bank    verifier.Bank
}

// carrier is the platform, as its connection shows it.
func (s *bankside) carrier() domain.Carrier { return domain.Carrier{Name: "platform-a", SPKI: s.spki} }

func newBankside(b *bench) *bankside {
	b.Helper()
	s := &bankside{bench: b}
	key, cert := b.platform("platform-a")
	s.http, s.spki = b.dials(tls.Certificate{Certificate: [][]byte{cert.Raw}, PrivateKey: key}), sha256.Sum256(cert.RawSubjectPublicKeyInfo)
	seal, file := b.keyFile("bank.pub.pem")
	b.told(cli.Done, "bank", "add", "--bank", "bank-a", "--platform", "platform-a", "--name", "Rei Bank", "--seal", file)
	must.OK(b, s.service.UnmarshalText([]byte(b.opens("bank-a", words))))
	public, err := x509.ParsePKIXPublicKey(block(b, b.dir, fixture.AnswersPub))
	must.OK(b, err)
	s.bank = verifier.Bank{Provider: "bank-a", Authority: public.(*ecdsa.PublicKey), Keys: []*ecdsa.PrivateKey{seal}}
	return s
}

func fileOf(b *bench, name string) []byte { b.Helper(); return file(b, b.dir, name) }

// dials is a client with that certificate.
func (b *bench) dials(own ...tls.Certificate) *http.Client {
	b.Helper()
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(fileOf(b, fixture.TransportCA)) {
		b.Fatal("no CA")
	}
	tr := &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS13, RootCAs: roots, Certificates: own, Time: b.clock.now}}
	b.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, Timeout: 20 * time.Second}
}

// posts answers the status, and the reply in to.
func (s *bankside) posts(path string, m, to any) int {
	s.Helper()
	body, err := json.Marshal(m)
	must.OK(s, err)
	status, text := s.sends(path, body)
	if err := json.Unmarshal(text, to); err != nil {
		s.Fatalf("%s: %s: %v", path, text, err)
	}
	return status
}

func (s *bankside) sends(path string, body []byte) (int, []byte) {
	s.Helper()
	r, err := s.http.Post("https://"+s.at.Verifier+path, "application/json", bytes.NewReader(body))
	must.OK(s, err)
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	must.OK(s, err)
	return r.StatusCode, text
}

// signs is what a resident's card makes of a statement of now.
func (s *bankside) signs(name string, said consent.Statement) verifier.Signed {
	s.Helper()
	said.Service, said.Items, said.Lang, said.Text, said.At = consent.ID(s.service), consent.Address, "ja", sha256.Sum256([]byte(words)), s.clock.now().Unix()
	rand.Read(said.Nonce[:])
	text, err := said.Encode()
	must.OK(s, err)
	cert := block(s, s.dir, fixture.Cards, name, "sign.crt.pem")
	key, err := pki.ReadKey[*rsa.PrivateKey](pki.Folder(s.dir), fixture.Cards+"/"+name+"/sign.key.pem")
	must.OK(s, err)
	whole, err := cms.Sign(text, cert, time.Unix(said.At, 0), func(digest [32]byte) ([]byte, error) {
		return rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, digest[:])
	})
	must.OK(s, err)
	return verifier.Signed{Contract: verifier.Contract, Provider: "bank-a", Statement: text, CMS: whole}
}

// asks one question, under a new request id.
func (s *bankside) asks(handle verifier.ID) (verifier.Question, verifier.Answer) {
	s.Helper()
	q := verifier.Question{Service: s.service, Handle: handle}
	rand.Read(q.Request[:])
	var all verifier.Answers
	if status := s.posts(verifier.PathLatest, verifier.Latest{Contract: verifier.Contract, Provider: "bank-a", Questions: []verifier.Question{q}}, &all); status != 200 || len(all.Answers) != 1 {
		s.Fatalf("%d, %+v", status, all)
	}
	return q, all.Answers[0]
}

// TestABankLearnsOfAMoveAndOfNothingAfterTheWithdrawal: over the line, from the consent to
// its end, with the key rolled over between.
func TestABankLearnsOfAMoveAndOfNothingAfterTheWithdrawal(t *testing.T) {
	onEach(t, func(t *testing.T, on engine) {
		s := newBankside(start(t, on))
		var given verifier.Given
		m := s.signs("hanako", consent.Statement{Act: consent.ToGive})
		if status := s.posts(verifier.PathGive, m, &given); status != 200 || given.State != "pending" {
			t.Fatalf("%d, %+v", status, given)
		}
		receipt, err := s.bank.Receipt(given.Receipt)
		if err != nil || receipt.RecordID != given.Consent || receipt.Purposes[0].PIIInformation[0].PIIType != "address" || len(receipt.Purposes[0].PIIInformation) != 1 ||
			receipt.PrivacyNotice != "sha256:"+hex.EncodeToString(sum(words)) || receipt.Events[0].ValidUntil != given.Until {
			t.Errorf("%+v, %v", receipt, err)
		}
		s.clock.pass(24 * time.Hour)
		s.counter("move", "hanako", "--address", "Rei-shi 2-3", "--municipality", "99202")
		if _, a := s.asks(given.Handle); a.Decision != "nothing-yet" || a.Sealed != "" {
			t.Errorf("%+v", a)
		}
		s.counter("sign", "hanako")
		next, file := s.keyFile("next.pub.pem")
		s.told(cli.Done, "bank", "seal", "--bank", "bank-a", "--seal", file)
		s.bank.Keys = append(s.bank.Keys, next)
		q, a := s.asks(given.Handle)
		items, err := s.bank.Open(a.Sealed, q)
		if err != nil || a.Decision != "given" || a.Fee != 20 || items.Address != "Rei-shi 2-3" || items.Name != "" || items.Birth != "" || items.Sex != "" || items.Consent != given.Consent {
			t.Errorf("%+v, %+v, %v", a, items, err)
		}
		if old := (verifier.Bank{Provider: "bank-a", Authority: s.bank.Authority, Keys: s.bank.Keys[:1]}); second(old.Open(a.Sealed, q)) == nil {
			t.Error("sealed to the key before")
		}
		var withdrawn verifier.Withdrawn
		w := s.signs("hanako", consent.Statement{Act: consent.ToWithdraw, Consent: consent.ID(given.Consent)})
		if status := s.posts(verifier.PathWithdraw, w, &withdrawn); status != 200 || withdrawn.Disclosures != 1 {
			t.Fatalf("%d, %+v", status, withdrawn)
		}
		if receipt, err := s.bank.Receipt(withdrawn.Receipt); err != nil || len(receipt.Events) != 2 || receipt.Events[1].EventState != "withdrawn" || receipt.Events[1].Disclosures != 1 {
			t.Errorf("%+v, %v", receipt, err)
		}
		var all verifier.Answers
		s.posts(verifier.PathLatest, verifier.Latest{Contract: 1, Provider: "bank-a", Questions: []verifier.Question{q}}, &all)
		if all.Answers[0].Decision != "cancelled" || all.Answers[0].Sealed != "" {
			t.Errorf("the same question after the withdrawal: %+v", all)
		}
		changes := s.changes("provider=bank-a&after=0")
		if len(changes.Changes) != 2 || changes.Next != 2 || changes.Changes[1].What != "cancelled" || *changes.Changes[1].Consent != given.Consent {
			t.Errorf("%+v", changes)
		}
		if rest := s.changes("provider=bank-a&after=2"); len(rest.Changes) != 0 || rest.Next != 2 {
			t.Errorf("%+v", rest)
		}
		var listed []listedConsent
		if err := json.Unmarshal([]byte(s.told(cli.Done, "bank", "consents", "--bank", "bank-a", "--json")), &listed); err != nil || len(listed) != 1 ||
			listed[0].Resident != "hanako" || listed[0].State != "cancelled" || len(listed[0].Given) != 1 || listed[0].Given[0].Items[0] != "address" || listed[0].Given[0].Fee != 20 {
			t.Errorf("%+v, %v", listed, err)
		}
		var ended verifier.Ended
		if status := s.posts(verifier.PathEnd, verifier.End{Contract: 1, Provider: "bank-a", Service: s.service, Day: "2099-12-31"}, &ended); status != 200 || ended.Ends == 0 {
			t.Errorf("%d, %+v", status, ended)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func sum(text string) []byte { s := sha256.Sum256([]byte(text)); return s[:] }

func (s *bankside) changes(query string) (c verifier.Changes) {
	s.Helper()
	r, err := s.http.Get("https://" + s.at.Verifier + verifier.PathChanges + "?" + query)
	must.OK(s, err)
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != 200 {
		s.Fatalf("%d, %s, %v", r.StatusCode, text, err)
	}
	c, err = verifier.Decode[verifier.Changes](text)
	must.OK(s, err)
	return c
}

// TestTheVerifierLineRefusesInItsWords what is not of the contract, and those whose platform
// is another.
func TestTheVerifierLineRefusesInItsWords(t *testing.T) {
	s := newBankside(start(t, sqlite))
	refused := func(status int, text []byte, want int, code string) {
		t.Helper()
		m, err := verifier.Decode[verifier.Refusal](text)
		if status != want || err != nil || m.Code != code {
			t.Errorf("%d, %s, %v; want %d, %s", status, text, err, want, code)
		}
	}
	for _, body := range []string{``, `{}`, `{"contract":1,"provider":"bank-a","questions":[],"more":1}`, `{"contract":1,"provider":"bank-a","questions":[]}`, `{"contract":2,"provider":"bank-a","questions":[]}`} {
		s.watch.Odd(verifier.PathLatest, []byte(body))
		status, text := s.sends(verifier.PathLatest, []byte(body))
		refused(status, text, 400, "contract")
	}
	long := []byte(`{"contract":1,"provider":"` + strings.Repeat("a", verifier.MaxMessage) + `","questions":[]}`)
	s.watch.Odd(verifier.PathLatest, long)
	status, text := s.sends(verifier.PathLatest, long)
	refused(status, text, 400, "contract")
	s.watch.Odd("/v1/else", []byte(`{}`))
	status, text = s.sends("/v1/else", []byte(`{}`))
	refused(status, text, 400, "contract")

	m := s.signs("hanako", consent.Statement{Act: consent.ToGive})
	body, err := json.Marshal(m)
	must.OK(t, err)
	own := s.http
	pair, err := fixture.KioskPair(s.dir) // of the same CA
	must.OK(t, err)
	s.http = s.dials(pair)
	status, text = s.sends(verifier.PathGive, body)
	refused(status, text, 403, "forbidden")
	if _, a := s.asks(verifier.ID{1}); !reflect.DeepEqual(a, verifier.Answer{Request: a.Request, Decision: "forbidden"}) {
		t.Errorf("%+v", a)
	}
	if _, err := s.dials().Get("https://" + s.at.Verifier + verifier.PathChanges); err == nil {
		t.Error("a platform without a certificate was answered")
	}
	s.http = own
	key, cert := s.platform("platform-a") // registered again: the key before is no platform's
	status, text = s.sends(verifier.PathGive, body)
	refused(status, text, 403, "forbidden")
	s.http = s.dials(tls.Certificate{Certificate: [][]byte{cert.Raw}, PrivateKey: key})
	if status, text = s.sends(verifier.PathGive, body); status != 200 {
		t.Errorf("%d, %s", status, text)
	}
	s.told(cli.Done, "platform", "suspend", "--platform", "platform-a")
	status, text = s.sends(verifier.PathGive, body)
	refused(status, text, 403, "suspended")
}
