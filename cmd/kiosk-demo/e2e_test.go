package main

import (
	"path/filepath"
	"testing"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/kiosk-demo/internal/pointed"
)

// The page before a last try, on the real window: a person who touches beside the
// middle, lays a palm on the glass and taps twice ends where the scenario says.
func TestClumsyResidentSpendsNoLastTryOnTheWindow(t *testing.T) {
	if testing.Short() {
		t.Skip("it needs an X server")
	}
	p, err := harness.Built()
	if err != nil {
		t.Fatal(err)
	}
	one := part{"scenarios/E-LAST.txt", pointed.Manner{English: true, Clumsy: true, Seed: 7}}
	if log, ok := playOn(t.Context(), p, one, harness.Template(t), ""); !ok {
		t.Errorf("%s:\n%s", one, log)
	}
}

// Every error is met in both languages, but for the one that no touch can make.
func TestEveryErrorIsPlayedInBothLanguages(t *testing.T) {
	files, err := filepath.Glob("scenarios/*.txt")
	if err != nil || len(files) < 85 {
		t.Fatalf("%d scenarios: %v", len(files), err)
	}
	english, byClumsy, bySlow := 0, 0, 0
	for _, p := range parts(files) {
		if p.manner.English {
			english++
		}
		if p.manner.Clumsy {
			byClumsy++
		}
		if p.manner.Slow {
			bySlow++
		}
	}
	errors, err := filepath.Glob("scenarios/E-*.txt")
	if err != nil || english != len(errors)-1 || byClumsy != len(clumsy) || bySlow != 1 || len(parts(files)) != len(files)-1+english+byClumsy+bySlow {
		t.Errorf("%v: %d in English of %d errors, %d by a clumsy resident of %d, %d by a slow one, %d in all", err, english, len(errors), byClumsy, len(clumsy), bySlow, len(parts(files)))
	}
}
