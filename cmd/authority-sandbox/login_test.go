package main

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/kiosk/must"
)

// holder is a certificate and its key.
type holder struct {
	cert []byte
	key  crypto.Signer
}

// ofCard is one of a resident's certificates: auth or sign.
func (b *bench) ofCard(name, which string) holder {
	b.Helper()
	dir := filepath.Join(b.dir, fixture.Cards, name)
	key, err := x509.ParsePKCS8PrivateKey(block(b, dir, which+".key.pem"))
	must.OK(b, err)
	return holder{block(b, dir, which+".crt.pem"), key.(*rsa.PrivateKey)}
}

// prove asks for a challenge and signs it.
func (b *bench) prove(h holder, what string) (p appclient.Proof, err error) {
	b.Helper()
	p.Cert = h.cert
	if p.Challenge, err = b.app.LogInChallenge(b.Context(), h.cert); err != nil {
		return p, err
	}
	digest := appclient.LogInDigest(p.Challenge, h.cert, what)
	p.Signature, err = h.key.Sign(rand.Reader, digest[:], crypto.SHA256)
	must.OK(b, err)
	return p, nil
}

func (b *bench) logIn(h holder) (reply appclient.LogInReply, err error) {
	b.Helper()
	p, err := b.prove(h, appclient.ForLogIn)
	if err != nil {
		return reply, err
	}
	return b.app.LogIn(b.Context(), p)
}

func (b *bench) refused(err error, what string) {
	b.Helper()
	if err == nil || !strings.Contains(err.Error(), what) {
		b.Errorf("%v, want %q", err, what)
	}
}

// TestALogInSaysWhatItWasShownWith: by the key of a card or a phone, while its certificate
// is good.
func TestALogInSaysWhatItWasShownWith(t *testing.T) { onEach(t, logIn) }

func logIn(t *testing.T, on engine) {
	b := start(t, on)
	for _, c := range []struct{ name, which, by string }{
		{"hanako", "auth", "card with PIN"}, {"hanako", "sign", "card with password"},
		{"sora", "auth", "phone"}, {"sora", "sign", "phone with password"}, {"midori", "auth", "card with PIN"},
	} {
		r, err := b.logIn(b.ofCard(c.name, c.which))
		if want := (appclient.LogInReply{Resident: c.name, By: c.by}); err != nil || r != want {
			t.Errorf("%s, %s: %+v, %v", c.name, c.which, r, err)
		}
	}
	for _, c := range []struct{ name, which, why string }{
		{"midori", "sign", "not good"}, {"kenji", "auth", "not good"}, {"sachiko", "auth", "not good"},
		{"akira", "auth", "past its last day"}, {"fuyu", "auth", "no issuer that is known here"},
	} {
		_, err := b.logIn(b.ofCard(c.name, c.which))
		b.refused(err, c.why)
	}
	old := b.ofCard("taro", "auth")
	b.counter("renew", "taro")
	_, err := b.logIn(old)
	b.refused(err, "not good")
}

// TestALogInIsBelievedOnce, by the key that the challenge was asked for.
func TestALogInIsBelievedOnce(t *testing.T) {
	b := start(t, sqlite)
	hanako, taro := b.ofCard("hanako", "auth"), b.ofCard("taro", "auth")
	p, err := b.prove(hanako, appclient.ForLogIn)
	must.OK(t, err)
	wrong := p
	wrong.Cert = taro.cert
	_, err = b.app.LogIn(t.Context(), wrong)
	b.refused(err, "the challenge is not known")
	if _, err = b.app.LogIn(t.Context(), p); err != nil {
		t.Error(err)
	}
	_, err = b.app.LogIn(t.Context(), p)
	b.refused(err, "the challenge is not known")
	for _, what := range []string{"another use", appclient.ForLogIn} {
		p, err = b.prove(hanako, what)
		must.OK(t, err)
		b.clock.pass(map[bool]time.Duration{true: 6 * time.Minute}[what == appclient.ForLogIn])
		_, err = b.app.LogIn(t.Context(), p)
		b.refused(err, "the signature does not verify")
		_, err = b.app.LogIn(t.Context(), p)
		b.refused(err, "the challenge is not known")
	}
	p.Challenge = p.Challenge[1:]
	_, err = b.app.LogIn(t.Context(), p)
	b.refused(err, "32 bytes")
	_, err = b.app.LogInChallenge(t.Context(), []byte("none"))
	b.refused(err, "cannot be read")
}
