package kiosk

import "testing"

// A lost phone at eleven at night: card and PIN, and its certificates are held.
func TestLostPhoneIsHeldWithCardAndPIN(t *testing.T) {
	y := newScenario(t).reply(Recovered, Starting).on(Event{Kind: Healthy, Message: MsgHours}, Idle)
	if v := Look(y.s); !v.Looks || v.Health != MsgHours {
		t.Fatalf("it is not offered outside the hours: %+v", v)
	}
	y.press(ButtonLook, PlaceCard).reply(CardIn, Reading).on(card(3, 5), Opening).does("[look]").
		on(Event{Kind: Looked, Found: FoundCard, Auth: 3, Sign: 5}, Lying).ok(Proof).typed(Verifying).
		does("[record trying L/- 3>-1; verify L]").
		reply(Verified, Signing).does("[wipe proof; record tried L/- -1>3 done; sign L/-]").
		reply(Signed, Seeing).does("[see]").
		on(Event{Kind: Seen, Found: FoundGood}, Shown).ok(HoldAsk).press(ButtonBack, Shown).ok(HoldAsk).
		ok(Holding).does("[record holding L/- -1>-1; hold]").
		on(Event{Kind: Held, Outcome: Done}, Telling).says(MsgHeldNow).
		does("[record held L/- -1>-1 done; wipe list; record ended L/- -1>-1 done held; forget; tone 2; printer]").
		reply(PrinterReady, Telling).ok(TakeCard).on(Event{Kind: CardGone}, Thanks).ok(Idle)
}

// What was asked for and not answered is told as it is, and looked at again.
func TestHoldWithoutAnAnswerIsUnknown(t *testing.T) {
	atShown(t, FoundGood).ok(HoldAsk).ok(Holding).pass(Telling).says(MsgHoldUnknown)
	atShown(t, FoundGood).ok(HoldAsk).ok(Holding).on(Event{Kind: Held, Outcome: Failed, Message: MsgBusy}, Telling).says(MsgBusy)
	atShown(t, FoundHeld).says(MsgHeldBefore).ok(TakeCard).says(MsgLooked)
	atLying(t, FoundCard).ok(Proof).typed(Verifying).reply(Verified, Signing).reply(Signed, Seeing).on(Event{Kind: Seen}, Telling).says(MsgNoPhone)
}

// The power goes, or the disk, between the line and the answer.
func TestHoldThatCannotBeRecordedIsNotAskedFor(t *testing.T) {
	y := atShown(t, FoundGood).ok(HoldAsk)
	before := *y
	y.lostAt(before, Event{Kind: Pressed, Button: ButtonOK, Same: true}, 0, Telling).says(MsgLedger)
	if y.count(DoHold) != 0 {
		t.Error("it was asked for")
	}
	y = atShown(t, FoundGood).ok(HoldAsk).ok(Holding)
	before = *y
	y.lostAt(before, Event{Kind: Held, Outcome: Done}, 0, Telling).says(MsgHeldNow)
}

// What lies there is told without a try, of a phone and of a card that is dead.
func TestWhatLiesHereSpendsNoTry(t *testing.T) {
	for _, token := range []Token{TokenAndroid, TokeniPhone} {
		y := atIdle(t).press(ButtonLook, PlaceCard).reply(CardIn, Reading).on(Event{Kind: CardRead, Token: token, Auth: 2, Sign: 5}, Lying)
		if v := Look(y.s); v.Found != FoundPhone || v.Tries != 2 || v.Target != 5 {
			t.Errorf("a phone is shown as %+v", v)
		}
		if y.ok(TakeCard).says(MsgLooked); y.lines() != "" {
			t.Errorf("lines of a look without a session: %s", y.lines())
		}
	}
	if y := atLying(t, FoundDead).ok(TakeCard).says(MsgLooked); y.lines() != "" {
		t.Errorf("lines of a look without a session: %s", y.lines())
	}
	if y := atLying(t, FoundCard).on(Event{Kind: CardGone}, Idle); y.lines() != "ended" {
		t.Errorf("lines of a look: %s", y.lines())
	}
	y := atIdle(t).press(ButtonLook, PlaceCard).reply(CardIn, Reading)
	y.on(Event{Kind: CardRead, Token: TokenOld, Trusted: true, Auth: 3, Sign: 5}, WrongCard).says(MsgWrongCard).on(Event{Kind: CardGone}, PlaceCard).
		reply(CardIn, Reading).on(card(0, 5), Opening).on(Event{Kind: Looked, Found: FoundCard, Sign: 5}, Lying).ok(Telling).says(MsgProofBlocked)
}
