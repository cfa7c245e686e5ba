// Package golden holds what a test makes against a file that is kept: call [Is]. Where a
// change is meant, -update writes the file anew, to be looked at with the change.
package golden

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"multicopy.example/kiosk/must"
)

// Update is whether files are written anew.
var Update = flag.Bool("update", false, "write the files anew that tests are held against")

// Is says the first line in which the file differs.
func Is(t testing.TB, file string, got []byte) {
	t.Helper()
	if *Update {
		must.OK(t, os.MkdirAll(filepath.Dir(file), 0o755))
		must.OK(t, os.WriteFile(file, got, 0o644))
	}
	want := must.Read(t, file)
	if bytes.Equal(got, want) {
		return
	}
	g, w := bytes.Split(got, []byte("\n")), bytes.Split(want, []byte("\n"))
	n := 0
	for n < min(len(g), len(w)) && bytes.Equal(g[n], w[n]) {
		n++
	}
	t.Errorf("%s differs from line %d of %d on (-update writes it anew):\n got %.1000q\nwant %.1000q", file, n+1, len(w), from(g, n), from(w, n))
}

func from(lines [][]byte, n int) []byte {
	if n < len(lines) {
		return lines[n]
	}
	return []byte("(end)")
}
