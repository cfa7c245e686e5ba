// Package server puts the sandbox authority on the network: the server that
// kiosks use, under mutual TLS 1.3, and the app's stand-in on loopback. It
// takes bytes in and out and decides nothing.
package server

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/internal/admission"
	"multicopy.example/kiosk/authority/wire"
)

// Kiosks makes the server that kiosks talk to, over connections that have come through a Door.
func Kiosks(s *domain.Service, limits Limits, now func() time.Time, meter Meter, logger *slog.Logger) *http.Server {
	mux := http.NewServeMux()
	for _, v := range wire.Versions() {
		mux.HandleFunc("GET "+wire.PathOf(v, wire.PathHealth), func(w http.ResponseWriter, r *http.Request) { health(w, r, s, v) })
		mux.HandleFunc("POST "+wire.PathOf(v, ""), func(w http.ResponseWriter, r *http.Request) { post(w, r, s, r.URL.Path, now) })
	}
	// Everything else is refused in the words of its contract too; "" is no request.
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		version, _, ok := wire.ParsePath(r.URL.Path)
		if !ok {
			version = wire.Contract
		}
		post(w, r, s, wire.PathOf(version, ""), now)
	})
	server := &http.Server{
		Handler:           counted(paced(mux, admission.New(limits.Rate), now), meter, now),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      20 * time.Second,
		IdleTimeout:       90 * time.Second,
		MaxHeaderBytes:    8 << 10,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	bound(server, openPerKiosk, owner)
	return server
}

// KioskTLS asks every client for a certificate and checks it in
// VerifyConnection rather than by Go's own rule, for one reason: a kiosk whose
// certificate has expired gets a sentence instead of an alert, and may still
// hand in its records. Everything else about the certificate has to be right.
func KioskTLS(own tls.Certificate, clients *x509.CertPool, now func() time.Time) *tls.Config {
	c := &tls.Config{
		MinVersion:   tls.VersionTLS13,
		Certificates: []tls.Certificate{own},
		ClientAuth:   tls.RequireAnyClientCert,
		Time:         now,
		VerifyConnection: func(state tls.ConnectionState) error {
			if len(state.PeerCertificates) == 0 {
				return errors.New("no client certificate")
			}
			leaf := state.PeerCertificates[0]
			at := now()
			if at.After(leaf.NotAfter) {
				at = leaf.NotAfter
			}
			options := x509.VerifyOptions{Roots: clients, CurrentTime: at, Intermediates: x509.NewCertPool(),
				KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
			for _, c := range state.PeerCertificates[1:] {
				options.Intermediates.AddCert(c)
			}
			_, err := leaf.Verify(options)
			return err
		},
	}
	sealTickets(c)
	return c
}

// peer is who the connection belongs to.
func peer(r *http.Request, now time.Time) (p domain.Peer, ok bool) {
	leaf := r.TLS.PeerCertificates[0]
	p = domain.CertificateOf(leaf)
	p.Expired, p.Resumed = now.After(leaf.NotAfter), r.TLS.DidResume
	return p, p.Key != nil
}

func health(w http.ResponseWriter, r *http.Request, s *domain.Service, version int) {
	h, err := s.Health(r.Context(), version)
	if r.Context().Err() != nil {
		panic(http.ErrAbortHandler) // the kiosk went away: nothing is answered
	}
	if err != nil {
		write(w, domain.Trouble(version))
		return
	}
	body, err := wire.Encode(&h)
	if err != nil {
		write(w, domain.Trouble(version))
		return
	}
	write(w, domain.Reply{Status: 200, Body: body})
}

func post(w http.ResponseWriter, r *http.Request, s *domain.Service, path string, now func() time.Time) {
	p, ok := peer(r, now())
	if !ok {
		version, _, _ := wire.ParsePath(path)
		write(w, domain.NoKey(version))
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, wire.MaxMessage+1))
	if err != nil {
		panic(http.ErrAbortHandler) // the kiosk went away in its message: an empty 200 is no answer
	}
	// A client that hangs up after sending is still answered into the store.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), 15*time.Second)
	defer cancel()
	reply := s.Handle(ctx, p, path, body)
	noteOutcome(w, path, body, reply)
	write(w, reply)
}

// patient are the paths of what can wait, and how it is told to. A resident
// stands behind every other path and is never sent away by this.
var patient = map[string]wire.RefusalCode{
	wire.PathRecords:   wire.CodeBusy,
	wire.PathUpdate:    wire.CodeBusy,
	wire.PathHeartbeat: wire.CodeUnavailable, // the contract has no 429 for these two
	wire.PathRenew:     wire.CodeUnavailable,
}

// paced answers what can wait with a slot of its own in the future where there
// is no room now, or no more for this kiosk, before anything of it is read.
func paced(next http.Handler, p *admission.Limiter, now func() time.Time) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		version, path, _ := wire.ParsePath(r.URL.Path)
		code, waits := patient[path]
		if !waits || r.Method != http.MethodPost {
			next.ServeHTTP(w, r)
			return
		}
		ok, after := p.Take(r.TLS.PeerCertificates[0].Subject.CommonName, now())
		if ok {
			next.ServeHTTP(w, r)
			return
		}
		write(w, domain.Later(version, code, after))
	})
}

func write(w http.ResponseWriter, reply domain.Reply) {
	noteAnswer(w, reply)
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	if reply.RetryAfter > 0 {
		h.Set("Retry-After", strconv.FormatUint(uint64(reply.RetryAfter), 10))
	}
	w.WriteHeader(reply.Status)
	w.Write(reply.Body)
}
