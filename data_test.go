package rules

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
)

// tables are those that a file of SQL or of Go makes.
func tables(t *testing.T, files ...string) (all []string) {
	t.Helper()
	for _, name := range files {
		b := must.Read(t, name)
		for _, m := range regexp.MustCompile(`CREATE TABLE (?:IF NOT EXISTS )?(\w+) \(`).FindAllStringSubmatch(string(b), -1) {
			all = append(all, m[1])
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// rows are the names in the first column of the table of DATA.md with that heading.
func rows(t *testing.T, heading string) (all []string) {
	t.Helper()
	b := must.Read(t, "DATA.md")
	_, after, found := strings.Cut(string(b), "| "+heading+" |")
	if !found {
		t.Fatalf("no table %q", heading)
	}
	table, _, _ := strings.Cut(after, "\n\n")
	for line := range strings.Lines(table) {
		cell, _, _ := strings.Cut(strings.TrimPrefix(line, "| "), " | ")
		for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cell, -1) {
			all = append(all, m[1])
		}
	}
	slices.Sort(all)
	return all
}

// A table that is added says what it holds of a person, and until when.
func TestTheInventoryHasEveryTable(t *testing.T) {
	const store = "cmd/authority-sandbox/internal/store/"
	for heading, made := range map[string][]string{
		"table of `ledger.db`": tables(t, "offline/schema.sql", "offline/receipt.go"),
		"table":                tables(t, store+"schema.sql", store+"people.sql", store+"consents.sql"),
	} {
		if got := rows(t, heading); len(made) < 5 || !slices.Equal(got, made) {
			t.Errorf("%s: DATA.md has\n%q\nthe schema\n%q", heading, got, made)
		}
	}
	looked := []string{"schema.sql", "people.sql", "consents.sql"}
	files, err := os.ReadDir(store)
	must.OK(t, err)
	for _, f := range files {
		if strings.HasSuffix(f.Name(), ".sql") && !slices.Contains(looked, f.Name()) {
			t.Errorf("%s is not looked at", f.Name())
		}
	}
}
