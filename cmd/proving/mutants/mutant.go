package main

import (
	"encoding/json"
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

// try lays the mutant over the tree and runs its test.
func (m *mutant) try(temp string) {
	overlay, err := m.overlay(temp)
	if err != nil {
		m.problem = "CANNOT BE MADE: " + err.Error()
		return
	}
	how := strings.Fields(m.test)
	pkg, test := how[0], how[1]
	out, err := exec.Command("go", append([]string{"test", "-overlay", overlay, "-vet=off", "-ldflags=-w", "-count=1", "-timeout=120s",
		pkg, "-run", "^" + test + "$"}, how[2:]...)...).CombinedOutput()
	m.problem = verdict(m.killedBy, test, string(out), err)
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
	case strings.Contains(out, "[build failed]") || strings.Contains(out, "[setup failed]"):
		return "DOES NOT COMPILE:\n" + out
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

// overlay writes the changed file and the list that go test -overlay wants.
func (m *mutant) overlay(temp string) (string, error) {
	src, err := os.ReadFile(m.file)
	if err != nil {
		return "", err
	}
	if n := strings.Count(string(src), m.old); n != 1 {
		return "", fmt.Errorf("its lines stand %d times in %s", n, m.file)
	}
	changed := filepath.Join(temp, m.name+".go")
	if err := os.WriteFile(changed, []byte(strings.Replace(string(src), m.old, m.new, 1)), 0o600); err != nil {
		return "", err
	}
	real, err := filepath.Abs(m.file)
	if err != nil {
		return "", err
	}
	list, err := json.Marshal(map[string]map[string]string{"Replace": {real: changed}})
	if err != nil {
		return "", err
	}
	name := filepath.Join(temp, m.name+".json")
	return name, os.WriteFile(name, list, 0o600)
}
