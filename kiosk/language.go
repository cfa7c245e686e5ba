package kiosk

var tags = [Langs]string{Japanese: "ja", English: "en", Easy: "ja-x-yasashii", Simplified: "zh-Hans", Traditional: "zh-Hant", Korean: "ko", Vietnamese: "vi", Portuguese: "pt"}

// String is the language's tag (RFC 5646), as configurations and file names have it.
// Easy Japanese has no tag of its own there: ours is one of private use.
func (l Lang) String() string {
	if l >= Langs {
		return "lang?"
	}
	return tags[l]
}

// chooseLanguage opens the page of languages, up to the moment in which the card is
// worked on. It lies over the place: what was typed stays, the place's timers run on,
// and whatever leaves the place closes it.
func (s State) chooseLanguage() State {
	if s.row().speaks && len(s.Offered.List()) > 1 {
		s.Choosing, s.Timer = true, 0
	}
	return s
}

// choosing answers a press on the page of languages. A button of the page under it
// changes nothing: it was meant for what stood there before.
func (s State) choosing(e Event) (State, []Effect) {
	switch e.Button {
	case ButtonStay:
		return s.stay()
	case ButtonStop:
		return s.row().stop(s)
	case ButtonSpeak:
		if !s.Offered.Has(e.Lang) {
			return s, nil
		}
		s.Lang = e.Lang
	case ButtonBack:
	default:
		return s, nil
	}
	s.Choosing, s.Timer = false, 0
	return s, nil
}
