package replace

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
)

var errCut = errors.New("cut")

// TestACutLeavesTheOneOrTheOther: at every step of each way to write, and the next one is not hindered by what was left.
func TestACutLeavesTheOneOrTheOther(t *testing.T) {
	for name, put := range map[string]func(File, []byte) error{"durable": File.Durable, "flushed": File.Flushed, "loose": File.Loose} {
		f := File{Name: filepath.Join(t.TempDir(), "f"), Mode: 0o600}
		before, after := strings.Repeat("before", 100), strings.Repeat("after", 100)
		steps := 0
		for k, whole := 0, false; !whole; k++ {
			must.OK(t, f.Durable([]byte(before)))
			cut, n := f, 0
			cut.Step = func(where string) error {
				if n++; n > k {
					return errCut
				}
				return nil
			}
			err := put(cut, []byte(after))
			if whole = err == nil; !whole && !errors.Is(err, errCut) {
				t.Fatal(err)
			}
			steps = k
			b, err := os.ReadFile(f.Name)
			if err != nil || string(b) != before && string(b) != after || whole && string(b) != after {
				t.Errorf("%s, cut at step %d: %d bytes, %v", name, k, len(b), err)
			}
		}
		if steps < 4 {
			t.Errorf("%s: only %d steps were cut", name, steps)
		}
		if i, err := os.Stat(f.Name); err != nil || i.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, i.Mode(), err)
		}
	}
}

// TestALinkBesideIsNotFollowed: what stands under the name of what is written is put aside, and not written to.
func TestALinkBesideIsNotFollowed(t *testing.T) {
	dir := t.TempDir()
	f, elsewhere := File{Name: filepath.Join(dir, "f"), Mode: 0o600}, filepath.Join(dir, "elsewhere")
	must.OK(t, errors.Join(os.WriteFile(elsewhere, []byte("kept"), 0o600), os.Symlink(elsewhere, f.Name+".new")))
	must.OK(t, errors.Join(f.Ready(), f.Durable([]byte("new"))))
	if b, err := os.ReadFile(elsewhere); err != nil || string(b) != "kept" {
		t.Errorf("%q, %v", b, err)
	}
	if _, err := os.Lstat(f.Name + ".new"); err == nil {
		t.Error("something is left beside it")
	}
}

// TestWhatCannotBeWrittenChangesNothing.
func TestWhatCannotBeWrittenChangesNothing(t *testing.T) {
	f := File{Name: filepath.Join(t.TempDir(), "none", "f"), Mode: 0o600}
	for _, err := range []error{f.Ready(), f.Durable(nil), f.Flushed(nil), f.Loose(nil), Folder(filepath.Dir(f.Name))} {
		if !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%v", err)
		}
	}
}
