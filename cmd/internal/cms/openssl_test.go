package cms

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"multicopy.example/kiosk/must"
)

// TestOpenSSLVerifiesOursAndWeItsOwn: each of the two reads what the other has signed.
func TestOpenSSLVerifiesOursAndWeItsOwn(t *testing.T) {
	s := newSigner(t)
	dir := t.TempDir()
	write := func(name string, b []byte) string {
		file := filepath.Join(dir, name)
		must.OK(t, os.WriteFile(file, b, 0o600))
		return file
	}
	cert := write("cert.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.cert}))
	key := write("key.pem", pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(s.key)}))
	text := write("text", content)
	ours := write("ours.der", s.signs(t, s.attributes(t, time.Now())))
	openssl := func(args ...string) (string, error) {
		out, err := exec.Command("openssl", append([]string{"cms"}, args...)...).CombinedOutput()
		return string(out), err
	}
	verify := []string{"-verify", "-binary", "-cades", "-inform", "DER", "-in", ours, "-content", text, "-CAfile", cert, "-purpose", "any", "-out", os.DevNull}
	if out, err := openssl(verify...); err != nil {
		t.Errorf("openssl refuses ours: %v\n%s", err, out)
	}
	write("text", append(content, '.'))
	if out, err := openssl(verify...); err == nil {
		t.Errorf("openssl believes ours of other content:\n%s", out)
	}
	write("text", content)
	theirs := filepath.Join(dir, "theirs.der")
	if out, err := openssl("-sign", "-binary", "-cades", "-nosmimecap", "-md", "sha256", "-outform", "DER", "-in", text, "-signer", cert, "-inkey", key, "-out", theirs); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	signed := must.Read(t, theirs)
	if _, err := Verify(signed, content); err != nil {
		t.Errorf("we refuse openssl's: %v", err)
	}
}
