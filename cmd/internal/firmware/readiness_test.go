package firmware

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/internal/measure"
	"multicopy.example/cmd/internal/readiness"
	"multicopy.example/cmd/internal/stick"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/must"
)

// A report after a restart still tells what staff did before it.
func TestWhatStaffDidLastIsToldOverARestart(t *testing.T) {
	at := time.Unix(1_800_000_000, 0)
	cfg := config.Config{Kiosk: config.Kiosk{Data: t.TempDir()}}
	l := &staffLog{now: func() time.Time { return at }}
	for n := range staffKept + 5 {
		at = at.Add(time.Second)
		l.note(kiosk.Entry{Kind: kiosk.EntryStaffDoing, Role: kiosk.Clerk, Task: kiosk.StaffTone})
		l.note(kiosk.Entry{Kind: kiosk.EntryTried, Outcome: kiosk.Done})
		l.note(kiosk.Entry{Kind: kiosk.EntryStaffDid, Role: kiosk.Clerk, Task: kiosk.StaffTone, Outcome: kiosk.Outcome(1 + n%3)})
	}
	l.note(kiosk.Entry{Kind: kiosk.EntryStaffTried, Role: kiosk.Technician, Task: kiosk.StaffLogin, Outcome: kiosk.Failed})
	all := l.all()
	if len(all) != staffKept || all[0] != (readiness.Entry{At: at.Unix(), Role: "technician", Task: "login", Outcome: "failed"}) || all[1].Task != "test-tone" {
		t.Fatalf("%d: %+v", len(all), all)
	}
	must.OK(t, writeStatus(statusFile(cfg), Status{Report: measure.Result{}.Report(), Staff: all}))
	again := &staffLog{now: l.now}
	was, err := ReadStatus(cfg)
	must.OK(t, err)
	again.restore(was.Staff)
	if got := again.all(); len(got) != staffKept || got[0] != all[0] || got[staffKept-1] != all[staffKept-1] {
		t.Errorf("%+v", got)
	}
}

func TestReportIsInTheFolderAndOnTheStick(t *testing.T) {
	x, _ := exporting(t)
	r := readiness.Report{Report: measure.Result{}.Report(), Made: time.Now()}
	r.Kiosk = x.machine
	for range 2 { // the one before is replaced, and the stick has another minute
		r.Made = r.Made.Add(time.Second)
		must.OK(t, keepReport(t.Context(), r, x.cfg))
	}
	stuck := exported(t, x)
	if len(stuck) != 4 {
		t.Fatalf("%q", stuck)
	}
	for _, name := range reportNames {
		b, err := os.ReadFile(filepath.Join(x.cfg.Kiosk.Data, name))
		if err != nil || !bytes.HasPrefix(b, map[string][]byte{".pdf": []byte("%PDF-"), ".txt": []byte("点検報告書")}[filepath.Ext(name)]) {
			t.Errorf("%s: %v, %.20q", name, err, b)
		}
		last, err := os.ReadFile(stuck[len(stuck)-1])
		if filepath.Ext(name) == ".txt" && (err != nil || !bytes.Equal(last, b)) {
			t.Errorf("%v: another report on the stick", err)
		}
	}
	if err := keepReport(t.Context(), r, x.cfg); !errors.Is(err, stick.ErrBad) { // its name is there
		t.Error(err)
	}
	for _, none := range []string{"", t.TempDir()} {
		x.cfg.Staff.Stick = none
		if err := keepReport(t.Context(), r, x.cfg); err != nil {
			t.Errorf("%q: %v", none, err)
		}
	}
	x.cfg.Kiosk.Data = filepath.Join(t.TempDir(), "none")
	if err := keepReport(t.Context(), r, x.cfg); err == nil {
		t.Error("there is no folder")
	}
}

func TestReportIsANewFile(t *testing.T) {
	dir := t.TempDir()
	cfg := filepath.Join(dir, "kiosk.toml")
	for _, name := range []string{"a.pdf", "a.txt"} {
		r := Readiness(measure.Result{}.Report(), cfg, time.Now())
		at := filepath.Join(dir, name)
		if err := WriteReadiness(r, at); err != nil || !IsReport(name) {
			t.Error(err)
		}
		if err := WriteReadiness(r, at); !errors.Is(err, os.ErrExist) {
			t.Errorf("written over: %v", err)
		}
	}
	for _, n := range []string{"a", "a.doc", "pdf", strings.Repeat("x", 10)} {
		if IsReport(n) {
			t.Errorf("%q is one", n)
		}
	}
}
