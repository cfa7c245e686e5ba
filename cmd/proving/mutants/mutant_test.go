package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A mutant whose lines are no longer in the source would make nothing; it has
// to be told apart here, in every run of the tests, and not when the mutants
// for the mutants next.
func TestEveryMutantStillFitsTheSource(t *testing.T) {
	t.Chdir("../../..")
	names, err := filepath.Glob(filepath.Join(folder, "*.txt"))
	if err != nil || len(names) < 20 {
		t.Fatalf("%d mutants: %v", len(names), err)
	}
	numbers := map[string]string{}
	for _, n := range names {
		number, _, _ := strings.Cut(filepath.Base(n), "-")
		if other := numbers[number]; other != "" {
			t.Errorf("%s and %s have one number", n, other)
		}
		numbers[number] = n
		m, err := read(n)
		if err != nil {
			t.Errorf("%s: %v", n, err)
			continue
		}
		text, err := os.ReadFile(m.file)
		if err != nil {
			t.Errorf("%s: %v", n, err)
			continue
		}
		if _, err := m.changed(string(text)); err != nil {
			t.Errorf("%s: %v", n, err)
		}
	}
}

// The verdict must not take a compiler's complaint, a missing test, a panic or
// another invariant for the death that was promised.
func TestOnlyThePromisedDeathCounts(t *testing.T) {
	failed := &exec.ExitError{}
	const kill = "home holds nothing"
	for _, c := range []struct {
		kill, out string
		err       error
		want      string
	}{
		{kill, "walk_test.go:1: broken: home holds nothing\n  story", failed, ""},
		{"TestX", "--- FAIL: TestX (0.00s)", failed, ""},
		{kill, "walk_test.go:1: broken: a visit knows its flow\n", failed, "DIED BY"},
		{kill, "panic: kiosk: home holds nothing", failed, "DIED, but"},
		{"TestX", "--- FAIL: TestY (0.00s)", failed, "DIED, but"},
		{kill, "ok x [no tests to run]", nil, "NO TEST"},
		{kill, "ok x", nil, "LIVES"},
		{kill, "", errors.New("no go command"), "CANNOT BE TRIED"},
	} {
		if got := verdict(c.kill, "TestX", c.out, c.err); !strings.HasPrefix(got, c.want) || c.want == "" && got != "" {
			t.Errorf("%q: %q, want %q", c.out, got, c.want)
		}
	}
}
