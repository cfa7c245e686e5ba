// Package platform is a platform (プラットフォーム事業者) as the authority's platforms are: it carries a bank's
// questions and brings the answers, of which it can read what was decided and not what was given.
// It keeps for each handle which certificate to look at, since the bank keeps no serial number, and looks
// at them by OCSP.
//
// Call New and serve Handler to the bank. How a bank and its platform know each other is their
// own affair; here they talk over loopback.
package platform

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"time"

	"multicopy.example/cmd/internal/cms"
	"multicopy.example/cmd/internal/verifier"
)

// Config of a platform.
type Config struct {
	Authority string            // of its verifier line, https://HOST:PORT
	Roots     *x509.CertPool    // of its TLS certificate
	Own       tls.Certificate   // of the platform
	Status    string            // of its status line, http://HOST:PORT
	Issuer    *x509.Certificate // of signing certificates
	Provider  string            // the one bank that it speaks for
	File      string            // what it keeps
	Now       func() time.Time
	Log       *slog.Logger
}

// Platform carries.
type Platform struct {
	Config
	authority *http.Client
	status    *http.Client

	mu   sync.Mutex
	kept Kept
}

// Kept is all that a platform knows, as its file has it.
type Kept struct {
	Certificates map[string]Certificate `json:"certificates"` // by handles
	Decisions    map[string]int         `json:"decisions"`    // how often each was carried
	Fees         int                    `json:"fees"`         // yen
}

// Certificate is the one to look at for a handle.
type Certificate struct {
	Serial  verifier.Serial `json:"serial"`
	Consent verifier.ID     `json:"consent"`
	Dead    bool            `json:"dead"`
	Checked int64           `json:"checked"` // Unix seconds
	Untold  bool            `json:"untold"`  // it was not good at a check, and the bank has not said that it knows
}

// patience is how long an answer is waited for.
const patience = 20 * time.Second

// New is a platform with what its file says.
func New(c Config) (*Platform, error) {
	p := &Platform{Config: c, status: &http.Client{Timeout: patience},
		kept: Kept{Certificates: map[string]Certificate{}, Decisions: map[string]int{}}}
	p.authority = &http.Client{Timeout: patience, Transport: &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS13,
		RootCAs: c.Roots, Certificates: []tls.Certificate{c.Own}, Time: c.Now}}}
	text, err := os.ReadFile(c.File)
	if os.IsNotExist(err) {
		return p, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &p.kept)
	}
	return p, err
}

// changes what is kept, on disk before it returns.
func (p *Platform) changes(f func(*Kept)) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	f(&p.kept)
	text, err := json.MarshalIndent(p.kept, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(p.File+".new", append(text, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(p.File+".new", p.File)
}

// Handler is what the bank talks to.
func (p *Platform) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+verifier.PathGive, p.give)
	mux.HandleFunc("POST "+verifier.PathWithdraw, p.carry)
	mux.HandleFunc("POST "+verifier.PathLatest, p.latest)
	mux.HandleFunc("POST "+verifier.PathEnd, p.carry)
	mux.HandleFunc("GET "+verifier.PathChanges, p.feed)
	mux.HandleFunc("POST /check", p.check)
	mux.HandleFunc("POST /checked", p.checked)
	mux.HandleFunc("GET /knows", p.knows)
	return mux
}

// ask sends a message of the bank's on, as it is, and answers the authority's.
func (p *Platform) ask(ctx context.Context, method, path string, body []byte) (status int, answer []byte, err error) {
	r, err := http.NewRequestWithContext(ctx, method, p.Authority+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	reply, err := p.authority.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer reply.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(reply.Body, maxAnswer))
	return reply.StatusCode, answer, err
}

// maxAnswer is more than 500 sealed answers are.
const maxAnswer = 4 << 20

// relay reads the bank's message, sends it on and gives the answer back; false where there
// is none.
func (p *Platform) relay(w http.ResponseWriter, r *http.Request) (body, answer []byte, ok bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, verifier.MaxMessage))
	if err != nil {
		http.Error(w, "the message is too long", http.StatusRequestEntityTooLarge)
		return nil, nil, false
	}
	status, answer, err := p.ask(r.Context(), r.Method, r.URL.RequestURI(), body)
	if err != nil {
		p.Log.Error("the authority does not answer", "path", r.URL.Path, "err", err)
		http.Error(w, "the authority does not answer", http.StatusBadGateway)
		return nil, nil, false
	}
	p.Log.Info("carried", "path", r.URL.Path, "status", status)
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(answer) //nolint:errcheck // the bank asks again
	return body, answer, status == http.StatusOK
}

func (p *Platform) carry(w http.ResponseWriter, r *http.Request) { p.relay(w, r) }

// give carries a consent, and keeps which certificate signed it.
func (p *Platform) give(w http.ResponseWriter, r *http.Request) {
	body, answer, ok := p.relay(w, r)
	if !ok {
		return
	}
	m, err := verifier.Decode[verifier.Signed](body)
	if err != nil {
		return
	}
	given, err := verifier.Decode[verifier.Given](answer)
	if err != nil {
		p.Log.Error("the authority's answer", "err", err)
		return
	}
	signed, err := cms.Verify(m.CMS, m.Statement)
	if err != nil {
		p.Log.Error("the signature", "err", err)
		return
	}
	var serial verifier.Serial
	signed.Certificate.SerialNumber.FillBytes(serial[:])
	handle, _ := given.Handle.MarshalText()
	p.keeps(p.changes(func(k *Kept) {
		k.Certificates[string(handle)] = Certificate{Serial: serial, Consent: given.Consent, Checked: p.Now().Unix()}
	}))
}

// feed carries changes. A consent that has ended leaves no certificate to look at.
func (p *Platform) feed(w http.ResponseWriter, r *http.Request) {
	_, answer, ok := p.relay(w, r)
	if !ok {
		return
	}
	list, err := verifier.Decode[verifier.Changes](answer)
	if err != nil {
		p.Log.Error("the authority's answer", "err", err)
		return
	}
	p.keeps(p.changes(func(k *Kept) {
		for _, change := range list.Changes {
			for handle, cert := range k.Certificates {
				if change.What == "cancelled" && change.Consent != nil && cert.Consent == *change.Consent {
					delete(k.Certificates, handle)
				}
			}
		}
	}))
}

func (p *Platform) keeps(err error) {
	if err != nil {
		p.Log.Error("what is kept", "err", err)
	}
}

// latest carries questions, and counts what was decided: that is all of an answer that a platform can
// read, and it is charged the fees by it.
func (p *Platform) latest(w http.ResponseWriter, r *http.Request) {
	_, answer, ok := p.relay(w, r)
	if !ok {
		return
	}
	all, err := verifier.Decode[verifier.Answers](answer)
	if err != nil {
		p.Log.Error("the authority's answer", "err", err)
		return
	}
	p.keeps(p.changes(func(k *Kept) {
		for _, a := range all.Answers {
			k.Decisions[a.Decision]++
			k.Fees += a.Fee
		}
	}))
}

// knows tells what it keeps, for the page that shows it beside what others know.
func (p *Platform) knows(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(p.kept); err != nil {
		p.Log.Error("what is kept", "err", err)
	}
}

// post sends a message of the platform's own and reads the answer.
func post[A any](ctx context.Context, p *Platform, path string, m any) (a A, err error) {
	body, err := json.Marshal(m)
	if err != nil {
		return a, err
	}
	status, answer, err := p.ask(ctx, http.MethodPost, path, body)
	if err != nil {
		return a, err
	}
	if status != http.StatusOK {
		return a, fmt.Errorf("%s: %d", path, status)
	}
	return verifier.Decode[A](answer)
}
