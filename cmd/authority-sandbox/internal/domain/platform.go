package domain

import (
	"context"
	"errors"

	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/verifier"
)

// The verifier line. Rows are locked in one order: the person, consents by their handles, the
// provider's count of the day, the provider. So a withdrawal and an inquiry follow
// each other at the consent's row, and none waits for one that waits for it.

// ErrVerifier refuses a request of a platform.
type ErrVerifier struct {
	Code, Detail string
}

func (e ErrVerifier) Error() string { return e.Code + ": " + e.Detail }

// Carrier is the platform at the other end, as its connection shows it.
type Carrier struct {
	Name string
	SPKI [32]byte // SHA-256 of its TLS key, SubjectPublicKeyInfo
}

// verifying runs a request of a platform in a transaction. f may run twice.
func (s *Service) verifying(ctx context.Context, f func(*call) error) error {
	err := s.db.Tx(ctx, func(tx *store.Tx) error { return f(&call{Tx: tx, now: s.now().Unix()}) })
	if refused := (ErrVerifier{}); err != nil && !errors.As(err, &refused) {
		s.log.Error("request of a platform undone", "err", err)
		return ErrVerifier{verifier.CodeUnavailable, "try again"}
	}
	return err
}

// standings of who asks and for whom. One that is not there is as if its key were another's.
func (c *call) standings(by Carrier, provider string) (q consent.Inquiry, p store.Provider, err error) {
	platform, p, err := c.PlatformFor(by.Name, provider)
	if err != nil || platform.SPKI != store.Hash(by.SPKI) || platform.Name == "" {
		return q, store.Provider{}, err
	}
	q.Platform, q.Provider, q.Related = platform.Standing, p.Standing, p.Platform == by.Name
	return q, p, nil
}

// admitted is the provider that a platform speaks for.
func (c *call) admitted(by Carrier, provider string) (store.Provider, error) {
	q, p, err := c.standings(by, provider)
	switch {
	case err != nil:
		return p, err
	case q.Platform == consent.Unknown || q.Provider == consent.Unknown || !q.Related:
		return p, ErrVerifier{verifier.CodeForbidden, "the provider is not this platform's"}
	case q.Platform == consent.Suspended || q.Provider == consent.Suspended:
		return p, ErrVerifier{verifier.CodeSuspended, "the platform or the provider is suspended"}
	}
	return p, nil
}
