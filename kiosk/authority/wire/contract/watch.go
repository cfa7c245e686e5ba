package contract

import (
	"bytes"
	"crypto/sha256"
	"io"
	"net/http"
	"sync"
)

// OddReply is the header by which a handler under test says that its reply is
// meant to be outside the contract. It is taken off before the reply is sent.
const OddReply = "Odd-Reply"

// longest is more than any message that a test sends; what is longer is cut,
// here and at both ends.
const longest = 1 << 20

// Watch stands between the two ends in a test. Every message either way that is
// outside the contract is told to Tell, unless the test said that it means it;
// a message that was meant to be outside and is not is told as well, so that
// no exception outlives its reason.
type Watch struct {
	Document *Document
	Tell     func(format string, args ...any) // testing.T.Errorf, as a rule

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
		body, err := io.ReadAll(io.LimitReader(r.Body, longest))
		if err != nil {
			panic(http.ErrAbortHandler) // the sender went away: nothing was said
		}
		odd := w.request(r, body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		answer := &recorder{header: http.Header{}, status: http.StatusOK}
		next.ServeHTTP(answer, r)
		w.reply(r, odd, answer)
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
		w.Tell("%s %s is sent as %q", r.Method, r.URL.Path, r.Header.Get("Content-Type"))
	}
	switch {
	case err != nil && !odd:
		w.Tell("outside the contract: %s %s: %v\n%s", r.Method, r.URL.Path, err, clip(body))
	case err == nil && odd && !repeats(body):
		w.Tell("meant to be outside the contract and is not: %s %s\n%s", r.Method, r.URL.Path, clip(body))
	}
	return odd
}

func (w *Watch) reply(r *http.Request, odd bool, a *recorder) {
	meant := a.header.Get(OddReply) != ""
	a.header.Del(OddReply)
	err := w.Document.Reply(r.Method, r.URL.Path, a.status, a.header, a.body.Bytes())
	switch {
	case odd && a.status < 400:
		w.Tell("%s %s: a message outside the contract was answered %d", r.Method, r.URL.Path, a.status)
	case err != nil && !meant:
		w.Tell("outside the contract: reply %d to %s %s: %v\n%s", a.status, r.Method, r.URL.Path, err, clip(a.body.Bytes()))
	case err == nil && meant:
		w.Tell("meant to be outside the contract and is not: reply %d to %s %s\n%s", a.status, r.Method, r.URL.Path, clip(a.body.Bytes()))
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

func clip(b []byte) []byte { return b[:min(len(b), 300)] }

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
