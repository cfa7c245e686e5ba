package main

import (
	"crypto/rand"
	"crypto/x509"
	"testing"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// private asks for a private certificate over a fresh key, on another one.
func (b *bench) private(on holder) (h holder, err error) {
	b.Helper()
	key := must.Key(b)
	csr, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, key)
	must.OK(b, err)
	p, err := b.prove(on, appclient.ForPrivate(csr))
	if err != nil {
		return h, err
	}
	h.key = key
	h.cert, err = b.app.Private(b.Context(), p, csr)
	return h, err
}

// TestAPrivateCertificateReachesAWeakLogInAndNothingElse: it is known by its issuer. It ends
// after the one that it was issued on, once the issuer has heard of that.
func TestAPrivateCertificateReachesAWeakLogInAndNothingElse(t *testing.T) {
	onEach(t, privateCertificate)
}

func privateCertificate(t *testing.T, on engine) {
	b := start(t, on)
	for _, c := range []struct{ name, which, why string }{
		{"hanako", "auth", "not enough"}, {"sora", "sign", "not enough"}, {"midori", "sign", "not good"},
	} {
		_, err := b.private(b.ofCard(c.name, c.which))
		b.refused(err, c.why)
	}
	private, err := b.private(b.ofCard("hanako", "sign"))
	must.OK(t, err)
	if r, err := b.logIn(private); err != nil || r != (appclient.LogInReply{Resident: "hanako", By: "private certificate", Weak: true}) {
		t.Errorf("%+v, %v", r, err)
	}
	_, err = b.private(private) // a chain of copies
	b.refused(err, "not enough")
	_, err = b.private(b.ofCard("hanako", "sign")) // a second one beside it
	b.refused(err, "the private certificate is good")
	for _, flow := range []string{appclient.FlowP, appclient.FlowU} {
		_, err = b.app.Challenge(t.Context(), private.cert, flow)
		b.refused(err, "no certificate of this authority's CA")
	}
	_, err = b.kiosk.Open(t.Context(), port.Facts{Token: kiosk.TokenCard, AuthCert: private.cert, HasSign: true, AuthTries: 3, SignTries: 5, Trusted: true})
	want(t, err, kiosk.MsgWrongCard)

	b.counter("move", "hanako", "--address", "2-3")
	if r, err := b.logIn(private); err != nil || !r.Weak {
		t.Errorf("before its issuer has heard of it: %+v, %v", r, err)
	}
	b.sandbox.Service.LearnPrivate(t.Context())
	if is, want := b.counter("show", "hanako"), "card sign revoked affiliationChanged, card auth good, private revoked affiliationChanged"; is != want {
		t.Errorf("%s, want %s", is, want)
	}
	_, err = b.logIn(private)
	b.refused(err, "not good")
	b.counter("sign", "hanako")
	private, err = b.private(b.ofCard("hanako", "sign"))
	must.OK(t, err)
	b.sandbox.Service.LearnPrivate(t.Context()) // nothing is to be heard of
	if r, err := b.logIn(private); err != nil || !r.Weak {
		t.Errorf("%+v, %v", r, err)
	}
	b.counter("move", "hanako", "--address", "3-4")
	b.sandbox.Service.LearnPrivate(t.Context()) // it does not hear once alone
	_, err = b.logIn(private)
	b.refused(err, "not good")
}

// TestACertificateThatItsIssuerDidNotEnterIsNone: it has the issuer's name and a number of the
// issuer's, and says nothing.
func TestACertificateThatItsIssuerDidNotEnterIsNone(t *testing.T) {
	b := start(t, sqlite)
	private, err := b.private(b.ofCard("hanako", "sign"))
	must.OK(t, err)
	entered, err := x509.ParseCertificate(private.cert)
	must.OK(t, err)
	template := &x509.Certificate{SerialNumber: entered.SerialNumber, RawSubject: entered.RawSubject, NotBefore: entered.NotBefore, NotAfter: entered.NotAfter}
	forged, err := x509.CreateCertificate(rand.Reader, template, &x509.Certificate{RawSubject: entered.RawIssuer}, private.key.Public(), private.key)
	must.OK(t, err)
	_, err = b.logIn(holder{forged, private.key})
	b.refused(err, "no issuer that is known here")
}

// TestAPrivateCertificateIsForItsOwnRequest: the card's signature names the key, and the
// request is signed by it.
func TestAPrivateCertificateIsForItsOwnRequest(t *testing.T) {
	b := start(t, sqlite)
	on := b.ofCard("hanako", "sign")
	p, err := b.prove(on, appclient.ForPrivate([]byte("one request")))
	must.OK(t, err)
	_, err = b.app.Private(t.Context(), p, []byte("another request"))
	b.refused(err, "the signature does not verify")
	rsaKey, err := x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{}, on.key)
	must.OK(t, err)
	for _, csr := range [][]byte{[]byte("no request"), rsaKey} {
		p, err = b.prove(on, appclient.ForPrivate(csr))
		must.OK(t, err)
		_, err = b.app.Private(t.Context(), p, csr)
		b.refused(err, "the request cannot be certified")
	}
	if is := b.counter("show", "hanako"); is != "card sign good, card auth good" {
		t.Error(is)
	}
}
