package board

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
)

// device is a file in a watchdog's place, and how often it was fed.
func device(t *testing.T) (w *Watchdog, name string, fed *int) {
	t.Helper()
	name = filepath.Join(t.TempDir(), "watchdog")
	f, err := os.Create(name)
	must.OK(t, err)
	fed = new(int)
	return &Watchdog{f, func(int) error {
		if *fed++; *fed > 2 {
			return errors.New("it does not hear")
		}
		return nil
	}}, name, fed
}

func TestAliveFeedsBothWatchdogsAndMissesOneOnce(t *testing.T) {
	var log bytes.Buffer
	told := 0
	b := New(nil, nil, func(string) error { told++; return nil }, slog.New(slog.NewTextHandler(&log, nil)))
	b.Alive()
	w, name, fed := device(t)
	b.Watch(w)
	for range 2 {
		b.Alive()
	}
	if *fed != 2 || told != 3 || !b.Fed() || log.Len() > 0 {
		t.Errorf("fed %d and %d times: %s", *fed, told, log.String())
	}
	b.Alive()
	b.Alive()
	if n := strings.Count(log.String(), "it does not hear"); b.Fed() || n != 1 || told != 5 {
		t.Errorf("told %d times, fed %v", n, b.Fed())
	}
	must.OK(t, b.Close())
	if text, err := os.ReadFile(name); string(text) != "V" || err != nil {
		t.Errorf("it was closed with %q, and the machine restarts after an orderly end", text)
	}
	b.Alive()
	if told != 6 || *fed != 4 {
		t.Errorf("a watchdog that was closed is fed")
	}
}

// What is no watchdog is written to at most its end.
func TestWhatIsNoWatchdogIsNotOne(t *testing.T) {
	dir := t.TempDir()
	if _, err := OpenWatchdog(filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	file := filepath.Join(dir, "file")
	must.OK(t, os.WriteFile(file, nil, 0o600))
	for _, name := range []string{file, os.DevNull} {
		if w, err := OpenWatchdog(name); err == nil || w != nil || !strings.Contains(err.Error(), "is no watchdog") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
