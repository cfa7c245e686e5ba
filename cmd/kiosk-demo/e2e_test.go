package main

import (
	"path/filepath"
	"testing"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/kiosk-demo/internal/pointed"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

// The page before a last try, on the real window: a person who touches beside the
// middle, lays a palm on the glass and taps twice ends where the scenario says.
func TestClumsyResidentSpendsNoLastTryOnTheWindow(t *testing.T) {
	must.Need(t, "an X server")
	p, err := harness.Built()
	must.OK(t, err)
	one := part{"scenarios/E-LAST.txt", pointed.Manner{Lang: kiosk.English, Clumsy: true, Seed: 7}}
	if log, ok := playOn(t.Context(), p, one, harness.Template(t), ""); !ok {
		t.Errorf("%s:\n%s", one, log)
	}
}

// Every error is met in Japanese and English, but for the one that no touch can make.
func TestEveryErrorIsPlayedInBothLanguages(t *testing.T) {
	files, err := filepath.Glob("scenarios/*.txt")
	if err != nil || len(files) < 85 {
		t.Fatalf("%d scenarios: %v", len(files), err)
	}
	english, others, byClumsy, bySlow, byBlind, bySigns, inColours := 0, 0, 0, 0, 0, 0, 0
	for _, p := range parts(files) {
		switch p.manner.Lang {
		case kiosk.Japanese:
		case kiosk.English:
			english++
		default:
			others++
		}
		if p.manner.Clumsy {
			byClumsy++
		}
		if p.manner.Slow {
			bySlow++
		}
		if p.manner.Blind {
			byBlind++
		}
		if p.manner.Signs {
			bySigns++
		}
		if p.manner.Theme != kiosk.ThemeLight {
			inColours++
		}
	}
	errors, err := filepath.Glob("scenarios/E-*.txt")
	if err != nil || english != len(errors)-1 || byClumsy != len(clumsy) || bySlow != 1 || others != 4*len(ends) || byBlind != len(heard) || bySigns != len(signed) || inColours != len(painted) || len(parts(files)) != len(files)-1+english+others+byClumsy+bySlow+byBlind+bySigns+inColours {
		t.Errorf("%v: %d in English of %d errors, %d by a clumsy resident of %d, %d by a slow one, %d in all", err, english, len(errors), byClumsy, len(clumsy), bySlow, len(parts(files)))
	}
}
