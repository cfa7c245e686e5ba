package server

import (
	"crypto/tls"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/internal/admission"
	"multicopy.example/cmd/internal/enrolment"
	"multicopy.example/kiosk/authority/wire"
)

const (
	// enrolRate is how many messages a second are taken of kiosks without a
	// certificate, all together; a hundred that wait ask every three seconds.
	enrolRate = 40
	// openPerPrefix is what one network may have open.
	openPerPrefix = 32
)

// EnrolTLS is for kiosks that have no certificate yet.
func EnrolTLS(own tls.Certificate, now func() time.Time) *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{own}, Time: now, SessionTicketsDisabled: true}
}

// Enrol makes the server that kiosks ask for their first certificate, over connections
// that have come through a Door.
func Enrol(s *domain.Service, now func() time.Time, logger *slog.Logger) *http.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+enrolment.PathAsk, func(w http.ResponseWriter, r *http.Request) {
		enrols(w, r, func(m enrolment.Ask) (any, error) { return s.AskEnrolment(r.Context(), m, prefix(r.RemoteAddr)) })
	})
	mux.HandleFunc("POST "+enrolment.PathCollect, func(w http.ResponseWriter, r *http.Request) {
		enrols(w, r, func(m enrolment.Collect) (any, error) { return s.CollectEnrolment(r.Context(), m.Request) })
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		say(w, nil, domain.ErrEnrol{Code: enrolment.CodeContract, Detail: "no such request"})
	})
	room := admission.New(enrolRate)
	server := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if ok, after := room.Take(prefix(r.RemoteAddr), now()); !ok {
				say(w, nil, domain.ErrEnrol{Code: enrolment.CodeBusy, Detail: "more at once than there is room for", After: after})
				return
			}
			mux.ServeHTTP(w, r)
		}),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      10 * time.Second,
		IdleTimeout:       10 * time.Second,
		MaxHeaderBytes:    4 << 10,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	bound(server, openPerPrefix, func(c net.Conn) string { return prefix(c.RemoteAddr().String()) })
	return server
}

// prefix is the network that an address belongs to.
func prefix(address string) string {
	a, err := netip.ParseAddrPort(address)
	if err != nil {
		return ""
	}
	return admission.PrefixOf(a.Addr()).String()
}

func enrols[M enrolment.Message](w http.ResponseWriter, r *http.Request, does func(M) (any, error)) {
	body, err := io.ReadAll(io.LimitReader(r.Body, enrolment.MaxAsk+1))
	if err != nil {
		panic(http.ErrAbortHandler) // the kiosk went away in its message
	}
	if len(body) > enrolment.MaxAsk {
		w.Header().Set("Connection", "close")
		say(w, nil, errLong)
		return
	}
	m, err := enrolment.Decode[M](body)
	if err != nil {
		say(w, nil, domain.ErrEnrol{Code: enrolment.CodeContract, Detail: "not a message of this contract"})
		return
	}
	answer, err := does(m)
	say(w, answer, err)
}

var errLong = domain.ErrEnrol{Code: enrolment.CodeContract, Detail: "the message is longer than " + strconv.Itoa(enrolment.MaxAsk) + " bytes"}

var enrolStatus = map[string]int{
	enrolment.CodeContract: http.StatusBadRequest, enrolment.CodeName: http.StatusForbidden, enrolment.CodeAgain: http.StatusForbidden,
	enrolment.CodeGone: http.StatusGone, enrolment.CodeBusy: http.StatusTooManyRequests, enrolment.CodeUnavailable: http.StatusServiceUnavailable,
}

func say(w http.ResponseWriter, answer any, err error) {
	status := http.StatusOK
	if err != nil {
		var e domain.ErrEnrol
		if !errors.As(err, &e) {
			e = domain.ErrEnrol{Code: enrolment.CodeUnavailable, Detail: "try again", After: 5 * time.Second}
		}
		if status = enrolStatus[e.Code]; e == errLong {
			status = http.StatusRequestEntityTooLarge
		}
		if e.After > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(int(e.After/time.Second)))
		}
		answer = enrolment.Refusal{Contract: enrolment.Version, Code: e.Code, Detail: e.Detail}
	}
	body, err := wire.Encode(answer)
	if err != nil {
		panic("server: an answer that cannot be encoded: " + err.Error())
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(body)
}
