package lint

import (
	"bytes"
	"crypto/x509"
	"flag"
	"fmt"
	"math/big"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	zcrypto "github.com/zmap/zcrypto/x509"
	"github.com/zmap/zlint/v3"
	zlints "github.com/zmap/zlint/v3/lint"

	"multicopy.example/cmd/authority-sandbox/internal/crl"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
)

var update = flag.Bool("update", false, "write expected.txt anew")

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// linted are those of RFC 5280 and 5480 and of ETSI, and the linter's authors' own. The rest are rules of the CA/Browser
// Forum and of browsers' makers for servers of the web, which no certificate of a person follows.
var linted = []zlints.LintSource{zlints.RFC5280, zlints.RFC5480, zlints.RFC5891, zlints.RFC6960, zlints.RFC8813, zlints.EtsiEsi, zlints.Community}

// findings are those of one object, a line each; how many lints passed is the last.
func findings(name string, results *zlint.ResultSet) (lines []string) {
	passed := 0
	for lint, r := range results.Results {
		switch r.Status {
		case zlints.Pass:
			passed++
		case zlints.NA, zlints.NE:
		default:
			lines = append(lines, fmt.Sprintf("%s: %s: %s", name, r.Status, lint))
		}
	}
	slices.Sort(lines)
	return append(lines, fmt.Sprintf("%s: %d passed", name, passed))
}

func TestFindingsAreTheExpectedOnes(t *testing.T) {
	registry := must(zlints.GlobalRegistry().Filter(zlints.FilterOptions{IncludeSources: linted}))
	now := time.Now()
	var lines []string
	certificate := func(name string, der []byte) {
		lines = append(lines, findings(name, zlint.LintCertificateEx(must(zcrypto.ParseCertificate(der)), registry))...)
	}
	for _, kind := range []pki.Kind{pki.User, pki.Sign} {
		of := [...]string{pki.User: "user authentication", pki.Sign: "signature"}[kind]
		ca := must(pki.NewCardCA(kind, "JPKI-TEST", now))
		certificate("CA of "+of, ca.Cert.Raw)
		certificate("responder of "+of, must(ca.Responder(now)).Cert.Raw)
		for _, phone := range []bool{false, true} {
			h := pki.Holder{Items: pki.Items{Name: "hanako", Sex: "2", Birth: now, Address: "Test-shi 1-1"}, Home: pki.Municipalities()[0],
				Until: now.AddDate(4, 0, 0), Phone: phone}
			cert, _, err := ca.Issue(h)
			if err != nil {
				t.Fatal(err)
			}
			certificate(map[bool]string{false: "card", true: "phone"}[phone]+", "+of, cert.Raw)
		}
		lines = append(lines, findings("list of "+of, zlint.LintRevocationListEx(list(t, ca, now), registry))...)
	}
	got := strings.Join(lines, "\n") + "\n"
	if *update {
		if err := os.WriteFile("expected.txt", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want := string(must(os.ReadFile("expected.txt")))
	if got != want {
		t.Errorf("zlint finds\n%s\nexpected is\n%s", got, want)
	}
}

// list is one with an entry for each reason.
func list(t *testing.T, ca *pki.CA, now time.Time) *zcrypto.RevocationList {
	t.Helper()
	l := crl.List{Issuer: ca.Cert.RawSubject, KeyID: ca.Cert.SubjectKeyId, Point: ca.PointOf(99201), Number: big.NewInt(1),
		This: now, Next: now.Add(24 * time.Hour), Signer: ca.Key}
	var b bytes.Buffer
	err := l.Write(&b, func(yield func(crl.Entry, error) bool) {
		for r := crl.Unspecified; r <= crl.CertificateHold; r++ {
			if !yield(crl.Entry{Serial: [crl.SerialLen]byte{4: 0x40, 19: byte(r)}, At: now.Unix(), Reason: r}, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x509.ParseRevocationList(b.Bytes()); err != nil {
		t.Fatal(err)
	}
	return must(zcrypto.ParseRevocationList(b.Bytes()))
}
