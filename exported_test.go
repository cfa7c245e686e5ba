package rules

import (
	"go/ast"
	"path"
	"strings"
	"testing"
)

// What other packages may name has a sentence that says what it is: in a
// comment of its own, at the end of its line, or over the group that it is in.
func TestExportedIdentifiersHaveASentence(t *testing.T) {
	seen := 0
	for _, f := range sources(t) {
		if f.syntax.Name.Name == "main" || strings.Contains(path.Base(f.name), "_gen") {
			continue
		}
		for _, d := range f.syntax.Decls {
			for _, n := range undocumented(d) {
				t.Errorf("%s: %s has no sentence", f.at(n), n.Name)
			}
			seen++
		}
	}
	if seen < 500 {
		t.Errorf("only %d declarations were looked at", seen)
	}
}

// undocumented are the exported names of a declaration that have no comment.
func undocumented(d ast.Decl) (all []*ast.Ident) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc.Text() == "" && (d.Recv == nil || receiver(d).IsExported() && !wellKnown[d.Name.Name]) {
			all = append(all, d.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				if s.Name.IsExported() && d.Doc.Text()+s.Doc.Text()+s.Comment.Text() == "" {
					all = append(all, s.Name)
				}
			case *ast.ValueSpec:
				for _, n := range s.Names {
					if n.IsExported() && d.Doc.Text()+s.Doc.Text()+s.Comment.Text() == "" {
						all = append(all, n)
					}
				}
			}
		}
	}
	return all
}

// wellKnown are methods whose sentence is that of the standard library's
// interface: error, Unwrap of package errors, fmt.Stringer, encoding.TextMarshaler
// and TextUnmarshaler.
var wellKnown = map[string]bool{"Error": true, "Unwrap": true, "String": true, "MarshalText": true, "UnmarshalText": true}

func receiver(d *ast.FuncDecl) *ast.Ident {
	e := d.Recv.List[0].Type
	if star, ok := e.(*ast.StarExpr); ok {
		e = star.X
	}
	switch x := e.(type) {
	case *ast.IndexExpr:
		e = x.X
	case *ast.IndexListExpr:
		e = x.X
	}
	return e.(*ast.Ident)
}
