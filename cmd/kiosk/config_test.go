package main

import (
	"os"
	"strings"
	"testing"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/kiosk/config"
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
	b, err := os.ReadFile(name)
	must(t, err)
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
