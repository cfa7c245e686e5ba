package bank

import (
	"encoding/base64"
	"encoding/json"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

var page = template.Must(template.ParseFS(files, "page.html"))

// shown is one page.
type shown struct {
	Lang, Step, Heading, Path, Bank string
	Done, Trouble, Text             string
	Customers                       []*Customer
	Customer                        *Customer
	Receipts                        []string // readable
	Nights                          []string
	Stands                          bool
}

// Say is a sentence in the page's language.
func (s shown) Say(name string) string { return words[s.Lang][name] }

// Day of a moment, in Japan.
func (s shown) Day(at int64) string { return time.Unix(at, 0).In(japan).Format(time.DateOnly) }

var japan = time.FixedZone("JST", 9*60*60)

// maxForm is the most bytes of a form: a statement and a signature.
const maxForm = 32 << 10

// Handler is the bank's pages. They work without a script.
func (b *Bank) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/ja/", http.StatusSeeOther) })
	mux.HandleFunc("GET /style.css", func(w http.ResponseWriter, r *http.Request) { http.ServeFileFS(w, r, files, "style.css") })
	mux.HandleFunc("GET /knows", b.knows)
	for path, f := range map[string]func(http.ResponseWriter, *http.Request, string){
		"GET /{lang}/{$}": b.customers, "POST /{lang}/night": b.night,
		"GET /{lang}/account/{account}": b.account, "POST /{lang}/account/{account}/signed": b.signed,
		"GET /{lang}/account/{account}/consent": b.consent, "POST /{lang}/account/{account}/consent": b.answer,
		"GET /{lang}/account/{account}/withdraw": b.leave, "POST /{lang}/account/{account}/withdraw": b.answer,
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			lang := r.PathValue("lang")
			if words[lang] == nil {
				http.NotFound(w, r)
				return
			}
			r.Body = http.MaxBytesReader(w, r.Body, maxForm)
			f(w, r, lang)
		})
	}
	return mux
}

func (b *Bank) show(w http.ResponseWriter, status int, s shown) {
	if s.Bank = b.Name; s.Heading == "" {
		s.Heading = s.Say("Customers")
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	// A browser holds where a form leads on to against form-action too: the card's program is elsewhere.
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src data:; form-action 'self' "+b.Card+"; frame-ancestors 'none'; base-uri 'none'")
	w.WriteHeader(status)
	if err := page.Execute(w, s); err != nil {
		b.Log.Error("page", "step", s.Step, "err", err)
	}
}

func (b *Bank) customers(w http.ResponseWriter, _ *http.Request, lang string) {
	b.mu.Lock()
	nights := slices.Clone(b.kept.Nights)
	var all []*Customer
	for _, c := range b.kept.Customers {
		one := *c
		all = append(all, &one)
	}
	b.mu.Unlock()
	b.show(w, http.StatusOK, shown{Lang: lang, Step: "customers", Path: "/", Customers: all, Nights: nights})
}

func (b *Bank) night(w http.ResponseWriter, r *http.Request, lang string) {
	if _, err := b.Night(r.Context()); err != nil {
		b.Log.Error("night", "err", err)
	}
	http.Redirect(w, r, "/"+lang+"/", http.StatusSeeOther)
}

// at is the path of an account, behind the language.
func at(r *http.Request) string { return "/account/" + r.PathValue("account") }

// of shows an account, with a word about what was done or why it was not.
func (b *Bank) of(w http.ResponseWriter, r *http.Request, lang, done, trouble string) {
	c, err := b.customer(r.PathValue("account"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	s := shown{Lang: lang, Step: "account", Path: at(r), Customer: &c, Done: done, Trouble: trouble}
	s.Heading = s.Say("Account") + " " + c.Account
	if c.Consent != nil {
		if s.Stands = c.Consent.stands(); c.Consent.State == "pending" && b.Now().Unix() >= c.Consent.From {
			c.Consent.State = "active"
		}
		for _, text := range c.Consent.Receipts {
			s.Receipts = append(s.Receipts, b.readable(text))
		}
	}
	status := http.StatusOK
	if trouble != "" {
		status = http.StatusConflict
	}
	b.show(w, status, s)
}

// readable is what a receipt says.
func (b *Bank) readable(text string) string {
	r, err := b.Keys.Receipt(text)
	if err != nil {
		return err.Error()
	}
	out, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err.Error()
	}
	return string(out)
}

func (b *Bank) account(w http.ResponseWriter, r *http.Request, lang string) {
	done := r.URL.Query().Get("done")
	if done != "Declined" && done != "give" && done != "withdraw" {
		done = ""
	}
	b.of(w, r, lang, done, "")
}

func (b *Bank) consent(w http.ResponseWriter, r *http.Request, lang string) {
	s := shown{Lang: lang, Step: "consent", Path: at(r) + "/consent", Text: b.Texts[lang]}
	s.Heading = s.Say("Title")
	b.show(w, http.StatusOK, s)
}

func (b *Bank) leave(w http.ResponseWriter, r *http.Request, lang string) {
	s := shown{Lang: lang, Step: "withdraw", Path: at(r) + "/withdraw"}
	s.Heading = s.Say("WithdrawTitle")
	b.show(w, http.StatusOK, s)
}

// answer takes one of the two, and hands what is to be signed to the program that holds the card. The bank never
// sees the password.
func (b *Bank) answer(w http.ResponseWriter, r *http.Request, lang string) {
	account := r.PathValue("account")
	withdraws := strings.HasSuffix(r.URL.Path, "/withdraw")
	if r.FormValue("answer") != "yes" {
		to := "/" + lang + at(r)
		if !withdraws {
			to += "?done=Declined"
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
		return
	}
	var statement []byte
	var err error
	if withdraws {
		statement, err = b.WithdrawalOf(account)
	} else {
		statement, err = b.Offer(account, lang)
	}
	if err != nil {
		b.of(w, r, lang, "", err.Error())
		return
	}
	c, err := b.customer(account)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	q := url.Values{"card": {c.Card}, "lang": {lang}, "statement": {base64.RawURLEncoding.EncodeToString(statement)},
		"back": {"http://" + r.Host + "/" + lang + at(r) + "/signed"}}
	http.Redirect(w, r, b.Card+"/sign?"+q.Encode(), http.StatusSeeOther)
}

// signed takes the signature that the card's program sends back.
func (b *Bank) signed(w http.ResponseWriter, r *http.Request, lang string) {
	cms, err := base64.RawURLEncoding.DecodeString(r.FormValue("cms"))
	if err == nil {
		var act string
		if act, err = b.Signed(r.Context(), r.PathValue("account"), cms); err == nil {
			http.Redirect(w, r, "/"+lang+at(r)+"?done="+act, http.StatusSeeOther)
			return
		}
	}
	b.Log.Error("statement", "err", err)
	b.of(w, r, lang, "", err.Error())
}

// knows tells what the bank keeps, for the page that shows it beside what others know.
func (b *Bank) knows(w http.ResponseWriter, _ *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(b.kept); err != nil {
		b.Log.Error("what is kept", "err", err)
	}
}
