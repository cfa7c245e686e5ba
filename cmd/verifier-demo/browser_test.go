package main

import (
	"io"
	"net/http/httptest"
	"testing"

	"multicopy.example/cmd/internal/browsertest"
	"multicopy.example/kiosk/must"
)

// TestEveryPageKeepsItsRulesInABrowser: a real browser gives a consent and withdraws it, in both languages and on two widths; see
// browser/walk.mjs for what it holds each page against.
func TestEveryPageKeepsItsRulesInABrowser(t *testing.T) {
	must.Need(t, "a browser and Node")
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
	runs := []run{{Lang: "ja", Width: 390, Account: "1000002"}, {Lang: "en", Width: 320, Account: "1000003"}}
	for i, name := range residents {
		password, err := passwordOf(w.authority.File("residents/" + name))
		must.OK(t, err)
		runs[i].Password = password
	}
	browsertest.Walk(t, "browser/walk.mjs", "e2e-bank", 10, map[string]any{"runs": runs, "bank": "http://" + w.children["bank"].at, "knows": knows.URL})
}
