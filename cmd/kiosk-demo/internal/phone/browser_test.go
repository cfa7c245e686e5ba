package phone

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"multicopy.example/kiosk"
)

var pictures = flag.String("pictures", "", "folder for a picture of every step in the browser")

// residents of the browser's walk, by what is the matter with their cards.
func residents() *hand {
	h := &hand{cards: map[string]*card{
		"usual": {tries: kiosk.Tries{3, 5}}, "last": {tries: kiosk.Tries{1, 5}}, "both": {}, "nopin": {tries: kiosk.Tries{0, 5}},
		"nopassword": {tries: kiosk.Tries{3, 0}}, "away": {away: true}, "brief": {tries: kiosk.Tries{3, 5}, brief: 2 * time.Second},
	}, expires: time.Now().Add(24 * time.Hour)}
	h.keys = []string{"usual", "last", "both", "nopin", "nopassword", "away", "brief"}
	return h
}

// A real browser walks through every step in both languages on two widths; see
// browser/walk.mjs for what it holds each against.
func TestEveryStepKeepsItsRulesInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("it needs a browser and Node")
	}
	root, err := filepath.Abs("../../../..")
	if err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(root, "bin", "e2e-phone")
	if out, err := exec.CommandContext(t.Context(), "sh", filepath.Join(root, ".ci", "npm"), "browser", to).CombinedOutput(); err != nil {
		t.Fatalf("npm: %v\n%s", err, out)
	}
	walk, err := os.ReadFile("browser/walk.mjs")
	if err != nil {
		t.Fatal(err)
	}
	script := filepath.Join(to, "walk.mjs") // beside what it imports
	if err := os.WriteFile(script, walk, 0o600); err != nil {
		t.Fatal(err)
	}
	type run struct {
		Lang  string `json:"lang"`
		Width int    `json:"width"`
		URL   string `json:"url"`
	}
	order := struct {
		Runs     []run  `json:"runs"`
		Browser  string `json:"browser"`
		Pictures string `json:"pictures"`
	}{Pictures: *pictures}
	if order.Browser, err = exec.LookPath("chromium"); err != nil {
		t.Fatalf("%v: install it with make browser", err)
	}
	for _, lang := range []string{"ja", "en"} {
		for _, width := range []int{320, 390} {
			s := httptest.NewServer(New(residents(), chains).Handler())
			t.Cleanup(s.Close)
			order.Runs = append(order.Runs, run{lang, width, s.URL})
		}
	}
	in, err := json.Marshal(order)
	if err != nil {
		t.Fatal(err)
	}
	node := exec.CommandContext(t.Context(), "node", script)
	node.Stdin = bytes.NewReader(in)
	out, err := node.CombinedOutput()
	t.Logf("\n%s", out)
	said := regexp.MustCompile(`(?m)^e2e-phone: ([0-9]+) checks, 0 failed$`).FindSubmatch(out)
	if err != nil || said == nil || len(said[1]) < 4 {
		t.Errorf("the walk ended with %v", err)
	}
}
