package server

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
)

// atCounter lets a request through that comes with the word of a counter (RFC 6750). The line
// has no login otherwise, and an app on the same machine must not pass for a clerk.
func atCounter(word string, next http.HandlerFunc) http.HandlerFunc {
	want := sha256.Sum256([]byte(word))
	return func(w http.ResponseWriter, r *http.Request) {
		said, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		is := sha256.Sum256([]byte(said))
		if !ok || word == "" || subtle.ConstantTimeCompare(is[:], want[:]) != 1 {
			tell(w, nil, domain.ErrApp{Text: "this is asked by a counter of a municipal office alone", Code: "counter"})
			return
		}
		next(w, r)
	}
}
