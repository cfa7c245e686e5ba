package jpki_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"
	"sync"
	"testing"

	"multicopy.example/devices/apdu"
	"multicopy.example/devices/jpki"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// stranger is another resident with a card that the kiosk may write as well:
// another key, the same secrets, so that a VERIFY that went astray would pass.
var stranger = sync.OnceValues(func() (r sim.Resident, err error) {
	if r, err = hanako(); err != nil {
		return r, err
	}
	ca, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return r, err
	}
	if r.AuthKey, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		return r, err
	}
	root := &x509.Certificate{SerialNumber: big.NewInt(1), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
		NotBefore: r.AuthCert.NotBefore, NotAfter: r.AuthCert.NotAfter}
	root.Subject.CommonName = "CA of the stranger"
	der, err := x509.CreateCertificate(rand.Reader, root, root, &ca.PublicKey, ca)
	if err != nil {
		return r, err
	}
	if r.AuthCA, err = x509.ParseCertificate(der); err != nil {
		return r, err
	}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), KeyUsage: x509.KeyUsageDigitalSignature,
		NotBefore: root.NotBefore, NotAfter: root.NotAfter}
	if der, err = x509.CreateCertificate(rand.Reader, leaf, r.AuthCA, &r.AuthKey.PublicKey, ca); err != nil {
		return r, err
	}
	r.AuthCert, err = x509.ParseCertificate(der)
	return r, err
})

// A guarded target keeps what reached it.
type guarded struct {
	sim.Target
	mu     sync.Mutex
	got    []apdu.Command
	before func(n int) (swap func(answer []byte) ([]byte, bool))
}

func (g *guarded) Exchange(raw []byte) ([]byte, bool) {
	c, err := apdu.Parse(raw)
	if err != nil {
		c = apdu.Command{INS: 0xFF}
	} else if c.Data != nil {
		c.Data = []byte{}
	}
	g.mu.Lock()
	g.got = append(g.got, c)
	n := len(g.got)
	g.mu.Unlock()
	var swap func([]byte) ([]byte, bool)
	if g.before != nil {
		swap = g.before(n)
	}
	answer, ok := g.Target.Exchange(raw)
	if swap != nil {
		return swap(answer)
	}
	return answer, ok
}

func (g *guarded) seen() []apdu.Command {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]apdu.Command(nil), g.got...)
}

// The card is taken away at some command and another laid in its place, before
// a look could have noticed. A driver that goes on as if nothing had happened
// reaches no card; and what was granted for the one card does nothing to the other.
func TestCardSwapped(t *testing.T) {
	other, err := stranger()
	must.OK(t, err)
	var jobs []func(*desk)
	for _, v := range []visit{visitOf(kiosk.FlowP, kiosk.Reset), visitOf(kiosk.FlowU, kiosk.Reset), visitOf(kiosk.FlowP, kiosk.Unlock)} {
		for n := range length(t, v, func(*sim.Card) {}) {
			for _, when := range []string{"between", "after", "half"} {
				name := fmt.Sprintf("%s, swapped %s command %d", v, when, n+1)
				jobs = append(jobs, func(d *desk) { swapped(t, name, d, v, n+1, when, other) })
			}
		}
	}
	onDesks(t, jobs)
}

func swapped(t *testing.T, name string, d *desk, v visit, at int, when string, other sim.Resident) {
	v.hand = d.hand
	other.PINTries, other.PasswordTries = 2, 4
	b := sim.NewCard(other)
	guard := &guarded{Target: b}
	swap := func() { d.virtual.Lift(); d.virtual.Lay(guard) }
	a := &guarded{Target: worn(t)}
	a.before = func(n int) func([]byte) ([]byte, bool) {
		switch {
		case n != at || when == "between":
			return nil
		case when == "half":
			return func(answer []byte) ([]byte, bool) { swap(); return answer[:len(answer)/2], true }
		}
		return func([]byte) ([]byte, bool) { swap(); return nil, false }
	}
	d.virtual.Lay(a)
	var sent []apdu.Command
	l, err := d.tap(t, &sent)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	l.before = func(n int) {
		if n == at && when == "between" {
			swap()
		}
	}
	cas := append(trustedCAs(t), other.AuthCA)
	old := jpki.New(l, cas, quiet)
	if step, err := v.walk(t, old); step == atEnd {
		t.Errorf("%s: the visit ended well: %v", name, err)
	}
	heedless(t, name, v, old, true)
	if got := guard.seen(); len(got) != 0 {
		t.Errorf("%s: the other card got %s", name, got[0].Header())
	}
	second, err := d.tap(t, &sent)
	if err != nil {
		t.Errorf("%s: the other card: %v", name, err)
		return
	}
	onOther(t, name, v, jpki.New(second, cas, quiet), guard, b)
}

// heedless goes on with a card as if nothing had happened.
func heedless(t *testing.T, name string, v visit, d *jpki.Card, gone bool) {
	ctx := context.Background()
	verify := d.Verify(ctx, v.flow.Proof(), typed(t, 2*v.hand, v.proof))
	_, sign := d.Sign(ctx, v.flow.Proof(), [32]byte{})
	_, challenge := d.Challenge(ctx)
	run := d.Run(ctx, goldenGrant(v.flow, v.act), typed(t, 2*v.hand+1, v.fresh))
	for i, err := range []error{verify, sign, challenge, run} {
		if errors.Is(err, port.ErrGone) != gone && !isFault(err, kiosk.MsgWrongCard) {
			t.Errorf("%s: heedless call %d: %v", name, i, err)
		}
	}
	if !errors.Is(run, port.ErrRefused) {
		t.Errorf("%s: heedless write: %v", name, run)
	}
}

// onOther: the new link is to a card that was not read, so nothing of the
// visit is for it; and when it was read, a grant for the other is refused by
// the card itself.
func onOther(t *testing.T, name string, v visit, d *jpki.Card, guard *guarded, b *sim.Card) {
	ctx := context.Background()
	heedless(t, name, v, d, false)
	if got := guard.seen(); len(got) != 0 {
		t.Errorf("%s: unread, the other card got %s", name, got[0].Header())
	}
	f, err := d.Read(ctx)
	if err != nil || !f.Trusted {
		t.Errorf("%s: the other card, read: trusted %v, %v", name, f.Trusted, err)
		return
	}
	mine, err := jpki.ID(resident(t).AuthCert.Raw)
	must.OK(t, err)
	if yours, err := jpki.ID(f.AuthCert); err != nil || yours == mine {
		t.Errorf("%s: the two cards have one id, %v", name, err)
	}
	challenge, err := d.Challenge(ctx)
	must.OK(t, err)
	run := d.Run(ctx, authority(t).grant(mine, challenge, v.flow, v.act), typed(t, 2*v.hand+1, v.fresh))
	if !errors.Is(run, port.ErrRefused) || errors.Is(run, port.ErrUnknown) {
		t.Errorf("%s: another card's grant: %v", name, run)
	}
	for _, c := range guard.seen() {
		if c.INS == apdu.InsReset || c.INS == apdu.InsVerify && c.Data != nil {
			t.Errorf("%s: the other card got %s", name, c.Header())
		}
	}
	for ref, want := range map[kiosk.Ref]int8{kiosk.RefAuth: 2, kiosk.RefSign: 4} {
		if b.Tries(ref) != want || !holds(b, ref, oldSecrets[ref]) {
			t.Errorf("%s: the other card's secret was touched", name)
		}
	}
}

// A second card is laid down in the middle of a visit, beside the first: the
// visit goes on with the one that it began with, and the next one is refused.
func TestTwoCards(t *testing.T) {
	var jobs []func(*desk)
	for _, v := range []visit{visitOf(kiosk.FlowP, kiosk.Reset), visitOf(kiosk.FlowU, kiosk.Unlock)} {
		for n := range length(t, v, func(*sim.Card) {}) {
			jobs = append(jobs, func(d *desk) { beside(t, fmt.Sprintf("%s, command %d", v, n+1), d, v, n+1) })
		}
	}
	onDesks(t, jobs)
}

func beside(t *testing.T, name string, d *desk, v visit, at int) {
	v.hand = d.hand
	second := worn(t)
	guard := &guarded{Target: second}
	card := worn(t)
	d.virtual.Lay(card)
	var sent []apdu.Command
	l, err := d.tap(t, &sent)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	l.before = func(n int) {
		if n == at {
			d.virtual.Lay(guard)
		}
	}
	first := jpki.New(l, trustedCAs(t), quiet)
	if step, err := v.walk(t, first); step != atEnd {
		t.Errorf("%s: step %d: %v", name, step, err)
	}
	if err := first.Present(context.Background()); err != nil {
		t.Errorf("%s: the first card: %v", name, err)
	}
	must.OK(t, first.Release(context.Background()))
	if _, err := d.tap(t, &sent); !isFault(err, kiosk.MsgTwoCards) {
		t.Errorf("%s: %v, want two cards", name, err)
	}
	if got := guard.seen(); len(got) != 0 {
		t.Errorf("%s: the second card got %s", name, got[0].Header())
	}
	if second.Tries(kiosk.RefAuth) != 2 || second.Tries(kiosk.RefSign) != 4 || second.Snapshot().Power {
		t.Errorf("%s: the second card was touched, or keeps its power", name)
	}
	if target := v.flow.Target(); card.Tries(target) != target.Full() {
		t.Errorf("%s: the first card was not written", name)
	}
}
