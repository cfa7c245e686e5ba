package phone

import (
	"net/http/httptest"
	"testing"
	"time"

	"multicopy.example/cmd/internal/browsertest"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

// residents of the browser's walk, by what is the matter with their cards.
func residents() *hand {
	h := &hand{cards: map[string]*card{
		"usual": {tries: kiosk.Tries{3, 5}}, "last": {tries: kiosk.Tries{1, 5}}, "both": {}, "nopin": {tries: kiosk.Tries{0, 5}},
		"nopassword": {tries: kiosk.Tries{3, 0}}, "away": {away: true}, "brief": {tries: kiosk.Tries{3, 5}, brief: 2 * time.Second},
		"missed": {tries: kiosk.Tries{3, 5}, ends: "face-no-match"},
	}, expires: time.Now().Add(24 * time.Hour)}
	h.keys = []string{"usual", "last", "both", "nopin", "nopassword", "away", "brief", "missed"}
	return h
}

// A real browser walks through every step in each language, in two of them on two widths; see
// browser/walk.mjs for what it holds each against.
func TestEveryStepKeepsItsRulesInABrowser(t *testing.T) {
	must.Need(t, "a browser and Node")
	type run struct {
		Lang  string `json:"lang"`
		Width int    `json:"width"`
		Full  bool   `json:"full"` // also what does not depend on the words
		URL   string `json:"url"`
	}
	var runs []run
	for _, l := range Spoken() {
		lang, widths := l.String(), []int{320}
		if l <= kiosk.English {
			widths = append(widths, 390)
		}
		for _, width := range widths {
			s := httptest.NewServer(New(residents(), chains).Handler())
			t.Cleanup(s.Close)
			runs = append(runs, run{lang, width, len(widths) > 1, s.URL})
		}
	}
	browsertest.Walk(t, "browser/walk.mjs", "e2e-phone", 100, map[string]any{"runs": runs})
}
