package jpki_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"multicopy.example/devices/apdu"
	"multicopy.example/devices/jpki"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// A babbler answers with whatever the fuzzer wrote: one byte of length, then
// that many bytes; FF stands for the 258 of a full answer. When it has run out
// the card is gone.
type babbler struct {
	answers []byte
	sent    [][]byte
}

func (b *babbler) Transmit(_ context.Context, c apdu.Command) (apdu.Response, error) {
	raw, err := c.AppendTo(nil)
	if err != nil {
		return apdu.Response{}, err
	}
	b.sent = append(b.sent, raw)
	if len(b.answers) == 0 {
		return apdu.Response{}, errTorn
	}
	n := int(b.answers[0])
	if n == 0xFF {
		n = apdu.MaxResponse
	}
	n = min(n, len(b.answers)-1)
	answer := b.answers[1 : 1+n]
	b.answers = b.answers[1+n:]
	return apdu.ParseResponse(answer)
}

func (*babbler) Present(context.Context) error { return nil }
func (*babbler) Release(context.Context) error { return nil }

// FuzzVisit: whatever a card says in a whole visit, counters stay inside their
// range, nothing is sent twice, an unread card is not written, and the end of
// the write is one of three words.
func FuzzVisit(f *testing.F) {
	f.Fuzz(func(t *testing.T, answers []byte, unlock, flowU bool) {
		ctx := context.Background()
		b := &babbler{answers: answers}
		d := jpki.New(b, trustedCAs(t), quiet)
		facts, err := d.Read(ctx)
		if facts.AuthTries < -1 || facts.AuthTries > 3 || facts.SignTries < -1 || facts.SignTries > 5 {
			t.Errorf("tries %d and %d", facts.AuthTries, facts.SignTries)
		}
		if len(facts.AuthCert) > 4096 || len(b.sent) > 256 {
			t.Errorf("a certificate of %d bytes after %d commands", len(facts.AuthCert), len(b.sent))
		}
		for _, raw := range b.sent {
			if (raw[1] == apdu.InsVerify && len(raw) > 4) || !slices.Contains([]byte{apdu.InsSelect, apdu.InsRead, apdu.InsVerify, apdu.InsGetResponse}, raw[1]) {
				t.Errorf("sent % X while reading", raw[:4])
			}
		}
		read := len(b.sent)
		v := visitOf(kiosk.FlowP, kiosk.Reset)
		if flowU {
			v = visitOf(kiosk.FlowU, kiosk.Reset)
		}
		if unlock {
			v.act = kiosk.Unlock
		}
		verified := d.Verify(ctx, v.flow.Proof(), typed(t, 0, v.proof))
		var wrong port.WrongSecret
		if errors.As(verified, &wrong) && (wrong.Left < 1 || wrong.Left >= v.flow.Proof().Full()) {
			t.Errorf("%d tries left after a wrong one", wrong.Left)
		}
		signature, signing := d.Sign(ctx, v.flow.Proof(), [32]byte{})
		if signing == nil && len(signature) != 256 {
			t.Errorf("a signature of %d bytes", len(signature))
		}
		run := d.Run(ctx, goldenGrant(v.flow, v.act), typed(t, 1, v.fresh))
		if run != nil && errors.Is(run, port.ErrRefused) == errors.Is(run, port.ErrUnknown) {
			t.Errorf("neither or both: %v", run)
		}
		if (err != nil || !facts.Trusted) && len(b.sent) != read {
			t.Errorf("a card that is only read got % X", b.sent[read][:4])
		}
		once(t, b.sent[read:], run)
	})
}

// once: VERIFY, opening and reset go out at most once each, the reset right
// after the opening, and "refused" is never said of a reset that was lost.
func once(t *testing.T, sent [][]byte, run error) {
	seen := map[byte]int{}
	for i, raw := range sent {
		seen[raw[1]]++
		if raw[1] == apdu.InsGetResponse && (i == 0 || sent[i-1][1] != apdu.InsSelect && sent[i-1][1] != apdu.InsGetResponse) {
			t.Errorf("GET RESPONSE after % X", sent[max(i-1, 0)][:4])
		}
		if raw[1] == apdu.InsReset && sent[i-1][1] != apdu.InsExternal {
			t.Errorf("a reset after % X", sent[i-1][:4])
		}
	}
	for _, ins := range []byte{apdu.InsVerify, apdu.InsExternal, apdu.InsReset} {
		if seen[ins] > 1 {
			t.Errorf("%02X sent %d times", ins, seen[ins])
		}
	}
	if seen[apdu.InsReset] == 0 && (run == nil || errors.Is(run, port.ErrUnknown)) {
		t.Errorf("no reset was sent, and the outcome is %v", run)
	}
	if seen[apdu.InsReset] > 0 && errors.Is(run, port.ErrGone) && !errors.Is(run, port.ErrUnknown) {
		t.Errorf("the reset is lost, and the outcome is %v", run)
	}
}

func FuzzToken(f *testing.F) {
	f.Fuzz(func(t *testing.T, label []byte) {
		if got := jpki.TokenOf(label); got != kiosk.TokenUnknown && len(label) < len("JPKIAPICCTOKEN") {
			t.Errorf("%q is a token of kind %d", label, got)
		}
	})
}

func FuzzCertificate(f *testing.F) {
	f.Fuzz(func(t *testing.T, der []byte) {
		n, err := jpki.CertSize(der)
		if err == nil && (n < 2 || n > 4096 || der[0] != 0x30) {
			t.Errorf("% X…: %d bytes", der[:min(4, len(der))], n)
		}
		id, err := jpki.ID(der)
		if (err == nil) == (id == port.CardID{}) {
			t.Errorf("id %x with %v", id[:4], err)
		}
		if err != nil && jpki.IsTrusted(der, trustedCAs(t)) {
			t.Error("trusted, and not to be parsed")
		}
	})
}
