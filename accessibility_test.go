package rules

import (
	"regexp"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
)

// What the statement says is shown by a test, and the test is there.
func TestAccessibilityStatementNamesTestsThatThereAre(t *testing.T) {
	b := must.Read(t, "ACCESSIBILITY.md")
	there := map[string]bool{}
	for _, name := range files(t) {
		if !strings.HasSuffix(name, "_test.go") {
			continue
		}
		source := must.Read(t, name)
		for _, m := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllStringSubmatch(string(source), -1) {
			there[m[1]] = true
		}
	}
	named := 0
	for _, test := range regexp.MustCompile(`\bTest[A-Z]\w+`).FindAllString(string(b), -1) {
		if named++; !there[test] {
			t.Errorf("no test is called %s", test)
		}
	}
	if named < 40 {
		t.Errorf("only %d tests are named", named)
	}
	for line := range strings.Lines(string(b)) {
		cells := strings.Split(line, "|")
		if len(cells) < 5 || strings.HasPrefix(cells[1], "---") || strings.TrimSpace(cells[2]) == "" {
			continue
		}
		switch strings.TrimSpace(cells[2]) {
		case "met", "in part", "not met", "not applicable":
		default:
			t.Errorf("neither met nor not: %s", line)
		}
	}
}
