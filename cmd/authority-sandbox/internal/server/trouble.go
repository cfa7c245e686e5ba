package server

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/kiosk/authority/wire"
)

// Trouble is what an authority does when it is not well, for people who want to
// see what their kiosk makes of it. It is ordered over the app's stand-in, one
// message at a time, and stands before everything that decides.
type Trouble struct {
	mu  sync.Mutex
	now appclient.Trouble
}

// late is longer than a kiosk waits for one answer.
const late = 12 * time.Second

func (t *Trouble) set(n appclient.Trouble) error {
	switch n.How {
	case "drop", "mute", "late", "twice", "die":
	case "":
		n = appclient.Trouble{}
	default:
		return domain.ErrApp{Text: fmt.Sprintf("no trouble is called %q: drop, mute, late, twice or die", n.How)}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now = n
	return nil
}

// due takes the trouble that this request meets.
func (t *Trouble) due(r *http.Request) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.now.How == "" || !strings.HasSuffix(r.URL.Path, "/"+t.now.Message) {
		return ""
	}
	if t.now.Nth--; t.now.Nth > 0 {
		return ""
	}
	how := t.now.How
	t.now = appclient.Trouble{}
	return how
}

// Offer lets the app's stand-in order troubles.
func (t *Trouble) Offer(app *http.Server) {
	rest := app.Handler
	mux := http.NewServeMux()
	mux.Handle("/", rest)
	mux.HandleFunc("PUT /app/trouble", func(w http.ResponseWriter, r *http.Request) {
		var m appclient.Trouble
		if read(w, r, &m) {
			tell(w, struct{}{}, t.set(m))
		}
	})
	app.Handler = mux
}

// Meet makes the server of the kiosks meet them.
func (t *Trouble) Meet(kiosks *http.Server) {
	h := kiosks.Handler
	kiosks.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch t.due(r) {
		case "drop": // never arrived
			panic(http.ErrAbortHandler)
		case "mute": // done, and the answer is lost
			h.ServeHTTP(httptest.NewRecorder(), r)
			panic(http.ErrAbortHandler)
		case "late": // done, and the answer comes when it is not waited for
			answer := httptest.NewRecorder()
			h.ServeHTTP(answer, r)
			time.Sleep(late)
			maps.Copy(w.Header(), answer.Header())
			w.WriteHeader(answer.Code)
			w.Write(answer.Body.Bytes()) //nolint:errcheck // not waited for
			return
		case "twice": // the same bytes arrive once more
			body, err := io.ReadAll(io.LimitReader(r.Body, wire.MaxMessage+1))
			if err != nil {
				panic(http.ErrAbortHandler)
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
			h.ServeHTTP(httptest.NewRecorder(), r)
			r.Body = io.NopCloser(bytes.NewReader(body))
		case "die": // done, and the power goes
			h.ServeHTTP(httptest.NewRecorder(), r)
			syscall.Kill(os.Getpid(), syscall.SIGKILL) //nolint:errcheck // nothing comes after
		}
		h.ServeHTTP(w, r)
	})
}
