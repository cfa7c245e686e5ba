package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

var pictures = flag.String("pictures", "", "folder for a picture of every page in the browser")

// TestEveryPageKeepsItsRulesInABrowser: a real browser gives a consent and withdraws it, in both languages and on two widths; see
// browser/walk.mjs for what it holds each page against.
func TestEveryPageKeepsItsRulesInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("it needs a browser and Node")
	}
	base, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(base, "bin", "e2e-phone") // its driver and checker are the phone page's
	if out, err := exec.CommandContext(t.Context(), "sh", filepath.Join(base, ".ci", "npm"), "../kiosk-demo/internal/phone/browser", to).CombinedOutput(); err != nil {
		t.Fatalf("npm: %v\n%s", err, out)
	}
	walk, err := os.ReadFile("browser/walk.mjs")
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(to, "bank.mjs") // beside what it imports
	if err := os.WriteFile(script, walk, 0o600); err != nil {
		t.Fatal(err)
	}
	residents := []string{"nao", "saburo"}
	w := opened(t, append([]string{"hanako"}, residents...)...)
	if err := w.story(t.Context(), io.Discard); err != nil { // so that there is something to know
		t.Fatal(err)
	}
	knows := httptest.NewServer(w.page())
	t.Cleanup(knows.Close)
	type run struct {
		Lang     string `json:"lang"`
		Width    int    `json:"width"`
		Account  string `json:"account"`
		Password string `json:"password"`
	}
	order := struct {
		Runs     []run  `json:"runs"`
		Bank     string `json:"bank"`
		Knows    string `json:"knows"`
		Browser  string `json:"browser"`
		Pictures string `json:"pictures"`
	}{Bank: "http://" + w.children["bank"].at, Knows: knows.URL, Pictures: *pictures,
		Runs: []run{{Lang: "ja", Width: 390, Account: "1000002"}, {Lang: "en", Width: 320, Account: "1000003"}}}
	for i, name := range residents {
		if order.Runs[i].Password, err = passwordOf(w.authority.File("residents/" + name)); err != nil {
			t.Fatal(err)
		}
	}
	if order.Browser, err = exec.LookPath("chromium"); err != nil {
		t.Fatalf("%v: install it with make browser", err)
	}
	in, err := json.Marshal(order)
	if err != nil {
		t.Fatal(err)
	}
	node := exec.CommandContext(t.Context(), "node", script)
	node.Stdin = bytes.NewReader(in)
	out, err := node.CombinedOutput()
	t.Logf("\n%s", out)
	if err != nil || !regexp.MustCompile(`(?m)^e2e-bank: [0-9]{2,} checks, 0 failed$`).Match(out) {
		t.Errorf("the walk ended with %v", err)
	}
}
