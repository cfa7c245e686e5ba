package wire

import (
	"bytes"
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/secret"
	"multicopy.example/kiosk/secret/secrettest"
)

// TestRenewalGolden: the digest is rebuilt here by hand from the sentence of the
// contract, and its value is pinned.
func TestRenewalGolden(t *testing.T) {
	want := sha256.Sum256([]byte("myna-kiosk/renew/v1\x00\x0akiosk-0001\x00\x03csr"))
	got := Renewal("kiosk-0001", []byte("csr"))
	const pinned = "1ac82bc178605f1ddd841918997c4160053ef814c39fc1fdf7c63d1e4d3de658"
	if got != want || hex.EncodeToString(got[:]) != pinned {
		t.Errorf("%x, want %x and %s", got, want, pinned)
	}
	if Renewal("kiosk-000", []byte("1csr")) == got {
		t.Error("where the name ends does not count")
	}
}

// TestProofGolden: the digest is rebuilt here by hand from the sentence of the
// contract, byte for byte, and its value is pinned.
func TestProofGolden(t *testing.T) {
	c := ProofContext{Session: kiosk.SessionID(count[ID](0x20)), Challenge: count[Hash](0x30), Ticket: count[Hash](0x50),
		KioskKey: count[Hash](0x70), UserCert: []byte("\x30\x03\x02\x01\x07"), Flow: kiosk.FlowP, Act: kiosk.Reset, Factor: kiosk.FactorCode}
	cert := sha256.Sum256(c.UserCert)
	var b bytes.Buffer
	b.WriteString("myna-kiosk/proof/v1")
	b.Write([]byte{0, 16})
	b.Write(c.Session[:])
	b.Write([]byte{0, 32})
	b.Write(c.Challenge[:])
	b.Write([]byte{0, 32})
	b.Write(c.Ticket[:])
	b.Write([]byte{0, 32})
	b.Write(c.KioskKey[:])
	b.Write([]byte{0, 32})
	b.Write(cert[:])
	b.WriteString("\x00\x01P\x00\x05reset\x00\x04code")
	want := sha256.Sum256(b.Bytes())
	got := Proof(c)
	if got != want {
		t.Errorf("got %x, want %x", got, want)
	}
	const pinned = "7cb308214b731f2df2a613e482b1ce464cda41159a50184be4a636def32ef962"
	if hex.EncodeToString(got[:]) != pinned {
		t.Errorf("the digest is %x and was %s", got, pinned)
	}
	// Every part counts.
	seen := map[[32]byte]bool{got: true}
	for name, change := range map[string]func(*ProofContext){
		"session": func(c *ProofContext) { c.Session[0]++ }, "challenge": func(c *ProofContext) { c.Challenge[0]++ },
		"ticket": func(c *ProofContext) { c.Ticket[0]++ }, "key": func(c *ProofContext) { c.KioskKey[0]++ },
		"certificate": func(c *ProofContext) { c.UserCert = []byte{1} }, "flow": func(c *ProofContext) { c.Flow = kiosk.FlowU },
		"act": func(c *ProofContext) { c.Act = kiosk.Unlock }, "factor": func(c *ProofContext) { c.Factor = kiosk.FactorReservation },
	} {
		other := c
		change(&other)
		if d := Proof(other); seen[d] {
			t.Errorf("%s does not count", name)
		} else {
			seen[d] = true
		}
	}
}

// TestSeeGolden: the digest is rebuilt here by hand from the sentence of the contract, and
// is no other's.
func TestSeeGolden(t *testing.T) {
	session, challenge, key := kiosk.SessionID(count[ID](0x20)), count[Hash](0x30), count[Hash](0x70)
	cert := sha256.Sum256([]byte("\x30\x03\x02\x01\x07"))
	b := append([]byte("myna-kiosk/see/v1\x00\x10"), session[:]...)
	for _, part := range [][32]byte{challenge, key, cert} {
		b = append(append(b, 0, 32), part[:]...)
	}
	got := See(session, challenge, key, []byte("\x30\x03\x02\x01\x07"))
	if want := sha256.Sum256(b); got != want {
		t.Errorf("%x, want %x", got, want)
	}
	seen := map[[32]byte]bool{got: true, Proof(ProofContext{Session: session, Challenge: challenge, KioskKey: key, UserCert: []byte("\x30\x03\x02\x01\x07")}): true}
	other := count[Hash](0x31)
	for name, d := range map[string][32]byte{
		"session": See(kiosk.SessionID{}, challenge, key, []byte("\x30\x03\x02\x01\x07")), "challenge": See(session, other, key, []byte("\x30\x03\x02\x01\x07")),
		"key": See(session, challenge, other, []byte("\x30\x03\x02\x01\x07")), "certificate": See(session, challenge, key, []byte("x")),
	} {
		if seen[d] {
			t.Errorf("%s does not count", name)
		}
		seen[d] = true
	}
}

// TestGrantGolden: the layout of the command and of what is signed in it.
func TestGrantGolden(t *testing.T) {
	id := kiosk.GrantID(count[ID](0x60))
	var signature [64]byte
	for i := range signature {
		signature[i] = byte(0xC0 + i%32)
	}
	for _, c := range []struct {
		flow       kiosk.Flow
		act        kiosk.Act
		target, p1 byte
	}{{kiosk.FlowP, kiosk.Reset, 0x9B, 2}, {kiosk.FlowP, kiosk.Unlock, 0x9B, 3}, {kiosk.FlowU, kiosk.Reset, 0x98, 2}, {kiosk.FlowU, kiosk.Unlock, 0x98, 3}} {
		want := append([]byte{0x00, 0x82, 0x00, 0x96, 0x52, c.target, c.p1}, id[:]...)
		want = append(want, signature[:]...)
		if got := GrantCommand(c.flow, c.act, id, signature); !bytes.Equal(got[:], want) {
			t.Errorf("%v %v: %x", c.flow, c.act, got)
		}
		card, challenge := count[Hash](0x11), count[ID](0x44)
		text := append([]byte("myna-card/grant/v1"), card[:]...)
		text = append(append(text, challenge[:]...), c.target, c.p1)
		text = append(text, id[:]...)
		if got := GrantDigest(port.CardID(card), challenge, c.flow, c.act, id); got != sha256.Sum256(text) {
			t.Errorf("%v %v: digest %x", c.flow, c.act, got)
		}
	}
}

// TestSealedCodeOpensOnceThere: with another session, request, tag or key it
// does not open.
func TestSealedCodeOpensOnceThere(t *testing.T) {
	key, err := ecdh.X25519().GenerateKey(rand.Reader)
	must.OK(t, err)
	public, err := hpke.NewDHKEMPublicKey(key.PublicKey())
	must.OK(t, err)
	session, request := kiosk.SessionID{1}, ID{2}
	sealed, err := SealCode(public, session, request, typed(t, "12345678"))
	if err != nil || len(sealed) != SealedLen {
		t.Fatal(len(sealed), err)
	}
	if code, err := OpenCode(key.Bytes(), session, request, sealed); err != nil || string(code) != "12345678" {
		t.Errorf("%s, %v", code, err)
	}
	if _, err := OpenCode(key.Bytes(), kiosk.SessionID{9}, request, sealed); err == nil {
		t.Error("opened in another session")
	}
	if _, err := OpenCode(key.Bytes(), session, ID{9}, sealed); err == nil {
		t.Error("opened in another request")
	}
	other, _ := ecdh.X25519().GenerateKey(rand.Reader)
	if _, err := OpenCode(other.Bytes(), session, request, sealed); err == nil {
		t.Error("opened with another key")
	}
	if again, _ := SealCode(public, session, request, typed(t, "12345678")); bytes.Equal(again, sealed) {
		t.Error("the same password gives the same bytes")
	}
	for _, s := range []string{"", "1234567", "123456789"} {
		if _, err := SealCode(public, session, request, typed(t, s)); err == nil {
			t.Errorf("%d digits were sealed", len(s))
		}
	}
}

var slots = secrettest.Slots(1)

func typed(t *testing.T, digits string) secret.Secret {
	t.Helper()
	return secrettest.Typed(t, slots()[0], digits)
}
