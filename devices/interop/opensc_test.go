package interop

import (
	"bytes"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

var aidJPKI = []byte{0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01}

// With its default list OpenSC tries some thirty drivers before jpki. One
// foreign question answered with 9000 and another driver takes the card.
func TestForeignDriverTakesTheCard(t *testing.T) {
	s := insert(t, sim.NewCard(resident(t)))
	s.run("opensc-tool", "-n").passes(t).says(t, "jpki")
	ours, foreign := 0, 0
	for _, e := range s.exchanges() {
		if len(e.command) > 5 && e.command[1] == 0xA4 && bytes.Equal(e.command[5:min(15, len(e.command))], aidJPKI) {
			ours++
			break // what follows is the driver's own
		}
		foreign++
		if sw := e.response[len(e.response)-2]; sw == 0x90 || sw == 0x61 {
			t.Errorf("answered % X with % X", e.command, e.response)
		}
	}
	if ours == 0 || foreign < 5 {
		t.Errorf("%d foreign questions and %d of ours: OpenSC bound some other way", foreign, ours)
	}
}

func TestOpenSCShowsTheCounters(t *testing.T) {
	for _, c := range []struct{ pin, password int8 }{{3, 5}, {2, 4}, {1, 1}, {0, 3}, {3, 0}} {
		t.Run(fmt.Sprint(c.pin, c.password), func(t *testing.T) {
			r := resident(t)
			r.PINTries, r.PasswordTries = c.pin, c.password
			s := insert(t, sim.NewCard(r))
			v := s.run("pkcs15-tool", "--list-pins").passes(t)
			first, second, ok := strings.Cut(v.out, "Digital Signature PIN")
			if !ok {
				t.Fatalf("two PINs are to be listed:\n%s", v.out)
			}
			verdict{out: first}.says(t, "User Authentication PIN", "min_len:4, max_len:4", fmt.Sprint("Tries left : ", c.pin))
			verdict{out: second}.says(t, "min_len:6, max_len:16", fmt.Sprint("Tries left : ", c.password))
		})
	}
}

func TestDumpShowsEveryObject(t *testing.T) {
	s := insert(t, sim.NewCard(resident(t)))
	v := s.run("pkcs15-tool", "--dump").passes(t)
	v.says(t, "PKCS#15 Card [JPKI]", "PIN [User Authentication PIN]", "PIN [Digital Signature PIN]",
		"Private RSA Key [User Authentication Key]", "Private RSA Key [Digital Signature Key]", "ModLength : 2048",
		"X.509 Certificate [User Authentication Certificate]", "X.509 Certificate [Digital Signature Certificate]",
		"X.509 Certificate [User Authentication Certificate CA]", "X.509 Certificate [Digital Signature Certificate CA]")
	r := resident(t)
	for _, c := range []*x509.Certificate{r.AuthCert, r.AuthCA, r.SignCA} {
		v.says(t, fmt.Sprintf("%X", c.SerialNumber))
	}
	// The signing certificate holds name and address, and opens for its
	// password alone.
	if serial := fmt.Sprintf("%X", r.SignCert.SerialNumber); strings.Contains(v.out, serial) {
		t.Errorf("OpenSC read the signing certificate without its password:\n%s", v.out)
	}
}

func TestCertificateIsTheCards(t *testing.T) {
	r := resident(t)
	s := insert(t, sim.NewCard(r))
	for id, want := range map[string]*x509.Certificate{"01": r.AuthCert, "03": r.AuthCA, "04": r.SignCA} {
		v := s.run("pkcs15-tool", "--read-certificate", id).passes(t)
		if !bytes.Equal(must.Block(t, []byte(v.out)), want.Raw) {
			t.Errorf("certificate %s is another:\n%s", id, v.out)
		}
	}
	if v := s.run("pkcs15-tool", "--read-certificate", "02"); v.ok {
		t.Errorf("the signing certificate was read without its password:\n%s", v.out)
	}
}

// Each row is one VERIFY by OpenSC, on one card, in order.
func TestOpenSCCountsTriesAsTheCard(t *testing.T) {
	card := sim.NewCard(resident(t))
	s := insert(t, card)
	// OpenSC's words for 9000, 63Cx and 6984.
	const good, wrong, locked = "", "PIN code or key incorrect", "Reference data not usable"
	for _, step := range []struct {
		id, secret, says string
		ref              kiosk.Ref
		left             int8
	}{
		{"01", "1234", good, kiosk.RefAuth, 3},
		{"01", "0000", wrong, kiosk.RefAuth, 2},
		{"01", "0001", wrong, kiosk.RefAuth, 1},
		{"01", "1234", good, kiosk.RefAuth, 3}, // full again
		{"02", "ABC123", good, kiosk.RefSign, 5},
		{"02", "abc123", wrong, kiosk.RefSign, 4}, // OpenSC does not fold case, neither does the card
		{"02", "WRONG1", wrong, kiosk.RefSign, 3},
		{"02", "ABC123", good, kiosk.RefSign, 5},
		{"01", "0000", wrong, kiosk.RefAuth, 2},
		{"01", "0000", wrong, kiosk.RefAuth, 1},
		{"01", "0000", wrong, kiosk.RefAuth, 0},  // the one that blocked it: 63C0
		{"01", "1234", locked, kiosk.RefAuth, 0}, // the right one comes too late
	} {
		v := s.run("pkcs15-tool", "--verify-pin", "--auth-id", step.id, "--pin", step.secret)
		if v.ok != (step.says == good) {
			t.Errorf("%s with %s: OpenSC is content: %v\n%s%s", step.id, step.secret, v.ok, v.out, v.errors)
		}
		v.says(t, step.says)
		if left := card.Tries(step.ref); left != step.left {
			t.Fatalf("%s with %s: %d tries left, want %d", step.id, step.secret, left, step.left)
		}
	}
}

// A blocked secret must be shown as blocked, and not make the card unknown:
// OpenSC takes 6984 to its question for an unsupported card.
func TestBlockedIsShownAsBlocked(t *testing.T) {
	r := resident(t)
	r.PINTries = 0
	s := insert(t, sim.NewCard(r))
	s.run("pkcs15-tool", "--list-pins").passes(t).says(t, "Tries left : 0", "Tries left : 5")
	s.run("pkcs11-tool", "-L").passes(t).says(t, "user PIN locked", "JPKI (User Authentication PIN)")
}

func TestOpenSSLVerifiesTheSignature(t *testing.T) {
	s := insert(t, sim.NewCard(resident(t)))
	module := library(t, pkcs11Module, "opensc-pkcs11")
	for _, key := range []struct {
		slot, id, secret string
		cert             *x509.Certificate
	}{
		{"0", "01", "1234", resident(t).AuthCert},
		{"1", "02", "ABC123", resident(t).SignCert},
	} {
		f := newPaper(t, key.cert)
		s.run("pkcs11-tool", "--module", module, "--slot-index", key.slot, "--login", "--pin", key.secret, "--sign",
			"--mechanism", "SHA256-RSA-PKCS", "--id", key.id, "--input-file", f.text, "--output-file", f.signature).passes(t)
		f.judged(t, true)
		must.OK(t, os.WriteFile(f.text, []byte("another text"), 0o600))
		f.judged(t, false)
	}
}

// pkcs15-crypt hands the card a DigestInfo as it is.
func TestOpenSSLVerifiesTheRawSignature(t *testing.T) {
	s := insert(t, sim.NewCard(resident(t)))
	f := newPaper(t, resident(t).AuthCert)
	text := must.Read(t, f.text)
	sum := sha256.Sum256(text)
	info := append([]byte("\x30\x31\x30\x0D\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20"), sum[:]...) // RFC 8017 §9.2
	name := filepath.Join(t.TempDir(), "info")
	must.OK(t, os.WriteFile(name, info, 0o600))
	s.run("pkcs15-crypt", "--sign", "--key", "01", "--pin", "1234", "--pkcs1", "--raw", "--input", name, "--output", f.signature).passes(t)
	f.judged(t, true)
}

// A paper is a text, a certificate, and room for a signature.
type paper struct{ text, key, signature string }

func newPaper(t testing.TB, c *x509.Certificate) paper {
	t.Helper()
	dir := t.TempDir()
	f := paper{filepath.Join(dir, "text"), filepath.Join(dir, "key.pem"), filepath.Join(dir, "signature")}
	must.OK(t, os.WriteFile(f.text, []byte("signed by a card that is not one"), 0o600))
	cert := filepath.Join(dir, "cert.pem")
	must.OK(t, os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}), 0o600))
	v := run(t, nil, "openssl", "x509", "-in", cert, "-noout", "-pubkey").passes(t)
	must.OK(t, os.WriteFile(f.key, []byte(v.out), 0o600))
	return f
}

// judged lets openssl decide.
func (f paper) judged(t testing.TB, good bool) {
	t.Helper()
	v := run(t, nil, "openssl", "dgst", "-sha256", "-verify", f.key, "-signature", f.signature, f.text)
	if v.ok != good {
		t.Errorf("openssl: %s%s", v.out, v.errors)
	}
}
