package main

import (
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/harness/handset"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

// phones are a maker of secure elements that the authority believes, and what phones are
// made of.
type phones struct {
	*bench
	good  *sim.Maker
	batch *sim.Batch
}

func newPhones(b *bench) *phones {
	b.Helper()
	p := &phones{bench: b, good: b.maker("Maker A")}
	b.told(cli.Done, "elements", "admit", b.rootFile(p.good))
	p.batch = p.ofMaker(p.good, "batch 7", time.Hour)
	return p
}

func (b *bench) maker(name string) *sim.Maker {
	b.Helper()
	m, err := sim.NewMaker(name, b.clock.now().Add(-24*time.Hour), b.clock.now().AddDate(10, 0, 0))
	must.OK(b, err)
	return m
}

func (b *bench) rootFile(m *sim.Maker) string {
	b.Helper()
	dir := b.TempDir()
	must.OK(b, pki.Folder(dir).Certs("root.pem", m.Cert))
	return filepath.Join(dir, "root.pem")
}

// ofMaker is a batch that is good from a day ago for that long from now.
func (b *bench) ofMaker(m *sim.Maker, name string, left time.Duration) *sim.Batch {
	b.Helper()
	batch, err := m.Batch(name, b.clock.now().Add(-24*time.Hour), b.clock.now().Add(left))
	must.OK(b, err)
	return batch
}

// newApp is the app on a new phone.
func (p *phones) newApp(kind sim.PhoneKind) *handset.App {
	return p.on(p.batch, kind)
}

func (b *bench) on(batch *sim.Batch, kind sim.PhoneKind) *handset.App {
	return handset.New(sim.NewPhone(kind, batch.Element(), b.clock.now), appclient.New(b.at.App), b.clock.now)
}

// held is a resident's card that is held to a phone, with its password.
func (b *bench) held(name string) handset.Card { b.Helper(); return b.ofCard(name, "sign").held() }

func (h holder) held() handset.Card {
	return handset.Card{Cert: h.cert, Sign: func(digest [32]byte) ([]byte, error) { return h.key.Sign(rand.Reader, digest[:], crypto.SHA256) }}
}

// batchName is what the authority calls a batch.
func batchName(b *sim.Batch) string {
	hash := sha256.Sum256(b.Cert.RawSubjectPublicKeyInfo)
	return hex.EncodeToString(hash[:])
}

var pin, pass = []byte("1234"), []byte("PHONE123")

// applies begins and applies, with a resident's card.
func (b *bench) applies(a *handset.App, name string) (r appclient.PhoneReply, err error) {
	b.Helper()
	d, err := a.Begin(b.Context(), b.ofCard(name, "auth").cert)
	if err != nil {
		return r, err
	}
	if d.Code != d.Offer.Code {
		b.Errorf("the phone shows %s, the authority %s", d.Code, d.Offer.Code)
	}
	return a.Apply(b.Context(), d, b.held(name))
}

// sets up a phone for a resident, to the end.
func (b *bench) setsUp(a *handset.App, name string) {
	b.Helper()
	r, err := b.applies(a, name)
	if err == nil {
		err = a.Install(r, pin, pass)
	}
	if err == nil {
		r, err = a.Activate(b.Context(), r, pin, pass, b.held(name))
	}
	if err != nil || r.State != appclient.PhoneActive {
		b.Fatalf("%s: %+v, %v", name, r, err)
	}
}

// proves what a phone's key or a card's is asked for.
func (b *bench) ofPhone(a *handset.App, ref kiosk.Ref, what string) appclient.Proof {
	b.Helper()
	secret := pin
	if ref == kiosk.RefSign {
		secret = pass
	}
	p, err := a.Prove(b.Context(), ref, secret, what)
	must.OK(b, err)
	return p
}

func (b *bench) byCard(name, which, what string) appclient.Proof {
	b.Helper()
	p, err := b.prove(b.ofCard(name, which), what)
	must.OK(b, err)
	return p
}

// refusedAs wants the code of a refusal.
func (b *bench) refusedAs(err error, code string) {
	b.Helper()
	var e *appclient.Error
	if !errors.As(err, &e) || e.Code != code || e.Text == "" {
		b.Errorf("%+v, %v; want %s", e, err, code)
	}
}

func (b *bench) has(name, want string) {
	b.Helper()
	if is := b.counter("show", name); is != want {
		b.Errorf("%s has %s, want %s", name, is, want)
	}
}

// TestAPhoneIsAppliedForWithTheCardAndUsed: from the application to the end, and the next
// phone takes over in its activation.
func TestAPhoneIsAppliedForWithTheCardAndUsed(t *testing.T) { onEach(t, phoneIsUsed) }

func phoneIsUsed(t *testing.T, on engine) {
	const card = "card sign good, card auth good, "
	p := newPhones(start(t, on))
	a := p.newApp(sim.Android)
	r, err := p.applies(a, "hanako")
	if err != nil || r.State != appclient.PhoneIssued || r.Phone != appclient.Android || r.Until <= p.clock.now().Unix() {
		t.Fatalf("%+v, %v", r, err)
	}
	p.has("hanako", card+"next sign issued, next auth issued")
	must.OK(t, a.Install(r, pin, pass))
	if _, err := a.Prove(t.Context(), kiosk.RefAuth, pin, appclient.ForLogIn); !errors.Is(err, sim.ErrNoPair) {
		t.Errorf("it logs in before it is in use: %v", err)
	}
	if r, err = a.Activate(t.Context(), r, pin, pass, p.held("hanako")); err != nil || r.State != appclient.PhoneActive || r.Until != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	p.has("hanako", card+"phone sign good, phone auth good")
	own, err := p.app.Mine(t.Context(), p.ofPhone(a, kiosk.RefAuth, appclient.ForMine))
	if err != nil || len(own.Certificates) != 4 || own.Certificates[2].NotAfter != own.Certificates[0].NotAfter || own.Certificates[3].NotAfter != own.Certificates[1].NotAfter {
		t.Errorf("a phone's certificates end with the card's: %+v, %v", own, err)
	}
	for ref, by := range map[kiosk.Ref]string{kiosk.RefAuth: "phone", kiosk.RefSign: "phone with password"} {
		if l, err := p.app.LogIn(t.Context(), p.ofPhone(a, ref, appclient.ForLogIn)); err != nil || l != (appclient.LogInReply{Resident: "hanako", By: by}) {
			t.Errorf("%+v, %v", l, err)
		}
	}

	mine, err := p.app.PhoneHold(t.Context(), p.byCard("hanako", "auth", appclient.ForHold))
	if err != nil || mine.Certificates[2].State != "held" || mine.Certificates[2].Cause != "hold phone by card with PIN" {
		t.Errorf("%+v, %v", mine, err)
	}
	if r, err = a.Follow(t.Context()); err != nil || r.State != appclient.PhoneActive || r.Certificates[0].Cause != "hold phone by card with PIN" {
		t.Errorf("%+v, %v", r, err)
	}
	_, err = p.app.LogIn(t.Context(), p.ofPhone(a, kiosk.RefAuth, appclient.ForLogIn))
	p.refusedAs(err, "proof-not-good")
	_, err = p.app.PhoneHold(t.Context(), p.byCard("hanako", "auth", appclient.ForHold))
	p.refusedAs(err, "already-held")
	_, err = p.app.PhoneRelease(t.Context(), p.byCard("hanako", "auth", appclient.ForRelease))
	p.refusedAs(err, "not-theirs")
	if _, err = p.app.PhoneRelease(t.Context(), p.byCard("hanako", "sign", appclient.ForRelease)); err != nil {
		t.Error(err)
	}
	_, err = p.app.PhoneRelease(t.Context(), p.byCard("hanako", "sign", appclient.ForRelease))
	p.refusedAs(err, "not-held")
	a.Wipe()
	if _, err := p.app.Mine(t.Context(), p.ofPhone(a, kiosk.RefAuth, appclient.ForMine)); err != nil {
		t.Errorf("after a wipe of the phone: %v", err)
	}

	p.clock.pass(time.Minute)
	other := p.newApp(sim.IPhone)
	must.OK(t, must.Err(p.applies(other, "hanako")))
	p.has("hanako", card+"phone sign good, phone auth good, next sign issued, next auth issued")
	p.setsUp(other, "hanako") // the application before it is dropped
	p.has("hanako", card+"phone sign good, phone auth good")
	_, err = p.app.LogIn(t.Context(), p.ofPhone(a, kiosk.RefAuth, appclient.ForLogIn))
	p.refusedAs(err, "proof-not-good")
	_, err = p.app.PhoneGiveUp(t.Context(), p.ofPhone(other, kiosk.RefAuth, appclient.ForGiveUp))
	p.refusedAs(err, "not-theirs")
	if _, err = p.app.PhoneGiveUp(t.Context(), p.ofPhone(other, kiosk.RefSign, appclient.ForGiveUp)); err != nil {
		t.Error(err)
	}
	p.has("hanako", card+"phone sign revoked cessationOfOperation, phone auth revoked cessationOfOperation")
	if _, err = other.Follow(t.Context()); err != nil || other.Phone.Cert(kiosk.RefAuth) != nil {
		t.Errorf("an old phone that is online has its certificates still: %v", err)
	}
}
