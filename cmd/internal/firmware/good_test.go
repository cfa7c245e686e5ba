package firmware

import (
	"slices"
	"testing"

	"multicopy.example/cmd/internal/measure"
	"multicopy.example/kiosk/staff/check"
)

// Every state of every part that counts, each for itself: 5 parts of 6 states, with and without a proof of life.
func TestImageIsGoodOnlyOnceReaderScreenLedgerAndAuthorityHaveAnswered(t *testing.T) {
	states := []string{"", "absent", "untested", "normal", "warning", "critical"} // "": the report lacks it
	parts := slices.Concat(ownParts, outsideParts)
	total := 1
	for range parts {
		total *= len(states)
	}
	for n := range 2 * total {
		s, wantGood := Status{}, n%2 == 1
		if wantGood {
			s.Proved = 1
		}
		for i, rest := 0, n/2; i < len(parts); i, rest = i+1, rest/len(states) {
			state := states[rest%len(states)]
			if state != "" {
				s.Checks = append(s.Checks, measure.Check{Name: parts[i].String(), State: state})
			}
			wantGood = wantGood && (state == "normal" || state == "warning")
		}
		own, outside := s.Unproven()
		if good := len(own)+len(outside) == 0; good != wantGood {
			t.Fatalf("%+v is good: %v; unproven %v and %v", s.Checks, good, own, outside)
		}
		if s.Proved == 0 && len(own) != len(ownParts) {
			t.Fatalf("without a proof of life %v lack alone", own)
		}
	}
}

func TestAuthorityThatIsNotReachedIsNoFaultOfTheImage(t *testing.T) {
	s := Status{Proved: 1}
	for _, i := range ownParts {
		s.Checks = append(s.Checks, measure.Check{Name: i.String(), State: "normal"})
	}
	s.Checks = append(s.Checks, measure.Check{Name: check.Authority.String(), State: "critical"})
	if own, outside := s.Unproven(); len(own) != 0 || !slices.Equal(outside, outsideParts) {
		t.Errorf("own %v, outside %v", own, outside)
	}
}
