package kiosk

import (
	"strings"
	"testing"
)

// Every step below is one that Step never makes. Each would do harm, and
// the guard must say which promise it breaks.
func TestGuardStopsWhatMustNeverHappen(t *testing.T) {
	ok := Event{Kind: Pressed, Button: ButtonOK, Place: Proof}
	at := State{Place: Proof, Op: 7, Flow: FlowP, Act: Reset, Tries: Tries{2, 5}, Live: LiveNew | LiveProof}
	gone := at.move(Verifying)
	gone.Intent = IntentTrying
	line := func(k EntryKind) Effect { return Effect{Do: DoRecord, Entry: Entry{Kind: k}} }
	verify := Effect{Do: DoVerify, Op: gone.Op}
	with := func(s State, f func(*State)) State { f(&s); return s }
	last := with(at, func(s *State) { s.Tries = Tries{1, 5} })
	asking := with(at, func(s *State) { s.Place, s.Intent = Granting, IntentAsking })
	for _, c := range []struct {
		want string
		prev State
		e    Event
		next State
		fx   []Effect
	}{
		{"", at, ok, gone, []Effect{line(EntryTrying), verify}},
		{"", at, ok, at, nil},
		{"an irreversible effect without its record right before it", at, ok, gone, []Effect{verify}},
		{"an irreversible effect without its record right before it", at, ok, gone, []Effect{line(EntryProving), verify}},
		{"an irreversible effect without its record right before it", at, ok, gone,
			[]Effect{line(EntryTrying), {Do: DoTone}, verify}},
		{"an irreversible effect without its record right before it", at, ok, gone, []Effect{line(EntryTrying), {Do: DoProve}}},
		{"an irreversible effect without its record right before it", at, ok, gone, []Effect{line(EntryProving), {Do: DoGrant}}},
		{"an irreversible effect without its record right before it", at, ok, gone, []Effect{line(EntryAsking), {Do: DoWrite}}},
		{"an outcome is told before it is on disk", at, ok, gone, []Effect{{Do: DoSettle, Outcome: Done}}},
		{"an outcome is told before it is on disk", at, ok, gone,
			[]Effect{{Do: DoRecord, Entry: Entry{Kind: EntryOutcome, Outcome: Unknown}}, {Do: DoSettle, Outcome: Done}}},
		{"the last try is spent unannounced", last, ok, gone, []Effect{line(EntryTrying), verify}},
		{"", with(last, func(s *State) { s.Warned = true }), ok, gone, []Effect{line(EntryTrying), verify}},
		{"a try is spent unasked", at, Event{Kind: TimerFired}, gone, []Effect{line(EntryTrying), verify}},
		{"a try is spent unasked", at, Event{Kind: Pressed, Button: ButtonBack}, gone, []Effect{line(EntryTrying), verify}},
		{"a question that the state does not wait for", at, ok, gone, []Effect{line(EntryTrying), {Do: DoVerify, Op: at.Op}}},
		{"a question that the state does not wait for", at, ok, gone, []Effect{line(EntryTrying), verify, {Do: DoTone}}},
		{"a secret is forgotten without its wipe", at, ok, with(at, func(s *State) { s.Live = LiveNew }), nil},
		{"a secret is forgotten without its wipe", at, ok, with(at, func(s *State) { s.Live = LiveNone }), []Effect{{Do: DoWipe, Secrets: LiveNew}}},
		{"", at, ok, with(at, func(s *State) { s.Live = LiveNone }), []Effect{{Do: DoWipe, Secrets: LiveAll}}},
		{"a quiet place holds something", at, ok, at.move(Telling), nil},
		{"a quiet place holds something", at, ok, State{Place: Idle, Op: 9, Intent: IntentAsking}, []Effect{{Do: DoWipe, Secrets: LiveAll}}},
		{"a quiet place holds something", at.move(Idle), Event{}, at.move(Idle), nil}, // even where nothing happens
		{"an intent is dropped without its outcome", asking, Event{Kind: NoGrant, Op: 7}, with(asking, func(s *State) { s.Intent = NoIntent }), nil},
		{"", asking, Event{Kind: LedgerLost}, with(asking, func(s *State) { s.Intent = NoIntent }), nil},
		{"an intent is dropped without its outcome", at, ok, gone, []Effect{{Do: DoTone}}}, // begun without a line
		{"an act is begun over one without an outcome", asking, Event{Kind: Granted, Op: 7}, with(asking, func(s *State) { s.Intent = IntentTrying }),
			[]Effect{line(EntryTrying)}},
		{"", asking, Event{Kind: Granted, Op: 7}, with(asking, func(s *State) { s.Intent = IntentWriting }), []Effect{line(EntryWriting)}},
		{"a stale reply changes something", asking, Event{Kind: Granted, Op: 6}, asking.move(Writing), nil},
		{"more grants are asked for than a visit may have", asking, Event{Kind: Granted, Op: 7},
			with(asking, func(s *State) { s.Grants = MaxGrants + 1 }), nil},
	} {
		if got := breach(c.prev, c.e, c.next, c.fx); got != c.want {
			t.Errorf("%s → %s %s: the guard says %q, want %q", eventText(c.e), describe(c.next), effectsText(c.fx), got, c.want)
		}
		said := panics(func() { guard(c.prev, c.e, c.next, c.fx) })
		if want := "kiosk: " + c.want + ", at " + c.prev.Place.String() + " on " + c.e.Kind.String(); c.want != "" && said != want {
			t.Errorf("the guard panics with %q, want %q", said, want)
		}
	}
}

// A state that no visit leads to, as a flipped bit makes it, gets as far as
// Step and not one effect further.
func TestFlippedBitStopsTheStep(t *testing.T) {
	y := atConfirm(t, FlowP, 3, 5).ok(Proof).key()
	y.s.Tries = Tries{1, 5} // the page that announces it was never shown
	said := panics(func() { Step(y.s, withOp(y.s, Event{Kind: Pressed, Button: ButtonOK})) })
	if !strings.HasPrefix(said, "kiosk: the last try is spent unannounced") {
		t.Errorf("Step goes on: %q", said)
	}
}

func panics(f func()) (said string) {
	defer func() {
		if r := recover(); r != nil {
			said = r.(string)
		}
	}()
	f()
	return ""
}
