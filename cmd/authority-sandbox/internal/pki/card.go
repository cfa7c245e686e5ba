package pki

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base32"
	"math/big"
	"time"
)

// Kind is which of a card's two certificates.
type Kind uint8

const (
	User Kind = iota // user authentication 利用者証明用
	Sign             // signature 署名用
)

// Policies of the test profile. The signing one is the test arc that real
// software knows; the other three are our own numbers beside it.
var policies = [...]string{
	User: "1.2.392.200149.8.5.1.0.30",
	Sign: "1.2.392.200149.8.5.1.0.20",
}

// PhonePolicy marks the user certificate of a phone (ours).
const PhonePolicy = "1.2.392.200149.8.5.1.0.40"

// CA is a certificate authority with its key.
type CA struct {
	Cert *x509.Certificate
	Key  *rsa.PrivateKey
}

// NewCardCA makes a card CA: self-signed, RSA-2048, keyCertSign and cRLSign
// critical. organization is JPKI-TEST for ours, anything else for a stranger.
func NewCardCA(kind Kind, organization string, now time.Time) (*CA, error) {
	unit := map[Kind]string{User: "JPKI for user authentication", Sign: "JPKI for digital signature"}[kind]
	subject := distinguished(attribute{oidC, "JP"}, attribute{oidO, organization}, attribute{oidOU, unit},
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
	return &CA{Cert: cert, Key: key}, err
}

// Holder is whose certificate it is.
type Holder struct {
	Name     string // romanised; the test people have no other
	Until    time.Time
	Phone    bool
	Locality string
}

// Issue makes one of a card's certificates over a fresh RSA-2048 key.
func (ca *CA) Issue(kind Kind, h Holder) (*x509.Certificate, *rsa.PrivateKey, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, nil, err
	}
	number := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(random(16)) // 26 letters and digits
	subject := []attribute{{oidC, "JP"}, {oidCN, number}}
	template := &x509.Certificate{
		SerialNumber: serial(),
		NotBefore:    h.Until.AddDate(-5, 0, 0), NotAfter: h.Until,
		KeyUsage:           x509.KeyUsageDigitalSignature,
		SignatureAlgorithm: x509.SHA256WithRSA,
		Policies:           []x509.OID{must(x509.ParseOID(policyOf(kind, h)))},
		ExtraExtensions: []pkix.Extension{
			{Id: oidIssuerAlt, Value: directory(distinguished(attribute{oidC, "JP"}, attribute{oidO, "公的個人認証サービス"}))},
			{Id: oidCRLPoints, Value: crlPoint(ca.Cert.RawSubject)},
		},
	}
	if kind == Sign {
		subject = []attribute{{oidC, "JP"}, {oidL, h.Locality}, {oidCN, number}}
		template.KeyUsage |= x509.KeyUsageContentCommitment
		template.ExtraExtensions = append(template.ExtraExtensions, pkix.Extension{Id: oidSAN,
			Value: otherNames(map[int]string{1: h.Name, 3: "3", 4: "4010101", 5: h.Locality + " 1-1"})})
	}
	template.RawSubject = distinguished(subject...)
	der, err := x509.CreateCertificate(rand.Reader, template, ca.Cert, &key.PublicKey, ca.Key)
	if err != nil {
		return nil, nil, err
	}
	cert, err := x509.ParseCertificate(der)
	return cert, key, err
}

func policyOf(kind Kind, h Holder) string {
	if h.Phone && kind == User {
		return PhonePolicy
	}
	return policies[kind]
}

func serial() *big.Int {
	b := random(16)
	b[0] = b[0]&0x7F | 0x40 // positive and of one length
	return new(big.Int).SetBytes(b)
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}
