package jpki_test

import (
	"bytes"
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

// A card that answers 61xx and 6Cxx is a card: every visit goes as on another.
func TestCardThatAnswersInParts(t *testing.T) {
	for style, set := range styles {
		for _, v := range visits {
			for _, piece := range []int{256, 200, 100, 31} {
				card := worn(t)
				set(card)
				card.AskAgain(piece)
				w := plug(t, card)
				d := jpki.New(w, trustedCAs(t), quiet)
				if step, err := v.walk(t, d); err != nil {
					t.Errorf("%s, %s, pieces of %d: step %d: %v", style, v, piece, step, err)
				}
				if n := w.count(apdu.InsVerify, true); n != 1 {
					t.Errorf("%s, %s, pieces of %d: VERIFY sent %d times", style, v, piece, n)
				}
				if w.count(apdu.InsGetResponse, false) == 0 && piece < 256 {
					t.Errorf("%s, %s, pieces of %d: nothing came in parts, so this proves nothing", style, v, piece)
				}
			}
		}
	}
}

// Crumbs are given up on, with the card's fault and not the link's.
func TestCardThatAnswersInCrumbs(t *testing.T) {
	for _, piece := range []int{1, 7} {
		card := worn(t)
		card.AskAgain(piece)
		w := plug(t, card)
		f, err := jpki.New(w, trustedCAs(t), quiet).Read(context.Background())
		if !isFault(err, kiosk.MsgCardFault) || errors.Is(err, port.ErrGone) || f.Trusted {
			t.Errorf("pieces of %d: %v", piece, err)
		}
		if n := w.count(apdu.InsGetResponse, false); n > apdu.MaxRounds {
			t.Errorf("pieces of %d: asked again %d times", piece, n)
		}
	}
}

// An answer that asks to be asked again is not followed where it could spend,
// sign, open or write: the card is at fault, or the outcome unknown.
func TestNothingIsRepeatedWhereRepeatingIsForbidden(t *testing.T) {
	for _, sw := range []apdu.Status{0x6110, 0x6C10} {
		card := sim.NewCard(resident(t))
		f := &faked{wire: plug(t, card)}
		d := jpki.New(f, trustedCAs(t), quiet)
		facts, err := d.Read(context.Background())
		must.OK(t, err)
		id, err := jpki.ID(facts.AuthCert)
		must.OK(t, err)
		for _, ins := range []byte{apdu.InsVerify, apdu.InsSign, apdu.InsChallenge} {
			f.answers = map[byte]apdu.Response{ins: {SW: sw}}
			sent := len(f.sent)
			var err error
			switch ins {
			case apdu.InsVerify:
				err = d.Verify(context.Background(), kiosk.RefAuth, typed(t, 0, "1234"))
			case apdu.InsSign:
				_, err = d.Sign(context.Background(), kiosk.RefAuth, [32]byte{})
			case apdu.InsChallenge:
				_, err = d.Challenge(context.Background())
			}
			if !isFault(err, kiosk.MsgCardFault) || len(f.sent) != sent {
				t.Errorf("%02X answered %v: %v, and %d commands more", ins, sw, err, len(f.sent)-sent)
			}
		}
		f.answers = map[byte]apdu.Response{apdu.InsExternal: {SW: apdu.SWOK}, apdu.InsReset: {SW: sw}}
		g := authority(t).grant(id, make([]byte, 16), kiosk.FlowP, kiosk.Reset)
		// Neither is among the statuses that say that nothing was changed.
		if err := d.Run(context.Background(), g, typed(t, 1, "NEW0PASS")); !errors.Is(err, port.ErrUnknown) || f.resets != 1 {
			t.Errorf("the reset answered %v: %v, sent %d times", sw, err, f.resets)
		}
		f.resets = 0
	}
}

// The virtual card itself keeps to the standard: a GET RESPONSE that does not
// follow at once has nothing to get, and a wrong length loses nothing.
func TestRestOfAnAnswerIsForTheNextCommandAlone(t *testing.T) {
	card := sim.NewCard(resident(t))
	card.PowerOn()
	say := func(raw ...byte) []byte {
		t.Helper()
		answer, ok := card.Exchange(raw)
		if !ok {
			t.Fatal("no answer")
		}
		return answer
	}
	say(append([]byte{0x00, 0xA4, 0x04, 0x0C, 0x0A}, 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01)...)
	whole := say(0x00, 0xB0, 0x86, 0x00, 0xA0)
	card.AskAgain(100)
	first := say(0x00, 0xB0, 0x86, 0x00, 0xA0)
	if len(first) != 102 || !bytes.Equal(first[100:], []byte{0x61, 60}) {
		t.Fatalf("%d bytes, % X", len(first), first[len(first)-2:])
	}
	if got := say(0x00, 0xC0, 0x00, 0x00, 0x00); !bytes.Equal(got, []byte{0x6C, 60}) {
		t.Errorf("a wrong length: % X", got)
	}
	if rest := say(0x00, 0xC0, 0x00, 0x00, 60); !bytes.Equal(append(first[:100], rest...), whole) {
		t.Error("the parts are not the whole")
	}
	if got := say(0x00, 0xC0, 0x00, 0x00, 60); !bytes.Equal(got, []byte{0x69, 0x85}) {
		t.Errorf("nothing waits: % X", got)
	}
	say(0x00, 0xB0, 0x86, 0x00, 0xA0)
	say(0x00, 0x20, 0x00, 0x98)
	if got := say(0x00, 0xC0, 0x00, 0x00, 60); !bytes.Equal(got, []byte{0x69, 0x85}) {
		t.Errorf("after another command: % X", got)
	}
	if got := say(0x00, 0xB0, 0x88, 0x00, 0x00); !bytes.Equal(got, []byte{0x6C, 3}) {
		t.Errorf("another length than the file's: % X", got)
	}
}
