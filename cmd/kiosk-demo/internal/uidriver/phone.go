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

// The resident's phone: a browser without scripts.

const maxPage = 64 << 10

var codeOnPage = regexp.MustCompile(`id="code"><span>([0-9]{4})</span> <span>([0-9]{4})</span>`)

// reserve makes the reservation and reads the one-time password off the page.
func (r *Resident) reserve(ctx context.Context) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	b := browser{ctx, &http.Client{Jar: jar, Timeout: turn}, r.Phone}
	if _, err := b.get("/"); err != nil {
		return err
	}
	r.step("phone: opened the reservation page")
	prove, field := "/pin", "pin"
	if r.Flow.Proof() == kiosk.RefSign {
		prove, field = "/password", "password"
	}
	for _, s := range []struct{ path, name, value, expect, said string }{
		{"/resident", "resident", r.Key, "何を忘れましたか", "phone: picked who I am"},
		{"/what", "what", r.Flow.String(), `name="` + field + `"`, "phone: the matter is the " + r.target()},
		{prove, field, string(r.Secrets.Proof), "これは模擬です", "phone: typed the " + r.proof() + "; the card says it is right"},
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
}

func (b browser) get(path string) (string, error) {
	q, err := http.NewRequestWithContext(b.ctx, http.MethodGet, b.base+path, nil)
	if err != nil {
		return "", err
	}
	return b.do(q)
}

func (b browser) post(path, name, value string) (string, error) {
	form := strings.NewReader(url.Values{name: {value}}.Encode())
	q, err := http.NewRequestWithContext(b.ctx, http.MethodPost, b.base+path, form)
	if err != nil {
		return "", err
	}
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(q)
}

func (b browser) do(q *http.Request) (string, error) {
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
	return string(text), nil
}

var alert = regexp.MustCompile(`role="alert">.*?<p class="en">([^<]*)</p>`)

// trouble is what the page says is wrong.
func trouble(page string) string {
	if m := alert.FindStringSubmatch(strings.ReplaceAll(page, "\n", " ")); m != nil {
		return m[1]
	}
	return "it does not say why"
}
