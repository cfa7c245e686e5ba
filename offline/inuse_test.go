package offline

import (
	"os"
	"path/filepath"
	"testing"

	"multicopy.example/kiosk/must"
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
	must.OK(t, err)
	want(true, "open")
	must.OK(t, l.Close())
	want(false, "closed")
	if l, err = OpenLedger(t.Context(), dir, testOptions()); err != nil {
		t.Fatalf("the question held the lock: %v", err)
	}
	must.OK(t, l.Close())
	dir = filepath.Join(t.TempDir(), "closed")
	must.OK(t, os.WriteFile(dir, nil, 0o000))
	if _, err := InUse(filepath.Join(dir, "below")); err == nil {
		t.Error("a folder that cannot be looked into is not in use")
	}
}
