package kiosk

import (
	"strings"
	"testing"
)

// What a lifted card, a torn write and a broken disk make of a visit.

// lift is what the reader tells when the card is taken: the answer of the
// command that was under way, or the watch.
func lift(y *scenario) (Event, bool) {
	switch y.w.pending {
	case DoRead, DoSign:
		return Event{Kind: CardBad, Message: MsgRemoved}, true
	case DoVerify:
		return Event{Kind: Unsure}, true
	case DoGrant:
		return Event{Kind: NoGrant, Message: MsgRemoved}, true
	case DoWrite:
		return Event{Kind: Wrote, Outcome: Unknown, Message: MsgUnknown}, true
	}
	return Event{Kind: CardGone}, y.s.Card
}

func TestLiftedCardLeavesNothingOfTheVisit(t *testing.T) {
	for p, y := range stations(t) {
		e, ok := lift(y)
		if !ok {
			continue
		}
		place, want := Place(p), PlaceCard
		switch {
		case place == Writing:
			want = Settling
		case place >= DoubtCard && place < Telling:
			want = DoubtCard
		case place == TakeCard:
			want = Thanks
		case place == Lying, place == Shown, place == HoldAsk, place >= Listed && place <= WithdrawAsk: // it was looked, and that is enough
			want = Idle
		case place == Telling, place == CounterPage, y.w.pending == DoProve, y.w.pending == DoSettle, y.w.pending == DoHold, place == Withdrawing, place == LookingAgain: // it goes on without a card
			want = place
		}
		y.on(e, want)
		if want == PlaceCard {
			switch { // what was typed has to be typed again, and that is said
			case place > CodeAsked || place == Code || place == CodeAsked:
				y.says(MsgRemovedTyped)
			case place != WrongCard:
				y.says(MsgRemoved)
			}
			if y.s.Live != LiveNone || y.s.Flow != NoFlow && place != Seeing && place != Listing || y.s.Found != FoundNothing || y.s.Card || y.w.open != NoIntent {
				t.Errorf("lifted at %s: something of the visit is left: %s", place, describe(y.s))
			}
			if Look(y.s).Changed != (place == Verifying) {
				t.Errorf("lifted at %s: changed is %v", place, Look(y.s).Changed)
			}
			y.reply(CardIn, Reading) // and the visit starts again
		}
		if want == DoubtCard && y.s.Live != LiveNew|LiveProof {
			t.Errorf("lifted at %s: what settles the doubt is gone", place)
		}
	}
}

func TestTornWriteIsSettledByItsCounter(t *testing.T) {
	for _, c := range []struct {
		name string
		now  int8
		want Message
		line string
	}{
		{"full: done", 5, MsgReset, "record outcome P/reset 2>5 done"},
		{"as before: failed", 2, MsgNotWritten, "record outcome P/reset 2>2 failed E-WRT"},
	} {
		y := atDoubtCard(t, FlowP, 3, 2, true).says(MsgUnknown).reply(CardIn, DoubtReading).on(card(3, c.now), Settling)
		if got := effectsText(y.fx); !strings.Contains(got, c.line) {
			t.Errorf("%s: %s", c.name, got)
		}
		y.reply(Settled, Telling).says(c.want)
		if y.count(DoVerify) != 1 || y.count(DoWrite) != 1 {
			t.Errorf("%s: a try or a write was spent to find out", c.name)
		}
	}
	// Neither: it is not known.
	atDoubtCard(t, FlowP, 3, 2, true).reply(CardIn, DoubtReading).on(card(3, 1), Telling).says(MsgUnknown)
	atDoubtCard(t, FlowP, 3, 2, true).reply(CardIn, DoubtReading).on(card(3, -1), Telling).says(MsgUnknown)
}

func TestTornWriteIsRepeatedOnAFreshChallenge(t *testing.T) {
	y := atDoubtCard(t, FlowP, 3, 5, true).reply(CardIn, DoubtReading).on(card(3, 5), DoubtAgain)
	if y.count(DoVerify) != 1 {
		t.Fatal("a try was spent before the resident agreed")
	}
	y.ok(Verifying).does("[record trying P/reset 3>-1; verify P]").throughBurst().
		on(Event{Kind: Wrote, Outcome: Done}, Settling).reply(Settled, Telling).says(MsgReset)
	// Not twice on one answer of the authority, nor without one.
	atDoubtCard(t, FlowP, 3, 5, false).reply(CardIn, DoubtReading).on(card(3, 5), Telling).says(MsgUnknown)
	// Not when the proof could be wrong by now.
	atDoubtCard(t, FlowP, 3, 5, true).reply(CardIn, DoubtReading).on(card(2, 5), Telling).says(MsgUnknown)
	// And not more often than the authority grants.
	y = atDoubtCard(t, FlowP, 3, 5, true)
	for range MaxGrants - 1 {
		y.reply(CardIn, DoubtReading).on(card(3, 5), DoubtAgain).ok(Verifying).throughBurst().
			on(Event{Kind: Wrote, Outcome: Unknown, Message: MsgUnknown}, Settling).on(Event{Kind: Settled, Fresh: true}, DoubtCard)
	}
	y.reply(CardIn, DoubtReading).on(card(3, 5), Telling).says(MsgUnknown)
	if y.count(DoGrant) != MaxGrants {
		t.Errorf("%d grants", y.count(DoGrant))
	}
}

// The repetition is refused by the card, so it changed nothing. The write
// before it may have: that all is as before must not be told.
func TestRefusedRepetitionStaysInDoubt(t *testing.T) {
	y := atDoubtCard(t, FlowP, 3, 5, true).reply(CardIn, DoubtReading).on(card(3, 5), DoubtAgain).ok(Verifying).throughBurst().
		on(Event{Kind: Wrote, Outcome: Failed, Message: MsgNotWritten}, Settling)
	y.reply(Unsettled, DoubtCard).pass(DoubtCard).pass(Telling).says(MsgUnknown)
}

// A wrong proof, a refusing authority, a lost network in the repetition: the
// truth to tell is still the doubt.
func TestFailedRepetitionTellsTheDoubt(t *testing.T) {
	again := func() *scenario {
		return atDoubtCard(t, FlowP, 3, 5, true).reply(CardIn, DoubtReading).on(card(3, 5), DoubtAgain).ok(Verifying)
	}
	again().on(Event{Kind: NotRight, Left: 2}, Telling).says(MsgUnknown)
	again().on(Event{Kind: NotRight}, Telling).says(MsgUnknown)
	again().reply(Unsure, Telling).says(MsgUnknown)
	again().reply(Verified, Signing).on(Event{Kind: CardBad, Message: MsgCardFault}, Telling).says(MsgUnknown)
	again().reply(Verified, Signing).reply(Signed, Proving).on(Event{Kind: Refused, Message: MsgBusy}, Telling).says(MsgUnknown)
	again().reply(Verified, Signing).reply(Signed, Proving).reply(Proved, Granting).
		on(Event{Kind: NoGrant, Message: MsgRemoved}, Telling).says(MsgUnknown)
}

func TestAnotherCardInDoubtIsOnlyNamed(t *testing.T) {
	other := card(3, 5)
	other.Same = false
	y := atDoubtCard(t, FlowP, 3, 2, true).reply(CardIn, DoubtReading).on(other, DoubtCard).says(MsgOtherCard).does("[wait]")
	y.reply(CardIn, DoubtReading).on(card(3, 5), Settling) // and then its own comes after all
}

// Its card is not there, another's is: the visit that is given up now does not end before
// that one is taken too, or the next person finds it on the reader.
func TestAnotherCardInDoubtIsNotLeftBehind(t *testing.T) {
	other := card(3, 5)
	other.Same = false
	for _, e := range []Event{other, {Kind: CardBad, Message: MsgCardFault}} {
		atDoubtCard(t, FlowP, 3, 2, true).reply(CardIn, DoubtReading).on(e, DoubtCard).press(ButtonStop, Telling).
			ok(TakeCard).on(Event{Kind: CardGone}, Thanks)
	}
	atDoubtCard(t, FlowP, 3, 2, true).reply(CardIn, DoubtReading).on(Event{Kind: CardBad, Message: MsgRemoved}, DoubtCard).
		press(ButtonStop, Telling).ok(Thanks)
}

// The card is lifted while the grant is on its way, and a card is laid on, as
// often as a resident likes: it may be another resident's, whose reservation was
// given nothing. What a reservation was given is counted by the authority.
func TestLiftedCardLeavesNothingToTheNextCard(t *testing.T) {
	y := atReading(t)
	for range MaxGrants + 1 {
		y.on(card(3, 5), Opening).on(session(FlowP, 3, 5), Plan)
		if y.s.Grants != 0 || y.s.Spent {
			t.Fatalf("a session begins with what was another's: %s", describe(y.s))
		}
		y.ok(Code).typed(CodeAsked).reply(CodeRight, NewSecret).
			typed(Again).typed(Confirm).ok(Proof).typed(Verifying).reply(Verified, Signing).reply(Signed, Proving).
			reply(Proved, Granting).on(Event{Kind: NoGrant, Message: MsgRemoved}, PlaceCard).reply(CardIn, Reading)
	}
	y.on(card(3, 5), Opening).on(Event{Kind: Refused, Message: MsgUsedReserve}, Telling).says(MsgUsedReserve)
}

// At the edge of the field, or where the reader cannot say whether a card lies
// there, session would follow session. A touch begins the count anew: that is a
// resident who lifts the card.
func TestCardThatSlipsTwiceUntouchedEndsTheVisit(t *testing.T) {
	slip := Event{Kind: CardGone}
	y := atReading(t).on(card(3, 5), Opening).on(slip, PlaceCard).says(MsgRemoved).reply(CardIn, Reading)
	z := atReading(t).on(card(3, 5), Opening).on(slip, PlaceCard).reply(CardIn, Reading).
		on(card(3, 5), Opening).on(session(FlowP, 3, 5), Plan).ok(Code).on(slip, PlaceCard).reply(CardIn, Reading)
	z.on(card(3, 5), Opening).on(slip, Telling)
	y.on(card(3, 5), Opening).on(slip, Telling).says(MsgCardFault).ok(TakeCard) // before the field is empty no other visit begins
	y.on(Event{Kind: CardGone}, Thanks).ok(Idle)
}

// Every line of every step of two whole visits is refused by the disk once.
// Nothing behind it is done, nothing is live, and no visit begins before the
// ledger is open again; checked by the invariants on the way.
func TestRecordLostAtAnyStepEndsTheVisit(t *testing.T) {
	var path []Event
	ok := Event{Kind: Pressed, Button: ButtonOK, Same: true}
	key := Event{Kind: KeyPressed}
	burst := []Event{{Kind: Verified}, {Kind: Signed}, {Kind: Proved}, {Kind: Granted}}
	path = append(path, Event{Kind: Recovered}, Event{Kind: Healthy}, ok, ok, Event{Kind: CardIn}, card(3, 5), session(FlowP, 3, 5),
		ok, key, ok, Event{Kind: CodeRight}, key, ok, key, ok, ok, key, ok)
	path = append(path, burst...)
	path = append(path, Event{Kind: Wrote, Outcome: Unknown}, Event{Kind: Settled, Fresh: true}, Event{Kind: CardIn}, card(3, 5), ok)
	path = append(path, burst...)
	path = append(path, Event{Kind: Wrote, Outcome: Done}, Event{Kind: Settled})
	y, lost := newScenario(t), 0
	doubt := false
	for _, e := range path {
		before := *y
		n, fx := Step(y.s, withOp(y.s, e))
		for k, f := range fx {
			if f.Do != DoRecord {
				continue
			}
			lost++
			z := *y
			z.lostAt(before, e, k, Telling)
			word := MsgLedger
			switch {
			case e.Outcome == Done || e.Kind == Settled && y.s.Result == Done:
				word = MsgReset // the card is renewed, whatever the disk does
			case doubt || e.Kind == Wrote:
				word = MsgUnknown
			}
			z.says(word)
			if z.s.Live != LiveNone || z.count(DoForget) != 1 {
				t.Errorf("lost %s: held %s, %d forgets", f.Entry.Kind, liveText(z.s.Live), z.count(DoForget))
			}
			z.ok(TakeCard).on(Event{Kind: CardGone}, Thanks).ok(OutOfService).pass(OutOfService).reply(Recovered, Starting).reply(Healthy, Idle)
		}
		doubt = doubt || e.Kind == Wrote && e.Outcome == Unknown
		y.on(e, n.Place)
	}
	if lost != 15 {
		t.Errorf("%d lines were lost, the two bursts have 15", lost)
	}
}

func withOp(s State, e Event) Event {
	e.Op, e.Place = s.Op, s.Place
	return e
}
