package jpki_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"testing"

	"multicopy.example/devices/apdu"
	"multicopy.example/devices/jpki"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

func verifyPKCS1(cert *x509.Certificate, digest [32]byte, signature []byte) error {
	return rsa.VerifyPKCS1v15(cert.PublicKey.(*rsa.PublicKey), crypto.SHA256, digest[:], signature)
}

// styles are the two kinds of card: with short file identifiers and without.
var styles = map[string]func(*sim.Card){
	"short identifiers": func(*sim.Card) {},
	"select first":      (*sim.Card).RefuseSFI,
}

// worn is hanako's card with one wrong entry already made on both secrets.
func worn(t testing.TB) *sim.Card {
	r := resident(t)
	r.PINTries, r.PasswordTries = 2, 4
	return sim.NewCard(r)
}

func TestBothFlowsAndBothActs(t *testing.T) {
	for style, set := range styles {
		for _, v := range visits {
			t.Run(fmt.Sprint(style, " ", v), func(t *testing.T) {
				card := worn(t)
				set(card)
				w := plug(t, card)
				if step, err := v.walk(t, jpki.New(w, trustedCAs(t), quiet)); err != nil {
					t.Fatalf("step %d: %v", step, err)
				}
				target, proof := v.flow.Target(), v.flow.Proof()
				if got := card.Tries(target); got != target.Full() {
					t.Errorf("%d tries of the target, want a full counter", got)
				}
				want := oldSecrets[target]
				if v.act == kiosk.Reset {
					want = v.fresh
				}
				if !holds(card, target, want) {
					t.Error("the target is not the secret it should be")
				}
				if !holds(card, proof, v.proof) {
					t.Error("the proof secret was changed")
				}
				if n := w.count(apdu.InsVerify, true); n != 1 {
					t.Errorf("%d VERIFY on the wire, want 1", n)
				}
			})
		}
	}
}

// At every command, in three ways: what is said of the card is true of it.
func TestCardTornAtEveryCommand(t *testing.T) {
	for style, set := range styles {
		for _, v := range visits {
			for _, how := range []sim.Tear{sim.TearBefore, sim.TearAfter, sim.TearHalf} {
				for n, done := 1, false; !done; n++ {
					if n > 64 {
						t.Fatal("a visit of 64 commands")
					}
					card := worn(t)
					set(card)
					card.TearAt(n, how)
					name := fmt.Sprintf("%s, %s, command %d, tear %d", style, v, n, how)
					done = tornVisit(t, name, v, card)
				}
			}
		}
	}
}

// tornVisit reports that the visit was over before the tear came.
func tornVisit(t *testing.T, name string, v visit, card *sim.Card) (done bool) {
	target, proof := v.flow.Target(), v.flow.Proof()
	was := card.Tries(proof)
	w := plug(t, card)
	driver := jpki.New(w, trustedCAs(t), quiet)
	step, err := v.walk(t, driver)
	if step == atEnd {
		return true
	}
	if spent := was - card.Tries(proof); spent > 1 {
		t.Errorf("%s: %d tries spent", name, spent)
	}
	if w.count(apdu.InsVerify, true) > 1 || w.count(apdu.InsReset, true) > 1 || w.count(apdu.InsExternal, true) > 1 {
		t.Errorf("%s: something was sent twice", name)
	}
	resetSent := w.count(apdu.InsReset, true)+w.count(apdu.InsReset, false) > 0
	refused, unknown := errors.Is(err, port.ErrRefused), errors.Is(err, port.ErrUnknown)
	if (step == atRun) != (refused != unknown) || (refused && unknown) {
		t.Errorf("%s: step %d ended as neither or both: %v", name, step, err)
	}
	if unknown != resetSent {
		t.Errorf("%s: unknown %v, but the reset sent %v", name, unknown, resetSent)
	}
	if _, again := driver.Challenge(context.Background()); !errors.Is(again, port.ErrGone) && !halfAnswered(err) {
		t.Errorf("%s: the card is torn and the driver goes on: %v", name, again)
	}

	full := card.Tries(target) == target.Full()
	changed := full
	if v.act == kiosk.Reset {
		if changed = holds(card, target, v.fresh); changed != full {
			t.Errorf("%s: secret and counter went different ways", name)
		}
	}
	if changed && !unknown {
		t.Errorf("%s: the card is changed and the driver said %v", name, err)
	}
	if !changed && !holds(card, target, oldSecrets[target]) {
		t.Errorf("%s: neither the old secret nor the new one", name)
	}
	return false
}

// halfAnswered: a cut answer of 3 bytes and more still ends in two bytes that
// look like a status; the driver has refused it, not lost the link.
func halfAnswered(err error) bool {
	var f port.Fault
	return errors.As(err, &f) && kiosk.Message(f) == kiosk.MsgCardFault
}

func TestNewSecretOfBadFormSpendsNoOpening(t *testing.T) {
	for flow, bad := range map[kiosk.Flow][]string{
		kiosk.FlowP: {"", "ABC12", "ABCDEF", "123456", "abc123", "ABC12!", "ABC 123"},
		kiosk.FlowU: {"", "123", "12345", "12A4", "１"},
	} {
		for _, keys := range bad {
			card := sim.NewCard(resident(t))
			d, w, id, challenge := opened(t, card)
			before := len(w.sent)
			err := d.Run(context.Background(), authority(t).grant(id, challenge, flow, kiosk.Reset), typed(t, 1, keys))
			if !errors.Is(err, port.ErrRefused) || !isFault(err, kiosk.MsgForm) {
				t.Errorf("%s, a form that breaks a rule: %v", flow, err)
			}
			if len(w.sent) != before {
				t.Errorf("%s: something was sent", flow)
			}
		}
	}
	card := sim.NewCard(resident(t))
	d, _, id, challenge := opened(t, card)
	if err := d.Run(context.Background(), authority(t).grant(id, challenge, kiosk.FlowP, kiosk.Reset), 0); !errors.Is(err, port.ErrRefused) {
		t.Errorf("no secret at all: %v", err)
	}
}

// The time runs out while the card checks the opening: the reset stays unsent.
func TestTimeRunsOutBetweenOpeningAndReset(t *testing.T) {
	card := worn(t)
	d, w, id, challenge := opened(t, card)
	ctx, cancel := context.WithCancel(context.Background())
	w.before = func(c apdu.Command) {
		if c.INS == apdu.InsExternal {
			cancel()
		}
	}
	err := d.Run(ctx, authority(t).grant(id, challenge, kiosk.FlowP, kiosk.Reset), typed(t, 1, "NEW0PASS"))
	if !errors.Is(err, port.ErrRefused) || !errors.Is(err, context.Canceled) || w.count(apdu.InsReset, true) != 0 {
		t.Errorf("got %v with %d resets sent", err, w.count(apdu.InsReset, true))
	}
}

func isFault(err error, w kiosk.Message) bool {
	var f port.Fault
	return errors.As(err, &f) && kiosk.Message(f) == w
}

// What the answer to the opening and to the reset means, status by status.
func TestEveryStatusOfOpeningAndReset(t *testing.T) {
	failed := []byte{0x64, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6D, 0x6E}
	for sw1 := range 256 {
		for _, sw2 := range []int{0x00, 0x01, 0x82, 0xC3} {
			sw := apdu.Status(sw1<<8 | sw2)
			err := answered(t, apdu.InsReset, apdu.Response{SW: sw})
			switch {
			case sw.OK():
				if err != nil {
					t.Errorf("reset %v: %v, want done", sw, err)
				}
			case bytes.IndexByte(failed, byte(sw1)) >= 0:
				if !errors.Is(err, port.ErrRefused) || errors.Is(err, port.ErrUnknown) {
					t.Errorf("reset %v: %v, want refused", sw, err)
				}
			default:
				if !errors.Is(err, port.ErrUnknown) || errors.Is(err, port.ErrRefused) {
					t.Errorf("reset %v: %v, want unknown", sw, err)
				}
			}
			err = answered(t, apdu.InsExternal, apdu.Response{SW: sw})
			if !sw.OK() && (!errors.Is(err, port.ErrRefused) || errors.Is(err, port.ErrUnknown)) {
				t.Errorf("opening %v: %v, want refused", sw, err)
			}
		}
	}
	if err := answered(t, apdu.InsReset, apdu.Response{Data: []byte{1}, SW: 0x9000}); !errors.Is(err, port.ErrUnknown) {
		t.Errorf("9000 with data: %v, want unknown", err)
	}
	if err := answered(t, apdu.InsReset, apdu.Response{Data: []byte{1}, SW: 0x6A80}); !errors.Is(err, port.ErrUnknown) {
		t.Errorf("6A80 with data: %v, want unknown", err)
	}
}

// answered runs the write against a card that gives one answer of the test's
// choice, and 9000 to the other command.
func answered(t *testing.T, ins byte, r apdu.Response) error {
	t.Helper()
	f := &faked{wire: plug(t, sim.NewCard(resident(t)))}
	d := jpki.New(f, trustedCAs(t), quiet)
	_, err := d.Read(context.Background())
	must.OK(t, err)
	f.answers = map[byte]apdu.Response{apdu.InsExternal: {SW: 0x9000}, apdu.InsReset: {SW: 0x9000}, ins: r}
	g := authority(t).grant(port.CardID{}, nil, kiosk.FlowP, kiosk.Unlock)
	err = d.Run(context.Background(), g, 0)
	if f.resets > 1 || (ins == apdu.InsExternal && !r.SW.OK() && f.resets > 0) {
		t.Errorf("%d resets sent after the opening was answered %v", f.resets, r.SW)
	}
	return err
}

// faked is a wire on which some instructions are answered by the test.
type faked struct {
	*wire
	answers map[byte]apdu.Response
	resets  int
}

func (f *faked) Transmit(ctx context.Context, c apdu.Command) (apdu.Response, error) {
	if c.INS == apdu.InsReset {
		f.resets++
	}
	if r, ok := f.answers[c.INS]; ok {
		return r, nil
	}
	return f.wire.Transmit(ctx, c)
}
