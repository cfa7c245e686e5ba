// Package phone is the web page that stands for the resident's phone app: it
// makes the reservation without which the kiosk does nothing.
//
// One resident at a time picks a card, says what was forgotten, types the
// other secret (the card compares it, as if it were held to the phone), passes
// a face step that is simulated and says so, and reads the one-time password.
// The card signs the reservation.
//
// The page never writes a secret anywhere: what is typed comes in the body of
// a POST and goes to the card, the one-time password lives in memory until it expires
// or the resident ends; nothing is logged, and no answer may be cached. It
// works without a script. It listens on loopback alone, for it is a stand-in
// and protects no person.
//
// Read [Page] first, then steps.go.
package phone

import (
	"context"
	"crypto/rand"
	"embed"
	"html/template"
	"net/http"
	"strings"
	"sync"
	"time"

	"multicopy.example/kiosk"
)

// A Person is a resident whose card the phone can hold.
type Person struct {
	Key  string // in a form; ASCII
	Name string
	Away bool // the card lies on the kiosk's reader

	Trouble Sentence // what is the matter; may be empty
}

// A Sentence is in both languages.
type Sentence struct{ JA, EN string }

// An Answer is what the card said to a secret.
type Answer struct {
	Right bool
	Left  int8 // tries that remain; -1 where the card did not say
}

// A Reservation as the authority made it.
type Reservation struct {
	Code    []byte // the one-time password, 8 digits; the page erases it
	Expires time.Time
}

// The Hand does what a phone does with a card and the authority. Its errors
// are one of those below, or a defect that the page names plainly.
type Hand interface {
	People() []Person
	// Tries reads the card's counter of the flow's proof secret; it spends
	// nothing.
	Tries(ctx context.Context, key string, flow kiosk.Flow) (int8, error)
	// Sign lets the card compare the flow's proof secret and, where it is
	// right, sign a fresh challenge of the authority in the same power-up. The
	// signed reservation stays in the Hand under the token that it answers.
	Sign(ctx context.Context, key string, flow kiosk.Flow, proof []byte) (Answer, string, error)
	// Reserve sends what was signed. The face step was passed.
	Reserve(ctx context.Context, token string) (Reservation, error)
	// Check lets the card compare the flow's target, the new secret, after the
	// visit.
	Check(ctx context.Context, key string, flow kiosk.Flow, fresh []byte) (Answer, error)
}

// Limits of the page.
const (
	maxBody     = 1 << 10 // bytes of a form
	maxSessions = 16      // the oldest is forgotten
)

//go:embed page.html style.css
var files embed.FS

var page = template.Must(template.ParseFS(files, "page.html"))

// A Page serves the app.
type Page struct {
	hand Hand
	mux  http.ServeMux

	mu       sync.Mutex
	sessions map[string]*session
	order    []string // oldest first
}

// New makes the page. It keeps no file and starts nothing.
func New(h Hand) *Page {
	p := &Page{hand: h, sessions: make(map[string]*session)}
	p.mux.HandleFunc("GET /{$}", p.people)
	p.mux.HandleFunc("GET /style.css", style)
	p.mux.HandleFunc("GET /visit", p.with((*Page).show))
	p.mux.HandleFunc("POST /resident", p.resident)
	p.mux.HandleFunc("POST /what", p.with((*Page).what))
	p.mux.HandleFunc("POST /pin", p.with((*Page).proof))
	p.mux.HandleFunc("POST /password", p.with((*Page).proof))
	p.mux.HandleFunc("POST /face", p.with((*Page).face))
	p.mux.HandleFunc("POST /later", p.with((*Page).later))
	p.mux.HandleFunc("POST /check", p.with((*Page).check))
	p.mux.HandleFunc("POST /end", p.with((*Page).end))
	return p
}

// Handler is the page behind its guards: only our own name as Host (a foreign
// page could otherwise let its own name point here), no form from another
// origin, bounded bodies, nothing cached, nothing framed, no script.
func (p *Page) Handler() http.Handler {
	guarded := http.NewCrossOriginProtection().Handler(&p.mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy",
			"default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		host, _, _ := strings.Cut(r.Host, ":")
		if host != "127.0.0.1" && host != "localhost" {
			http.Error(w, "this page is served on loopback alone", http.StatusMisdirectedRequest)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		guarded.ServeHTTP(w, r)
	})
}

func style(w http.ResponseWriter, _ *http.Request) {
	b, err := files.ReadFile("style.css")
	if err != nil {
		http.Error(w, "no style", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Write(b) //nolint:errcheck // the browser has gone
}

// begin makes a session for a resident and forgets the oldest one above the
// limit.
func (p *Page) begin(person Person) string {
	token := rand.Text()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sessions[token] = &session{person: person, step: stepWhat}
	p.order = append(p.order, token)
	if len(p.order) > maxSessions {
		old := p.order[0]
		p.order = p.order[1:]
		if s := p.sessions[old]; s != nil {
			go s.forget() // it may be in use at this moment
		}
		delete(p.sessions, old)
	}
	return token
}

func (p *Page) drop(token string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.sessions, token)
}

const cookie = "visit"

// with finds the session of the request and holds it alone. Without one the
// way leads to the first page.
func (p *Page) with(f func(*Page, *session, http.ResponseWriter, *http.Request)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var s *session
		if c, err := r.Cookie(cookie); err == nil {
			p.mu.Lock()
			s = p.sessions[c.Value]
			p.mu.Unlock()
		}
		if s == nil {
			http.Redirect(w, r, "/", http.StatusSeeOther)
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		f(p, s, w, r)
	}
}
