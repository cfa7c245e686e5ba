package certs

import (
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
)

// A Visitor is a scripted person at the page: a browser without a script. Call Open, then
// Press; Page is what is shown, with its characters as a person sees them.
type Visitor struct {
	Page string

	http http.Client
	base string
}

// Visit is one at the pages of that address. Japanese is spoken to it.
func Visit(base string) (*Visitor, error) {
	jar, err := cookiejar.New(nil)
	return &Visitor{http: http.Client{Jar: jar}, base: base}, err
}

// Open shows the page.
func (v *Visitor) Open(ctx context.Context) error { return v.send(ctx, http.MethodGet, "", nil) }

var turnOf = regexp.MustCompile(`name="turn" value="(\w+)"`)

// Press sends a form of the page that is shown: names and values, behind each other.
func (v *Visitor) Press(ctx context.Context, fields ...string) error {
	m := turnOf.FindStringSubmatch(v.Page)
	if m == nil {
		return errors.New("certs: the page has no form")
	}
	form := url.Values{"turn": {m[1]}}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return v.Send(ctx, form)
}

// Send sends a form as it is.
func (v *Visitor) Send(ctx context.Context, form url.Values) error {
	return v.send(ctx, http.MethodPost, "do", form)
}

func (v *Visitor) send(ctx context.Context, method, path string, form url.Values) error {
	q, err := http.NewRequestWithContext(ctx, method, v.base+Root+path, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r, err := v.http.Do(q)
	if err != nil {
		return err
	}
	defer r.Body.Close()
	text, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err == nil && (r.StatusCode != http.StatusOK || r.Header.Get("Cache-Control") != "no-store" || r.Request.URL.Path != Root) {
		err = fmt.Errorf("certs: %s %s: %s", r.Request.Method, r.Request.URL, r.Status)
	}
	v.Page = strings.ReplaceAll(html.UnescapeString(string(text)), "\u2060", "")
	return err
}

// Says is nil where the page has that text; its error has what the page told of trouble.
func (v *Visitor) Says(text string) error {
	if strings.Contains(v.Page, text) {
		return nil
	}
	seen := regexp.MustCompile(`(?s)<main.*</main>`).FindString(v.Page)
	return fmt.Errorf("certs: the page does not say %q: %s", text, strings.Join(strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(seen, " ")), " "))
}
