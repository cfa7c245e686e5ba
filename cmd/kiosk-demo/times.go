package main

import (
	"fmt"
	"time"

	"multicopy.example/cmd/internal/harness/logtail"
	"multicopy.example/cmd/kiosk-demo/internal/uidriver"
)

// hands are those whose time is the machine's own. The log also has the time
// that a resident takes to find the reader; that is not.
var hands = []string{"card", "authority", "ledger", "screen"}

// printTimes prints the machine's own time for one reset. The calls of the
// hands follow each other but for the screen's, which may be drawn beside a
// request; the sum may therefore be a little above the time that passed.
func (s *session) printTimes(t uidriver.Times) {
	fmt.Println("\nthe machine's own time for one reset:")
	burst := s.demo.Kiosk.Seen.Spans(t.Pressed, t.Told)
	whole := s.demo.Kiosk.Seen.Spans(t.Began, t.WholeEnd)
	printSplit("from OK on the PIN pad to the result", burst)
	fmt.Printf("      (%v on the clock, the pointer's own press included)\n", t.Told.Sub(t.Pressed).Round(time.Millisecond))
	printSplit("from the card on the reader to the result, the resident's own time left out", whole)
}

func printSplit(title string, spans []logtail.Span) {
	sum := map[string]time.Duration{}
	calls := map[string]int{}
	var all time.Duration
	for _, s := range spans {
		sum[s.Hand] += s.Took
		calls[s.Hand]++
	}
	for _, h := range hands {
		all += sum[h]
	}
	fmt.Printf("  %s: %v\n", title, all.Round(time.Millisecond))
	for _, h := range hands {
		fmt.Printf("    %-10s %9.1f ms in %d calls\n", h, float64(sum[h].Microseconds())/1000, calls[h])
	}
}
