// Package browsertest lets a script walk through pages in a real browser: call [Walk]. The
// script is Node's, drives Debian's Chromium without the window around a page (chromium-headless-shell), and finds its driver and its checker of
// accessibility where npm has put them (the phone page's package.json).
package browsertest

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"multicopy.example/cmd/internal/replace"
)

// Pictures is the folder for a picture of every step; empty: none.
var Pictures = flag.String("pictures", "", "`folder` for a picture of every step in the browser")

// walking is what walks import as ./walking.mjs.
//
//go:embed walking.mjs
var walking []byte

// packages is the folder of the package.json, from the top of the tree.
const packages = "cmd/kiosk-demo/internal/phone/browser"

// Walk runs the script with that order, a JSON object, at its standard input. The order
// gets two members more: browser, the program, and pictures. The walk's last words have to
// be "NAME: N checks, 0 failed", with no fewer than least checks.
func Walk(t *testing.T, script, name string, least int, order map[string]any) {
	t.Helper()
	top := top(t)
	to := filepath.Join(top, "bin", "e2e-phone")
	if out, err := exec.CommandContext(t.Context(), "sh", filepath.Join(top, ".ci", "npm"), filepath.Join(top, packages), to).CombinedOutput(); err != nil {
		t.Fatalf("npm: %v\n%s", err, out)
	}
	walk, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	beside := filepath.Join(to, name+".mjs")
	for file, script := range map[string][]byte{beside: walk, filepath.Join(to, "walking.mjs"): walking} { // what it imports lies there
		if err := (replace.File{Name: file, Mode: 0o600}).Loose(script); err != nil { // another walk may read it
			t.Fatal(err)
		}
	}
	browser, err := exec.LookPath("chromium-headless-shell") // half the time of chromium --headless, which draws tabs and menus
	if err != nil {
		t.Fatalf("%v: install it with make browser", err)
	}
	order = maps.Clone(order)
	order["browser"], order["pictures"] = browser, *Pictures
	in, err := json.Marshal(order)
	if err != nil {
		t.Fatal(err)
	}
	node := exec.CommandContext(t.Context(), "node", beside)
	node.Stdin = bytes.NewReader(in)
	out, err := node.CombinedOutput()
	t.Logf("\n%s", out)
	checks := 0
	if said := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(name) + `: ([0-9]+) checks, 0 failed$`).FindSubmatch(out); said != nil {
		checks, _ = strconv.Atoi(string(said[1])) // digits
	}
	if err != nil || checks < least {
		t.Errorf("%d checks, and the walk ended with %v", checks, err)
	}
}

// top is the top of the tree: the folder of go.mod above the test's.
func top(t *testing.T) string {
	t.Helper()
	at, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(at, "go.mod")); err == nil {
			return at
		}
		if at == filepath.Dir(at) {
			t.Fatal("no go.mod above the test's folder")
		}
		at = filepath.Dir(at)
	}
}
