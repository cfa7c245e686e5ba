package kiosk

import "time"

// What the table of places says of one place or state.

// timerAction is what happens when a timer fires.
type timerAction uint8

const (
	timerWipe   timerAction = iota + 1 // erase what was typed here, stay
	timerWarn                          // ask whether the resident is still there
	timerLeave                         // the place's silence
	timerTone                          // sound: the card is still here
	timerLoud                          // the whole screen calls for it
	timerLamp                          // call the clerk
	timerRepeat                        // the place's repeat
)

// A timer fires so long after the last change of state or key press.
type timer struct {
	after time.Duration
	does  timerAction
}

// All times below are seconds after the last change.

func leaves(after time.Duration) []timer { return []timer{{after * time.Second, timerLeave}} }

func repeats(after ...time.Duration) (all []timer) {
	for _, d := range after {
		all = append(all, timer{d * time.Second, timerRepeat})
	}
	return all
}

func leaveAfterWarning(idle, warning time.Duration) []timer {
	return append([]timer{{idle * time.Second, timerWarn}}, leaves(idle+warning)...)
}

func wipeThenLeave(wipe, idle, warning time.Duration) []timer {
	return append([]timer{{wipe * time.Second, timerWipe}}, leaveAfterWarning(idle, warning)...)
}

// untilTaken calls louder and louder for a card to be taken, and never leaves.
func untilTaken() []timer {
	return []timer{{100 * time.Millisecond, timerTone}, {5 * time.Second, timerTone}, {10 * time.Second, timerTone},
		{15 * time.Second, timerTone}, {20 * time.Second, timerTone}, {25 * time.Second, timerTone},
		{30 * time.Second, timerLoud}, {35 * time.Second, timerTone}, {40 * time.Second, timerTone}, {60 * time.Second, timerLamp}}
}

// leaving ends the visit with that message.
func leaving(m Message) reaction {
	return func(s State) (State, []Effect) { return s.leave(m) }
}

// unchanged: it means nothing here, or a command that is under way notices by
// itself and knows more.
func unchanged(s State) (State, []Effect) { return s, nil }

// ignore answers a press or a reply with nothing.
func (s State) ignore(Event) (State, []Effect) { return s, nil }

// nowhere is the row of a number that names no place.
var nowhere = place{
	name: "place?", answer: State.ignore, repeat: unchanged, silence: unchanged, stop: unchanged, lifted: unchanged,
	readerLost: unchanged, ledgerLost: unchanged,
}

func (p Place) row() *place {
	if p >= Places {
		return &nowhere
	}
	return &places[p]
}

// String is the place's name in traces and golden files.
func (p Place) String() string { return p.row().name }

// Screen is what is drawn there.
func (p Place) Screen() Screen { return p.row().screen }

// InVisit reports whether a visit is under way that has no result yet.
func (p Place) InVisit() bool { return p.row().cap != capNone }

// WaitsForPerson reports whether nothing happens there until a person acts, or
// is silent for long enough.
func (p Place) WaitsForPerson() bool { return !p.row().busy }

// HearsPages reports whether a turned page begins the place's timers anew: only
// where silence would end something, and not where the clock is not a person's.
// The call to take the card grows louder whatever is read.
func (p Place) HearsPages() bool { return p.row().silence != nil && !p.row().busy }

// ShowsNumber reports whether the screen shows number and time of the
// transaction.
func (p Place) ShowsNumber() bool { return p.row().number }

// Filled is the button that the screen emphasises, NoButton for none. Who presses
// filled buttons alone never spends the last try; the walk proves it.
func (p Place) Filled() Button { return p.row().filled }

// Acts reports whether OK does at once what the place asks about.
func (p Place) Acts() bool { return p.row().acts }

// Watch is what the reader is watched for while a place waits.
type Watch uint8

const (
	WatchNone   Watch = iota // nothing
	WatchReader              // whether the idle reader still answers
	WatchCard                // the session's card: gone when it, and no other, has left
	WatchField               // any card at all: gone when the field is empty
)

// Watch is what the reader is to be watched for in this state. While a command
// of the burst is under way nothing else may reach the card: a presence check
// between GET CHALLENGE and the opening would kill the challenge.
func (s State) Watch() Watch {
	w := s.row().watch
	if w != WatchReader && !s.Card {
		return WatchNone
	}
	return w
}

// SharesClock reports whether the timers of both places count from the same
// moment: they are one question, and a card that slips in and out between them
// is no answer. A secret would otherwise be held for as long as it slips.
func (p Place) SharesClock(other Place) bool { return p.clock() == other.clock() }

func (p Place) clock() Place {
	if of := p.row().clock; of != Starting {
		return of
	}
	return p
}

// Typing is the secret that the place's pad types into, LiveNone without a pad.
func (s State) Typing() LiveSecrets { return s.row().typed }

// NextTimer is how long after the last change the next timer of this state
// fires; false when none is left.
func (s State) NextTimer() (time.Duration, bool) {
	if all := s.row().timers; int(s.Timer) < len(all) {
		return all[s.Timer].after, true
	}
	return 0, false
}

// fired reports whether a timer with that action has fired.
func (s State) fired(does timerAction) bool {
	all := s.row().timers
	for _, t := range all[:min(int(s.Timer), len(all))] {
		if t.does == does {
			return true
		}
	}
	return false
}

// warned reports whether the question "are you still there?" stands on the
// screen.
func (s State) warned() bool {
	all := s.row().timers
	return s.Timer > 0 && int(s.Timer) <= len(all) && all[s.Timer-1].does == timerWarn
}

// TakesStaff reports whether staff may come in here.
func (p Place) TakesStaff() bool { return p.row().staff }
