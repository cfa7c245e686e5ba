package main

import (
	"context"
	"fmt"
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// programs are those that a release ships.
var programs = []string{"kiosk", "kiosk-demo", "authority-sandbox", "authority-conformance", "pn532-check"}

const module = "multicopy.example"

// deps are the packages that a program is made of: their folders by import path
// for those of this project, the modules of the others.
func deps(ctx context.Context, target string) (own map[string]bool, foreign map[string]bool, err error) {
	text, err := output(ctx, "go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}} {{.ImportPath}}", target)
	if err != nil {
		return nil, nil, err
	}
	own, foreign = map[string]bool{}, map[string]bool{}
	for line := range strings.Lines(text) {
		mod, path, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch mod {
		case module:
			own[strings.TrimPrefix(path, module+"/")] = true
		case "":
		default:
			if path != "" {
				foreign[mod] = true
			}
		}
	}
	if len(own) == 0 {
		return nil, nil, fmt.Errorf("go list -deps %s names no package", target)
	}
	return own, foreign, nil
}

func modules(ctx context.Context) (string, error) {
	var all []string
	for _, p := range programs {
		_, foreign, err := deps(ctx, "./cmd/"+p)
		if err != nil {
			return "", err
		}
		all = append(all, fmt.Sprintf("%s %d", p, len(foreign)))
	}
	return strings.Join(all, ", "), nil
}

func packages(ctx context.Context) (string, error) {
	own, _, err := deps(ctx, "./cmd/kiosk")
	if err != nil {
		return "", err
	}
	text, err := output(ctx, "go", "list", "./...")
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d of %d", len(own), strings.Count(text, "\n")), nil
}

// sources are the Go files of every module of the tree.
func sources(ctx context.Context) ([]string, error) {
	text, err := output(ctx, "git", "ls-files", "*.go")
	return strings.Fields(text), err
}

// linesOf counts what the product is made of, the firmware and the reference authority, what stands around it, and the tests. The
// ratios say whether what proves grows faster than what it proves.
func linesOf(ctx context.Context) (string, error) {
	firmware, _, err := deps(ctx, "./cmd/kiosk")
	if err != nil {
		return "", err
	}
	authority, _, err := deps(ctx, "./cmd/authority-sandbox")
	if err != nil {
		return "", err
	}
	names, err := sources(ctx)
	if err != nil {
		return "", err
	}
	var ours, theirs, tools, tests int
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			return "", err
		}
		of, folder := &tools, filepath.ToSlash(filepath.Dir(name))
		switch {
		case strings.HasSuffix(name, "_test.go"):
			of = &tests
		case firmware[folder]:
			of = &ours
		case authority[folder]:
			of = &theirs
		}
		*of += codeLines(b)
	}
	product := float64(ours + theirs)
	return fmt.Sprintf("%d, %d, %d, %d; %.2f, %.2f", ours, theirs, tools, tests, float64(tools)/product, float64(tests)/product), nil
}

// codeLines counts the lines on which a token that is no comment begins.
func codeLines(text []byte) int {
	set := token.NewFileSet()
	f := set.AddFile("", set.Base(), len(text))
	var s scanner.Scanner
	s.Init(f, text, nil, 0)
	last, n := 0, 0
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return n
		}
		if tok == token.SEMICOLON && lit == "\n" {
			continue // put in by the language
		}
		if line := f.Line(pos); line != last {
			n, last = n+1, line
		}
	}
}

func fuzzTargets(ctx context.Context) (string, error) {
	names, err := sources(ctx)
	if err != nil {
		return "", err
	}
	n := 0
	for _, name := range names {
		if !strings.HasSuffix(name, "_test.go") {
			continue
		}
		b, err := os.ReadFile(name)
		if err != nil {
			return "", err
		}
		n += strings.Count(string(b), "\nfunc Fuzz")
	}
	return fmt.Sprint(n), nil
}

// files counts what a pattern matches.
func files(pattern string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) {
		all, err := filepath.Glob(pattern)
		if err == nil && len(all) == 0 {
			err = fmt.Errorf("%s matches no file", pattern)
		}
		return fmt.Sprint(len(all)), err
	}
}

// timed is how long a command takes.
func timed(name string, args ...string) func(context.Context) (string, error) {
	return func(ctx context.Context) (string, error) {
		begun := time.Now()
		_, err := output(ctx, name, args...)
		return time.Since(begun).Round(time.Second).String(), err
	}
}
