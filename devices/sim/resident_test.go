package sim_test

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

func TestHanakoHasThePublishedProfile(t *testing.T) {
	c, err := sim.LoadResident(hanakoDir)
	must.OK(t, err)
	if s := c.Snapshot(); s.Power || s.AuthTries != 3 || s.SignTries != 5 {
		t.Errorf("a card just issued: %+v", s)
	}
	r := resident(t)
	for name, c := range map[string]struct {
		cert   *x509.Certificate
		unit   string
		use    x509.KeyUsage
		policy string
	}{
		"auth": {r.AuthCert, "JPKI for user authentication", x509.KeyUsageDigitalSignature, "1.2.392.200149.8.5.1.0.30"},
		"sign": {r.SignCert, "JPKI for digital signature",
			x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment, "1.2.392.200149.8.5.1.0.20"},
	} {
		cert := c.cert
		if cert.Issuer.Organization[0] != "JPKI-TEST" || cert.Issuer.OrganizationalUnit[0] != c.unit || cert.KeyUsage != c.use ||
			len(cert.Policies) != 1 || cert.Policies[0].String() != c.policy || cert.SignatureAlgorithm != x509.SHA256WithRSA {
			t.Errorf("%s: issuer %v, use %b, policies %v", name, cert.Issuer, cert.KeyUsage, cert.Policies)
		}
		if cert.NotAfter.Year() != 2046 {
			t.Errorf("%s: until %v", name, cert.NotAfter)
		}
		if n := len(cert.Raw); n < 800 || n > 1800 || !bytes.HasPrefix(cert.Raw, []byte{0x30, 0x82}) {
			t.Errorf("%s: %d bytes", name, n)
		}
	}
	if !has(r.SignCert, asn1.ObjectIdentifier{2, 5, 29, 17}) || has(r.AuthCert, asn1.ObjectIdentifier{2, 5, 29, 17}) {
		t.Error("the four attributes belong to the signing certificate alone")
	}
}

func has(c *x509.Certificate, id asn1.ObjectIdentifier) bool {
	for _, e := range c.Extensions {
		if e.Id.Equal(id) {
			return true
		}
	}
	return false
}

// What the forge writes today is read as what it once wrote.
func TestForgedResidentIsRead(t *testing.T) {
	dir := t.TempDir()
	forge(t, dir)
	_, err := sim.LoadResident(dir)
	must.OK(t, err)
}

func TestChildHasNoSigningFiles(t *testing.T) {
	dir := copyOf(t)
	must.OK(t, os.Remove(filepath.Join(dir, "sign.key.pem")))
	if _, err := sim.LoadResident(dir); err == nil {
		t.Error("a signing certificate without its key was taken")
	}
	must.OK(t, os.Remove(filepath.Join(dir, "sign.crt.pem")))
	edit(t, dir, "card.json", `"ABC123"`, `""`)
	c, err := sim.LoadResident(dir)
	must.OK(t, err)
	if c.Tries(kiosk.RefSign) != -1 {
		t.Error("a counter without a password")
	}
}

func TestResidentFolderIsReadStrictly(t *testing.T) {
	for name, spoil := range map[string]func(dir string){
		"unknown key":      func(d string) { edit(t, d, "card.json", `"name"`, `"puk": "", "name"`) },
		"missing key":      func(d string) { edit(t, d, "card.json", `"pin_tries": 3,`, ``) },
		"null":             func(d string) { edit(t, d, "card.json", `"1234"`, `null`) },
		"number for text":  func(d string) { edit(t, d, "card.json", `"1234"`, `1234`) },
		"something behind": func(d string) { edit(t, d, "card.json", "}\n", "}\n{}\n") },
		"three digits":     func(d string) { edit(t, d, "card.json", `"1234"`, `"123"`) },
		"lower case":       func(d string) { edit(t, d, "card.json", `"ABC123"`, `"abc123"`) },
		"four PIN tries":   func(d string) { edit(t, d, "card.json", `"pin_tries": 3`, `"pin_tries": 4`) },
		"minus one try":    func(d string) { edit(t, d, "card.json", `"password_tries": 5`, `"password_tries": -1`) },
		"300 tries":        func(d string) { edit(t, d, "card.json", `"password_tries": 5`, `"password_tries": 300`) },
		"label too long": func(d string) {
			edit(t, d, "card.json", `"JPKIAPICCTOKEN2"`, `"`+strings.Repeat("A", 33)+`"`)
		},
		"no label":        func(d string) { edit(t, d, "card.json", `"JPKIAPICCTOKEN2"`, `""`) },
		"label with NUL":  func(d string) { edit(t, d, "card.json", `"JPKIAPICCTOKEN2"`, `"JPKI\u0000"`) },
		"no card.json":    func(d string) { must.OK(t, os.Remove(filepath.Join(d, "card.json"))) },
		"no key":          func(d string) { must.OK(t, os.Remove(filepath.Join(d, "auth.key.pem"))) },
		"huge":            func(d string) { put(t, d, "card.json", bytes.Repeat([]byte(" "), 70<<10)) },
		"another's key":   func(d string) { put(t, d, "auth.key.pem", get(t, d, "sign.key.pem")) },
		"another's CA":    func(d string) { put(t, d, "ca.auth.crt.pem", get(t, d, "ca.sign.crt.pem")) },
		"P-256 auth key":  func(d string) { put(t, d, "auth.key.pem", get(t, d, "grant.key.pem")) },
		"private for pub": func(d string) { put(t, d, "grant.pub.pem", get(t, d, "grant.key.pem")) },
		"two certificates": func(d string) {
			put(t, d, "auth.crt.pem", append(get(t, d, "auth.crt.pem"), get(t, d, "auth.crt.pem")...))
		},
		"text before": func(d string) { put(t, d, "auth.crt.pem", append([]byte("hello\n"), get(t, d, "auth.crt.pem")...)) },
		"not PEM":     func(d string) { put(t, d, "grant.pub.pem", []byte("hello")) },
		"broken DER":  func(d string) { edit(t, d, "sign.crt.pem", "CERTIFICATE-----\nMII", "CERTIFICATE-----\nMIJ") },
	} {
		dir := copyOf(t)
		spoil(dir)
		if c, err := sim.LoadResident(dir); err == nil || c != nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// copyOf is hanako's folder, to be spoilt.
func copyOf(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	must.OK(t, os.CopyFS(dir, os.DirFS(hanakoDir)))
	return dir
}

func get(t *testing.T, dir, file string) []byte {
	t.Helper()
	b := must.Read(t, filepath.Join(dir, file))
	return b
}

func put(t *testing.T, dir, file string, b []byte) {
	t.Helper()
	must.OK(t, os.WriteFile(filepath.Join(dir, file), b, 0o644))
}

func edit(t *testing.T, dir, file, from, to string) {
	t.Helper()
	b := get(t, dir, file)
	if !bytes.Contains(b, []byte(from)) {
		t.Fatalf("%s has no %q to edit", file, from)
	}
	put(t, dir, file, bytes.Replace(b, []byte(from), []byte(to), 1))
}
