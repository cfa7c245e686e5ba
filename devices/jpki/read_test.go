package jpki_test

import (
	"bytes"
	"context"
	"crypto/sha256"
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

func TestReadSpendsNothing(t *testing.T) {
	for style, set := range styles {
		card := worn(t)
		set(card)
		w := plug(t, card)
		f, err := jpki.New(w, trustedCAs(t), quiet).Read(context.Background())
		must.OK(t, err)
		if f.Token != kiosk.TokenCard || !f.HasSign || !f.Trusted || f.AuthTries != 2 || f.SignTries != 4 ||
			!bytes.Equal(f.AuthCert, resident(t).AuthCert.Raw) {
			t.Errorf("%s: %+v", style, f)
		}
		if w.count(apdu.InsVerify, true) != 0 || card.Tries(kiosk.RefAuth) != 2 || card.Tries(kiosk.RefSign) != 4 {
			t.Errorf("%s: something was spent", style)
		}
	}
}

func TestReadTellsABlockedSecret(t *testing.T) {
	r := resident(t)
	r.PINTries, r.PasswordTries = 0, 0
	f, err := jpki.New(plug(t, sim.NewCard(r)), trustedCAs(t), quiet).Read(context.Background())
	if err != nil || f.AuthTries != 0 || f.SignTries != 0 {
		t.Errorf("%d and %d, %v", f.AuthTries, f.SignTries, err)
	}
}

func TestPhonesAndOldCardsAreReadNoFurther(t *testing.T) {
	for label, want := range map[string]kiosk.Token{
		sim.TokenAndroid: kiosk.TokenAndroid, sim.TokeniPhone: kiosk.TokeniPhone,
		sim.TokenOld: kiosk.TokenOld, "SOMETHINGELSE": kiosk.TokenUnknown, "JPKIAPICCTOKEN3": kiosk.TokenUnknown,
	} {
		r := resident(t)
		r.Token = label
		w := plug(t, sim.NewCard(r))
		f, err := jpki.New(w, trustedCAs(t), quiet).Read(context.Background())
		if err != nil || f.Token != want || f.Trusted || f.AuthCert != nil || f.AuthTries != -1 || f.SignTries != -1 {
			t.Errorf("%s: %+v, %v", label, f, err)
		}
		if len(w.sent) != 2 {
			t.Errorf("%s: %d commands, want SELECT and READ BINARY", label, len(w.sent))
		}
	}
}

func TestChildHasNoSigningCertificate(t *testing.T) {
	for style, set := range styles {
		r := resident(t)
		r.SignKey, r.SignCert = nil, nil
		card := sim.NewCard(r)
		set(card)
		f, err := jpki.New(plug(t, card), trustedCAs(t), quiet).Read(context.Background())
		if err != nil || f.HasSign || f.SignTries != -1 || f.AuthTries != 3 || !f.Trusted {
			t.Errorf("%s: %+v, %v", style, f, err)
		}
	}
}

// NUL or space: both paddings are met.
func TestTokenLabelPaddings(t *testing.T) {
	for label, want := range map[string]kiosk.Token{
		"JPKIAPICCTOKEN2                 ":                    kiosk.TokenCard,
		"JPKIAPICCTOKEN2" + string(make([]byte, 17)):          kiosk.TokenCard,
		"JPKIAPICCTOKEN2 \x00 \x00" + string(make([]byte, 9)): kiosk.TokenCard,
		" JPKIAPICCTOKEN2                ":                    kiosk.TokenUnknown,
		"jpkiapicctoken2                 ":                    kiosk.TokenUnknown,
		string(make([]byte, 32)):                              kiosk.TokenUnknown,
		"":                                                    kiosk.TokenUnknown,
	} {
		if got := jpki.TokenOf([]byte(label)); got != want {
			t.Errorf("%q: %d, want %d", label, got, want)
		}
	}
}

func TestOtherCardsAreWrongCards(t *testing.T) {
	for _, sw := range []apdu.Status{apdu.SWNotFound, apdu.SWInstruction, apdu.SWClass, apdu.SWNoDiagnosis, 0x6999} {
		f := &faked{wire: plug(t, sim.NewCard(resident(t))), answers: map[byte]apdu.Response{apdu.InsSelect: {SW: sw}}}
		_, err := jpki.New(f, trustedCAs(t), quiet).Read(context.Background())
		if !isFault(err, kiosk.MsgWrongCard) {
			t.Errorf("%v: %v", sw, err)
		}
	}
}

// A card that does not say how many tries are left is believed to say nothing;
// one that says more than its counter holds is no such card.
func TestCountersFrom63CxAlone(t *testing.T) {
	for sw, want := range map[apdu.Status]int8{
		0x63C0: 0, 0x63C1: 1, 0x63C3: 3, 0x6984: 0,
		0x6983: -1, 0x6300: -1, 0x9000: -1, 0x6A88: -1, 0x6371: -1, 0x63D1: -1,
	} {
		f := &faked{wire: plug(t, sim.NewCard(resident(t))), answers: map[byte]apdu.Response{apdu.InsVerify: {SW: sw}}}
		got, err := jpki.New(f, trustedCAs(t), quiet).Read(context.Background())
		if err != nil || got.AuthTries != want {
			t.Errorf("%v: %d, %v; want %d", sw, got.AuthTries, err, want)
		}
	}
	for _, sw := range []apdu.Status{0x63C4, 0x63C5, 0x63CF} {
		f := &faked{wire: plug(t, sim.NewCard(resident(t))), answers: map[byte]apdu.Response{apdu.InsVerify: {SW: sw}}}
		if _, err := jpki.New(f, trustedCAs(t), quiet).Read(context.Background()); !isFault(err, kiosk.MsgCardFault) {
			t.Errorf("%v for a counter of 3: %v", sw, err)
		}
	}
}

func TestSizeOfACertificate(t *testing.T) {
	for head, want := range map[string]int{
		"\x30\x82\x03\xCB":         0x3CB + 4,
		"\x30\x82\x0F\xFC":         4096,
		"\x30\x81\x80\x00":         0x83,
		"\x30\x05\x00\x00":         7,
		"\x30\x82\x0F\xFD":         -1, // 4097
		"\x30\x83\x00\x10\x00":     -1,
		"\x30\x84\xFF\xFF\xFF\xFF": -1,
		"\x30\x80\x00\x00":         -1, // indefinite is BER, not DER
		"\x31\x82\x03\xCB":         -1,
		"\xFF\xFF\xFF\xFF":         -1,
		"\x00\x00\x00\x00":         -1,
		"\x30\x82\x03":             -1,
		"\x30":                     -1,
		"":                         -1,
	} {
		got, err := jpki.CertSize([]byte(head))
		if (err != nil) != (want < 0) || (err == nil && got != want) {
			t.Errorf("% X: %d, %v; want %d", head, got, err, want)
		}
		if err != nil && !isFault(err, kiosk.MsgCardFault) {
			t.Errorf("% X: %v is no fault of the card", head, err)
		}
	}
}

// A card that hands out its file a byte at a time, or nothing with 9000.
func TestCrumbsEndTheReading(t *testing.T) {
	for n := range 2 {
		w := plug(t, sim.NewCard(resident(t)))
		crumbs := &crumbling{wire: w, n: n}
		_, err := jpki.New(crumbs, trustedCAs(t), quiet).Read(context.Background())
		if !isFault(err, kiosk.MsgCardFault) {
			t.Errorf("%d bytes at a time: %v", n, err)
		}
		if limit := 2 + n*200; crumbs.reads > limit { // nothing at all is asked for once in each style
			t.Errorf("%d bytes at a time: %d reads", n, crumbs.reads)
		}
	}
}

type crumbling struct {
	*wire
	n, reads int
}

func (c *crumbling) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	r, err := c.wire.Transmit(ctx, cmd)
	if cmd.INS == apdu.InsRead {
		c.reads++
		if r.Data = r.Data[:min(c.n, len(r.Data))]; cmd.P1 == 0x8A && c.n > 0 {
			r.Data = append(r.Data, 0x82, 0x03, 0xCB) // enough to tell its length
		}
	}
	return r, err
}

// Real files end early with a warning.
func TestWarningAtTheEndOfAFileIsNoFault(t *testing.T) {
	w := &warning{plug(t, sim.NewCard(resident(t)))}
	f, err := jpki.New(w, trustedCAs(t), quiet).Read(context.Background())
	if err != nil || !f.Trusted {
		t.Errorf("%v, trusted %v", err, f.Trusted)
	}
}

type warning struct{ *wire }

func (w *warning) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	r, err := w.wire.Transmit(ctx, cmd)
	if cmd.INS == apdu.InsRead && r.SW.OK() {
		r.SW = apdu.SWEOF
	}
	return r, err
}

func TestIDIsOfTheKey(t *testing.T) {
	cert := resident(t).AuthCert
	want := port.CardID(sha256.Sum256(cert.RawSubjectPublicKeyInfo))
	if got, err := jpki.ID(cert.Raw); err != nil || got != want {
		t.Errorf("%x, %v", got, err)
	}
	for _, der := range [][]byte{nil, {}, {0x30}, cert.Raw[:len(cert.Raw)-1], append(bytes.Clone(cert.Raw), 0)} {
		if got, err := jpki.ID(der); !isFault(err, kiosk.MsgCardFault) || got != (port.CardID{}) {
			t.Errorf("%d bytes: %x, %v", len(der), got, err)
		}
	}
}

// A CA certificate is public: a card that shows one as its own is no card.
func TestCardThatShowsACAsCertificate(t *testing.T) {
	ca := resident(t).AuthCA
	signs, _ := issue(t, &x509.Certificate{
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}, nil, nil, 0)
	for _, c := range []*x509.Certificate{ca, signs} {
		if jpki.IsTrusted(c.Raw, []*x509.Certificate{c}) {
			t.Errorf("trusted, with key usage %b", c.KeyUsage)
		}
	}
}

// A certificate that may not sign proves no identity.
func TestCertificateThatMayNotSign(t *testing.T) {
	ca, key := newCA(t, "JPKI-TEST", 0)
	leaf, _ := issue(t, &x509.Certificate{KeyUsage: x509.KeyUsageKeyEncipherment}, ca, key, 0)
	if jpki.IsTrusted(leaf.Raw, []*x509.Certificate{ca}) {
		t.Error("trusted")
	}
}

// EF 0008 says that no certificate exists: none is read and nothing written.
func TestNoCertificateAtAll(t *testing.T) {
	for _, absent := range []byte{0x00, 0x0F, 0xFF} {
		w := &blank{plug(t, sim.NewCard(resident(t))), absent}
		d := jpki.New(w, trustedCAs(t), quiet)
		f, err := d.Read(context.Background())
		if err != nil || f.AuthCert != nil || f.HasSign || f.Trusted || f.AuthTries != 3 || f.SignTries != -1 {
			t.Errorf("%02X: %+v, %v", absent, f, err)
		}
		if err := d.Verify(context.Background(), kiosk.RefAuth, typed(t, 0, "1234")); !isFault(err, kiosk.MsgWrongCard) {
			t.Errorf("%02X: %v", absent, err)
		}
	}
}

type blank struct {
	*wire
	absent byte
}

func (b *blank) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	r, err := b.wire.Transmit(ctx, cmd)
	if cmd.INS == apdu.InsRead && cmd.P1 == 0x88 {
		r.Data = []byte{b.absent, b.absent, 0}
	}
	return r, err
}

func TestExpiryIsTheAuthoritysToJudge(t *testing.T) {
	for _, years := range []int{-30, 0, 30} {
		ca, key := newCA(t, "JPKI-TEST", years)
		leaf := newLeaf(t, ca, key, years)
		if !jpki.IsTrusted(leaf.Raw, []*x509.Certificate{namesake(t, ca), ca}) {
			t.Errorf("from %+d years: not trusted", years)
		}
	}
}

func TestLinkErrorKeepsItsOwnReason(t *testing.T) {
	card := sim.NewCard(resident(t))
	card.TearAt(3, sim.TearBefore)
	_, err := jpki.New(plug(t, card), trustedCAs(t), quiet).Read(context.Background())
	if !errors.Is(err, port.ErrGone) || !errors.Is(err, errTorn) {
		t.Error(fmt.Sprint(err))
	}
}

// What a card refuses is asked once, and not of the card that comes after it.
func TestStyleIsRememberedForOneCard(t *testing.T) {
	ctx := context.Background()
	card := sim.NewCard(resident(t))
	card.RefuseSFI()
	w := plug(t, card)
	short := func() (n int) {
		for _, raw := range w.sent {
			if raw[1] == apdu.InsRead && raw[2]&0x80 != 0 || raw[1] == apdu.InsVerify && raw[3] != 0x80 {
				n++
			}
		}
		w.sent = nil
		return n
	}
	d := jpki.New(w, trustedCAs(t), quiet)
	_, err := d.Read(ctx)
	must.OK(t, err)
	if n := short(); n != 1 {
		t.Errorf("%d short identifiers to a card that takes none", n)
	}
	_, err = d.Read(ctx)
	must.OK(t, err)
	if n := short(); n != 0 {
		t.Errorf("%d short identifiers to a card that has refused one", n)
	}
	w.card = sim.NewCard(resident(t))
	w.card.PowerOn()
	_, err = jpki.New(w, trustedCAs(t), quiet).Read(ctx)
	must.OK(t, err)
	if n := short(); n != 5 { // three files and two counters
		t.Errorf("%d short identifiers to a card that takes them", n)
	}
}
