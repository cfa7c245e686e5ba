package main

import (
	"testing"

	"multicopy.example/kiosk/must"
)

// TestABadVersionHitsAHandfulOfAFleet, and a good one reaches all of it.
func TestABadVersionHitsAHandfulOfAFleet(t *testing.T) {
	const kiosks = 400
	for _, c := range campaigns(kiosks) {
		r, err := roll(kiosks, full(33_000), 1, c)
		must.OK(t, err)
		if c.bar != nil {
			if err := c.bar(r); err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		if r.hit+r.good > kiosks || r.hit > 0 && r.back == 0 {
			t.Errorf("%s: %d hit, %d good, last back after %v", c.name, r.hit, r.good, r.back)
		}
		if c.first == kiosks && r.hit < kiosks/4 {
			t.Errorf("%s: %d hit: the bound that is left out holds nothing", c.name, r.hit)
		}
	}
}
