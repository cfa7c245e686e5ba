package uidriver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"

	"multicopy.example/kiosk"
)

// The resident's phone: a browser without scripts, in English.

const maxPage = 64 << 10

var (
	codeOnPage = regexp.MustCompile(`id="code"[^>]*><span>([0-9]{4})</span> <span>([0-9]{4})</span>`)
	turnOnPage = regexp.MustCompile(`name="turn" value="([^"]*)"`)
)

// reserve makes the reservation and reads the one-time password off the page.
func (r *Resident) reserve(ctx context.Context) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	b := browser{ctx: ctx, c: &http.Client{Jar: jar, Timeout: turn}, base: r.Phone}
	if _, err := b.get("/"); err != nil {
		return err
	}
	r.step("phone: opened the reservation page")
	prove, field := "/pin", "pin"
	if r.Flow.Proof() == kiosk.RefSign {
		prove, field = "/password", "password"
	}
	for _, s := range []struct{ path, name, value, expect, said string }{
		{"/resident", "resident", r.Key, `action="/what"`, "phone: picked who I am"},
		{"/what", "what", r.Flow.String(), `name="` + field + `"`, "phone: the matter is the " + r.target()},
		{prove, field, string(r.Secrets.Proof), `action="/face"`, "phone: typed the " + r.proof() + "; the card says it is right"},
	} {
		page, err := b.post(s.path, s.name, s.value)
		if err != nil {
			return err
		}
		if !strings.Contains(page, s.expect) {
			return fmt.Errorf("the phone's page after %s is not the one that comes next: %s", s.path, trouble(page))
		}
		r.step(s.said)
	}
	page, err := b.post("/face", "face", "simulated")
	if err != nil {
		return err
	}
	code := codeOnPage.FindStringSubmatch(page)
	if code == nil {
		return fmt.Errorf("the phone's page shows no one-time password: %s", trouble(page))
	}
	r.Secrets.Code = []byte(code[1] + code[2])
	r.step("phone: face step (simulated) passed, one-time password received")
	return nil
}

type browser struct {
	ctx  context.Context
	c    *http.Client
	base string
	turn string // of the page that is shown, sent with its form
}

func (b *browser) get(path string) (string, error) {
	q, err := http.NewRequestWithContext(b.ctx, http.MethodGet, b.base+path, nil)
	if err != nil {
		return "", err
	}
	return b.do(q)
}

func (b *browser) post(path, name, value string) (string, error) {
	form := strings.NewReader(url.Values{name: {value}, "turn": {b.turn}}.Encode())
	q, err := http.NewRequestWithContext(b.ctx, http.MethodPost, b.base+path, form)
	if err != nil {
		return "", err
	}
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(q)
}

func (b *browser) do(q *http.Request) (string, error) {
	q.Header.Set("Accept-Language", "en")
	a, err := b.c.Do(q)
	if err != nil {
		return "", err
	}
	defer drain(a.Body)
	text, err := io.ReadAll(io.LimitReader(a.Body, maxPage+1))
	switch {
	case err != nil:
		return "", err
	case len(text) > maxPage:
		return "", errors.New("the phone's page is too long")
	case a.StatusCode != http.StatusOK:
		return "", fmt.Errorf("the phone's page answered %s", a.Status)
	}
	if m := turnOnPage.FindSubmatch(text); m != nil {
		b.turn = string(m[1])
	}
	return string(text), nil
}

var (
	alert = regexp.MustCompile(`role="alert".*?</div>`)
	tags  = regexp.MustCompile(`<[^>]*>|\s+|^[^>]*>`)
)

// trouble is what the page says is wrong.
func trouble(page string) string {
	if m := alert.FindString(strings.ReplaceAll(page, "\n", " ")); m != "" {
		return strings.Join(strings.Fields(tags.ReplaceAllString(m, " ")), " ")
	}
	return "it does not say why"
}
