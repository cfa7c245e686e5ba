package kiosk

import (
	"slices"
	"testing"
)

// A row that lacks a column would panic, or wait for ever, at a resident.
func TestEveryPlaceHasAWholeRow(t *testing.T) {
	names := map[string]bool{}
	for p := range Places {
		row := p.row()
		if row.name == "" || names[row.name] {
			t.Errorf("place %d: no name of its own: %q", p, row.name)
		}
		names[row.name] = true
		if s := p.Screen(); s == 0 || s >= Screens {
			t.Errorf("%s: no screen", p)
		}
		if row.answer == nil || row.stop == nil || row.lifted == nil || row.readerLost == nil || row.ledgerLost == nil {
			t.Errorf("%s: no answer to a press, a stop, a lifted card, a lost reader or a lost record", p)
		}
		has := func(does timerAction) bool {
			return slices.ContainsFunc(row.timers, func(t timer) bool { return t.does == does })
		}
		if has(timerLeave) != (row.silence != nil) || has(timerRepeat) != (row.repeat != nil) {
			t.Errorf("%s: a timer without its reaction, or a reaction without its timer", p)
		}
		if !slices.IsSortedFunc(row.timers, func(a, b timer) int { return int(a.after - b.after) }) || len(row.timers) == 0 ||
			slices.ContainsFunc(row.timers, func(t timer) bool { return t.after <= 0 || t.does < timerWipe || t.does > timerRepeat }) {
			t.Errorf("%s: no timers, or not in the order of time", p)
		}
		if row.typed != LiveNone && !has(timerWipe) && row.typed != LiveCode {
			t.Errorf("%s: a secret of the card is typed and no timer wipes it", p)
		}
		if p.InVisit() != (p >= Needs && p < Telling) || p.InVisit() && p.row().task == NoTask || row.work > 0 && row.cap != capWaits {
			t.Errorf("%s: what the cap does is not what its place in the order says", p)
		}
		if p.ShowsNumber() && !row.quiet {
			t.Errorf("%s: the number of a transaction that is not over", p)
		}
	}
}

// What the reader is watched for follows from the card: a card that is not
// there cannot be watched, and without a visit the reader itself is.
func TestWatchNeedsACard(t *testing.T) {
	for p := range Places {
		here, gone := State{Place: p, Card: true}.Watch(), State{Place: p}.Watch()
		if here != p.row().watch || gone != WatchNone && gone != WatchReader {
			t.Errorf("%s: watches for %d with a card, for %d without", p, here, gone)
		}
	}
}

// A place waits for a person where nothing was asked for, or the card was; whether a
// visit may begin, or a slip can be printed, is asked beside a person, and a kiosk that is out of service asks again.
func TestPlaceWaitsForAPersonOrForAPort(t *testing.T) {
	for p, y := range stations(t) {
		place, port := Place(p), y.w.pending != 0 && y.w.pending != DoWait && y.w.pending != DoAsk && y.w.pending != DoPrinter
		switch place {
		case Idle:
			port = false
		case OutOfService:
			port = true
		}
		if place.WaitsForPerson() == port {
			t.Errorf("%s: waits for a person is %v, and %s was asked for", place, !port, y.w.pending)
		}
	}
}

// A place at which keys and switches do not begin, because OK does there at once what is asked, has OK as its filled button:
// elsewhere they would begin at another button anyway, and the row would say nothing.
func TestOKThatActsAtOnceIsAFilledButton(t *testing.T) {
	n := 0
	for p := range Places {
		if !p.Acts() {
			continue
		}
		if n++; p.Filled() != ButtonOK {
			t.Errorf("%s: OK acts at once, and %s is filled", p, p.Filled())
		}
	}
	if n == 0 {
		t.Error("OK acts at once nowhere")
	}
}
