package kiosk

import "testing"

// A consent that is regretted: the list behind the PIN, one of it, and the password.
func TestConsentIsWithdrawnWithThePassword(t *testing.T) {
	y := atListed(t, FoundConsents)
	if v := Look(y.s); v.Rows != 3 || v.Found != FoundConsents || v.Stay {
		t.Errorf("the list is shown as %+v", v)
	}
	y.on(Event{Kind: Pressed, Button: ButtonPick, Row: 3}, Listed).does("[]").
		on(Event{Kind: Pressed, Button: ButtonPick, Row: 1}, OneConsent).press(ButtonBack, Listed).
		on(Event{Kind: Pressed, Button: ButtonPick, Row: 2}, OneConsent).press(ButtonEnd, WithdrawAsk).press(ButtonBack, OneConsent).
		press(ButtonEnd, WithdrawAsk).ok(Proof).does("[keep 2; wipe list]")
	if y.s.Flow != FlowW || y.s.Pad() != PadLetters {
		t.Errorf("after the question: %s", describe(y.s))
	}
	y.typed(Verifying).does("[record trying W/- 5>-1; verify W]").
		on(Event{Kind: NotRight, Left: 4}, Proof).says(MsgWrongProof).
		typed(Verifying).reply(Verified, Signing).does("[wipe proof; record tried W/- -1>5 done; sign W/-]").
		reply(Signed, Withdrawing).does("[record withdrawing W/- -1>-1; withdraw]").
		on(Event{Kind: Withdrawn, Outcome: Done}, Telling).says(MsgWithdrawn).
		does("[record withdrawn W/- -1>-1 done; record ended W/- -1>-1 done withdrew; forget; tone 2; printer]").
		reply(PrinterReady, Telling).ok(TakeCard).on(Event{Kind: CardGone}, Thanks).ok(Idle)
	if y.count(DoSign) != 2 || y.count(DoWithdraw) != 1 {
		t.Errorf("%d signatures, %d withdrawals", y.count(DoSign), y.count(DoWithdraw))
	}
}

func sent(t *testing.T) *scenario {
	t.Helper()
	return atPassword(t).typed(Verifying).reply(Verified, Signing).reply(Signed, Withdrawing)
}

// No answer came: the list settles it, and nothing is asked for twice.
func TestLostAnswerOfAWithdrawalIsLookedFor(t *testing.T) {
	y := sent(t).on(Event{Kind: Withdrawn, Outcome: Unknown}, LookingAgain).does("[list]").
		on(Event{Kind: ListIn, Found: FoundGone}, Telling).says(MsgWithdrawn)
	if y.lines() != "trying tried trying tried withdrawing withdrawn ended" {
		t.Error(y.lines())
	}
	for _, e := range []Event{{Kind: ListIn, Found: FoundConsents, Rows: 3}, {Kind: Refused, Message: MsgNetwork}, {Kind: ListIn}} {
		sent(t).on(Event{Kind: Withdrawn, Outcome: Unknown}, LookingAgain).on(e, Telling).says(MsgWithdrawUnknown).
			does("[record withdrawn W/- -1>-1 unknown; record ended W/- -1>-1 E-CON2; forget; tone 3]")
	}
	sent(t).pass(LookingAgain).pass(Telling).says(MsgWithdrawUnknown)
	sent(t).on(Event{Kind: Withdrawn, Outcome: Failed, Message: MsgNoSign}, Telling).says(MsgNoSign).
		does("[record withdrawn W/- -1>-1 failed E-SIG0; record ended W/- -1>-1 E-SIG0; forget; tone 3]")
}

// The disk goes between the line and the answer.
func TestWithdrawalThatCannotBeRecordedIsNotAskedFor(t *testing.T) {
	y := atPassword(t).typed(Verifying).reply(Verified, Signing)
	before := *y
	y.lostAt(before, Event{Kind: Signed}, 0, Telling).says(MsgLedger)
	if y.count(DoWithdraw) != 0 {
		t.Error("it was asked for")
	}
	y = sent(t)
	before = *y
	y.lostAt(before, Event{Kind: Withdrawn, Outcome: Done}, 0, Telling).says(MsgWithdrawn)
}

// What a card cannot withdraw, it can list; and who has nothing to list is told.
func TestListIsShownWhereNothingCanBeWithdrawn(t *testing.T) {
	atListed(t, FoundReadOnly).says(NoMessage).on(Event{Kind: Pressed, Button: ButtonPick}, OneConsent).says(MsgReadOnly).
		press(ButtonEnd, OneConsent).does("[]").press(ButtonBack, Listed).says(NoMessage).ok(TakeCard).says(MsgLooked)
	empty := func() *scenario {
		return atIdle(t).press(ButtonConsents, PlaceCard).reply(CardIn, Reading).on(card(3, 0), Opening).
			on(Event{Kind: Looked, Found: FoundCard, Auth: 3}, Lying).ok(Proof).typed(Verifying).reply(Verified, Signing).
			reply(Signed, Seeing).reply(Seen, Listing)
	}
	empty().reply(ListIn, Telling).says(MsgNoConsent)
	empty().on(Event{Kind: ListIn, Found: FoundConsents, Rows: MaxConsents + 1}, Telling).says(MsgContract)
	empty().on(Event{Kind: Refused, Message: MsgBusy}, Telling).says(MsgBusy)
	empty().on(Event{Kind: ListIn, Found: FoundConsents, Rows: 1}, Listed).on(Event{Kind: Pressed, Button: ButtonPick}, OneConsent).
		press(ButtonEnd, WithdrawAsk).ok(Telling).says(MsgProofBlocked)
}

// A minute of silence ends what shows a list, and a lifted card does at once.
func TestListIsGoneAfterAMinuteAndWithTheCard(t *testing.T) {
	atListed(t, FoundConsents).pass(Listed).pass(TakeCard).does("[wipe list; record ended C/- -1>-1 E-TMO; forget]")
	atListed(t, FoundConsents).on(Event{Kind: CardGone}, Idle)
	y := atPassword(t).on(Event{Kind: CardGone}, PlaceCard).says(MsgRemovedTyped)
	if y.s.Flow != FlowC || y.s.Rows != 0 || y.s.Row != 0 {
		t.Errorf("after the card: %s", describe(y.s))
	}
}
