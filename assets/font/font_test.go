package font

import (
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/image/font/sfnt"

	"multicopy.example/kiosk/must"
)

func glyphs(t *testing.T, b []byte) (*sfnt.Font, int) {
	t.Helper()
	f, err := sfnt.Parse(b)
	must.OK(t, err)
	return f, f.NumGlyphs()
}

// A cut that went wrong (an empty list, half a table) shows as too few glyphs
// or as one of the rarest missing.
func TestFontSubsetHasEveryGlyph(t *testing.T) {
	for _, c := range []struct {
		name  string
		file  []byte
		least int
		runes string
	}{
		{"regular", Regular, 6879 + 190, "亜腕弌熙ヶ～－〜—é①"},
		{"report", Report, 95 + 416, "Az~点検報告書"},
		{"bold", Bold, 2965 + 524 + 190, "亜腕ヶ～－é"},
	} {
		f, n := glyphs(t, c.file)
		if n < c.least {
			t.Errorf("%s: %d glyphs, want at least %d", c.name, n, c.least)
		}
		for _, r := range strings.TrimSuffix(c.runes, "①") {
			if g, err := f.GlyphIndex(nil, r); err != nil || g == 0 {
				t.Errorf("%s: no glyph for %q (%v)", c.name, r, err)
			}
		}
	}
}

// The committed files are what make.sh makes, where the tool for it is
// installed; elsewhere this proves nothing and says so.
func TestFontsAreWhatTheRecipeMakes(t *testing.T) {
	if _, err := exec.LookPath("hb-subset"); err != nil {
		t.Log("hb-subset is not installed: the recipe was not run")
		return
	}
	if out, err := exec.Command("./make.sh", "--check").CombinedOutput(); err != nil {
		t.Errorf("make.sh --check: %v\n%s", err, out)
	}
}
