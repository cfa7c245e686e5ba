package main

import (
	"crypto/sha256"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/harness/handset"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

// TestTwoPhonesThatApplyAtOnceAreOneApplication: the later one stays, whichever that is.
func TestTwoPhonesThatApplyAtOnceAreOneApplication(t *testing.T) { onEach(t, twoAtOnce) }

func twoAtOnce(t *testing.T, on engine) {
	p := newPhones(start(t, on))
	const n = 6
	var replies [n]appclient.PhoneReply
	var apps [n]*handset.App
	var drafts [n]handset.Draft
	for i := range n {
		apps[i] = p.newApp(sim.PhoneKind(i % 2))
		drafts[i], _ = p.draft(apps[i], "hanako")
	}
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			var err error
			if replies[i], err = apps[i].Apply(t.Context(), drafts[i], p.held("hanako")); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	p.has("hanako", "card sign good, card auth good, next sign issued, next auth issued")
	var states [2]int
	for i, a := range apps {
		r, err := a.Status(t.Context())
		must.OK(t, err)
		if r.State == appclient.PhoneEnded {
			states[0]++
			continue
		}
		states[1]++
		all.Go(func() { // activated at once, twice
			errs := [2]error{a.Install(r, pin, pass)}
			m := p.activation(a, r)
			var both sync.WaitGroup
			for j := range errs {
				both.Go(func() {
					if done, err := p.app.PhoneActivate(t.Context(), m); err != nil || done.State != appclient.PhoneActive {
						t.Errorf("phone %d, %d: %+v, %v", i, j, done, err)
					}
				})
			}
			both.Wait()
		})
	}
	all.Wait()
	if states != [2]int{n - 1, 1} {
		t.Errorf("%d applications have ended and %d wait", states[0], states[1])
	}
	p.has("hanako", "card sign good, card auth good, phone sign good, phone auth good")
}

// activation is what an app sends to take what it has installed into use.
func (b *bench) activation(a *handset.App, r appclient.PhoneReply) (m appclient.PhoneActivate) {
	b.Helper()
	text, err := a.Activation(r)
	must.OK(b, err)
	digest := sha256.Sum256(text)
	auth, err := a.Phone.SignNext(kiosk.RefAuth, pin, digest)
	must.OK(b, err)
	sign, err := a.Phone.SignNext(kiosk.RefSign, pass, digest)
	must.OK(b, err)
	return appclient.PhoneActivate{Statement: text, CMS: b.signedBy(text, b.held("hanako")).CMS, Auth: auth, Sign: sign}
}

// TestActivationWantsAllThreeKeys over what was issued, and no other's.
func TestActivationWantsAllThreeKeys(t *testing.T) {
	p := newPhones(start(t, sqlite))
	a, other := p.newApp(sim.Android), p.newApp(sim.Android)
	var replies [2]appclient.PhoneReply
	for i, c := range []struct {
		app  *handset.App
		name string
	}{{a, "hanako"}, {other, "taro"}} {
		var err error
		if replies[i], err = p.applies(c.app, c.name); err == nil {
			err = c.app.Install(replies[i], pin, pass)
		}
		must.OK(t, err)
	}
	good, theirs := p.activation(a, replies[0]), p.activation(other, replies[1])
	for name, c := range map[string]struct {
		change func(m *appclient.PhoneActivate)
		code   string
	}{
		"no authentication key":          {func(m *appclient.PhoneActivate) { m.Auth = nil }, "keys-missing"},
		"one key for both":               {func(m *appclient.PhoneActivate) { m.Sign = m.Auth }, "keys-missing"},
		"another phone's key":            {func(m *appclient.PhoneActivate) { m.Sign = theirs.Sign }, "keys-missing"},
		"another phone, by hanako":       {func(m *appclient.PhoneActivate) { *m = theirs }, "no-application"},
		"another phone, by its owner":    {func(m *appclient.PhoneActivate) { *m = theirs; m.CMS = good.CMS }, "signature"},
		"no statement":                   {func(m *appclient.PhoneActivate) { m.Statement = []byte("{}") }, "statement"},
		"other certificates than issued": {func(m *appclient.PhoneActivate) { *m = p.aboutOther(a, replies) }, "other-certificates"},
	} {
		m := good
		c.change(&m)
		_, err := p.app.PhoneActivate(t.Context(), m)
		if t.Run(name, func(*testing.T) { p.refusedAs(err, c.code) }); err == nil {
			t.Fatal(name)
		}
	}
	p.clock.pass(11 * time.Minute)
	_, err := p.app.PhoneActivate(t.Context(), good)
	p.refusedAs(err, "moment")
	p.has("hanako", "card sign good, card auth good, next sign issued, next auth issued")
	_, err = p.app.Phone(t.Context(), "00")
	p.refusedAs(err, "no-application")
	_, err = p.app.Phone(t.Context(), "00112233445566778899aabbccddeeff")
	p.refusedAs(err, "no-application")
}

// aboutOther is an activation of the first application with the second one's certificates.
func (b *bench) aboutOther(a *handset.App, replies [2]appclient.PhoneReply) appclient.PhoneActivate {
	b.Helper()
	mixed := replies[0]
	mixed.Auth, mixed.Sign = replies[1].Auth, replies[1].Sign
	return b.activation(a, mixed)
}

// TestAWithdrawnBatchReachesEveryPhoneOfIt: one that is being set up, one in use, and one that
// was set up while it was withdrawn.
func TestAWithdrawnBatchReachesEveryPhoneOfIt(t *testing.T) { onEach(t, withdrawnLater) }

func withdrawnLater(t *testing.T, on engine) {
	p := newPhones(start(t, on))
	used := p.newApp(sim.Android)
	p.setsUp(used, "hanako")
	must.OK(t, must.Err(p.applies(p.newApp(sim.Android), "taro")))
	if text := p.told(cli.Done, "elements", "list"); !strings.Contains(text, "maker Maker A") || !strings.Contains(text, "batch "+batchName(p.batch)+", 2 phones") {
		t.Error(text)
	}
	p.told(cli.Done, "elements", "withdraw", batchName(p.batch))
	p.has("hanako", "card sign good, card auth good, phone sign held certificateHold, phone auth held certificateHold")
	p.has("taro", "card sign good, card auth good")
	_, err := p.app.PhoneRelease(t.Context(), p.byCard("hanako", "sign", appclient.ForRelease))
	p.refusedAs(err, "batch-is-withdrawn")
	if text := p.told(cli.Done, "elements", "list"); !strings.Contains(text, "withdrawn "+batchName(p.batch)) {
		t.Error(text)
	}
	late := p.ofMaker(p.good, "batch 8", time.Hour)
	p.setsUp(p.on(late, sim.Android), "jiro")
	if err := p.sandbox.DB.Tx(t.Context(), func(tx *store.Tx) error { return tx.WithdrawBatch(batchName(late), p.clock.now().Unix()) }); err != nil {
		t.Fatal(err) // it was noted, and the program ended there
	}
	p.sandbox.Service.ReviewElements(t.Context())
	p.has("jiro", "card sign good, card auth good, phone sign held certificateHold, phone auth held certificateHold")
}

// TestWhatWasAppliedForIsIssuedLater: an authority that ended right behind an application issues it when it runs
// again, waits while the card is held, and lets it lapse after a day.
func TestWhatWasAppliedForIsIssuedLater(t *testing.T) { onEach(t, issuedLater) }

func issuedLater(t *testing.T, on engine) {
	p := newPhones(start(t, on))
	// applied is an application as it is in the store before it is issued.
	applied := func(name string) (a *handset.App, m appclient.PhoneApply, id appclient.ID) {
		t.Helper()
		a = p.newApp(sim.Android)
		d, said := p.draft(a, name)
		m = p.signedBy(d.Statement, p.held(name))
		id = appclient.ID(said.Nonce[:16])
		now := p.clock.now().Unix()
		err := p.sandbox.DB.Tx(t.Context(), func(tx *store.Tx) error {
			who, err := tx.PersonNamed(name)
			if err == nil {
				err = tx.AddCarrier(store.Carrier{ID: store.ID(id), Person: who.ID, Kind: life.Android, Until: now + 24*60*60, Batch: batchName(p.batch), Made: now})
			}
			if err == nil {
				err = tx.AddApplication(store.Application{Carrier: store.ID(id), Nonce: said.Nonce, Statement: m.Statement, CMS: m.CMS, At: now})
			}
			return err
		})
		must.OK(t, err)
		return a, m, id
	}
	is := func(id appclient.ID, want string) {
		t.Helper()
		if r, err := p.app.Phone(t.Context(), id.String()); err != nil || r.State != want {
			t.Errorf("it is %+v, %v; want %s", r, err, want)
		}
	}
	_, m, first := applied("hanako")
	_, _, second := applied("taro")
	is(first, appclient.PhoneApplied)
	p.counter("lost", "taro")
	p.sandbox.Service.SetUpPhones(t.Context())
	is(first, appclient.PhoneIssued)
	is(second, appclient.PhoneApplied)
	if again, err := p.app.PhoneApply(t.Context(), m); err != nil || again.Application != first.String() {
		t.Errorf("the application once more: %+v, %v", again, err)
	}
	p.clock.pass(25 * time.Hour)
	p.sandbox.Service.SetUpPhones(t.Context())
	is(first, appclient.PhoneEnded)
	is(second, appclient.PhoneEnded)
	p.has("hanako", "card sign good, card auth good")
}

// TestOnlyARootIsAdmittedAsAMaker, and only one that was admitted is dismissed.
func TestOnlyARootIsAdmittedAsAMaker(t *testing.T) {
	p := newPhones(start(t, sqlite))
	dir := t.TempDir()
	must.OK(t, pki.Folder(dir).Certs("batch.pem", p.batch.Cert))
	if text := p.told(cli.Failed, "elements", "admit", filepath.Join(dir, "batch.pem")); !strings.Contains(text, "no root of a maker") {
		t.Error(text)
	}
	if text := p.told(cli.Failed, "elements", "dismiss", p.rootFile(p.maker("Maker B"))); !strings.Contains(text, "was not admitted") {
		t.Error(text)
	}
	p.told(cli.Failed, "elements", "admit", filepath.Join(dir, "absent.pem"))
}
