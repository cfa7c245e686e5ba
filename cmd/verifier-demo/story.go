package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"multicopy.example/cmd/verifier-demo/internal/bank"
)

// A person without a browser follows the pages' own forms: what a form has, and nothing else, is sent.
type person struct {
	http     http.Client
	at       *url.URL
	page     string
	password string
}

var (
	formOf  = regexp.MustCompile(`(?s)<form method="(\w+)"(?: action="([^"]*)")?.*?</form>`)
	fieldOf = regexp.MustCompile(`<input type="hidden" name="(\w+)" value="([^"]*)">`)
)

// opens a page.
func (p *person) opens(ctx context.Context, address string) error {
	return p.sends(ctx, http.MethodGet, address, nil)
}

func (p *person) sends(ctx context.Context, method, address string, form url.Values) error {
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	reply, err := p.http.Do(r)
	if err != nil {
		return err
	}
	defer reply.Body.Close()
	text, err := io.ReadAll(reply.Body)
	p.at, p.page = reply.Request.URL, string(text)
	if err == nil && reply.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %s", address, reply.Status, regexp.MustCompile(`<[^>]*>|\s+`).ReplaceAllString(p.page, " "))
	}
	return err
}

// presses the first form's button, with these fields besides what the form has.
func (p *person) presses(ctx context.Context, more url.Values) error {
	m := formOf.FindStringSubmatch(p.page)
	if m == nil {
		return errors.New("the page has no form")
	}
	form := url.Values{}
	for _, f := range fieldOf.FindAllStringSubmatch(m[0], -1) {
		form.Set(f[1], f[2])
	}
	for name, value := range more {
		form[name] = value
	}
	to, err := p.at.Parse(m[2])
	if err != nil {
		return err
	}
	return p.sends(ctx, strings.ToUpper(m[1]), to.String(), form)
}

// answers a page of the bank's with yes, signs with the card, and gives the signature to the bank.
func (p *person) answersYes(ctx context.Context, path string) error {
	if err := p.opens(ctx, path); err != nil {
		return err
	}
	for _, form := range []url.Values{{"answer": {"yes"}}, {"password": {p.password}}, {}} {
		if err := p.presses(ctx, form); err != nil {
			return err
		}
	}
	return nil
}

// bankKnows is what the bank keeps.
func (w *world) bankKnows(ctx context.Context) (k bank.Kept, err error) {
	text, err := w.get(ctx, "bank", "/knows")
	if err != nil {
		return k, err
	}
	return k, json.Unmarshal(text, &k)
}

// night has the bank do its daily check.
func (w *world) night(ctx context.Context) (bank.Customer, error) {
	reply, err := http.PostForm("http://"+w.children["bank"].at+"/en/night", nil)
	if err != nil {
		return bank.Customer{}, err
	}
	reply.Body.Close()
	k, err := w.bankKnows(ctx)
	if err != nil || len(k.Customers) == 0 {
		return bank.Customer{}, err
	}
	return *k.Customers[0], nil
}

// story is one person's, from the consent to its withdrawal.
func (w *world) story(ctx context.Context, out io.Writer) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	password, err := passwordOf(w.authority.File("residents/hanako"))
	if err != nil {
		return err
	}
	p := &person{http: http.Client{Jar: jar}, password: password}
	say := func(format string, a ...any) { fmt.Fprintf(out, format+"\n", a...) }
	account := "http://" + w.children["bank"].at + "/en/account/1000001"
	if err := p.answersYes(ctx, account+"/consent"); err != nil {
		return err
	}
	say("consent      given on the bank's page, signed by the card; the bank has a receipt")
	if err := w.nextDay(ctx); err != nil {
		return err
	}
	say("midnight     it stands")
	const first, then = "Rei-shi 7-7-7", "Rei-shi 8-8-8"
	if err := w.moves(ctx, "hanako", first); err != nil {
		return err
	}
	say("counter      she moved, and her card has a new signing certificate")
	c, err := w.night(ctx)
	if err != nil {
		return err
	}
	if c.Address != first {
		return fmt.Errorf("the bank has %q, not %q", c.Address, first)
	}
	say("night        the bank has her new address, and wrote no letter")
	if err := w.withdrawsAtKiosk(ctx, "hanako"); err != nil {
		return err
	}
	say("kiosk        the list with her PIN, one line touched, and withdrawn with her password: no bank runs it")
	if err := w.moves(ctx, "hanako", then); err != nil {
		return err
	}
	if c, err = w.night(ctx); err != nil {
		return err
	}
	if c.Address != first || c.Consent == nil || c.Consent.State != "cancelled" {
		return fmt.Errorf("after the withdrawal the bank has %q, %+v", c.Address, c.Consent)
	}
	say("night        she moved again: the bank is told nothing, and keeps what it had")
	all, err := w.know(ctx)
	if err != nil {
		return err
	}
	for _, k := range all {
		say("%-12s %s", k.Who, strings.Join(k.Lines, "; "))
	}
	return nil
}

// passwordOf a test resident's card, as the resident knows it.
func passwordOf(folder string) (string, error) {
	text, err := os.ReadFile(filepath.Join(folder, "card.json"))
	if err != nil {
		return "", err
	}
	var c struct {
		Password string `json:"password"`
	}
	return c.Password, json.Unmarshal(text, &c)
}
