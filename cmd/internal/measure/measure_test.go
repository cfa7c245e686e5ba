package measure

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/staff/check"
)

func TestATestThatHangsIsLateAndHidesNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		end := make(chan struct{})
		defer close(end)
		begun := time.Now()
		r := All(t.Context(),
			Test{check.Of(check.Disk), quick, func(context.Context) func(*Result) { <-end; return nil }},
			Test{check.Of(check.Reader), quick, func(ctx context.Context) func(*Result) {
				<-ctx.Done()
				return func(r *Result) { r.Reader = check.ReaderSilent; r.tested(check.Reader) }
			}},
			Test{check.Of(check.Door), quick, func(context.Context) func(*Result) {
				return func(r *Result) { r.tested(check.Door) }
			}},
			Test{check.Of(check.Queue), quick, func(context.Context) func(*Result) { return nil }})
		if took := time.Since(begun); took != quick+grace {
			t.Errorf("took %v", took)
		}
		want := map[check.Item]check.Finding{
			check.Disk:   {Item: check.Disk, Level: check.Critical, Fault: check.Late},
			check.Reader: {Item: check.Reader, Level: check.Critical, Fault: check.ReaderSilent},
			check.Door:   {Item: check.Door, Level: check.Normal}, check.Queue: {Item: check.Queue, Level: check.Untested},
		}
		for _, f := range check.Judge(r.Facts) {
			if w, ok := want[f.Item]; ok && f != w {
				t.Errorf("%+v, want %+v", f, w)
			}
		}
	})
}

func run(t *testing.T, test Test) (r Result) {
	t.Helper()
	return All(t.Context(), test)
}

func TestTheHottestSensorThatAnswersIsTheTemperature(t *testing.T) {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	for want, sys := range map[int32]fstest.MapFS{
		61_500: {"class/thermal/thermal_zone0/temp": file("48000\n"), "class/hwmon/hwmon2/temp1_input": file("61500\n"),
			"class/hwmon/hwmon2/temp1_max": file("99000\n"), "class/thermal/thermal_zone1/temp": file("999999999\n"),
			"class/thermal/thermal_zone2/temp": file("asleep"), "class/thermal/thermal_zone3/temp": {Mode: fs.ModeDir}},
		1: {"class/hwmon/hwmon0/temp9_input": file("1")},
	} {
		if r := run(t, Temperature(Host{Sys: sys})); r.MilliCelsius != want || !r.Tested.Has(check.Temperature) {
			t.Errorf("%d, want %d", r.MilliCelsius, want)
		}
	}
	r := run(t, Temperature(Host{Sys: fstest.MapFS{"class/thermal/thermal_zone0/temp": file("-273000")}}))
	if !r.Absent.Has(check.Temperature) || r.Tested.Has(check.Temperature) {
		t.Error("a machine without a sensor has a temperature")
	}
	if Here().Sys == nil || Here().Now == nil {
		t.Error("no machine")
	}
}

func TestTheDiskIsThatOfTheLedgerOrOfTheFolderAbove(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		free func(string) (uint64, error)
		ok   bool
	}{
		{Here().Free, true},
		{func(string) (uint64, error) { return 0, errors.New("gone") }, false},
	} {
		r := run(t, Disk(Host{Free: c.free}, filepath.Join(dir, "not-yet")))
		if r.Tested.Has(check.Disk) != c.ok || c.ok == (r.DiskFree == 0) || c.ok == (r.Detail[check.Disk] != "") {
			t.Errorf("%d free: %q", r.DiskFree, r.Detail[check.Disk])
		}
	}
}

func TestAConfigurationIsComparedWithWhatRuns(t *testing.T) {
	name := filepath.Join(t.TempDir(), "kiosk.toml")
	write := func(text string) {
		must.OK(t, os.WriteFile(name, []byte(text), 0o600))
	}
	const good = "version = 1\nkiosk = {data = \"data\"}\nscreen = {panel = \"10.1\"}\nreader = {port = \"p\", baud = 115200}\ncards = {authorities = [\"ca\"]}\n" +
		"authority = {url = \"https://a\", roots = \"r\", certificate = \"c\", key = \"k\", code_key = \"x\", records_key = \"y\"}\n"
	write(good)
	cfg, err := config.Load(name)
	must.OK(t, err)
	for text, want := range map[string][2]bool{good: {}, good + "# a remark\n": {}, good + "log = {level = \"debug\"}\n": {},
		strings.Replace(good, "10.1", "15", 1): {false, true}, "fake = true": {true, false}} {
		write(text)
		if r := run(t, Configuration(cfg)); [2]bool{r.ConfigInvalid, r.ConfigChanged} != want || !r.Tested.Has(check.Configuration) {
			t.Errorf("%q: invalid %v, changed %v", text, r.ConfigInvalid, r.ConfigChanged)
		}
	}
}

func TestAFolderWithoutALedgerIsNoFault(t *testing.T) {
	dir := t.TempDir()
	for _, d := range []string{filepath.Join(dir, "none"), dir} {
		if r := run(t, Ledger(d)); r.Tested != 0 || r.Detail[check.Ledger] == "" {
			t.Errorf("%s: %b, %q", d, r.Tested, r.Detail[check.Ledger])
		}
	}
	must.OK(t, os.Mkdir(filepath.Join(dir, "live"), 0o700))
	if r := run(t, Ledger(dir)); r.LedgerError != kiosk.MsgLedger || r.Tested != check.Of(check.Ledger) {
		t.Errorf("a ledger that lost its files: %b, %v", r.Tested, r.LedgerError)
	}
}
