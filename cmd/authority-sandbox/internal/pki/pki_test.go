package pki

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"io/fs"
	"maps"
	"math/big"
	"slices"
	"strings"
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
		cert, key, err := ca.Issue(hanako(now))
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

func hanako(now time.Time) Holder {
	return Holder{Items: Items{Name: "hanako", Sex: "2", Birth: day(1899, 12, 1), Address: "Test-shi 1-1"}, Home: Municipalities()[0], Until: now.AddDate(4, 0, 0)}
}

// The first is a sample of a platform's documents: CARD's nine digits of the real profile.
func TestBirthIsAnEraAndADay(t *testing.T) {
	for want, at := range map[string]time.Time{
		"118991201": day(1899, 12, 1), "119120729": day(1912, 7, 29), "219120730": day(1912, 7, 30), "219261224": day(1926, 12, 24),
		"319261225": day(1926, 12, 25), "319890107": day(1989, 1, 7), "419890108": day(1989, 1, 8), "420190430": day(2019, 4, 30),
		"520190501": day(2019, 5, 1), "118670101": day(1867, 1, 1),
		"420000229": time.Date(2000, 2, 29, 23, 59, 0, 0, time.FixedZone("JST", 9*60*60)),
	} {
		if got := birth(at); got != want {
			t.Errorf("%v: %s, want %s", at, got, want)
		}
	}
}

func TestSigningCertificateHasSixNames(t *testing.T) {
	got := hanako(time.Now()).values()
	want := map[int]string{1: "hanako", 2: strings.Repeat("0000", 6), 3: "2", 4: "118991201", 5: "Test-shi 1-1", 6: strings.Repeat("0000", 12)}
	if !maps.Equal(got, want) {
		t.Errorf("%v", got)
	}
	// 花子 is two characters and not six octets.
	if got := (Items{Name: "花子"}).values()[2]; got != "00000000" {
		t.Errorf("%q", got)
	}
}

// Each kind on each carrier has a policy of its own.
func TestPoliciesTellKindsApart(t *testing.T) {
	now, seen := time.Now(), map[string]bool{}
	for _, kind := range []Kind{User, Sign} {
		ca, err := NewCardCA(kind, "JPKI-TEST", now)
		if err != nil {
			t.Fatal(err)
		}
		for _, phone := range []bool{false, true} {
			h := hanako(now)
			h.Phone = phone
			cert, _, err := ca.Issue(h)
			if err != nil {
				t.Fatal(err)
			}
			if p := cert.Policies[0].String(); seen[p] || IsPhone(cert) != phone {
				t.Errorf("kind %d, phone %t: policy %s", kind, phone, p)
			} else {
				seen[p] = true
			}
			if !bytes.Contains(cert.Raw, ca.PointOf(PartOf(h, cert.SerialNumber))) {
				t.Errorf("kind %d, phone %t: another distribution point than its part's", kind, phone)
			}
		}
	}
}

func TestPartsAreTheMunicipalitysAndTheSerialNumbers(t *testing.T) {
	ca := &CA{Kind: Sign, organization: "JPKI-TEST"}
	serial := new(big.Int).SetBytes([]byte{0x4A, 0xBC, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1})
	if p := PartOf(Holder{Home: Municipalities()[1]}, serial); p != 99202 {
		t.Error(p)
	}
	if p := PartOf(Holder{Home: Municipalities()[1], Phone: true}, serial); p != PhonePart+0xABC {
		t.Error(p)
	}
	points := map[string]bool{}
	for _, p := range Parts() {
		points[string(ca.PointOf(p))] = true
	}
	if len(points) != len(Parts()) || points[""] || len(points) != 4096+len(Municipalities()) {
		t.Errorf("%d points of %d parts", len(points), len(Parts()))
	}
	for _, p := range []Part{0, -1, 99200, PhonePart - 1, PhonePart + 4096} {
		if ca.PointOf(p) != nil {
			t.Errorf("part %d has a point", p)
		}
	}
	var name pkix.RDNSequence
	if _, err := asn1.Unmarshal(ca.PointOf(99201), &name); err != nil || name.String() !=
		"CN=Test-shi CRLDP,OU=Test-ken,OU=CRL Distribution Points,OU=JPKI for digital signature,O=JPKI-TEST,C=JP" {
		t.Errorf("%v, %v", name, err)
	}
	if _, err := ca.Certify(Holder{}, nil); err == nil {
		t.Error("certified in a municipality that is not there")
	}
}

func TestACAIsOpenedWithItsOwnKeyAlone(t *testing.T) {
	now := time.Now()
	a, err := NewCardCA(User, "JPKI-TEST", now)
	if err != nil {
		t.Fatal(err)
	}
	b, err := NewCardCA(User, "JPKI-TEST", now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenCardCA(User, a.Cert, b.Key); err == nil {
		t.Error("another CA's key was taken")
	}
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
