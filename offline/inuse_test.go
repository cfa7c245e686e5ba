package offline

import (
	"os"
	"path/filepath"
	"testing"
)

func TestAFolderIsInUseWhileALedgerIsOpenInIt(t *testing.T) {
	dir := newDir(t)
	want := func(used bool, when string) {
		t.Helper()
		if got, err := InUse(dir); got != used || err != nil {
			t.Errorf("%s: %v, %v", when, got, err)
		}
	}
	want(false, "before there is one")
	l, err := OpenLedger(t.Context(), dir, testOptions())
	if err != nil {
		t.Fatal(err)
	}
	want(true, "open")
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	want(false, "closed")
	if l, err = OpenLedger(t.Context(), dir, testOptions()); err != nil {
		t.Fatalf("the question held the lock: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(t.TempDir(), "closed")
	if err := os.WriteFile(dir, nil, 0o000); err != nil {
		t.Fatal(err)
	}
	if _, err := InUse(filepath.Join(dir, "below")); err == nil {
		t.Error("a folder that cannot be looked into is not in use")
	}
}
