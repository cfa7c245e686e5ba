package phone

import (
	"errors"
	"slices"
	"sync"
	"time"

	"multicopy.example/kiosk"
)

// What may go wrong and has a sentence of its own on the page.
var (
	ErrAway    = errors.New("the card lies on the kiosk's reader")
	ErrBlocked = errors.New("the secret is blocked")
	ErrLate    = errors.New("too much time has passed since the card was read")
	ErrRefused = errors.New("the authority refuses this card") // joined with what it said
)

// A step is a page. Its address is its name.
type step string

const (
	stepWho     step = "who"
	stepWhat    step = "what"
	stepOffice  step = "office"  // only the municipal office can help
	stepLast    step = "last"    // before the last try of what is asked
	stepStopped step = "stopped" // the last try was not taken
	stepProof   step = "proof"
	stepLocked  step = "locked" // what was asked is locked, the other secret is not
	stepPhoto   step = "photo"  // of the card
	stepTake    step = "take"   // of the visitor, for the test card
	stepFace    step = "face"
	stepMissed  step = "missed" // the try is over, without a match
	stepDesk    step = "desk"   // what the office does instead
	stepCode    step = "code"
	stepCheck   step = "check"
	stepRight   step = "right"
)

// steps in the order in which they come.
var steps = []step{stepWho, stepWhat, stepOffice, stepLast, stepStopped, stepProof, stepLocked, stepPhoto, stepTake, stepFace, stepMissed, stepDesk, stepCode, stepCheck, stepRight}

func (at step) path() string {
	if at == stepWho {
		return "/"
	}
	return "/" + string(at)
}

func (at step) in(list ...step) bool { return slices.Contains(list, at) }

// number is the step's place among the five that a resident goes through, 0
// for a page that is none of them.
func (at step) number() int {
	switch at {
	case stepWho:
		return 1
	case stepWhat:
		return 2
	case stepLast, stepProof:
		return 3
	case stepPhoto, stepTake, stepFace, stepMissed:
		return 4
	case stepCode:
		return 5
	}
	return 0
}

// unknown are the counters of a card that could not be read.
var unknown = kiosk.Tries{-1, -1}

// A trouble is what went wrong at the last press, on the page where it is said.
type trouble struct {
	On     step
	Say    key
	Field  bool   // it is about what was typed
	Detail string // of a defect, in English
}

// A session is one resident's way through the page.
type session struct {
	mu     sync.Mutex
	person Person
	turn   string // of the pages that are shown now; what is sent from an earlier one is not used

	at       step // where the resident stands, the counters aside: who once it has ended, what, office, stopped, proof, face, code, check or right
	back     step // to where the way leads from stopped: proof or check
	flow     kiosk.Flow
	tries    kiosk.Tries // as last read
	sure     bool        // the last try is wanted
	token    string      // of what the card has signed
	look     Look        // how far the face step is
	ended    string      // code of a try that is over
	reserved Reservation // Code is nil once it was erased
	trouble  trouble
}

func (s *session) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.erase()
}

func (s *session) erase() {
	clear(s.reserved.Code)
	s.reserved.Code = nil
}

// made says that there was a reservation: the proof secret is not asked any more.
func (s *session) made() bool {
	return s.at.in(stepCode, stepCheck, stepRight) || s.at == stepStopped && s.back == stepCheck
}

// asked is the secret that is asked now, or was when it got locked.
func (s *session) asked() kiosk.Ref {
	if s.made() {
		return s.flow.Target()
	}
	return s.flow.Proof()
}

// other is the card's other secret.
func other(ref kiosk.Ref) kiosk.Ref { return kiosk.RefAuth + kiosk.RefSign - ref }

// renews is the flow that renews that secret, proved with the other one.
func renews(ref kiosk.Ref) kiosk.Flow {
	if ref == kiosk.RefSign {
		return kiosk.FlowP
	}
	return kiosk.FlowU
}

// current is the page of a session: where the resident stands, unless the
// card's counters say that it can no longer help, or that one try is left.
func (s *session) current() step {
	if s.at.in(stepWho, stepPhoto, stepTake, stepFace, stepMissed, stepCode, stepRight, stepOffice) {
		return s.at
	}
	if s.tries == (kiosk.Tries{}) {
		return stepOffice
	}
	if s.at.in(stepProof, stepCheck) {
		switch left := s.tries.Of(s.asked()); {
		case left == 0:
			return stepLocked
		case left == 1 && !s.sure:
			return stepLast
		}
	}
	return s.at
}

// open says whether a page can be shown: the current one, or one that the way
// back or forward leads to, where the session then moves.
func (s *session) open(at step) bool {
	switch made := s.made(); {
	case at == stepWhat: // what is reserved can be changed until it is
		return !made && s.tries != (kiosk.Tries{})
	case at.in(stepProof, stepLast) && !made && s.flow != kiosk.NoFlow && s.at.in(stepWhat, stepStopped, stepOffice):
		s.at = stepProof
	case at == stepDesk: // beside the way, unless the office has to do more
		return s.tries != (kiosk.Tries{})
	case at == stepTake && s.at == stepPhoto, at == stepPhoto && s.at == stepTake:
		s.at = at
	case at == stepCode && made && s.reserved.Code != nil:
		s.at = stepCode
	case at.in(stepCheck, stepLast) && made && s.at != stepCode, at == stepCheck && made:
		s.at = stepCheck
	}
	return s.current() == at
}

// passed says whether a page is behind the current one.
func (s *session) passed(at step) bool {
	now := s.current()
	return at.number() > 0 && slices.Index(steps, at) < slices.Index(steps, now) && now.in(stepPhoto, stepTake, stepFace, stepMissed, stepCode, stepCheck, stepRight)
}

// expired erases a one-time password whose time is over, and says whether it
// just did.
func (s *session) expired(now time.Time) bool {
	if s.reserved.Code == nil || now.Before(s.reserved.Expires) {
		return false
	}
	s.erase()
	if s.at != stepCode {
		return false
	}
	s.at, s.sure = stepProof, false
	return true
}
