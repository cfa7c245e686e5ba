package main

import (
	"errors"
	"fmt"
	"strings"
)

// entry is one measured figure.
type entry struct{ figure, when, commit string }

const head = `# Figures

Made by ` + "`make figures`" + ` (what takes a minute) and ` + "`go run ./cmd/proving/figures --row NAME`" + ` (the others); never by hand. Times
and rates are of two busy cores; ratios were measured in one run.

| row | what | figure | command | measured |
|---|---|---|---|---|
`

// render writes the table in the order of rows. A row that was never measured is
// left out.
func render(table map[string]entry) string {
	var s strings.Builder
	s.WriteString(head)
	for _, r := range rows {
		if e, ok := table[r.id]; ok {
			fmt.Fprintf(&s, "| %s | %s | %s | `%s` | %s at %s |\n", r.id, r.what, e.figure, r.command, e.when, e.commit)
		}
	}
	return s.String()
}

var errTable = errors.New("not a table that this program wrote")

// parse reads what render wrote. Rows that are not known any more are dropped.
func parse(text string) (map[string]entry, error) {
	table := map[string]entry{}
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.TrimSpace(line), " | ")
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| row ") {
			continue
		}
		if len(cells) != 5 {
			return nil, fmt.Errorf("%w: %q", errTable, line)
		}
		when, commit, ok := strings.Cut(strings.TrimSuffix(cells[4], " |"), " at ")
		if !ok {
			return nil, fmt.Errorf("%w: %q", errTable, line)
		}
		table[strings.TrimPrefix(cells[0], "| ")] = entry{cells[2], when, commit}
	}
	return table, nil
}
