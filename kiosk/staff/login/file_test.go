package login

import (
	"encoding/hex"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
)

// golden is a file with every field in use.
func golden() file {
	f := file{seen: 1790000000}
	for i := range f.party {
		p := party{enrolled: true, wrong: uint8(3 * i), used: 59666666 + uint64(i)}
		for j := range p.salt {
			p.salt[j] = byte(16*i + j)
		}
		for j := range p.secret {
			p.secret[j] = byte(0xA0 + 16*i + j)
		}
		if i != operator {
			p.hash = p.slow([]byte("135790"))
		}
		f.party[i] = p
	}
	return f
}

func TestFileOfVersion1IsForEver(t *testing.T) {
	for name, f := range map[string]file{"all": golden(), "empty": {}} {
		want := must.Read(t, filepath.Join("testdata", "v1", name+".hex"))
		b := f.encode()
		if hex.EncodeToString(b) != strings.Join(strings.Fields(string(want)), "") {
			t.Errorf("%s is now\n%s", name, lines(b))
		}
		if got, err := decode(b); err != nil || got != f {
			t.Errorf("%s decodes to %+v, %v", name, got, err)
		}
	}
}

func lines(b []byte) string {
	var s strings.Builder
	for ; len(b) > 0; b = b[min(16, len(b)):] {
		s.WriteString(hex.EncodeToString(b[:min(16, len(b))]) + "\n")
	}
	return s.String()
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(nil))
	f.Add(golden().encode())
	f.Add(file{}.encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := decode(b)
		if err != nil {
			if !errors.Is(err, ErrSpoiled) || got != (file{}) {
				t.Errorf("%+v, %v", got, err)
			}
			return
		}
		if string(got.encode()) != string(b) {
			t.Error("encoding what was decoded gives other bytes")
		}
	})
}
