// Package rules holds the tree against its house rules (CONTRIBUTING.md): who
// imports whom, what is not called, what the firmware may contain. It has no
// code of its own.
package rules

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
)

const module = "multicopy.example"

// pkg is what `go list` says of a package. Imports are those of non-test files.
type pkg struct {
	ImportPath     string
	Dir            string
	Imports        []string
	IgnoredGoFiles []string
}

// name is the path inside the module, "" for a package of another module.
func (p pkg) name() string { return inside(p.ImportPath) }

func inside(importPath string) string {
	rest, ok := strings.CutPrefix(importPath, module+"/")
	if !ok {
		return ""
	}
	return rest
}

// list asks the go command, and believes neither silence nor an answer that
// leaves the loop out.
func list(t *testing.T, args ...string) (all []pkg) {
	t.Helper()
	c := exec.Command("go", append([]string{"list", "-json=ImportPath,Dir,Imports,IgnoredGoFiles"}, args...)...)
	var stderr strings.Builder
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("go list %v: %v\n%s", args, err, stderr.String())
	}
	d := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if !slices.ContainsFunc(all, func(p pkg) bool { return p.name() == "kiosk/run" }) {
		t.Fatalf("go list %v names %d packages and not the loop", args, len(all))
	}
	return all
}

// may lists, for a folder and all below it, what of this module it imports.
// The longest prefix counts; a folder that is not here has no rule yet and
// needs one.
var may = map[string][]string{
	"kiosk":           {"kiosk/secret"},
	"kiosk/secret":    {},
	"kiosk/port":      {"kiosk", "kiosk/secret"},
	"kiosk/run":       {"kiosk", "kiosk/port", "kiosk/secret", "kiosk/staff"},
	"kiosk/authority": {"kiosk", "kiosk/port", "kiosk/secret"},

	"kiosk/authority/wire": {"kiosk", "kiosk/port", "kiosk/secret"}, // never its own client

	"kiosk/staff":     {"kiosk", "kiosk/secret"},
	"kiosk/config":    {"kiosk"}, // the languages by their tags; read by cmd alone
	"offline":         {"kiosk", "kiosk/port", "kiosk/secret", "offline/record"},
	"offline/record":  {"kiosk", "kiosk/port", "kiosk/secret"},
	"offline/backoff": {"kiosk/port"},
	"offline/export":  {"kiosk", "kiosk/port", "offline", "offline/record"},

	"offline/internal": {"kiosk", "kiosk/port", "offline", "offline/internal/sample"}, // tests alone
	"offline/outbox":   {"kiosk", "kiosk/port", "kiosk/secret", "offline", "offline/record", "offline/backoff"},
	"ui":               {"kiosk", "kiosk/port", "kiosk/secret", "kiosk/staff", "kiosk/staff/check", "assets", "ui"},
	"assets":           {"kiosk", "kiosk/staff", "kiosk/staff/check"},
	"devices/apdu":     {"kiosk", "kiosk/port", "kiosk/secret"},
	"devices/serial":   {"kiosk", "kiosk/port", "kiosk/secret"},
	"devices/bus":      {"kiosk", "kiosk/port", "kiosk/secret"},
	"devices/board":    {"kiosk", "kiosk/port", "kiosk/secret", "devices/bus"},
	"devices/speaker":  {"kiosk", "kiosk/port", "kiosk/secret"},
	"devices/printer":  {"kiosk", "kiosk/port", "kiosk/secret", "devices/serial"},
	"devices/jpki":     {"kiosk", "kiosk/port", "kiosk/secret", "devices/apdu"},
	"devices/pn532":    {"kiosk", "kiosk/port", "kiosk/secret", "devices/apdu", "devices/serial", "devices/bus"},
	"devices/tpm":      {},
	"devices/sim":      {"kiosk", "kiosk/port", "kiosk/secret", "devices/apdu"},
	"devices/interop":  {},
	"kiosk/must":       {},
	"kiosk/golden":     {"kiosk/must"},
	"cmd":              {"kiosk", "assets", "offline", "ui", "devices", "cmd/internal"},
	"cmd/kiosk-demo":   {"kiosk", "assets", "offline", "ui", "devices", "cmd/internal", "cmd/kiosk-demo/internal"},

	"cmd/authority-sandbox": {"kiosk", "offline/record", "cmd/internal", "cmd/authority-sandbox/internal"},
	"cmd/verifier-demo":     {"kiosk", "cmd/internal", "cmd/verifier-demo/internal"},

	"cmd/verifier-demo/internal/bank":     {"cmd/internal/verifier"}, // as another maker's would: the contract alone
	"cmd/verifier-demo/internal/platform": {"cmd/internal/verifier", "cmd/internal/cms"},
}

func under(name, folder string) bool { return name == folder || strings.HasPrefix(name, folder+"/") }

// rule is the longest folder of may that the package lies under.
func rule(name string) (folder string, ok bool) {
	for f := range may {
		if under(name, f) && len(f) >= len(folder) {
			folder, ok = f, true
		}
	}
	return folder, ok
}

func TestPackagesImportOnlyWhatTheTableAllows(t *testing.T) {
	for _, p := range list(t, "./...") {
		if p.name() == "" {
			continue // this package
		}
		folder, ok := rule(p.name())
		if !ok {
			t.Errorf("%s: no rule says what it may import", p.name())
			continue
		}
		for _, i := range p.Imports {
			in := inside(i)
			if in == "" {
				continue
			}
			if bad := forbidden(p.name(), folder, in); bad != "" {
				t.Errorf("%s imports %s: %s", p.name(), in, bad)
			}
		}
	}
}

// otherEnds speak the contract and are not the firmware's client.
var otherEnds = []string{"cmd/authority-sandbox", "cmd/authority-conformance", "cmd/proving/fleet", "cmd/internal/appclient"}

func forbidden(name, folder, in string) string {
	if under(in, "devices/sim") && !under(name, "cmd/kiosk-demo") && !under(name, "cmd/internal/harness") && !under(name, "devices/sim") {
		return "a simulator belongs to tests and to the demo"
	}
	if in == "kiosk/authority" && slices.ContainsFunc(otherEnds, func(f string) bool { return under(name, f) }) {
		return "a server does not import its own client: kiosk/authority/wire has the contract"
	}
	for _, m := range may[folder] {
		exact := !strings.HasPrefix(folder, "cmd") && m != "assets" && m != "ui" // hands name packages, not trees
		if in == m || !exact && under(in, m) {
			return ""
		}
	}
	if under(in, folder) && folder != "kiosk" && folder != "offline" && folder != "cmd" {
		return "" // its own parts
	}
	return "not in its list"
}

// The table itself refuses what DESIGN rules out: a rule that lets everything
// pass would pass every tree.
func TestTableRefusesEdgesAcross(t *testing.T) {
	for _, edge := range [][2]string{
		{"kiosk", "kiosk/run"}, {"kiosk", "kiosk/port"}, {"kiosk/port", "kiosk/run"}, {"kiosk", "offline"}, {"kiosk/run", "offline"}, {"kiosk/run", "devices/jpki"},
		{"kiosk/authority", "kiosk/config"}, {"kiosk/authority/wire", "kiosk/authority"},
		{"cmd/authority-sandbox", "kiosk/authority"}, {"cmd/authority-conformance", "kiosk/authority"}, {"offline", "kiosk/authority"}, {"ui", "kiosk/run"}, {"ui/layout", "devices/board"},
		{"devices/jpki", "devices/pn532"}, {"devices/pn532", "devices/sim"}, {"devices/board", "offline"},
		{"cmd/kiosk", "devices/sim"}, {"cmd/internal/firmware", "devices/sim"}, {"cmd/authority-sandbox", "devices/sim"},
		{"cmd/kiosk", "cmd/kiosk-demo/internal/proof"}, {"offline", "cmd/internal/firmware"}, {"offline/record", "offline"}, {"offline", "offline/outbox"}, {"assets/text", "ui/layout"},
	} {
		folder, ok := rule(edge[0])
		if !ok || forbidden(edge[0], folder, edge[1]) == "" {
			t.Errorf("%s may import %s", edge[0], edge[1])
		}
	}
	if _, ok := rule("somewhere/new"); ok {
		t.Error("a folder without a rule has one")
	}
}

// kiosk is pure, and the standard library can see that.
func TestKioskImportsNothingThatActs(t *testing.T) {
	pure := map[string][]string{"kiosk": {module + "/kiosk/secret", "time", "unicode/utf8"}, "kiosk/staff": {module + "/kiosk", module + "/kiosk/secret", "time"}}
	for _, p := range list(t, "./kiosk/...") {
		want, ok := pure[p.name()]
		if !ok {
			continue
		}
		delete(pure, p.name())
		if got := slices.Sorted(slices.Values(p.Imports)); !slices.Equal(got, want) {
			t.Errorf("%s imports %q, may import %q", p.name(), got, want)
		}
	}
	if len(pure) > 0 {
		t.Errorf("not looked at: %v", pure)
	}
}

// What make test runs without the race detector has no two goroutines.
func TestPackagesTestedWithoutTheRaceDetectorStartNoGoroutine(t *testing.T) {
	makefile := must.Read(t, "Makefile")
	_, rest, _ := strings.Cut(string(makefile), "\nALONE    = ")
	line, _, _ := strings.Cut(rest, "\n")
	if line == "" {
		t.Fatal("the Makefile names none: this test looks at nothing")
	}
	for _, folder := range strings.Fields(line) {
		files, err := filepath.Glob(folder + "/*.go")
		if err != nil || len(files) == 0 {
			t.Errorf("%s: %v, %d files", folder, err, len(files))
		}
		for _, file := range files {
			f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			must.OK(t, err)
			ast.Inspect(f, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok && (s.Sel.Name == "Parallel" || s.Sel.Name == "RunParallel" || s.Sel.Name == "AfterFunc") {
					t.Errorf("%s runs beside something: %s", file, s.Sel.Name)
				}
				if _, ok := n.(*ast.GoStmt); ok {
					t.Errorf("%s starts a goroutine", file)
				}
				return true
			})
		}
	}
}

// The firmware can contain neither a simulator nor a sandbox, by accident or
// by a switch.
func TestFirmwareContainsNoFake(t *testing.T) {
	deps := list(t, "-deps", "./cmd/kiosk")
	for _, p := range deps {
		in := p.name()
		for _, fake := range []string{"devices/sim", "cmd/kiosk-demo", "cmd/authority-sandbox", "cmd/internal/harness",
			"cmd/internal/appclient", "devices/tpm/tpmtest", "kiosk/secret/secrettest", "ui/internal/sample", "offline/internal", "kiosk/must", "kiosk/golden"} {
			if in != "" && under(in, fake) {
				t.Errorf("the firmware contains %s", in)
			}
		}
		if p.ImportPath == "testing" || strings.HasPrefix(p.ImportPath, "testing/") || p.ImportPath == "net/http/httptest" {
			t.Errorf("the firmware contains %s", p.ImportPath)
		}
		if in != "" && len(p.IgnoredGoFiles) > 0 {
			t.Errorf("%s: %q are built or not as a tag says", in, p.IgnoredGoFiles)
		}
	}
	for _, f := range sources(t) {
		if !slices.ContainsFunc(deps, func(p pkg) bool { return p.name() != "" && p.name() == path.Dir(f.name) }) {
			continue
		}
		for _, c := range f.syntax.Comments {
			for _, line := range c.List {
				if strings.HasPrefix(line.Text, "//go:build") || strings.HasPrefix(line.Text, "// +build") {
					t.Errorf("%s: %s selects something", f.name, line.Text)
				}
			}
		}
	}
}

// What the firmware can be told is a list in cmd/kiosk's test; nothing else in it
// may take a word from the command line.
func TestCommandLineOfTheFirmwareIsMadeInOnePlace(t *testing.T) {
	makes := map[string]bool{}
	for _, p := range list(t, "-deps", "./cmd/kiosk") {
		for _, i := range p.Imports {
			if p.name() != "" && (i == "flag" || i == "github.com/spf13/cobra" || i == "github.com/spf13/pflag") {
				makes[p.name()] = true
			}
		}
	}
	if got := slices.Sorted(maps.Keys(makes)); !slices.Equal(got, []string{"cmd/internal/cli", "cmd/kiosk"}) {
		t.Errorf("flags are made in %q", got)
	}
	for _, f := range sources(t) {
		if !under(f.name, "cmd/internal/firmware") && !under(f.name, "kiosk") && !under(f.name, "offline") && !under(f.name, "devices") && !under(f.name, "ui") {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok {
				if from, name := f.selected(sel); from == "os" && name == "Args" {
					t.Errorf("%s: os.Args", f.at(sel))
				}
			}
			return true
		})
	}
}

func literal(e ast.Expr) string {
	if l, ok := e.(*ast.BasicLit); ok {
		if s, err := strconv.Unquote(l.Value); err == nil {
			return s
		}
	}
	return "?"
}

// A call that is not made outside the files and folders named.
type never struct {
	from    string   // import path
	names   []string // nil: all of it
	allowed []string // files, or folders with all below
	why     string
}

// proving is what measures from outside: programs, not firmware.
var proving = []string{"cmd/proving"}

func and(more ...string) []string { return append(more, proving...) }

var nevers = []never{
	{"os", []string{"Getenv", "LookupEnv", "Environ", "ExpandEnv"},
		[]string{"cmd/kiosk-demo", "cmd/authority-sandbox", "cmd/internal/harness"}, "the environment selects nothing"},
	{"fmt", []string{"Print", "Printf", "Println"}, and("cmd"), "what is said goes through a logger that was passed in"},
	{"log", nil, and("cmd"), "a global logger can be used by every package"},
	{"log/slog", []string{"Default", "SetDefault", "Debug", "Info", "Warn", "Error", "Log", "DebugContext", "InfoContext",
		"WarnContext", "ErrorContext"}, nil, "a global logger can be used by every package"},
	{"time", []string{"Now"}, and(
		"cmd", "kiosk/run/loop.go", "kiosk/run/effect.go", "kiosk/run/serve.go", "kiosk/run/visit.go", "kiosk/run/withdraw.go", "kiosk/run/readerqueue.go", "kiosk/run/staff.go",
		"kiosk/authority/client.go", "kiosk/authority/update.go", "devices/serial/port.go", "devices/printer/file.go", "devices/sim/reader_chip.go", "offline/internal", "ui/ui.go"), "a clock is passed in, but where a deadline or a timestamp is made"},
	{"math/rand", nil, and("cmd"), "not for anything that must not be guessed"},
	{"math/rand/v2", nil, and("cmd", "offline/outbox", "offline/backoff"), "not for anything that must not be guessed"},
	{"unsafe", nil, and("cmd/kiosk-init/verity.go"), "the firmware has no need of it"},
}

func TestForbiddenCallsAreMadeOnlyWhereAllowed(t *testing.T) {
	seen := 0
	for _, f := range sources(t) {
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			from, name := f.selected(sel)
			for _, r := range nevers {
				if from == r.from && (r.names == nil || slices.Contains(r.names, name)) {
					if seen++; !f.in(r.allowed) {
						t.Errorf("%s: %s.%s: %s", f.at(sel), from, name, r.why)
					}
				}
			}
			return true
		})
	}
	if seen == 0 {
		t.Error("nothing was found anywhere, not even where it is allowed: the search is blind")
	}
}

// The bytes of a secret are borrowed in three packages: where they go to the
// card, where they are sealed, and where a code of staff is compared. One at a time (At) they are looked at by the
// rules for entries and by the screen that shows them while a finger asks.
func TestSecretBytesAreUsedInThreePackages(t *testing.T) {
	seen := 0
	for _, f := range sources(t) {
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok || sel.Sel.Name != "Use" {
				return true
			}
			if from, _ := f.selected(sel); from != "" {
				return true // a function of a package, not a method
			}
			if seen++; !f.in([]string{"devices/jpki", "kiosk/authority", "kiosk/staff/login"}) {
				t.Errorf("%s: Use lends the bytes of a secret", f.at(sel))
			}
			return true
		})
	}
	if seen < 3 {
		t.Errorf("%d borrowers found; the proof, the write and the code are three", seen)
	}
}

func TestEveryFuzzTestHasACommittedCorpus(t *testing.T) {
	seen := 0
	for _, name := range files(t) {
		if !strings.HasSuffix(name, "_test.go") {
			continue
		}
		syntax, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, d := range syntax.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv != nil || !strings.HasPrefix(fn.Name.Name, "Fuzz") {
				continue
			}
			seen++
			corpus, err := os.ReadDir(filepath.Join(filepath.Dir(name), "testdata", "fuzz", fn.Name.Name))
			if err != nil || len(corpus) == 0 {
				t.Errorf("%s: %s has no corpus", name, fn.Name.Name)
			}
		}
	}
	if seen == 0 {
		t.Error("no fuzz test was found")
	}
}

// No text tells the machine that it was written on.
func TestNoMachinePathIsLeft(t *testing.T) {
	var paths []string
	for _, d := range []string{"work", "root", "home"} {
		paths = append(paths, "/"+d+"/")
	}
	for _, name := range files(t) {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Error(err)
			continue
		}
		text := string(b)
		if strings.ContainsRune(text, 0) {
			continue // fonts, pictures, databases
		}
		for _, p := range paths {
			if i := strings.Index(text, p); i >= 0 {
				t.Errorf("%s:%d names %s", name, 1+strings.Count(text[:i], "\n"), p)
			}
		}
	}
}

// Long files are named, not refused: one idea may need them.
func TestFilesAreShort(t *testing.T) {
	for _, name := range files(t) {
		if !strings.HasSuffix(name, ".go") {
			continue
		}
		b, err := os.ReadFile(name)
		must.Note(t, err)
		switch n := strings.Count(string(b), "\n"); {
		case n > 600 && !strings.HasSuffix(name, "_gen.go"):
			t.Errorf("%s has %d lines", name, n)
		case n > 400:
			t.Logf("%s has %d lines: is it one idea?", name, n)
		}
	}
}

// source is one parsed non-test file.
type source struct {
	name    string // with slashes, from the root of the tree
	syntax  *ast.File
	set     *token.FileSet
	imports map[string]string // local name → import path
}

func sources(t *testing.T) (all []source) {
	t.Helper()
	for _, name := range files(t) {
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		syntax, err := parser.ParseFile(set, name, nil, parser.ParseComments)
		if err != nil {
			t.Error(err)
			continue
		}
		s := source{filepath.ToSlash(name), syntax, set, map[string]string{}}
		for _, i := range syntax.Imports {
			from := literal(i.Path)
			local := path.Base(from)
			if local == "v2" {
				local = path.Base(path.Dir(from))
			}
			if i.Name != nil {
				local = i.Name.Name
			}
			if local == "." {
				t.Errorf("%s: a dot import hides who is called", name)
			}
			s.imports[local] = from
		}
		all = append(all, s)
	}
	if len(all) < 50 {
		t.Fatalf("only %d source files were found", len(all))
	}
	return all
}

// selected resolves pkg.Name; from is "" where the left side is no package.
func (f source) selected(e ast.Expr) (from, name string) {
	sel, ok := e.(*ast.SelectorExpr)
	if !ok {
		return "", ""
	}
	x, ok := sel.X.(*ast.Ident)
	if !ok || x.Obj != nil { // Obj: a variable of this file shadows the package
		return "", sel.Sel.Name
	}
	return f.imports[x.Name], sel.Sel.Name
}

func (f source) in(allowed []string) bool {
	return slices.ContainsFunc(allowed, func(a string) bool { return under(f.name, a) })
}

func (f source) at(n ast.Node) string {
	return fmt.Sprintf("%s:%d", f.name, f.set.Position(n.Pos()).Line)
}

// files is every file of the tree that is not ignored or made.
func files(t *testing.T) (all []string) {
	t.Helper()
	made := []string{".git", "bin", "dist", "out", "demo-out", "fleet-out", "loaded-out", "failed"}
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains(made, name):
			return fs.SkipDir
		case d.Type().IsRegular() && name != ".git": // a file in a linked working tree
			all = append(all, name)
		}
		return nil
	})
	if err != nil || len(all) < 100 {
		t.Fatalf("%d files found: %v", len(all), err)
	}
	return all
}
