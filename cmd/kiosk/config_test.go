package main

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/must"
)

// runConfig runs kiosk config, and answers what it printed.
func runConfig(t *testing.T, want int, args ...string) string {
	t.Helper()
	var out, errs strings.Builder
	if status := cli.Run(t.Context(), root(), append([]string{"config"}, args...), &out, &errs); status != want {
		t.Errorf("%q: status %d, %s", args, status, errs.String())
	}
	return out.String()
}

func TestAConfigurationIsCheckedAndShown(t *testing.T) {
	_, name := fixture(t)
	if text := runConfig(t, cli.Done, "check", "--config", name); text != "" {
		t.Error(text)
	}
	text := runConfig(t, cli.Done, "show", "--config", name)
	for _, k := range config.Keys() {
		_, key, _ := strings.Cut(k.Name, ".")
		if !strings.Contains(text, key+" = ") {
			t.Errorf("%s is not shown", k.Name)
		}
	}
	if strings.Contains(text, "PRIVATE") || strings.Contains(text, "MIG") {
		t.Errorf("a key's file was read: %s", text)
	}
	b := must.Read(t, name)
	write(t, name, strings.NewReplacer("panel", "pannel", "115200", `"fast"`).Replace(string(b)))
	text = runConfig(t, cli.Failed, "check", "--config", name)
	for _, line := range []string{name + ":3: unknown key: screen.pannel\n", name + ":4: a value of reader is a TOML string", name + ":3: screen.panel is \"\""} {
		if !strings.Contains(text, line) {
			t.Errorf("%s is not said: %s", line, text)
		}
	}
	if text := runConfig(t, cli.Failed, "check", "--config", name, "--json"); !strings.Contains(text, `"key": "screen.pannel"`) {
		t.Error(text)
	}
	if text := runConfig(t, cli.Failed, "show", "--config", name); text != "" {
		t.Errorf("a wrong one is shown: %s", text)
	}
	runConfig(t, cli.Failed, "check", "--config", name+".none")
}

// A running kiosk takes another level of its log, and goes on.
func TestASignalGivesARunningKioskAnotherLevel(t *testing.T) {
	t.Parallel()
	w := harness.Start(t)
	_, err := w.Kiosk.At(t.Context(), kiosk.Idle)
	must.OK(t, err)
	edit(t, w, func(s string) string { return s + "\n[log]\nlevel = \"debug\"\n" })
	must.OK(t, syscall.Kill(w.Kiosk.PID(), syscall.SIGHUP))
	for end := time.Now().Add(harness.Patience); ; {
		log := w.Tails(1 << 20)
		if strings.Contains(log, "the configuration was read anew") && strings.Contains(log, "level=DEBUG msg=") {
			break
		}
		if time.Now().After(end) {
			t.Fatal(log)
		}
	}
	if !w.Kiosk.Running() {
		t.Error("it has ended")
	}
}
