package sim_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"multicopy.example/kiosk/must"
)

// forge writes the folder of a resident of an invented test PKI. The profile
// is the published one with O=JPKI-TEST; testdata/residents/hanako is a copy
// of what it once wrote, kept so that other packages' tests need no RSA keys
// of their own. grant.key.pem lies beside it for tests that act as authority.
func forge(t testing.TB, dir string) {
	t.Helper()
	authCA := makeCA(t, "JPKI for user authentication")
	signCA := makeCA(t, "JPKI for digital signature")
	auth := makeEnd(t, authCA, name(rdn(oidC, "JP"), rdn(oidCN, "TEST0000000000000001A")), x509.KeyUsageDigitalSignature,
		asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 1, 0, 30}, nil)
	sign := makeEnd(t, signCA, name(rdn(oidC, "JP"), rdn(oidL, "Chiyoda-ku"), rdn(oidCN, "TEST0000000000000001S")),
		x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment,
		asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 1, 0, 20}, sixNames(t))
	grant := must.Key(t)

	writeKey(t, dir, "auth.key.pem", auth.key)
	writePEM(t, dir, "auth.crt.pem", "CERTIFICATE", auth.cert.Raw)
	writeKey(t, dir, "sign.key.pem", sign.key)
	writePEM(t, dir, "sign.crt.pem", "CERTIFICATE", sign.cert.Raw)
	writePEM(t, dir, "ca.auth.crt.pem", "CERTIFICATE", authCA.cert.Raw)
	writePEM(t, dir, "ca.sign.crt.pem", "CERTIFICATE", signCA.cert.Raw)
	writeKey(t, dir, "grant.key.pem", grant)
	pub, err := x509.MarshalPKIXPublicKey(&grant.PublicKey)
	must.OK(t, err)
	writePEM(t, dir, "grant.pub.pem", "PUBLIC KEY", pub)
	must.OK(t, os.WriteFile(filepath.Join(dir, "card.json"), []byte(`{
  "pin": "1234",
  "password": "ABC123",
  "pin_tries": 3,
  "password_tries": 5,
  "token": "JPKIAPICCTOKEN2",
  "name": "花子"
}
`), 0o644))
}

type pair struct {
	key  *rsa.PrivateKey
	cert *x509.Certificate
}

var (
	oidC  = asn1.ObjectIdentifier{2, 5, 4, 6}
	oidL  = asn1.ObjectIdentifier{2, 5, 4, 7}
	oidO  = asn1.ObjectIdentifier{2, 5, 4, 10}
	oidOU = asn1.ObjectIdentifier{2, 5, 4, 11}
	oidCN = asn1.ObjectIdentifier{2, 5, 4, 3}

	born = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	ends = time.Date(2046, 1, 1, 0, 0, 0, 0, time.UTC)
)

func makeCA(t testing.TB, unit string) pair {
	subject := name(rdn(oidC, "JP"), rdn(oidO, "JPKI-TEST"), rdn(oidOU, unit),
		rdn(oidOU, "Japan Agency for Local Authority Information Systems"))
	return issue(t, &x509.Certificate{
		RawSubject: der(t, subject), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}, nil)
}

func makeEnd(t testing.TB, ca pair, subject pkix.RDNSequence, use x509.KeyUsage, policy asn1.ObjectIdentifier, extra []pkix.Extension) pair {
	issuerName := pkix.Extension{Id: asn1.ObjectIdentifier{2, 5, 29, 18}, Value: der(t, []asn1.RawValue{
		{Class: asn1.ClassContextSpecific, Tag: 4, IsCompound: true, // directoryName
			Bytes: der(t, name(rdn(oidC, "JP"), rdn(oidO, "公的個人認証サービス")))},
	})}
	oid, err := x509.OIDFromInts(ints(policy))
	must.OK(t, err)
	return issue(t, &x509.Certificate{
		RawSubject: der(t, subject), KeyUsage: use, Policies: []x509.OID{oid},
		ExtraExtensions: append([]pkix.Extension{issuerName}, extra...),
	}, &ca)
}

// sixNames is the signing certificate's subjectAltName: otherNames of
// name, sex, birth date (the era's digit and YYYYMMDD) and address, and for
// each character of name and address that it was not replaced. Invented.
func sixNames(t testing.TB) []pkix.Extension {
	var names []asn1.RawValue
	for _, a := range []struct {
		n int
		v string
	}{{1, "試験　花子"}, {2, strings.Repeat("0000", 5)}, {3, "2"}, {4, "419890401"}, {5, "東京都千代田区試験町１－１"}, {6, strings.Repeat("0000", 13)}} {
		id := der(t, asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 5, a.n})
		text := der(t, asn1.RawValue{Tag: asn1.TagUTF8String, Bytes: []byte(a.v)})
		value := der(t, asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: text})
		names = append(names, asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: append(id, value...)})
	}
	return []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 17}, Value: der(t, names)}}
}

func issue(t testing.TB, c *x509.Certificate, ca *pair) pair {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must.OK(t, err)
	c.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 62))
	must.OK(t, err)
	c.NotBefore, c.NotAfter, c.SignatureAlgorithm = born, ends, x509.SHA256WithRSA
	signer, parent := key, c
	if ca != nil {
		signer, parent = ca.key, ca.cert
	}
	raw, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, signer)
	must.OK(t, err)
	cert, err := x509.ParseCertificate(raw)
	must.OK(t, err)
	return pair{key, cert}
}

// rdn is one attribute of a name: PrintableString where that can hold it, as
// encoding/asn1 chooses, otherwise UTF8String.
func rdn(id asn1.ObjectIdentifier, v string) pkix.AttributeTypeAndValue {
	return pkix.AttributeTypeAndValue{Type: id, Value: v}
}

func name(as ...pkix.AttributeTypeAndValue) (n pkix.RDNSequence) {
	for _, a := range as {
		n = append(n, pkix.RelativeDistinguishedNameSET{a})
	}
	return n
}

func der(t testing.TB, v any) []byte {
	t.Helper()
	b, err := asn1.Marshal(v)
	must.OK(t, err)
	return b
}

func ints(id asn1.ObjectIdentifier) (u []uint64) {
	for _, n := range id {
		u = append(u, uint64(n))
	}
	return u
}

func writeKey(t testing.TB, dir, file string, key crypto.PrivateKey) {
	t.Helper()
	b, err := x509.MarshalPKCS8PrivateKey(key)
	must.OK(t, err)
	writePEM(t, dir, file, "PRIVATE KEY", b)
}

func writePEM(t testing.TB, dir, file, kind string, b []byte) {
	t.Helper()
	must.OK(t, os.WriteFile(filepath.Join(dir, file), pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b}), 0o644))
}
