package server

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/verifier"
)

// openPerPlatform is how many connections one platform may have open.
const openPerPlatform = 64

// VerifierTLS asks every client for a certificate that a CA of clients issued. It gives no
// tickets: a platform keeps its connections open.
func VerifierTLS(own tls.Certificate, clients *x509.CertPool, now func() time.Time) *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{own}, ClientAuth: tls.RequireAndVerifyClientCert,
		ClientCAs: clients, Time: now, SessionTicketsDisabled: true}
}

// platforms serves them.
type platforms struct {
	s      *domain.Service
	signer *verifier.Authority
	log    *slog.Logger
}

// Verifier makes the server that platforms talk to, over connections that have come through
// a Door.
func Verifier(s *domain.Service, signer *verifier.Authority, logger *slog.Logger) *http.Server {
	l := &platforms{s, signer, logger}
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+verifier.PathGive, takes(l.give))
	mux.HandleFunc("POST "+verifier.PathWithdraw, takes(l.withdraw))
	mux.HandleFunc("POST "+verifier.PathLatest, takes(l.latest))
	mux.HandleFunc("POST "+verifier.PathEnd, takes(l.end))
	mux.HandleFunc("POST "+verifier.PathStatus, takes(l.status))
	mux.HandleFunc("POST "+verifier.PathLinks, takes(l.links))
	mux.HandleFunc("GET "+verifier.PathChanges, l.changes)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, nil, domain.ErrVerifier{Code: verifier.CodeContract, Detail: "no such request"})
	})
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 30 * time.Second,
		IdleTimeout: 5 * time.Minute, MaxHeaderBytes: 8 << 10, ErrorLog: slog.NewLogLogger(logger.Handler(), slog.LevelWarn)}
	bound(server, openPerPlatform, owner)
	return server
}

// carrier is the platform at the other end.
func carrier(r *http.Request) domain.Carrier {
	leaf := r.TLS.PeerCertificates[0]
	return domain.Carrier{Name: leaf.Subject.CommonName, SPKI: sha256.Sum256(leaf.RawSubjectPublicKeyInfo)}
}

// takes reads a message and answers it. What was begun is finished where the platform has
// gone: the same request is asked again.
func takes[M any](does func(context.Context, domain.Carrier, M) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(io.LimitReader(r.Body, verifier.MaxMessage+1))
		if err != nil {
			panic(http.ErrAbortHandler) // the platform went away in its message
		}
		if len(body) > verifier.MaxMessage {
			w.Header().Set("Connection", "close")
			reply(w, nil, domain.ErrVerifier{Code: verifier.CodeContract, Detail: "longer than " + strconv.Itoa(verifier.MaxMessage) + " bytes"})
			return
		}
		m, err := verifier.Decode[M](body)
		if err != nil {
			reply(w, nil, domain.ErrVerifier{Code: verifier.CodeContract, Detail: err.Error()})
			return
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), 15*time.Second)
		defer cancel()
		answer, err := does(ctx, carrier(r), m)
		reply(w, answer, err)
	}
}

var verifierStatus = map[string]int{
	verifier.CodeContract: http.StatusBadRequest, verifier.CodeForbidden: http.StatusForbidden, verifier.CodeSuspended: http.StatusForbidden,
	verifier.CodePurpose: http.StatusForbidden, verifier.CodeUnavailable: http.StatusServiceUnavailable,
}

// reply writes an answer or a refusal; a refusal about what was asked is 409.
func reply(w http.ResponseWriter, answer any, err error) {
	status := http.StatusOK
	if err != nil {
		e := domain.ErrVerifier{Code: verifier.CodeUnavailable, Detail: "try again"}
		errors.As(err, &e)
		if status = verifierStatus[e.Code]; status == 0 {
			status = http.StatusConflict
		}
		answer = verifier.Refusal{Contract: verifier.Contract, Code: e.Code, Detail: e.Detail}
	}
	body, err := json.Marshal(answer)
	if err != nil {
		panic("server: an answer that cannot be encoded: " + err.Error())
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(body) //nolint:errcheck // the platform went away, and asks again
}

func (l *platforms) give(ctx context.Context, by domain.Carrier, m verifier.Signed) (any, error) {
	a, err := l.s.Give(ctx, by, domain.Signed{Provider: m.Provider, Statement: m.Statement, CMS: m.CMS})
	if err != nil {
		return nil, err
	}
	receipt, err := l.signer.Receipt(receiptOf(a))
	return verifier.Given{Contract: verifier.Contract, Consent: verifier.ID(a.ID), Handle: verifier.ID(a.Handle), State: a.Now.String(),
		From: a.From, Until: a.Until, Receipt: receipt}, err
}

func (l *platforms) withdraw(ctx context.Context, by domain.Carrier, m verifier.Signed) (any, error) {
	a, err := l.s.Withdraw(ctx, by, domain.Signed{Provider: m.Provider, Statement: m.Statement, CMS: m.CMS})
	if err != nil {
		return nil, err
	}
	receipt, err := l.signer.Receipt(receiptOf(a))
	return verifier.Withdrawn{Contract: verifier.Contract, Consent: verifier.ID(a.ID), At: a.CancelledAt, Disclosures: a.CancelledN - 1, Receipt: receipt}, err
}

// receiptOf says what a consent is, in the names of ISO/IEC TS 27560.
func receiptOf(a domain.Agreement) verifier.Receipt {
	purpose := verifier.Purpose{Service: a.Service.Title, ServiceID: verifier.ID(a.Service.ID), Purpose: a.Service.Purpose, LawfulBasis: "consent",
		PIIControllers: []string{a.Provider.ID}, WithdrawalMethod: "at the bank, in the app or at a kiosk, signed by card or phone"}
	for _, name := range a.Items.Names() {
		purpose.PIIInformation = append(purpose.PIIInformation, verifier.PIIType{PIIType: name})
	}
	r := verifier.Receipt{SchemaVersion: verifier.ReceiptSchema, RecordID: verifier.ID(a.ID), PIIPrincipalID: verifier.ID(a.Handle),
		PrivacyNotice: "sha256:" + hex.EncodeToString(a.Text[:]), Language: a.Lang, Purposes: []verifier.Purpose{purpose},
		Parties: []verifier.Party{{PartyID: a.Provider.ID, PartyName: a.Provider.Name, PartyRole: "PII controller"},
			{PartyID: a.Provider.Platform, PartyName: a.Provider.Platform, PartyRole: "PII processor"}},
		Events: []verifier.Event{{EventTime: a.Received, EventType: "explicit", EventState: "given", EntityID: "PII principal", ValidFrom: a.From, ValidUntil: a.Until}}}
	if a.CancelledAt != 0 {
		r.Events = append(r.Events, verifier.Event{EventTime: a.CancelledAt, EventType: "explicit", EventState: "withdrawn", EntityID: "PII principal", Disclosures: a.CancelledN - 1})
	}
	return r
}

// latest seals what is given outside of the transaction that decided it.
func (l *platforms) latest(ctx context.Context, by domain.Carrier, m verifier.Latest) (any, error) {
	if len(m.Questions) == 0 || len(m.Questions) > verifier.MaxQuestions {
		return nil, domain.ErrVerifier{Code: verifier.CodeContract, Detail: "1 to " + strconv.Itoa(verifier.MaxQuestions) + " questions"}
	}
	list := make([]store.Asked, len(m.Questions))
	for i, q := range m.Questions {
		list[i] = store.Asked{Request: store.ID(q.Request), Service: store.ID(q.Service), Handle: store.ID(q.Handle), Serial: store.Serial(q.Serial)}
		if (q.Handle == verifier.ID{}) == (q.Serial == verifier.Serial{}) {
			return nil, domain.ErrVerifier{Code: verifier.CodeContract, Detail: "a question has a handle or a serial number"}
		}
	}
	all, of, err := l.s.Latest(ctx, by, m.Provider, list)
	if err != nil {
		return nil, err
	}
	out := verifier.Answers{Contract: verifier.Contract}
	for _, a := range all {
		one := verifier.Answer{Request: verifier.ID(a.Request), Decision: a.Decision.String(), RetryAfter: int64(a.After / time.Second)}
		if a.Fee {
			one.Fee = domain.Fee
		}
		if a.Decision == consent.Given {
			one.Sealed, err = l.signer.Seal(verifier.Items{Provider: of.ID, Service: verifier.ID(a.Service),
				Bound: verifier.Bound{Request: verifier.ID(a.Request), Consent: verifier.ID(a.Consent), AsOf: a.AsOf},
				Name:  a.Items.Name, Address: a.Items.Address, Birth: a.Items.Birth, Sex: a.Items.Sex, Serial: verifier.Serial(a.Newest)}, of.Seal)
			if err != nil {
				l.log.Error("an answer is not sealed", "provider", of.ID, "err", err)
				return nil, err // the same questions are answered again
			}
		}
		out.Answers = append(out.Answers, one)
	}
	return out, nil
}

func (l *platforms) end(ctx context.Context, by domain.Carrier, m verifier.End) (any, error) {
	day, err := domain.DayIn(m.Day)
	if err != nil {
		return nil, domain.ErrVerifier{Code: verifier.CodeContract, Detail: "the day is YYYY-MM-DD"}
	}
	ends, err := l.s.EndService(ctx, by, m.Provider, store.ID(m.Service), day)
	return verifier.Ended{Contract: verifier.Contract, Service: m.Service, Ends: ends}, err
}

func (l *platforms) changes(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	after, err := strconv.ParseInt(q.Get("after"), 10, 64)
	if err != nil || after < 0 {
		reply(w, nil, domain.ErrVerifier{Code: verifier.CodeContract, Detail: "after is the number of a change, or 0"})
		return
	}
	list, err := l.s.Changes(r.Context(), carrier(r), q.Get("provider"), after)
	out := verifier.Changes{Contract: verifier.Contract, Changes: []verifier.Change{}, Next: after}
	for _, c := range list {
		one := verifier.Change{N: c.N, Service: verifier.ID(c.Service), Consent: (*verifier.ID)(c.Consent), What: c.What, At: c.At}
		out.Changes, out.Next = append(out.Changes, one), c.N
	}
	reply(w, out, err)
}
