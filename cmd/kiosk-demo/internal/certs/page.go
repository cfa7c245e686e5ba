// Package certs is the web page of the resident's app about the certificates of a phone: a
// person applies with the card, chooses two secrets for the phone, takes the certificates into
// use, logs in, holds, releases and gives up, and takes another phone.
//
// There is one address, which shows where the person stands, and what is sent carries the
// turn of its page: what comes twice, or from a page that was left, does nothing. It works
// without a script, writes no secret anywhere, and never spends the last try of a secret
// before a page that says so. Call New and mount Handler under Root behind the guards of
// package phone, whose style and script it uses.
//
// It speaks the app's languages: its own sentences are in ja.go and the other tables, what the kiosk or the page
// of package phone says too is said in their words.
//
// Read [Hand] first, then steps.go.
package certs

import (
	"crypto/rand"
	"embed"
	"html/template"
	"net/http"
	"sync"

	"multicopy.example/cmd/kiosk-demo/internal/phone"
	"multicopy.example/kiosk"
)

// Root is the path that it is served under.
const Root = "/certificates/"

const home = Root

//go:embed page.html
var files embed.FS

var page = template.Must(template.Must(template.ParseFS(files, "page.html")).Parse(phone.Languages))

// A Page serves the app.
type Page struct {
	hand     Hand
	language func(*http.Request) kiosk.Lang
	mux      http.ServeMux

	mu       sync.Mutex
	sessions map[string]*session
}

// New makes the page; language is that of a request.
func New(h Hand, language func(*http.Request) kiosk.Lang) *Page {
	p := &Page{hand: h, language: language, sessions: map[string]*session{}}
	p.mux.HandleFunc("GET "+Root+"{$}", p.show)
	p.mux.HandleFunc("POST "+Root+"language", switchTo)
	p.mux.HandleFunc("POST "+Root+"do", p.do)
	return p
}

// Handler is the page without guards.
func (p *Page) Handler() http.Handler { return &p.mux }

const (
	cookie      = "certificates"
	maxSessions = 16
)

// session finds the one of a request, or begins one.
func (p *Page) session(w http.ResponseWriter, r *http.Request) *session {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c, err := r.Cookie(cookie); err == nil && p.sessions[c.Value] != nil {
		return p.sessions[c.Value]
	}
	if len(p.sessions) >= maxSessions { // more than one person has
		for token, s := range p.sessions {
			go s.forget()
			delete(p.sessions, token)
			break
		}
	}
	token := rand.Text()
	s := &session{turn: rand.Text()}
	p.sessions[token] = s
	http.SetCookie(w, &http.Cookie{Name: cookie, Value: token, Path: Root, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	return s
}

func (p *Page) show(w http.ResponseWriter, r *http.Request) {
	s := p.session(w, r)
	s.mu.Lock()
	defer s.mu.Unlock()
	l := p.look(s, r)
	phone.Write(w, page, l.lang, l)
}

func (p *Page) do(w http.ResponseWriter, r *http.Request) {
	s := p.session(w, r)
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.PostFormValue("turn") != s.turn {
		s.trouble = trouble{Say: "Stale"}
	} else {
		s.trouble, s.told, s.turn = trouble{}, "", rand.Text()
		p.press(s, r)
	}
	http.Redirect(w, r, home, http.StatusSeeOther)
}
