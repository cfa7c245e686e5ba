package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
)

// Several mutants stand side by side in one program, as mutant schemata (Untch,
// Offutt, Harrold: Mutation Analysis Using Mutant Schemata, ISSTA 1993): a function
// that a mutant changes asks at its start whether that mutant is on and then calls
// its changed copy; a variable of a package picks its changed value. They are compiled and
// linked once, which is nearly all that trying a mutant costs.

// onVariable is the environment variable that says which mutant is on.
const onVariable = "MUTANT"

// support is what each changed package gets beside its files.
const support = `package %s

import "os"

var mutantOn = os.Getenv("` + onVariable + `")

func mutantPick[T any](name string, real, mistake T) T {
	if mutantOn == name {
		return mistake
	}
	return real
}
`

// schema is a file's source with the mutants that it holds.
type schema struct {
	text    string
	file    *ast.File
	splices []splice
	copies  strings.Builder
	named   map[*ast.FuncDecl]string // what a call of the copy is given
	values  map[ast.Expr][]splice    // the changes of each value; splice.name is the mutant
}

// splice puts text in the place of the bytes from at to end.
type splice struct {
	at, end int
	text    string
	name    string
}

func newSchema(path string) (*schema, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, text, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	return &schema{text: string(text), file: file, named: map[*ast.FuncDecl]string{}, values: map[ast.Expr][]splice{}}, nil
}

// offset is where a position lies: the set holds one file, whose base is 1.
func offset(p token.Pos) int { return int(p) - 1 }

// add takes a mutant up, or says that it can stand only by itself: it changes a
// constant, a type, an import, a signature, or more than one declaration.
func (s *schema) add(m *mutant) bool {
	change, ok := m.change(s.text)
	if !ok {
		return false
	}
	for _, d := range s.file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Body != nil && change.within(d.Body.Lbrace+1, d.Body.Rbrace) {
				return s.copyOf(d, change)
			}
		case *ast.GenDecl:
			if v := valueOf(d, change); v != nil {
				s.values[v] = append(s.values[v], change)
				return true
			}
		}
	}
	return false
}

func (c splice) within(from, to token.Pos) bool { return c.at >= offset(from) && c.end <= offset(to) }

// valueOf is the variable's value in which the change lies.
func valueOf(d *ast.GenDecl, change splice) ast.Expr {
	if d.Tok != token.VAR {
		return nil
	}
	for _, spec := range d.Specs {
		for _, v := range spec.(*ast.ValueSpec).Values {
			if change.within(v.Pos(), v.End()) {
				return v
			}
		}
	}
	return nil
}

// copyOf writes the function's changed copy, and the question at the start of the
// function itself.
func (s *schema) copyOf(d *ast.FuncDecl, change splice) bool {
	if d.Type.TypeParams != nil {
		return false
	}
	call := d.Name.Name + "_" + change.name
	if d.Recv != nil {
		names := d.Recv.List[0].Names
		if len(names) == 0 || names[0].Name == "_" {
			return false
		}
		call = names[0].Name + "." + call
	}
	args, ok := s.named[d]
	if !ok {
		args = s.arguments(d.Type.Params)
		s.named[d] = args
	}
	call += "(" + args + ")"
	if d.Type.Results == nil {
		call += "; return"
	} else {
		call = "return " + call
	}
	body := offset(d.Body.Lbrace + 1)
	s.splices = append(s.splices, splice{at: body, end: body, text: fmt.Sprintf(" if mutantOn == %q { %s };", change.name, call)})
	from, name, end := offset(d.Pos()), offset(d.Name.End()), offset(d.End())
	fmt.Fprintf(&s.copies, "\n%s_%s%s%s%s\n", s.text[from:name], change.name, s.text[name:change.at], change.text, s.text[change.end:end])
	return true
}

// arguments are the parameters' names in a call; those without a name get one.
func (s *schema) arguments(params *ast.FieldList) string {
	var args []string
	for _, field := range params.List {
		names := field.Names
		if len(names) == 0 {
			names = []*ast.Ident{nil}
		}
		for _, n := range names {
			name := fmt.Sprintf("mutantArgument%d", len(args))
			switch at := offset(field.Type.Pos()); {
			case n == nil:
				s.splices = append(s.splices, splice{at: at, end: at, text: name + " "})
			case n.Name == "_":
				s.splices = append(s.splices, splice{at: offset(n.Pos()), end: offset(n.End()), text: name})
			default:
				name = n.Name
			}
			if _, variadic := field.Type.(*ast.Ellipsis); variadic {
				name += "..."
			}
			args = append(args, name)
		}
	}
	return strings.Join(args, ", ")
}

// source is the file with all that was added.
func (s *schema) source() string {
	all := slices.Clone(s.splices)
	for v, changes := range s.values {
		at, end := offset(v.Pos()), offset(v.End())
		text := s.text[at:end]
		for _, c := range changes {
			text = fmt.Sprintf("mutantPick(%q, %s, %s)", c.name, text, s.text[at:c.at]+c.text+s.text[c.end:end])
		}
		all = append(all, splice{at: at, end: end, text: text})
	}
	slices.SortStableFunc(all, func(a, b splice) int { return a.at - b.at })
	var out strings.Builder
	last := 0
	for _, c := range all {
		out.WriteString(s.text[last:c.at] + c.text)
		last = c.end
	}
	return out.String() + s.text[last:] + s.copies.String()
}
