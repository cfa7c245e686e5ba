package main

import (
	"os"
	"path/filepath"
	"testing"

	"multicopy.example/kiosk/golden"
	"multicopy.example/kiosk/must"
)

// Each mutant of the list is a line that goes and one that comes.
var ofASample = []struct {
	old, new string
	alone    bool
}{
	{old: "return c.n }", new: "return -c.n }"},
	{old: "\treturn a + len(rest)\n", new: "\treturn a\n"},
	{old: "\treturn a + len(rest)\n", new: "\treturn len(rest)\n"},
	{old: "\ttable[1].name = \"two\"\n", new: ""},
	{old: "println(1)", new: "println(2)"},
	{old: "{\"nought\", 0},", new: "{\"nought\", 1},"},
	{old: "{\"nought\", 0},", new: "{\"zero\", 0},"},
	{old: "limit = 3", new: "limit = 4", alone: true},
	{old: "n int }", new: "n int8 }", alone: true},
	{old: "return v }", new: "return *new(T) }", alone: true},
	{old: "(a int, _ string", new: "(a int, s string", alone: true},
	{old: "return 1 }\n\nfunc second() int { return 2", new: "return 3 }\n\nfunc second() int { return 4", alone: true},
}

// What a mutant changes in a function or a value of a package stands in one source with
// others; all else stands by itself.
func TestMutantsStandSideBySideInOneSource(t *testing.T) {
	s, err := newSchema(filepath.Join("testdata", "sample.src"))
	must.OK(t, err)
	for i, c := range ofASample {
		m := &mutant{name: string(rune('a'+i)) + "-sample", old: c.old, new: c.new}
		if s.add(m) == c.alone {
			t.Errorf("%q: by itself is to be %v", c.new, c.alone)
		}
	}
	golden.Is(t, filepath.Join("testdata", "sample.golden"), []byte(s.source()))
}

// Every mutant of the tree is in one program, and those of one package's tests share it.
func TestEveryMutantIsInOneProgram(t *testing.T) {
	t.Chdir("../../..")
	all, err := readAll("")
	must.OK(t, err)
	dealt, err := programs(all)
	must.OK(t, err)
	seen := map[string]int{}
	for _, p := range dealt {
		for _, m := range p.mutants {
			seen[m.name]++
			if m.pkg() != p.pkg {
				t.Errorf("%s is in the program of %s", m.name, p.pkg)
			}
		}
		if _, err := p.files(); err != nil {
			t.Errorf("%s: %v", p.name, err)
		}
	}
	for _, m := range all {
		if seen[m.name] != 1 {
			t.Errorf("%s is in %d programs", m.name, seen[m.name])
		}
	}
	if len(dealt) > len(all)/4 {
		t.Errorf("%d programs for %d mutants", len(dealt), len(all))
	}
}

// A mutant that does not compile is named, and the others of its package's tests are
// tried all the same; a test that fails without any mistake kills nothing.
func TestAProgramThatIsNotSoundKillsNothing(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":    "module sample.example\n\ngo 1.26\n",
		"a.go":      "package a\n\nfunc one() int { return 1 }\n\nfunc two() int { return 2 }\n",
		"a_test.go": "package a\n\nimport \"testing\"\n\nfunc TestOne(t *testing.T) {\n\tif one() != 1 {\n\t\tt.Fatal()\n\t}\n}\n\nfunc TestTwo(t *testing.T) {\n\tif two() != 3 {\n\t\tt.Fatal()\n\t}\n}\n",
	} {
		must.OK(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	t.Chdir(dir)
	m := func(name, old, new, test string) *mutant {
		return &mutant{name: name, file: "a.go", killedBy: test, test: ". " + test, old: old, new: new}
	}
	for _, c := range []struct {
		why  string
		all  []*mutant
		live int
	}{
		{"both die", []*mutant{m("1-a", "return 1", "return 4", "TestOne"), m("2-a", "return 1", "return 5", "TestOne")}, 0},
		{"one lives", []*mutant{m("1-a", "return 1", "return 4", "TestOne"), m("2-a", "return 1", "return 0x1", "TestOne")}, 1},
		{"one does not compile", []*mutant{m("1-a", "return 1", "return 4", "TestOne"), m("2-a", "return 1", "return x", "TestOne")}, 1},
		{"its test fails anyway", []*mutant{m("1-a", "return 2", "return 4", "TestTwo")}, 1},
	} {
		if live, err := tryAll(c.all, t.TempDir()); err != nil || live != c.live {
			t.Errorf("%s: %d live, %v", c.why, live, err)
		}
	}
}
