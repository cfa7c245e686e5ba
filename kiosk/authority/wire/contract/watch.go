package contract

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"unicode"
)

// OddReply is the header by which a handler under test says that its reply is
// meant to be outside the contract. It is taken off before the reply is sent.
const OddReply = "Odd-Reply"

// longest is more than any message that a test sends; what is longer is cut,
// here and at both ends.
const longest = 1 << 20

// Watch stands between the two ends. Every message either way that is outside the
// contract is told to Tell, unless the test said that it means it; a message that
// was meant to be outside and is not is told as well, so that no exception
// outlives its reason.
//
// Nothing of a request is read before the handler reads it, so a handler that
// turns requests away unread goes on doing so under watch. A request that was
// turned away unread is not held against the contract; its reply is.
type Watch struct {
	Document *Document
	Tell     func(format string, args ...any) // testing.T.Errorf, as a rule; its text is printable
	Bodies   bool                             // Tell gets the message too: for tests, whose messages are no person's

	mu   sync.Mutex
	odd  map[[32]byte]bool
	seen int
}

// Odd says that requests of this path and body are outside the contract on
// purpose. The other end has to refuse them in its words.
func (w *Watch) Odd(path string, body []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.odd == nil {
		w.odd = map[[32]byte]bool{}
	}
	w.odd[digest(path, body)] = true
}

// Seen is the number of requests that came by: a watch that saw nothing
// proves nothing.
func (w *Watch) Seen() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.seen
}

func digest(path string, body []byte) [32]byte {
	return sha256.Sum256(append([]byte(path+"\n"), body...))
}

// Handler is next under watch.
func (w *Watch) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		read := &tee{from: r.Body}
		r.Body = read
		answer := &recorder{header: http.Header{}, status: http.StatusOK}
		next.ServeHTTP(answer, r)
		odd := false
		if read.begun || r.ContentLength == 0 {
			read.rest()
			if read.cut == nil { // a sender that went away has sent no message
				odd = w.request(r, read.kept.Bytes())
			}
		}
		if read.cut == nil || answer.wrote {
			w.reply(r, odd, answer)
		}
		for k, v := range answer.header {
			rw.Header()[k] = v
		}
		rw.WriteHeader(answer.status)
		rw.Write(answer.body.Bytes())
	})
}

func (w *Watch) request(r *http.Request, body []byte) (odd bool) {
	w.mu.Lock()
	w.seen++
	odd = w.odd[digest(r.URL.Path, body)]
	w.mu.Unlock()
	err := w.Document.Request(r.Method, r.URL.Path, body)
	if err == nil && len(body) > 0 && r.Header.Get("Content-Type") != "application/json" {
		w.tell(nil, "%s %s is sent as %q", r.Method, r.URL.Path, r.Header.Get("Content-Type"))
	}
	switch {
	case err != nil && !odd:
		w.tell(body, "outside the contract: %s %s: %v", r.Method, r.URL.Path, err)
	case err == nil && odd && !repeats(body):
		w.tell(body, "meant to be outside the contract and is not: %s %s", r.Method, r.URL.Path)
	}
	return odd
}

func (w *Watch) reply(r *http.Request, odd bool, a *recorder) {
	meant := a.header.Get(OddReply) != ""
	a.header.Del(OddReply)
	err := w.Document.Reply(r.Method, r.URL.Path, a.status, a.header, a.body.Bytes())
	switch {
	case odd && a.status < 400:
		w.tell(nil, "%s %s: a message outside the contract was answered %d", r.Method, r.URL.Path, a.status)
	case err != nil && !meant:
		w.tell(a.body.Bytes(), "outside the contract: reply %d to %s %s: %v", a.status, r.Method, r.URL.Path, err)
	case err == nil && meant:
		w.tell(a.body.Bytes(), "meant to be outside the contract and is not: reply %d to %s %s", a.status, r.Method, r.URL.Path)
	}
}

// repeats: a key twice is outside the contract, and a parsed tree no longer
// shows it, so such a body may look like a good one.
func repeats(body []byte) bool {
	v, err := tree(body)
	object, ok := v.(map[string]any)
	if err != nil || !ok {
		return false
	}
	for key := range object {
		if bytes.Count(body, []byte(`"`+key+`":`)) > 1 {
			return true
		}
	}
	return false
}

// tell passes a text on in which no character moves a terminal's cursor, and with
// the message only where that was asked for: it may be a person's.
func (w *Watch) tell(message []byte, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if w.Bodies && message != nil {
		text += "\n" + string(message[:min(len(message), 300)])
	}
	w.Tell("%s", strings.Map(func(r rune) rune {
		if r == '\n' || unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, text))
}

// tee keeps what the handler reads of a request.
type tee struct {
	from  io.ReadCloser
	kept  bytes.Buffer
	begun bool
	cut   error // why not all of it came
}

func (t *tee) Read(b []byte) (int, error) {
	t.begun = true
	n, err := t.from.Read(b)
	t.kept.Write(b[:min(n, longest-min(t.kept.Len(), longest))])
	if err != nil && err != io.EOF {
		t.cut = err
	}
	return n, err
}

func (t *tee) Close() error { return t.from.Close() }

// rest reads what the handler left of a message that it has begun.
func (t *tee) rest() {
	if t.begun && t.kept.Len() < longest {
		if _, err := io.Copy(&t.kept, io.LimitReader(t.from, int64(longest-t.kept.Len()))); err != nil {
			t.cut = err
		}
	}
}

// recorder keeps a whole reply, so that it is judged before it is sent.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
	wrote  bool
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) {
	if !r.wrote {
		r.status, r.wrote = status, true
	}
}

func (r *recorder) Write(b []byte) (int, error) {
	r.wrote = true
	return r.body.Write(b)
}
