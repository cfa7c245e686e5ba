package firmware

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode"

	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/staff/check"
)

// FuzzStatus: whatever stands in the file, what is shown has one line for each item,
// a known state, and nothing that moves a terminal's cursor.
func FuzzStatus(f *testing.F) {
	f.Add([]byte(`{"kiosk":"kiosk-0001","state":"normal","checks":[{"name":"reader","state":"critical","code":"E-RDR1"}],"written":1}`))
	f.Add([]byte(`{"checks":[{"name":"reader","state":"critical","code":"E-\u001b[2J","detail":"\u0007"},{"name":"reader"},{"name":"fake"}],"place":"\u001b"}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := parseStatus(b)
		if err != nil {
			return
		}
		var out strings.Builder
		if err := s.PrintAt(&out, time.Unix(1_795_000_000, 0)); err != nil || len(s.Checks) != int(check.ItemCount) || s.State == "" || s.Age(time.Unix(0, 0)) < 0 {
			t.Errorf("%v: %+v", err, s)
		}
		for _, text := range append(strings.Split(out.String(), "\n"), s.Kiosk, s.Version, s.Place, s.Out, s.Config) {
			for _, r := range text {
				if !unicode.IsPrint(r) {
					t.Errorf("%q", text)
				}
			}
		}
		for i, c := range s.Checks {
			if c.Name != check.Item(i).String() {
				t.Errorf("check %d is %q", i, c.Name)
			}
		}
	})
}

// The folder is the kiosk's user's, and the reader may be root.
func TestAStatusIsReadFromAPlainFileAlone(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "status.json")
	cfg := config.Config{Kiosk: config.Kiosk{Data: dir}}
	must.OK(t, syscall.Mkfifo(name, 0o600))
	if _, err := ReadStatus(cfg); err == nil {
		t.Error("a pipe is a status")
	}
	must.OK(t, os.Remove(name))
	must.OK(t, os.Symlink("/proc/self/status", name))
	if _, err := ReadStatus(cfg); err == nil {
		t.Error("a link is a status")
	}
	cfg.Kiosk.Status = filepath.Join(dir, "big")
	must.OK(t, os.WriteFile(cfg.Kiosk.Status, make([]byte, maxStatus+1), 0o600))
	if _, err := ReadStatus(cfg); err == nil || !strings.Contains(err.Error(), "no status file") {
		t.Errorf("a file without end: %v", err)
	}
}
