package jpki_test

import (
	"context"
	"errors"
	"testing"

	"multicopy.example/devices/apdu"
	"multicopy.example/devices/jpki"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// opened brings a card to the point where Run is next.
func opened(t *testing.T, card *sim.Card) (d *jpki.Card, w *wire, id port.CardID, challenge []byte) {
	t.Helper()
	ctx := context.Background()
	w = plug(t, card)
	d = jpki.New(w, trustedCAs(t), quiet)
	facts, err := d.Read(ctx)
	must.OK(t, err)
	must.OK(t, d.Verify(ctx, kiosk.RefAuth, typed(t, 0, "1234")))
	id, err = jpki.ID(facts.AuthCert)
	must.OK(t, err)
	challenge, err = d.Challenge(ctx)
	must.OK(t, err)
	return d, w, id, challenge
}

func TestWrongGrantChangesNothing(t *testing.T) {
	reset := func(a granter, id port.CardID, c []byte) port.Grant {
		return a.grant(id, c, kiosk.FlowP, kiosk.Reset)
	}
	for name, c := range map[string]struct {
		make func(a granter, id port.CardID, c []byte) port.Grant
		sent bool // the card is asked; otherwise the kiosk refuses by itself
	}{
		"another card's": {func(a granter, id port.CardID, c []byte) port.Grant {
			id[0] ^= 1
			return reset(a, id, c)
		}, true},
		"another challenge's": {func(a granter, id port.CardID, c []byte) port.Grant {
			return reset(a, id, append([]byte{c[0] ^ 1}, c[1:]...))
		}, true},
		"signed for the other act": {func(a granter, id port.CardID, c []byte) port.Grant {
			g := a.grant(id, c, kiosk.FlowP, kiosk.Unlock)
			g.Act, g.Command[6] = kiosk.Reset, 0x02
			return g
		}, true},
		"signed for the other secret": {func(a granter, id port.CardID, c []byte) port.Grant {
			g := a.grant(id, c, kiosk.FlowU, kiosk.Reset)
			g.Flow, g.Command[5] = kiosk.FlowP, 0x9B
			return g
		}, true},
		"one bit of the signature": {func(a granter, id port.CardID, c []byte) port.Grant {
			g := reset(a, id, c)
			g.Command[86] ^= 1
			return g
		}, true},
		"no signature": {func(a granter, id port.CardID, c []byte) port.Grant {
			g := reset(a, id, c)
			clear(g.Command[23:])
			return g
		}, true},
		"a VERIFY in its place": {func(a granter, id port.CardID, c []byte) port.Grant {
			g := reset(a, id, c)
			g.Command[1], g.Command[3] = 0x20, 0x98
			return g
		}, false},
		"a signature in its place": {func(a granter, id port.CardID, c []byte) port.Grant {
			g := reset(a, id, c)
			copy(g.Command[:], []byte{0x80, 0x2A, 0x00, 0x97})
			return g
		}, false},
		"another length": {func(a granter, id port.CardID, c []byte) port.Grant {
			g := reset(a, id, c)
			g.Command[4] = 0x51
			return g
		}, false},
		"target of the other flow": {func(a granter, id port.CardID, c []byte) port.Grant {
			g := a.grant(id, c, kiosk.FlowU, kiosk.Reset)
			g.Flow = kiosk.FlowP
			return g
		}, false},
		"P1 of the other act": {func(a granter, id port.CardID, c []byte) port.Grant {
			g := a.grant(id, c, kiosk.FlowP, kiosk.Unlock)
			g.Act = kiosk.Reset
			return g
		}, false},
		"another grant's id": {func(a granter, id port.CardID, c []byte) port.Grant {
			g := reset(a, id, c)
			g.ID[3] ^= 1
			return g
		}, false},
		"no flow": {func(a granter, id port.CardID, c []byte) port.Grant {
			g := reset(a, id, c)
			g.Flow = kiosk.NoFlow
			return g
		}, false},
		"no act": {func(a granter, id port.CardID, c []byte) port.Grant {
			g := reset(a, id, c)
			g.Act = kiosk.NoAct
			return g
		}, false},
		"empty": {func(granter, port.CardID, []byte) port.Grant { return port.Grant{} }, false},
	} {
		t.Run(name, func(t *testing.T) {
			card := worn(t)
			d, w, id, challenge := opened(t, card)
			before := len(w.sent)
			err := d.Run(context.Background(), c.make(authority(t), id, challenge), typed(t, 1, "NEW0PASS"))
			if !errors.Is(err, port.ErrRefused) || errors.Is(err, port.ErrUnknown) {
				t.Errorf("got %v, want refused", err)
			}
			want := 0
			if c.sent {
				want = 1
			}
			if got := len(w.sent) - before; got != want {
				t.Errorf("%d commands on the wire, want %d", got, want)
			}
			if card.Tries(kiosk.RefSign) != 4 || !holds(card, kiosk.RefSign, "ABC123") {
				t.Error("the card has changed")
			}
		})
	}
}

func TestOpeningReplayed(t *testing.T) {
	card := worn(t)
	d, w, id, challenge := opened(t, card)
	g := authority(t).grant(id, challenge, kiosk.FlowP, kiosk.Reset)
	must.OK(t, d.Run(context.Background(), g, typed(t, 1, "NEW0PASS")))
	for _, fresh := range []bool{false, true} {
		if fresh {
			_, err := d.Challenge(context.Background())
			must.OK(t, err)
		}
		if err := d.Run(context.Background(), g, typed(t, 1, "EVIL00")); !errors.Is(err, port.ErrRefused) {
			t.Errorf("after a fresh challenge %v: %v, want refused", fresh, err)
		}
	}
	if n := w.count(apdu.InsReset, true); n != 1 {
		t.Errorf("%d resets sent, want the first alone", n)
	}
	if !holds(card, kiosk.RefSign, "NEW0PASS") {
		t.Error("the second run changed the secret")
	}
}

func TestPresenceAskedBetweenChallengeAndRun(t *testing.T) {
	card := worn(t)
	d, _, id, challenge := opened(t, card)
	must.OK(t, d.Present(context.Background()))
	err := d.Run(context.Background(), authority(t).grant(id, challenge, kiosk.FlowP, kiosk.Reset), typed(t, 1, "NEW0PASS"))
	if !errors.Is(err, port.ErrRefused) {
		t.Errorf("got %v, want refused: the challenge was good for one command", err)
	}
	if !holds(card, kiosk.RefSign, "ABC123") {
		t.Error("the card has changed")
	}
}
