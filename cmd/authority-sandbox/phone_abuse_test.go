package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/cms"
	"multicopy.example/cmd/internal/harness/handset"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

// draft is the application of a phone, with a nonce of that resident's.
func (b *bench) draft(a *handset.App, name string) (d handset.Draft, said appclient.Application) {
	b.Helper()
	d, err := a.Begin(b.Context(), b.ofCard(name, "auth").cert)
	var e *appclient.Error
	if err != nil && !errors.As(err, &e) { // the authority may refuse already what is offered
		b.Fatal(err)
	}
	said, err = appclient.DecodeApplication(d.Statement)
	must.OK(b, err)
	return d, said
}

// sends an application that the card signs, whatever the phone would have sent.
func (b *bench) sends(said appclient.Application, name string) (appclient.PhoneReply, error) {
	b.Helper()
	text, err := said.Encode()
	must.OK(b, err)
	return b.app.PhoneApply(b.Context(), b.signedBy(text, b.held(name)))
}

func (b *bench) signedBy(text []byte, card handset.Card) appclient.PhoneApply {
	b.Helper()
	signature, err := cms.Sign(text, card.Cert, b.clock.now(), card.Sign)
	must.OK(b, err)
	return appclient.PhoneApply{Statement: text, CMS: signature}
}

// TestWhatIsNoSecureElementIsRefused: each by its own word, to who offers it and to who
// sends it signed, and nothing is applied for.
func TestWhatIsNoSecureElementIsRefused(t *testing.T) { onEach(t, noSecureElement) }

func noSecureElement(t *testing.T, on engine) {
	p := newPhones(start(t, on))
	unknown := p.maker("Maker X")
	withdrawn, other := p.ofMaker(p.good, "batch 8", time.Hour), p.ofMaker(p.good, "batch 9", time.Hour)
	p.told(cli.Done, "elements", "withdraw", batchName(withdrawn))
	madeIn := func(batch *sim.Batch) func() appclient.Application {
		return func() appclient.Application {
			_, said := p.draft(p.on(batch, sim.Android), "hanako")
			return said
		}
	}
	good := madeIn(p.batch)
	changed := func(change func(said *appclient.Application)) func() appclient.Application {
		return func() appclient.Application { said := good(); change(&said); return said }
	}
	for name, c := range map[string]struct {
		makes func() appclient.Application
		code  string
	}{
		"an emulator":                   {changed(func(said *appclient.Application) { said.Sign.Attestation = nil }), "no-attestation"},
		"bytes that are none":           {changed(func(said *appclient.Application) { said.Sign.Attestation = [][]byte{{0x30}} }), "attestation"},
		"a maker that is not known":     {madeIn(p.ofMaker(unknown, "batch 1", time.Hour)), "unknown-maker"},
		"a batch past its last day":     {madeIn(p.ofMaker(p.good, "old", -time.Hour)), "batch-expired"},
		"a batch that was withdrawn":    {madeIn(withdrawn), "batch-is-withdrawn"},
		"a key that another has":        {changed(func(said *appclient.Application) { said.Sign.Request = good().Sign.Request }), "other-key"},
		"a key for another use":         {changed(func(said *appclient.Application) { said.Sign = said.Auth }), "other-use"},
		"a key of another application":  {changed(func(said *appclient.Application) { said.Auth = good().Auth }), "other-nonce"},
		"a request that is not signed":  {changed(func(said *appclient.Application) { said.Auth.Request[len(said.Auth.Request)-1] ^= 1 }), "request"},
		"a request that cannot be read": {changed(func(said *appclient.Application) { said.Auth.Request = []byte{0x30} }), "request"},
		"keys in two elements": {func() appclient.Application {
			_, said := p.draft(p.on(p.batch, sim.Android), "hanako")
			e := other.Element()
			request, attestation, err := e.Generate(kiosk.RefSign, said.Nonce[:])
			must.OK(t, err)
			said.Sign = appclient.PhoneKey{Request: request, Attestation: attestation}
			return said
		}, "two-elements"},
	} {
		t.Run(name, func(t *testing.T) {
			said := c.makes()
			text, err := said.Encode()
			must.OK(t, err)
			_, err = p.app.PhoneOffer(t.Context(), text)
			p.refusedAs(err, c.code)
			_, err = p.sends(said, "hanako")
			p.refusedAs(err, c.code)
			_, err = p.sends(said, "hanako") // the nonce is gone with it
			p.refusedAs(err, "nonce")
		})
	}
	p.has("hanako", "card sign good, card auth good")
	withRoot := good()
	for _, k := range []*appclient.PhoneKey{&withRoot.Auth, &withRoot.Sign} {
		k.Attestation = append(k.Attestation, p.good.Cert.Raw)
	}
	if r, err := p.sends(withRoot, "hanako"); err != nil || r.State != appclient.PhoneIssued {
		t.Errorf("a chain with its root: %+v, %v", r, err)
	}
	p.told(cli.Done, "elements", "dismiss", p.rootFile(p.good))
	_, err := p.sends(good(), "taro")
	p.refusedAs(err, "nonce") // of hanako
	_, said := p.draft(p.on(p.batch, sim.Android), "taro")
	_, err = p.sends(said, "taro")
	p.refusedAs(err, "unknown-maker")
}

// TestANonceIsOneApplicationOfOnePerson, for five minutes, and a repetition is no second one.
func TestANonceIsOneApplicationOfOnePerson(t *testing.T) { onEach(t, nonceOnce) }

func nonceOnce(t *testing.T, on engine) {
	p := newPhones(start(t, on))
	a := p.newApp(sim.Android)
	d, _ := p.draft(a, "hanako")
	m := p.signedBy(d.Statement, p.held("hanako"))
	r, err := p.app.PhoneApply(t.Context(), m)
	must.OK(t, err)
	if again, err := p.app.PhoneApply(t.Context(), m); err != nil || again.Application != r.Application {
		t.Errorf("the same once more: %+v, %v", again, err)
	}
	p.clock.pass(time.Second)
	_, err = p.app.PhoneApply(t.Context(), p.signedBy(d.Statement, p.held("hanako"))) // signed a second later
	p.refusedAs(err, "nonce-used")
	_, err = p.app.PhoneApply(t.Context(), p.signedBy(d.Statement, p.held("taro"))) // of another person
	p.refusedAs(err, "nonce-used")
	other, _ := p.draft(p.newApp(sim.Android), "hanako")
	_, err = p.app.PhoneApply(t.Context(), p.signedBy(other.Statement, p.held("taro")))
	p.refusedAs(err, "nonce")
	late, _ := p.draft(p.newApp(sim.Android), "hanako")
	p.clock.pass(6 * time.Minute)
	_, err = p.app.PhoneApply(t.Context(), p.signedBy(late.Statement, p.held("hanako")))
	p.refusedAs(err, "nonce")
	p.clock.pass(6 * time.Minute)
	_, err = p.app.PhoneApply(t.Context(), p.signedBy(late.Statement, p.held("hanako")))
	p.refusedAs(err, "moment")
	late.Statement[len(late.Statement)-2] ^= 1
	m = p.signedBy(late.Statement, p.held("hanako"))
	late.Statement[len(late.Statement)-2] ^= 1
	_, err = p.app.PhoneApply(t.Context(), m)
	p.refusedAs(err, "signature")
	_, err = p.app.PhoneApply(t.Context(), p.signedBy([]byte("{}"), p.held("hanako")))
	p.refusedAs(err, "statement")
	_, err = p.app.PhoneNonce(t.Context(), p.ofCard("sora", "auth").cert) // a phone for a phone
	p.refusedAs(err, "not-theirs")
}

// TestACopiedPhoneTakesNothingOver: neither what is set up nor what is in use.
func TestACopiedPhoneTakesNothingOver(t *testing.T) {
	p := newPhones(start(t, sqlite))
	a := p.newApp(sim.Android)
	r, err := p.applies(a, "hanako")
	must.OK(t, err)
	copied := handset.New(a.Phone.Clone(), appclient.New(p.at.App), p.clock.now)
	if err := copied.Install(r, pin, pass); !errors.Is(err, sim.ErrNoKey) {
		t.Errorf("the copy installs what it has no keys for: %v", err)
	}
	p.setsUp(a, "hanako")
	copied = handset.New(a.Phone.Clone(), appclient.New(p.at.App), p.clock.now)
	if _, err := copied.Prove(t.Context(), kiosk.RefSign, pass, appclient.ForGiveUp); !errors.Is(err, sim.ErrNoPair) {
		t.Errorf("the copy signs: %v", err)
	}
}

// TestWhoHasCardAndPINHoldsAPhoneAndDoesNothingElse: a thief who watched the four digits can
// do what is safe, and the owner's app says by what it was done.
func TestWhoHasCardAndPINHoldsAPhoneAndDoesNothingElse(t *testing.T) { onEach(t, thief) }

func thief(t *testing.T, on engine) {
	p := newPhones(start(t, on))
	owner := p.newApp(sim.IPhone)
	p.setsUp(owner, "hanako")
	card := p.ofCard("hanako", "auth").held()
	own := p.newApp(sim.Android)
	d, _ := p.draft(own, "hanako")
	_, err := own.Apply(t.Context(), d, card)
	p.refusedAs(err, "not-theirs")
	r, err := p.applies(own, "hanako") // its owner did, and leaves the phone lying
	must.OK(t, err)
	must.OK(t, own.Install(r, pin, pass))
	_, err = own.Activate(t.Context(), r, pin, pass, card)
	p.refusedAs(err, "not-theirs")
	_, err = p.app.PhoneGiveUp(t.Context(), p.byCard("hanako", "auth", appclient.ForGiveUp))
	p.refusedAs(err, "not-theirs")
	if _, err = p.app.PhoneHold(t.Context(), p.byCard("hanako", "auth", appclient.ForHold)); err != nil {
		t.Error(err)
	}
	_, err = p.app.PhoneRelease(t.Context(), p.byCard("hanako", "auth", appclient.ForRelease))
	p.refusedAs(err, "not-theirs")
	_, err = p.app.PhoneHold(t.Context(), p.byCard("hanako", "auth", appclient.ForLogIn)) // signed for something else
	if err == nil {
		t.Error("a log-in was good for a hold")
	}
	told, err := owner.Follow(t.Context())
	if err != nil || told.Certificates[0].State != "held" || told.Certificates[0].Cause != "hold phone by card with PIN" {
		t.Errorf("the owner's app is told %+v, %v", told, err)
	}
	must.Note(t, must.Err(p.app.PhoneRelease(t.Context(), p.byCard("hanako", "sign", appclient.ForRelease))))
}

// TestWhatHappensToTheCardEndsWhatItAppliedFor, between the application and its activation
// and after it.
func TestWhatHappensToTheCardEndsWhatItAppliedFor(t *testing.T) { onEach(t, cardMeanwhile) }

func cardMeanwhile(t *testing.T, on engine) {
	p := newPhones(start(t, on))
	for _, c := range []struct{ name, args, code, then string }{
		{"hanako", "move --address 2-3", "nothing-issued", "card sign revoked affiliationChanged, card auth good"},
		{"taro", "renew", "nothing-issued", "card sign good, card auth good"},
		{"jiro", "lost", "proof-not-good", "card sign held certificateHold, card auth held certificateHold, next sign issued, next auth issued"},
		{"nao", "return", "nothing-issued", "card sign revoked cessationOfOperation, card auth revoked cessationOfOperation"},
		{"haru", "died", "nothing-issued", "card sign revoked cessationOfOperation, card auth revoked cessationOfOperation"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, card := p.newApp(sim.Android), p.held(c.name)
			r, err := p.applies(a, c.name)
			if err == nil {
				err = a.Install(r, pin, pass)
			}
			must.OK(t, err)
			verb, rest, _ := strings.Cut(c.args, " ")
			p.counter(append([]string{verb, c.name}, strings.Fields(rest)...)...)
			_, err = a.Activate(t.Context(), r, pin, pass, card)
			p.refusedAs(err, c.code)
			p.has(c.name, c.then)
		})
	}
	// A held card applies for nothing; what it applied for is waited for, and lapses.
	_, err := p.applies(p.newApp(sim.Android), "jiro")
	p.refusedAs(err, "proof-not-good")
	p.clock.pass(25 * time.Hour)
	p.sandbox.Service.SetUpPhones(t.Context())
	p.has("jiro", "card sign held certificateHold, card auth held certificateHold")

	a := p.on(p.ofMaker(p.good, "batch 10", 48*time.Hour), sim.Android)
	p.setsUp(a, "natsu")
	p.counter("move", "natsu", "--address", "3-4")
	p.has("natsu", "card sign revoked affiliationChanged, card auth good, phone sign revoked affiliationChanged, phone auth good")
	p.counter("renew", "natsu")
	p.has("natsu", "card sign good, card auth good, phone sign revoked affiliationChanged, phone auth revoked superseded")
	p.clock.pass(time.Minute)
	p.setsUp(a, "natsu") // on the same phone
	p.has("natsu", "card sign good, card auth good, phone sign good, phone auth good")
}
