package server

import (
	"encoding/hex"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/internal/admission"
	"multicopy.example/kiosk/authority/wire"
)

// Bundles gives out parts of updates' bundles, which lie in a folder under their hashes, and leaves every other request to
// next. It is no part of the contract's messages: a bundle is checked by its hash and its signature. rate is the parts a second of all
// kiosks together, which this process has room for beside residents; who comes beyond it is told when to come again.
func Bundles(next http.Handler, s *domain.Service, folder string, rate int, now func() time.Time) http.Handler {
	p := admission.New(rate)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hash, ok := wire.ParseBundle(r.URL.Path)
		if !ok || r.Method != http.MethodGet {
			next.ServeHTTP(w, r)
			return
		}
		from, to, ok := part(r.Header.Get("Range"))
		if !ok {
			http.Error(w, "a part of at most 1 MiB is asked for by one Range", http.StatusRequestedRangeNotSatisfiable)
			return
		}
		who, ok := peer(r, now())
		if ok, after := p.Take(who.Kiosk, now()); !ok {
			w.Header().Set("Retry-After", strconv.FormatInt(int64(after/time.Second), 10))
			http.Error(w, "more at once than there is room for", http.StatusServiceUnavailable)
			return
		}
		if ok {
			var err error
			if ok, err = s.IsOffered(r.Context(), who, hash); err != nil {
				http.Error(w, "try again", http.StatusServiceUnavailable)
				return
			}
		}
		file, err := os.Open(filepath.Join(folder, hex.EncodeToString(hash[:])))
		if !ok || err != nil {
			http.NotFound(w, r)
			return
		}
		defer file.Close()
		r.Header.Set("Range", "bytes="+strconv.FormatInt(from, 10)+"-"+strconv.FormatInt(to, 10)) // in one spelling
		r.Header.Del("If-Range")
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Cache-Control", "no-store")
		http.ServeContent(w, r, "", time.Time{}, file)
	})
}

// part reads a Range of one part, of at most wire.MaxPart bytes, with both its ends.
func part(text string) (from, to int64, ok bool) {
	ends, ok := strings.CutPrefix(text, "bytes=")
	a, b, two := strings.Cut(ends, "-")
	from, aerr := strconv.ParseInt(a, 10, 64)
	to, berr := strconv.ParseInt(b, 10, 64)
	return from, to, ok && two && errors.Join(aerr, berr) == nil && from >= 0 && to >= from && to-from < wire.MaxPart
}
