package pki

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base32"
	"fmt"
	"slices"
	"time"
)

// Kind is which of a card's two certificates.
type Kind uint8

const (
	User Kind = iota // user authentication 利用者証明用
	Sign             // signature 署名用
)

// policies of the test profile, one for each kind on each carrier. The card's signing one is
// the test arc that real software knows, the phone's is the one in the test arc that
// stands for the number reported of real phones; the other two are our own beside them.
var policies = map[bool][2]string{ // by whether it is a phone
	false: {User: "1.2.392.200149.8.5.1.0.30", Sign: "1.2.392.200149.8.5.1.0.20"},
	true:  {User: "1.2.392.200149.8.5.1.0.50", Sign: "1.2.392.200149.8.5.1.0.40"},
}

// IsPhone reports whether a certificate is one of a phone. Sandboxes made before
// the user certificate had its own number gave it the signing one's.
func IsPhone(c *x509.Certificate) bool {
	return slices.ContainsFunc(c.Policies, func(p x509.OID) bool { return slices.Contains(policiesOfPhones[:], p.String()) })
}

var policiesOfPhones = policies[true]

// CA is a certificate authority with its key.
type CA struct {
	Kind Kind
	Cert *x509.Certificate
	Key  *rsa.PrivateKey

	organization string
}

// OpenCardCA is the CA of a certificate that NewCardCA made, and its key.
func OpenCardCA(kind Kind, cert *x509.Certificate, key *rsa.PrivateKey) (*CA, error) {
	if len(cert.Subject.Organization) != 1 || !key.PublicKey.Equal(cert.PublicKey) {
		return nil, fmt.Errorf("pki: no CA of cards, or another one's key")
	}
	return &CA{Kind: kind, Cert: cert, Key: key, organization: cert.Subject.Organization[0]}, nil
}

func unitOf(k Kind) string {
	return [...]string{User: "JPKI for user authentication", Sign: "JPKI for digital signature"}[k]
}

// NewCardCA makes a card CA: self-signed, RSA-2048, keyCertSign and cRLSign
// critical. organization is JPKI-TEST for ours, anything else for a stranger.
func NewCardCA(kind Kind, organization string, now time.Time) (*CA, error) {
	subject := distinguished(attribute{oidC, "JP"}, attribute{oidO, organization}, attribute{oidOU, unitOf(kind)},
		attribute{oidOU, "Japan Agency for Local Authority Information Systems"})
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	alias := distinguished(attribute{oidC, "JP"}, attribute{oidO, "公的個人認証サービス"})
	template := &x509.Certificate{
		SerialNumber: serial(), RawSubject: subject,
		NotBefore: now.AddDate(-6, 0, 0), NotAfter: now.AddDate(10, 0, 0),
		BasicConstraintsValid: true, IsCA: true,
		KeyUsage:           x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		SignatureAlgorithm: x509.SHA256WithRSA,
		ExtraExtensions: []pkix.Extension{
			{Id: oidSAN, Value: directory(alias)},
			{Id: oidCRLPoints, Value: crlPoint(subject)},
		},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return OpenCardCA(kind, cert, key)
}

// Holder is whose certificate it is, and on what.
type Holder struct {
	Items
	Home  Municipality
	Until time.Time
	Phone bool
}

// Issue makes one of a card's or a phone's certificates over a fresh RSA-2048 key.
func (ca *CA) Issue(h Holder) (*x509.Certificate, *rsa.PrivateKey, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, nil, err
	}
	cert, err := ca.Certify(h, &key.PublicKey)
	return cert, key, err
}

// Certify makes a certificate of this CA's kind over the holder's own key.
func (ca *CA) Certify(h Holder, key *rsa.PublicKey) (*x509.Certificate, error) {
	number := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(random(16)) // 26 letters and digits
	subject := []attribute{{oidC, "JP"}, {oidCN, number}}
	serial := serial()
	point := ca.PointOf(PartOf(h, serial))
	if point == nil {
		return nil, fmt.Errorf("pki: the sandbox has no municipality %d", h.Home.Code)
	}
	template := &x509.Certificate{
		SerialNumber: serial,
		NotBefore:    h.Until.AddDate(-5, 0, 0), NotAfter: h.Until,
		KeyUsage:           x509.KeyUsageDigitalSignature,
		SignatureAlgorithm: x509.SHA256WithRSA,
		Policies:           []x509.OID{must(x509.ParseOID(policies[h.Phone][ca.Kind]))},
		ExtraExtensions: []pkix.Extension{
			{Id: oidIssuerAlt, Value: directory(distinguished(attribute{oidC, "JP"}, attribute{oidO, "公的個人認証サービス"}))},
			{Id: oidCRLPoints, Value: crlPoint(point)},
		},
	}
	if ca.Kind == Sign {
		subject = []attribute{{oidC, "JP"}, {oidL, h.Home.City}, {oidCN, number}}
		template.KeyUsage |= x509.KeyUsageContentCommitment
		template.ExtraExtensions = append(template.ExtraExtensions, pkix.Extension{Id: oidSAN, Value: otherNames(h.values())})
	}
	template.RawSubject = distinguished(subject...)
	der, err := x509.CreateCertificate(rand.Reader, template, ca.Cert, key, ca.Key)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}
