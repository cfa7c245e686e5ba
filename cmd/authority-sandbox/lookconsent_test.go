package main

import (
	"crypto/rand"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/verifier"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// believed is a session in which the card's holder was believed.
func (b *bench) believed(name string) (*card, port.Session) {
	b.Helper()
	c := b.card(name)
	s := b.looked(c)
	must.OK(b, must.Err(b.see(c, s)))
	return c, s
}

// agreed is what a resident agreed to, from yesterday on.
func (s *bankside) agreed(name string) (given verifier.Given) {
	s.Helper()
	if status := s.posts(verifier.PathGive, s.signs(name, consent.Statement{Act: consent.ToGive}), &given); status != 200 {
		s.Fatalf("%d, %+v", status, given)
	}
	s.clock.pass(24 * time.Hour)
	return given
}

// withdraws composes what a card signs, as a kiosk does.
func (s *bankside) withdraws(c *card, in port.Session, one kiosk.Consent, certificate [32]byte) (port.Withdrawal, []byte) {
	s.Helper()
	w := port.Withdrawal{Consent: one, At: s.clock.now().Unix()}
	rand.Read(w.Nonce[:])
	digest, err := s.kiosk.WithdrawDigest(w, certificate)
	must.OK(s, err)
	return w, c.sign(kiosk.RefSign, digest)
}

// TestAConsentIsSeenAndWithdrawnAtAKiosk: no bank runs it, the bank is told nothing more, and
// what was signed there verifies for OpenSSL.
func TestAConsentIsSeenAndWithdrawnAtAKiosk(t *testing.T) { onEach(t, consentAtKiosk) }

func consentAtKiosk(t *testing.T, on engine) {
	s := newBankside(start(t, on))
	given := s.agreed("hanako")
	c, in := s.believed("hanako")
	all, err := s.kiosk.Consents(t.Context(), in)
	if err != nil || len(all.All) != 1 || all.Certificate == [32]byte{} {
		t.Fatalf("%+v, %v", all, err)
	}
	one := all.All[0]
	if one.ID != [16]byte(given.Consent) || string(one.Company) != "Rei Bank" || len(one.Title) == 0 || one.Items != int8(consent.Address) || one.Lang != [8]byte{'j', 'a'} || one.Last != 0 || one.Until <= one.From {
		t.Errorf("%+v", one)
	}
	w, signature := s.withdraws(c, in, one, all.Certificate)
	done, err := s.kiosk.Withdraw(t.Context(), in, w, signature)
	if err != nil || done.At != s.clock.now().Unix() || done.Given != 0 {
		t.Fatalf("%+v, %v", done, err)
	}
	s.clock.pass(time.Minute)
	if again, err := s.kiosk.Withdraw(t.Context(), in, w, signature); err != nil || again != done { // a kiosk that missed the answer
		t.Errorf("%+v, %v", again, err)
	}
	if _, a := s.asks(given.Handle); a.Decision != "cancelled" || a.Sealed != "" {
		t.Errorf("the bank is told %+v", a)
	}
	if after, err := s.kiosk.Consents(t.Context(), in); err != nil || len(after.All) != 0 {
		t.Errorf("%+v, %v", after, err)
	}
	s.keptAs("hanako", w)
}

// keptAs: the authority keeps the statement that the kiosk composed, and a signature that
// OpenSSL verifies with the card's CA.
func (s *bankside) keptAs(name string, w port.Withdrawal) {
	s.Helper()
	var proof store.Proof
	err := s.sandbox.DB.Tx(s.Context(), func(tx *store.Tx) (err error) {
		proof, err = tx.ProofOf(w.Nonce)
		return err
	})
	if err != nil || proof.Channel != "kiosk" || !strings.Contains(string(proof.Statement), `"consent":"`+hex.EncodeToString(w.Consent.ID[:])+`"`) {
		s.Fatalf("%+v, %v", proof, err)
	}
	dir := s.TempDir()
	files := map[string][]byte{"statement": proof.Statement, "cms": proof.CMS}
	for file, b := range files {
		must.OK(s, os.WriteFile(filepath.Join(dir, file), b, 0o600))
	}
	at := func(file string) string { return filepath.Join(dir, file) }
	out, err := exec.Command("openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", at("cms"), "-content", at("statement"),
		"-CAfile", filepath.Join(s.dir, fixture.Cards, name, "ca.sign.crt.pem"), "-purpose", "any", "-out", os.DevNull, "-no_check_time").CombinedOutput()
	if err != nil {
		s.Errorf("%v: %s", err, out)
	}
}

// TestAWithdrawalAtAKioskNeedsTheCardsPassword: each thing that is wrong is refused, and the
// consent stands.
func TestAWithdrawalAtAKioskNeedsTheCardsPassword(t *testing.T) { onEach(t, withdrawalRefused) }

func withdrawalRefused(t *testing.T, on engine) {
	s := newBankside(start(t, on))
	s.agreed("taro")
	given := s.agreed("hanako")
	c, in := s.believed("hanako")
	all, err := s.kiosk.Consents(t.Context(), in)
	if err != nil || len(all.All) != 1 {
		t.Fatalf("%+v, %v", all, err)
	}
	one := all.All[0]
	good, signature := s.withdraws(c, in, one, all.Certificate)
	refused := func(name string, in port.Session, w port.Withdrawal, signature []byte, word kiosk.Message) {
		t.Helper()
		_, err := s.kiosk.Withdraw(t.Context(), in, w, signature)
		t.Run(name, func(t *testing.T) { want(t, err, word) })
	}
	unproved := s.looked(c)
	refused("nothing is proved", unproved, good, signature, kiosk.MsgTimeout)
	if _, err := s.kiosk.Consents(t.Context(), unproved); err == nil {
		t.Error("consents are listed, and nothing was proved")
	}
	taro, his := s.believed("taro")
	refused("another's session", his, good, signature, kiosk.MsgTimeout)
	byPIN, err := s.kiosk.WithdrawDigest(good, all.Certificate)
	must.OK(t, err)
	refused("by the key of the PIN", in, good, c.sign(kiosk.RefAuth, byPIN), kiosk.MsgCardFault)
	refused("by another card", in, good, taro.sign(kiosk.RefSign, byPIN), kiosk.MsgCardFault)
	for name, change := range map[string]func(*port.Withdrawal){
		"another nonce": func(w *port.Withdrawal) { w.Nonce[0]++ }, "another moment": func(w *port.Withdrawal) { w.At++ },
	} {
		w := good
		change(&w)
		refused(name, in, w, signature, kiosk.MsgCardFault)
	}
	for name, change := range map[string]func(*kiosk.Consent){
		"of other items": func(o *kiosk.Consent) { o.Items = 1 }, "of another text": func(o *kiosk.Consent) { o.Text[0]++ }, "of another service": func(o *kiosk.Consent) { o.Service[0]++ },
	} {
		other := one
		change(&other)
		w, signature := s.withdraws(c, in, other, all.Certificate)
		refused(name, in, w, signature, kiosk.MsgCardFault)
	}
	late := port.Withdrawal{Consent: one, Nonce: [16]byte{9}, At: s.clock.now().Unix() - consent.Window - 1}
	digest, err := s.kiosk.WithdrawDigest(late, all.Certificate)
	must.OK(t, err)
	refused("signed long ago", in, late, c.sign(kiosk.RefSign, digest), kiosk.MsgTimeout)
	unknown := one
	unknown.ID[0]++
	w, signature2 := s.withdraws(c, in, unknown, all.Certificate)
	refused("of no consent", in, w, signature2, kiosk.MsgTimeout)
	ofTaro, err := s.kiosk.Consents(t.Context(), his)
	if err != nil || len(ofTaro.All) != 1 {
		t.Fatalf("%+v, %v", ofTaro, err)
	}
	used, signatureOfTaro := s.withdraws(taro, his, ofTaro.All[0], ofTaro.Certificate)
	must.OK(t, must.Err(s.kiosk.Withdraw(t.Context(), his, used, signatureOfTaro)))
	twice := port.Withdrawal{Consent: one, Nonce: used.Nonce, At: used.At}
	digest, err = s.kiosk.WithdrawDigest(twice, all.Certificate)
	must.OK(t, err)
	refused("a nonce that was used, and nothing is written", in, twice, c.sign(kiosk.RefSign, digest), kiosk.MsgTimeout)
	if _, a := s.asks(given.Handle); a.Decision != "no-change" {
		t.Errorf("the consent does not stand: %+v", a)
	}
	s.counter("move", "hanako", "--address", "2-3", "--municipality", "99202")
	refused("a certificate that is revoked", in, good, signature, kiosk.MsgTimeout)
	if moved, err := s.kiosk.Consents(t.Context(), in); err != nil || len(moved.All) != 1 || moved.Certificate != [32]byte{} {
		t.Errorf("%+v, %v", moved, err)
	}
	if _, a := s.asks(given.Handle); a.Decision != "nothing-yet" {
		t.Errorf("the consent does not stand: %+v", a)
	}
}
