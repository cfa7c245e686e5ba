package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
)

func TestKeyFileThatOtherUsersMayReadIsRefused(t *testing.T) {
	name := filepath.Join(t.TempDir(), "key.pem")
	must.OK(t, os.WriteFile(name, []byte("a key"), 0o600))
	for mode, ok := range map[os.FileMode]bool{0o600: true, 0o400: true, 0o640: false, 0o604: false, 0o644: false, 0o620: false, 0o777: false} {
		must.OK(t, os.Chmod(name, mode))
		b, err := PrivatePEM(name)
		if ok != (err == nil) || ok && string(b) != "a key" || !ok && !strings.Contains(err.Error(), name) {
			t.Errorf("%04o: %q, %v", mode, b, err)
		}
	}
	if _, err := PrivatePEM(name + "none"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}
