package status

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/ocsp"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
)

// ServeHTTP serves the three addresses and nothing else. Paths are looked at here: ServeMux takes the two
// slashes that base64 may have for a mistake.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	read := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch of, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/"); {
	case of == "ocsp" && rest == "":
		if allowed(w, r.Method == http.MethodPost, "POST") {
			s.post(w, r)
		}
	case of == "ocsp":
		if allowed(w, read, "GET, HEAD") {
			s.get(w, r, rest)
		}
	case of == "crl":
		if allowed(w, read, "GET, HEAD") {
			s.crl(w, r, rest)
		}
	case of == "ca" && s.named(rest) != nil:
		if allowed(w, read, "GET, HEAD") {
			w.Header().Set("Content-Type", "application/pkix-cert")
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(s.named(rest).ca.Cert.Raw))
		}
	default:
		http.NotFound(w, r)
	}
}

func allowed(w http.ResponseWriter, ok bool, methods string) bool {
	if !ok {
		w.Header().Set("Allow", methods)
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
	}
	return ok
}

func (s *Service) post(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Content-Type") != "application/ocsp-request" {
		http.Error(w, "not application/ocsp-request", http.StatusUnsupportedMediaType)
		return
	}
	der, err := io.ReadAll(io.LimitReader(r.Body, ocsp.MaxRequest+1)) // one more is malformed
	if err != nil {
		panic(http.ErrAbortHandler) // the client went away
	}
	a, why := s.ask(r.Context(), der)
	w.Header().Set("Cache-Control", "no-store")
	tell(w, r, a, why)
}

func (s *Service) get(w http.ResponseWriter, r *http.Request, text string) {
	der, err := base64.StdEncoding.Strict().DecodeString(text)
	if err != nil {
		der = nil // no request
	}
	a, why := s.ask(r.Context(), der)
	if a != nil && a.kept {
		w.Header().Set("Expires", a.next.UTC().Format(http.TimeFormat))
		w.Header().Set("Last-Modified", a.this.UTC().Format(http.TimeFormat))
		s.until(w, a.next)
	} else {
		w.Header().Set("Cache-Control", "no-store")
	}
	tell(w, r, a, why)
}

// until lets caches keep what is served (RFC 5019, 6.2), no longer than it is good.
func (s *Service) until(w http.ResponseWriter, next time.Time) {
	w.Header().Set("Cache-Control", fmt.Sprintf("max-age=%d, public, no-transform, must-revalidate", max(0, int64(next.Sub(s.now()).Seconds()))))
}

func tell(w http.ResponseWriter, r *http.Request, a *answer, why ocsp.Refused) {
	der := ocsp.Refusal(why)
	if a != nil {
		der = a.der
	}
	w.Header().Set("Content-Type", "application/ocsp-response")
	w.Header().Set("Content-Length", strconv.Itoa(len(der)))
	if r.Method != http.MethodHead {
		w.Write(der)
	}
}

func (s *Service) crl(w http.ResponseWriter, r *http.Request, path string) {
	name, text, _ := strings.Cut(path, "/")
	n, err := strconv.Atoi(text)
	i := s.named(name)
	if err != nil || strconv.Itoa(n) != text || i == nil || i.ca.PointOf(pki.Part(n)) == nil {
		http.NotFound(w, r)
		return
	}
	l, err := s.list(r.Context(), i, pki.Part(n))
	if r.Context().Err() != nil {
		panic(http.ErrAbortHandler) // the client went away
	}
	if err != nil {
		s.log.Error("no revocation list", "issuer", name, "part", n, "err", err)
		http.Error(w, "the list cannot be written", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/pkix-crl")
	w.Header().Set("ETag", l.tag)
	s.until(w, l.tick.Add(Tick))
	// By its hash alone: two lists of one second differ, and If-Modified-Since would not see it.
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(l.der))
}
