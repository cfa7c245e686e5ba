package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/internal/firmware"
	"multicopy.example/cmd/internal/measure"
)

// answers is a status in which these parts have answered.
func answers(parts ...string) firmware.Status {
	s := firmware.Status{Proved: 1}
	for _, p := range parts {
		s.Checks = append(s.Checks, measure.Check{Name: p, State: "normal"})
	}
	return s
}

// turns says in turn what the kiosk tells, the last for ever, and ticks at once.
func turns(all ...any) (look func() (firmware.Status, error), tick <-chan time.Time) {
	c := make(chan time.Time)
	close(c)
	return func() (firmware.Status, error) {
		now := all[0]
		if len(all) > 1 {
			all = all[1:]
		}
		if err, ok := now.(error); ok {
			return firmware.Status{}, err
		}
		return now.(firmware.Status), nil
	}, c
}

var (
	own = []string{"program", "reader", "screen", "ledger"}
	all = append(own[:len(own):len(own)], "authority")
)

func TestGoodWaitsForTheAuthorityWithoutAnEnd(t *testing.T) {
	look, tick := turns(errors.New("no file"), answers(), answers(own...), answers(own...), answers(all...))
	var out bytes.Buffer
	err := waitGood(t.Context(), &out, look, nil, tick)
	if err != nil || !strings.HasSuffix(out.String(), "have answered\n") || !strings.Contains(out.String(), "waiting for [authority]") {
		t.Errorf("%v: %s", err, out.String())
	}
	look, _ = turns(answers(own...))
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
