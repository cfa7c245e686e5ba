package domain

import (
	"context"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/attest"
)

// attestation is what makers say of the keys of an application.
type attestation struct{ batch, maker string }

// attestWords are the codes of the refusals of package attest: they say different things of
// a phone.
var attestWords = map[attest.Refusal]string{
	attest.Missing: "no-attestation", attest.Unreadable: "attestation", attest.StaleList: "list-is-old", attest.NoAnchor: "unknown-maker",
	attest.Expired: "batch-expired", attest.Withdrawn: "batch-is-withdrawn", attest.OtherKey: "other-key", attest.OtherUse: "other-use", attest.OtherNonce: "other-nonce",
}

var errElements = ErrApp{"the keys are in secure elements of two batches", "two-elements"}

// requested is the key of a request that it has signed itself, and as DER.
func requested(csr []byte) (key *rsa.PublicKey, spki []byte, err error) {
	r, err := x509.ParseCertificateRequest(csr)
	if err == nil {
		err = r.CheckSignature()
	}
	if err != nil {
		return nil, nil, errRequest
	}
	key, ok := r.PublicKey.(*rsa.PublicKey)
	if !ok || key.N.BitLen() != 2048 || key.E != 65537 {
		return nil, nil, errRequest
	}
	return key, r.RawSubjectPublicKeyInfo, nil
}

var errRequest = ErrApp{"a request is not signed by its own key, or that is not RSA of 2048 bits", "request"}

// attested believes that both keys of an application are in one secure element, made on its
// nonce. Two elements of one batch cannot be told apart.
func (c *call) attested(said appclient.Application) (is attestation, err error) {
	anchors, err := c.anchors()
	if err != nil {
		return is, err
	}
	for purpose, of := range [...]appclient.PhoneKey{attest.Auth: said.Auth, attest.Sign: said.Sign} {
		_, key, err := requested(of.Request)
		if err != nil {
			return is, err
		}
		s, err := anchors.Check(of.Attestation, key, attest.Purpose(purpose), said.Nonce[:], time.Unix(c.now, 0))
		var refused attest.Refusal
		if errors.As(err, &refused) {
			return is, ErrApp{string(refused), attestWords[refused]}
		}
		if err != nil {
			return is, err
		}
		before := is
		if is = (attestation{hex.EncodeToString(s.Batch[:]), s.Maker}); purpose > 0 && is != before {
			return is, errElements
		}
	}
	return is, nil
}

// anchors are the makers that were admitted, and the batches that they withdrew. The list of
// those is the authority's own table, which is never too old.
func (c *call) anchors() (a attest.Anchors, err error) {
	roots, err := c.Makers()
	if err != nil {
		return a, err
	}
	for _, der := range roots {
		root, err := x509.ParseCertificate(der)
		if err != nil {
			return a, err
		}
		a.Roots = append(a.Roots, root)
	}
	withdrawn, err := c.WithdrawnBatches()
	a.Withdrawn = map[[32]byte]bool{}
	for _, b := range withdrawn {
		if hash, err := hex.DecodeString(b.Name); err == nil && len(hash) == sha256.Size { // others attest nothing
			a.Withdrawn[[32]byte(hash)] = true
		}
	}
	a.Until = time.Unix(c.now, 0)
	return a, err
}

// AdmitMaker has a maker of secure elements believed, by its root.
func (s *Service) AdmitMaker(ctx context.Context, root *x509.Certificate) error {
	if !root.IsCA || root.CheckSignatureFrom(root) != nil {
		return ErrApp{Text: "that is no root of a maker"}
	}
	return s.app(ctx, func(c *call) error { return c.AddMaker(sha256.Sum256(root.RawSubjectPublicKeyInfo), root.Raw, c.now) })
}

// DismissMaker has it believed no longer: phones with its elements apply no more. What was
// issued stays until a batch is withdrawn.
func (s *Service) DismissMaker(ctx context.Context, root *x509.Certificate) error {
	return s.app(ctx, func(c *call) error {
		there, err := c.RemoveMaker(sha256.Sum256(root.RawSubjectPublicKeyInfo))
		if err == nil && !there {
			err = ErrApp{Text: "this maker was not admitted"}
		}
		return err
	})
}

// Elements is what is known of secure elements of phones.
type Elements struct {
	Makers    []Maker           `json:"makers"`
	Withdrawn []string          `json:"withdrawn"` // batches
	Used      []store.UsedBatch `json:"used"`
}

// Maker of secure elements.
type Maker struct {
	Name     string `json:"name"`
	NotAfter int64  `json:"not_after"`
}

// Elements lists it.
func (s *Service) Elements(ctx context.Context) (e Elements, err error) {
	err = s.app(ctx, func(c *call) error {
		e = Elements{Makers: []Maker{}, Withdrawn: []string{}}
		anchors, err := c.anchors()
		if err != nil {
			return err
		}
		for _, root := range anchors.Roots {
			e.Makers = append(e.Makers, Maker{root.Subject.CommonName, root.NotAfter.Unix()})
		}
		batches, err := c.WithdrawnBatches()
		if err != nil {
			return err
		}
		for _, b := range batches {
			e.Withdrawn = append(e.Withdrawn, b.Name)
		}
		e.Used, err = c.UsedBatches()
		return err
	})
	return e, err
}

// ReviewElements carries withdrawals out on phones that were set up while they were: an
// application can have been read just before. Trouble is logged and stops nothing: it is
// called again.
func (s *Service) ReviewElements(ctx context.Context) {
	var batches []store.Batch
	err := s.db.Tx(ctx, func(tx *store.Tx) (err error) {
		batches, err = tx.WithdrawnBatches()
		return err
	})
	for _, b := range batches {
		_, one := s.eachOfBatch(ctx, b.Name, false, life.Event{Op: life.WithdrawBatch, By: life.Maker})
		err = errors.Join(err, one)
	}
	if err != nil && ctx.Err() == nil {
		s.log.Error("phones of withdrawn batches are not looked at", "err", err)
	}
}
