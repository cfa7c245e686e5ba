package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/verifier"
)

// App serves the stand-in for the phone app's back end. It has no login, so
// ListenLoopback is the only way to it.
//
// signer signs receipts of consents; nil: there are none. word is what a counter says with its
// requests; empty: no counter is listened to.
func App(s *domain.Service, signer *verifier.Authority, word string) *http.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /app/challenge", func(w http.ResponseWriter, r *http.Request) {
		var m appclient.ChallengeRequest
		if read(w, r, &m) {
			v, err := s.AppChallenge(r.Context(), m)
			tell(w, v, err)
		}
	})
	mux.HandleFunc("POST /app/counter/reservations", atCounter(word, func(w http.ResponseWriter, r *http.Request) {
		var m appclient.ReserveRequest
		if read(w, r, &m) {
			v, err := s.CounterReserve(r.Context(), m)
			tell(w, v, err)
		}
	}))
	mux.HandleFunc("POST /app/login/challenge", func(w http.ResponseWriter, r *http.Request) {
		var m appclient.LogInChallengeRequest
		if read(w, r, &m) {
			v, err := s.AppLogInChallenge(r.Context(), m)
			tell(w, v, err)
		}
	})
	mux.HandleFunc("POST /app/login", func(w http.ResponseWriter, r *http.Request) {
		var m appclient.LogInRequest
		if read(w, r, &m) {
			v, err := s.AppLogIn(r.Context(), m)
			tell(w, v, err)
		}
	})
	mux.HandleFunc("POST /app/private", func(w http.ResponseWriter, r *http.Request) {
		var m appclient.PrivateRequest
		if read(w, r, &m) {
			v, err := s.AppPrivate(r.Context(), m)
			tell(w, v, err)
		}
	})
	faces(mux, s)
	phones(mux, s)
	consents(mux, s, signer)
	mux.HandleFunc("GET /app/reservations/{id}", func(w http.ResponseWriter, r *http.Request) {
		v, err := s.AppReservation(r.Context(), r.PathValue("id"))
		tell(w, v, err)
	})
	mux.HandleFunc("GET /app/records", func(w http.ResponseWriter, r *http.Request) {
		v, err := s.AppRecords(r.Context(), r.URL.Query().Get("kiosk"))
		tell(w, v, err)
	})
	mux.HandleFunc("GET /app/alarms", func(w http.ResponseWriter, r *http.Request) {
		v, err := s.AppAlarms(r.Context(), r.URL.Query().Get("kiosk"))
		tell(w, v, err)
	})
	mux.HandleFunc("PUT /app/hours", func(w http.ResponseWriter, r *http.Request) {
		var m appclient.Hours
		if read(w, r, &m) {
			tell(w, struct{}{}, s.AppHours(r.Context(), m))
		}
	})
	server := &http.Server{Handler: sameSite(mux), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second,
		WriteTimeout: 10 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 8 << 10}
	bound(server, openApp, func(net.Conn) string { return "" })
	return server
}

// sameSite refuses what a page of another site makes a browser on this machine
// send: requests that the browser itself calls cross-site, and requests under a
// name that is not this machine's own, which is how a name that was pointed at
// loopback meanwhile (DNS rebinding) reads the answers.
func sameSite(next http.Handler) http.Handler {
	named := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if ip := net.ParseIP(strings.Trim(host, "[]")); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			http.Error(w, "this is reached as localhost alone", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
	return http.NewCrossOriginProtection().Handler(named)
}

// ListenLoopback listens on an address of this machine's own and refuses any
// other.
func ListenLoopback(address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("the app's stand-in listens on loopback alone, not on %s", address)
	}
	return net.Listen("tcp", address)
}

func read(w http.ResponseWriter, r *http.Request, to any) bool {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		tell(w, nil, domain.ErrApp{Text: "not a message of the app", Code: "contract"})
		return false
	}
	return true
}

func tell(w http.ResponseWriter, v any, err error) {
	w.Header().Set("Content-Type", "application/json")
	var refused domain.ErrApp
	switch {
	case errors.As(err, &refused):
		w.WriteHeader(http.StatusConflict)
		v = appclient.Error{Code: refused.Code, Text: refused.Text}
	case err != nil:
		w.WriteHeader(http.StatusInternalServerError)
		v = appclient.Error{Code: "unavailable", Text: "the sandbox has trouble"}
	}
	json.NewEncoder(w).Encode(v)
}
