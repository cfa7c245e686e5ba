package rules_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"multicopy.example/kiosk/must"
)

var (
	looked = regexp.MustCompile(`^(no database|vulndb \d{4}-\d\d-\d\d)$`)
	known  = regexp.MustCompile(`^(none|(GO|CVE|GHSA)-[^ ,]+, .{20,})$`)
	oldest = regexp.MustCompile(`(?m)^go (\S+)$`)
)

// A dependency that changes is looked at again, where no database can be reached too.
func TestVulnerabilitiesOfEachLinkedModuleWereLookedAt(t *testing.T) {
	text := must.Read(t, "VULNERABILITIES.md")
	var listed []string
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(line, "| \n"), " | ")
		if !strings.HasPrefix(line, "| ") || cells[0] == "module" {
			continue
		}
		if len(cells) != 5 {
			t.Fatalf("not module, version, looked at, against, known: %s", line)
		}
		listed = append(listed, cells[0]+"@"+cells[1])
		if _, err := time.Parse(time.DateOnly, cells[2]); err != nil || !looked.MatchString(cells[3]) || !known.MatchString(cells[4]) {
			t.Errorf("not a date, what was asked, and what is known with its reason: %s", line)
		}
	}
	mod := must.Read(t, "go.mod")
	want := []string{"stdlib@" + oldest.FindStringSubmatch(string(mod))[1]}
	for m := range linked(t) {
		want = append(want, m)
	}
	for _, m := range want {
		if n := len(slices.DeleteFunc(slices.Clone(listed), func(l string) bool { return l != m })); n != 1 {
			t.Errorf("%s is linked and stands in VULNERABILITIES.md %d times: look for what is known of it and write one row", m, n)
		}
	}
	for _, m := range listed {
		if !slices.Contains(want, m) {
			t.Errorf("%s stands in VULNERABILITIES.md and no program links it: take the row out", m)
		}
	}
}

// The fault proxy carries the traffic of demo and tests alone.
func TestFirmwareAndAuthorityLinkNoFaultProxy(t *testing.T) {
	seen := false
	for m, by := range linked(t) {
		if !strings.HasPrefix(m, "github.com/Shopify/toxiproxy/") {
			continue
		}
		seen = true
		for _, p := range []string{"kiosk", "authority-sandbox"} {
			if slices.Contains(by, p) {
				t.Errorf("%s links %s", p, m)
			}
		}
	}
	if !seen {
		t.Error("no program links the fault proxy: is that still its name?")
	}
}
