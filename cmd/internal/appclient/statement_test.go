package appclient

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"multicopy.example/kiosk/golden"
	"multicopy.example/kiosk/must"
)

type statement interface{ Encode() ([]byte, error) }

func samples() map[string]statement {
	key := PhoneKey{Request: []byte{0x30, 1}, Attestation: [][]byte{{0x30, 2}, {0x30, 3}}}
	return map[string]statement{
		"application": Application{Phone: Android, Nonce: [32]byte{0x51, 31: 0x7E}, Auth: key, Sign: PhoneKey{Request: []byte{0x30, 4}}, At: 1_795_000_000},
		"activation":  Activation{Application: ID{0xA0}, Auth: [32]byte{1}, Sign: [32]byte{2}, At: 1_795_000_000},
	}
}

func encoded(t testing.TB, name string) []byte {
	t.Helper()
	b, err := samples()[name].Encode()
	must.OK(t, err)
	return b
}

func decodes(b []byte) (again []byte, err error) {
	if application, err := DecodeApplication(b); err == nil {
		return application.Encode()
	}
	activation, err := DecodeActivation(b)
	if err != nil {
		return nil, err
	}
	return activation.Encode()
}

// TestStatementsHaveTheirBytesForEver: what was signed years ago is read then too.
func TestStatementsHaveTheirBytesForEver(t *testing.T) {
	for name := range samples() {
		file := filepath.Join("testdata", "v1", name+".json")
		got := encoded(t, name)
		golden.Is(t, file, got)
		want := must.Read(t, file)
		if again, err := decodes(want); err != nil || !bytes.Equal(again, want) {
			t.Errorf("%s: %s, %v", name, again, err)
		}
	}
}

func TestOnlyTheOneEncodingIsAStatement(t *testing.T) {
	for name, c := range map[string]struct{ of, from, to string }{
		"white space":             {"application", `,"phone"`, `, "phone"`},
		"another version":         {"application", `/1"`, `/2"`},
		"one for the other":       {"activation", `phone-activation`, `phone-application`},
		"another phone":           {"application", `android`, `tablet`},
		"half a nonce":            {"application", `"nonce":"51`, `"nonce":"`},
		"capital digits":          {"application", `7e`, `7E`},
		"no digits":               {"application", `7e`, `7g`},
		"no request":              {"application", `"MAE="`, `""`},
		"no list":                 {"application", `[]`, `null`},
		"base64 of another kind":  {"application", `MAE=`, `MAE`},
		"a moment in words":       {"application", `1795000000`, `"1795000000"`},
		"no moment":               {"activation", `1795000000`, `0`},
		"a longer application":    {"activation", `"a0`, `"00a0`},
		"one more member":         {"activation", `"at":`, `"more":1,"at":`},
		"a member twice":          {"activation", `"at":`, `"at":1,"at":`},
		"something behind it":     {"activation", `}`, `} `},
		"too long an application": {"application", `}`, `}` + strings.Repeat(" ", StatementMax)},
	} {
		good := string(encoded(t, c.of))
		bad := strings.Replace(good, c.from, c.to, 1)
		if bad == good {
			t.Fatalf("%s: %q is not there", name, c.from)
		}
		if _, err := decodes([]byte(bad)); !errors.Is(err, ErrStatement) {
			t.Errorf("%s: %v", name, err)
		}
	}
	long := samples()["application"].(Application)
	long.Sign.Request = make([]byte, StatementMax)
	if _, err := long.Encode(); !errors.Is(err, ErrStatement) {
		t.Errorf("a long request: %v", err)
	}
}

// TestTheControlCodeIsOfEveryByte: four digits, and others for another statement.
func TestTheControlCodeIsOfEveryByte(t *testing.T) {
	b := encoded(t, "application")
	code := ControlCode(b)
	if code != "1622" {
		t.Errorf("%s is not what it was", code)
	}
	same := 0
	for i := range b {
		b[i] ^= 1
		if ControlCode(b) == code {
			same++
		}
		b[i] ^= 1
	}
	if same > 2 { // one in ten thousand
		t.Errorf("%d of %d other statements have the same code", same, len(b))
	}
}

func FuzzStatements(f *testing.F) {
	for name := range samples() {
		f.Add(encoded(f, name))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		again, err := decodes(b)
		if err == nil && !bytes.Equal(again, b) {
			t.Errorf("%q is read, and written as %q", b, again)
		}
	})
}
