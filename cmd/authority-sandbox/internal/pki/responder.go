package pki

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"time"
)

// ResponderLife is how long the certificate of an OCSP responder is good. Whether it was revoked
// is not asked (ocsp-nocheck), so it is short; 30 days would be the most.
const ResponderLife = 14 * 24 * time.Hour

var oidNoCheck = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 48, 1, 5}

// Responder certifies a fresh key for OCSP answers about this CA's certificates, and for nothing
// else (RFC 6960, 4.2.2.2).
func (ca *CA) Responder(now time.Time) (*Pair, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial(),
		RawSubject: distinguished(attribute{oidC, "JP"}, attribute{oidO, ca.organization}, attribute{oidOU, unitOf(ca.Kind)},
			attribute{oidCN, "OCSP responder"}),
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(ResponderLife),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning},
		SignatureAlgorithm: x509.SHA256WithRSA,
		ExtraExtensions:    []pkix.Extension{{Id: oidNoCheck, Value: asn1.NullBytes}},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, ca.Cert, &key.PublicKey, ca.Key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return &Pair{Cert: cert, Key: key}, err
}
