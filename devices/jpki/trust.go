package jpki

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"fmt"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// ID is the card's id, from the DER of its user-authentication certificate:
// SHA-256 of the key's SubjectPublicKeyInfo. Ours; it survives a renewal of
// the certificate for the same key, and no record may hold it. An error is a
// port.Fault(kiosk.MsgCardFault).
func ID(authCert []byte) (port.CardID, error) {
	cert, err := x509.ParseCertificate(authCert)
	if err != nil {
		return port.CardID{}, fmt.Errorf("%w: certificate: %w", port.Fault(kiosk.MsgCardFault), err)
	}
	return sha256.Sum256(cert.RawSubjectPublicKeyInfo), nil
}

// trusted reports whether one of cas signed the certificate. Dates and
// revocation are the authority's to judge. The issuer is found by signature:
// generations of the real card CA share one name (RFC 5280 §4.2.1.1 is why
// the key identifier is asked first).
//
// A CA's own certificate is as public as any and is none of a card: refused.
func trusted(der []byte, cas []*x509.Certificate) bool {
	cert, err := x509.ParseCertificate(der)
	if err != nil || cert.IsCA || cert.KeyUsage&x509.KeyUsageDigitalSignature == 0 {
		return false
	}
	for _, ca := range cas {
		named := len(cert.AuthorityKeyId) > 0 && len(ca.SubjectKeyId) > 0
		if named && !bytes.Equal(cert.AuthorityKeyId, ca.SubjectKeyId) {
			continue
		}
		if cert.CheckSignatureFrom(ca) == nil {
			return true
		}
	}
	return false
}
