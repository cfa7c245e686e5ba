package kiosk

// What a person who has the screen spoken sets: how loud, and whether the glass is dark meanwhile. Both
// go back to the shop's with the person (EN 301 549, 5.1.3.13).

// Volume is how loud speech is.
type Volume int8

// The steps are 6 dB; at the highest the clips are as loud as they were made.
const (
	VolumeLeast Volume = 1
	VolumeUsual Volume = 3
	VolumeMost  Volume = 5
)

// sounds reports whether the button sets one of them.
func (b Button) sounds() bool { return b == ButtonQuieter || b == ButtonLouder || b == ButtonDark }

// hears reports whether they can be set here: wherever a resident may stand, and while the machine works.
func (s State) hears() bool {
	return s.Shop.Speech && (s.row().task != NoTask || s.row().speaks)
}

// sound sets one of them. It is a touch, and leaves alone the clock of a place that waits for no person.
func (s State) sound(b Button) State {
	if !s.hears() {
		return s
	}
	switch b {
	case ButtonQuieter:
		s.Volume = max(s.Volume-1, VolumeLeast)
	case ButtonLouder:
		s.Volume = min(s.Volume+1, VolumeMost)
	case ButtonDark:
		if s.Dark = !s.Dark; s.Choosing == ChoiceSound { // the page says what was chosen no more
			s.Choosing = NoChoice
		}
	}
	if s.Place.HearsPages() {
		s.Timer = 0
	}
	return s
}

// dark reports whether the glass shows nothing now. Its own page is lit, since it says how the
// picture comes back, and so is what others must see.
func (s State) dark() bool {
	return s.Dark && s.hears() && !s.row().lit && s.Choosing != ChoiceSound
}
