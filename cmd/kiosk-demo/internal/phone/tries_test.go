package phone

import (
	"testing"

	"multicopy.example/kiosk"
)

// counters are those of a card by the flow's proof secret and its target.
func counters(flow kiosk.Flow, proof, target int8) kiosk.Tries {
	return kiosk.Tries{}.With(flow.Proof(), proof).With(flow.Target(), target)
}

func TestTheLastTryIsAskedForOnlyAfterAPageWhoseFilledButtonStops(t *testing.T) {
	for _, flow := range []kiosk.Flow{kiosk.FlowP, kiosk.FlowU} {
		only := &card{tries: counters(flow, 1, 2)}
		b := open(t, handOf(only))
		page := b.toProof(flow)
		b.stands("/last")
		b.want(page, "入力できるのは、あと1回です", "ロックされます", "2つともロックされると、市区町村の窓口でしか", "ここに戻れます",
			`<button class="go">ここでやめる`, `<button class="quiet">確かなので、入力する`)
		b.never(page, `type="password"`)
		// What is sent past that page reaches no card.
		b.prove(flow, true)
		b.stands("/last")
		b.get("/proof")
		b.stands("/last")

		b.want(b.press("/stop", "", ""), "残りの回数は減っていません", "市区町村の窓口", "0120-95-0178")
		b.stands("/stopped")
		b.get("/proof")
		b.stands("/last")
		b.press("/stop", "", "")
		b.press("/again", "", "")
		b.stands("/last")
		if only.asked != 0 {
			t.Errorf("flow %s: the card was asked %d times", flow, only.asked)
		}

		b.want(b.press("/sure", "", ""), `type="password"`, "これが最後の1回です")
		b.stands("/proof")
		b.want(b.prove(flow, true), "カードの中の顔写真")
		if only.asked != 1 {
			t.Errorf("flow %s: the card was asked %d times", flow, only.asked)
		}
	}
}

// Filled buttons alone never lead to a comparison that may lock.
func TestAWrongEntryBeforeTheLastTryLeadsToTheStopPage(t *testing.T) {
	for _, flow := range []kiosk.Flow{kiosk.FlowP, kiosk.FlowU} {
		b := open(t, handOf(&card{tries: counters(flow, 2, 3)}))
		b.toProof(flow)
		b.want(b.prove(flow, false), "がちがいます", "あと1回")
		b.stands("/last")
		b.press("/sure", "", "")
		b.prove(flow, false)
		b.stands("/locked")
	}
}

func TestACardThatLostATryElsewhereIsNotAskedTheLastOneUnwarned(t *testing.T) {
	only := &card{tries: kiosk.Tries{3, 5}}
	b := open(t, handOf(only))
	b.toProof(kiosk.FlowP)
	only.tries = kiosk.Tries{1, 5} // two wrong entries at another reader
	b.prove(kiosk.FlowP, true)
	b.stands("/last")
	if only.asked != 0 {
		t.Error("the card was asked")
	}
}

func TestALockedProofOffersTheOtherSecretAndTheOffice(t *testing.T) {
	b := open(t, handOf(&card{tries: kiosk.Tries{1, 5}}))
	b.toProof(kiosk.FlowP)
	b.press("/sure", "", "")
	page := b.prove(kiosk.FlowP, false)
	b.stands("/locked")
	b.want(page, "「"+nameU+"」はロックされました", "「"+nameP+"」がわかれば", "市区町村の窓口", "0120-95-0178")
	b.never(page, `type="password"`)
	b.prove(kiosk.FlowP, true)
	b.stands("/locked")
	b.want(b.press("/what", "what", "U"), "「"+nameP+"」を入力")
	b.stands("/proof")
}

func TestNoReservationIsOfferedWhoseProofIsLocked(t *testing.T) {
	for _, c := range []struct {
		tries       kiosk.Tries
		offered     string
		not, locked string
	}{
		{kiosk.Tries{0, 5}, `value="U"`, `value="P"`, nameU},
		{kiosk.Tries{3, 0}, `value="P"`, `value="U"`, nameP},
	} {
		b := open(t, handOf(&card{tries: c.tries}))
		page := b.press("/resident", "resident", "r1")
		b.want(page, c.offered, "「"+c.locked+"」はロックされているので", "次の1つだけ")
		b.never(page, c.not)
		for flow, field := range map[string]string{"P": "pin", "U": "password"} {
			if page := b.press("/what", "what", flow); `value="`+flow+`"` == c.not {
				b.stands("/locked")
				b.never(page, `type="password"`)
			} else {
				b.want(page, `name="`+field+`"`)
			}
			b.get("/what")
		}
	}
}

func TestWithBothLockedOnlyTheOfficeIsLeft(t *testing.T) {
	only := &card{tries: kiosk.Tries{0, 0}}
	h := handOf(&card{})
	h.cards["r1"] = only
	b := open(t, h)
	page := b.press("/resident", "resident", "r1")
	for _, at := range append(steps[1:], "office") {
		b.stands("/office")
		b.want(page, "市区町村の窓口で手続きしてください", "2つともロックされています", "0120-95-0178")
		b.never(page, `type="password"`, `action="/what"`, `href="/what"`)
		page = b.get(at.path())
	}
	b.press("/what", "what", "P")
	b.stands("/office")
}

func TestWhoKnowsNeitherIsSentToTheOfficeAndMayComeBack(t *testing.T) {
	b := open(t, handOf(&card{}))
	b.press("/resident", "resident", "r1")
	b.want(b.press("/what", "what", "neither"), "2つともわからない", "0120-95-0178", `href="/what"`)
	b.stands("/office")
	b.want(b.get("/what"), "どちらを新しくしますか")
	b.press("/what", "what", "P")
	b.stands("/proof")
}

func TestTheCheckAfterTheVisitHasTheStopPageToo(t *testing.T) {
	for _, flow := range []kiosk.Flow{kiosk.FlowP, kiosk.FlowU} {
		only := &card{tries: counters(flow, 2, 1)}
		b := open(t, handOf(only))
		b.toCode(flow)
		asked := only.asked
		b.press("/later", "", "")
		b.stands("/last")
		field, wrong := "password", "WRONG111"
		if flow == kiosk.FlowU {
			field, wrong = "pin", "1111"
		}
		b.press("/check", field, wrong)
		b.stands("/last")
		b.press("/stop", "", "")
		b.stands("/stopped")
		b.press("/again", "", "")
		b.stands("/last")
		if only.asked != asked {
			t.Error("the card was asked before the resident was sure")
		}
		b.press("/sure", "", "")
		b.stands("/check")
		b.want(b.press("/check", field, wrong), "はロックされました")
		b.stands("/locked")
		// What is locked now is renewed by the same flow, with the proof that is known.
		b.press("/what", "what", flow.String())
		b.stands("/proof")
	}
}
