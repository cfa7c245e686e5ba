package phone

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"multicopy.example/kiosk"
)

// What may go wrong and has a sentence of its own on the page.
var (
	ErrAway    = errors.New("the card lies on the kiosk's reader")
	ErrBlocked = errors.New("the secret is blocked")
	ErrLate    = errors.New("too much time has passed since the card was read")
)

type step string

const (
	stepPeople step = "people"
	stepWhat   step = "what"
	stepProof  step = "proof"
	stepFace   step = "face"
	stepCode   step = "code"
	stepCheck  step = "check"
	stepRight  step = "right"
)

// A session is one resident's way through the page.
type session struct {
	mu     sync.Mutex
	person Person
	step   step
	flow   kiosk.Flow
	token  string // of what the card has signed
	trouble
	reserved Reservation
}

func (s *session) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.reserved.Code)
	s.reserved = Reservation{}
}

// A look is what the template shows.
type look struct {
	Step    step
	Number  int // of the step, 1 to 5
	People  []Person
	Person  Person
	Flow    string
	Proof   Sentence // the secret that proves the resident
	Target  Sentence // the one that is renewed
	Letters bool     // what is typed here is a password, not four digits
	Tries   int8     // of the proof secret; -1 unknown
	Trouble trouble
	Code    [2]string // the one-time password in two groups of four
	Expires string    // Japan time
}

var japan = time.FixedZone("JST", 9*60*60)

func (p *Page) people(w http.ResponseWriter, _ *http.Request) {
	render(w, look{Step: stepPeople, Number: 1, People: p.hand.People()})
}

func render(w http.ResponseWriter, l look) {
	var b bytes.Buffer
	defer func() { clear(b.Bytes()) }()
	if err := page.Execute(&b, l); err != nil {
		http.Error(w, "the page is broken: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Write(b.Bytes()) //nolint:errcheck // the browser has gone
}

func (p *Page) show(s *session, w http.ResponseWriter, r *http.Request) {
	l := look{Step: s.step, Person: s.person, Trouble: s.trouble, Tries: -1,
		Flow: s.flow.String(), Proof: nameOf(s.flow.Proof()), Target: nameOf(s.flow.Target())}
	s.trouble = trouble{}
	switch s.step {
	case stepWhat:
		l.Number = 2
	case stepProof:
		l.Number, l.Letters = 3, s.flow.Proof() == kiosk.RefSign
		tries, err := p.hand.Tries(r.Context(), s.person.Key, s.flow)
		if err == nil && tries == 0 {
			err = ErrBlocked
		}
		if l.Tries = tries; err != nil {
			l.Tries, l.Trouble = -1, troubleOf(err, s.flow.Proof())
		}
	case stepFace:
		l.Number = 4
	case stepCheck, stepRight:
		l.Number, l.Letters = 5, s.flow.Target() == kiosk.RefSign
	case stepCode:
		if time.Now().After(s.reserved.Expires) || len(s.reserved.Code) != 8 {
			clear(s.reserved.Code)
			s.step, s.trouble = stepProof, troubleOf(ErrLate, s.flow.Proof())
			next(w, r)
			return
		}
		l.Number, l.Expires = 5, s.reserved.Expires.In(japan).Format("1月2日 15:04")
		l.Code = [2]string{string(s.reserved.Code[:4]), string(s.reserved.Code[4:])}
	}
	render(w, l)
}

func next(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/visit", http.StatusSeeOther) }

func (p *Page) resident(w http.ResponseWriter, r *http.Request) {
	key := r.PostFormValue("resident")
	for _, person := range p.hand.People() {
		if person.Key == key {
			http.SetCookie(w, &http.Cookie{Name: cookie, Value: p.begin(person), Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
			next(w, r)
			return
		}
	}
	http.Error(w, "no such resident", http.StatusBadRequest)
}

// what takes the secret that was forgotten.
func (p *Page) what(s *session, w http.ResponseWriter, r *http.Request) {
	if s.step == stepWhat {
		switch r.PostFormValue("what") {
		case "P":
			s.flow, s.step = kiosk.FlowP, stepProof
		case "U":
			s.flow, s.step = kiosk.FlowU, stepProof
		}
	}
	next(w, r)
}

// proof lets the card compare the other secret.
func (p *Page) proof(s *session, w http.ResponseWriter, r *http.Request) {
	if s.step != stepProof {
		next(w, r)
		return
	}
	ref := s.flow.Proof()
	typed, bad := typed(r, ref)
	defer clear(typed)
	if bad != (trouble{}) { // would cost a try for nothing
		s.trouble = bad
		next(w, r)
		return
	}
	said, token, err := p.hand.Sign(r.Context(), s.person.Key, s.flow, typed)
	switch {
	case err != nil:
		s.trouble = troubleOf(err, ref)
	case !said.Right && said.Left == 0:
		s.trouble = troubleOf(ErrBlocked, ref)
	case !said.Right:
		n := nameOf(ref)
		s.trouble = trouble{n.JA + "がちがいます。", "The " + n.EN + " is not right."}
	default:
		s.token, s.step = token, stepFace
	}
	next(w, r)
}

// face is simulated: there is no camera, and the page says so. Passing it makes
// the reservation.
func (p *Page) face(s *session, w http.ResponseWriter, r *http.Request) {
	if s.step == stepFace && r.PostFormValue("face") == "simulated" {
		reserved, err := p.hand.Reserve(r.Context(), s.token)
		if err != nil {
			s.trouble, s.step = troubleOf(err, s.flow.Proof()), stepProof
		} else {
			s.reserved, s.step = reserved, stepCode
		}
		s.token = ""
	}
	next(w, r)
}

// later leaves the one-time password for the page that is good after the visit.
func (p *Page) later(s *session, w http.ResponseWriter, r *http.Request) {
	if s.step == stepCode {
		clear(s.reserved.Code)
		s.reserved, s.step = Reservation{}, stepCheck
	}
	next(w, r)
}

// check lets the card compare the new secret.
func (p *Page) check(s *session, w http.ResponseWriter, r *http.Request) {
	if s.step != stepCheck {
		next(w, r)
		return
	}
	ref := s.flow.Target()
	fresh, bad := typed(r, ref)
	defer clear(fresh)
	if bad != (trouble{}) { // would cost a try for nothing
		s.trouble = bad
		next(w, r)
		return
	}
	said, err := p.hand.Check(r.Context(), s.person.Key, s.flow, fresh)
	n := nameOf(ref)
	switch {
	case errors.Is(err, ErrBlocked) || err == nil && !said.Right && said.Left == 0:
		s.trouble = trouble{n.JA + "はロックされています。", "The " + n.EN + " is locked."}
	case err != nil:
		s.trouble = troubleOf(err, ref)
	case !said.Right:
		s.trouble = trouble{fmt.Sprintf("ちがいます。あと%d回でロックされます。", said.Left), fmt.Sprintf("Not right; %d tries are left.", said.Left)}
	default:
		s.step = stepRight
	}
	next(w, r)
}

func (p *Page) end(s *session, w http.ResponseWriter, r *http.Request) {
	clear(s.reserved.Code)
	s.reserved, s.step = Reservation{}, stepWhat
	if c, err := r.Cookie(cookie); err == nil {
		p.drop(c.Value)
	}
	http.SetCookie(w, &http.Cookie{Name: cookie, Path: "/", MaxAge: -1})
	http.Redirect(w, r, "/", http.StatusSeeOther)
}
