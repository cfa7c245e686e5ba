package kiosk

// The events that the walk tries in every state. Fields that Step only passes
// on are represented by a few values; TestQuotientsAreSound proves for each
// that the others behave alike.

// portMessages are messages as ports return them: those that Step looks at, and
// some that it passes on.
var portMessages = []Message{NoMessage, MsgNetwork, MsgReader, MsgRemoved, MsgLedger, MsgTwoCards, MsgCardFault}

// Counters are compared with 0, with 1, with the full counter and with what
// they were before; 2 of 3 and 2 to 4 of 5 behave like one left but for the
// last-try page, and come up as 2 in NotRight.
var (
	authCounts = []int8{-1, 0, 1, 3}
	signCounts = []int8{-1, 0, 1, 5}
)

// alphabet is every event by kind. Op, Place and Timer are filled in for the
// state at hand.
var alphabet = func() (a [kindCount][]Event) {
	add := func(e Event) { a[e.Kind] = append(a[e.Kind], e) }
	for b := NoButton; b < buttonCount; b++ {
		for _, f := range []Form{0, FormShort, FormWeak} {
			for _, same := range []bool{true, false} {
				if b == ButtonOK || f == 0 && !same { // only OK on a pad carries the two
					add(Event{Kind: Pressed, Button: b, Form: f, Same: same})
				}
			}
		}
	}
	add(Event{Kind: Pressed, Button: ButtonSpeak, Lang: English})
	add(Event{Kind: Pressed, Button: ButtonSpeak, Lang: Langs}) // not offered
	add(Event{Kind: Pressed, Button: ButtonTheme, Theme: ThemeContrastLight})
	add(Event{Kind: Pressed, Button: ButtonTheme, Theme: Themes}) // there is none
	for _, row := range []int8{-1, 1, MaxConsents - 1, MaxConsents} {
		add(Event{Kind: Pressed, Button: ButtonPick, Row: row})
	}
	for _, k := range []Kind{NoEvent, KeyPressed, PageTurned, TimerFired, VisitOver, CardGone, ReaderLost, Recovered, CodeRight,
		Verified, Unsure, Signed, Proved, Granted, Unsettled, StaffIn, StaffOut, NoCard, ACard, PrinterReady, NoPrinter, Printed} {
		add(Event{Kind: k})
	}
	for _, k := range []Kind{Unwell, Healthy, CardIn, CardBad, Refused, NoGrant} {
		for _, w := range portMessages {
			add(Event{Kind: k, Message: w})
		}
	}
	for left := int8(0); left <= 2; left++ {
		add(Event{Kind: NotRight, Left: left})
		add(Event{Kind: CodeWrong, Left: left})
	}
	for _, o := range []Outcome{NoOutcome, Done, Failed, Unknown} {
		for _, w := range []Message{NoMessage, MsgNotWritten, MsgUnknown} {
			add(Event{Kind: Wrote, Outcome: o, Message: w})
		}
	}
	add(Event{Kind: Healthy, Message: MsgHours}) // in which a phone can be held all the same
	for found := FoundNothing; found <= FoundGood; found++ {
		add(Event{Kind: Looked, Found: found, Auth: 3, Sign: 5})
		add(Event{Kind: Seen, Found: found})
	}
	for _, auth := range authCounts {
		add(Event{Kind: Looked, Found: FoundCard, Auth: auth, Sign: 1})
	}
	add(Event{Kind: Looked, Found: FoundCard, Auth: 1, Sign: 0})
	add(Event{Kind: Held, Outcome: Done})
	add(Event{Kind: Held, Outcome: Unknown})
	for _, w := range portMessages[1:] {
		add(Event{Kind: Held, Outcome: Failed, Message: w})
	}
	for _, found := range []Found{FoundNothing, FoundReadOnly, FoundConsents, FoundGone} {
		for _, rows := range []int8{-1, 0, 1, MaxConsents, MaxConsents + 1} {
			add(Event{Kind: ListIn, Found: found, Rows: rows})
		}
	}
	add(Event{Kind: Withdrawn, Outcome: Done})
	add(Event{Kind: Withdrawn, Outcome: Unknown})
	for _, w := range portMessages[1:] {
		add(Event{Kind: Withdrawn, Outcome: Failed, Message: w})
	}
	add(Event{Kind: Settled})
	add(Event{Kind: Settled, Fresh: true})
	for _, auth := range authCounts {
		for _, sign := range signCounts {
			for _, same := range []bool{true, false} {
				add(Event{Kind: CardRead, Token: TokenCard, Trusted: true, HasSign: true, Same: same, Auth: auth, Sign: sign})
			}
			for f := NoFlow; f <= FlowU; f++ {
				for _, factor := range []Factor{FactorCode, FactorReservation} {
					add(Event{Kind: Opened, Flow: f, Factor: factor, Codes: 5, Auth: auth, Sign: sign})
				}
			}
		}
	}
	add(Event{Kind: Opened, Flow: FlowP, Factor: FactorCode, Auth: 3, Sign: 5})
	add(Event{Kind: Opened, Flow: FlowP, Factor: FactorReservation, Auth: 3, Sign: 5})
	add(Event{Kind: Opened, Flow: FlowP, Factor: FactorCode, Codes: 5, Doubt: true, Auth: 3, Sign: 5})
	add(Event{Kind: Opened, Flow: FlowU, Factor: FactorReservation, Codes: 5, Doubt: true, Auth: 0, Sign: 5})
	for token := TokenUnknown; token <= TokeniPhone; token++ {
		for _, in := range []Event{{}, {HasSign: true}, {Trusted: true}, {HasSign: true, Trusted: true}} {
			add(Event{Kind: CardRead, Token: token, HasSign: in.HasSign, Trusted: in.Trusted, Auth: 3, Sign: 5})
		}
	}
	return a
}()

// each hands over every event for that state: touches on this screen and on
// the one after it, the timer that is due and one that was overtaken, the
// answers to what was asked, and a stale reply of every kind. What no port can
// post (the answer to another question under the Op of this one) is left to
// FuzzStep.
func each(s State, w oracle, f func(Event)) {
	for k := range alphabet {
		for i, e := range alphabet[k] {
			switch {
			case e.touch():
				e.Place = s.Place
				f(e)
				if i == 0 {
					e.Place = (s.Place + 1) % Places
					if e.Kind == Pressed {
						e.Button = ButtonOK
					}
					f(e)
				}
			case e.Kind == TimerFired:
				e.Timer = s.Timer
				f(e)
				e.Timer++
				f(e)
			case e.reply():
				if e.Op = s.Op; answersTo(w.pending, e.Kind) {
					f(e)
				}
				if i == 0 {
					e.Op = s.Op - 1
					f(e)
				}
			default:
				f(e)
			}
		}
	}
}
