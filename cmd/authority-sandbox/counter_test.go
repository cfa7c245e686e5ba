package main

import (
	"crypto/ecdsa"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/cmd/internal/cardface"
	"multicopy.example/cmd/internal/cli"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// counter does something at the municipal office, while the authority serves, and answers
// the states and reasons of the resident's certificates.
func (b *bench) counter(args ...string) (states string) {
	b.Helper()
	var h domain.Holding
	text := b.told(cli.Done, append(append([]string{"counter"}, args...), "--json")...)
	if err := json.Unmarshal([]byte(text), &h); err != nil {
		b.Fatalf("%v: %s", err, text)
	}
	var all []string
	for _, c := range h.Certificates {
		all = append(all, strings.TrimSpace(c.Certificate+" "+c.State+" "+c.Reason))
	}
	return strings.Join(all, ", ")
}

// TestACardIsPrintedAnewAtTheCounter: its face has the items of the register, and its photo
// and number stay.
func TestACardIsPrintedAnewAtTheCounter(t *testing.T) {
	b := start(t, sqlite)
	face := func() cardface.Face {
		t.Helper()
		key, err := pki.ReadKey[*ecdsa.PrivateKey](pki.Folder(b.dir), "face.key.pem")
		must.OK(t, err)
		f, err := cardface.Verify(&key.PublicKey, file(t, b.dir, fixture.Cards, "hanako", "face.bin"))
		must.OK(t, err)
		return f
	}
	before := face()
	if got := strings.TrimSpace(string(file(t, b.dir, fixture.Cards, "hanako", "number-b.txt"))); got != before.NumberB() {
		t.Errorf("the card is opened by %s, and its number is %s", got, before.NumberB())
	}
	b.counter("move", "hanako", "--address", "2-3", "--municipality", "99202")
	b.counter("rename", "hanako", "--to", "HANA")
	want := before
	want.Name, want.Address = "HANA", "2-3"
	if got := face(); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// TestWhatHappensAtTheCounterIsWhatAKioskIsTold: the command changes what a visit is
// answered, at the served store.
func TestWhatHappensAtTheCounterIsWhatAKioskIsTold(t *testing.T) { onEach(t, counterAndKiosk) }

func counterAndKiosk(t *testing.T, on engine) {
	b := start(t, on)
	opens := func(name string) error {
		t.Helper()
		_, err := b.kiosk.Open(t.Context(), b.card(name).facts())
		return err
	}
	for _, c := range []struct {
		name, args, states string
		told               kiosk.Message // 0: the visit begins, but for want of a reservation
	}{
		{"hanako", "move --address 2-3 --municipality 99202", "card sign revoked affiliationChanged, card auth good", kiosk.MsgChanged},
		{"hanako", "sign", "card sign good, card auth good", kiosk.MsgNoReserve},
		{"hanako", "rename --to HANA", "card sign revoked affiliationChanged, card auth good", kiosk.MsgChanged},
		{"hanako", "renew", "card sign good, card auth good", kiosk.MsgNoReserve},
		{"taro", "lost", "card sign held certificateHold, card auth held certificateHold", kiosk.MsgHeld},
		{"taro", "renew", "card sign good, card auth good", kiosk.MsgNoReserve},
		{"jiro", "return", "card sign revoked cessationOfOperation, card auth revoked cessationOfOperation", kiosk.MsgRevoked},
		{"jiro", "card", "card sign good, card auth good", kiosk.MsgNoReserve},
		{"saburo", "lost --both", "card sign held certificateHold, card auth held certificateHold", kiosk.MsgHeld},
		{"saburo", "died", "card sign revoked cessationOfOperation, card auth revoked cessationOfOperation", kiosk.MsgRevoked},
		{"aki", "left", "card sign revoked cessationOfOperation, card auth revoked cessationOfOperation", kiosk.MsgRevoked},
		{"yuki", "sign", "card sign good, card auth good", kiosk.MsgNoReserve},
		{"akira", "renew", "card sign good, card auth good", kiosk.MsgNoReserve},
		{"midori", "sign", "card sign good, card auth good", kiosk.MsgNoReserve},
		{"sora", "lost --phone", "phone sign held certificateHold, phone auth held certificateHold", kiosk.MsgPhone},
		{"sora", "found --phone", "phone sign good, phone auth good", kiosk.MsgPhone},
		{"sora", "give-up", "phone sign revoked cessationOfOperation, phone auth revoked cessationOfOperation", kiosk.MsgPhone},
	} {
		verb, rest, _ := strings.Cut(c.args, " ")
		before := b.card(c.name).facts()
		if got := b.counter(append([]string{verb, c.name}, strings.Fields(rest)...)...); got != c.states {
			t.Errorf("%s %s: %s, want %s", verb, c.name, got, c.states)
		}
		if got := b.counter("show", c.name); got != c.states {
			t.Errorf("show %s: %s, want %s", c.name, got, c.states)
		}
		t.Run(c.name+" "+verb, func(t *testing.T) { want(t, opens(c.name), c.told) })
		if verb == "renew" || verb == "card" { // the pair before it is dead
			_, err := b.kiosk.Open(t.Context(), port.Facts{AuthCert: before.AuthCert})
			want(t, err, kiosk.MsgRevoked)
		}
	}
}

// TestACardOfTheCounterIsReservedForAndOpened: it is a card as any other.
func TestACardOfTheCounterIsReservedForAndOpened(t *testing.T) {
	b := start(t, sqlite)
	b.counter("card", "hanako")
	c := b.card("hanako")
	b.mustGrant(c, b.claim(c, b.reserve(c, kiosk.FlowP)), kiosk.Reset)
	b.counter("return", "hanako")
	_, err := b.kiosk.Open(t.Context(), c.facts())
	want(t, err, kiosk.MsgRevoked)
}

// TestTheCounterRefusesInSentences, and changes nothing.
func TestTheCounterRefusesInSentences(t *testing.T) {
	b := start(t, sqlite)
	b.counter("lost", "hanako")
	b.counter("died", "taro")
	for _, c := range []struct{ name, args, says string }{
		{"hanako", "found", "a hold on this carrier is not lifted: its certificates are made anew"},
		{"hanako", "lost", "the certificates are held already"},
		{"hanako", "sign", "the card's certificates are held"},
		{"jiro", "sign", "the card's signing certificate lives: renew the pair instead"},
		{"taro", "lost", "the person is dead or not in the register"},
		{"jiro", "lost --phone", "there is no phone with certificates that live"},
		{"jiro", "found", "no certificate is held"},
		{"sora", "renew", "the card has no certificates that live"},
		{"saburo", "rename --to saburo", "that is what the register says already"},
		{"saburo", "move --address Test-shi --municipality 13101", "the sandbox has no municipality 13101"},
	} {
		before := b.counter("show", c.name)
		verb, rest, _ := strings.Cut(c.args, " ")
		if text := b.told(cli.Failed, append([]string{"counter", verb, c.name}, strings.Fields(rest)...)...); !strings.Contains(text, c.name+": "+c.says) {
			t.Errorf("%s %s: %s, want %q", verb, c.name, text, c.says)
		}
		if b.counter("show", c.name) != before {
			t.Errorf("%s %s changed something", verb, c.name)
		}
	}
	b.told(cli.Failed, "counter", "renew", "absent")
	for _, args := range []string{"move hanako", "rename hanako", "lost hanako --phone --both", "lost", "renew hanako taro"} {
		b.told(cli.WrongUse, append([]string{"counter"}, strings.Fields(args)...)...)
	}
	if text := b.told(cli.Done, "counter", "show", "taro"); !strings.Contains(text, "not in the register since") || !strings.Contains(text, "cessationOfOperation") {
		t.Error(text)
	}
}

// TestAWithdrawnBatchIsHeldAndThenRevoked: no counter releases it, and asking twice does it once.
func TestAWithdrawnBatchIsHeldAndThenRevoked(t *testing.T) { onEach(t, withdrawnBatch) }

func withdrawnBatch(t *testing.T, on engine) {
	b := start(t, on)
	is := func(want string) {
		t.Helper()
		if got := b.counter("show", "sora"); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	do := func(verb, batch string, n string) {
		t.Helper()
		if text := b.told(cli.Done, "elements", verb, batch); text != n+" persons\n" {
			t.Errorf("%s %s: %s", verb, batch, text)
		}
	}
	do("withdraw", "another", "0")
	do("end", "sandbox-1", "0")
	is("phone sign good, phone auth good")
	do("withdraw", "sandbox-1", "1")
	do("withdraw", "sandbox-1", "0")
	is("phone sign held certificateHold, phone auth held certificateHold")
	if text := b.told(cli.Failed, "counter", "found", "sora", "--phone"); !strings.Contains(text, "the maker has withdrawn the batch") {
		t.Error(text)
	}
	do("end", "sandbox-1", "1")
	do("end", "sandbox-1", "0")
	is("phone sign revoked keyCompromise, phone auth revoked keyCompromise")
}
