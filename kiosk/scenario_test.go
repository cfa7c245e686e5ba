package kiosk

import (
	"slices"
	"strings"
	"testing"
)

// A scenario is one kiosk and what happens to it, one event at a time. Every step
// is held against the invariants.
type scenario struct {
	t  *testing.T
	s  State
	w  oracle
	fx []Effect
	by []Effect  // all effects since the scenario began
	of *scenario // a scenario that was kept: the one that went on
}

func newScenario(t *testing.T) *scenario {
	s, fx := Start(shop)
	y := &scenario{t: t, s: s, fx: fx, w: oracle{}.after(State{}, Event{}, s, fx)}
	y.keep()
	return y
}

// on lets an event happen here and now and expects to be at a place then.
func (y *scenario) on(e Event, want Place) *scenario {
	y.t.Helper()
	if e.touch() {
		e.Place = y.s.Place
	}
	if e.reply() {
		if !answersTo(y.w.pending, e.Kind) {
			y.t.Fatalf("%s: %s was not asked for", y.s.Place, eventText(e))
		}
		e.Op = y.s.Op
	}
	n, fx := Step(y.s, e)
	k := &transition{y.s, y.w, e, n, fx, y.w.after(y.s, e, n, fx)}
	if name := broken(k); name != "" {
		y.t.Fatalf("%s in %s breaks: %s", eventText(e), describe(y.s), name)
	}
	if n.Place != want {
		y.t.Fatalf("%s in %s leads to %s, want %s", eventText(e), describe(y.s), n.Place, want)
	}
	y.s, y.w, y.fx, y.by = n, k.x, fx, append(y.by, fx...)
	y.keep()
	return y
}

// lost lets the k-th line of the last step be refused by the disk.
func (y *scenario) lostAt(before scenario, e Event, k int, want Place) *scenario {
	y.t.Helper()
	if e.Kind == Pressed || e.Kind == KeyPressed {
		e.Place = before.s.Place
	}
	if e.reply() {
		e.Op = before.s.Op
	}
	n, fx := Step(before.s, e)
	y.w = before.w.after(before.s, e, n, fx[:k])
	y.w.lost, y.s = true, n
	return y.on(Event{Kind: LedgerLost}, want)
}

func (y *scenario) ok(want Place) *scenario {
	y.t.Helper()
	return y.on(Event{Kind: Pressed, Button: ButtonOK, Same: true}, want)
}

func (y *scenario) press(b Button, want Place) *scenario {
	y.t.Helper()
	return y.on(Event{Kind: Pressed, Button: b}, want)
}

// speak goes over the page of languages.
func (y *scenario) speak(l Lang) *scenario {
	y.t.Helper()
	return y.press(ButtonLang, y.s.Place).on(Event{Kind: Pressed, Button: ButtonSpeak, Lang: l}, y.s.Place)
}

func (y *scenario) key() *scenario { y.t.Helper(); return y.on(Event{Kind: KeyPressed}, y.s.Place) }

func (y *scenario) typed(want Place) *scenario { y.t.Helper(); return y.key().ok(want) }

func (y *scenario) reply(k Kind, want Place) *scenario {
	y.t.Helper()
	return y.on(Event{Kind: k}, want)
}

// pass lets the timer that is due fire.
func (y *scenario) pass(want Place) *scenario {
	y.t.Helper()
	return y.on(Event{Kind: TimerFired, Timer: y.s.Timer}, want)
}

func (y *scenario) says(w Message) *scenario {
	y.t.Helper()
	if y.s.Message != w {
		y.t.Fatalf("%s says %s, want %s", y.s.Place, y.s.Message, w)
	}
	return y
}

// does expects the effects of the last step, as text.
func (y *scenario) does(want string) *scenario {
	y.t.Helper()
	if got := effectsText(y.fx); got != want {
		y.t.Fatalf("%s: effects %s\nwant %s", y.s.Place, got, want)
	}
	return y
}

// lines are the kinds of all ledger lines of the story.
func (y *scenario) lines() string {
	var out []string
	for _, f := range y.by {
		if f.Do == DoRecord {
			out = append(out, f.Entry.Kind.String())
		}
	}
	return strings.Join(out, " ")
}

func (y *scenario) count(d Do) (n int) {
	for _, f := range y.by {
		if f.Do == d {
			n++
		}
	}
	return n
}

func card(auth, sign int8) Event {
	return Event{Kind: CardRead, Token: TokenCard, Trusted: true, HasSign: true, Same: true, Auth: auth, Sign: sign}
}

func session(f Flow, auth, sign int8) Event {
	return Event{Kind: Opened, Flow: f, Factor: FactorCode, Codes: 5, Auth: auth, Sign: sign}
}

// The stations of a visit. Each builds on the one before.

func atIdle(t *testing.T) *scenario {
	t.Helper()
	return newScenario(t).reply(Recovered, Starting).reply(Healthy, Idle)
}

func atReading(t *testing.T) *scenario {
	t.Helper()
	return atIdle(t).ok(Needs).ok(PlaceCard).reply(CardIn, Reading)
}

func atPlan(t *testing.T, f Flow, auth, sign int8) *scenario {
	t.Helper()
	return atReading(t).on(card(auth, sign), Opening).on(session(f, auth, sign), Plan)
}

func atNewSecret(t *testing.T, f Flow, auth, sign int8) *scenario {
	t.Helper()
	y := atPlan(t, f, auth, sign)
	return y.press(ButtonReset, Code).typed(CodeAsked).reply(CodeRight, NewSecret)
}

func atConfirm(t *testing.T, f Flow, auth, sign int8) *scenario {
	t.Helper()
	return atNewSecret(t, f, auth, sign).typed(Again).typed(Confirm)
}

// atLying looks at a card.
func atLying(t *testing.T, found Found) *scenario {
	t.Helper()
	return atIdle(t).press(ButtonLook, PlaceCard).reply(CardIn, Reading).on(card(3, 5), Opening).does("[look]").
		on(Event{Kind: Looked, Found: found, Auth: 3, Sign: 5}, Lying)
}

func atShown(t *testing.T, found Found) *scenario {
	t.Helper()
	return atLying(t, FoundCard).ok(Proof).typed(Verifying).reply(Verified, Signing).reply(Signed, Seeing).on(Event{Kind: Seen, Found: found}, Shown)
}

// atListed sees what was agreed to: three consents.
func atListed(t *testing.T, found Found) *scenario {
	t.Helper()
	return atIdle(t).press(ButtonConsents, PlaceCard).reply(CardIn, Reading).on(card(3, 5), Opening).does("[look]").
		on(Event{Kind: Looked, Found: FoundCard, Auth: 3, Sign: 5}, Lying).ok(Proof).typed(Verifying).reply(Verified, Signing).
		reply(Signed, Seeing).on(Event{Kind: Seen, Found: FoundHeld}, Listing).on(Event{Kind: ListIn, Found: found, Rows: 3}, Listed)
}

func atPassword(t *testing.T) *scenario {
	t.Helper()
	return atListed(t, FoundConsents).on(Event{Kind: Pressed, Button: ButtonPick, Row: 2}, OneConsent).press(ButtonEnd, WithdrawAsk).ok(Proof)
}

// atWriting goes through the burst up to the write.
func (y *scenario) throughBurst() *scenario {
	y.t.Helper()
	return y.reply(Verified, Signing).reply(Signed, Proving).reply(Proved, Granting).reply(Granted, Writing)
}

func atWriting(t *testing.T, f Flow, auth, sign int8) *scenario {
	t.Helper()
	return atConfirm(t, f, auth, sign).ok(Proof).typed(Verifying).throughBurst()
}

func atDoubtCard(t *testing.T, f Flow, auth, sign int8, fresh bool) *scenario {
	t.Helper()
	return atWriting(t, f, auth, sign).on(Event{Kind: Wrote, Outcome: Unknown, Message: MsgUnknown}, Settling).
		on(Event{Kind: Settled, Fresh: fresh}, DoubtCard)
}

// stations has one state for every place, reached by a real way: flow P, where it has the
// place, with a full password counter wherever a visit is under way. A place that none of
// these scenarios comes to is reached by the shortest way that the walk knows.
func stations(t *testing.T) (all [Places]*scenario) {
	t.Helper()
	passed = &all
	defer func() { passed = nil }()
	atIdle(t).press(ButtonWhich, PageWhich)
	atIdle(t).press(ButtonNone, PageNeither)
	atPlan(t, FlowP, 3, 2)
	atWriting(t, FlowP, 3, 5).on(Event{Kind: Wrote, Outcome: Done}, Settling).reply(Settled, Telling)
	atDoubtCard(t, FlowP, 3, 5, true).reply(CardIn, DoubtReading).on(card(3, 5), DoubtAgain)
	atConfirm(t, FlowP, 1, 5).ok(LastTry)
	atPlan(t, FlowP, 3, 5).press(ButtonStop, TakeCard).on(Event{Kind: CardGone}, Thanks)
	atReading(t).on(Event{Kind: CardRead, Token: TokenAndroid, Auth: 3, Sign: 5}, WrongCard)
	atShown(t, FoundGood).ok(HoldAsk).ok(Holding)
	atPassword(t).typed(Verifying).reply(Verified, Signing).reply(Signed, Withdrawing).on(Event{Kind: Withdrawn, Outcome: Unknown}, LookingAgain)
	newScenario(t).on(Event{Kind: Unwell, Message: MsgReader}, OutOfService)
	atIdle(t).on(Event{Kind: StaffIn}, StaffField).does("[field]").reply(NoCard, Staff)
	k, _ := walked()
	for p := range Places {
		if all[p] == nil {
			k.replay(t, p)
		}
	}
	return all
}

// passed gets every scenario where it stands before it leaves a place for the
// first time, while stations looks.
var passed *[Places]*scenario

// keep remembers the scenario at its place; a later one changes nothing.
func (y *scenario) keep() {
	if passed == nil || passed[y.s.Place] != nil && passed[y.s.Place].of != y {
		return
	}
	at := *y
	at.of, at.by = y, slices.Clone(y.by)
	passed[y.s.Place] = &at
}

// replay tells the shortest way to a place as a story.
func (k *walk) replay(t *testing.T, p Place) {
	t.Helper()
	id := int32(slices.IndexFunc(k.nodes, func(n node) bool { return n.s.Place == p }))
	if id < 0 {
		t.Fatalf("%s is never reached", p)
	}
	var way []Event
	for ; k.nodes[id].from >= 0; id = k.nodes[id].from {
		way = append(way, k.nodes[id].by)
	}
	y := newScenario(t)
	for _, e := range slices.Backward(way) {
		n, _ := y.s.handle(withOp(y.s, e))
		y.on(e, n.Place)
	}
}
