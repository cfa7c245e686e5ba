package status

import (
	"context"
	"errors"
	"math"
	"sync"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/crl"
	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/cmd/authority-sandbox/internal/ocsp"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/cmd/authority-sandbox/internal/store"
)

// Stored is the Source that a store is.
type Stored struct {
	db    *store.DB
	names map[pki.Kind][]byte // of the CAs, DER

	mu      sync.Mutex
	numbers map[pki.Kind]int64 // that the store has for them
}

// NewStored is what the store says of these CAs' certificates.
func NewStored(db *store.DB, cas []*pki.CA) *Stored {
	s := &Stored{db: db, names: map[pki.Kind][]byte{}, numbers: map[pki.Kind]int64{}}
	for _, ca := range cas {
		s.names[ca.Kind] = ca.Cert.RawSubject
	}
	return s
}

// always is the moment of what is so now: whichever process noted it, and however its clock goes.
const always = math.MaxInt64

var words = map[life.State]ocsp.Status{life.Good: ocsp.Good, life.Held: ocsp.Revoked, life.Revoked: ocsp.Revoked}

// Status is as Source has it. A certificate that is Issued is not its holder's to use, and nothing says that
// it ever was: it is unknown, and not good.
func (s *Stored) Status(ctx context.Context, kind pki.Kind, serial [crl.SerialLen]byte, _ time.Time) (Status, error) {
	unknown := Status{Is: ocsp.Unknown}
	issuer, err := s.issuer(ctx, kind)
	if errors.Is(err, store.ErrNone) {
		return unknown, nil
	}
	if err != nil {
		return unknown, err
	}
	is, err := s.db.Status(ctx, issuer, serial, always)
	word, known := words[is.State]
	switch {
	case errors.Is(err, store.ErrNone):
		return unknown, nil
	case err != nil || !known:
		return unknown, err
	}
	return Status{Is: word, Reason: reason(is), Since: is.Since}, nil
}

func reason(is store.Status) crl.Reason {
	switch is.State {
	case life.Held:
		return crl.CertificateHold
	case life.Revoked:
		return crl.Reason(is.Reason)
	}
	return crl.Unspecified
}

// Part is as Source has it.
func (s *Stored) Part(ctx context.Context, kind pki.Kind, part pki.Part, now time.Time, use func(int64, crl.Entries) error) error {
	issuer, err := s.issuer(ctx, kind)
	if errors.Is(err, store.ErrNone) {
		return use(0, func(func(crl.Entry, error) bool) {})
	}
	if err != nil {
		return err
	}
	return s.db.Snapshot(ctx, func(tx *store.Tx) error {
		revision, err := tx.Revision(issuer, int64(part))
		if err != nil {
			return err
		}
		return use(revision, entriesOf(tx, store.Part{Issuer: issuer, Part: int64(part), At: always, Ended: now.Unix()}))
	})
}

// fewEntries are kept from one reading to the next: most lists are shorter, and reading a row costs more
// than writing it. Of a longer list none is kept.
const fewEntries = 1 << 15

// entriesOf are read as they are gone through.
func entriesOf(tx *store.Tx, of store.Part) crl.Entries {
	var kept []crl.Entry
	whole := false
	return func(yield func(crl.Entry, error) bool) {
		if whole {
			for _, e := range kept {
				if !yield(e, nil) {
					return
				}
			}
			return
		}
		enough := errors.New("no more are wanted")
		n := 0
		kept = kept[:0]
		err := tx.Entries(of, func(row store.Entry) error {
			e := crl.Entry{Serial: row.Serial, At: row.Since, Reason: reason(row.Status)}
			if n++; n <= fewEntries {
				kept = append(kept, e)
			} else {
				kept = nil
			}
			if !yield(e, nil) {
				return enough
			}
			return nil
		})
		whole = err == nil && n <= fewEntries
		if err != nil && !errors.Is(err, enough) {
			yield(crl.Entry{}, err)
		}
	}
}

// issuer is the number of a CA, which the store has from its first certificate on.
func (s *Stored) issuer(ctx context.Context, kind pki.Kind) (n int64, err error) {
	s.mu.Lock()
	n, ok := s.numbers[kind]
	s.mu.Unlock()
	if ok {
		return n, nil
	}
	err = s.db.Snapshot(ctx, func(tx *store.Tx) error {
		n, err = tx.Issuer(s.names[kind])
		return err
	})
	if err == nil {
		s.mu.Lock()
		s.numbers[kind] = n
		s.mu.Unlock()
	}
	return n, err
}
