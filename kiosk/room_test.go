package kiosk

import (
	"slices"
	"testing"
)

// What a ledger without room for one more visit makes of those who come.

func TestFullLedgerAdmitsNoVisit(t *testing.T) {
	y := atIdle(t).on(Event{Kind: Healthy, Message: MsgFull}, Idle).ok(Idle).does("[]")
	if Look(y.s).Health != MsgFull {
		t.Error("the reason is not shown")
	}
	y.press(ButtonNone, PageNeither).press(ButtonBack, Idle) // help is given all the same
	y.reply(Healthy, Idle).ok(Needs)                         // and it ends by itself
}

// The ledger filled up while the resident read what is needed.
func TestFullLedgerReadsNoCard(t *testing.T) {
	y := stations(t)[PlaceCard].on(Event{Kind: CardIn, Message: MsgFull}, Telling).says(MsgFull).does("[forget; tone 3]")
	if y.count(DoRead) != 0 || y.lines() != "" || Look(y.s).Changed {
		t.Error("the card was read, a line written, or something is said to have changed")
	}
	y.ok(TakeCard).on(Event{Kind: CardGone}, Thanks).ok(Idle).does("[health]")
	if Look(y.s).Health != MsgFull {
		t.Error("the next resident may begin")
	}
	y.reply(Healthy, Idle).ok(Needs)
}

// What was begun with room is written to its end without.
func TestVisitThatHasBegunIsNotTurnedAway(t *testing.T) {
	y := atDoubtCard(t, FlowP, 3, 2, true).on(Event{Kind: CardIn, Message: MsgFull}, DoubtReading).does("[tone 1; read]")
	y.on(card(3, 5), Settling).reply(Settled, Telling).says(MsgReset)
}

// A ledger that cannot even say how full it is, is broken, and is opened anew
// before a visit begins.
func TestLedgerThatDoesNotAnswerIsOutOfService(t *testing.T) {
	atIdle(t).on(Event{Kind: Healthy, Message: MsgLedger}, OutOfService).says(MsgLedger).pass(OutOfService).does("[recover]")
	stations(t)[PlaceCard].on(Event{Kind: CardIn, Message: MsgLedger}, Telling).says(MsgLedger).ok(TakeCard).
		on(Event{Kind: CardGone}, Thanks).ok(OutOfService)
}

// Each session has its last line, however it ended.
func TestLiftedCardEndsItsSession(t *testing.T) {
	for p, y := range stations(t) {
		e, ok := lift(y)
		if n, _ := Step(y.s, withOp(y.s, e)); !ok || n.Place != PlaceCard {
			continue
		}
		begun := y.s.Flow != NoFlow
		y.on(e, PlaceCard)
		ended := slices.ContainsFunc(y.fx, func(f Effect) bool {
			return f.Do == DoRecord && f.Entry.Kind == EntryEnded && f.Entry.Message == MsgRemoved
		})
		if ended != begun {
			t.Errorf("lifted at %s: the last line is there %v, a session was %v: %s", Place(p), ended, begun, effectsText(y.fx))
		}
	}
}

// TestAnAuthorityThatIsAwayIsSaidBeforeACardIsAskedFor, in the language that was
// chosen; one that is there changes nothing.
func TestAnAuthorityThatIsAwayIsSaidBeforeACardIsAskedFor(t *testing.T) {
	y := atIdle(t).speak(English).ok(Needs).does("[ask]").reply(Healthy, Needs)
	if y.s.Health != NoMessage {
		t.Errorf("health is %v", y.s.Health)
	}
	y = atIdle(t).speak(English).ok(Needs).on(Event{Kind: Healthy, Message: MsgNetwork}, Idle).does("[health]")
	if y.s.Health != MsgNetwork || y.s.Lang != English {
		t.Errorf("health is %v, language %d", y.s.Health, y.s.Lang)
	}
	y.ok(Idle).reply(Healthy, Idle).ok(Needs).ok(PlaceCard) // an answer that comes now is overtaken
}
