package weights

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
)

func TestAFileWithAnotherHashIsRefused(t *testing.T) {
	dir := t.TempDir()
	if _, err := Read(dir, Embedding); !errors.Is(err, ErrAbsent) {
		t.Errorf("without the file: %v", err)
	}
	for _, name := range []string{Embedding, Detector, DetectorManifest, Landmarks, LandmarkManifest} {
		must.OK(t, os.WriteFile(filepath.Join(dir, name), []byte("another"), 0o600))
		if _, err := Read(dir, name); err == nil || !strings.Contains(err.Error(), "another file") {
			t.Errorf("%s: %v", name, err)
		}
		if !strings.Contains(sums, "  "+name+"\n") {
			t.Errorf("%s has no hash", name)
		}
	}
}
