package main

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"strings"
	"time"

	"golang.org/x/crypto/cryptobyte"
	tags "golang.org/x/crypto/cryptobyte/asn1"
	"golang.org/x/crypto/ocsp"
)

// status is what is asked of an authority that tells whether certificates are good. It is of no
// version of the contract, and tried with the newest.
var status = []requirement{
	{"/ocsp", "a certificate in order is good, by a responder that its CA certified for 30 days at most", func(s *suite) error {
		return s.good(func(t told) error {
			r, err := s.asks(t, crypto.SHA1, nil)
			if err != nil {
				return err
			}
			if r.Status != ocsp.Good {
				return fmt.Errorf("OCSP says %d", r.Status)
			}
			return delegated(r.Certificate)
		})
	}},
	{"/ocsp", "one that was never issued is unknown", func(s *suite) error {
		return s.good(func(t told) error { return s.says(neverIssued(t), ocsp.Unknown, 0) })
	}},
	{"/ocsp", "one on hold is revoked for certificateHold; one that is revoked has another reason", func(s *suite) error {
		auth, sign, err := s.refusedAs("held")
		if err == nil {
			err = first(s.says(auth, ocsp.Revoked, ocsp.CertificateHold), s.says(sign, ocsp.Revoked, ocsp.CertificateHold))
		}
		if err != nil {
			return err
		}
		if auth, sign, err = s.refusedAs("revoked"); err != nil {
			return err
		}
		for _, t := range []told{auth, sign} {
			if r, err := s.asks(t, crypto.SHA1, nil); err != nil || r.Status != ocsp.Revoked || r.RevocationReason == ocsp.CertificateHold {
				return fmt.Errorf("%+v, %v", r, err)
			}
		}
		if auth, sign, err = s.refusedAs("changed"); err != nil {
			return err
		}
		return first(s.says(auth, ocsp.Good, 0), s.says(sign, ocsp.Revoked, ocsp.AffiliationChanged))
	}},
	{"/ocsp", "a nonce of 1, 32 and 128 octets is repeated; one of 0 and of 129 is refused", func(s *suite) error {
		return s.good(func(t told) error {
			for _, n := range []int{1, 32, 128} {
				if _, err := s.asks(t, crypto.SHA1, bytes.Repeat([]byte{byte(n)}, n)); err != nil {
					return err
				}
			}
			for _, n := range []int{0, 129} {
				der, err := question(t, crypto.SHA1, make([]byte, n))
				if err := first(err, s.refusesAs(der, ocsp.Malformed)); err != nil {
					return fmt.Errorf("a nonce of %d: %w", n, err)
				}
			}
			return nil
		})
	}},
	{"/ocsp", "by GET as by POST, and by SHA-256 as by SHA-1", func(s *suite) error {
		return s.good(func(t told) error {
			der, err := question(t, crypto.SHA256, nil)
			if err != nil {
				return err
			}
			answer, err := s.fetch(http.MethodGet, "/ocsp/"+strings.ReplaceAll(base64.StdEncoding.EncodeToString(der), "/", "%2F"), "", nil)
			if err != nil {
				return err
			}
			if r, err := believed(answer, t, nil); err != nil || r.Status != ocsp.Good {
				return fmt.Errorf("%+v, %v", r, err)
			}
			r, err := s.asks(t, crypto.SHA256, nil)
			if err == nil && r.Status != ocsp.Good {
				err = fmt.Errorf("OCSP says %d", r.Status)
			}
			return err
		})
	}},
	{"/ocsp", "about another's CA it is unauthorized; what is no request is malformed", func(s *suite) error {
		stranger, err := s.strange()
		if err != nil {
			return err
		}
		der, err := question(stranger, crypto.SHA1, nil)
		return first(err, s.refusesAs(der, ocsp.Unauthorized), s.refusesAs([]byte("hello"), ocsp.Malformed), s.refusesAs(nil, ocsp.Malformed), s.refusesAs(append(der, 0), ocsp.Malformed))
	}},
	{"/crl", "a certificate's list is signed by its CA, names its distribution point in a critical extension, and ends", func(s *suite) error {
		return s.good(func(t told) error { _, err := s.listOf(t); return err })
	}},
	{"/crl", "has what is held and revoked, with its reason, and not what is good", func(s *suite) error {
		for code, reasons := range map[string][2]int{"held": {ocsp.CertificateHold, ocsp.CertificateHold}, "changed": {-1, ocsp.AffiliationChanged}} {
			auth, sign, err := s.refusedAs(code)
			if err := first(err, s.lists(auth, reasons[0]), s.lists(sign, reasons[1])); err != nil {
				return fmt.Errorf("%s: %w", code, err)
			}
		}
		return s.good(func(t told) error { return s.lists(t, -1) })
	}},
	{"/crl", "the end of a phone's hold is told at once, by OCSP and by a list with a greater number", func(s *suite) error {
		auth, sign, err := s.refusedAs("phone")
		if err != nil {
			return err
		}
		before, err := s.listOf(sign)
		if err := first(err, s.says(sign, ocsp.Good, 0), s.hold("held")); err != nil {
			return err
		}
		held := first(s.says(sign, ocsp.Revoked, ocsp.CertificateHold), s.says(auth, ocsp.Revoked, ocsp.CertificateHold), s.lists(sign, ocsp.CertificateHold))
		if err := errors.Join(held, s.hold("good")); err != nil { // released all the same
			return err
		}
		after, err := s.listOf(sign)
		if err := first(err, s.says(sign, ocsp.Good, 0), s.says(auth, ocsp.Good, 0), s.lists(sign, -1)); err != nil {
			return err
		}
		if after.Number.Cmp(before.Number) <= 0 {
			return fmt.Errorf("list %d after %d", after.Number, before.Number)
		}
		return nil
	}},
}

// good is of both certificates of a card in order.
func (s *suite) good(try func(told) error) error {
	auth, sign, err := s.toldOf(s.card().name())
	if err != nil {
		return err
	}
	return first(try(auth), try(sign))
}

// strange is a certificate of a CA that is none of the authority's.
func (s *suite) strange() (told, error) {
	auth, _, err := s.refusedAs("wrong_card")
	return auth, err
}

// delegated is a responder's certificate (RFC 6960, 4.2.2.2), which the parser has found to be signed by the CA.
func delegated(c *x509.Certificate) error {
	switch {
	case c == nil:
		return errors.New("signed by the CA itself")
	case len(c.ExtKeyUsage) != 1 || c.ExtKeyUsage[0] != x509.ExtKeyUsageOCSPSigning || c.IsCA:
		return errors.New("the responder's certificate is for other uses too")
	case c.NotAfter.Sub(c.NotBefore) > 31*24*time.Hour:
		return fmt.Errorf("the responder's certificate is good from %v to %v", c.NotBefore, c.NotAfter)
	}
	for _, e := range c.Extensions {
		if e.Id.String() == "1.3.6.1.5.5.7.48.1.5" {
			return nil
		}
	}
	return errors.New("the responder's certificate wants to be asked about (no ocsp-nocheck)")
}

// listOf is the list of a certificate's distribution point, of those that --crl names.
func (s *suite) listOf(t told) (*x509.RevocationList, error) {
	point := pointOf(t.cert.Extensions, "2.5.29.31")
	if len(point) == 0 {
		return nil, errors.New("the certificate names no distribution point")
	}
	if len(s.options.crls) == 0 {
		return nil, notProvoked("no --crl")
	}
	for _, path := range s.options.crls {
		der, err := s.fetch(http.MethodGet, path, "", nil)
		if err != nil {
			return nil, err
		}
		l, err := x509.ParseRevocationList(der)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if !bytes.Equal(pointOf(l.Extensions, "2.5.29.28"), point) {
			continue
		}
		switch err := l.CheckSignatureFrom(t.ca); {
		case err != nil:
			return nil, fmt.Errorf("%s: %w", path, err)
		case l.Number == nil || l.Number.Cmp(big.NewInt(0)) <= 0 || !l.NextUpdate.After(l.ThisUpdate):
			return nil, fmt.Errorf("%s: number %v, from %v to %v", path, l.Number, l.ThisUpdate, l.NextUpdate)
		}
		return l, nil
	}
	return nil, errors.New("no list names its distribution point")
}

// lists is nil where a certificate is in its list for that reason; -1: where it is not in it.
func (s *suite) lists(t told, reason int) error {
	l, err := s.listOf(t)
	if err != nil {
		return err
	}
	found := -1
	for _, e := range l.RevokedCertificateEntries {
		if e.SerialNumber.Cmp(t.cert.SerialNumber) == 0 {
			found = e.ReasonCode
		}
	}
	if found != reason {
		return fmt.Errorf("listed for reason %d, and %d belongs (-1: not listed)", found, reason)
	}
	return nil
}

// pointOf is the directory name of the first distribution point: in a certificate SEQUENCE { SEQUENCE { [0] { [0] { [4]
// name } } } }, and in a list, where the extension has to be critical, without the outer SEQUENCE.
func pointOf(all []pkix.Extension, oid string) []byte {
	for _, e := range all {
		in := cryptobyte.String(e.Value)
		var v cryptobyte.String
		if e.Id.String() != oid || !in.ReadASN1(&v, tags.SEQUENCE) {
			continue
		}
		if oid == "2.5.29.31" && !v.ReadASN1(&v, tags.SEQUENCE) || oid == "2.5.29.28" && !e.Critical {
			return nil
		}
		for _, n := range []uint8{0, 0, 4} {
			if !v.ReadASN1(&v, tags.Tag(n).ContextSpecific().Constructed()) {
				return nil
			}
		}
		return v
	}
	return nil
}
