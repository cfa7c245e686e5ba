package kiosk

import "testing"

// Up to the moment in which the card is worked on, and whatever languages there are.
func TestEveryPageOfAQuestionHasThePageOfColours(t *testing.T) {
	for i, y := range stations(t) {
		p, live := Place(i), y.s.Live
		asks := Look(y.s).Speaks
		y.s.Shop.Offered = Offer()
		if y.press(ButtonColours, p).does("[]"); (y.s.Choosing == ChoiceTheme) != asks || Look(y.s).Colours != asks {
			t.Errorf("%s: the page of colours stands: %v", p, y.s.Choosing)
		}
		if !asks {
			continue
		}
		first := y.s.Theme
		y.press(ButtonOK, p).press(ButtonLarger, p).press(ButtonSpeak, p) // a finger that meant another page
		if y.on(Event{Kind: Pressed, Button: ButtonTheme, Theme: Themes}, p); y.s.Choosing != ChoiceTheme {
			t.Errorf("%s: a theme that there is not closes the page", p)
		}
		if y.press(ButtonBack, p); y.s.Choosing != NoChoice || y.s.Theme != first {
			t.Errorf("%s: the way back: %s", p, describe(y.s))
		}
		if y.press(ButtonTheme, p); y.s.Theme != first {
			t.Errorf("%s: a theme is chosen that no page offered: %s", p, describe(y.s))
		}
		y.press(ButtonColours, p).on(Event{Kind: Pressed, Button: ButtonTheme, Theme: ThemeContrastDark}, p)
		if y.s.Choosing != NoChoice || y.s.Theme != ThemeContrastDark || Look(y.s).Theme != ThemeContrastDark || y.s.Live != live {
			t.Errorf("%s: the theme is not chosen, or what was typed is gone: %s", p, describe(y.s))
		}
	}
}

func TestColoursOfAPersonWhoLeftAreForgottenAfterAMinute(t *testing.T) {
	y := atIdle(t).press(ButtonColours, Idle).on(Event{Kind: Pressed, Button: ButtonTheme, Theme: ThemeContrastDark}, Idle)
	for range MaxUntouched - 1 {
		y.pass(Idle)
	}
	if y.s.Theme != ThemeContrastDark {
		t.Fatal("forgotten while their owner reads")
	}
	if y.press(ButtonColours, Idle).pass(Idle).pass(Idle).pass(Idle); y.s.Theme != shop.Theme || y.s.Choosing != NoChoice {
		t.Errorf("the next person finds theme %s", y.s.Theme)
	}
}

func TestThemeHasANameOfItsOwn(t *testing.T) {
	seen := map[string]bool{}
	for at := range Themes + 1 {
		if seen[at.String()] {
			t.Errorf("%s twice", at)
		}
		seen[at.String()] = true
	}
	for c, want := range map[Choice]string{NoChoice: "none", ChoiceLanguage: "language", ChoiceTheme: "theme", ChoiceSound: "sound", ChoiceSound + 1: "sound"} {
		if c.String() != want {
			t.Errorf("%d is %s", c, c)
		}
	}
}
