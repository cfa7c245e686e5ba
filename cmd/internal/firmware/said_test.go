package firmware

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"multicopy.example/kiosk/must"
)

// The authority's word is there at the next start, and a later one that goes back
// mends it.
func TestTheAuthoritysTimeIsKeptOverAStart(t *testing.T) {
	dir, now := t.TempDir(), time.Unix(1_795_000_000, 0)
	until := now.AddDate(1, 0, 0)
	start := func(want time.Time, fails bool) said {
		t.Helper()
		s, err := readSaid(dir, until)
		if !s.last.Equal(want) || (err != nil) != fails {
			t.Errorf("read %v, want %v, %v", s.last, want, err)
		}
		return s
	}
	s := start(time.Time{}, false)
	for _, step := range []struct{ says, want time.Time }{
		{time.Time{}, time.Time{}}, {now, now}, {now.Add(saidStep - 1), now}, {now.Add(2 * saidStep), now.Add(2 * saidStep)}, {now.Add(-saidStep), now.Add(-saidStep)},
	} {
		must.OK(t, s.keep(step.says))
		start(step.want, false)
	}
	file := filepath.Join(dir, "authority.time")
	if i, err := os.Stat(file); err != nil || i.Mode() != 0o600 {
		t.Errorf("%v, %v", i, err)
	}
	for _, bad := range []string{"", "x", "-5\n", "0\n", "99999999999999999999\n", "1795000000 \n", "9795000000\n"} {
		must.OK(t, os.WriteFile(file, []byte(bad), 0o600))
		start(time.Time{}, true)
	}
}
