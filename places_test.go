package rules

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
)

// Where places of a visit may not be listed: everything that would have to be
// found and changed when one is added. What scripts a person's way through the
// screens (cmd) names the screens that it comes to.
var placeFolders = []string{"kiosk", "ui"}

const placeFile = "kiosk/place.go"

// A list of places anywhere but in the table would be forgotten when a place is
// added: no case and no composite literal names two, and outside of tests no
// switch and no condition does.
func TestPlacesAreListedInOneFile(t *testing.T) {
	known := placeConstants(t)
	seen := 0
	for _, name := range files(t) {
		if !strings.HasSuffix(name, ".go") || name == placeFile ||
			!slices.ContainsFunc(placeFolders, func(f string) bool { return under(name, f) }) {
			continue
		}
		set := token.NewFileSet()
		syntax, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Error(err)
			continue
		}
		l := placeLists{known: known, own: path.Dir(name) == "kiosk", test: strings.HasSuffix(name, "_test.go")}
		ast.Inspect(syntax, func(n ast.Node) bool {
			if n == nil {
				return true
			}
			seen += min(l.listed(n), 1)
			if many := l.listed(n); many > 1 {
				t.Errorf("%s:%d: %d places in one list; ask the table of %s", name, set.Position(n.Pos()).Line, many, placeFile)
			}
			return true
		})
	}
	if seen == 0 {
		t.Error("no place was found anywhere: the search is blind")
	}
}

func placeConstants(t *testing.T) map[string]bool {
	t.Helper()
	syntax, err := parser.ParseFile(token.NewFileSet(), placeFile, nil, 0)
	must.OK(t, err)
	known := map[string]bool{}
	for _, d := range syntax.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		first := g.Specs[0].(*ast.ValueSpec)
		if typ, ok := first.Type.(*ast.Ident); !ok || typ.Name != "Place" {
			continue
		}
		for _, s := range g.Specs {
			known[s.(*ast.ValueSpec).Names[0].Name] = true
		}
	}
	delete(known, "Places")
	if len(known) < 20 {
		t.Fatalf("only %d places in %s", len(known), placeFile)
	}
	return known
}

// placeLists finds the names of places in one file.
type placeLists struct {
	known     map[string]bool
	own, test bool // package kiosk itself; a test
}

// listed is how many places a case, a literal, a switch or a condition names.
func (l placeLists) listed(n ast.Node) int {
	names := map[string]bool{}
	add := func(e ast.Expr) {
		if name := l.place(e); name != "" {
			names[name] = true
		}
	}
	switch n := n.(type) {
	case *ast.CaseClause:
		for _, e := range n.List {
			add(e)
		}
	case *ast.CompositeLit:
		for _, e := range n.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok {
				if _, field := kv.Key.(*ast.Ident); !field || l.own && n.Type != nil && l.array(n.Type) {
					add(kv.Key)
				}
				e = kv.Value
			}
			add(e)
		}
	case *ast.SwitchStmt:
		for _, c := range n.Body.List {
			for _, e := range c.(*ast.CaseClause).List {
				if !l.test {
					add(e)
				}
			}
		}
	case *ast.BinaryExpr:
		if !l.test {
			l.equal(n, add)
		}
	}
	return len(names)
}

// equal walks a chain of conditions for what is compared with == or !=.
func (l placeLists) equal(e ast.Expr, add func(ast.Expr)) {
	b, ok := ast.Unparen(e).(*ast.BinaryExpr)
	if !ok {
		return
	}
	switch b.Op {
	case token.LOR, token.LAND:
		l.equal(b.X, add)
		l.equal(b.Y, add)
	case token.EQL, token.NEQ:
		add(b.X)
		add(b.Y)
	}
}

func (l placeLists) array(e ast.Expr) bool {
	switch e.(type) {
	case *ast.ArrayType, *ast.MapType:
		return true
	}
	return false
}

// place is the name of a place that the expression is, or "".
func (l placeLists) place(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		if l.own && l.known[e.Name] {
			return e.Name
		}
	case *ast.SelectorExpr:
		if x, ok := e.X.(*ast.Ident); ok && x.Name == "kiosk" && l.known[e.Sel.Name] {
			return e.Sel.Name
		}
	}
	return ""
}

// A rule that finds nothing would pass every tree.
func TestPlaceRuleFindsEveryKindOfList(t *testing.T) {
	known := map[string]bool{"Code": true, "Plan": true}
	for _, c := range []struct {
		code string
		want bool
	}{
		{"switch p { case kiosk.Code, kiosk.Plan: }", true},
		{"switch p { case kiosk.Code: case kiosk.Plan: }", true},
		{"_ = []kiosk.Place{kiosk.Code, kiosk.Plan}", true},
		{"_ = map[kiosk.Place]int{kiosk.Code: 1, kiosk.Plan: 2}", true},
		{"_ = p == kiosk.Code || q && p == kiosk.Plan", true},
		{"_ = p >= kiosk.Code && p <= kiosk.Plan", false},
		{"_ = port.Secrets{Code: 1, Plan: 2}", false},
		{"_ = p == kiosk.Code", false},
	} {
		syntax, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x\nfunc f() { "+c.code+" }", 0)
		must.OK(t, err)
		found := false
		ast.Inspect(syntax, func(n ast.Node) bool {
			found = found || n != nil && placeLists{known: known}.listed(n) > 1
			return true
		})
		if found != c.want {
			t.Errorf("%s: found is %v", c.code, found)
		}
	}
}
