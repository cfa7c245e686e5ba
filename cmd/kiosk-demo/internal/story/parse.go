// Package story plays a scenario file: who comes to the kiosk, what they
// press and type, what breaks and when, and what must be true at each point.
// The firmware under it is real down to the reader's pty, TLS and SQLite; only
// its face is text (package textkiosk).
//
// A scenario is a text file, one command a line, "#" begins a comment. The
// commands are the table in verbs.go. Read that, then one of the scenarios.
package story

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// A Line is one command of a scenario.
type Line struct {
	Number int
	Verb   string
	Args   []string
	Text   string // as written, without the comment
}

const (
	maxLines = 500
	maxLine  = 200
)

// Parse reads a scenario. Its errors name the line, what is wrong with it, and
// the commands there are.
func Parse(r io.Reader) ([]Line, error) {
	var out []Line
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, maxLine), maxLine)
	for n := 1; lines.Scan(); n++ {
		text, _, _ := strings.Cut(lines.Text(), "#")
		f := strings.Fields(text)
		if len(f) == 0 {
			continue
		}
		l := Line{Number: n, Verb: f[0], Args: f[1:], Text: strings.TrimSpace(text)}
		v, ok := verbs[l.Verb]
		switch {
		case !ok:
			return nil, fmt.Errorf("line %d: nobody knows how to %q; the commands are:\n%s", n, l.Verb, Verbs())
		case len(l.Args) < v.least || len(l.Args) > v.most:
			return nil, fmt.Errorf("line %d: it is: %s", n, v.usage)
		case len(out) == maxLines:
			return nil, fmt.Errorf("line %d: a scenario has at most %d commands", n, maxLines)
		}
		out = append(out, l)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("after %d commands: %w (a line has at most %d characters)", len(out), err, maxLine)
	}
	return out, nil
}

// people are the residents that a scenario names.
func people(lines []Line) []string {
	seen := map[string]bool{"hanako": true}
	out := []string{"hanako"}
	for _, l := range lines {
		if l.Verb != "card" && l.Verb != "lay" && l.Verb != "beside" && l.Verb != "tear" {
			continue
		}
		for _, a := range l.Args {
			name, isSwap := strings.CutPrefix(a, "swap:")
			if l.Verb == "tear" && !isSwap {
				continue
			}
			if !seen[name] {
				seen[name] = true
				out = append(out, name)
			}
		}
	}
	return out
}
