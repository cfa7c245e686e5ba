// Package card is the program of a person's own that holds the card: it shows what a bank asks to be signed,
// takes the signing password, which the bank never sees, and gives the signature back.
//
// Call New and serve Handler.
package card

import (
	"bytes"
	"context"
	"embed"
	"encoding/base64"
	"errors"
	"html/template"
	"io/fs"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"path/filepath"
	"sync"
	"time"

	"multicopy.example/cmd/internal/cms"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/harness/cards"
	"multicopy.example/cmd/internal/pemfile"
	"multicopy.example/cmd/internal/verifier"
	"multicopy.example/kiosk/port"
)

//go:embed page.html style.css
var files embed.FS

var page = template.Must(template.ParseFS(files, "page.html"))

// Cards of the test residents.
type Cards struct {
	all   *cards.Cards
	phone *harness.Phone
	log   *slog.Logger

	mu  sync.Mutex
	was map[string][]byte // the certificates that the cards were issued with
}

// New has the cards of a folder of residents.
func New(residents string, log *slog.Logger) (*Cards, error) {
	all, err := cards.Open(residents, log)
	if err != nil {
		return nil, err
	}
	c := &Cards{all: all, phone: harness.NewPhone(all, nil), log: log, was: map[string][]byte{}}
	for _, one := range all.All() {
		if c.was[one.Key], err = certificate(one); err != nil && !errors.Is(err, fs.ErrNotExist) {
			all.Close()
			return nil, err
		}
	}
	return c, nil
}

// certificate of a card's signing key, as its folder has it. It is read from there and not from the card, which
// gives it for the password alone.
func certificate(card *cards.Card) ([]byte, error) {
	return pemfile.Read(filepath.Join(card.Dir, "sign.crt.pem"))
}

// Close puts the cards away.
func (c *Cards) Close() { c.all.Close() }

var errNone = errors.New("there is no such card")

// Sign is the card's signature of a statement, by the password.
func (c *Cards) Sign(ctx context.Context, name string, statement, password []byte) ([]byte, error) {
	said, err := verifier.Decode[verifier.Statement](statement)
	if err != nil {
		return nil, err
	}
	card := c.all.Find(name)
	if card == nil {
		return nil, errNone
	}
	cert, err := certificate(card)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !bytes.Equal(c.was[name], cert) { // a municipal office wrote another on it
		if err := c.all.Reload(card); err != nil {
			return nil, err
		}
		c.was[name] = cert
	}
	return cms.Sign(statement, cert, time.Unix(said.At, 0), func(digest [32]byte) ([]byte, error) {
		return c.phone.SignDigest(ctx, card, password, digest)
	})
}

// asked is what a page shows and sends on.
type asked struct {
	Lang, Card, Statement, Back string
	Said                        verifier.Statement
	Trouble, CMS                string
}

// words of the page.
var words = map[string]map[string]string{
	"en": {"Title": "Sign with your card", "give": "You agree that this is provided:", "withdraw": "You withdraw that this is provided:",
		"name": "name", "address": "address", "birth": "date of birth", "sex": "sex", "Exact": "Exactly this is signed", "Password": "Signing password (6 to 16 letters and digits)",
		"Sign": "Sign", "Signed": "Your card has signed", "Give": "Give the signature to the bank", "Wrong": "The password is wrong.", "Blocked": "The password is locked. It is renewed at a kiosk or at the municipal office.",
		"Failed": "It was not signed.", "Own": "This page is your own device's. The bank does not see the password."},
	"ja": {"Title": "カードで署名します", "give": "次の情報の提供に同意します。", "withdraw": "次の情報の提供の同意を取りやめます。",
		"name": "氏名", "address": "住所", "birth": "生年月日", "sex": "性別", "Exact": "署名される内容", "Password": "署名用パスワード（英数字6～16文字）",
		"Sign": "署名する", "Signed": "署名しました", "Give": "署名を銀行に渡す", "Wrong": "パスワードが違います。", "Blocked": "パスワードがロックされています。店頭の端末か市区町村の窓口で再設定してください。",
		"Failed": "署名できませんでした。", "Own": "このページはあなたの機器のものです。銀行にパスワードは見えません。"},
}

// Say is a word of the page.
func (a asked) Say(name string) string { return words[a.Lang][name] }

// read takes what a bank asks. It may be sent back to a program of this machine alone.
func read(r *http.Request) (a asked, statement []byte, err error) {
	a = asked{Lang: r.FormValue("lang"), Card: r.FormValue("card"), Statement: r.FormValue("statement"), Back: r.FormValue("back")}
	if words[a.Lang] == nil {
		a.Lang = "ja"
	}
	if statement, err = base64.RawURLEncoding.DecodeString(a.Statement); err != nil {
		return a, nil, err
	}
	if a.Said, err = verifier.Decode[verifier.Statement](statement); err != nil {
		return a, nil, err
	}
	back, err := url.Parse(a.Back)
	if err != nil {
		return a, nil, err
	}
	if host, err := netip.ParseAddr(back.Hostname()); err != nil || !host.IsLoopback() || back.Scheme != "http" {
		return a, nil, errors.New("a signature is given to a program of this machine alone")
	}
	return a, statement, nil
}

// maxForm is the most bytes of a form.
const maxForm = 8 << 10

// Handler is the page.
func (c *Cards) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /style.css", func(w http.ResponseWriter, r *http.Request) { http.ServeFileFS(w, r, files, "style.css") })
	mux.HandleFunc("GET /sign", func(w http.ResponseWriter, r *http.Request) {
		a, _, err := read(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		c.show(w, http.StatusOK, a)
	})
	mux.HandleFunc("POST /sign", c.sign)
	return mux
}

func (c *Cards) sign(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	a, statement, err := read(r)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	password := []byte(r.FormValue("password"))
	defer clear(password)
	signature, err := c.Sign(r.Context(), a.Card, statement, password)
	var wrong port.WrongSecret
	switch {
	case errors.As(err, &wrong):
		a.Trouble = "Wrong"
	case errors.Is(err, port.ErrBlocked):
		a.Trouble = "Blocked"
	case err != nil:
		c.log.Error("not signed", "err", err)
		a.Trouble = "Failed"
	default:
		a.CMS = base64.RawURLEncoding.EncodeToString(signature)
	}
	status := http.StatusOK
	if a.Trouble != "" {
		status = http.StatusConflict
	}
	c.show(w, status, a)
}

func (c *Cards) show(w http.ResponseWriter, status int, a asked) {
	back, _ := url.Parse(a.Back)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src data:; form-action 'self' http://"+back.Host+"; frame-ancestors 'none'; base-uri 'none'")
	w.WriteHeader(status)
	if err := page.Execute(w, a); err != nil {
		c.log.Error("page", "err", err)
	}
}

// Text is what is signed, byte for byte.
func (a asked) Text() string {
	b, err := base64.RawURLEncoding.DecodeString(a.Statement)
	if err != nil {
		return ""
	}
	return string(b)
}
