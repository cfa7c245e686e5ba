package main

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"testing"

	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/devices/apdu"
	"multicopy.example/devices/jpki"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/secret"
)

// link is a wire from the driver straight into a virtual card.
type link struct{ card *sim.Card }

func (l link) Transmit(_ context.Context, c apdu.Command) (apdu.Response, error) {
	raw, err := c.AppendTo(nil)
	if err != nil {
		return apdu.Response{}, err
	}
	answer, ok := l.card.Exchange(raw)
	if !ok {
		return apdu.Response{}, errors.New("no answer")
	}
	return apdu.ParseResponse(answer)
}

func (l link) Present(context.Context) error { return nil }

func (l link) Release(context.Context) error { l.card.PowerOff(); return nil }

// TestEveryIssuedCardIsACard: the virtual card takes every resident's folder
// and the driver believes those of our CA alone.
func TestEveryIssuedCardIsACard(t *testing.T) {
	cas, err := pki.Folder(template).ReadCerts(fixture.CardCAs)
	must.OK(t, err)
	for _, r := range fixture.Residents() {
		c, err := sim.LoadResident(filepath.Join(template, fixture.Cards, r.Name))
		if err != nil {
			t.Errorf("%s: %v", r.Name, err)
			continue
		}
		c.PowerOn()
		f, err := jpki.New(link{c}, cas, slog.New(slog.DiscardHandler)).Read(t.Context())
		if r.Token != "" {
			continue // a phone: what the driver makes of it is the driver's
		}
		if err != nil || f.Trusted == r.Stranger || f.HasSign == r.NoSign || f.AuthTries != r.PINTries || (!r.NoSign && f.SignTries != r.PasswordTries) {
			t.Errorf("%s: %+v, %v", r.Name, f, err)
		}
	}
}

// TestGrantOpensTheCard: client, sandbox, driver and virtual card together,
// from a locked signing password to a full counter.
func TestGrantOpensTheCard(t *testing.T) { onEach(t, grantOpensTheCard) }

func grantOpensTheCard(t *testing.T, on engine) {
	b := start(t, on)
	dir := filepath.Join(b.dir, fixture.Cards, "taro")
	resident, err := sim.ReadResident(dir)
	must.OK(t, err)
	cas, err := pki.Folder(b.dir).ReadCerts(fixture.CardCAs)
	must.OK(t, err)
	virtual := sim.NewCard(resident)
	virtual.PowerOn()
	card := jpki.New(link{virtual}, cas, slog.New(slog.DiscardHandler))
	ctx := t.Context()
	r := b.reserve(b.card("taro"), kiosk.FlowP)

	facts, err := card.Read(ctx)
	if err != nil || facts.SignTries != 0 {
		t.Fatalf("%+v, %v", facts, err)
	}
	s, err := b.kiosk.Open(ctx, facts)
	must.OK(t, err)
	s.Ticket, err = b.code(b.kiosk, s, r.OTP)
	must.OK(t, err)
	with(t, string(resident.PIN), func(pin secret.Secret) error { return card.Verify(ctx, kiosk.RefAuth, pin) })
	signature, err := card.Sign(ctx, kiosk.RefAuth, b.kiosk.Digest(s, facts.AuthCert, kiosk.Reset))
	must.OK(t, err)
	must.OK(t, b.kiosk.Prove(ctx, s, kiosk.Reset, signature))
	challenge, err := card.Challenge(ctx)
	must.OK(t, err)
	g, err := b.kiosk.Grant(ctx, s, challenge)
	must.OK(t, err)
	with(t, "NEWPASS1", func(fresh secret.Secret) error { return card.Run(ctx, g, fresh) })
	must.OK(t, must.Err(b.kiosk.Settle(ctx, s.ID, g.ID, kiosk.Done)))
	if tries := virtual.Tries(kiosk.RefSign); tries != 5 {
		t.Errorf("%d tries", tries)
	}
	with(t, "NEWPASS1", func(fresh secret.Secret) error { return card.Verify(ctx, kiosk.RefSign, fresh) })
}

// with types a secret for the length of one call that must succeed.
func with(t *testing.T, text string, f func(secret.Secret) error) {
	t.Helper()
	slot := <-slots
	defer func() { slot.Wipe(); slots <- slot }()
	for i := range len(text) {
		slot.Append(text[i])
	}
	must.OK(t, f(slot))
}
