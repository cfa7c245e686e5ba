package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// TestResidentIsServed: both flows, both acts, from the app to done.
func TestResidentIsServed(t *testing.T) { onEach(t, residentIsServed) }

func residentIsServed(t *testing.T, on engine) {
	b := start(t, on)
	c := b.card("hanako")
	for _, flow := range []kiosk.Flow{kiosk.FlowP, kiosk.FlowU} {
		for _, act := range []kiosk.Act{kiosk.Reset, kiosk.Unlock} {
			r := b.reserve(c, flow)
			s := b.claim(c, r)
			if s.Flow != flow || s.Factor != kiosk.FactorCode || s.CodesLeft != 5 || s.Doubt {
				t.Fatalf("%v %v: session %+v", flow, act, s)
			}
			g := b.mustGrant(c, s, act)
			if st := b.state(r); st.State != "granted" || st.Grants != 1 {
				t.Errorf("%v %v: %+v", flow, act, st)
			}
			must.OK(t, must.Err(b.kiosk.Settle(t.Context(), s.ID, g.ID, kiosk.Done)))
			if st := b.state(r); st.State != "done" || st.Outcome != "done" || st.Flow != flow.String() {
				t.Errorf("%v %v: %+v", flow, act, st)
			}
			_, err := b.kiosk.Open(t.Context(), c.facts())
			want(t, err, kiosk.MsgUsedReserve)
		}
	}
}

// TestReservationAloneNeedsNoCode: the other policy.
func TestReservationAloneNeedsNoCode(t *testing.T) { onEach(t, reservationAloneNeedsNoCode) }

func reservationAloneNeedsNoCode(t *testing.T, on engine) {
	b := start(t, on, func(p *domain.Policy) { p.Factor = int(kiosk.FactorReservation) })
	c := b.card("hanako")
	r := b.reserve(c, kiosk.FlowP)
	if r.OTP != "" {
		t.Error("a one-time password that is not asked for")
	}
	s := b.open(c)
	if s.Factor != kiosk.FactorReservation {
		t.Fatalf("%+v", s)
	}
	ticket, err := b.kiosk.Code(t.Context(), s, 0)
	must.OK(t, err)
	s.Ticket = ticket
	g := b.mustGrant(c, s, kiosk.Reset)
	must.OK(t, must.Err(b.kiosk.Settle(t.Context(), s.ID, g.ID, kiosk.Done)))
}

// TestEveryTroubledResidentIsTurnedAway with the right word.
func TestEveryTroubledResidentIsTurnedAway(t *testing.T) {
	onEach(t, everyTroubledResidentIsTurnedAway)
}

func everyTroubledResidentIsTurnedAway(t *testing.T, on engine) {
	b := start(t, on)
	for name, word := range map[string]kiosk.Message{
		"hanako": kiosk.MsgNoReserve, "nao": kiosk.MsgNoReserve, "yuki": kiosk.MsgNoSign, "akira": kiosk.MsgExpired,
		"midori": kiosk.MsgChanged, "kenji": kiosk.MsgRevoked, "sachiko": kiosk.MsgHeld, "haru": kiosk.MsgOldReserve,
		"natsu": kiosk.MsgUsedReserve, "umi": kiosk.MsgUsedReserve, "fuyu": kiosk.MsgWrongCard, "sora": kiosk.MsgPhone,
	} {
		_, err := b.kiosk.Open(t.Context(), b.card(name).facts())
		if t.Run(name, func(t *testing.T) { want(t, err, word) }); err == nil {
			t.Errorf("%s was served", name)
		}
	}
	_, err := b.kiosk.Open(t.Context(), port.Facts{AuthCert: []byte("no certificate")})
	want(t, err, kiosk.MsgWrongCard)
	_, err = b.kiosk.Open(t.Context(), port.Facts{})
	want(t, err, kiosk.MsgCardFault)
}

// A card whose signing CA this authority does not know has a signing
// certificate: it is told as a card that cannot be used, and not as one without.
func TestUnknownSigningCAIsAWrongCard(t *testing.T) { onEach(t, unknownSigningCAIsAWrongCard) }

func unknownSigningCAIsAWrongCard(t *testing.T, on engine) {
	b := start(t, on)
	for _, kind := range []string{"crt", "key"} {
		other, err := os.ReadFile(filepath.Join(b.dir, "card-ca.auth."+kind+".pem"))
		name := filepath.Join(b.dir, "card-ca.sign."+kind+".pem")
		if err == nil {
			err = errors.Join(os.Remove(name), os.WriteFile(name, other, 0o600))
		}
		must.OK(t, err)
	}
	c := b.card("hanako")
	_, err := b.beside().kiosk.Open(t.Context(), c.facts())
	want(t, err, kiosk.MsgWrongCard)
}

// TestStrangersCannotReserve: cards of another CA, phones, wrong keys, and a
// challenge that was used.
func TestStrangersCannotReserve(t *testing.T) { onEach(t, strangersCannotReserve) }

func strangersCannotReserve(t *testing.T, on engine) {
	b := start(t, on)
	for _, name := range []string{"fuyu", "sora"} {
		if _, err := b.tryReserve(b.card(name), kiosk.FlowP); err == nil {
			t.Errorf("%s reserved", name)
		}
	}
	c := b.card("hanako")
	challenge, err := b.app.Challenge(t.Context(), c.cert, "P")
	must.OK(t, err)
	digest := appclient.Digest(challenge, c.cert, "P")
	bad, good := c.sign(kiosk.RefSign, digest), c.sign(kiosk.RefAuth, digest)
	if _, err := b.desk.Reserve(t.Context(), c.cert, "P", challenge, bad); err == nil {
		t.Error("reserved with the key whose password is forgotten")
	}
	if _, err := b.desk.Reserve(t.Context(), c.cert, "P", challenge, good); err == nil {
		t.Error("a challenge was good twice")
	}
	challenge, err = b.app.Challenge(t.Context(), c.cert, "P")
	must.OK(t, err)
	b.clock.pass(6 * time.Minute)
	if _, err := b.desk.Reserve(t.Context(), c.cert, "P", challenge, c.sign(kiosk.RefAuth, appclient.Digest(challenge, c.cert, "P"))); err == nil {
		t.Error("a challenge was good for six minutes")
	}
	if _, err := b.app.Reservation(t.Context(), "00"); err == nil {
		t.Error("a reservation of that number")
	}
}

// TestClosedOrTooManyIsSaid: hours and throttles.
func TestClosedOrTooManyIsSaid(t *testing.T) { onEach(t, closedOrTooManyIsSaid) }

func closedOrTooManyIsSaid(t *testing.T, on engine) {
	b := start(t, on, func(p *domain.Policy) { p.KioskRate = 3 })
	c := b.card("hanako")
	b.reserve(c, kiosk.FlowP)
	b.clock.at = time.Date(b.clock.at.Year(), b.clock.at.Month(), b.clock.at.Day(), 14, 0, 0, 0, time.UTC) // 23:00 in Japan
	must.OK(t, b.app.SetHours(t.Context(), appclient.Hours{From: 390, To: 1380}))
	h, err := b.kiosk.Health(t.Context())
	if err != nil || h.Open || h.RetryAfter != 7*3600+1800 { // to 06:30
		t.Errorf("%+v, %v", h, err)
	}
	if beat, err := b.kiosk.Heartbeat(t.Context(), wire.Beat{}); err != nil || beat != h {
		t.Errorf("a heartbeat is answered %+v, health %+v (%v)", beat, h, err)
	}
	_, err = b.kiosk.Open(t.Context(), c.facts())
	want(t, err, kiosk.MsgHours)
	b.clock.pass(-time.Second)
	if h, err := b.kiosk.Health(t.Context()); err != nil || !h.Open || h.Now != b.clock.now().Unix() {
		t.Errorf("%+v, %v", h, err)
	}
	for range 3 {
		b.kiosk.Open(t.Context(), c.facts())
	}
	_, err = b.kiosk.Open(t.Context(), c.facts())
	want(t, err, kiosk.MsgBusy)
	b.clock.pass(-time.Minute)
	if _, err = b.kiosk.Open(t.Context(), c.facts()); err != nil {
		t.Errorf("another minute: %v", err)
	}
	if err := b.app.SetHours(t.Context(), appclient.Hours{From: -1}); err == nil {
		t.Error("hours before midnight")
	}
}

// TestStoreMayNotRenewThePIN: flow U at a store that has flow P alone.
func TestStoreMayNotRenewThePIN(t *testing.T) { onEach(t, storeMayNotRenewThePIN) }

func storeMayNotRenewThePIN(t *testing.T, on engine) {
	b := start(t, on)
	c := b.card("hanako")
	b.reserve(c, kiosk.FlowU)
	b.register(store.Kiosk{Name: testKiosk, Flows: "P"})
	_, err := b.kiosk.Open(t.Context(), c.facts())
	want(t, err, kiosk.MsgStore)
	b.reserve(c, kiosk.FlowP)
	b.open(c)
}

func (b *bench) register(k store.Kiosk) {
	b.Helper()
	must.OK(b, b.sandbox.DB.Tx(b.Context(), func(tx *store.Tx) error { return tx.PutKiosk(k, b.clock.now().Unix()) }))
}

// TestReservationGrowsOld in the middle of a visit.
func TestReservationGrowsOld(t *testing.T) { onEach(t, reservationGrowsOld) }

func reservationGrowsOld(t *testing.T, on engine) {
	b := start(t, on, func(p *domain.Policy) { p.Lease = 48 * time.Hour })
	c := b.card("hanako")
	r := b.reserve(c, kiosk.FlowP)
	s := b.claim(c, r)
	b.clock.pass(24 * time.Hour)
	_, _, err := b.grant(c, s, kiosk.Reset)
	want(t, err, kiosk.MsgOldReserve)
	_, err = b.kiosk.Open(t.Context(), c.facts())
	want(t, err, kiosk.MsgOldReserve)
}

// TestClaimRunsOut after the lease, and the reservation is open again.
func TestClaimRunsOut(t *testing.T) { onEach(t, claimRunsOut) }

func claimRunsOut(t *testing.T, on engine) {
	b, c, r, s := claimed(t, on)
	if st := b.state(r); st.State != "claimed" {
		t.Errorf("%+v", st)
	}
	b.clock.pass(15 * time.Minute)
	if st := b.state(r); st.State != "open" {
		t.Errorf("%+v", st)
	}
	_, _, err := b.grant(c, s, kiosk.Reset)
	want(t, err, kiosk.MsgTimeout)
	b.mustGrant(c, b.claim(c, r), kiosk.Reset)
}

// TestCertificateDiesDuringTheVisit: it is looked at again before a grant.
func TestCertificateDiesDuringTheVisit(t *testing.T) { onEach(t, certificateDiesDuringTheVisit) }

func certificateDiesDuringTheVisit(t *testing.T, on engine) {
	b := start(t, on)
	c := b.card("hanako")
	s := b.claim(c, b.reserve(c, kiosk.FlowP))
	b.becomes(b.stored("hanako", life.Sign), store.Status{State: life.Revoked, Reason: life.ItemsChanged})
	_, _, err := b.grant(c, s, kiosk.Reset)
	want(t, err, kiosk.MsgChanged)
}
