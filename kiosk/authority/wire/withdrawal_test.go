package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

// TestWithdrawalGolden: the statement is the sentence of the contract, byte for byte, and what
// is signed over it is pinned.
func TestWithdrawalGolden(t *testing.T) {
	w := Withdrawal{Service: count[ID](0x50), Consent: count[ID](0x40), Nonce: count[ID](0x60), Items: 10, Lang: "ja", Text: count[Hash](0x70), At: 1_790_000_000}
	text, err := w.Statement()
	const want = `{"v":"latest-items/1","act":"withdraw","service":"505152535455565758595a5b5c5d5e5f","consent":"404142434445464748494a4b4c4d4e4f",` +
		`"items":["address","sex"],"lang":"ja","text":"sha256:707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f",` +
		`"nonce":"606162636465666768696a6b6c6d6e6f","at":1790000000}`
	if err != nil || string(text) != want {
		t.Errorf("%s, %v", text, err)
	}
	attributes, err := SignedAttributes(sha256.Sum256(text), time.Unix(w.At, 0), count[Hash](0x90))
	if err != nil || len(attributes) != 165 || attributes[0] != 0x31 {
		t.Errorf("%x, %v", attributes, err)
	}
	got, err := w.Digest(count[Hash](0x90))
	const pinned = "3d743cf4e16ae34cd58d8b5ed5c6338eca254b3bcdabe22e28822488b0334024"
	if err != nil || got != sha256.Sum256(attributes) || hex.EncodeToString(got[:]) != pinned {
		t.Errorf("%x, %v", got, err)
	}
	seen := map[[32]byte]string{got: "as it is"}
	for name, change := range map[string]func(*Withdrawal, *Hash){
		"service": func(w *Withdrawal, _ *Hash) { w.Service[0]++ }, "consent": func(w *Withdrawal, _ *Hash) { w.Consent[0]++ },
		"nonce": func(w *Withdrawal, _ *Hash) { w.Nonce[0]++ }, "items": func(w *Withdrawal, _ *Hash) { w.Items = 2 },
		"language": func(w *Withdrawal, _ *Hash) { w.Lang = "en" }, "text": func(w *Withdrawal, _ *Hash) { w.Text[0]++ },
		"moment": func(w *Withdrawal, _ *Hash) { w.At++ }, "certificate": func(_ *Withdrawal, c *Hash) { c[0]++ },
	} {
		other, cert := w, count[Hash](0x90)
		change(&other, &cert)
		d, err := other.Digest(cert)
		if was, there := seen[d]; err != nil || there {
			t.Errorf("%s: %v, as %s", name, err, was)
		}
		seen[d] = name
	}
	if _, as := seen[See(kiosk.SessionID(w.Consent), count[Hash](0x70), count[Hash](0x90), nil)]; as {
		t.Error("as a look")
	}
}

// TestWithdrawalTakesNothingFromOutsideUnchecked: no field of the list can change the statement's
// form.
func TestWithdrawalTakesNothingFromOutsideUnchecked(t *testing.T) {
	good := Withdrawal{Service: ID{1}, Consent: ID{2}, Nonce: ID{3}, Items: 15, Lang: "zh-Hant", At: 1}
	must.OK(t, must.Err(good.Statement()))
	for name, change := range map[string]func(*Withdrawal){
		"no service": func(w *Withdrawal) { w.Service = ID{} }, "no consent": func(w *Withdrawal) { w.Consent = ID{} }, "no nonce": func(w *Withdrawal) { w.Nonce = ID{} },
		"no items": func(w *Withdrawal) { w.Items = 0 }, "another item": func(w *Withdrawal) { w.Items = 16 }, "less than none": func(w *Withdrawal) { w.Items = -1 },
		"no language": func(w *Withdrawal) { w.Lang = "" }, "a quotation mark": func(w *Withdrawal) { w.Lang = `ja","x` }, "a long one": func(w *Withdrawal) { w.Lang = "abcdefghi" },
		"a letter": func(w *Withdrawal) { w.Lang = "ｊａ" }, "no moment": func(w *Withdrawal) { w.At = 0 }, "before": func(w *Withdrawal) { w.At = -1 },
	} {
		w := good
		change(&w)
		if text, err := w.Statement(); err == nil {
			t.Errorf("%s: %s", name, text)
		}
		if _, err := w.Digest(Hash{}); err == nil {
			t.Errorf("%s: signed", name)
		}
	}
}
