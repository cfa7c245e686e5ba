// Package status tells who relies on a certificate whether it is good, over HTTP without TLS as
// RFC 5280 and 6960 have it: what is served is signed.
//
//	New         the service of several CAs; it is a handler
//	/ocsp       POST a request, or GET /ocsp/{base64}
//	/crl        GET /crl/{issuer}/{part}: the list of one part of a CA's certificates
//	/ca         GET /ca/{issuer}: the CA's certificate
//
// The real one is for registered verifiers alone; the sandbox's is open.
package status

import (
	"context"
	"crypto"
	"crypto/x509"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/crl"
	"multicopy.example/cmd/authority-sandbox/internal/ocsp"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
)

// Tick is how long an answer is said to be so. Ticks begin at full quarters of an hour.
const Tick = 15 * time.Minute

// A Status is what is known of a certificate at one moment. Two that are equal say the same.
type Status struct {
	Is     ocsp.Status
	Reason crl.Reason // where it is Revoked; CertificateHold is held
	Since  int64      // Unix seconds
}

// Source is who knows.
type Source interface {
	// Status of a certificate; Unknown where none of that number was issued, or is not its
	// holder's to use yet.
	Status(ctx context.Context, kind pki.Kind, serial [crl.SerialLen]byte, now time.Time) (Status, error)
	// Part tells how often a part's list came to say something else, and its entries, all as of one
	// moment: what is held or revoked and not past its last day.
	Part(ctx context.Context, kind pki.Kind, part pki.Part, now time.Time, use func(revision int64, entries crl.Entries) error) error
}

// Service answers for its CAs.
type Service struct {
	source  Source
	issuers []*issuer
	now     func() time.Time
	log     *slog.Logger
	answers answers
	lists   lists
}

// New makes the service. Each CA certifies a responder of its own, now and before that one is half through.
func New(source Source, cas []*pki.CA, now func() time.Time, log *slog.Logger) (*Service, error) {
	s := &Service{source: source, now: now, log: log, lists: newLists()}
	for _, ca := range cas {
		i := &issuer{ca: ca, hashes: map[crypto.Hash][2]string{}}
		for _, h := range []crypto.Hash{crypto.SHA1, crypto.SHA256} {
			i.hashes[h] = [2]string{digest(h, ca.Cert.RawSubject), digest(h, x509.MarshalPKCS1PublicKey(&ca.Key.PublicKey))}
		}
		if _, err := i.responder(now()); err != nil {
			return nil, err
		}
		s.issuers = append(s.issuers, i)
	}
	return s, nil
}

func digest(h crypto.Hash, b []byte) string {
	d := h.New()
	d.Write(b)
	return string(d.Sum(nil))
}

// issuer is a CA and who answers for it.
type issuer struct {
	ca     *pki.CA
	hashes map[crypto.Hash][2]string // of its name and of its key

	mu      sync.Mutex
	current *ocsp.Responder
	since   time.Time
}

// is reports whether a request means this CA.
func (i *issuer) is(id ocsp.CertID) bool {
	h, ok := i.hashes[id.Hash]
	return ok && h[0] == string(id.NameHash) && h[1] == string(id.KeyHash)
}

// responder is the one of today. It is another after half of its life, so that no answer
// outlives its certificate, and where the clock was set back before it.
func (i *issuer) responder(now time.Time) (*ocsp.Responder, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.current != nil && !now.Before(i.since) && now.Sub(i.since) < pki.ResponderLife/2 {
		return i.current, nil
	}
	pair, err := i.ca.Responder(now)
	if err != nil {
		return nil, fmt.Errorf("status: responder: %w", err)
	}
	r, err := ocsp.NewResponder(pair.Cert, pair.Key)
	if err != nil {
		return nil, err
	}
	i.current, i.since = r, now
	return r, nil
}

// names of the CAs in addresses.
var names = map[string]pki.Kind{"auth": pki.User, "sign": pki.Sign}

// named is the CA of a name in an address; nil where there is none.
func (s *Service) named(name string) *issuer {
	kind, ok := names[name]
	for _, i := range s.issuers {
		if ok && i.ca.Kind == kind {
			return i
		}
	}
	return nil
}
