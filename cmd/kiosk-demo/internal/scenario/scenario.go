// Package scenario plays a scenario file: who comes to the kiosk, what they
// press and type, what breaks and when, and what must be true at each point.
// Call [Commands] and [Setup] for testscript.Params; [Verbs] lists the commands.
//
// The firmware under it is real down to the reader's pty, TLS and SQLite;
// its screen is text, or, with package pointed, its window.
package scenario

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sort"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/harness/headless"
	"multicopy.example/kiosk"
)

// A player is one scenario that is played.
type player struct {
	*harness.World
	*harness.Resident
	ts *testscript.TestScript
}

type key struct{}

// Setup opens a world in the script's folder for testscript.Params. template is
// the folder of an authority with every resident.
func Setup(ctx context.Context, programs harness.Programs, template string) func(*testscript.Env) error {
	return func(e *testscript.Env) error {
		w, err := harness.Open(ctx, harness.Options{Dir: filepath.Join(e.WorkDir, "world"), Programs: programs, Template: template, Serve: []string{"--verifier", "127.0.0.1:0"}})
		if err != nil {
			return err
		}
		p := &player{World: w}
		e.Values[key{}] = p
		e.Defer(func() {
			if err := w.Close(); err != nil {
				p.ts.Logf("%v", err)
			}
		})
		p.Resident, err = w.Resident("hanako")
		return err
	}
}

// Commands are the verbs for testscript.Params.
func Commands(ctx context.Context) map[string]func(*testscript.TestScript, bool, []string) {
	all := map[string]func(*testscript.TestScript, bool, []string){}
	for name, v := range verbs {
		all[name] = func(ts *testscript.TestScript, neg bool, args []string) {
			p := ts.Value(key{}).(*player)
			p.ts = ts
			if neg || len(args) < v.least || len(args) > v.most {
				ts.Fatalf("it is: %s", v.usage)
			}
			if err := v.do(p, ctx, args); err != nil {
				p.print(p.Kiosk.Screen())
				ts.Fatalf("%v\n%s", err, p.Tails(3000))
			}
		}
	}
	return all
}

// Verbs lists the commands, for people.
func Verbs() string {
	var names []string
	for n := range verbs {
		names = append(names, n)
	}
	sort.Strings(names)
	var b strings.Builder
	for _, n := range names {
		fmt.Fprintf(&b, "  %-48s %s\n", verbs[n].usage, verbs[n].about)
	}
	return b.String()
}

// print shows the screen as the resident sees it.
func (p *player) print(s headless.Screen) {
	for line := range strings.Lines(s.Text) {
		p.ts.Logf("     │ %s", strings.TrimRight(line, "\n"))
	}
}

// word is what stands behind a name in a scenario.
func (p *player) word(name string) (string, error) {
	switch name {
	case "code":
		if p.Code == "" {
			return "", errors.New("the phone has no one-time password; reserve first")
		}
		return p.Code, nil
	case "wrong-code":
		return harness.Wrong(p.Code + "00000000"[len(p.Code):]), nil
	case "pin":
		return p.PIN, nil
	case "wrong-pin":
		return harness.Wrong(p.PIN), nil
	case "password":
		return p.Password, nil
	case "wrong-password":
		return harness.Wrong(p.Password), nil
	case "new":
		return p.New.Password, nil
	case "new-pin":
		return p.New.PIN, nil
	case "other":
		return p.New.Other, nil
	}
	if text, ok := strings.CutPrefix(name, "="); ok {
		return text, nil
	}
	return "", fmt.Errorf("%q is no word of a scenario", name)
}

func button(name string) kiosk.Button {
	for _, b := range kiosk.Buttons() {
		if b.String() == name {
			return b
		}
	}
	return kiosk.NoButton
}
