package bench

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"testing"

	"multicopy.example/devices/apdu"
	"multicopy.example/devices/jpki"
	"multicopy.example/devices/pn532"
	"multicopy.example/devices/serial"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// A wire looks at the very bytes that go to the reader.
type wire struct {
	pn532.Port
	sent *[]apdu.Command
	t    *testing.T
}

func (w wire) Write(ctx context.Context, b []byte) error {
	if f, _, err := pn532.Decode(b); err == nil && f.Kind == pn532.Data && f.PD[0] == 0x40 {
		c, err := apdu.Parse(bytes.Clone(f.PD[2:]))
		if err != nil {
			w.t.Errorf("% X is no command", f.PD)
		}
		*w.sent = append(*w.sent, c)
	}
	return w.Port.Write(ctx, b)
}

// A real card is a card that no CA of ours has signed. Whatever is asked for,
// only reading reaches it, on either kind of card.
func TestNothingButReadingReachesAForeignCard(t *testing.T) {
	r := resident(t)
	for name, set := range cards {
		for whose, cas := range map[string][]*x509.Certificate{"no CA": nil, "another CA": {r.SignCA}} {
			card := sim.NewCard(r)
			set(card)
			virtual := laid(t, card)
			var sent []apdu.Command
			o := trial(virtual)
			o.Open = func() (pn532.Port, error) {
				p, err := serial.Open(virtual.Path(), pn532.BaseRate)
				return wire{p, &sent, t}, err
			}
			if _, err := Run(t.Context(), o); err != nil {
				t.Errorf("%s, %s: %v", name, whose, err)
			}
			o.Consent.Try, o.CAs, o.PIN = ConsentToTry, cas, pinOf("1234")
			var f port.Fault
			if _, err := Run(t.Context(), o); !errors.As(err, &f) || kiosk.Message(f) != kiosk.MsgWrongCard {
				t.Errorf("%s, %s: a try was to be spent: %v", name, whose, err)
			}
			reckless(t, o)
			if len(sent) < 25 {
				t.Errorf("%s, %s: only %d commands were seen", name, whose, len(sent))
			}
			for _, c := range sent {
				reads := c.INS == apdu.InsSelect || c.INS == apdu.InsRead || c.INS == apdu.InsGetResponse || c.INS == apdu.InsVerify && c.Data == nil
				if !reads || c.CLA != 0 {
					t.Errorf("%s, %s: %s reached the card", name, whose, c.Header())
				}
				if c.INS == apdu.InsRead && c.P1 == 0x81 || c.INS == apdu.InsSelect && c.P1 == 2 && bytes.Equal(c.Data, []byte{0, 1}) {
					t.Errorf("%s, %s: the signing certificate was asked for", name, whose)
				}
			}
			if card.Tries(kiosk.RefAuth) != 3 || card.Tries(kiosk.RefSign) != 5 {
				t.Errorf("%s, %s: a try was spent", name, whose)
			}
		}
	}
}

// reckless asks the drivers for everything, as a kiosk gone mad would.
func reckless(t *testing.T, o Options) {
	t.Helper()
	ctx := t.Context()
	r := pn532.New(o.Open, quietLog)
	defer r.Close()
	must.OK(t, r.Ready(ctx))
	l, err := r.Wait(ctx)
	must.OK(t, err)
	card := jpki.New(l, o.CAs, quietLog)
	must.OK(t, must.Err(card.Read(ctx)))
	pin, err := o.PIN()
	must.OK(t, err)
	grant := port.Grant{Flow: kiosk.FlowP, Act: kiosk.Unlock}
	copy(grant.Command[:], []byte{0x00, 0x82, 0x00, 0x96, 0x52, 0x9B, 0x03})
	_, sign := card.Sign(ctx, kiosk.RefAuth, [32]byte{})
	_, challenge := card.Challenge(ctx)
	for i, err := range []error{card.Verify(ctx, kiosk.RefAuth, pin), sign, challenge, card.Run(ctx, grant, 0)} {
		if err == nil {
			t.Errorf("call %d was carried out", i)
		}
	}
}
