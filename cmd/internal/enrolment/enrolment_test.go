package enrolment

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/golden"
	"multicopy.example/kiosk/must"
)

var (
	id    = wire.ID{15: 7}
	nonce = wire.Hash{31: 9}
	files = Handout{Roots: "r", CodeKey: "c", RecordsKey: "k", Cards: "a"}
)

// goldens are messages that have to be read for ever.
var goldens = map[string]any{
	"ask":       Ask{Contract: 1, Kiosk: "kiosk-0001", CSR: wire.DER("\x30\x03\x02\x01\x07")},
	"ask-again": Ask{Contract: 1, Kiosk: "k", CSR: wire.DER("\x30\x00"), Old: wire.DER("\x30\x01"), Signature: wire.ECDSASignature("\x30\x05\x02\x01\x01\x02\x00")},
	"asked":     Asked{Contract: 1, Request: id, Nonce: nonce, Expires: 1_800_000_000},
	"collect":   Collect{Contract: 1, Request: id},
	"waiting":   Collected{Contract: 1, State: Waiting},
	"approved":  Collected{Contract: 1, State: Approved, Certificate: wire.DER("\x30\x02"), Handout: files},
	"refusal":   Refusal{Contract: 1, Code: CodeGone, Detail: "no such request"},
}

func decode(like any, data []byte) (any, error) {
	switch like.(type) {
	case Ask:
		return Decode[Ask](data)
	case Asked:
		return Decode[Asked](data)
	case Collect:
		return Decode[Collect](data)
	case Collected:
		return Decode[Collected](data)
	}
	return Decode[Refusal](data)
}

func TestGoldenMessagesAreWrittenAndRead(t *testing.T) {
	for name, m := range goldens {
		file := filepath.Join("testdata", name+".json")
		data, err := wire.Encode(m)
		must.OK(t, err)
		if _, err := os.Stat(file); err != nil && *golden.Update {
			must.OK(t, os.WriteFile(file, append(data, '\n'), 0o644))
		}
		kept := must.Read(t, file)
		if kept = bytes.TrimSpace(kept); !bytes.Equal(kept, data) {
			t.Errorf("%s is written\n%s, not\n%s", name, data, kept)
		}
		if got, err := decode(m, kept); err != nil || !reflect.DeepEqual(got, m) {
			t.Errorf("%s is read as %+v, %v", name, got, err)
		}
	}
}

func TestMessagesThatAreNoneAreRefused(t *testing.T) {
	for _, c := range []struct {
		like any
		text string
	}{
		{Ask{}, `{"contract":1,"kiosk":"","csr":"MAMCAQc="}`},
		{Ask{}, `{"contract":1,"kiosk":"a b","csr":"MAMCAQc="}`},
		{Ask{}, `{"contract":1,"kiosk":"` + strings.Repeat("k", 65) + `","csr":"MAMCAQc="}`},
		{Ask{}, `{"contract":1,"kiosk":"k","csr":""}`},
		{Ask{}, `{"contract":1,"kiosk":"k"}`},
		{Ask{}, `{"contract":1,"kiosk":"k","csr":"MAMCAQc=","old":"MAE="}`},
		{Ask{}, `{"contract":1,"kiosk":"k","csr":"MAMCAQc=","admin":true}`},
		{Ask{}, `{"contract":2,"kiosk":"k","csr":"MAMCAQc="}`},
		{Collect{}, `{"contract":1,"request":"AA=="}`},
		{Collected{}, `{"contract":1,"state":"refused"}`},
		{Collected{}, `{"contract":1,"state":"approved"}`},
		{Collected{}, `{"contract":1,"state":"waiting","roots":"r"}`},
		{Collected{}, `{"contract":1,"state":"approved","certificate":"MAI=","roots":"r","code_key":"c","records_key":"k"}`},
		{Refusal{}, `{"contract":1,"code":"else","detail":""}`},
		{Refusal{}, `{"contract":1,"code":"gone","detail":"` + strings.Repeat("x", 301) + `"}`},
	} {
		if got, err := decode(c.like, []byte(c.text)); err == nil {
			t.Errorf("%s is read as %+v", c.text, got)
		}
	}
}

// FuzzCollected: what is read is written as other bytes of the same message at most.
func FuzzCollected(f *testing.F) {
	for name := range goldens {
		data := must.Read(f, filepath.Join("testdata", name+".json"))
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, like := range goldens {
			m, err := decode(like, data)
			if err != nil {
				continue
			}
			again, err := wire.Encode(m)
			must.OK(t, err)
			if back, err := decode(like, again); err != nil || !reflect.DeepEqual(back, m) {
				t.Errorf("%+v came back as %+v, %v", m, back, err)
			}
		}
	})
}

func TestTheCodeIsOfRequestAndNonce(t *testing.T) {
	const want = "KHCF-XH6F"
	code := CodeOf([]byte("request"), nonce)
	if code.String() != want {
		t.Errorf("%s, want %s", code, want)
	}
	for _, other := range []Code{CodeOf([]byte("another"), nonce), CodeOf([]byte("request"), wire.Hash{})} {
		if other == code {
			t.Errorf("%s is the code of another request too", code)
		}
	}
	seen := map[rune]bool{}
	for i := range 255 {
		for _, r := range CodeOf([]byte{byte(i)}, nonce) {
			seen[r] = true
		}
	}
	if len(seen) != len(letters) {
		t.Errorf("codes have %d letters of %d", len(seen), len(letters))
	}
}

func TestACodeIsReadAsAPersonTypesIt(t *testing.T) {
	for typed, want := range map[string]Code{"7K3M-XW9P": "7K3MXW9P", "7k3mxw9p": "7K3MXW9P", " 7k3m xw9p": "7K3MXW9P", "oil0-1111": "01101111", "": "", "7K3M-XW9": "",
		"7K3M-XW9PP": "", "7K3M-XW9U": "", "7K3M.XW9": ""} {
		if got, err := ParseCode(typed); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", typed, got, err)
		}
	}
}

func TestARequestIsOfItsKeyAndName(t *testing.T) {
	make := func(curve elliptic.Curve, name string) []byte {
		t.Helper()
		key, err := ecdsa.GenerateKey(curve, rand.Reader)
		must.OK(t, err)
		return must.Request(t, name, key)
	}
	good := make(elliptic.P256(), "k")
	if key, err := Request(good, "k"); err != nil || key == nil {
		t.Error(err)
	}
	forged := bytes.Clone(good)
	forged[len(forged)-1] ^= 1
	for why, csr := range map[string][]byte{"another curve": make(elliptic.P384(), "k"), "another name": make(elliptic.P256(), "other"), "a forged signature": forged, "no request": []byte("x")} {
		if _, err := Request(csr, "k"); err == nil {
			t.Errorf("%s was taken", why)
		}
	}
	if Again("k", good) == Again("kk", good) || Again("ab", []byte("c")) == Again("a", []byte("bc")) {
		t.Error("two requests are signed alike")
	}
}

// The page names what is on the line.
func TestThePageNamesEveryField(t *testing.T) {
	page := must.Read(t, "README.md")
	has := func(word string) {
		if !strings.Contains(string(page), "`"+word+"`") {
			t.Errorf("README.md has no `%s`", word)
		}
	}
	for _, m := range []any{Ask{}, Asked{}, Collect{}, Collected{}, Refusal{}} {
		for _, f := range reflect.VisibleFields(reflect.TypeOf(m)) {
			if !f.Anonymous {
				name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				has(name)
			}
		}
	}
	for _, w := range append([]string{letters, Waiting, Approved, "POST " + PathAsk, "POST " + PathCollect}, codes...) {
		has(w)
	}
}

func TestAPinIsSHA256InHexadecimal(t *testing.T) {
	pin := Pin(&x509.Certificate{RawSubjectPublicKeyInfo: []byte("key")})
	if !IsPin(pin) || pin != "sha256:2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683" {
		t.Error(pin)
	}
	for _, s := range []string{"", "sha256:", pin[7:], pin + "0", strings.ToUpper(pin), pin[:len(pin)-1]} {
		if IsPin(s) {
			t.Errorf("%q is a pin", s)
		}
	}
}
