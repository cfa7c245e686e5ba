package secretscan

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"
	"unicode/utf16"

	"multicopy.example/kiosk/must"
)

var (
	pin      = Secret{"PIN", []byte("7395")}
	password = Secret{"new password", []byte("SAKURA77")}
	code     = Secret{"one-time password", []byte("60718254")}
)

// Every encoder of the standard library that could carry a secret, at every
// alignment, with random neighbours: each must be found.
func TestASecretInAnyShapeIsFound(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	random := func(n int) []byte {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(rng.Uint32())
		}
		return b
	}
	for _, s := range []Secret{password, code} {
		for round := range 200 {
			around := bytes.Join([][]byte{random(round % 7), s.Value, random(round % 5)}, nil)
			shapes := map[string][]byte{
				"plain":     around,
				"hex":       []byte(hex.EncodeToString(around)),
				"HEX":       fmt.Appendf(nil, "%X", around),
				"Base64":    []byte(base64.StdEncoding.EncodeToString(around)),
				"Base64url": []byte(base64.URLEncoding.EncodeToString(around)),
				"UTF-16":    wide(utf16.Encode([]rune(string(s.Value)))),
			}
			for name, b := range shapes {
				if !holds(Find(b, Patterns(s)), s.Name) {
					t.Fatalf("the %s as %s after %d and before %d bytes was not found", s.Name, name, round%7, round%5)
				}
			}
		}
	}
}

func wide(u []uint16) []byte {
	var b []byte
	for _, c := range u {
		b = append(b, byte(c>>8), byte(c))
	}
	return b
}

func holds(found []Match, name string) bool {
	for _, m := range found {
		if m.Secret == name {
			return true
		}
	}
	return false
}

func TestAPINIsFoundWhereItWasWrittenAndNotInNumbers(t *testing.T) {
	patterns := Patterns(pin)
	for _, text := range []string{
		"7395", `{"pin":"7395"}`, "pin=7395 place=idle", "reset7395", "\x047395\x00", "code7395,",
		"\x00\x20\x00\x98\x047395", "37333935", "7\x003\x009\x005\x00",
		base64.StdEncoding.EncodeToString([]byte("7395")), base64.StdEncoding.EncodeToString([]byte("xx7395")),
	} {
		if len(Find([]byte(text), patterns)) == 0 {
			t.Errorf("the PIN in %q was not found", text)
		}
	}
	for _, text := range []string{
		"took=1.7395ms", "127.0.0.1:47395", "73951", "0.7395",
		"session=aa7395bb00112233445566778899aabb", "MIIBIjANBgkq7395hkiG9w0BAQEF",
	} {
		if found := Find([]byte(text), patterns); len(found) != 0 {
			t.Errorf("%q is a number or an identifier, and was taken for the PIN as %s", text, found[0].Shape)
		}
	}
}

func TestBCDOfEightDigitsIsFound(t *testing.T) {
	if !holds(Find([]byte{0xFF, 0x60, 0x71, 0x82, 0x54}, Patterns(code)), code.Name) {
		t.Error("four bytes of BCD were not found")
	}
}

func TestAFolderThatCannotBeSearchedIsNotClean(t *testing.T) {
	dir := t.TempDir()
	must.OK(t, os.Symlink("/dev/zero", filepath.Join(dir, "x")))
	if _, err := Folder(dir, Patterns(pin), func(string) bool { return false }); err == nil {
		t.Error("a symlink was passed over in silence")
	}
}

func TestASecretInAFileOrAFileNameIsFound(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		must.OK(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	write("kiosk.log", "msg=typed key=SAKURA77")
	write("60718254.txt", "")
	write("card.json", `{"pin":"7395"}`)
	r, err := Folder(dir, Patterns(pin, password, code), func(rel string) bool { return rel == "card.json" })
	must.OK(t, err)
	if len(r.Places) != 2 || r.Files != 2 {
		t.Errorf("found %v in %d files, want the password in the log and the code in a name", r.Places, r.Files)
	}
	if clean, err := Folder(t.TempDir(), Patterns(pin), func(string) bool { return false }); err != nil || len(clean.Places) != 0 {
		t.Errorf("an empty folder: %v %v", clean.Places, err)
	}
}
