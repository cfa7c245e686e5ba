// Package phone is the web page that stands for the resident's phone app: it
// makes the reservation without which the kiosk does nothing.
//
// One resident at a time picks a card, says what was forgotten, types the
// other secret (the card compares it, as if it were held to the phone), lets the
// authority compare the camera's pictures with the photo in the card, and reads the
// one-time password. The card signs the request. The municipal office is offered from
// the start for whom the camera is no way.
//
// Each step has an address, so that the browser's way back is a way back. What
// is sent carries the turn of its page: a form that is sent twice, or from a
// page that was left, is answered with the current step and reaches no card.
//
// The page never writes a secret anywhere: what is typed comes in the body of
// a POST and goes to the card, the one-time password lives in memory until it expires
// or the resident ends; nothing is logged, and no answer may be cached. It
// works without a script but for the camera: phone.js counts down, copies, and shows what is
// typed, face.js sends what the camera sees. It listens on loopback alone, for it is a stand-in and protects no
// person.
//
// Its sentences are in ja.go and the other tables; the names of the two secrets, the
// one-time password, the reader and the office are the kiosk's (assets/text).
//
// Read [Page] first, then session.go and steps.go.
package phone

import (
	"context"
	"crypto/rand"
	"embed"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// A Person is a resident whose card the phone can hold.
type Person struct {
	Key  string // in a form; ASCII
	Name string
	Away bool // the card lies on the kiosk's reader

	Trouble Sentence // what is the matter; may be empty; names secrets as {pin} and {password}
}

// A Sentence is in the two languages in which residents are known; a page of another marks the English one.
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
// are one of those in session.go, or a defect that the page names plainly.
type Hand interface {
	People() []Person
	// Tries reads the card's two counters; it spends nothing.
	Tries(ctx context.Context, key string) (kiosk.Tries, error)
	// Sign lets the card compare the flow's proof secret and, where it is
	// right, sign a fresh challenge of the authority in the same power-up. The
	// signed reservation stays in the Hand under the token that it answers.
	Sign(ctx context.Context, key string, flow kiosk.Flow, proof []byte) (Answer, string, error)
	Camera
	// Check lets the card compare the flow's target, the new secret, after the
	// visit.
	Check(ctx context.Context, key string, flow kiosk.Flow, fresh []byte) (Answer, error)
}

// Limits of the page.
const (
	maxBody     = 1 << 10 // bytes of a form
	maxSessions = 16      // the oldest is forgotten
)

//go:embed page.html face.html style.css phone.js face.js
var files embed.FS

var page = template.Must(template.Must(template.ParseFS(files, "page.html", "face.html")).Parse(Languages))

// A Page serves the app.
type Page struct {
	hand   Hand
	chains []text.Chain
	now    func() time.Time
	mux    http.ServeMux

	mu       sync.Mutex
	sessions map[string]*session
	order    []string // oldest first
	certs    string   // path of the page about certificates; none where empty
}

// New makes the page, which names these chains. It keeps no file and starts nothing.
func New(h Hand, chains []text.Chain) *Page {
	p := &Page{hand: h, chains: chains, now: time.Now, sessions: make(map[string]*session)}
	p.mux.HandleFunc("GET /{$}", p.people)
	p.mux.HandleFunc("GET /style.css", static("style.css", "text/css; charset=utf-8"))
	p.mux.HandleFunc("GET /phone.js", static("phone.js", "text/javascript; charset=utf-8"))
	p.mux.HandleFunc("GET /face.js", static("face.js", "text/javascript; charset=utf-8"))
	p.mux.HandleFunc("POST /frame", p.with(p.frame))
	p.mux.HandleFunc("POST /taken", p.with(p.taken))
	for _, at := range steps[1:] { // the first needs no session
		p.mux.HandleFunc("GET "+at.path(), p.with(func(s *session, w http.ResponseWriter, r *http.Request) { p.show(s, at, w, r) }))
	}
	p.mux.HandleFunc("POST /language", switchTo)
	p.mux.HandleFunc("POST /resident", p.resident)
	for path, act := range acts {
		p.mux.HandleFunc("POST "+path, p.with(func(s *session, w http.ResponseWriter, r *http.Request) { p.act(s, act, w, r) }))
	}
	return p
}

// Mount serves another page of the app under a path, behind the guards of this one, whose first
// page leads to it.
func (p *Page) Mount(path string, page http.Handler) {
	p.certs = path
	p.mux.Handle(path, page)
}

// Handler is the page behind its guards: only our own name as Host (a foreign
// page could otherwise let its own name point here), no form from another
// origin, bounded bodies, nothing cached, nothing framed, no script but our own.
func (p *Page) Handler() http.Handler {
	guarded := http.NewCrossOriginProtection().Handler(&p.mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy",
			"default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
		h.Set("Permissions-Policy", "camera=(self), microphone=(), geolocation=()")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		host, _, _ := strings.Cut(r.Host, ":")
		if host != "127.0.0.1" && host != "localhost" {
			http.Error(w, "this page is served on loopback alone", http.StatusMisdirectedRequest)
			return
		}
		bound := int64(maxBody)
		if r.URL.Path == "/frame" || r.URL.Path == "/taken" {
			bound = frameMax
		}
		r.Body = http.MaxBytesReader(w, r.Body, bound)
		guarded.ServeHTTP(w, r)
	})
}

func static(name, kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		b, err := files.ReadFile(name)
		if err != nil {
			http.Error(w, "no "+name, http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", kind)
		w.Write(b) //nolint:errcheck // the browser has gone
	}
}

// begin makes a session for a resident and forgets the oldest one above the
// limit.
func (p *Page) begin(person Person) string {
	token := rand.Text()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sessions[token] = &session{person: person, at: stepWhat, turn: rand.Text(), tries: unknown}
	p.order = append(p.order, token)
	if len(p.order) > maxSessions {
		p.forget(p.order[0])
	}
	return token
}

// drop ends a session.
func (p *Page) drop(token string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forget(token)
}

// forget is drop with the lock held.
func (p *Page) forget(token string) {
	if s := p.sessions[token]; s != nil {
		go s.forget() // it may be in use at this moment
	}
	delete(p.sessions, token)
	p.order = slices.DeleteFunc(p.order, func(t string) bool { return t == token })
}

const cookie = "visit"

// find is the session of a request and its token; nil where it has none.
func (p *Page) find(r *http.Request) (*session, string) {
	c, err := r.Cookie(cookie)
	if err != nil {
		return nil, ""
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.sessions[c.Value], c.Value
}

// with finds the session of the request and holds it alone. Without one the
// way leads to the first page.
func (p *Page) with(f func(*session, http.ResponseWriter, *http.Request)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s, _ := p.find(r)
		if s == nil {
			http.Redirect(w, r, "/", http.StatusSeeOther)
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.at == stepWho { // it ended while this request waited
			http.Redirect(w, r, "/", http.StatusSeeOther)
			return
		}
		f(s, w, r)
	}
}
