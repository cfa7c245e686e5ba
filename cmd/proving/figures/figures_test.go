package main

import (
	"io"
	"os"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
)

func TestTableIsReadAsItIsWritten(t *testing.T) {
	table := map[string]entry{"walk": {"1 state, 2 steps", "2026-11-25", "abc1234"}, "fleet": {"Every bar is met.", "2026-11-24", "def5678"}}
	again, err := parse(render(table))
	if err != nil || len(again) != 2 || again["walk"] != table["walk"] || again["fleet"] != table["fleet"] {
		t.Errorf("%v, %v", again, err)
	}
	if _, err := parse("| one | two |\n"); err == nil {
		t.Error("a foreign table was read")
	}
}

func TestCommittedTableIsThisPrograms(t *testing.T) {
	b := must.Read(t, "../../../"+file)
	table, err := parse(string(b))
	if err != nil || render(table) != string(b) {
		t.Errorf("%s was changed by hand: %v", file, err)
	}
	for _, r := range rows {
		if _, ok := table[r.id]; !ok && !r.slow {
			t.Errorf("row %s was never measured: make figures", r.id)
		}
		if strings.Contains(r.what+r.command, "|") {
			t.Errorf("row %s would break the table", r.id)
		}
	}
}

func TestLinesOfCodeAreCountedWithoutBlanksAndComments(t *testing.T) {
	const text = "// Package p.\npackage p\n\n/* two\nlines */\nvar s = `a\nb` // 1\n\nfunc f() {\n\treturn\n}\n"
	if n := codeLines([]byte(text)); n != 5 { // package, var, func, return, }
		t.Errorf("%d", n)
	}
}

func TestEarlierCommitIsMeasuredBesideWhatIsHere(t *testing.T) {
	t.Chdir(t.TempDir())
	git := func(args ...string) {
		_, err := output(t.Context(), "git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.com"}, args...)...)
		must.OK(t, err)
	}
	scenario := func(name string) { must.OK(t, os.WriteFile("cmd/kiosk-demo/scenarios/"+name, nil, 0o600)) }
	must.OK(t, os.MkdirAll("cmd/kiosk-demo/scenarios", 0o700))
	scenario("one.txt")
	git("init", "--quiet")
	git("add", ".")
	git("commit", "--quiet", "-m", "one")
	scenario("two.txt")
	var table strings.Builder
	must.OK(t, beside(t.Context(), &table, io.Discard, "HEAD", "scenarios"))
	if got := table.String(); !strings.Contains(got, "| row | what | HEAD | now |") || !strings.HasSuffix(got, " | 1 | 2 |\n") {
		t.Error(got)
	}
	if _, err := os.Stat("cmd/kiosk-demo/scenarios/two.txt"); err != nil {
		t.Errorf("the test goes on in another folder: %v", err)
	}
	if left, err := output(t.Context(), "git", "worktree", "list"); err != nil || strings.Count(left, "\n") != 1 {
		t.Errorf("%v: %s", err, left)
	}
}
