package consent

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"multicopy.example/kiosk/golden"
	"multicopy.example/kiosk/must"
)

func samples() map[string]Statement {
	give := Statement{Act: ToGive, Service: ID{0x51}, Items: Name | Address, Lang: "ja", Text: [32]byte{0x7E}, Nonce: ID{15: 0x01}, At: 1_795_000_000}
	withdraw := give
	withdraw.Act, withdraw.Consent, withdraw.Items, withdraw.Lang = ToWithdraw, ID{0xC0}, AllItems, "zh-Hant"
	return map[string]Statement{"give": give, "withdraw": withdraw}
}

// TestStatementsHaveTheirBytesForEver: what was signed years ago is read then too.
func TestStatementsHaveTheirBytesForEver(t *testing.T) {
	for name, s := range samples() {
		file := filepath.Join("testdata", "v1", name+".json")
		got, err := s.Encode()
		if err != nil || len(got) > StatementMax {
			t.Fatal(len(got), err)
		}
		golden.Is(t, file, got)
		if back, err := Decode(must.Read(t, file)); err != nil || back != s {
			t.Errorf("%s: %+v, %v", name, back, err)
		}
	}
}

func TestOnlyTheOneEncodingIsAStatement(t *testing.T) {
	good, err := samples()["give"].Encode()
	must.OK(t, err)
	withdraw, err := samples()["withdraw"].Encode()
	must.OK(t, err)
	for name, c := range map[string]struct{ from, to string }{
		"white space":            {`,"act"`, `, "act"`},
		"another version":        {`latest-items/1`, `latest-items/2`},
		"another act":            {`"give"`, `"keep"`},
		"another order of items": {`["name","address"]`, `["address","name"]`},
		"an item twice":          {`["name","address"]`, `["name","name","address"]`},
		"an unknown item":        {`["name","address"]`, `["name","address","my number"]`},
		"no item":                {`["name","address"]`, `[]`},
		"no list":                {`["name","address"]`, `null`},
		"a consent's name":       {`"consent":""`, `"consent":"c0000000000000000000000000000000"`},
		"no service":             {`"51`, `"00`},
		"half a service":         {`"51000000`, `"51`},
		"capital digits":         {`7e`, `7E`},
		"another hash":           {`sha256:`, `sha512:`},
		"no hash's name":         {`sha256:`, ``},
		"no language":            {`"ja"`, `""`},
		"no tag":                 {`"ja"`, `"j<"`},
		"a moment in words":      {`1795000000`, `"1795000000"`},
		"a moment as a fraction": {`1795000000`, `1795000000.0`},
		"no moment":              {`1795000000`, `0`},
		"one more member":        {`"at":`, `"more":1,"at":`},
		"a member twice":         {`"at":`, `"at":1,"at":`},
		"something behind it":    {`}`, `} `},
		"too long":               {`}`, `}` + strings.Repeat(" ", StatementMax)},
	} {
		bad := strings.Replace(string(good), c.from, c.to, 1)
		if bad == string(good) {
			t.Fatalf("%s: %q is not there", name, c.from)
		}
		if _, err := Decode([]byte(bad)); !errors.Is(err, ErrStatement) {
			t.Errorf("%s: %v", name, err)
		}
	}
	nameless := strings.Replace(string(withdraw), "c0000000000000000000000000000000", "", 1)
	if _, err := Decode([]byte(nameless)); !errors.Is(err, ErrStatement) {
		t.Errorf("a withdrawal of nothing: %v", err)
	}
}

func TestStatementIsTimelyForTenMinutes(t *testing.T) {
	s := Statement{At: 10_000}
	for now, want := range map[int64]bool{10_000 - Window - 1: false, 10_000 - Window: true, 10_000: true, 10_000 + Window: true, 10_000 + Window + 1: false} {
		if s.Timely(now) != want {
			t.Errorf("at %d: %v", now, !want)
		}
	}
}

func FuzzWhatIsReadAsAStatementIsItsOneEncoding(f *testing.F) {
	for _, s := range samples() {
		b, err := s.Encode()
		must.OK(f, err)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := Decode(b)
		if err != nil {
			if s != (Statement{}) {
				t.Error("a refused statement says something")
			}
			return
		}
		if again, err := s.Encode(); err != nil || !bytes.Equal(again, b) {
			t.Errorf("%q, %v", again, err)
		}
	})
}
