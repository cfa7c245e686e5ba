package kiosk

import "testing"

// The ordinary scenarios: what a resident meets who only types.

func TestFlowPResetsThePassword(t *testing.T) {
	y := atPlan(t, FlowP, 3, 5).ok(Code).typed(CodeAsked).does("[code]").
		reply(CodeRight, NewSecret).does("[wipe code]").
		typed(Again).typed(Confirm).does("[wipe again]").ok(Proof).
		typed(Verifying).does("[record trying P/reset 3>-1; verify P]").
		reply(Verified, Signing).does("[record tried P/reset -1>3 done; sign P/reset]").
		reply(Signed, Proving).does("[record proving P/reset -1>-1; prove reset]").
		reply(Proved, Granting).does("[record asking P/reset 5>-1; grant]").
		reply(Granted, Writing).does("[record writing P/reset 5>-1; write P/reset]").
		on(Event{Kind: Wrote, Outcome: Done}, Settling).
		does("[wipe new+proof; record outcome P/reset 5>5 done; settle done]").
		reply(Settled, Telling).says(MsgReset).
		does("[record settled P/reset -1>-1 done; record ended P/reset -1>-1 done reset; forget; tone 2; printer]").
		ok(TakeCard).pass(TakeCard).does("[tone 4]").on(Event{Kind: CardGone}, Thanks).does("[lamp false]").
		ok(Idle).does("[health]")
	if got := y.lines(); got != "trying tried proving asking writing outcome settled ended" {
		t.Errorf("lines: %s", got)
	}
}

// The card's PIN is blocked and remembered: the counter alone is restored, and
// no new secret is ever asked for.
func TestFlowUUnlocksThePIN(t *testing.T) {
	y := atPlan(t, FlowU, 0, 5)
	if !Look(y.s).Unlock {
		t.Error("unlocking is not offered for a blocked PIN")
	}
	y.press(ButtonUnlock, Code).typed(CodeAsked).reply(CodeRight, Confirm).ok(Proof)
	if y.s.Pad() != PadLetters {
		t.Error("the proof of flow U is the signing password")
	}
	y.typed(Verifying).does("[record trying U/unlock 5>-1; verify U]").throughBurst().
		does("[record writing U/unlock 0>-1; write U/unlock]").
		on(Event{Kind: Wrote, Outcome: Done}, Settling).does("[wipe proof; record outcome U/unlock 0>3 done; settle done]").
		reply(Unsettled, Telling).says(MsgUnlocked).does("[record ended U/unlock -1>-1 done unlocked; forget; tone 2; printer]")
	if y.count(DoVerify) != 1 || y.count(DoWrite) != 1 {
		t.Error("more than one try or write")
	}
}

func TestUnlockIsNotOfferedOnAFullCounter(t *testing.T) {
	y := atPlan(t, FlowP, 3, 5)
	if Look(y.s).Unlock {
		t.Error("offered although nothing is to be restored")
	}
	y.press(ButtonUnlock, Plan).does("[]")
}

func TestReservationAloneNeedsNoCode(t *testing.T) {
	e := session(FlowP, 3, 5)
	e.Factor = FactorReservation
	atReading(t).on(card(3, 5), Opening).on(e, Plan).ok(CodeAsked).does("[code]").reply(CodeRight, NewSecret)
}

func TestWrongPINIsFollowedByTheRightOne(t *testing.T) {
	y := atConfirm(t, FlowP, 3, 5).ok(Proof).typed(Verifying).
		on(Event{Kind: NotRight, Left: 2}, Proof).says(MsgWrongProof).
		does("[wipe proof; record tried P/reset -1>2 failed; tone 3]")
	if y.s.Live != LiveNew {
		t.Errorf("held after a wrong PIN: %s, the new secret should stay", liveText(y.s.Live))
	}
	if !Look(y.s).Changed {
		t.Error("a spent try is not shown as a change")
	}
	y.ok(Proof).says(MsgForm) // nothing was typed: nothing may be spent
	y.typed(Verifying).does("[record trying P/reset 2>-1; verify P]").throughBurst()
}

func TestLastTryIsAnnounced(t *testing.T) {
	y := atConfirm(t, FlowP, 3, 5).ok(Proof).typed(Verifying).on(Event{Kind: NotRight, Left: 2}, Proof).
		typed(Verifying).on(Event{Kind: NotRight, Left: 1}, LastTry).says(MsgLastTry)
	y.ok(Proof).says(MsgLastTry).typed(Verifying).
		on(Event{Kind: NotRight}, Telling).says(MsgProofBlocked)
	if got := y.lines(); got != "trying tried trying tried trying tried ended" {
		t.Errorf("lines: %s", got)
	}
	// A counter that the card did not tell is taken for one.
	atConfirm(t, FlowP, -1, 5).ok(LastTry)
	// And a resident who would rather not leaves with the try unspent.
	if y := atConfirm(t, FlowP, 1, 5).ok(LastTry).press(ButtonStop, TakeCard); y.count(DoVerify) != 0 {
		t.Error("the last try was spent")
	}
}

func TestTwoBlockedSecretsHaveTheirOwnMessage(t *testing.T) {
	atConfirm(t, FlowP, 1, 0).ok(LastTry).ok(Proof).typed(Verifying).on(Event{Kind: NotRight}, Telling).says(MsgBothBlocked)
	atReading(t).on(card(0, 0), Telling).says(MsgBothBlocked)
	atReading(t).on(card(0, 5), Opening).on(session(FlowP, 0, 5), Telling).says(MsgProofBlocked)
	atReading(t).on(card(3, 0), Opening).on(session(FlowU, 3, 0), Telling).says(MsgProofBlocked)
}

func TestWrongCodesVoidTheCode(t *testing.T) {
	y := atPlan(t, FlowP, 3, 5).ok(Code).typed(CodeAsked)
	for left := int8(4); left > 0; left-- {
		y.on(Event{Kind: CodeWrong, Left: left}, Code).says(MsgWrongCode).does("[wipe code; tone 3]")
		if Look(y.s).Codes != left {
			t.Errorf("%d left is shown as %d", left, Look(y.s).Codes)
		}
		y.typed(CodeAsked)
	}
	y.on(Event{Kind: CodeWrong}, Telling).says(MsgCodeVoid)
	if y.count(DoVerify) != 0 {
		t.Error("the card paid for the authority's counter")
	}
}

// The reservation was voided at another kiosk: a code screen would ask for what
// cannot be right any more.
func TestVoidCodeIsNotAskedFor(t *testing.T) {
	e := session(FlowP, 3, 5)
	e.Codes = 0
	y := atReading(t).on(card(3, 5), Opening).on(e, Telling).says(MsgCodeVoid)
	if y.lines() != "ended" {
		t.Errorf("lines: %s", y.lines())
	}
	e.Factor = FactorReservation // where none is asked for, none has to be left
	atReading(t).on(card(3, 5), Opening).on(e, Plan)
}

func TestThirdMismatchStartsBothEntriesAgain(t *testing.T) {
	y := atNewSecret(t, FlowP, 3, 5).typed(Again)
	miss := Event{Kind: Pressed, Button: ButtonOK}
	for range MaxMisses - 1 {
		y.key().on(miss, Again).says(MsgMismatch).does("[wipe again; tone 3]")
	}
	y.key().on(miss, NewSecret).says(MsgMismatch).does("[wipe new+again; tone 3]")
	y.typed(Again).key().press(ButtonBack, NewSecret).does("[wipe new+again]")
	y.typed(Again).typed(Confirm).press(ButtonBack, NewSecret).does("[wipe new]")
}

// The counter cannot say whether a reset worked, so the plan page says that it is
// not known, and nothing says that the card is as it was.
func TestDoubtOfAnEarlierVisitIsTold(t *testing.T) {
	e := session(FlowP, 3, 5)
	e.Doubt = true
	y := atReading(t).on(card(3, 5), Opening).on(e, Plan)
	if v := Look(y.s); v.Earlier != EarlierDoubt || !v.Full {
		t.Errorf("plan shows %d, full %v", v.Earlier, v.Full)
	}
	y.press(ButtonStop, TakeCard)
	if Look(y.s).Earlier != EarlierDoubt {
		t.Error("the doubt was forgotten on the way out")
	}
	e.Sign = 0
	y = atReading(t).on(card(3, 0), Opening).on(e, Plan)
	if v := Look(y.s); v.Earlier != EarlierDoubt || v.Full || !v.Unlock {
		t.Errorf("plan shows %d, full %v", v.Earlier, v.Full)
	}
}

// An unlock whose result was not told is settled when the authority sees the
// counters: the reservation is used up, and the counters say that it worked.
func TestUsedUpReservationIsToldWithItsCounters(t *testing.T) {
	for sign, full := range map[int8]bool{5: true, 4: false, -1: false} {
		y := atReading(t).on(card(3, sign), Opening).on(Event{Kind: Refused, Message: MsgUsedReserve, Auth: 3, Sign: sign}, Telling)
		if v := Look(y.s); v.Full != full || v.Earlier != EarlierUntold {
			t.Errorf("%d tries: full %v, earlier %d", sign, v.Full, v.Earlier)
		}
	}
}

// The page for the municipal office stands beside the result that sends a person
// there, and leads back to it.
func TestCounterPageIsOfferedWhereTheOfficeHelps(t *testing.T) {
	y := atReading(t).on(Event{Kind: CardRead, Token: TokenCard, Trusted: true, Auth: 3, Sign: 5}, Telling).says(MsgNoSign)
	if !Look(y.s).Counter {
		t.Error("not offered")
	}
	y.press(ButtonCounter, CounterPage).says(MsgNoSign).press(ButtonOK, CounterPage).press(ButtonBack, Telling).says(MsgNoSign)
	y = atReading(t).on(card(3, 5), Opening).on(session(NoFlow, 3, 5), Telling).says(MsgContract)
	if Look(y.s).Counter {
		t.Error("offered where another store helps")
	}
	y.press(ButtonCounter, Telling)
}
