package firmware

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/internal/measure"
	"multicopy.example/kiosk/staff/check"
)

// Every state of every part that counts, each for itself: 5 parts of 6 states, with and without a proof of life.
func TestImageIsGoodOnlyOnceReaderScreenLedgerAndAuthorityHaveAnswered(t *testing.T) {
	states := []string{"", "absent", "untested", "normal", "warning", "critical"} // "": the report lacks it
	parts := []check.Item{check.Program, check.Reader, check.Screen, check.Ledger, check.Authority}
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

// answers is a status in which these parts have answered.
func answers(parts ...string) Status {
	s := Status{Proved: 1}
	for _, p := range parts {
		s.Checks = append(s.Checks, measure.Check{Name: p, State: "normal"})
	}
	return s
}

// turns says in turn what the kiosk tells, the last for ever, and ticks at once.
func turns(all ...any) (look func() (Status, error), tick <-chan time.Time) {
	c := make(chan time.Time)
	close(c)
	return func() (Status, error) {
		now := all[0]
		if len(all) > 1 {
			all = all[1:]
		}
		if err, ok := now.(error); ok {
			return Status{}, err
		}
		return now.(Status), nil
	}, c
}

var (
	ownAnswered = []string{"program", "reader", "screen", "ledger"}
	allAnswered = append(ownAnswered[:len(ownAnswered):len(ownAnswered)], "authority")
)

func TestGoodWaitsForTheAuthorityWithoutAnEnd(t *testing.T) {
	look, tick := turns(errors.New("no file"), answers(), answers(ownAnswered...), answers(ownAnswered...), answers(allAnswered...))
	var out bytes.Buffer
	err := waitGood(t.Context(), &out, look, nil, tick)
	if err != nil || !strings.HasSuffix(out.String(), "have answered\n") || !strings.Contains(out.String(), "waiting for [authority]") {
		t.Errorf("%v: %s", err, out.String())
	}
	look, _ = turns(answers(ownAnswered...))
	late := make(chan time.Time, 1)
	late <- time.Time{} // the time of the own parts is over
	ctx, cancel := context.WithCancel(t.Context())
	slow := make(chan time.Time)
	go func() { slow <- time.Time{}; slow <- time.Time{}; cancel() }()
	if err := waitGood(ctx, &out, look, late, slow); !errors.Is(err, context.Canceled) {
		t.Errorf("without the authority it is %v", err)
	}
}

func TestGoodFailsWhereOwnPartsDoNotAnswerInTime(t *testing.T) {
	for name, told := range map[string]any{"no reader": answers("program", "screen", "ledger", "authority"), "no kiosk": errors.New("does not run")} {
		look, _ := turns(told)
		late := make(chan time.Time, 1)
		late <- time.Time{}
		if err := waitGood(t.Context(), &bytes.Buffer{}, look, late, nil); err == nil {
			t.Errorf("%s: it is good", name)
		}
	}
}
