// Package cms is a resident's signature: a detached CMS SignedData (RFC 5652) with the
// attributes of CAdES-BES (ETSI EN 319 122-1, 5), in one profile. Who signs calls
// Sign with what the card or the phone does, or Attributes and Assemble around that; who is
// shown one calls Verify.
//
// The profile: one signer, RSA 2048 bits with PKCS #1 v1.5 and SHA-256; the content is
// data and stands outside; exactly one certificate, the signer's; the signed attributes
// content type, signing time, message digest and signing certificate v2, each once; no
// unsigned attribute, no revocation list. OpenSSL makes it by
//
//	openssl cms -sign -binary -cades -nosmimecap -md sha256 -outform DER
package cms

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"multicopy.example/kiosk/authority/wire"
)

// Max is the most bytes a signature has.
const Max = 8 << 10

// ErrProfile: the bytes are no signature of this profile.
var ErrProfile = errors.New("cms: not of the profile")

// ErrSignature: they are, and it is not a signature of this content by that certificate.
var ErrSignature = errors.New("cms: the signature does not verify")

var (
	oidData          = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSignedData    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidSHA256        = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidRSA           = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidRSAWithSHA256 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}

	oidContentType   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningTime   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 5}
	oidCertificateV2 = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47} // RFC 5035
)

type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue // [0] EXPLICIT
}

type signedData struct {
	Version      int
	Digests      []pkix.AlgorithmIdentifier `asn1:"set"`
	Content      struct{ Type asn1.ObjectIdentifier }
	Certificates asn1.RawValue // [0] IMPLICIT SET OF
	Signers      []signerInfo  `asn1:"set"`
}

type signerInfo struct {
	Version    int
	Issuer     issuerAndSerial
	Digest     pkix.AlgorithmIdentifier
	Attributes asn1.RawValue // [0] IMPLICIT SET OF
	Algorithm  pkix.AlgorithmIdentifier
	Signature  []byte
}

type issuerAndSerial struct {
	Name   asn1.RawValue
	Serial asn1.RawValue
}

type attribute struct {
	Type   asn1.ObjectIdentifier
	Values asn1.RawValue // SET OF
}

// signingCertificate is of RFC 5035: SHA-256 is its default hash. Policies are not of the
// profile.
type signingCertificate struct {
	Certs []essCertID
}

type essCertID struct {
	Hash   []byte
	Issuer asn1.RawValue `asn1:"optional"` // it says what Hash does, which is believed
}

// Attributes are the signed attributes over content whose SHA-256 is digest, signed at a
// moment by the key of a certificate whose SHA-256 is certificate. What is signed is the
// SHA-256 of these bytes. A kiosk makes the same ones.
func Attributes(digest [32]byte, at time.Time, certificate [32]byte) ([]byte, error) {
	set, err := wire.SignedAttributes(digest, at, certificate)
	if err != nil {
		return nil, fmt.Errorf("cms: %w", err)
	}
	return set, nil
}

// Assemble is the signature, from the attributes that were signed, the signer's
// certificate in DER and what the key made.
func Assemble(attributes, certificate, signature []byte) ([]byte, error) {
	cert, err := x509.ParseCertificate(certificate)
	if err != nil {
		return nil, fmt.Errorf("cms: the certificate: %w", err)
	}
	serial, err := asn1.Marshal(cert.SerialNumber)
	if err != nil {
		return nil, fmt.Errorf("cms: %w", err)
	}
	var set asn1.RawValue
	if _, err := asn1.Unmarshal(attributes, &set); err != nil {
		return nil, fmt.Errorf("cms: the attributes: %w", err)
	}
	null := asn1.RawValue{Tag: asn1.TagNull}
	sha := pkix.AlgorithmIdentifier{Algorithm: oidSHA256} // without parameters: RFC 5754, 2
	d := signedData{Version: 1, Digests: []pkix.AlgorithmIdentifier{sha}, Certificates: tagged(certificate), Signers: []signerInfo{{
		Version: 1, Issuer: issuerAndSerial{asn1.RawValue{FullBytes: cert.RawIssuer}, asn1.RawValue{FullBytes: serial}},
		Digest: sha, Attributes: tagged(set.Bytes), Algorithm: pkix.AlgorithmIdentifier{Algorithm: oidRSA, Parameters: null}, Signature: signature}}}
	d.Content.Type = oidData
	inner, err := asn1.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("cms: %w", err)
	}
	return asn1.Marshal(contentInfo{oidSignedData, tagged(inner)})
}

// tagged has the context's tag 0 around it, or in the place of its own.
func tagged(b []byte) asn1.RawValue {
	return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: b}
}

func isTagged(v asn1.RawValue) bool {
	return v.Class == asn1.ClassContextSpecific && v.Tag == 0 && v.IsCompound
}

// Signed is what a signature says of itself.
type Signed struct {
	Certificate *x509.Certificate // the signer's; whether it is good is the caller's question
	At          time.Time         // as the signer has it
}

// Verify reads a signature of content and checks that the key of its certificate made it.
// Whose certificate it is, that a CA of ours issued it, its validity and its revocation
// are for the caller to see.
func Verify(signature, content []byte) (s Signed, err error) {
	signer, cert, err := parse(signature)
	if err != nil {
		return s, err
	}
	said, err := read(signer.Attributes.Bytes)
	if err != nil {
		return s, err
	}
	key, ok := cert.PublicKey.(*rsa.PublicKey)
	switch digest, hash := sha256.Sum256(content), sha256.Sum256(cert.Raw); {
	case !ok || key.N.BitLen() != 2048:
		return s, fmt.Errorf("%w: the certificate's key is not RSA of 2048 bits", ErrProfile)
	case !bytes.Equal(said.digest, digest[:]):
		return s, fmt.Errorf("%w: of other content", ErrSignature)
	case !bytes.Equal(said.certificate, hash[:]):
		return s, fmt.Errorf("%w: by another certificate", ErrSignature)
	}
	signed := slices.Clone(signer.Attributes.FullBytes)
	signed[0] = asn1.TagSet | 0x20 // RFC 5652, 5.4: the explicit tag is what is hashed
	digest := sha256.Sum256(signed)
	if rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signer.Signature) != nil {
		return s, ErrSignature
	}
	return Signed{cert, said.at}, nil
}

// parse takes the one signer and the one certificate out.
func parse(signature []byte) (s signerInfo, cert *x509.Certificate, err error) {
	refuse := func(what string) (signerInfo, *x509.Certificate, error) {
		return signerInfo{}, nil, fmt.Errorf("%w: %s", ErrProfile, what)
	}
	var info contentInfo
	var d signedData
	switch {
	case len(signature) > Max:
		return refuse("too long")
	case !whole(signature, &info) || !info.Type.Equal(oidSignedData) || !isTagged(info.Content) || !whole(info.Content.Bytes, &d) || !isTagged(d.Certificates):
		return refuse("no detached SignedData with one set of certificates and no revocation lists")
	case d.Version != 1 || !d.Content.Type.Equal(oidData):
		return refuse("the content is not data")
	case len(d.Digests) != 1 || !isSHA256(d.Digests[0]):
		return refuse("another digest than SHA-256")
	case len(d.Signers) != 1:
		return refuse("not one signer")
	}
	if s = d.Signers[0]; !isTagged(s.Attributes) {
		return refuse("no signed attributes")
	}
	cert, err = x509.ParseCertificate(d.Certificates.Bytes)
	if err != nil {
		return refuse("not one certificate")
	}
	serial, err := asn1.Marshal(cert.SerialNumber)
	switch {
	case err != nil || s.Version != 1 || !bytes.Equal(s.Issuer.Name.FullBytes, cert.RawIssuer) || !bytes.Equal(s.Issuer.Serial.FullBytes, serial):
		return refuse("the certificate is not the signer's")
	case !isSHA256(s.Digest):
		return refuse("another digest than SHA-256")
	case !s.Algorithm.Algorithm.Equal(oidRSA) && !s.Algorithm.Algorithm.Equal(oidRSAWithSHA256), !bytes.Equal(s.Algorithm.Parameters.FullBytes, asn1.NullBytes):
		return refuse("another algorithm than RSA with PKCS #1 v1.5")
	}
	return s, cert, nil
}

// whole reads into the pointer v what is the DER of it and nothing more: encoding/asn1
// passes what stands behind the last member of a sequence by, unsigned attributes too.
func whole(b []byte, v any) bool {
	if rest, err := asn1.Unmarshal(b, v); err != nil || len(rest) > 0 {
		return false
	}
	again, err := asn1.Marshal(reflect.ValueOf(v).Elem().Interface())
	return err == nil && bytes.Equal(again, b)
}

func isSHA256(a pkix.AlgorithmIdentifier) bool {
	return a.Algorithm.Equal(oidSHA256) && (len(a.Parameters.FullBytes) == 0 || bytes.Equal(a.Parameters.FullBytes, asn1.NullBytes))
}

// attributes are what was signed.
type attributes struct {
	digest, certificate []byte
	at                  time.Time
}

// read takes each attribute once, with one value, in DER's order.
func read(set []byte) (a attributes, err error) {
	refuse := func(what string) (attributes, error) {
		return attributes{}, fmt.Errorf("%w: %s", ErrProfile, what)
	}
	var last []byte
	var contentType asn1.ObjectIdentifier
	n := 0
	for ; len(set) > 0; n++ {
		var one attribute
		rest, err := asn1.Unmarshal(set, &one)
		raw := set[:len(set)-len(rest)]
		if err != nil || !whole(raw, &one) || one.Values.Tag != asn1.TagSet {
			return refuse("an attribute cannot be read")
		}
		if bytes.Compare(last, raw) >= 0 {
			return refuse("the attributes are not in order")
		}
		last, set = raw, rest
		ok := true
		switch v := one.Values.Bytes; {
		case one.Type.Equal(oidContentType):
			ok = whole(v, &contentType)
		case one.Type.Equal(oidSigningTime):
			ok = whole(v, &a.at)
		case one.Type.Equal(oidMessageDigest):
			ok = whole(v, &a.digest)
		case one.Type.Equal(oidCertificateV2):
			var c signingCertificate
			if ok = whole(v, &c) && len(c.Certs) == 1; ok {
				a.certificate = c.Certs[0].Hash
			}
		default:
			return refuse("an attribute that is not of the profile")
		}
		if !ok {
			return refuse("an attribute has another value than it should")
		}
	}
	if n != 4 || !contentType.Equal(oidData) || a.at.IsZero() || a.digest == nil || a.certificate == nil {
		return refuse("an attribute is missing")
	}
	return a, nil
}
