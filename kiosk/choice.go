package kiosk

// A Choice is a page over the place, on which one of several is chosen. What was typed
// stays, the place's timers run on, and whatever leaves the place closes it.
type Choice uint8

const (
	NoChoice       Choice = iota // none stands
	ChoiceLanguage               // the page of languages
	ChoiceTheme                  // the page of colours
	ChoiceSound                  // the page of sound: how loud, and whether the glass is dark
)

// String is the page's name in golden files.
func (c Choice) String() string {
	return [...]string{"none", "language", "theme", "sound"}[min(c, ChoiceSound)]
}

// chooses reports whether that page can be opened here: up to the moment in which the card is
// worked on, and of more than one. That of sound stands wherever a person is waited for.
func (s State) chooses(c Choice) bool {
	switch c {
	case ChoiceLanguage:
		return s.row().speaks && len(s.Shop.Offered.List()) > 1
	case ChoiceSound:
		return s.hears() && !s.row().busy && !s.row().lit
	}
	return s.row().speaks
}

// choose opens a page.
func (s State) choose(c Choice) State {
	if s.chooses(c) {
		s.Choosing, s.Timer = c, 0
	}
	return s
}

// choosing answers a press on a page of choices. A button of the page under it
// changes nothing: it was meant for what stood there before.
func (s State) choosing(e Event) (State, []Effect) {
	switch {
	case e.Button == ButtonStay:
		return s.stay()
	case e.Button == ButtonStop:
		return s.row().stop(s)
	case e.Button == ButtonSpeak && s.Choosing == ChoiceLanguage && s.Shop.Offered.Has(e.Lang):
		s.Lang = e.Lang
	case e.Button == ButtonTheme && s.Choosing == ChoiceTheme && e.Theme < Themes:
		s.Theme = e.Theme
	case e.Button == ButtonSound && s.Choosing != ChoiceSound: // a touch on dark glass
		return s.choose(ChoiceSound), nil
	case e.Button == ButtonBack:
	default:
		return s, nil
	}
	s.Choosing, s.Timer = NoChoice, 0
	return s, nil
}
