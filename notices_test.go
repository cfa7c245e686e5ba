package rules_test

import (
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"multicopy.example/kiosk/must"
)

// programs are shipped; what each links is listed at the head of THIRD-PARTY.txt.
var programs = []string{"kiosk", "kiosk-demo", "authority-sandbox", "authority-conformance", "pn532-check", "verifier-demo", "kiosk-init"}

// linked is which programs link a module, by "path@version".
func linked(t *testing.T) map[string][]string {
	t.Helper()
	by, err := modules()
	must.OK(t, err)
	return by
}

var modules = sync.OnceValues(func() (map[string][]string, error) {
	by := map[string][]string{}
	for _, p := range programs {
		out, err := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}{{end}}{{end}}", "./cmd/"+p).Output()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p, err)
		}
		all := strings.Fields(strings.ReplaceAll(string(out), " ", "@"))
		slices.Sort(all)
		for _, m := range slices.Compact(all) {
			by[m] = append(by[m], p)
		}
	}
	return by, nil
})

// A module that comes into a program, or out of it, is a decision: it changes
// this list in the same commit.
func TestEachProgramLinksTheModulesListedForIt(t *testing.T) {
	by := linked(t)
	var want []string
	for m, p := range by {
		want = append(want, strings.Replace(m, "@", " ", 1)+" "+strings.Join(p, " "))
	}
	slices.Sort(want)
	text := must.Read(t, "THIRD-PARTY.txt")
	head, _, ok := strings.Cut(string(text), "\nGo standard library")
	if !ok || len(want) < 10 {
		t.Fatalf("no list, or %d modules only", len(want))
	}
	listed := strings.Split(strings.TrimSpace(strings.SplitN(head, "\n\n", 2)[1]), "\n")
	slices.Sort(listed)
	for _, m := range want {
		if !slices.Contains(listed, m) {
			t.Errorf("linked and not listed: %s", m)
		}
	}
	for _, m := range listed {
		if !slices.Contains(want, m) {
			t.Errorf("listed and not linked: %s", m)
		}
	}
	if t.Failed() {
		t.Log("after the decision: make notices")
	}
}
