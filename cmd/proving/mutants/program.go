package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// program is a package's tests, linked with the mutants that they are to kill.
type program struct {
	name    string // its files' name in the folder of the run
	pkg     string
	schemas map[string]*schema // by the file's path; none where the one mutant stands by itself
	mutants []*mutant
}

// programs deals the mutants out: those of one package's tests into one program,
// and each that cannot stand beside others into one of its own. The largest come first.
func programs(all []*mutant) ([]*program, error) {
	of := map[string]*program{}
	var out []*program
	for _, m := range all {
		p := of[m.pkg()]
		if p == nil {
			p = &program{name: "beside-" + m.name, pkg: m.pkg(), schemas: map[string]*schema{}}
			of[p.pkg] = p
			out = append(out, p)
		}
		s := p.schemas[m.file]
		if s == nil {
			var err error
			if s, err = newSchema(m.file); err != nil {
				return nil, fmt.Errorf("%s: %w", m.name, err)
			}
		}
		if !s.add(m) {
			out = append(out, alone(m))
			continue
		}
		p.schemas[m.file] = s
		p.mutants = append(p.mutants, m)
	}
	out = slices.DeleteFunc(out, func(p *program) bool { return len(p.mutants) == 0 })
	slices.SortStableFunc(out, func(a, b *program) int { return len(b.mutants) - len(a.mutants) })
	return out, nil
}

// alone is the program of one mutant, which is on whatever the environment says where
// a schema cannot hold it.
func alone(m *mutant) *program {
	p := &program{name: m.name, pkg: m.pkg(), schemas: map[string]*schema{}, mutants: []*mutant{m}}
	if s, err := newSchema(m.file); err == nil && s.add(m) {
		p.schemas[m.file] = s
	}
	return p
}

// files are the sources that the program is built from in place of the tree's.
func (p *program) files() (map[string]string, error) {
	out := map[string]string{}
	for path, s := range p.schemas {
		out[path] = s.source()
		out[filepath.Join(filepath.Dir(path), "zz_mutants.go")] = fmt.Sprintf(support, s.file.Name.Name)
	}
	if len(p.schemas) > 0 {
		return out, nil
	}
	m := p.mutants[0]
	text, err := os.ReadFile(m.file)
	if err != nil {
		return nil, err
	}
	changed, err := m.changed(string(text))
	out[m.file] = changed
	return out, err
}

// build links the tests with the changed sources laid over the tree.
func (p *program) build(temp string) error {
	files, err := p.files()
	if err != nil {
		return err
	}
	replace := map[string]string{}
	for path, text := range files {
		real, err := filepath.Abs(path)
		if err != nil {
			return err
		}
		replace[real] = filepath.Join(temp, fmt.Sprintf("%s-%d.go", p.name, len(replace)))
		if err := os.WriteFile(replace[real], []byte(text), 0o600); err != nil {
			return err
		}
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return err
	}
	overlay := filepath.Join(temp, p.name+".json")
	if err := os.WriteFile(overlay, list, 0o600); err != nil {
		return err
	}
	out, err := exec.Command("go", "test", "-c", "-overlay", overlay, "-vet=off", "-ldflags=-s -w", "-o", filepath.Join(temp, p.name+".test"), p.pkg).CombinedOutput()
	if err != nil {
		return fmt.Errorf("DOES NOT COMPILE: %w\n%s", err, out[:min(len(out), 2000)])
	}
	return nil
}

// limit ends a test that a mutant keeps from ending; the test's own limit comes first.
const limit = 3 * time.Minute

// run runs tests of the program with one mutant on; "" is none.
func (p *program) run(temp, tests string, flags []string, on string) (string, error) {
	ctx, stop := context.WithTimeout(context.Background(), limit)
	defer stop()
	args := append([]string{"-test.paniconexit0", "-test.timeout=120s", "-test.run=^(" + tests + ")$"}, flags...)
	c := exec.CommandContext(ctx, filepath.Join(temp, p.name+".test"), args...)
	c.Dir = p.pkg
	c.Env = append(c.Environ(), onVariable+"="+on)
	out, err := c.CombinedOutput()
	return string(out), err
}

// sound says that the tests pass while none of the program's mutants is on: what
// fails anyway kills nothing.
func (p *program) sound(temp string) error {
	if len(p.schemas) == 0 {
		return nil
	}
	tests := map[string][]string{}
	for _, m := range p.mutants {
		test, flags := m.how()
		key := strings.Join(flags, " ")
		if !slices.Contains(tests[key], test) {
			tests[key] = append(tests[key], test)
		}
	}
	for flags, names := range tests {
		if out, err := p.run(temp, strings.Join(names, "|"), strings.Fields(flags), ""); err != nil {
			return fmt.Errorf("FAILS WITHOUT A MISTAKE: %w\n%s", err, out[:min(len(out), 2000)])
		}
	}
	return nil
}

// try builds the program and tries each of its mutants when it is its turn. Where they
// cannot be built together each is tried in a program of its own, so that the one that
// does not compile is named.
func (p *program) try(temp string, turn chan bool, done chan<- *mutant) {
	turn <- true
	err := p.build(temp)
	if err != nil && len(p.mutants) > 1 {
		<-turn
		fmt.Fprintf(os.Stderr, "the %d mutants of %s are tried one by one: %v\n", len(p.mutants), p.pkg, err)
		for _, m := range p.mutants {
			go alone(m).try(temp, turn, done)
		}
		return
	}
	if err == nil {
		err = p.sound(temp)
	}
	<-turn
	for _, m := range p.mutants {
		go func() {
			turn <- true
			if err != nil {
				m.problem = err.Error()
			} else {
				m.try(p, temp)
			}
			<-turn
			done <- m
		}()
	}
}
