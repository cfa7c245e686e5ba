// Package lostphone is one act of the demonstration: a phone gets certificates from a card, is
// used, lost, held at a kiosk at night, refused by who relies on it, found, and released with
// the card's password. The firmware is the real one, with a display of text; what the
// certificates are is asked each time by openssl, over the authority's status line.
//
// Call Play with a world whose authority serves its status.
package lostphone

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/harness/headless"
	"multicopy.example/cmd/kiosk-demo/internal/certs"
	"multicopy.example/cmd/kiosk-demo/internal/demo"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
)

// The phone's two secrets; the card's are the resident's.
const (
	phonePIN      = "7193"
	phonePassword = "KAEDE8264"
)

// act is the act on its way.
type act struct {
	w        *harness.World
	say      func(format string, args ...any)
	dir      string
	hand     *demo.CertHand
	page     *certs.Visitor
	resident *harness.Resident
	phone    *sim.Phone
}

// Play plays it with a resident's card, and leaves certificates in dir. Its last word is
// whether ledger and authority agree, and that no secret is in any file.
func Play(ctx context.Context, w *harness.World, resident, dir string, say func(string, ...any)) error {
	a := &act{w: w, say: say, dir: dir}
	ended, err := a.open(ctx, resident)
	if err != nil {
		return err
	}
	defer ended()
	for _, step := range []func(context.Context) error{a.apply, a.use, a.lose, a.refused, a.found} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	s, err := w.Settled(ctx)
	if err == nil {
		say("the ledger and the authority agree on %d records; in %d files there is no secret", s.Records, s.Files)
	}
	return err
}

// open serves the app's page.
func (a *act) open(ctx context.Context, resident string) (ended func(), err error) {
	if a.resident, err = a.w.Resident(resident); err != nil {
		return nil, err
	}
	a.w.Secrets = append(a.w.Secrets, phonePIN, phonePassword)
	if a.hand, err = demo.NewCertHand(ctx, a.w.Authority, a.w.Cards, a.dir); err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle(certs.Root, noStore(certs.New(a.hand, func(*http.Request) kiosk.Lang { return kiosk.English }).Handler()))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go server.Serve(l) //nolint:errcheck // it ends by Close
	if a.page, err = certs.Visit("http://" + l.Addr().String()); err == nil {
		err = a.page.Open(ctx)
	}
	return func() { server.Close() }, err
}

func noStore(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// presses does each of these on the app's page, and wants what it says behind the last.
func (a *act) presses(ctx context.Context, says string, presses ...[]string) error {
	for _, p := range presses {
		if err := a.page.Press(ctx, p...); err != nil {
			return err
		}
	}
	return a.page.Says(says)
}

func press(fields ...string) []string { return fields }

func (a *act) apply(ctx context.Context) error {
	password := a.resident.Password
	err := a.presses(ctx, "Check what you sign", press("do", "person", "value", a.resident.Card.Key), press("do", "phone", "value", "android"), press("do", "act", "value", "Apply"))
	if err != nil {
		return err
	}
	a.say("app: two keys made in the phone's secure element; both control codes are shown")
	if err := a.presses(ctx, "You have applied", press("do", "secret", "secret", password)); err != nil {
		return err
	}
	a.say("app: the card has signed the application, for its password")
	a.phone = a.hand.Phone(a.resident.Card.Key, "android")
	if err := a.presses(ctx, "Take them into use", press("do", "chosen", "pin", phonePIN, "pin2", phonePIN, "password", phonePassword, "password2", phonePassword)); err != nil {
		return err
	}
	if err := a.presses(ctx, "This phone is in use now", press("do", "secret", "secret", password)); err != nil {
		return err
	}
	a.say("app: two secrets chosen, and card and phone have signed: the certificates are in use")
	return a.are(ctx, "good")
}

// use logs in at the authority's app, and at who relies on the certificate.
func (a *act) use(ctx context.Context) error {
	if err := a.presses(ctx, "You are logged in as "+a.resident.Card.Key, press("do", "act", "value", "LogIn"), press("do", "secret", "secret", phonePIN)); err != nil {
		return err
	}
	a.say("app: logged in with the phone and its 4-digit PIN")
	if err := a.relies(ctx); err != nil {
		return err
	}
	a.say("a relying party lets the phone in: its key signed, and openssl says that it is good")
	return nil
}

// lose is at night: the service for renewals is closed, and the kiosk holds a lost phone all the same.
func (a *act) lose(ctx context.Context) error {
	if err := a.w.Authority.App().SetHours(ctx, harness.ClosedAt(time.Now())); err != nil {
		return err
	}
	k := a.w.Kiosk
	if _, err := k.At(ctx, kiosk.Idle); err != nil {
		return err
	}
	if err := a.ok(kiosk.Idle); err != nil { // who wants to renew is told that it is closed
		return err
	}
	if _, err := k.Await(ctx, "the attract screen outside the hours", func(s headless.Screen) bool { return s.Place == kiosk.Idle && s.Health == kiosk.MsgHours }); err != nil {
		return err
	}
	a.say("the phone is lost. At a kiosk, outside the hours of renewals")
	for _, at := range []struct {
		place kiosk.Place
		does  func(kiosk.Place) error
		says  string
	}{
		{kiosk.Idle, func(p kiosk.Place) error { return k.Press(p, kiosk.ButtonLook) }, "kiosk: what lies here, or a lost phone"},
		{kiosk.PlaceCard, func(kiosk.Place) error { return a.w.Cards.Lay(a.resident.Card) }, "kiosk: the card lies on the reader; it is good, and no try was spent"},
		{kiosk.Lying, a.ok, "kiosk: on to the phones"},
		{kiosk.Proof, func(p kiosk.Place) error { return errors.Join(k.Type(p, a.resident.PIN), a.ok(p)) }, "kiosk: the 4-digit PIN typed; the card has signed"},
		{kiosk.Shown, a.ok, "kiosk: one phone is shown"},
		{kiosk.HoldAsk, a.ok, "kiosk: hold it"},
	} {
		if _, err := k.At(ctx, at.place); err != nil {
			return err
		}
		if err := at.does(at.place); err != nil {
			return err
		}
		a.say("%s", at.says)
	}
	s, err := k.At(ctx, kiosk.Telling)
	if err == nil && s.Told != kiosk.MsgHeldNow {
		err = fmt.Errorf("the kiosk says: %s", s.Text)
	}
	if err != nil {
		return err
	}
	a.say("kiosk: the certificates of the phone are on hold")
	if err := a.ok(kiosk.Telling); err != nil {
		return err
	}
	if _, err := k.At(ctx, kiosk.TakeCard); err != nil {
		return err
	}
	a.w.Cards.Lift()
	_, err = k.Await(ctx, "the end of the visit", func(s headless.Screen) bool { return s.Place == kiosk.Thanks || s.Place == kiosk.Idle })
	return err
}

func (a *act) ok(p kiosk.Place) error { return a.w.Kiosk.Press(p, kiosk.ButtonOK) }

// refused: a finder who has the phone, and even its PIN, gets in nowhere.
func (a *act) refused(ctx context.Context) error {
	if err := a.are(ctx, "revoked"); err != nil {
		return err
	}
	if err := a.relies(ctx); !errors.Is(err, errNotGood) {
		return fmt.Errorf("the relying party lets a held phone in: %v", err)
	}
	a.say("the relying party refuses the phone, within one tick: its key signed, and openssl says that it is on hold")
	if err := a.presses(ctx, "The phone's certificate is not good", press("do", "act", "value", "LogIn"), press("do", "secret", "secret", phonePIN)); err != nil {
		return err
	}
	if err := a.presses(ctx, "It was held with the card and its", press("do", "home")); err != nil {
		return err
	}
	a.say("app: the phone cannot log in, and its owner is told by what it was held")
	return nil
}

func (a *act) found(ctx context.Context) error {
	if err := a.presses(ctx, "The hold is released", press("do", "act", "value", "Release"), press("do", "secret", "secret", a.resident.Password)); err != nil {
		return err
	}
	a.say("the phone is found. App: released with the card's password")
	if err := a.are(ctx, "good"); err != nil {
		return err
	}
	return a.relies(ctx)
}

// are asks openssl what both certificates are.
func (a *act) are(ctx context.Context, want string) error {
	for ref, name := range map[kiosk.Ref]string{kiosk.RefAuth: "auth", kiosk.RefSign: "sign"} {
		said, err := a.openssl(ctx, ref, name)
		if err != nil {
			return err
		}
		if !strings.Contains(said, "phone."+name+".crt.pem: "+want) || want == "revoked" && !strings.Contains(said, "certificateHold") {
			return fmt.Errorf("openssl says of %s, wanted %s:\n%s", name, want, said)
		}
	}
	a.say("openssl ocsp: both certificates are %s", map[string]string{"good": "good", "revoked": "revoked, certificateHold"}[want])
	return nil
}

// openssl is what it says over the authority's status line, with a nonce of its own.
func (a *act) openssl(ctx context.Context, ref kiosk.Ref, name string) (string, error) {
	file := filepath.Join(a.dir, "phone."+name+".crt.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.phone.Cert(ref)}), 0o644); err != nil {
		return "", err
	}
	ca := a.w.Authority.File("card-ca." + name + ".crt.pem")
	c := exec.CommandContext(ctx, "openssl", "ocsp", "-issuer", ca, "-cert", file, "-CAfile", ca, "-url", "http://"+a.w.Authority.StatusAddress()+"/ocsp")
	out, err := c.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "Response verify OK") {
		return "", fmt.Errorf("openssl ocsp: %v: %s", err, out)
	}
	return string(out), nil
}

var errNotGood = errors.New("the certificate is not good")

// relies is who lets in whom a phone proves: by the key of a certificate of the authority's CA
// that openssl says is good now.
func (a *act) relies(ctx context.Context) error {
	challenge := make([]byte, 32)
	rand.Read(challenge)
	digest := sha256.Sum256(challenge)
	signature, err := a.phone.Sign(kiosk.RefAuth, []byte(phonePIN), digest)
	if err != nil {
		return err
	}
	cert, err := x509.ParseCertificate(a.phone.Cert(kiosk.RefAuth))
	if err != nil {
		return err
	}
	text, err := os.ReadFile(a.w.Authority.File("card-ca.auth.crt.pem"))
	if err != nil {
		return err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(text)
	if _, err := cert.Verify(x509.VerifyOptions{Roots: roots, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}}); err != nil {
		return err
	}
	key, ok := cert.PublicKey.(*rsa.PublicKey)
	if !ok || rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature) != nil {
		return errors.New("the key of the certificate did not sign")
	}
	said, err := a.openssl(ctx, kiosk.RefAuth, "auth")
	if err == nil && !strings.Contains(said, ": good") {
		err = errNotGood
	}
	return err
}
