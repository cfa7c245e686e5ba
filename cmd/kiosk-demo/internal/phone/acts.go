package phone

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"

	"multicopy.example/kiosk"
)

// acts are what can be sent from the pages of a session.
var acts = map[string]act{
	"/what":     (*Page).what,
	"/sure":     (*Page).sure,
	"/stop":     (*Page).stop,
	"/again":    (*Page).again,
	"/pin":      (*Page).proof,
	"/password": (*Page).proof,
	"/photo":    (*Page).photo,
	"/retry":    (*Page).retry,
	"/later":    (*Page).later,
	"/check":    (*Page).check,
	"/end":      (*Page).end,
}

// An act changes a session, and says no where it does not belong to the step
// at which the resident stands.
type act func(p *Page, s *session, r *http.Request) bool

// act does what was sent, once: each page that it leads to has another turn.
// A form that comes again, or late, does nothing and says so. The answer is
// always the address of the current step, which can be loaded again without
// sending anything.
func (p *Page) act(s *session, do act, w http.ResponseWriter, r *http.Request) {
	sent := r.PostFormValue("turn") == s.turn
	old := s.trouble
	if sent {
		s.trouble = trouble{}
		sent = do(p, s, r)
	}
	switch {
	case !sent && old.Say != "" && old.On == s.current():
		s.trouble = old // what the last entry came to is worth more
	case !sent:
		s.trouble = trouble{On: s.current(), Say: "Stale"}
	default:
		s.turn = rand.Text()
	}
	if s.at == stepWho {
		http.SetCookie(w, &http.Cookie{Name: cookie, Path: "/", MaxAge: -1})
	}
	http.Redirect(w, r, s.current().path(), http.StatusSeeOther)
}

// resident takes up a card. Who picks the same one again while a one-time
// password is shown loses nothing.
func (p *Page) resident(w http.ResponseWriter, r *http.Request) {
	key := r.PostFormValue("resident")
	for _, person := range p.hand.People() {
		if person.Key != key {
			continue
		}
		if old, token := p.find(r); old != nil {
			old.mu.Lock()
			at, same := old.current(), old.person.Key == key && old.reserved.Code != nil && p.now().Before(old.reserved.Expires)
			old.mu.Unlock()
			if same {
				http.Redirect(w, r, at.path(), http.StatusSeeOther)
				return
			}
			p.drop(token)
		}
		http.SetCookie(w, &http.Cookie{Name: cookie, Value: p.begin(person), Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
		http.Redirect(w, r, stepWhat.path(), http.StatusSeeOther)
		return
	}
	http.Error(w, "no such resident", http.StatusBadRequest)
}

// what takes the secret that was forgotten. Another choice drops what the card
// had signed.
func (p *Page) what(s *session, r *http.Request) bool {
	flow, ok := map[string]kiosk.Flow{"P": kiosk.FlowP, "U": kiosk.FlowU, "neither": kiosk.NoFlow}[r.PostFormValue("what")]
	// A new secret that is locked after the visit needs another reservation.
	locked := s.current() == stepLocked && flow == renews(s.asked())
	if !ok || s.made() && !locked {
		return false
	}
	s.erase()
	s.flow, s.token, s.sure, s.at = flow, "", false, stepProof
	if flow == kiosk.NoFlow {
		s.at = stepOffice
	}
	return true
}

func (p *Page) sure(s *session, _ *http.Request) bool {
	if s.current() != stepLast {
		return false
	}
	s.sure = true
	return true
}

func (p *Page) stop(s *session, _ *http.Request) bool {
	if s.current() != stepLast {
		return false
	}
	s.back, s.at = s.at, stepStopped
	return true
}

func (p *Page) again(s *session, _ *http.Request) bool {
	if s.at != stepStopped {
		return false
	}
	s.at = s.back
	return true
}

// ask lets a card compare what was typed, after all that costs no try: that
// the step and the secret are those of now, the secret's form, and the card's
// counter as it is at this moment.
func (p *Page) ask(s *session, r *http.Request, at step, compare func(typed []byte) (Answer, error)) bool {
	ref := s.asked()
	if s.at != at {
		return false
	}
	typed, bad := typed(r, ref)
	defer clear(typed)
	if bad != "" {
		s.trouble = trouble{On: s.current(), Say: bad, Field: true}
		return true
	}
	if err := p.read(r.Context(), s); err != nil {
		s.trouble = troubleOf(err, s.current())
		return true
	}
	if s.current() != at {
		return true // one try is left, or none: the page says so before a try is spent
	}
	said, err := compare(typed)
	if errors.Is(err, ErrBlocked) {
		said, err = Answer{}, nil
	}
	if err != nil {
		s.trouble = troubleOf(err, s.current())
		return true
	}
	s.sure = false
	if said.Left >= 0 {
		s.tries = s.tries.With(ref, said.Left)
	}
	if now := s.current(); !said.Right && now != stepLocked && now != stepOffice {
		s.trouble = trouble{On: now, Say: "Wrong", Field: now == at}
	}
	return true
}

// proof lets the card compare the other secret and sign.
func (p *Page) proof(s *session, r *http.Request) bool {
	if want := map[kiosk.Ref]string{kiosk.RefAuth: "/pin", kiosk.RefSign: "/password"}[s.flow.Proof()]; r.URL.Path != want {
		return false // typed for another reservation
	}
	return p.ask(s, r, stepProof, func(typed []byte) (Answer, error) {
		said, token, err := p.hand.Sign(r.Context(), s.person.Key, s.flow, typed)
		if err == nil && said.Right {
			s.token, s.at = token, stepPhoto
		}
		return said, err
	})
}

// later leaves the one-time password, which can be come back to, for the page
// that is good after the visit.
func (p *Page) later(s *session, _ *http.Request) bool {
	if s.at != stepCode {
		return false
	}
	s.at = stepCheck
	return true
}

// check lets the card compare the new secret.
func (p *Page) check(s *session, r *http.Request) bool {
	return p.ask(s, r, stepCheck, func(typed []byte) (Answer, error) {
		said, err := p.hand.Check(r.Context(), s.person.Key, s.flow, typed)
		if err == nil && said.Right {
			s.at = stepRight
		}
		return said, err
	})
}

func (p *Page) end(s *session, r *http.Request) bool {
	s.erase()
	s.at, s.flow, s.token, s.look, s.ended = stepWho, kiosk.NoFlow, "", Look{}, ""
	if _, token := p.find(r); token != "" {
		p.drop(token)
	}
	return true
}

// read reads the card's counters, which costs nothing.
func (p *Page) read(ctx context.Context, s *session) error {
	tries, err := p.hand.Tries(ctx, s.person.Key)
	if err == nil {
		s.tries = tries
		s.sure = s.sure && tries.Of(s.asked()) == 1 // what was said of the last try is not kept for a later one
	}
	return err
}

func troubleOf(err error, on step) trouble {
	t := trouble{On: on, Say: "Broken", Detail: err.Error()}
	for _, known := range []struct {
		err error
		say key
	}{{ErrAway, "Away"}, {ErrLate, "Late"}} {
		if errors.Is(err, known.err) {
			return trouble{On: on, Say: known.say}
		}
	}
	if errors.Is(err, ErrRefused) {
		t.Say = "Refused"
	}
	return t
}
