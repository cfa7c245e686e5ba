package contract

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
)

func load(t *testing.T) *Document {
	t.Helper()
	d, err := Load(wire.Documents()...)
	must.OK(t, err)
	return d
}

const settle = `{"contract":2,"request":"AQIDBAUGBwgJCgsMDQ4PEA==","session":"ICEiIyQlJicoKSorLC0uLw==","outcome":"failed"}`
const settled = `{"contract":2,"request":"AQIDBAUGBwgJCgsMDQ4PEA=="}`
const refused = `{"contract":2,"code":"busy","retry_after":7}`

// TestMessagesOutsideTheContract are told apart from those inside.
func TestMessagesOutsideTheContract(t *testing.T) {
	d := load(t)
	for name, c := range map[string]struct {
		method, path, body string
		fine               bool
	}{
		"control": {"POST", "/v2/settle", settle, true}, "health": {"GET", "/v2/health", "", true},
		"contract 1": {"POST", "/v1/settle", strings.Replace(settle, ":2", ":1", 1), true}, "contract 2 on a path of 1": {"POST", "/v1/settle", settle, false},
		"health with a body": {"GET", "/v2/health", "{}", false}, "no such path": {"POST", "/v2/nothing", settle, false},
		"another method": {"PUT", "/v2/settle", settle, false}, "empty": {"POST", "/v2/settle", "", false},
		"surplus":  {"POST", "/v2/settle", strings.Replace(settle, "{", `{"x":1,`, 1), false},
		"less":     {"POST", "/v2/settle", strings.Replace(settle, `,"outcome":"failed"`, "", 1), false},
		"version":  {"POST", "/v2/settle", strings.Replace(settle, `:2`, ":1", 1), false},
		"short":    {"POST", "/v2/settle", strings.Replace(settle, `AQID`, "", 1), false},
		"trailing": {"POST", "/v2/settle", settle + "{}", false}, "another message": {"POST", "/v2/open", settle, false},
		"null": {"POST", "/v2/settle", strings.Replace(settle, `"failed"`, "null", 1), false},
	} {
		if err := d.Request(c.method, c.path, []byte(c.body)); (err == nil) != c.fine {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range map[string]struct {
		status            int
		kind, after, body string
		fine              bool
	}{
		"control": {200, "application/json", "", settled, true}, "refused": {429, "application/json", "7", refused, true},
		"as text": {200, "text/plain", "", settled, false}, "another wait": {429, "application/json", "8", refused, false},
		"refused as 200": {200, "application/json", "", refused, false}, "reply as 409": {409, "application/json", "", settled, false},
		"no such status": {418, "application/json", "", refused, false},
		"surplus":        {200, "application/json", "", strings.Replace(settled, "{", `{"x":1,`, 1), false},
	} {
		h := http.Header{"Content-Type": {c.kind}}
		if c.after != "" {
			h.Set("Retry-After", c.after)
		}
		if err := d.Reply("POST", "/v2/settle", c.status, h, []byte(c.body)); (err == nil) != c.fine {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Load([]byte("openapi: 3.1.0")); err == nil {
		t.Error("half a document is a contract")
	}
}

// TestWatchTellsBothEnds: of a bad request, of a bad reply, of an exception
// that is none, and of a bad request that was served.
func TestWatchTellsBothEnds(t *testing.T) {
	bad := strings.Replace(settle, "{", `{"x":1,`, 1)
	for name, c := range map[string]struct {
		body, reply string
		status      int
		odd, oddly  bool
		says        string
	}{
		"control":               {settle, settled, 200, false, false, ""},
		"bad request":           {bad, refused, 429, false, false, "outside the contract: POST"},
		"meant":                 {bad, refused, 429, true, false, ""},
		"meant and served":      {bad, settled, 200, true, false, "was answered 200"},
		"meant and good":        {settle, refused, 429, true, false, "and is not: POST"},
		"a key twice":           {strings.Replace(settle, "{", `{"contract":2,`, 1), refused, 429, true, false, ""},
		"bad reply":             {settle, "{}", 200, false, false, "outside the contract: reply"},
		"bad reply, meant":      {settle, "{}", 200, false, true, ""},
		"meant, and a good one": {settle, settled, 200, false, true, "and is not: reply"},
	} {
		var told []string
		w := Watch{Document: load(t), Tell: func(f string, a ...any) { told = append(told, fmt.Sprintf(f, a...)) }}
		if c.odd {
			w.Odd("/v2/settle", []byte(c.body))
		}
		r := httptest.NewRequest("POST", "/v2/settle", strings.NewReader(c.body))
		r.Header.Set("Content-Type", "application/json")
		answer := httptest.NewRecorder()
		w.Handler(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body) //nolint:errcheck // a string's
			rw.Header().Set("Content-Type", "application/json")
			if c.oddly {
				rw.Header().Set(OddReply, "yes")
			}
			rw.WriteHeader(c.status)
			rw.Write([]byte(c.reply))
		})).ServeHTTP(answer, r)
		if all := strings.Join(told, "\n"); (c.says == "") != (all == "") || !strings.Contains(all, c.says) {
			t.Errorf("%s: told %q", name, all)
		}
		if answer.Code != c.status || answer.Body.String() != c.reply || answer.Header().Get(OddReply) != "" || w.Seen() != 1 {
			t.Errorf("%s: what came through is %d %s", name, answer.Code, answer.Body)
		}
	}
}

// Nothing of a request is read that the handler turns away unread.
func TestWatchReadsNothingThatTheHandlerDoesNot(t *testing.T) {
	w := Watch{Document: load(t), Tell: t.Errorf}
	away := w.Handler(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "application/json")
		rw.Header().Set("Retry-After", "7")
		rw.WriteHeader(http.StatusTooManyRequests)
		rw.Write([]byte(refused))
	}))
	body := &counted{from: strings.NewReader(strings.Repeat(" ", 1<<20))}
	away.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/v2/settle", body))
	if body.n != 0 || w.Seen() != 0 {
		t.Errorf("%d bytes were read, %d requests judged", body.n, w.Seen())
	}
}

// A kiosk whose power goes in the middle of a message has not broken the contract.
func TestWatchJudgesNoMessageThatWasCutShort(t *testing.T) {
	w := Watch{Document: load(t), Tell: t.Errorf}
	h := w.Handler(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		if err == nil {
			t.Error("the message came whole")
		}
		rw.Header().Set("Content-Type", "application/json")
		rw.WriteHeader(http.StatusTooManyRequests)
		rw.Write([]byte(refused))
	}))
	body := io.MultiReader(strings.NewReader(settle[:40]), iotest.ErrReader(io.ErrUnexpectedEOF))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/v2/settle", body))
	if w.Seen() != 0 {
		t.Error("it was judged")
	}
	silent := w.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) //nolint:errcheck // it is cut
	}))
	body = io.MultiReader(strings.NewReader(settle[:40]), iotest.ErrReader(io.ErrUnexpectedEOF))
	silent.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/v2/settle", body)) // nothing was answered: nothing is told
}

type counted struct {
	from io.Reader
	n    int
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.from.Read(b)
	c.n += n
	return n, err
}

// A program's log has no message in it, and nothing that moves a cursor.
func TestWatchTellsNoMessageAndNoControlCharacter(t *testing.T) {
	var told strings.Builder
	w := Watch{Document: load(t), Tell: func(f string, a ...any) { fmt.Fprintf(&told, f+"\n", a...) }}
	h := w.Handler(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) //nolint:errcheck // a recorder's
		rw.Write([]byte("reply-of-a-person\x1b[2J"))
	}))
	r := httptest.NewRequest("POST", "/v2/settle", strings.NewReader("message-of-a-person\x1b[2J"))
	r.URL.Path = "/v2/set\x1b[2Jtle"
	h.ServeHTTP(httptest.NewRecorder(), r)
	if text := told.String(); text == "" || strings.ContainsAny(text, "\x1b\r") || strings.Contains(text, "of-a-person") {
		t.Errorf("told %q", text)
	}
}
