package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/measure"
	"multicopy.example/cmd/internal/secretscan"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/staff/check"
)

// The service manager ends a kiosk that does not prove its life with SIGABRT, and
// the runtime writes what a panic writes. The secrets are typed in that moment.
func TestAProgramThatIsAbortedInAVisitLeavesATraceWithoutSecretsAndServesAgain(t *testing.T) {
	t.Parallel()
	w := harness.Start(t)
	hanako, err := w.Resident("hanako")
	must.OK(t, err)
	must.OK(t, hanako.Reserve(t.Context(), kiosk.FlowP))
	_, err = hanako.Visit(t.Context(), kiosk.Proof)
	must.OK(t, err)
	must.OK(t, w.Kiosk.Type(kiosk.Proof, hanako.PIN))
	done := w.Kiosk.Done()
	w.Kiosk.NotifyEnd(func(error) {})
	must.OK(t, syscall.Kill(w.Kiosk.PID(), syscall.SIGABRT))
	<-done
	trace, err := os.ReadFile(filepath.Join(w.Kiosk.Data(), "crash.log"))
	if err != nil || !bytes.Contains(trace, []byte("goroutine ")) || !bytes.Contains(trace, []byte("SIGABRT")) {
		t.Fatalf("%v: %.400s", err, trace)
	}
	r, err := secretscan.Folder(w.Kiosk.Dir, secretscan.Patterns(w.Known()...), func(string) bool { return false })
	if err != nil || len(r.Places) > 0 || len(w.Known()) < 3 {
		t.Errorf("%v: %v", err, r.Places)
	}
	by, _, status := doctor(t, lab(), w)
	if by["program"].Code != "E-RUN2" || status != 1 {
		t.Errorf("status %d, %+v", status, by["program"])
	}
	w.Cards.Lift()
	must.OK(t, w.Kiosk.Start())
	by = until(t, w, func(by map[string]measure.Check) bool { return by["program"].Teller == "kiosk" })
	if by["program"].Code != "E-RUN2" {
		t.Errorf("%+v", by["program"])
	}
	_, err = hanako.Visit(t.Context(), kiosk.TakeCard)
	must.OK(t, err)
	w.Cards.Lift()
	_, err = w.Settled(t.Context())
	must.OK(t, err)
	must.OK(t, hanako.Accepts(t.Context(), hanako.New.Password))
}

// A resident who stands before the machine waits for it.
func TestTheUnitStartsAKioskThatEndedAgainWithinThreeSeconds(t *testing.T) {
	unit := must.Read(t, "../../buildroot/system/kiosk.service")
	has := map[string]string{}
	for line := range strings.Lines(string(unit)) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			has[key] = value
		}
	}
	for key, want := range map[string]string{"Restart": "always", "StartLimitIntervalSec": "0", "Type": "notify", "WatchdogSignal": "SIGABRT"} {
		if has[key] != want {
			t.Errorf("%s=%s, want %s", key, has[key], want)
		}
	}
	again, err := strconv.Atoi(has["RestartSec"])
	if err != nil || again > 1 {
		t.Errorf("RestartSec=%s leaves no time for the start: %v", has["RestartSec"], err)
	}
	patience, err := strconv.Atoi(has["WatchdogSec"])
	if err != nil || time.Duration(patience)*time.Second <= check.Stalled {
		t.Errorf("WatchdogSec=%s: what stalls would not be told before the end: %v", has["WatchdogSec"], err)
	}
}
