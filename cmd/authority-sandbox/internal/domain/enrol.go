package domain

import (
	"context"
	"crypto/ecdsa"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/enrolment"
	"multicopy.example/kiosk/authority/wire"
)

// ErrEnrol refuses a kiosk that asks for a certificate.
type ErrEnrol struct {
	Code, Detail string
	After        time.Duration // when to come again; 0 where it says nothing
}

func (e ErrEnrol) Error() string { return e.Code + ": " + e.Detail }

// AskEnrolment keeps a kiosk's request, from that address, until a person approves it or it
// expires.
func (s *Service) AskEnrolment(ctx context.Context, m enrolment.Ask, address string) (enrolment.Asked, error) {
	bad := func(err error) error { return ErrEnrol{Code: enrolment.CodeContract, Detail: clip(err.Error())} }
	if _, err := enrolment.Request(m.CSR, m.Kiosk); err != nil {
		return enrolment.Asked{}, bad(err)
	}
	now := s.now()
	e := store.Enrolment{ID: store.ID(fresh[wire.ID]()), Kiosk: m.Kiosk, CSR: m.CSR, Nonce: store.Hash(fresh[wire.Hash]()), Address: address,
		Made: now.Unix(), Expires: now.Add(enrolment.Open).Unix()}
	a := asking{now: now, again: m.Old != nil}
	if a.again {
		old, err := s.shown(m)
		if err != nil {
			return enrolment.Asked{}, bad(err)
		}
		of := CertificateOf(old)
		e.Old, a.ended = (*store.Hash)(&of.Fingerprint), old.NotAfter
	}
	err := s.db.Tx(ctx, func(tx *store.Tx) error {
		k, err := tx.Kiosk(m.Kiosk)
		if err != nil && !errors.Is(err, store.ErrNone) {
			return err
		}
		a.registered, a.revoked = err == nil, k.Revoked
		if a.waiting, err = tx.CountEnrolments(m.Kiosk, address, e.Made); err != nil {
			return err
		}
		certs, err := tx.Certificates(m.Kiosk)
		if err != nil {
			return err
		}
		a.old, a.none = stateOf(certs, e.Old), len(certs) == 0
		if code, why := mayAsk(a); code != "" {
			after := time.Duration(0)
			if code == enrolment.CodeBusy {
				after = time.Minute
			}
			return ErrEnrol{Code: code, Detail: why, After: after}
		}
		return tx.AddEnrolment(e)
	})
	if err != nil {
		return enrolment.Asked{}, err
	}
	s.log.Info("a kiosk asks for a certificate", "kiosk", m.Kiosk, "address", address, "again", a.again)
	return enrolment.Asked{Contract: enrolment.Version, Request: wire.ID(e.ID), Nonce: wire.Hash(e.Nonce), Expires: e.Expires}, nil
}

// shown is the certificate that a kiosk asks again by: one of ours, of its name, whose
// key signed the request.
func (s *Service) shown(m enrolment.Ask) (*x509.Certificate, error) {
	old, err := x509.ParseCertificate(m.Old)
	if err != nil {
		return nil, err
	}
	_, err = old.Verify(x509.VerifyOptions{Roots: s.keys.Clients, CurrentTime: old.NotAfter, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	if err != nil {
		return nil, err
	}
	key, ok := old.PublicKey.(*ecdsa.PublicKey)
	digest := enrolment.Again(m.Kiosk, m.CSR)
	if !ok || old.Subject.CommonName != m.Kiosk || !ecdsa.VerifyASN1(key, digest[:], m.Signature) {
		return nil, errors.New("the old certificate is of another kiosk, or its key did not sign this request")
	}
	return old, nil
}

func stateOf(certs []store.Certificate, fingerprint *store.Hash) store.CertState {
	for _, c := range certs {
		if fingerprint != nil && c.Fingerprint == *fingerprint {
			return c.State
		}
	}
	return store.Unknown
}

// CollectEnrolment says what became of a request.
func (s *Service) CollectEnrolment(ctx context.Context, id wire.ID) (enrolment.Collected, error) {
	var e store.Enrolment
	err := s.db.Tx(ctx, func(tx *store.Tx) (err error) {
		e, err = tx.Enrolment(store.ID(id))
		return err
	})
	switch {
	case errors.Is(err, store.ErrNone) || err == nil && e.Expires < s.now().Unix():
		return enrolment.Collected{}, ErrEnrol{Code: enrolment.CodeGone, Detail: "no such request, or not any more"}
	case err != nil:
		return enrolment.Collected{}, err
	case e.Certificate == nil:
		return enrolment.Collected{Contract: enrolment.Version, State: enrolment.Waiting}, nil
	}
	return enrolment.Collected{Contract: enrolment.Version, State: enrolment.Approved, Certificate: e.Certificate, Handout: s.keys.Handout}, nil
}

// A Requested is a request as a person sees it.
type Requested struct {
	Kiosk    string         `json:"kiosk"`
	Code     enrolment.Code `json:"code"`
	Address  string         `json:"address"`
	Again    bool           `json:"again"`    // signed by the key of a certificate that it had
	Approved bool           `json:"approved"` // and still to be collected
	Made     int64          `json:"made"`
	Expires  int64          `json:"expires"`
}

// Enrolments are the requests that have not expired, the oldest first.
func (s *Service) Enrolments(ctx context.Context) (list []Requested, err error) {
	err = s.db.Tx(ctx, func(tx *store.Tx) error {
		list = nil
		all, err := tx.Enrolments("", s.now().Unix())
		for _, e := range all {
			list = append(list, Requested{Kiosk: e.Kiosk, Code: enrolment.CodeOf(e.CSR, wire.Hash(e.Nonce)), Address: e.Address, Again: e.Old != nil,
				Approved: e.Certificate != nil, Made: e.Made, Expires: e.Expires})
		}
		return err
	})
	return list, err
}

// Approve certifies the one request of that name and code. replace says that the
// certificates which the kiosk has are to be revoked.
func (s *Service) Approve(ctx context.Context, name string, code enrolment.Code, replace bool) error {
	now := s.now()
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		k, err := tx.Kiosk(name) // locked: of two approvals the second finds what the first did
		if err != nil && !errors.Is(err, store.ErrNone) {
			return err
		}
		a := applicant{registered: err == nil, revoked: k.Revoked, replace: replace}
		all, err := tx.Enrolments(name, now.Unix())
		if err != nil {
			return err
		}
		e, err := ofCode(all, code)
		if err != nil {
			return err
		}
		certs, err := tx.Certificates(name)
		if err != nil {
			return err
		}
		for _, c := range certs {
			a.has = a.has || valid(c.State, false)
		}
		a.approved, a.again, a.old = e.Certificate != nil, e.Old != nil, stateOf(certs, e.Old)
		how, err := mayApprove(a)
		if err != nil {
			return err
		}
		der, err := s.keys.Renew(e.CSR, name)
		if err != nil {
			return err
		}
		return approve(tx, e, how, der, now)
	})
}

// ofCode is the request with that code. Two that have it by chance are both refused.
func ofCode(all []store.Enrolment, code enrolment.Code) (e store.Enrolment, err error) {
	n := 0
	for _, one := range all {
		if enrolment.CodeOf(one.CSR, wire.Hash(one.Nonce)) == code {
			e = one
			n++
		}
	}
	if n != 1 {
		return e, fmt.Errorf("%d requests of this kiosk have the code %s; kiosk list --requests shows those that wait", n, code)
	}
	return e, nil
}

func approve(tx *store.Tx, e store.Enrolment, how approval, der []byte, now time.Time) error {
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return err
	}
	state := store.Current
	switch how {
	case asNext:
		state = store.Pending
		err = tx.MoveCertificates(e.Kiosk, store.Pending, store.Ended, now.Unix())
	case asAnother:
		err = tx.RevokeAll(e.Kiosk, now.Unix())
	}
	if err != nil {
		return err
	}
	if err := tx.AddCertificate(CertificateOf(cert).Row(state, now.Unix())); err != nil {
		return err
	}
	return tx.ApproveEnrolment(e.ID, der, now.Add(enrolment.Open).Unix())
}
