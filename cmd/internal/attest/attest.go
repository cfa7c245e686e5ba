// Package attest believes that a key was made in a secure element (GP-SE) of a phone and
// cannot leave it. Call Anchors.Check with what the phone sent for one key, and the nonce
// that it was given for that.
//
// The form is ours, since that of the real service is not public; it is that of a PIV
// token's attestation. One X.509 certificate for each key, signed by the key of the batch in
// which the element was made, whose certificate the element's maker has signed. The chain
// is sent from the key's certificate upwards, with or without the maker's root: what a
// path must end in is an anchor that is known here, and never what stands last in the
// chain. The key's certificate has the extension 2.999.1 (an arc for examples):
//
//	KeyAttestation ::= SEQUENCE {
//	    version  INTEGER,                             -- 1
//	    applet   UTF8String,                          -- its version, 1 to 32 bytes
//	    key      ENUMERATED { auth(0), sign(1) },     -- which of the pair
//	    guard    ENUMERATED { pin(0), password(1) },  -- what is asked before it signs
//	    nonce    OCTET STRING }                       -- SHA-256 of the nonce, 32 bytes
package attest

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"time"
)

// Bounds of what a phone sends for one key.
const (
	MostCertificates = 4
	MostBytes        = 4 << 10 // of each
)

// OID is the extension's.
var OID = asn1.ObjectIdentifier{2, 999, 1}

// Purpose is which key of a pair it is. A key for users' authentication is guarded by the 4-digit
// PIN, and one for signing by the password of 6 to 16 characters.
type Purpose int

// The purposes.
const (
	Auth Purpose = iota
	Sign
)

// Refusal is why a key is not believed. Each is an answer of its own: they say different
// things of the phone.
type Refusal string

// The refusals, in the order in which they are looked for.
const (
	Missing    Refusal = "no attestation"
	Unreadable Refusal = "the attestation cannot be read"
	StaleList  Refusal = "the makers' list of withdrawn batches is too old: nothing is believed until it is renewed"
	NoAnchor   Refusal = "no maker of secure elements that is known here"
	Expired    Refusal = "the batch's certificate is not valid at this time"
	Withdrawn  Refusal = "the maker has withdrawn the batch"
	OtherKey   Refusal = "it is about another key"
	OtherUse   Refusal = "it is about a key for another use, or guarded otherwise"
	OtherNonce Refusal = "it was made for another application"
)

// Error is the sentence.
func (r Refusal) Error() string { return "attest: " + string(r) }

// Anchors are what is believed. Makers replace their roots, so that old and new ones stand
// beside each other for a time.
type Anchors struct {
	Roots     []*x509.Certificate
	Withdrawn map[[32]byte]bool // SHA-256 of the SubjectPublicKeyInfo of batches that their makers withdrew
	Until     time.Time         // the list of those is good until then
}

// Statement is what an element said of a key.
type Statement struct {
	Applet string
	Maker  string   // the common name of its root
	Batch  [32]byte // SHA-256 of the batch's SubjectPublicKeyInfo: of what may be withdrawn later
}

type extension struct {
	Version int
	Applet  string `asn1:"utf8"`
	Key     asn1.Enumerated
	Guard   asn1.Enumerated
	Nonce   []byte
}

// Check believes or refuses the attestation of a key, SubjectPublicKeyInfo in DER, that was
// asked for with a nonce. Its error is a Refusal.
func (a Anchors) Check(chain [][]byte, key []byte, use Purpose, nonce []byte, now time.Time) (s Statement, err error) {
	certs, said, err := read(chain)
	switch {
	case err != nil:
		return s, err
	case now.After(a.Until):
		return s, StaleList
	}
	path, err := a.path(certs, now)
	if err != nil {
		return s, err
	}
	for _, c := range path {
		if a.Withdrawn[sha256.Sum256(c.RawSubjectPublicKeyInfo)] {
			return s, Withdrawn
		}
	}
	hash := sha256.Sum256(nonce)
	switch {
	case !bytes.Equal(certs[0].RawSubjectPublicKeyInfo, key):
		return s, OtherKey
	case said.Key != asn1.Enumerated(use) || said.Guard != asn1.Enumerated(use):
		return s, OtherUse
	case !bytes.Equal(said.Nonce, hash[:]):
		return s, OtherNonce
	}
	return Statement{said.Applet, path[len(path)-1].Subject.CommonName, sha256.Sum256(path[1].RawSubjectPublicKeyInfo)}, nil
}

// read takes the chain and the extension of its first certificate apart.
func read(chain [][]byte) (certs []*x509.Certificate, said extension, err error) {
	if len(chain) == 0 {
		return nil, said, Missing
	}
	if len(chain) > MostCertificates {
		return nil, said, Unreadable
	}
	for _, der := range chain {
		if len(der) > MostBytes {
			return nil, said, Unreadable
		}
		c, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, said, Unreadable
		}
		certs = append(certs, c)
	}
	for _, e := range certs[0].Extensions {
		if !e.Id.Equal(OID) {
			continue
		}
		rest, err := asn1.Unmarshal(e.Value, &said)
		again, err2 := asn1.Marshal(said) // or bytes behind the last member would be passed by
		if err != nil || err2 != nil || len(rest) > 0 || !bytes.Equal(again, e.Value) || said.Version != 1 ||
			len(said.Applet) == 0 || len(said.Applet) > 32 || len(said.Nonce) != sha256.Size {
			return nil, said, Unreadable
		}
		return certs, said, nil
	}
	return nil, said, Missing
}

// path is the way from the key's certificate to an anchor, over the batch's.
func (a Anchors) path(certs []*x509.Certificate, now time.Time) ([]*x509.Certificate, error) {
	roots, between := x509.NewCertPool(), x509.NewCertPool()
	for _, r := range a.Roots {
		roots.AddCert(r)
	}
	for _, c := range certs[1:] {
		between.AddCert(c)
	}
	paths, err := certs[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return nil, Expired
	case err != nil:
		return nil, NoAnchor
	case len(paths[0]) < 3: // a root that attests keys itself has no batches to withdraw
		return nil, NoAnchor
	}
	return paths[0], nil
}
