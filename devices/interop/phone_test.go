package interop

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"sync"
	"testing"
	"time"

	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

// issued is a phone whose certificates a CA of one test has signed.
func issued(t testing.TB, kind sim.PhoneKind) *sim.Phone {
	t.Helper()
	now := time.Now()
	maker, err := sim.NewMaker("Maker of one test", now.Add(-time.Hour), now.Add(time.Hour))
	must.OK(t, err)
	batch, err := maker.Batch("batch", now.Add(-time.Hour), now.Add(time.Hour))
	must.OK(t, err)
	p := sim.NewPhone(kind, batch.Element(), time.Now)
	key, err := phoneCA()
	must.OK(t, err)
	ca := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "CA of one test"}, IsCA: true,
		BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour)}
	ca, err = issue(ca, ca, &key.PublicKey, key)
	must.OK(t, err)
	certs := map[kiosk.Ref]*x509.Certificate{}
	for i, ref := range []kiosk.Ref{kiosk.RefAuth, kiosk.RefSign} {
		csr, _, err := p.Generate(ref, nil)
		must.OK(t, err)
		r, err := x509.ParseCertificateRequest(csr)
		must.OK(t, err)
		leaf := &x509.Certificate{SerialNumber: big.NewInt(int64(100 + i)), Subject: pkix.Name{CommonName: "phone"}, KeyUsage: x509.KeyUsageDigitalSignature, NotBefore: ca.NotBefore, NotAfter: ca.NotAfter}
		certs[ref], err = issue(leaf, ca, r.PublicKey.(*rsa.PublicKey), key)
		must.OK(t, err)
	}
	must.OK(t, p.Install(sim.Pair{Token: kind.Token(), Auth: certs[kiosk.RefAuth], AuthCA: ca, Sign: certs[kiosk.RefSign], SignCA: ca,
		PIN: []byte("1234"), Password: []byte("ABC123")}))
	must.OK(t, p.Switch())
	return p
}

var phoneCA = sync.OnceValues(func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, 2048) })

// TestOpenSCUsesAnAndroidPhoneAsItUsesACard: its counters, both keys, and what the label says
// it is.
func TestOpenSCUsesAnAndroidPhoneAsItUsesACard(t *testing.T) {
	p := issued(t, sim.Android)
	s := insert(t, p)
	s.run("opensc-tool", "-n").passes(t).says(t, "jpki")
	s.run("pkcs15-tool", "--list-pins").passes(t).says(t, "User Authentication PIN", "Tries left : 3", "Digital Signature PIN", "Tries left : 5")
	s.run("pkcs15-tool", "--verify-pin", "--auth-id", "01", "--pin", "0000").says(t, "PIN code or key incorrect")
	if pin, password := p.Tries(); pin != 2 || password != 5 {
		t.Errorf("OpenSC spent a try, and %d and %d are left", pin, password)
	}
	module := library(t, pkcs11Module, "opensc-pkcs11")
	for _, key := range []struct {
		slot, id, secret string
		ref              kiosk.Ref
	}{{"0", "01", "1234", kiosk.RefAuth}, {"1", "02", "ABC123", kiosk.RefSign}} {
		cert, err := x509.ParseCertificate(p.Cert(key.ref))
		must.OK(t, err)
		f := newPaper(t, cert)
		s.run("pkcs11-tool", "--module", module, "--slot-index", key.slot, "--login", "--pin", key.secret, "--sign",
			"--mechanism", "SHA256-RSA-PKCS", "--id", key.id, "--input-file", f.text, "--output-file", f.signature).passes(t)
		f.judged(t, true)
	}
}

// TestAPhonesRulesAreItsOwn: the label, the certificate behind the PIN, and neither opening nor
// reset, as OpenSC's own shell sees them.
func TestAPhonesRulesAreItsOwn(t *testing.T) {
	for _, kind := range []sim.PhoneKind{sim.Android, sim.IPhone} {
		t.Run(kind.Token(), func(t *testing.T) {
			p := issued(t, kind)
			p.Unlock(time.Hour)
			s := insert(t, p)
			const selectJPKI, selectToken, read = "00:A4:04:0C:0A:D3:92:F0:00:26:01:00:00:00:01", "00:A4:02:0C:02:00:06", "00:B0:00:00:20"
			v := s.run("opensc-tool", "-s", selectJPKI, "-s", selectToken, "-s", read).passes(t)
			v.says(t, kind.Token()[:8])
			open := map[sim.PhoneKind]string{sim.Android: "SW1=0x69, SW2=0x82", sim.IPhone: "SW1=0x90, SW2=0x00"}[kind]
			v = s.run("opensc-tool", "-s", selectJPKI, "-s", "00:A4:02:0C:02:00:0A", "-s", "00:B0:00:00:04").passes(t)
			v.says(t, open)
			for name, command := range map[string]string{"opening": "00:82:00:96:01:00", "reset": "00:2C:02:98:04:31:32:33:34"} {
				v := s.run("opensc-tool", "-s", selectJPKI, "-s", command).passes(t)
				if v.says(t, "SW1=0x6D, SW2=0x00"); t.Failed() {
					t.Fatalf("the %s", name)
				}
			}
		})
	}
}

// TestAnIPhoneIsNoCardBeforeItsHolderAllowsIt: what a real one answers then is not known; this
// is ours, and OpenSC takes it for no card that it knows.
func TestAnIPhoneIsNoCardBeforeItsHolderAllowsIt(t *testing.T) {
	p := issued(t, sim.IPhone)
	s := insert(t, p)
	if v := s.run("pkcs15-tool", "--list-pins"); v.ok {
		t.Errorf("OpenSC reads a phone that is locked:\n%s", v.out)
	}
	p.Unlock(time.Hour)
	s.run("pkcs15-tool", "--list-pins").passes(t).says(t, "Tries left : 3")
	p.Erase()
	if v := s.run("pkcs15-tool", "--list-pins"); v.ok {
		t.Errorf("OpenSC reads a phone whose certificates were erased:\n%s", v.out)
	}
}

// TestLibnfcFindsAPhoneAsItFindsACard, with certificates and without.
func TestLibnfcFindsAPhoneAsItFindsACard(t *testing.T) {
	for _, erased := range []bool{false, true} {
		t.Run(fmt.Sprint(erased), func(t *testing.T) {
			s := newStation(t)
			p := issued(t, sim.Android)
			if erased {
				p.Erase()
			}
			s.Lay(p)
			s.run("nfc-list", "-v", "-t", "8").says(t, append([]string{"1 ISO14443B passive target(s) found"}, typeB...)...)
		})
	}
}
