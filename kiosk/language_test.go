package kiosk

import (
	"slices"
	"testing"
)

// Up to the moment in which the card is worked on.
func TestEveryPageOfAQuestionHasThePageOfLanguages(t *testing.T) {
	for i, y := range stations(t) {
		p, live := Place(i), y.s.Live
		asks := p == Idle || p == PageWhich || p == PageNeither || p == Needs || p == PlaceCard || p == WrongCard || p == Plan || p.row().typed != LiveNone ||
			p == Confirm || p == LastTry || p == Lying || p == Shown || p == HoldAsk || p >= Listed && p <= WithdrawAsk
		y.press(ButtonLang, p).does("[]")
		if (y.s.Choosing == ChoiceLanguage) != asks || Look(y.s).Choosing != y.s.Choosing || Look(y.s).Speaks != asks {
			t.Errorf("%s: the page of languages stands: %v", p, y.s.Choosing)
		}
		if !asks {
			continue
		}
		y.press(ButtonOK, p).press(ButtonLarger, p) // a finger that meant the page under it
		if y.press(ButtonBack, p); y.s.Choosing != NoChoice || y.s.Lang != Japanese {
			t.Errorf("%s: the way back: %s", p, describe(y.s))
		}
		if y.press(ButtonSpeak, p); y.s.Choosing != NoChoice || y.s.Lang != Japanese {
			t.Errorf("%s: a language is chosen that no page offered: %s", p, describe(y.s))
		}
		if y.press(ButtonLang, p).on(Event{Kind: Pressed, Button: ButtonSpeak, Lang: Langs}, p); y.s.Choosing != ChoiceLanguage {
			t.Errorf("%s: a language that there is not closes the page", p)
		}
		if y.on(Event{Kind: Pressed, Button: ButtonSpeak, Lang: English}, p); y.s.Choosing != NoChoice || y.s.Lang != English || y.s.Live != live {
			t.Errorf("%s: English is not chosen, or what was typed is gone: %s", p, describe(y.s))
		}
	}
}

func TestOneLanguageHasNoPageOfLanguages(t *testing.T) {
	y := atIdle(t)
	if y.s.Shop.Offered = Offer(); y.s.Shop.Offered.Has(English) || !y.s.Shop.Offered.Has(Japanese) || !slices.Equal(Offer(English).List(), []Lang{Japanese, English}) {
		t.Error("Offer")
	}
	if y.press(ButtonLang, Idle); y.s.Choosing != NoChoice || Look(y.s).Speaks {
		t.Error("a page with one language stands")
	}
}

func TestLanguageOfAPersonWhoLeftIsForgottenAfterAMinute(t *testing.T) {
	y := atIdle(t).speak(English).press(ButtonLarger, Idle)
	for range MaxUntouched - 1 {
		y.pass(Idle)
	}
	y.press(ButtonLarger, Idle) // still there
	for range MaxUntouched - 1 {
		y.pass(Idle)
	}
	if y.s.Lang != English || y.s.Size != SizeLargest {
		t.Fatalf("forgotten while its owner reads: %s", describe(y.s))
	}
	if y.press(ButtonLang, Idle).pass(Idle).pass(Idle).pass(Idle); y.s.Lang != Japanese || y.s.Size != SizeNormal || y.s.Choosing != NoChoice {
		t.Errorf("the next person finds %s", describe(y.s))
	}
}
