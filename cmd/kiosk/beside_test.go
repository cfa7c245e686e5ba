package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/firmware"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/measure"
	"multicopy.example/cmd/internal/secretscan"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/staff/check"
)

// Reader and ledger are the running kiosk's; what it says of them is as good.
func TestDoctorBesideARunningKioskTellsWhatTheKioskTells(t *testing.T) {
	t.Parallel()
	w := harness.Start(t)
	_, err := w.Kiosk.At(t.Context(), kiosk.Idle)
	must.OK(t, err)
	by := until(t, w, func(by map[string]measure.Check) bool {
		return by["reader"].State == "normal" && by["network"].State == "normal" && by["program"].State == "normal"
	})
	for name, c := range by {
		told := name == "program" || name == "reader" || name == "screen" || name == "queue" || name == "configuration" || c.State == "absent"
		if c.Code != "" || told != (c.Teller == "kiosk") && c.State != "absent" {
			t.Errorf("%s: %+v", name, c)
		}
	}
	w.Cards.Unplug()
	by = until(t, w, func(by map[string]measure.Check) bool { return by["reader"].Code == "E-RDR1" })
	if c := by["reader"]; c.Teller != "kiosk" || by["ledger"].State != "normal" {
		t.Errorf("%+v", c)
	}
	must.OK(t, w.Cards.Plug())
	edit(t, w, func(s string) string { return strings.Replace(s, "distance_mm = 120", "distance_mm = 130", 1) })
	until(t, w, func(by map[string]measure.Check) bool {
		return by["configuration"].Code == "E-CFG2" && by["reader"].Code == ""
	})
	edit(t, w, func(s string) string { return "fake = true\n" + s })
	if by, _, status := doctor(t, lab(), w); by["configuration"].Code != "E-CFG1" || by["configuration"].Teller != "" || status != 2 {
		t.Errorf("status %d, %+v", status, by["configuration"])
	}
}

// until is the doctor's checks once they are as wanted: the kiosk tells of itself
// every few seconds.
func until(t *testing.T, w *harness.World, ok func(map[string]measure.Check) bool) map[string]measure.Check {
	t.Helper()
	for end := time.Now().Add(harness.Patience); ; {
		by, _, _ := doctor(t, lab(), w)
		if ok(by) {
			return by
		}
		if time.Now().After(end) {
			t.Fatalf("%+v", by)
		}
	}
}

// A process that hangs as a whole writes no status either.
func TestAKioskThatStandsStillIsSeenByDoctorAndStatus(t *testing.T) {
	t.Parallel()
	w := harness.Start(t)
	_, err := w.Kiosk.At(t.Context(), kiosk.Idle)
	must.OK(t, err)
	ask := func(ahead time.Duration) (firmware.Status, int, string) {
		h := lab()
		h.Now = func() time.Time { return time.Now().Add(ahead) }
		var out, errs strings.Builder
		status := cli.Run(t.Context(), commands(h), []string{"status", "--json", "--config", w.Kiosk.ConfigFile()}, &out, &errs)
		var s firmware.Status
		if out.Len() > 0 {
			must.OK(t, json.Unmarshal([]byte(out.String()), &s))
		}
		return s, status, errs.String()
	}
	s, status, said := ask(0)
	for end := time.Now().Add(harness.Patience); (s.Proved == 0 || s.Program == "" || s.Place != "idle" || s.State != "normal" || status != 0) && time.Now().Before(end); {
		s, status, said = ask(0)
	}
	if status != 0 || said != "" || s.Place != "idle" || s.Out != "" || !s.Running || s.Kiosk != "kiosk-0001" || s.Proved == 0 || s.Config == "" {
		t.Fatalf("status %d: %s: %+v", status, said, s)
	}
	var out, errs strings.Builder
	if status := cli.Run(t.Context(), commands(lab()), []string{"status", "--config", w.Kiosk.ConfigFile()}, &out, &errs); status != 0 ||
		!strings.HasPrefix(out.String(), "kiosk-0001 is normal, place idle\nstarted ") || strings.Contains(out.String(), "never") ||
		!strings.Contains(out.String(), "\nprogram "+s.Program[:16]+", not from a signed image\n") {
		t.Errorf("status %d: %s%s", status, out.String(), errs.String())
	}
	paper := filepath.Join(t.TempDir(), "report.txt")
	out.Reset()
	if status := cli.Run(t.Context(), commands(lab()), []string{"doctor", "--config", w.Kiosk.ConfigFile(), "--report", paper}, &out, &errs); status != 0 {
		t.Errorf("status %d: %s%s", status, out.String(), errs.String())
	}
	report := must.Read(t, paper)
	for _, want := range []string{"Machine: kiosk-0001\n", "Program SHA-256: " + s.Program, "Records waiting: 0\n", "Kiosk certificate: ", "扉 / door: "} {
		if !strings.Contains(string(report), want) {
			t.Errorf("%q is not in\n%s", want, report)
		}
	}
	if status := cli.Run(t.Context(), commands(lab()), []string{"doctor", "--config", w.Kiosk.ConfigFile(), "--report", "report.doc"}, &out, &errs); status != 2 {
		t.Errorf("another kind of report: status %d", status)
	}
	errs.Reset()
	must.OK(t, syscall.Kill(w.Kiosk.PID(), syscall.SIGSTOP))
	if s, status, _ := ask(time.Minute); status != 2 || s.Checks[check.Program].Code != "E-RUN1" {
		t.Errorf("status %d: %+v", status, s.Checks[check.Program])
	}
	h := lab()
	h.Now = func() time.Time { return time.Now().Add(time.Minute) }
	if by, _, status := doctor(t, h, w); status != 2 || by["program"].Code != "E-RUN1" || by["reader"].State != "untested" || by["ledger"].State != "normal" {
		t.Errorf("status %d: %+v", status, by)
	}
	must.OK(t, syscall.Kill(w.Kiosk.PID(), syscall.SIGCONT))
	must.OK(t, w.Kiosk.Kill())
	if _, status, said := ask(0); status != 2 || said != "kiosk: no kiosk runs on this machine\n" {
		t.Errorf("status %d: %q", status, said)
	}
}

// A resident's visit is a word and nothing more.
func TestStatusTellsNothingOfAVisit(t *testing.T) {
	t.Parallel()
	w := harness.Start(t)
	hanako, err := w.Resident("hanako")
	must.OK(t, err)
	must.OK(t, hanako.Reserve(t.Context(), kiosk.FlowP))
	s, err := hanako.Visit(t.Context(), kiosk.Telling)
	must.OK(t, err)
	var text string
	for end := time.Now().Add(harness.Patience); !strings.Contains(text, `"place":"visit"`); {
		b, err := os.ReadFile(w.Kiosk.Data() + "/status.json")
		if text = string(b); time.Now().After(end) {
			t.Fatalf("%v: %s", err, text)
		}
	}
	r, err := secretscan.Folder(w.Kiosk.Data(), secretscan.Patterns(w.Known()...), func(rel string) bool { return rel != "status.json" })
	if err != nil || len(r.Places) > 0 || r.Files != 1 || len(w.Known()) < 3 {
		t.Errorf("%v: %d files: %v", err, r.Files, r.Places)
	}
	for _, secret := range []string{s.Place.String(), fmt.Sprintf("%x", s.Session)} {
		if strings.Contains(text, secret) {
			t.Errorf("it holds %q: %s", secret, text)
		}
	}
}
