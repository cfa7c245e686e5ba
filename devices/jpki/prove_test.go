package jpki_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"multicopy.example/devices/apdu"
	"multicopy.example/devices/jpki"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// begun is a card that was read.
func begun(t *testing.T, card *sim.Card) (*jpki.Card, *wire) {
	t.Helper()
	w := plug(t, card)
	d := jpki.New(w, trustedCAs(t), quiet)
	_, err := d.Read(context.Background())
	must.OK(t, err)
	return d, w
}

func TestWrongSecretUntilBlocked(t *testing.T) {
	for ref, wrong := range map[kiosk.Ref]string{kiosk.RefAuth: "0000", kiosk.RefSign: "WRONG1"} {
		card := sim.NewCard(resident(t))
		d, w := begun(t, card)
		for left := ref.Full() - 1; left > 0; left-- {
			var got port.WrongSecret
			if err := d.Verify(context.Background(), ref, typed(t, 0, wrong)); !errors.As(err, &got) || got.Left != left {
				t.Fatalf("got %v, want %d left", err, left)
			}
		}
		for _, when := range []string{"on the last try", "afterwards"} {
			if err := d.Verify(context.Background(), ref, typed(t, 0, wrong)); !errors.Is(err, port.ErrBlocked) {
				t.Errorf("%s: %v, want blocked", when, err)
			}
		}
		if err := d.Verify(context.Background(), ref, typed(t, 0, oldSecrets[ref])); !errors.Is(err, port.ErrBlocked) {
			t.Errorf("the right one: %v, want blocked", err)
		}
		if n := w.count(apdu.InsVerify, true); n != int(ref.Full())+2 {
			t.Errorf("%d VERIFY sent for %d presses", n, ref.Full()+2)
		}
		f, err := d.Read(context.Background())
		if err != nil || f.Tries(ref) != 0 {
			t.Errorf("read again: %d tries, %v", f.Tries(ref), err)
		}
	}
}

func TestMalformedSecretNeverReachesTheCard(t *testing.T) {
	for ref, bad := range map[kiosk.Ref][]string{
		kiosk.RefAuth: {"", "1", "123", "12345", "12a4", "12 4", "ABC123"},
		kiosk.RefSign: {"", "1234", "ABC12", "ABCDEFG", "1234567", "abc123", "ABC-123"},
	} {
		card := sim.NewCard(resident(t))
		d, w := begun(t, card)
		before := len(w.sent)
		for _, keys := range bad {
			if err := d.Verify(context.Background(), ref, typed(t, 0, keys)); !isFault(err, kiosk.MsgForm) {
				t.Errorf("form of %d keys: %v", len(keys), err)
			}
		}
		if err := d.Verify(context.Background(), ref, 0); !isFault(err, kiosk.MsgForm) {
			t.Errorf("no secret: %v", err)
		}
		if len(w.sent) != before || card.Tries(ref) != ref.Full() {
			t.Error("the card was asked")
		}
	}
}

// A wrong secret torn at VERIFY: one try at most, and the driver asks no more.
func TestWrongSecretTornSpendsOneTryAtMost(t *testing.T) {
	for _, how := range []sim.Tear{sim.TearBefore, sim.TearAfter, sim.TearHalf} {
		card := sim.NewCard(resident(t))
		d, w := begun(t, card)
		card.TearAt(1, how)
		for range 3 {
			if err := d.Verify(context.Background(), kiosk.RefAuth, typed(t, 0, "0000")); !errors.Is(err, port.ErrGone) {
				t.Errorf("tear %d: %v, want gone", how, err)
			}
		}
		want := int8(2)
		if how == sim.TearBefore {
			want = 3
		}
		if got := card.Tries(kiosk.RefAuth); got != want || w.count(apdu.InsVerify, true) != 1 {
			t.Errorf("tear %d: %d tries left, VERIFY sent %d times", how, got, w.count(apdu.InsVerify, true))
		}
	}
}

// Only 63Cx counts, and only as far as this secret's counter goes.
func TestEveryStatusOfVerify(t *testing.T) {
	f := &faked{wire: plug(t, sim.NewCard(resident(t)))}
	d := jpki.New(f, trustedCAs(t), quiet)
	_, err := d.Read(context.Background())
	must.OK(t, err)
	for sw := range 0x10000 {
		f.answers = map[byte]apdu.Response{apdu.InsVerify: {SW: apdu.Status(sw)}}
		err := d.Verify(context.Background(), kiosk.RefAuth, typed(t, 0, "1234"))
		var wrong port.WrongSecret
		switch sw {
		case 0x9000:
			if err != nil {
				t.Errorf("9000: %v", err)
			}
		case 0x63C1, 0x63C2:
			if !errors.As(err, &wrong) || int(wrong.Left) != sw&0xF {
				t.Errorf("%04X: %v", sw, err)
			}
		case 0x63C0, 0x6984:
			if !errors.Is(err, port.ErrBlocked) {
				t.Errorf("%04X: %v", sw, err)
			}
		default:
			if !isFault(err, kiosk.MsgCardFault) || errors.As(err, &wrong) || errors.Is(err, port.ErrBlocked) {
				t.Errorf("%04X: %v, want a fault of the card", sw, err)
			}
		}
	}
}

func TestUntrustedCardIsOnlyRead(t *testing.T) {
	for name, cas := range map[string][]*x509.Certificate{
		"no CA":                         nil,
		"the CA of the other key":       {resident(t).SignCA},
		"a CA of the same name":         {namesake(t, resident(t).AuthCA)},
		"the certificate as its own CA": {resident(t).AuthCert},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			w := plug(t, worn(t))
			d := jpki.New(w, cas, quiet)
			f, err := d.Read(ctx)
			if err != nil || f.Trusted || f.AuthTries != 2 || len(f.AuthCert) == 0 {
				t.Fatalf("read: %v, trusted %v, tries %d", err, f.Trusted, f.AuthTries)
			}
			read := len(w.sent)
			g := authority(t).grant(port.CardID{}, make([]byte, 16), kiosk.FlowP, kiosk.Reset)
			_, signing := d.Sign(ctx, kiosk.RefAuth, [32]byte{})
			_, challenge := d.Challenge(ctx)
			run := d.Run(ctx, g, typed(t, 1, "NEW0PASS"))
			for i, err := range []error{d.Verify(ctx, kiosk.RefAuth, typed(t, 0, "1234")), signing, challenge, run} {
				if !isFault(err, kiosk.MsgWrongCard) {
					t.Errorf("call %d: %v", i, err)
				}
			}
			if !errors.Is(run, port.ErrRefused) {
				t.Errorf("run: %v, want refused", run)
			}
			if len(w.sent) != read {
				t.Errorf("after reading, %d commands went out", len(w.sent)-read)
			}
			for _, raw := range w.sent {
				if (raw[1] == 0x20 && len(raw) > 4) || raw[1] == 0x24 || raw[1] == 0x2C || raw[1] == 0x82 {
					t.Errorf("sent % X", raw[:4])
				}
			}
		})
	}
}

func TestNothingBeforeReadAndAfterRelease(t *testing.T) {
	ctx := context.Background()
	w := plug(t, sim.NewCard(resident(t)))
	d := jpki.New(w, trustedCAs(t), quiet)
	if err := d.Verify(ctx, kiosk.RefAuth, typed(t, 0, "1234")); !isFault(err, kiosk.MsgWrongCard) {
		t.Errorf("before Read: %v", err)
	}
	_, err := d.Read(ctx)
	must.OK(t, err)
	must.OK(t, d.Verify(ctx, kiosk.RefAuth, typed(t, 0, "1234")))
	must.OK(t, d.Release(ctx))
	if w.card.Snapshot().AuthVerified {
		t.Error("the card is still verified")
	}
	w.card.PowerOn()
	if _, err := d.Sign(ctx, kiosk.RefAuth, [32]byte{}); !isFault(err, kiosk.MsgWrongCard) {
		t.Errorf("after Release: %v", err)
	}
}

func TestSignWithoutVerifyIsTheCardsRefusal(t *testing.T) {
	d, _ := begun(t, sim.NewCard(resident(t)))
	if _, err := d.Sign(context.Background(), kiosk.RefAuth, [32]byte{}); !isFault(err, kiosk.MsgCardFault) {
		t.Errorf("got %v", err)
	}
}

func TestGoneStaysGone(t *testing.T) {
	ctx := context.Background()
	card := sim.NewCard(resident(t))
	d, w := begun(t, card)
	card.PowerOff()
	if err := d.Present(ctx); !errors.Is(err, port.ErrGone) {
		t.Fatalf("present: %v", err)
	}
	card.PowerOn() // back again: that is another Card
	sent := len(w.sent)
	_, read := d.Read(ctx)
	_, signing := d.Sign(ctx, kiosk.RefAuth, [32]byte{})
	_, challenge := d.Challenge(ctx)
	run := d.Run(ctx, port.Grant{}, 0)
	for i, err := range []error{read, signing, challenge, run, d.Present(ctx), d.Verify(ctx, kiosk.RefAuth, typed(t, 0, "1234"))} {
		if !errors.Is(err, port.ErrGone) {
			t.Errorf("call %d: %v", i, err)
		}
	}
	if !errors.Is(run, port.ErrRefused) || errors.Is(run, port.ErrUnknown) {
		t.Errorf("run: %v, want refused as well", run)
	}
	if len(w.sent) != sent {
		t.Error("a lost card was asked")
	}
}

// The trace of a whole visit: headers and status words. No secret, no length
// of one, no challenge, no signature.
func TestTraceHoldsNoSecretAndNoLength(t *testing.T) {
	for _, v := range visits {
		var trace bytes.Buffer
		log := slog.New(slog.NewTextHandler(&trace, &slog.HandlerOptions{Level: slog.LevelDebug}))
		w := plug(t, worn(t))
		must.OK(t, must.Err(v.walk(t, jpki.New(w, trustedCAs(t), log))))
		lines := strings.Split(strings.TrimSpace(trace.String()), "\n")
		if len(lines) != len(w.sent) {
			t.Fatalf("%d lines for %d commands", len(lines), len(w.sent))
		}
		for _, line := range lines {
			for _, ins := range []string{"00 20 00", "00 2C 0"} {
				if strings.Contains(line, ins) && strings.Contains(line, "Lc") {
					t.Errorf("a length in %q", line)
				}
			}
			if strings.Contains(line, v.proof+" ") || strings.Contains(line, v.fresh) || strings.Contains(line, "31 32 33") {
				t.Errorf("a secret in %q", line)
			}
		}
	}
}
