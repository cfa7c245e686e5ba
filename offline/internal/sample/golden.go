package sample

import (
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Write is set by -golden. Golden bytes are kept for ever: a change to version 1
// is an error, not a reason to make them again. The flag exists for the day
// version 2 is added.
var Write = flag.Bool("golden", false, "write the golden bytes that are missing; existing ones are never replaced")

// Golden is the bytes of testdata/v1/name.hex; got is what they are made of
// where they are missing and Write is set.
func Golden(t testing.TB, name string, got []byte) []byte {
	t.Helper()
	path := filepath.Join("testdata", "v1", name+".hex")
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) && *Write {
		b = []byte(Dump(got))
		err = os.WriteFile(path, b, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	want, err := hex.DecodeString(strings.Join(strings.Fields(string(b)), ""))
	if err != nil {
		t.Fatal(err)
	}
	return want
}

// Dump is hex, sixteen bytes a line.
func Dump(b []byte) string {
	var s strings.Builder
	for len(b) > 0 {
		n := min(16, len(b))
		fmt.Fprintf(&s, "% x\n", b[:n])
		b = b[n:]
	}
	return s.String()
}
