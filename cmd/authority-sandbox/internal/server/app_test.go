package server

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestAppAnswersItsOwnMachineAndNoOtherSite(t *testing.T) {
	h := sameSite(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	for name, c := range map[string]struct {
		method, host string
		header       map[string]string
		status       int
	}{
		"a program":            {"POST", "127.0.0.1:8080", nil, 204},
		"a program, by name":   {"PUT", "localhost:8080", nil, 204},
		"IPv6":                 {"GET", "[::1]:8080", nil, 204},
		"the page itself":      {"POST", "localhost:8080", map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost:8080"}, 204},
		"another site":         {"POST", "localhost:8080", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		"an older browser":     {"POST", "localhost:8080", map[string]string{"Origin": "https://elsewhere.example"}, 403},
		"a name that rebinds":  {"GET", "elsewhere.example:8080", nil, 421},
		"an address elsewhere": {"GET", "192.0.2.1:8080", nil, 421},
		"no host":              {"GET", "", nil, 421},
	} {
		r := httptest.NewRequest(c.method, "/app/records", nil)
		r.Host = c.host
		for k, v := range c.header {
			r.Header.Set(k, v)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.status {
			t.Errorf("%s: %d, want %d", name, w.Code, c.status)
		}
	}
}
