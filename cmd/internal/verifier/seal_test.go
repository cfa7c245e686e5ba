package verifier

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"reflect"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
)

func newKey(t testing.TB) (*ecdsa.PrivateKey, []byte) {
	t.Helper()
	key := must.Key(t)
	spki, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	must.OK(t, err)
	return key, spki
}

var sample = Items{Provider: "bank-a", Service: ID{1}, Bound: Bound{Request: ID{2}, Consent: ID{3}, AsOf: 1_795_000_000}, Address: "Rei-shi 2-3"}

func sealedTo(t testing.TB, items Items, spki []byte, key *ecdsa.PrivateKey) string {
	t.Helper()
	a, err := NewAuthority(key)
	must.OK(t, err)
	text, err := a.Seal(items, spki)
	must.OK(t, err)
	return text
}

func TestAnAnswerIsReadByItsBankAlone(t *testing.T) {
	authority, _ := newKey(t)
	old, _ := newKey(t)
	key, spki := newKey(t)
	text := sealedTo(t, sample, spki, authority)
	bank := Bank{"bank-a", &authority.PublicKey, []*ecdsa.PrivateKey{old, key}}
	q := Question{Request: ID{2}, Service: ID{1}}
	if got, err := bank.Open(text, q); err != nil || got != sample {
		t.Fatalf("%+v, %v", got, err)
	}
	if len(text) > 2000 || strings.Contains(text, "Rei-shi") {
		t.Errorf("%d bytes: %s", len(text), text)
	}
	another, anotherKey := newKey(t)
	stranger := bank
	stranger.Authority = &another.PublicKey
	keyless := bank
	keyless.Keys = []*ecdsa.PrivateKey{another}
	renamed := bank
	renamed.Provider = "bank-b"
	moved := sample
	moved.Consent = ID{9}
	// The inside of one answer under the outside of another, both of the authority.
	inside := strings.Split(sealedTo(t, moved, spki, authority), ".")[1]
	a, err := NewAuthority(authority)
	must.OK(t, err)
	jwe, err := base64.RawURLEncoding.DecodeString(inside)
	must.OK(t, err)
	swapped, err := a.sign(jwe, TypeItems, "JWE", sample.headers())
	must.OK(t, err)
	receipt, err := a.Receipt(Receipt{})
	must.OK(t, err)
	for name, c := range map[string]struct {
		bank Bank
		text string
		q    Question
	}{
		"another authority":   {stranger, text, q},
		"another key":         {keyless, text, q},
		"to another's key":    {bank, sealedTo(t, sample, anotherKey, authority), q},
		"another bank":        {renamed, text, q},
		"another request":     {bank, text, Question{Request: ID{8}, Service: ID{1}}},
		"another service":     {bank, text, Question{Request: ID{2}, Service: ID{8}}},
		"another inside":      {bank, swapped, q},
		"a receipt":           {bank, receipt, q},
		"signed by a carrier": {bank, sealedTo(t, sample, spki, another), q},
		"nothing":             {bank, "", q},
	} {
		if got, err := c.bank.Open(c.text, c.q); !errors.Is(err, ErrAnswer) || got != (Items{}) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	parts := strings.Split(text, ".")
	for i := range parts { // any character of any part
		for _, at := range []int{0, len(parts[i]) / 2, len(parts[i]) - 3} {
			b := []byte(parts[i])
			if b[at]++; b[at] > 'z' {
				b[at] = 'a'
			}
			bad := append([]string{}, parts...)
			bad[i] = string(b)
			if _, err := bank.Open(strings.Join(bad, "."), q); err == nil {
				t.Errorf("part %d, character %d was changed", i, at)
			}
		}
	}
}

func TestAReceiptIsTheAuthoritys(t *testing.T) {
	authority, _ := newKey(t)
	other, spki := newKey(t)
	a, err := NewAuthority(authority)
	must.OK(t, err)
	want := Receipt{SchemaVersion: ReceiptSchema, RecordID: ID{1}, Language: "ja", Purposes: []Purpose{{Service: "Accounts", PIIInformation: []PIIType{{"name"}}, PIIControllers: []string{"bank-a"}}},
		Parties: []Party{{"bank-a", "The bank", "PII controller"}}, Events: []Event{{EventTime: 5, EventState: "given"}}}
	text, err := a.Receipt(want)
	must.OK(t, err)
	got, err := Bank{Authority: &authority.PublicKey}.Receipt(text)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	for _, bad := range []func() error{
		func() error { _, err := Bank{Authority: &other.PublicKey}.Receipt(text); return err },
		func() error {
			_, err := Bank{Authority: &authority.PublicKey}.Receipt(sealedTo(t, sample, spki, authority))
			return err
		},
	} {
		if err := bad(); !errors.Is(err, ErrAnswer) {
			t.Error(err)
		}
	}
}
