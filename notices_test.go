package rules_test

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// TestThirdPartyTextIsCurrent holds the list at the head of THIRD-PARTY.txt against
// the modules that the programs link.
func TestThirdPartyTextIsCurrent(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-f",
		"{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}{{end}}{{end}}",
		"./cmd/kiosk", "./cmd/kiosk-demo", "./cmd/authority-sandbox", "./cmd/authority-conformance").Output()
	if err != nil {
		t.Fatal(err)
	}
	linked := strings.Split(strings.TrimSpace(string(out)), "\n")
	slices.Sort(linked)
	linked = slices.DeleteFunc(slices.Compact(linked), func(s string) bool { return s == "" })
	text, err := os.ReadFile("THIRD-PARTY.txt")
	if err != nil {
		t.Fatal(err)
	}
	head, _, ok := strings.Cut(string(text), "\nGo standard library")
	if !ok || len(linked) < 10 {
		t.Fatalf("no list, or %d modules only", len(linked))
	}
	listed := strings.Split(strings.TrimSpace(strings.SplitN(head, "\n\n", 2)[1]), "\n")
	slices.Sort(listed)
	if !slices.Equal(linked, listed) {
		t.Errorf("run make notices: linked %d modules, listed %d", len(linked), len(listed))
	}
}
