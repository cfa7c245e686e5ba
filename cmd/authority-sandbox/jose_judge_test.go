package main

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/internal/verifier"
	"multicopy.example/kiosk/must"
)

// TestDebiansJoseReadsAnswersAndReceipts, and OpenSSL what was signed: a bank needs nothing of
// ours.
func TestDebiansJoseReadsAnswersAndReceipts(t *testing.T) {
	must.Need(t, "Debian's package jose")
	s := newBankside(start(t, sqlite))
	j := judged{bench: s.bench, files: t.TempDir()}
	write := func(name string, text []byte) {
		t.Helper()
		must.OK(t, os.WriteFile(filepath.Join(j.files, name), text, 0o600))
	}
	jwk := func(name string, key any) {
		t.Helper()
		text, err := json.Marshal(jose.JSONWebKey{Key: key})
		must.OK(t, err)
		write(name, text)
	}
	m := s.signs("hanako", consent.Statement{Act: consent.ToGive})
	write("statement", m.Statement)
	write("signature", m.CMS)
	ca := filepath.Join(s.dir, fixture.CardCAs)
	j.says(true, []string{"openssl", "cms", "-verify", "-binary", "-cades", "-inform", "DER", "-in", "signature", "-content", "statement", "-CAfile", ca, "-purpose", "any", "-out", "said"}, "successful")

	var given verifier.Given
	if status := s.posts(verifier.PathGive, m, &given); status != 200 {
		t.Fatal(status)
	}
	s.clock.pass(24 * time.Hour)
	s.counter("move", "hanako", "--address", "Rei-shi 2-3", "--municipality", "99202")
	s.counter("sign", "hanako")
	_, a := s.asks(given.Handle)
	jwk("authority.jwk", s.bank.Authority)
	jwk("bank.jwk", s.bank.Keys[0])
	jwk("another.jwk", &s.bank.Keys[0].PublicKey)
	write("receipt", []byte(given.Receipt))
	write("answer", []byte(a.Sealed))
	ids := hex.EncodeToString(given.Consent[:])
	j.says(true, []string{"jose", "jws", "ver", "-i", "receipt", "-k", "authority.jwk", "-O", "-"}, `"record_id":"`+ids+`"`, `"pii_type":"address"`)
	j.says(true, []string{"jose", "jws", "ver", "-i", "answer", "-k", "authority.jwk", "-O", "sealed"})
	j.says(true, []string{"jose", "jwe", "dec", "-i", "sealed", "-k", "bank.jwk", "-O", "-"}, `"address":"Rei-shi 2-3"`, ids)
	j.says(false, []string{"jose", "jws", "ver", "-i", "answer", "-k", "another.jwk", "-O", "-"})
	j.says(false, []string{"jose", "jwe", "dec", "-i", "sealed", "-k", "another.jwk", "-O", "-"})
}
