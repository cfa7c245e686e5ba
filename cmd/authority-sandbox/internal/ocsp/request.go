// Package ocsp reads requests and writes answers of OCSP (RFC 6960) with a nonce (RFC 9654),
// which golang.org/x/crypto/ocsp has not.
//
//	Parse            a request, strictly and bounded
//	Responder.Sign   an answer about its certificates
//	Refusal          an answer without one, which is not signed
package ocsp

import (
	"crypto"
	_ "crypto/sha1"   // of CertID, where it hides nothing
	_ "crypto/sha256" // of CertID
	"encoding/asn1"
	"errors"
	"slices"

	"golang.org/x/crypto/cryptobyte"
	tags "golang.org/x/crypto/cryptobyte/asn1"
)

// Bounds of what is read. A request of openssl for one certificate has 76 octets beside its nonce.
const (
	MaxRequest      = 4 << 10 // octets
	MaxCertificates = 16
	maxNonce        = 128 // RFC 9654, 2.1
	maxExtensions   = 8
	maxSerial       = 20 // octets (RFC 5280, 4.1.2.2)
)

// A Request asks about certificates of one or several issuers.
type Request struct {
	Certificates []CertID
	Nonce        []byte // nil where there is none, 1 to 128 octets else
}

// CertID names a certificate by its issuer's name and key and by its serial number.
type CertID struct {
	Raw               []byte      // DER, which the answer repeats
	Hash              crypto.Hash // SHA1 or SHA256; 0 where it is another
	NameHash, KeyHash []byte
	Serial            []byte // without leading zeros
}

// ErrMalformed is of bytes that are no request in DER, and of one beyond the bounds.
var ErrMalformed = errors.New("ocsp: malformed request")

var (
	oidNonce  = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 2}
	oidBasic  = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 1}
	oidSHA1   = asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}
	oidSHA256 = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidSigned = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2} // ecdsa-with-SHA256
)

func context(n uint8) tags.Tag { return tags.Tag(n).ContextSpecific().Constructed() }

// Parse reads a request. Its signature, which is optional, is not looked at: what is answered is public.
func Parse(der []byte) (*Request, error) {
	var request, body, list, extensions cryptobyte.String
	var extended bool
	input := cryptobyte.String(der)
	if len(der) > MaxRequest || !input.ReadASN1(&request, tags.SEQUENCE) || !input.Empty() ||
		!request.ReadASN1(&body, tags.SEQUENCE) || !request.SkipOptionalASN1(context(0)) || !request.Empty() ||
		// version 1 is the default, which DER leaves out
		!body.SkipOptionalASN1(context(1)) || // requestorName
		!body.ReadASN1(&list, tags.SEQUENCE) || !body.ReadOptionalASN1(&extensions, &extended, context(2)) || !body.Empty() {
		return nil, ErrMalformed
	}
	r := &Request{}
	for !list.Empty() {
		id, ok := readOne(&list)
		if !ok || len(r.Certificates) == MaxCertificates {
			return nil, ErrMalformed
		}
		r.Certificates = append(r.Certificates, id)
	}
	if len(r.Certificates) == 0 || extended && !readExtensions(extensions, &r.Nonce) {
		return nil, ErrMalformed
	}
	return r, nil
}

// readOne reads Request ::= SEQUENCE { reqCert CertID, singleRequestExtensions [0] }.
func readOne(list *cryptobyte.String) (id CertID, ok bool) {
	var one, raw, body, algorithm, extensions cryptobyte.String
	var extended bool
	if !list.ReadASN1(&one, tags.SEQUENCE) || !one.ReadASN1Element(&raw, tags.SEQUENCE) ||
		!one.ReadOptionalASN1(&extensions, &extended, context(0)) || !one.Empty() ||
		extended && !readExtensions(extensions, nil) {
		return id, false
	}
	id.Raw = raw
	var hash asn1.ObjectIdentifier
	var null cryptobyte.String
	if !raw.ReadASN1(&body, tags.SEQUENCE) || !body.ReadASN1(&algorithm, tags.SEQUENCE) ||
		!algorithm.ReadASN1ObjectIdentifier(&hash) || !algorithm.ReadOptionalASN1(&null, nil, tags.NULL) || !algorithm.Empty() || !null.Empty() ||
		!body.ReadASN1Bytes(&id.NameHash, tags.OCTET_STRING) || !body.ReadASN1Bytes(&id.KeyHash, tags.OCTET_STRING) ||
		!body.ReadASN1Integer(&id.Serial) || !body.Empty() || len(id.Serial) > maxSerial {
		return id, false
	}
	switch {
	case hash.Equal(oidSHA1):
		id.Hash = crypto.SHA1
	case hash.Equal(oidSHA256):
		id.Hash = crypto.SHA256
	default:
		return id, len(id.NameHash) <= 64 && len(id.KeyHash) <= 64
	}
	return id, len(id.NameHash) == id.Hash.Size() && len(id.KeyHash) == id.Hash.Size()
}

// readExtensions reads Extensions and finds the nonce in them, where it is asked for. One that is
// critical and not known cannot be passed over.
func readExtensions(in cryptobyte.String, nonce *[]byte) bool {
	var list cryptobyte.String
	if !in.ReadASN1(&list, tags.SEQUENCE) || !in.Empty() || list.Empty() {
		return false
	}
	var seen []string
	for !list.Empty() {
		var one, value cryptobyte.String
		var oid asn1.ObjectIdentifier
		var critical bool
		if len(seen) == maxExtensions || !list.ReadASN1(&one, tags.SEQUENCE) || !one.ReadASN1ObjectIdentifier(&oid) ||
			!readCritical(&one, &critical) || !one.ReadASN1(&value, tags.OCTET_STRING) || !one.Empty() || slices.Contains(seen, oid.String()) {
			return false
		}
		seen = append(seen, oid.String())
		switch {
		case nonce != nil && oid.Equal(oidNonce):
			var n cryptobyte.String
			if !value.ReadASN1(&n, tags.OCTET_STRING) || !value.Empty() || len(n) < 1 || len(n) > maxNonce {
				return false
			}
			*nonce = n
		case critical:
			return false
		}
	}
	return true
}

// readCritical reads BOOLEAN DEFAULT FALSE, where DER has TRUE or nothing.
func readCritical(in *cryptobyte.String, critical *bool) bool {
	if !in.PeekASN1Tag(tags.BOOLEAN) {
		return true
	}
	return in.ReadASN1Boolean(critical) && *critical
}
