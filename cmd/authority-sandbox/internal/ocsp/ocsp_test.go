package ocsp

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"path/filepath"
	"testing"
	"time"

	judge "golang.org/x/crypto/ocsp"

	"multicopy.example/cmd/authority-sandbox/internal/crl"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/kiosk/golden"
	"multicopy.example/kiosk/must"
)

var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// town is a CA, its responder and a certificate.
type town struct {
	ca        *pki.CA
	responder *Responder
	cert      *x509.Certificate
}

func newTown(t testing.TB) town {
	t.Helper()
	ca, err := pki.NewCardCA(pki.Sign, "JPKI-TEST", noon)
	must.OK(t, err)
	pair, err := ca.Responder(noon)
	must.OK(t, err)
	r, err := NewResponder(pair.Cert, pair.Key)
	must.OK(t, err)
	cert, _, err := ca.Issue(pki.Holder{Items: pki.Items{Name: "hanako"}, Home: pki.Municipalities()[0], Until: noon.AddDate(4, 0, 0)})
	must.OK(t, err)
	return town{ca, r, cert}
}

func (w town) ask(t testing.TB, hash crypto.Hash) *Request {
	t.Helper()
	der, err := judge.CreateRequest(w.cert, w.ca.Cert, &judge.RequestOptions{Hash: hash})
	must.OK(t, err)
	r, err := Parse(der)
	must.OK(t, err)
	return r
}

func TestAnswerIsBelievedByAnotherImplementation(t *testing.T) {
	w := newTown(t)
	for _, hash := range []crypto.Hash{crypto.SHA1, crypto.SHA256} {
		for _, c := range []struct {
			is     Single
			status int
		}{
			{Single{}, judge.Good},
			{Single{Status: Unknown}, judge.Unknown},
			{Single{Status: Revoked, At: noon.Add(-time.Hour), Reason: crl.CertificateHold}, judge.Revoked},
			{Single{Status: Revoked, At: noon.Add(-time.Hour), Reason: crl.Unspecified}, judge.Revoked},
		} {
			q := w.ask(t, hash)
			if q.Certificates[0].Hash != hash || !bytes.Equal(q.Certificates[0].Serial, w.cert.SerialNumber.Bytes()) {
				t.Fatalf("%+v", q)
			}
			c.is.ID = q.Certificates[0].Raw
			der, err := w.responder.Sign(Answer{Singles: []Single{c.is}, Nonce: []byte("nonce"), Produced: noon.Add(time.Minute), This: noon, Next: noon.Add(15 * time.Minute)})
			must.OK(t, err)
			r, err := judge.ParseResponseForCert(der, w.cert, w.ca.Cert)
			must.OK(t, err)
			if r.Status != c.status || !r.ThisUpdate.Equal(noon) || !r.NextUpdate.Equal(noon.Add(15*time.Minute)) || !r.ProducedAt.Equal(noon.Add(time.Minute)) ||
				r.SignatureAlgorithm != x509.ECDSAWithSHA256 || c.status == judge.Revoked && (r.RevocationReason != int(c.is.Reason) || !r.RevokedAt.Equal(c.is.At)) {
				t.Errorf("%v: %+v", hash, r)
			}
		}
	}
}

func TestRefusalsAreReadByAnotherImplementation(t *testing.T) {
	for why, want := range map[Refused]judge.ResponseStatus{Malformed: judge.Malformed, Trouble: judge.InternalError, Later: judge.TryLater, Unauthorized: judge.Unauthorized} {
		var said judge.ResponseError
		if _, err := judge.ParseResponse(Refusal(why), nil); !errors.As(err, &said) || said.Status != want {
			t.Errorf("%d: %v", why, err)
		}
	}
}

func TestResponderCertificateIsDelegatedAndShort(t *testing.T) {
	w := newTown(t)
	c := w.responder.Cert
	must.OK(t, c.CheckSignatureFrom(w.ca.Cert))
	nocheck := false
	for _, e := range c.Extensions {
		nocheck = nocheck || e.Id.String() == "1.3.6.1.5.5.7.48.1.5" && bytes.Equal(e.Value, []byte{5, 0})
	}
	if !nocheck || c.IsCA || len(c.ExtKeyUsage) != 1 || c.ExtKeyUsage[0] != x509.ExtKeyUsageOCSPSigning || c.NotAfter.Sub(c.NotBefore) > 30*24*time.Hour {
		t.Errorf("%+v", c)
	}
	pair, err := w.ca.Responder(noon)
	must.OK(t, err)
	if _, err := NewResponder(c, pair.Key); err == nil {
		t.Error("another key than the certificate's was taken")
	}
	if _, err := NewResponder(w.ca.Cert, w.ca.Key); err == nil {
		t.Error("an RSA key was taken")
	}
}

// still signs each time alike, so that a whole answer can be golden.
type still struct{ *ecdsa.PrivateKey }

func (still) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return bytes.Repeat([]byte{0x5A}, 70), nil
}

func TestAnswersStayAsTheyAreForEver(t *testing.T) {
	text := must.Read(t, filepath.Join("testdata", "responder.pem"))
	block, rest := pem.Decode(text)
	cert, err := x509.ParseCertificate(block.Bytes)
	must.OK(t, err)
	block, _ = pem.Decode(rest)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	must.OK(t, err)
	r, err := NewResponder(cert, still{key.(*ecdsa.PrivateKey)})
	must.OK(t, err)
	request := must.Read(t, filepath.Join("testdata", "v1", "two.req"))
	q, err := Parse(request)
	must.OK(t, err)
	if len(q.Certificates) != 2 || len(q.Nonce) < 16 {
		t.Fatalf("%+v", q)
	}
	a := Answer{Produced: noon.Add(time.Second), This: noon, Next: noon.Add(15 * time.Minute)}
	for name, of := range map[string][]Single{
		"good.resp":    {{ID: q.Certificates[0].Raw}},
		"unknown.resp": {{ID: q.Certificates[0].Raw, Status: Unknown}},
		"held.resp":    {{ID: q.Certificates[0].Raw, Status: Revoked, At: noon.Add(-time.Hour), Reason: crl.CertificateHold}},
		"dropped.resp": {{ID: q.Certificates[0].Raw, Status: Revoked, At: noon.Add(-time.Hour)}},
	} {
		a.Singles = of
		der, err := r.Sign(a)
		must.OK(t, err)
		golden.Is(t, filepath.Join("testdata", "v1", name), der)
	}
	a.Nonce, a.Singles = q.Nonce, []Single{{ID: q.Certificates[0].Raw}, {ID: q.Certificates[1].Raw, Status: Unknown}}
	der, err := r.Sign(a)
	must.OK(t, err)
	golden.Is(t, filepath.Join("testdata", "v1", "two.resp"), der)
	_, err = (&Responder{Cert: cert, key: failing{key.(*ecdsa.PrivateKey)}}).Sign(a)
	if err == nil {
		t.Error("an answer without a signature")
	}
}

type failing struct{ *ecdsa.PrivateKey }

func (failing) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return nil, io.ErrUnexpectedEOF
}
