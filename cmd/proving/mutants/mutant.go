package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// mutant is one defect, as its file tells it, and what came of it.
type mutant struct {
	name     string
	file     string // what it changes
	killedBy string // what must notice
	test     string // package and test that must fail
	old, new string
	problem  string // "" when it died as it should
}

func read(path string) (*mutant, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m := &mutant{name: strings.TrimSuffix(filepath.Base(path), ".txt"), test: walkTest}
	head, body, ok := strings.Cut(string(text), "---\n")
	if !ok {
		return nil, errors.New("no line --- between what it says and what it does")
	}
	for line := range strings.Lines(head) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch {
		case strings.HasPrefix(line, "#"):
		case key == "file":
			m.file = value
		case key == "kill":
			m.killedBy = value
		case key == "test":
			m.test = value
		default:
			return nil, fmt.Errorf("unknown key %q", strings.TrimSpace(line))
		}
	}
	for line := range strings.Lines(body) {
		switch line[0] {
		case '-':
			m.old += line[1:]
		case '+':
			m.new += line[1:]
		case ' ':
			m.old += line[1:]
			m.new += line[1:]
		default:
			return nil, fmt.Errorf("a line that neither stays, goes nor comes: %q", line)
		}
	}
	if m.file == "" || m.killedBy == "" || len(strings.Fields(m.test)) < 2 || m.old == m.new || !strings.HasPrefix(string(text), "# ") {
		return nil, errors.New("why, file, kill and a change are all needed")
	}
	return m, nil
}

// pkg is the package whose tests must notice it.
func (m *mutant) pkg() string { return strings.Fields(m.test)[0] }

// how is the test that must fail, and the flags of its program.
func (m *mutant) how() (test string, flags []string) {
	words := strings.Fields(m.test)
	for _, f := range words[2:] {
		if f == "-short" {
			f = "-test.short"
		}
		flags = append(flags, f)
	}
	return words[1], flags
}

// try runs its test with it on, in the program that holds it.
func (m *mutant) try(p *program, temp string) {
	test, flags := m.how()
	out, err := p.run(temp, test, flags, m.number())
	m.problem = verdict(m.killedBy, test, out, err)
}

// number tells it from the others in a program.
func (m *mutant) number() string {
	n, _, _ := strings.Cut(m.name, "-")
	return n
}

// brokenInvariant is how the walk names an invariant.
var brokenInvariant = regexp.MustCompile(`(?m)broken: (.*)$`)

// verdict is why the mutant did not die as it should; "" when it did.
func verdict(kill, test, out string, err error) string {
	var exit *exec.ExitError
	switch {
	case err == nil && strings.Contains(out, "no tests to run"):
		return "NO TEST is called " + test
	case err == nil:
		return "LIVES"
	case !errors.As(err, &exit):
		return "CANNOT BE TRIED: " + err.Error()
	}
	if by := brokenInvariant.FindStringSubmatch(out); by != nil {
		if by[1] != kill {
			return fmt.Sprintf("DIED BY %q, not by %q", by[1], kill)
		}
		return ""
	}
	if !strings.Contains(out, "--- FAIL: "+kill) {
		return fmt.Sprintf("DIED, but not by %q:\n%s", kill, out[:min(len(out), 2000)])
	}
	return ""
}

// change is what it does to the file, without what stays at both ends: what is left of
// a function of one line lies in its body.
func (m *mutant) change(text string) (splice, bool) {
	if strings.Count(text, m.old) != 1 {
		return splice{}, false
	}
	c := splice{at: strings.Index(text, m.old), name: m.number()}
	old, new := m.old, m.new
	for len(old) > 0 && len(new) > 0 && old[0] == new[0] {
		c.at++
		old, new = old[1:], new[1:]
	}
	for len(old) > 0 && len(new) > 0 && old[len(old)-1] == new[len(new)-1] {
		old, new = old[:len(old)-1], new[:len(new)-1]
	}
	c.end, c.text = c.at+len(old), new
	return c, true
}

// changed is the file's text with it.
func (m *mutant) changed(text string) (string, error) {
	c, ok := m.change(text)
	if !ok {
		return "", fmt.Errorf("its lines stand %d times in %s", strings.Count(text, m.old), m.file)
	}
	return text[:c.at] + c.text + text[c.end:], nil
}
