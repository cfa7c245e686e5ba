package jpki_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"

	"multicopy.example/devices/apdu"
	"multicopy.example/devices/jpki"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/secret"
	"multicopy.example/kiosk/secret/secrettest"
)

// The bench: the driver on a wire of its own to a virtual card, and a test's
// own authority. No reader is between them; the chip's part is tested with the
// reader.

const hanakoDir = "../sim/testdata/residents/hanako"

var hanako = sync.OnceValues(func() (sim.Resident, error) { return sim.ReadResident(hanakoDir) })

// resident is a copy of hanako's, for a test to change before it is issued.
func resident(t testing.TB) sim.Resident {
	t.Helper()
	r, err := hanako()
	must.OK(t, err)
	return r
}

// trustedCAs is the configuration of a kiosk that may write hanako's card.
func trustedCAs(t testing.TB) []*x509.Certificate { return []*x509.Certificate{resident(t).AuthCA} }

var quiet = slog.New(slog.DiscardHandler)

// A wire is a Link straight into a virtual card. It keeps every command.
type wire struct {
	t       testing.TB
	card    *sim.Card
	sent    [][]byte
	before  func(apdu.Command) // where a test steps in
	present apdu.Command       // how this link asks whether the card is there
}

var errTorn = errors.New("no answer")

func plug(t testing.TB, card *sim.Card) *wire {
	card.PowerOn()
	return &wire{t: t, card: card, present: apdu.Command{INS: apdu.InsVerify, P2: 0x98}}
}

func (w *wire) Transmit(ctx context.Context, c apdu.Command) (apdu.Response, error) {
	if w.before != nil {
		w.before(c)
	}
	raw, err := c.AppendTo(nil)
	if err != nil {
		return apdu.Response{}, err
	}
	w.sent = append(w.sent, raw)
	if isSignCert(c) {
		w.t.Errorf("the signing certificate was asked for: % X", raw)
	}
	answer, ok := w.card.Exchange(raw)
	if !ok {
		return apdu.Response{}, errTorn
	}
	return apdu.ParseResponse(answer)
}

func isSignCert(c apdu.Command) bool {
	return (c.INS == apdu.InsRead && c.P1 == 0x81) ||
		(c.INS == apdu.InsSelect && c.P1 == 2 && bytes.Equal(c.Data, []byte{0, 1}))
}

func (w *wire) Present(ctx context.Context) error {
	_, err := w.Transmit(ctx, w.present)
	return err
}

func (w *wire) Release(context.Context) error {
	w.card.PowerOff()
	return nil
}

// count is how many commands of that instruction were sent, with a body or
// without.
func (w *wire) count(ins byte, body bool) (n int) {
	for _, raw := range w.sent {
		if raw[1] == ins && (len(raw) > 5) == body {
			n++
		}
	}
	return n
}

// A visit is one resident at one kiosk.
type visit struct {
	flow kiosk.Flow
	act  kiosk.Act
	// Secrets as the resident types them.
	proof, fresh string
	hand         int // whose two slots they are typed into
}

// hands is how many visits can be under way at once.
const hands = 15

var (
	newSecrets = map[kiosk.Ref]string{kiosk.RefSign: "NEW0PASS", kiosk.RefAuth: "8642"}
	oldSecrets = map[kiosk.Ref]string{kiosk.RefSign: "ABC123", kiosk.RefAuth: "1234"}
)

func visitOf(f kiosk.Flow, a kiosk.Act) visit {
	return visit{flow: f, act: a, proof: oldSecrets[f.Proof()], fresh: newSecrets[f.Target()]}
}

var visits = []visit{
	visitOf(kiosk.FlowP, kiosk.Reset), visitOf(kiosk.FlowP, kiosk.Unlock),
	visitOf(kiosk.FlowU, kiosk.Reset), visitOf(kiosk.FlowU, kiosk.Unlock),
}

func (v visit) String() string { return v.flow.String() + " " + v.act.String() }

// Steps of a visit, in order.
const (
	atRead = iota
	atVerify
	atSign
	atChallenge
	atRun
	atEnd
)

// walk carries a visit as far as it goes and says where it ended. The
// signature is checked as the authority would.
func (v visit) walk(t testing.TB, card *jpki.Card) (step int, err error) {
	t.Helper()
	ctx := context.Background()
	facts, err := card.Read(ctx)
	if err != nil {
		return atRead, err
	}
	if err := card.Verify(ctx, v.flow.Proof(), typed(t, 2*v.hand, v.proof)); err != nil {
		return atVerify, err
	}
	digest := sha256.Sum256([]byte("composed by the kiosk"))
	signature, err := card.Sign(ctx, v.flow.Proof(), digest)
	if err != nil {
		return atSign, err
	}
	checkSignature(t, v.flow.Proof(), digest, signature)
	challenge, err := card.Challenge(ctx)
	if err != nil {
		return atChallenge, err
	}
	id, err := jpki.ID(facts.AuthCert)
	must.OK(t, err)
	if err := card.Run(ctx, authority(t).grant(id, challenge, v.flow, v.act), typed(t, 2*v.hand+1, v.fresh)); err != nil {
		return atRun, err
	}
	return atEnd, nil
}

func checkSignature(t testing.TB, ref kiosk.Ref, digest [32]byte, signature []byte) {
	t.Helper()
	r := resident(t)
	cert := map[kiosk.Ref]*x509.Certificate{kiosk.RefAuth: r.AuthCert, kiosk.RefSign: r.SignCert}[ref]
	must.OK(t, verifyPKCS1(cert, digest, signature))
}

// A granter is the authority as the card knows it: one key.
type granter struct {
	t   testing.TB
	key *ecdsa.PrivateKey
}

func authority(t testing.TB) granter {
	t.Helper()
	key, err := x509.ParsePKCS8PrivateKey(must.Block(t, must.Read(t, filepath.Join(hanakoDir, "grant.key.pem"))))
	must.OK(t, err)
	return granter{t, key.(*ecdsa.PrivateKey)}
}

// grant signs as the contract says: domain, card id, challenge, target, P1,
// grant id; r and s of 32 bytes each.
func (a granter) grant(id port.CardID, challenge []byte, f kiosk.Flow, act kiosk.Act) port.Grant {
	a.t.Helper()
	g := port.Grant{Flow: f, Act: act}
	_, _ = rand.Read(g.ID[:])
	target := map[kiosk.Flow]byte{kiosk.FlowP: 0x9B, kiosk.FlowU: 0x98}[f]
	p1 := map[kiosk.Act]byte{kiosk.Reset: 0x02, kiosk.Unlock: 0x03}[act]
	body := append([]byte{target, p1}, g.ID[:]...)
	h := sha256.New()
	for _, part := range [][]byte{[]byte("myna-card/grant/v1"), id[:], challenge, body} {
		h.Write(part)
	}
	r, s, err := ecdsa.Sign(rand.Reader, a.key, h.Sum(nil))
	must.OK(a.t, err)
	copy(g.Command[:], []byte{0x00, 0x82, 0x00, 0x96, 0x52})
	copy(g.Command[5:], body)
	r.FillBytes(g.Command[23:55])
	s.FillBytes(g.Command[55:87])
	return g
}

// Two slots a hand.
var slots = secrettest.Slots(2 * hands)

// typed fills slot i.
func typed(t testing.TB, i int, keys string) secret.Secret {
	t.Helper()
	return secrettest.Typed(t, slots()[i], keys)
}

// holds asks a card, powered up anew, whether a secret is the one it holds.
// It spends a try where it is not, so it comes last in a test.
func holds(card *sim.Card, ref kiosk.Ref, keys string) bool {
	card.TearAt(0, 0)
	card.PowerOff()
	card.PowerOn()
	defer card.PowerOff()
	card.Exchange([]byte("\x00\xA4\x04\x0C\x0A\xD3\x92\xF0\x00\x26\x01\x00\x00\x00\x01"))
	file := map[kiosk.Ref]byte{kiosk.RefSign: 0x1B, kiosk.RefAuth: 0x18}[ref]
	card.Exchange([]byte{0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, file})
	answer, ok := card.Exchange(append([]byte{0x00, 0x20, 0x00, 0x80, byte(len(keys))}, keys...))
	return ok && bytes.Equal(answer, []byte{0x90, 0x00})
}
