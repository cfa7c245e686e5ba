package firmware

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

// The counts are of one day, outlive a restart, and begin anew where the file is not
// one that was written here.
func TestVisitsOfTheDayAreCountedByTheirOutcome(t *testing.T) {
	dir, now := t.TempDir(), time.Date(2026, 11, 26, 23, 0, 0, 0, time.UTC)
	open := func() *tally { return readTally(dir, func() time.Time { return now }, discard) }
	d := open()
	for _, o := range []kiosk.Outcome{kiosk.Done, kiosk.Done, kiosk.Failed, kiosk.NoOutcome, kiosk.Unknown} {
		d.kept(kiosk.Entry{Kind: kiosk.EntryEnded, Outcome: o})
		d.kept(kiosk.Entry{Kind: kiosk.EntryOutcome, Outcome: o})
	}
	want := Tally{Done: 2, Same: 2, InDoubt: 1}
	if got := d.today(); got != want {
		t.Errorf("%+v", got)
	}
	if got := open().today(); got != want {
		t.Errorf("after a restart %+v", got)
	}
	now = now.Add(2 * time.Hour)
	if got := d.today(); got != (Tally{}) {
		t.Errorf("the next day begins with %+v", got)
	}
	now = now.Add(-2 * time.Hour)
	for _, text := range []string{"", "2026-11-26 2 2", "2026-11-26 2 2 1", "2026-11-26 -2 2 1\n", "2026-11-26 2 2 1 7\n", "2026-11-26  2 2 1\n", "2026-11-26 99999999999 2 1\n"} {
		must.OK(t, os.WriteFile(filepath.Join(dir, tallyFile), []byte(text), 0o600))
		if got := open().today(); got != (Tally{}) {
			t.Errorf("%q is %+v", text, got)
		}
	}
}
