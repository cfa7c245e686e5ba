package pki

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io/fs"
	"slices"
	"testing"
	"time"
)

// TestCardProfile: the certificates are in the profile of the real ones, as
// far as that is public.
func TestCardProfile(t *testing.T) {
	now := time.Now()
	for kind, want := range map[Kind]struct {
		unit  string
		usage x509.KeyUsage
	}{
		User: {"JPKI for user authentication", x509.KeyUsageDigitalSignature},
		Sign: {"JPKI for digital signature", x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment},
	} {
		ca, err := NewCardCA(kind, "JPKI-TEST", now)
		if err != nil {
			t.Fatal(err)
		}
		if !ca.Cert.IsCA || ca.Cert.KeyUsage != x509.KeyUsageCertSign|x509.KeyUsageCRLSign {
			t.Errorf("CA: %v %v", ca.Cert.IsCA, ca.Cert.KeyUsage)
		}
		cert, key, err := ca.Issue(kind, Holder{Name: "hanako", Until: now.AddDate(4, 0, 0), Locality: "Test-shi"})
		if err != nil {
			t.Fatal(err)
		}
		if err := cert.CheckSignatureFrom(ca.Cert); err != nil {
			t.Error(err)
		}
		if !bytes.Equal(cert.RawIssuer, ca.Cert.RawSubject) || cert.Issuer.OrganizationalUnit[0] != want.unit || len(cert.Issuer.OrganizationalUnit) != 2 || cert.Issuer.Country[0] != "JP" {
			t.Errorf("issuer %v", cert.Issuer)
		}
		if key.N.BitLen() != 2048 || key.E != 65537 || cert.SignatureAlgorithm != x509.SHA256WithRSA || cert.KeyUsage != want.usage {
			t.Errorf("key or algorithm: %v %v", cert.SignatureAlgorithm, cert.KeyUsage)
		}
		if len(cert.Subject.CommonName) < 20 || (kind == Sign) != (len(cert.Subject.Locality) == 1) {
			t.Errorf("subject %v", cert.Subject)
		}
		// EF 000A and 0001 are read by a length in bytes 2 and 3; our budget is the survey's.
		if cert.Raw[0] != 0x30 || cert.Raw[1] != 0x82 || len(cert.Raw) < 800 || len(cert.Raw) > 1800 {
			t.Errorf("%d bytes, % X", len(cert.Raw), cert.Raw[:4])
		}
		if kind == Sign && !hasExtension(cert, "2.5.29.17") {
			t.Error("the signing certificate has no name of its holder")
		}
		if kind == User && (hasExtension(cert, "2.5.29.17") || bytes.Contains(cert.Raw, []byte("hanako"))) {
			t.Error("the user certificate says who it is")
		}
		if !hasExtension(cert, "2.5.29.18") || !hasExtension(cert, "2.5.29.31") || len(cert.Policies) != 1 {
			t.Error("an extension is missing")
		}
	}
}

func hasExtension(c *x509.Certificate, oid string) bool {
	return slices.ContainsFunc(c.Extensions, func(e pkix.Extension) bool { return e.Id.String() == oid })
}

func TestWrappingKeyIsNeverWrittenOverAnother(t *testing.T) {
	d := Folder(t.TempDir())
	key, err := d.NewWrappingKey("k.pem", 32)
	if err != nil || len(key) != 32 {
		t.Fatal(len(key), err)
	}
	if _, err := d.NewWrappingKey("k.pem", 32); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second key: %v", err)
	}
	if again, err := d.ReadWrappingKey("k.pem"); err != nil || !bytes.Equal(again, key) {
		t.Errorf("%x, %v", again, err)
	}
}
