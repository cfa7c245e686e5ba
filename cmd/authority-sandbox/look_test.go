package main

import (
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// givePhone puts a phone of a resident in, with a pair that is good.
func (b *bench) givePhone(name string, kind life.Carrier) (carrier store.ID) {
	b.Helper()
	carrier, err := b.sandbox.GivePhone(b.Context(), name, kind, b.clock.now())
	must.OK(b, err)
	return carrier
}

// looked opens a session that renews nothing, for a card that is good.
func (b *bench) looked(c *card) port.Session {
	b.Helper()
	is, err := b.kiosk.Look(b.Context(), c.facts())
	if err != nil || is.User != kiosk.CertGood || is.Session.ID == (kiosk.SessionID{}) {
		b.Fatalf("%+v, %v", is, err)
	}
	return is.Session
}

// see lists the phones, by the card's signature.
func (b *bench) see(c *card, s port.Session) ([]kiosk.Phone, error) {
	b.Helper()
	return b.kiosk.See(b.Context(), s, c.sign(kiosk.RefAuth, b.kiosk.SeeDigest(s, c.cert)))
}

// TestALostPhoneIsHeldByCardAndPIN: from the list to what the status line says, and once
// more, which is answered alike.
func TestALostPhoneIsHeldByCardAndPIN(t *testing.T) { onEach(t, lostPhone) }

func lostPhone(t *testing.T, on engine) {
	b := start(t, on)
	c := b.card("hanako")
	if phones, err := b.see(c, b.looked(c)); err != nil || len(phones) != 0 {
		t.Fatalf("without a phone: %+v, %v", phones, err)
	}
	for name, kind := range map[string]life.Carrier{"hanako": life.Android, "taro": life.IPhone} {
		c, carrier := b.card(name), b.givePhone(name, kind)
		token := map[life.Carrier]kiosk.Token{life.Android: kiosk.TokenAndroid, life.IPhone: kiosk.TokeniPhone}[kind]
		s := b.looked(c)
		want := []kiosk.Phone{{Token: token, Since: b.clock.now().Unix()}}
		var names [][16]byte // by which it is known, in each session
		sees := func(s port.Session) {
			t.Helper()
			phones, err := b.see(c, s)
			if err != nil || len(phones) != 1 || phones[0].Carrier == carrier {
				t.Fatalf("%+v, %v: one, and not by the number that the app asks by", phones, err)
			}
			names = append(names, phones[0].Carrier)
			phones[0].Carrier = [16]byte{}
			if !slices.Equal(phones, want) {
				t.Fatalf("%+v, want %+v", phones, want)
			}
		}
		sees(s)
		b.clock.pass(time.Second)
		if err := b.kiosk.Hold(t.Context(), s, carrier); err == nil {
			t.Error("held by its own number")
		}
		for range 2 { // the second is a kiosk that missed the answer
			must.OK(t, b.kiosk.Hold(t.Context(), s, names[0]))
		}
		if is := b.counter("show", name); !strings.Contains(is, "card sign good, card auth good, phone sign held certificateHold, phone auth held certificateHold") {
			t.Error(is)
		}
		want[0].User, want[0].Sign, want[0].Since = kiosk.CertHeld, kiosk.CertHeld, b.clock.now().Unix()
		again := b.looked(c)
		sees(again)
		if err := b.kiosk.Hold(t.Context(), again, names[0]); err == nil || names[0] == names[1] {
			t.Error("a phone is known by one name in two sessions")
		}
		b.counter("found", "--phone", name)
	}
}

// TestWhatLiesOnTheReaderIsTold, of cards that no visit can be made with too.
func TestWhatLiesOnTheReaderIsTold(t *testing.T) { onEach(t, whatLies) }

func whatLies(t *testing.T, on engine) {
	b := start(t, on)
	for name, is := range map[string][2]kiosk.CertState{
		"hanako": {}, "nao": {}, "yuki": {kiosk.CertGood, kiosk.CertNone}, "akira": {kiosk.CertExpired, kiosk.CertExpired},
		"midori": {kiosk.CertGood, kiosk.CertChanged}, "kenji": {kiosk.CertRevoked, kiosk.CertRevoked}, "sachiko": {kiosk.CertHeld, kiosk.CertHeld},
	} {
		got, err := b.kiosk.Look(t.Context(), b.card(name).facts())
		if err != nil || got.User != is[0] || got.Sign != is[1] || (got.Session.ID != kiosk.SessionID{}) != (is[0] == kiosk.CertGood) {
			t.Errorf("%s: %+v, %v, want %v", name, got, err, is)
		}
	}
	for name, word := range map[string]kiosk.Message{"fuyu": kiosk.MsgWrongCard, "sora": kiosk.MsgPhone} {
		_, err := b.kiosk.Look(t.Context(), b.card(name).facts())
		t.Run(name, func(t *testing.T) { want(t, err, word) })
	}
	_, err := b.kiosk.Look(t.Context(), port.Facts{AuthCert: []byte("no certificate")})
	want(t, err, kiosk.MsgWrongCard)
}

// TestALookProvesNothingElse: no hold without the card's signature, of another's phone, or in
// a session that is over; no signature twice, or of another key; and no message of a visit.
func TestALookProvesNothingElse(t *testing.T) { onEach(t, lookProvesNothingElse) }

func lookProvesNothingElse(t *testing.T, on engine) {
	b := start(t, on)
	c, carrier, other := b.card("hanako"), b.givePhone("hanako", life.Android), b.givePhone("taro", life.Android)
	s := b.looked(c)
	refused := func(err error, word kiosk.Message) {
		t.Helper()
		want(t, err, word)
	}
	hold := func(s port.Session, carrier store.ID) error {
		t.Helper()
		name := sha256.Sum256(append(append([]byte("carrier in a kiosk's session\n"), s.ID[:]...), carrier[:]...))
		err := b.kiosk.Hold(t.Context(), s, [16]byte(name[:]))
		if err != nil && !errors.Is(err, port.ErrRefused) {
			t.Errorf("%v is no refusal", err)
		}
		return err
	}
	refused(hold(s, carrier), kiosk.MsgTimeout) // nothing is proved
	_, err := b.kiosk.See(t.Context(), s, c.sign(kiosk.RefAuth, b.kiosk.Digest(s, c.cert, kiosk.Reset)))
	refused(err, kiosk.MsgCardFault) // what was signed for a reset
	_, err = b.see(c, s)
	refused(err, kiosk.MsgTimeout) // the challenge is used up
	refused(hold(s, carrier), kiosk.MsgTimeout)

	s = b.looked(c)
	_, err = b.see(b.card("taro"), s)
	refused(err, kiosk.MsgCardFault) // another card

	s = b.looked(c)
	must.OK(t, must.Err(b.see(c, s)))
	refused(hold(s, other), kiosk.MsgTimeout)
	refused(hold(s, store.ID{1}), kiosk.MsgTimeout)
	if _, err := b.kiosk.Code(t.Context(), s, 0); err == nil {
		t.Error("a session that renews nothing takes a code")
	}
	if err := b.kiosk.Prove(t.Context(), s, kiosk.Reset, c.sign(kiosk.RefAuth, b.kiosk.Digest(s, c.cert, kiosk.Reset))); err == nil {
		t.Error("a session that renews nothing takes a proof")
	}
	b.clock.pass(15 * time.Minute)
	refused(hold(s, carrier), kiosk.MsgTimeout)

	s = b.looked(c)
	b.counter("lost", "hanako") // the card, between the look and the proof
	_, err = b.see(c, s)
	refused(err, kiosk.MsgTimeout)
	if is := b.counter("show", "taro") + b.counter("show", "hanako"); strings.Contains(is, "phone sign held") || !strings.Contains(is, "phone sign good") {
		t.Errorf("held all the same: %s", is)
	}
}
