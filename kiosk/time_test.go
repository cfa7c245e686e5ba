package kiosk

import (
	"strings"
	"testing"
)

// What the clock, the reader and the house rules make of it.

// Silence at every place ends where and when the service's table says.
func TestSilenceEndsEveryPlace(t *testing.T) {
	// What is told of a request without an answer.
	word := map[Do]Message{
		DoRead: MsgCardFault, DoVerify: MsgCardFault, DoOpen: MsgNetwork, DoCode: MsgNetwork, DoSign: MsgNetwork,
		DoProve: MsgNetwork, DoSee: MsgNetwork, DoHold: MsgHoldUnknown, DoList: MsgNetwork, DoGrant: MsgNetwork, DoWrite: MsgUnknown, DoSettle: MsgReset,
	}
	for p, y := range stations(t) {
		place, asked, timers, fired := Place(p), y.w.pending, Place(p).row().timers, 0
		said, want := NoMessage, Idle
		switch {
		case place <= Idle || place == TakeCard || place == OutOfService:
			want = place
		case place == Writing:
			want, said = Settling, word[asked]
		case place == Withdrawing:
			want = LookingAgain
		case place == LookingAgain:
			want, said = Telling, MsgWithdrawUnknown
		case place >= DoubtCard && place <= DoubtAgain:
			want, said = Telling, MsgUnknown
		case place >= Reading && place <= LookingAgain && word[asked] != NoMessage:
			want, said = Telling, word[asked]
		case place >= Reading && place <= CounterPage:
			want = TakeCard
		}
		for y.s.Place == place && fired < len(timers) {
			does := timers[y.s.Timer].does
			n, _ := Step(y.s, Event{Kind: TimerFired, Timer: y.s.Timer})
			y.pass(n.Place)
			if fired++; does == timerWipe && y.count(DoWipe) == 0 {
				t.Errorf("%s: what was typed is not wiped", place)
			}
		}
		if y.s.Place != want || said != NoMessage && y.s.Message != said {
			t.Errorf("silence at %s leads to %s %s, want %s %s", place, y.s.Place, y.s.Message, want, said)
		}
	}
}

// A touch extends where a resident may only be reading, and never where a secret
// stands typed; ten times, and not for ever.
func TestTouchExtendsTenTimesAndNoPlaceWithASecret(t *testing.T) {
	y := atPlan(t, FlowP, 3, 5)
	y.press(ButtonStay, Plan).does("[]") // nothing to extend yet
	for range MaxExtensions {
		y.pass(Plan)
		if v := Look(y.s); !v.Warn || !v.Stay {
			t.Fatal("no warning before the end")
		}
		y.press(ButtonStay, Plan).does("[extend]")
	}
	y.pass(Plan)
	if Look(y.s).Stay {
		t.Error("an extension is offered that is not given")
	}
	y.press(ButtonStay, Plan).does("[]").pass(TakeCard).says(MsgTimeout)
	y = atConfirm(t, FlowP, 1, 5).ok(LastTry).pass(LastTry)
	if v := Look(y.s); !v.Warn || v.Stay {
		t.Error("the page before the last try offers more time, with the new password held")
	}
	y.press(ButtonStay, LastTry).does("[]").pass(TakeCard)
	for p, y := range stations(t) {
		if wiped := y.s.Typing(); wiped&^LiveCode != LiveNone {
			y.pass(Place(p)).does("[wipe "+liveText(wiped)+"]").pass(Place(p)).press(ButtonStay, Place(p)).does("[]")
		}
	}
}

func TestVisitCapEndsAVisitAndLetsABurstFinish(t *testing.T) {
	over := Event{Kind: VisitOver}
	for p, y := range stations(t) {
		switch place := Place(p); {
		case place >= Needs && place < Reading:
			y.on(over, Idle)
		case place >= Reading && place < DoubtCard && y.w.pending == 0: // a person is waited for
			y.on(over, TakeCard).says(MsgTimeout)
		case place >= DoubtCard && place < Telling:
			y.on(over, Telling).says(MsgUnknown)
		default:
			y.on(over, place)
		}
	}
	// A burst is let finish, and then no further question is asked.
	all := stations(t)
	all[Reading].on(over, Reading).on(card(3, 5), Opening).on(session(FlowP, 3, 5), TakeCard).says(MsgTimeout)
	all[CodeAsked].on(over, CodeAsked).on(Event{Kind: CodeWrong, Left: 4}, TakeCard).says(MsgTimeout)
	all[Verifying].on(over, Verifying).on(Event{Kind: NotRight, Left: 2}, TakeCard).says(MsgTimeout)
	all[Signing].on(over, Signing).on(Event{Kind: CardBad, Message: MsgRemoved}, Telling).says(MsgRemoved)
	all[Writing].on(over, Writing).on(Event{Kind: Wrote, Outcome: Done}, Settling).reply(Settled, Telling).says(MsgReset)
	atWriting(t, FlowP, 3, 5).on(over, Writing).on(Event{Kind: Wrote, Outcome: Unknown}, Settling).
		on(Event{Kind: Settled, Fresh: true}, Telling).says(MsgUnknown)
}

// The reader breaks at every place: the visit ends, and the next one does not
// begin before the reader is back.
func TestReaderLostAtAnyPlaceEndsTheVisit(t *testing.T) {
	for p, y := range stations(t) {
		place := Place(p)
		n, _ := Step(y.s, Event{Kind: ReaderLost})
		y.on(Event{Kind: ReaderLost}, n.Place)
		switch asked := y.w.pending; {
		case asked == DoVerify || asked == DoGrant || asked == DoWrite || asked == DoSettle || asked == DoHold || asked == DoWithdraw || place == LookingAgain: // it answers for itself
			if n.Place != place {
				t.Errorf("%s was ended before its own answer came", place)
			}
		case place < Needs || place >= TakeCard && place <= OutOfService:
			if n.Place != OutOfService {
				t.Errorf("%s leads to %s", place, n.Place)
			}
		case place >= Telling:
			if n.Place != place {
				t.Errorf("%s leads to %s", place, n.Place)
			}
		default:
			y.on(Event{Kind: Pressed, Button: ButtonOK}, Thanks).ok(OutOfService)
		}
	}
	atConfirm(t, FlowP, 3, 5).ok(Proof).typed(Verifying).on(Event{Kind: CardBad, Message: MsgReader}, Telling).says(MsgReader).
		does("[wipe new+proof; record tried P/reset 3>-1 unknown; record ended P/reset -1>-1 E-RDR; forget; tone 3]")
	stations(t)[Granting].on(Event{Kind: NoGrant, Message: MsgReader}, Telling).says(MsgReader)
	stations(t)[PlaceCard].on(Event{Kind: CardBad, Message: MsgReader}, Telling).says(MsgReader)
}

func TestUnfitCardsAreRefusedBeforeTheAuthorityIsAsked(t *testing.T) {
	for _, c := range []struct {
		e    Event
		want Message
	}{
		{Event{Token: TokenAndroid}, MsgPhone}, {Event{Token: TokeniPhone}, MsgPhone}, {Event{Token: TokenOld}, MsgWrongCard},
		{Event{Token: TokenUnknown}, MsgWrongCard}, {Event{Token: TokenCard, HasSign: true}, MsgWrongCard},
		{Event{Token: TokenCard, Trusted: true}, MsgNoSign},
	} {
		c.e.Kind, c.e.Auth, c.e.Sign = CardRead, 3, 5
		to := Telling
		if c.want != MsgNoSign { // the right card may follow
			to = WrongCard
		}
		y := atReading(t).on(c.e, to).says(c.want)
		if y.lines() != "" || y.count(DoOpen) != 0 {
			t.Errorf("%s: the authority or the ledger was asked", c.want)
		}
	}
}

func TestRenewalOfAnUnknownKindIsRefused(t *testing.T) {
	atReading(t).on(card(3, 5), Opening).on(session(NoFlow, 3, 5), Telling).says(MsgContract)
}

func TestLanguageAndSizeEndWithTheVisit(t *testing.T) {
	y := atIdle(t).speak(English).press(ButtonLarger, Idle).ok(Needs)
	if y.s.Lang != English || y.s.Size != SizeLarge {
		t.Fatal("not kept into the visit")
	}
	y.press(ButtonLarger, Needs).press(ButtonLarger, Needs)
	if y.s.Size != SizeLargest {
		t.Error("larger than the largest, or not the largest")
	}
	for range Sizes() {
		y.press(ButtonSmaller, Needs)
	}
	if y.s.Size != SizeSmall {
		t.Error("smaller than the smallest, or not the smallest")
	}
	y.press(ButtonBack, Idle)
	if y.s.Lang != English {
		t.Error("the attract screen forgot the language it was just set to")
	}
	y.ok(Needs).press(ButtonStop, Idle)
	if y.s.Lang != Japanese || y.s.Size != SizeNormal {
		t.Error("the next resident finds the last one's language")
	}
}

// A page that is turned says that a person reads, and nothing else.
func TestTurnedPageBeginsTheClockAnew(t *testing.T) {
	turned := Event{Kind: PageTurned}
	if y := atIdle(t).ok(Needs).pass(Needs).on(turned, Needs); y.s.Timer != 0 || Look(y.s).Warn {
		t.Error("the question stays")
	}
	if y := stations(t)[TakeCard].pass(TakeCard).on(turned, TakeCard); y.s.Timer == 0 {
		t.Error("the call to take the card begins anew")
	}
}

func TestStaffComeInOnlyBetweenVisits(t *testing.T) {
	for p, y := range stations(t) {
		want := Place(p)
		between := want == Idle || want == OutOfService
		if between {
			want = StaffField
		}
		if Place(p).TakesStaff() != between {
			t.Errorf("%s takes staff", Place(p))
		}
		y.on(Event{Kind: StaffIn}, want)
	}
	in := func() *scenario { return atIdle(t).on(Event{Kind: StaffIn}, StaffField) }
	in().reply(ACard, Idle)
	in().pass(Idle)
	in().reply(NoCard, Staff).on(Event{Kind: StaffOut}, Idle)
	in().on(Event{Kind: StaffOut}, StaffField)
	newScenario(t).on(Event{Kind: Unwell, Message: MsgReader}, OutOfService).on(Event{Kind: StaffIn}, StaffField).reply(NoCard, Staff).
		on(Event{Kind: StaffOut}, OutOfService).says(MsgReader)
}

func TestAuthorityCanCloseTheKiosk(t *testing.T) {
	y := newScenario(t).reply(Recovered, Starting).on(Event{Kind: Healthy, Message: MsgHours}, Idle).ok(Idle).does("[]")
	if Look(y.s).Health != MsgHours {
		t.Error("the reason is not shown")
	}
	y.press(ButtonWhich, PageWhich).press(ButtonBack, Idle).reply(Healthy, Idle).ok(Needs)
	newScenario(t).on(Event{Kind: Unwell, Message: MsgLedger}, OutOfService).says(MsgLedger).pass(OutOfService).does("[recover]")
	newScenario(t).pass(Starting).does("[recover]")
	atIdle(t).pass(Idle).does("[health]")
}

func TestStopEndsAVisitButNeverABurst(t *testing.T) {
	for p, y := range stations(t) {
		want := Place(p)
		switch {
		case want >= Needs && want < Reading, want == StaffField, want == Staff: // for staff it is the way out
			want = Idle
		case want >= Reading && want <= Proof, want == Shown, want == HoldAsk, want >= Listed && want <= WithdrawAsk:
			want = TakeCard
		case want >= DoubtCard && want < Telling:
			want = Telling
		}
		y.press(ButtonStop, want)
	}
}

// TakeCard does not end with the card still there, and grows louder.
func TestTakeCardGrowsLouder(t *testing.T) {
	y := stations(t)[TakeCard]
	red, lamp := 0, 0
	for range places[TakeCard].timers {
		y.pass(TakeCard)
		if Look(y.s).Loud {
			red++
		}
		if strings.Contains(effectsText(y.fx), "lamp true") {
			lamp++
		}
	}
	if red != 4 || lamp != 1 {
		t.Errorf("red after %d timers, lamp at %d", red, lamp)
	}
	if _, more := y.s.NextTimer(); more {
		t.Error("TakeCard ends by itself")
	}
	y.ok(TakeCard).press(ButtonStop, TakeCard).on(Event{Kind: CardGone}, Thanks).does("[lamp false]").pass(Idle)
}
