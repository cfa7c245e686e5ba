package kiosk

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"multicopy.example/kiosk/golden"
)

// TestStepIsAsAgreed holds the whole behaviour against one file that a person
// can read: every place, every kind of event, what comes of it. A change of
// behaviour is a change of that file, and is reviewed as one.
func TestStepIsAsAgreed(t *testing.T) {
	var out bytes.Buffer
	out.WriteString("# One state for every place (flow P where it has the place, reached by a real way), and what each event makes of it:\n" +
		"# event → place “message” [effects]. What changes nothing is listed last. Rewrite with go test ./kiosk -update.\n")
	for _, at := range stations(t) {
		fmt.Fprintf(&out, "\n%s\n", describe(at.s))
		var nothing []string
		for _, e := range table(at.s) {
			n, fx := Step(at.s, e)
			if n == at.s && len(fx) == 0 {
				nothing = append(nothing, eventText(e))
				continue
			}
			fmt.Fprintf(&out, "  %s → %s%s%s %s\n", eventText(e), n.Place, quoted(n.Message), changes(at.s, n), effectsText(fx))
		}
		fmt.Fprintf(&out, "  nothing: %s\n", strings.Join(nothing, ", "))
	}
	golden.Is(t, "testdata/step.golden", out.Bytes())
}

// table is one event or a few of every kind.
func table(s State) (all []Event) {
	for b := ButtonOK; b < buttonCount; b++ {
		all = append(all, Event{Kind: Pressed, Button: b, Same: b == ButtonOK})
	}
	all = append(all, Event{Kind: Pressed, Button: ButtonOK}, Event{Kind: Pressed, Button: ButtonOK, Form: FormShort},
		Event{Kind: Pressed, Button: ButtonOK, Form: FormWeak, Same: true},
		Event{Kind: KeyPressed}, Event{Kind: PageTurned}, Event{Kind: TimerFired, Timer: s.Timer}, Event{Kind: VisitOver}, Event{Kind: CardGone},
		Event{Kind: ReaderLost}, Event{Kind: LedgerLost}, Event{Kind: StaffIn}, Event{Kind: StaffOut},
		Event{Kind: Recovered}, Event{Kind: Unwell, Message: MsgLedger}, Event{Kind: Unwell, Message: MsgReader},
		Event{Kind: Healthy}, Event{Kind: Healthy, Message: MsgHours}, Event{Kind: Healthy, Message: MsgLedger},
		Event{Kind: CardIn}, Event{Kind: CardIn, Message: MsgFull})
	other := card(3, 5)
	other.Same = false
	all = append(all, card(3, 5), card(0, 0), card(3, 4), other)
	for token := TokenUnknown; token <= TokeniPhone; token++ {
		all = append(all, Event{Kind: CardRead, Token: token, HasSign: token != TokenCard, Trusted: true, Auth: 3, Sign: 5})
	}
	all = append(all, Event{Kind: CardRead, Token: TokenCard, HasSign: true, Auth: 3, Sign: 5},
		Event{Kind: CardBad, Message: MsgRemoved}, Event{Kind: CardBad, Message: MsgTwoCards}, Event{Kind: CardBad, Message: MsgReader},
		session(FlowP, 3, 5), session(FlowU, 0, 5), session(FlowP, 0, 5), session(NoFlow, 3, 5),
		Event{Kind: Opened, Flow: FlowP, Factor: FactorReservation, Codes: 0, Auth: -1, Sign: -1},
		Event{Kind: Opened, Flow: FlowP, Codes: 5, Doubt: true, Auth: 3, Sign: 5},
		Event{Kind: Refused, Message: MsgNoReserve, Auth: 3, Sign: 5}, Event{Kind: CodeRight}, Event{Kind: CodeWrong, Left: 4}, Event{Kind: CodeWrong},
		Event{Kind: Verified}, Event{Kind: NotRight, Left: 2}, Event{Kind: NotRight, Left: 1}, Event{Kind: NotRight},
		Event{Kind: Unsure}, Event{Kind: Signed}, Event{Kind: Proved}, Event{Kind: Granted}, Event{Kind: NoGrant, Message: MsgNetwork},
		Event{Kind: Wrote, Outcome: Done}, Event{Kind: Wrote, Outcome: Failed, Message: MsgNotWritten},
		Event{Kind: Wrote, Outcome: Unknown, Message: MsgUnknown}, Event{Kind: Settled}, Event{Kind: Settled, Fresh: true},
		Event{Kind: Unsettled}, Event{Kind: NoCard}, Event{Kind: ACard}, Event{Kind: Looked, Auth: 3, Sign: 5}, Event{Kind: Looked, Found: FoundCard, Auth: 3, Sign: 5},
		Event{Kind: Seen}, Event{Kind: Seen, Found: FoundHeld}, Event{Kind: Seen, Found: FoundGood},
		Event{Kind: Held, Outcome: Done}, Event{Kind: Held, Outcome: Failed, Message: MsgTimeout}, Event{Kind: Held, Outcome: Unknown},
		Event{Kind: ListIn}, Event{Kind: ListIn, Found: FoundReadOnly, Rows: 2}, Event{Kind: ListIn, Found: FoundConsents, Rows: 3}, Event{Kind: ListIn, Found: FoundGone},
		Event{Kind: Withdrawn, Outcome: Done}, Event{Kind: Withdrawn, Outcome: Failed, Message: MsgTimeout}, Event{Kind: Withdrawn, Outcome: Unknown})
	for i := range all {
		all[i].Op, all[i].Place = s.Op, s.Place
	}
	return all
}

func quoted(w Message) string {
	if w == NoMessage {
		return ""
	}
	return " “" + w.String() + "”"
}

// changes are the fields of the state that changed beside place and word.
func changes(s, n State) string {
	var b strings.Builder
	note := func(name string, from, to any) {
		if from != to {
			fmt.Fprintf(&b, " %s=%v", name, to)
		}
	}
	note("timer", s.Timer, n.Timer)
	note("flow", s.Flow, n.Flow)
	note("act", s.Act, n.Act)
	note("tries", s.Tries, n.Tries)
	note("codes", s.Codes, n.Codes)
	note("misses", s.Misses, n.Misses)
	note("grants", s.Grants, n.Grants)
	note("slips", s.Slips, n.Slips)
	note("renewed", s.Renewed, n.Renewed)
	note("live", liveText(s.Live), liveText(n.Live))
	note("earlier", s.Earlier, n.Earlier)
	note("intent", s.Intent, n.Intent)
	note("result", s.Result, n.Result)
	note("card", s.Card, n.Card)
	note("fresh", s.Fresh, n.Fresh)
	note("over", s.Over, n.Over)
	note("spent", s.Spent, n.Spent)
	note("warned", s.Warned, n.Warned)
	note("health", s.Health, n.Health)
	note("lang", s.Lang, n.Lang)
	note("size", s.Size, n.Size)
	note("theme", s.Theme, n.Theme)
	note("volume", s.Volume, n.Volume)
	note("dark", s.Dark, n.Dark)
	note("found", s.Found, n.Found)
	note("rows", s.Rows, n.Rows)
	note("row", s.Row, n.Row)
	note("choosing", s.Choosing, n.Choosing)
	note("untouched", s.Untouched, n.Untouched)
	return b.String()
}
