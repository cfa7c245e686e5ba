package sim_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"testing"
	"time"

	"multicopy.example/devices/apdu"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

// office issues what an element asks for.
type office struct {
	key  *rsa.PrivateKey
	cert *x509.Certificate
}

func newOffice(t *testing.T) office {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must.OK(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "office"}, NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true}
	return office{key, office{key, template}.certifies(t, template, &key.PublicKey)}
}

func (o office) certifies(t *testing.T, template *x509.Certificate, key any) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, o.cert, key, o.key)
	must.OK(t, err)
	cert, err := x509.ParseCertificate(der)
	must.OK(t, err)
	return cert
}

func (o office) issues(t *testing.T, request []byte) *x509.Certificate {
	t.Helper()
	r, err := x509.ParseCertificateRequest(request)
	must.OK(t, err)
	must.OK(t, r.CheckSignature()) // the key has signed it
	return o.certifies(t, &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "phone"}, NotAfter: time.Now().Add(time.Hour)}, r.PublicKey)
}

// issued is a phone with certificates.
func issued(t *testing.T, kind sim.PhoneKind, now func() time.Time) *sim.Phone {
	t.Helper()
	maker, err := sim.NewMaker("Maker A", time.Now(), time.Now().Add(time.Hour))
	must.OK(t, err)
	batch, err := maker.Batch("batch 7", time.Now(), time.Now().Add(time.Hour))
	must.OK(t, err)
	p, o := sim.NewPhone(kind, batch.Element(), now), newOffice(t)
	auth, _, err := p.Generate(kiosk.RefAuth, []byte("nonce"))
	must.OK(t, err)
	sign, _, err := p.Generate(kiosk.RefSign, []byte("nonce"))
	must.OK(t, err)
	must.OK(t, p.Install(sim.Pair{Token: kind.Token(), Auth: o.issues(t, auth), AuthCA: o.cert, Sign: o.issues(t, sign), SignCA: o.cert,
		PIN: []byte("1234"), Password: []byte("ABC123")}))
	must.OK(t, p.Switch())
	return p
}

var selectJPKI = []byte{0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01}

func answer(t *testing.T, to sim.Target, command ...byte) apdu.Status {
	t.Helper()
	raw, ok := to.Exchange(command)
	if !ok {
		t.Fatalf("% X: no answer", command)
	}
	r, err := apdu.ParseResponse(raw)
	must.OK(t, err)
	return r.SW
}

func TestACopiedPhoneCannotSignAndACopiedFileCan(t *testing.T) {
	p := issued(t, sim.Android, time.Now)
	digest := sha256.Sum256([]byte("text"))
	must.Note(t, must.Err(p.Sign(kiosk.RefSign, []byte("ABC123"), digest)))
	copied := p.Clone()
	if _, err := copied.Sign(kiosk.RefSign, []byte("ABC123"), digest); !errors.Is(err, sim.ErrNoPair) {
		t.Errorf("the copy: %v", err)
	}
	copied.PowerOn()
	if sw := answer(t, copied, selectJPKI...); sw != apdu.SWNotFound {
		t.Errorf("the copy on a reader: %v", sw)
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	must.OK(t, err)
	signature, err := rsa.SignPKCS1v15(nil, sim.Software{Key: key}.Clone().Key, crypto.SHA256, digest[:])
	must.OK(t, err)
	must.OK(t, rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, digest[:], signature))
}

func TestElementTakesOnlyCertificatesOfItsKeys(t *testing.T) {
	p, other := issued(t, sim.Android, time.Now), issued(t, sim.Android, time.Now)
	o := newOffice(t)
	auth, _, err := other.Generate(kiosk.RefAuth, nil)
	must.OK(t, err)
	_, _, err = p.Generate(kiosk.RefAuth, nil)
	must.OK(t, err)
	_, _, err = p.Generate(kiosk.RefSign, nil)
	must.OK(t, err)
	cert := o.issues(t, auth)
	if err := p.Install(sim.Pair{Auth: cert, Sign: cert, PIN: []byte("1234"), Password: []byte("ABC123")}); !errors.Is(err, sim.ErrNotItsKey) {
		t.Errorf("another's certificate: %v", err)
	}
	sign, _, err := other.Generate(kiosk.RefSign, nil)
	must.OK(t, err)
	if err := other.Install(sim.Pair{Auth: cert, Sign: o.issues(t, sign), PIN: []byte("12345"), Password: []byte("ABC123")}); !errors.Is(err, sim.ErrSecret) {
		t.Errorf("a PIN of five digits: %v", err)
	}
	p.Erase()
	if err := p.Install(sim.Pair{Auth: cert, Sign: cert}); !errors.Is(err, sim.ErrNoKey) {
		t.Errorf("after it was erased: %v", err)
	}
	if _, err := p.Sign(kiosk.RefAuth, []byte("1234"), [32]byte{}); !errors.Is(err, sim.ErrNoPair) {
		t.Errorf("after it was erased: %v", err)
	}
}

func TestOneCounterCountsAtTheReaderAndInThePhone(t *testing.T) {
	p := issued(t, sim.Android, time.Now)
	p.PowerOn()
	if sw := answer(t, p, selectJPKI...); sw != apdu.SWOK {
		t.Fatal(sw)
	}
	wrong := append([]byte{0x00, 0x20, 0x00, 0x98, 0x04}, "0000"...)
	if sw := answer(t, p, wrong...); sw != 0x63C2 {
		t.Errorf("wrong at the reader: %v", sw)
	}
	if _, err := p.Sign(kiosk.RefAuth, []byte("0000"), [32]byte{}); !errors.Is(err, sim.ErrSecret) {
		t.Error(err)
	}
	if sw := answer(t, p, 0x00, 0x20, 0x00, 0x98); sw != 0x63C1 {
		t.Errorf("tries left: %v", sw)
	}
	if sw := answer(t, p, wrong...); sw != 0x63C0 {
		t.Errorf("the last: %v", sw)
	}
	if _, err := p.Sign(kiosk.RefAuth, []byte("1234"), [32]byte{}); !errors.Is(err, sim.ErrLocked) {
		t.Error(err)
	}
}

func TestPhoneHasNoOpeningAndNoReset(t *testing.T) {
	p := issued(t, sim.Android, time.Now)
	p.PowerOn()
	if sw := answer(t, p, selectJPKI...); sw != apdu.SWOK {
		t.Fatal(sw)
	}
	for _, ins := range []byte{apdu.InsExternal, apdu.InsReset} {
		if sw := answer(t, p, 0x00, ins, 0x00, 0x96, 0x01, 0x00); sw != apdu.SWInstruction {
			t.Errorf("%02X: %v", ins, sw)
		}
	}
}

func TestIPhoneIsReadForAsLongAsItsHolderAllowed(t *testing.T) {
	now := time.Now()
	p := issued(t, sim.IPhone, func() time.Time { return now })
	p.PowerOn()
	if sw := answer(t, p, selectJPKI...); sw != apdu.SWConditions {
		t.Errorf("before: %v", sw)
	}
	p.Unlock(time.Minute)
	if sw := answer(t, p, selectJPKI...); sw != apdu.SWOK {
		t.Errorf("unlocked: %v", sw)
	}
	now = now.Add(time.Minute)
	if sw := answer(t, p, selectJPKI...); sw != apdu.SWConditions {
		t.Errorf("a minute later: %v", sw)
	}
}

// TestWhatIsInUseStaysWhileAnotherPairIsSetUp, until that is used.
func TestWhatIsInUseStaysWhileAnotherPairIsSetUp(t *testing.T) {
	p, o := issued(t, sim.Android, time.Now), newOffice(t)
	digest, before := sha256.Sum256([]byte("text")), p.Cert(kiosk.RefSign)
	signs := func(by func(kiosk.Ref, []byte, [32]byte) ([]byte, error), password string, want error) {
		t.Helper()
		if _, err := by(kiosk.RefSign, []byte(password), digest); !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
	}
	auth, _, err := p.Generate(kiosk.RefAuth, nil)
	must.OK(t, err)
	sign, _, err := p.Generate(kiosk.RefSign, nil)
	must.OK(t, err)
	signs(p.Sign, "ABC123", nil)
	signs(p.SignNext, "XYZ789", sim.ErrNoPair)
	if err := p.Switch(); !errors.Is(err, sim.ErrNoPair) {
		t.Errorf("a pair that is not there: %v", err)
	}
	must.OK(t, p.Install(sim.Pair{Token: sim.Android.Token(), Auth: o.issues(t, auth), AuthCA: o.cert, Sign: o.issues(t, sign), SignCA: o.cert,
		PIN: []byte("9876"), Password: []byte("XYZ789")}))
	signs(p.Sign, "ABC123", nil)
	signs(p.SignNext, "ABC123", sim.ErrSecret)
	signs(p.SignNext, "XYZ789", nil)
	must.OK(t, p.Switch())
	signs(p.Sign, "XYZ789", nil)
	if string(p.Cert(kiosk.RefSign)) == string(before) {
		t.Error("the certificate is the one before")
	}
	p.Erase()
	if p.Cert(kiosk.RefAuth) != nil {
		t.Error("an erased element has a certificate")
	}
}
