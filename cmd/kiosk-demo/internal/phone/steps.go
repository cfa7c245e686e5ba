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
	ErrBlocked = errors.New("the PIN is blocked")
	ErrLate    = errors.New("too much time has passed since the card was read")
)

type step string

const (
	stepPeople step = "people"
	stepWhat   step = "what"
	stepPIN    step = "pin"
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

// trouble is what went wrong at the last press, in both languages.
type trouble struct{ JA, EN string }

func troubleOf(err error) trouble {
	switch {
	case errors.Is(err, ErrAway):
		return trouble{"カードがキオスクの読み取り機に置かれています。手に取ってからもう一度。",
			"The card lies on the kiosk's reader. Take it into your hand first."}
	case errors.Is(err, ErrBlocked):
		return trouble{"4けたの暗証番号がロックされています。住所地の市区町村窓口へ。",
			"The 4-digit PIN is locked. Please go to your municipal office."}
	case errors.Is(err, ErrLate):
		return trouble{"時間が過ぎました。カードをもう一度読み取ります。",
			"Too much time has passed. The card is read once more."}
	}
	return trouble{"うまくいきませんでした: " + err.Error(), "That did not work: " + err.Error()}
}

// A look is what the template shows.
type look struct {
	Step    step
	Number  int // of the step, 1 to 5
	People  []Person
	Person  Person
	Tries   int8 // of the PIN; -1 unknown
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
	l := look{Step: s.step, Person: s.person, Trouble: s.trouble, Tries: -1}
	s.trouble = trouble{}
	switch s.step {
	case stepWhat:
		l.Number = 2
	case stepPIN:
		l.Number = 3
		tries, err := p.hand.Tries(r.Context(), s.person.Key)
		if err == nil && tries == 0 {
			err = ErrBlocked
		}
		if l.Tries = tries; err != nil {
			l.Tries, l.Trouble = -1, troubleOf(err)
		}
	case stepFace:
		l.Number = 4
	case stepCheck, stepRight:
		l.Number = 5
	case stepCode:
		if time.Now().After(s.reserved.Expires) || len(s.reserved.Code) != 8 {
			clear(s.reserved.Code)
			s.step, s.trouble = stepPIN, troubleOf(ErrLate)
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

// what takes the secret that was forgotten. The other flow, a new PIN proved
// by the signing password, is shown and not yet to be had.
func (p *Page) what(s *session, w http.ResponseWriter, r *http.Request) {
	if s.step == stepWhat && r.PostFormValue("what") == "P" {
		s.flow, s.step = kiosk.FlowP, stepPIN
	}
	next(w, r)
}

func (p *Page) pin(s *session, w http.ResponseWriter, r *http.Request) {
	if s.step != stepPIN {
		next(w, r)
		return
	}
	pin := []byte(r.PostFormValue("pin"))
	defer clear(pin)
	if !fourDigits(pin) { // would cost a try for nothing
		s.trouble = trouble{"数字4けたを入力してください。", "Please type four digits."}
		next(w, r)
		return
	}
	said, token, err := p.hand.Sign(r.Context(), s.person.Key, s.flow, pin)
	switch {
	case err != nil:
		s.trouble = troubleOf(err)
	case !said.Right && said.Left == 0:
		s.trouble = troubleOf(ErrBlocked)
	case !said.Right:
		s.trouble = trouble{"暗証番号がちがいます。", "The PIN is not right."}
	default:
		s.token, s.step = token, stepFace
	}
	next(w, r)
}

func fourDigits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) == 4
}

// face is simulated: there is no camera, and the page says so. Passing it makes
// the reservation.
func (p *Page) face(s *session, w http.ResponseWriter, r *http.Request) {
	if s.step == stepFace && r.PostFormValue("face") == "simulated" {
		reserved, err := p.hand.Reserve(r.Context(), s.token)
		if err != nil {
			s.trouble, s.step = troubleOf(err), stepPIN
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

// check lets the card compare the new password. The card knows capitals alone.
func (p *Page) check(s *session, w http.ResponseWriter, r *http.Request) {
	if s.step != stepCheck {
		next(w, r)
		return
	}
	password := bytes.ToUpper([]byte(r.PostFormValue("password")))
	defer clear(password)
	if !isPassword(password) { // would cost a try for nothing
		s.trouble = trouble{"英大文字と数字で6～16文字です。", "It is 6 to 16 capitals and digits."}
		next(w, r)
		return
	}
	said, err := p.hand.Check(r.Context(), s.person.Key, password)
	switch {
	case errors.Is(err, ErrBlocked) || err == nil && !said.Right && said.Left == 0:
		s.trouble = trouble{"署名用パスワードはロックされています。", "The signing password is locked."}
	case err != nil:
		s.trouble = troubleOf(err)
	case !said.Right:
		s.trouble = trouble{fmt.Sprintf("ちがいます。あと%d回でロックされます。", said.Left), fmt.Sprintf("Not right; %d tries are left.", said.Left)}
	default:
		s.step = stepRight
	}
	next(w, r)
}

func isPassword(b []byte) bool {
	for _, c := range b {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return len(b) >= 6 && len(b) <= 16
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
