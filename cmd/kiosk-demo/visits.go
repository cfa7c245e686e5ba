package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"multicopy.example/cmd/internal/harness/cards"
	"multicopy.example/cmd/kiosk-demo/internal/demo"
	"multicopy.example/cmd/kiosk-demo/internal/verify"
	"multicopy.example/cmd/kiosk-demo/internal/window"
	"multicopy.example/kiosk"
)

// A scriptedVisit is one visit of the scripted demonstration.
type scriptedVisit struct {
	name     string // of its folder of pictures
	title    string
	resident string
	flow     kiosk.Flow
	act      kiosk.Act
	page     window.Page // of the demo's window in its pictures
	torn     bool        // the card leaves during the write, and is put back
	slip     bool        // the slip is asked for
	before   func(context.Context, *session) error
	amid     func(context.Context, *session, func(picture string) error) error
}

// target is how many tries the secret that is renewed has left on the card.
func (a scriptedVisit) target(c *cards.Card) int8 {
	pin, password := c.Tries()
	if a.flow == kiosk.FlowU {
		return pin
	}
	return password
}

// grants is how many the visit needs: a torn write is done again.
func (a scriptedVisit) grants() int {
	if a.torn {
		return 2
	}
	return 1
}

// first is the visit whose time is measured, and which the selftest and the
// search of the memory look at.
func (s *session) first() scriptedVisit {
	return scriptedVisit{name: "1-reset-password", title: "the signing password was forgotten; a new one is set (flow P)",
		resident: s.resident, flow: kiosk.FlowP, act: kiosk.Reset}
}

// others are the visits after the first, by residents to whose cards each of
// them happened.
var others = []scriptedVisit{
	{name: "2-reset-pin", title: "the 4-digit PIN is blocked; the signing password proves the resident (flow U)",
		resident: "jiro", flow: kiosk.FlowU, act: kiosk.Reset, slip: true},
	{name: "3-unlock-password", title: "tries of the signing password are gone, but it is remembered; the counter alone is restored",
		resident: "saburo", flow: kiosk.FlowP, act: kiosk.Unlock},
	{name: "4-torn-write", title: "the card leaves right after the write, before its answer; the same card settles it",
		resident: "nao", flow: kiosk.FlowP, act: kiosk.Reset, page: window.Faults, torn: true, before: tear},
	{name: "5-authority-restarted", title: "the authority is killed and started again while the resident types",
		resident: "taro", flow: kiosk.FlowP, act: kiosk.Reset, page: window.Faults, amid: restart},
}

// residentsOf lists the residents who are needed, first among them.
func residentsOf(first string) []string {
	all := []string{first}
	for _, a := range others {
		all = append(all, a.resident)
	}
	return all
}

// tear takes the card away at its write; it is carried out, and no answer
// comes.
func tear(ctx context.Context, s *session) error {
	return s.demo.Turn(ctx, demo.Tear, demo.AfterWrite)
}

// restart cuts the authority's power and starts it at the same addresses.
func restart(ctx context.Context, s *session, picture func(string) error) error {
	if err := s.demo.Turn(ctx, demo.Authority, demo.Killed); err != nil {
		return err
	}
	s.say("   the authority is killed (SIGKILL) while the new password is half typed")
	if err := picture("authority-killed"); err != nil {
		return err
	}
	if err := s.demo.Turn(ctx, demo.Authority, demo.Runs); err != nil {
		return err
	}
	s.say("   the authority was started again, at the same addresses")
	return nil
}

// playAll plays every visit and proves what came of each. window takes a picture of
// the demo's own window.
func (s *session) playAll(ctx context.Context, window func(path string) error) error {
	visits := append([]scriptedVisit{s.first()}, others...)
	if i := slices.IndexFunc(others, func(a scriptedVisit) bool { return a.resident == s.resident }); i >= 0 {
		return fmt.Errorf("%s comes in the visit %s already; name another with --resident", s.resident, others[i].name)
	}
	operator, err := s.commission(ctx)
	if err != nil {
		return err
	}
	var done []visited
	err = s.served(ctx, func(ctx context.Context) error {
		for _, a := range visits {
			fmt.Printf("\n%s: %s\n", a.name, a.title)
			pictures := filepath.Join(s.out, a.name)
			if err := os.Mkdir(pictures, 0o755); err != nil {
				return err
			}
			s.page(a.page)
			v, err := s.visit(ctx, a, pictures, window, nil)
			if err != nil {
				return fmt.Errorf("%s: %w", a.name, err)
			}
			v.evidence.Nth = len(done) + 1
			done = append(done, v)
		}
		fmt.Printf("\n6-maintenance: the installer, a fault at night, the clerk, the repair, the technician\n")
		pictures := filepath.Join(s.out, "6-maintenance")
		if err := os.Mkdir(pictures, 0o755); err != nil {
			return err
		}
		return s.maintained(ctx, pictures, operator)
	})
	if err != nil {
		return err
	}
	fmt.Println()
	s.say("the firmware was told to end, and did")
	s.printTimes(done[0].times)
	return s.proveAll(ctx, done)
}

func (s *session) proveAll(ctx context.Context, done []visited) error {
	var all []verify.Result
	print := func(title string, results []verify.Result) {
		fmt.Printf("\nproofs, %s:\n", title)
		for _, r := range results {
			fmt.Println(" ", r)
		}
		all = append(all, results...)
	}
	for _, v := range done {
		print(v.name, verify.Visit(ctx, v.evidence))
	}
	print("the kiosk after all of them", verify.Kiosk(ctx, s.shop()))
	fmt.Printf("\npictures and logs: %s\n", s.out)
	if failed := verify.Failed(all); len(failed) > 0 {
		return fmt.Errorf("%d of %d proofs failed", len(failed), len(all))
	}
	return nil
}
