package main

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/cms"
	"multicopy.example/cmd/internal/verifier"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

// TestAPersonSeesAndWithdrawsConsentsInTheApp: when items were given and not which values, by any
// key that may see; the phone's signing key withdraws, and the bank is told.
func TestAPersonSeesAndWithdrawsConsentsInTheApp(t *testing.T) { onEach(t, appConsents) }

func appConsents(t *testing.T, on engine) {
	b := newBankside(start(t, on))
	p := newPhones(b.bench)
	phone := p.on(p.ofMaker(p.good, "batch 3", 100*time.Hour), sim.Android)
	p.setsUp(phone, "hanako")
	var given verifier.Given
	if status := b.posts(verifier.PathGive, b.signs("hanako", consent.Statement{Act: consent.ToGive}), &given); status != 200 {
		t.Fatalf("%d, %+v", status, given)
	}
	sees := func(proof appclient.Proof) appclient.Consent {
		t.Helper()
		r, err := b.app.Consents(t.Context(), proof)
		if err != nil || len(r.Consents) != 1 {
			t.Fatalf("%+v, %v", r, err)
		}
		return r.Consents[0]
	}
	for _, proof := range []appclient.Proof{b.byCard("hanako", "auth", appclient.ForConsents), b.byCard("hanako", "sign", appclient.ForConsents),
		p.ofPhone(phone, kiosk.RefAuth, appclient.ForConsents), p.ofPhone(phone, kiosk.RefSign, appclient.ForConsents)} {
		if c := sees(proof); c.Consent != hex.EncodeToString(given.Consent[:]) || c.Company != "Rei Bank" || !slices.Equal(c.Items, []string{"address"}) || c.State != "pending" || len(c.Given) != 0 {
			t.Errorf("%+v", c)
		}
	}
	if r, err := b.app.Consents(t.Context(), b.byCard("taro", "auth", appclient.ForConsents)); err != nil || len(r.Consents) != 0 {
		t.Errorf("another person sees %+v, %v", r, err)
	}
	_, err := b.app.Consents(t.Context(), b.byCard("hanako", "auth", appclient.ForLogIn))
	b.refusedAs(err, "challenge")

	b.clock.pass(24 * time.Hour)
	b.counter("move", "hanako", "--address", "Rei-shi 2-3", "--municipality", "99202")
	b.counter("sign", "hanako")
	if _, a := b.asks(given.Handle); a.Decision != "given" {
		t.Fatalf("%+v", a)
	}
	seen := sees(b.byCard("hanako", "auth", appclient.ForConsents))
	if seen.State != "active" || len(seen.Given) != 1 || !slices.Equal(seen.Given[0].Items, []string{"address"}) || seen.Given[0].At != b.clock.now().Unix() {
		t.Errorf("%+v", seen)
	}
	b.clock.pass(time.Minute)
	p.setsUp(phone, "hanako") // her move has ended the signing certificate of the phone
	withdraws := func(name string, change func(*verifier.Statement)) (appclient.Consent, error) {
		t.Helper()
		s := verifier.Statement{V: verifier.StatementVersion, Act: verifier.ActWithdraw, Consent: seen.Consent, Items: seen.Items, Lang: seen.Lang, Text: seen.Text, At: b.clock.now().Unix()}
		must.OK(t, s.Service.UnmarshalText([]byte(seen.Service)))
		rand.Read(s.Nonce[:])
		change(&s)
		text, err := s.Encode()
		must.OK(t, err)
		cert, sign := phone.Phone.Cert(kiosk.RefSign), func(digest [32]byte) ([]byte, error) { return phone.Phone.Sign(kiosk.RefSign, pass, digest) }
		if name != "" {
			h := b.held(name)
			cert, sign = h.Cert, h.Sign
		}
		signature, err := cms.Sign(text, cert, b.clock.now(), sign)
		must.OK(t, err)
		return b.app.WithdrawConsent(t.Context(), appclient.WithdrawConsent{Statement: text, CMS: signature})
	}
	same := func(*verifier.Statement) {}
	_, err = withdraws("taro", same)
	b.refusedAs(err, "no-consent")
	_, err = withdraws("", func(s *verifier.Statement) { s.Items = []string{"name"} })
	b.refusedAs(err, "no-consent")
	_, err = withdraws("", func(s *verifier.Statement) { s.At -= 3600 })
	b.refusedAs(err, "statement")
	done, err := withdraws("", same)
	if err != nil || done.State != "cancelled" || done.Cancelled != b.clock.now().Unix() || len(done.Given) != 1 {
		t.Fatalf("%+v, %v", done, err)
	}
	parts := strings.Split(done.Receipt, ".")
	if len(parts) != 3 {
		t.Fatalf("a receipt of %d parts", len(parts))
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	var receipt verifier.Receipt
	if err != nil || json.Unmarshal(text, &receipt) != nil || len(receipt.Events) != 2 || receipt.Events[1].EventState != "withdrawn" || receipt.Events[1].Disclosures != 1 {
		t.Errorf("the receipt is %s, %v", text, err)
	}
	if again, err := withdraws("", same); err != nil || again.Cancelled != done.Cancelled {
		t.Errorf("again it is %+v, %v", again, err)
	}
	if _, a := b.asks(given.Handle); a.Decision != "cancelled" {
		t.Errorf("the bank is answered %+v", a)
	}
}
