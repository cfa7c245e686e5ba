package wire

import (
	"bytes"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
)

// Names open with the key of their request, for their consent, and with nothing else; what is
// sent says nothing of their length.
func TestNamesOpenForTheirConsentAlone(t *testing.T) {
	key, public, err := NewNamesKey()
	must.OK(t, err)
	other, _, err := NewNamesKey()
	must.OK(t, err)
	for _, company := range []string{"", "令和銀行", strings.Repeat("𩸽", 40)} {
		sealed, err := SealNames(public, ID{1}, ID{2}, ID{3}, company, "住所の変更")
		if err != nil || bytes.Contains(sealed[:], []byte("住所")) {
			t.Fatal(err)
		}
		a, b, err := key.Open(ID{1}, ID{2}, ID{3}, sealed)
		if err != nil || string(a) != company || string(b) != "住所の変更" {
			t.Errorf("%q, %q, %v", a, b, err)
		}
		for _, ids := range [][3]ID{{{9}, {2}, {3}}, {{1}, {9}, {3}}, {{1}, {2}, {9}}} {
			if _, _, err := key.Open(ids[0], ids[1], ids[2], sealed); err == nil {
				t.Errorf("%q opens for %v", company, ids)
			}
		}
		if _, _, err := other.Open(ID{1}, ID{2}, ID{3}, sealed); err == nil {
			t.Error("another key opens it")
		}
		sealed[40] ^= 1
		if _, _, err := key.Open(ID{1}, ID{2}, ID{3}, sealed); err == nil {
			t.Error("a changed byte opens")
		}
	}
	if _, err := SealNames(public, ID{}, ID{}, ID{}, strings.Repeat("x", MaxNameBytes+1), ""); err == nil {
		t.Error("a name that is too long was sealed")
	}
	if _, err := SealNames(Hash{}, ID{}, ID{}, ID{}, "", ""); err == nil {
		t.Error("a key of zeros was sealed to")
	}
}
