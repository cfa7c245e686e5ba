package pn532_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"multicopy.example/devices/apdu"
	"multicopy.example/devices/pn532"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// damages are the ways in which one reply can arrive spoiled and still be known
// for the reply that it is.
var damages = map[string]sim.Faults{
	"data checksum": {BadDCS: true}, "length checksum": {BadLCS: true}, "cut off": {Half: true},
}

var reading = []apdu.Command{
	{INS: apdu.InsSelect, P1: 0x02, P2: 0x0C, Data: []byte{0x00, 0x0A}},
	{INS: apdu.InsRead, Le: 256},
	query,
}

// said counts what is on the wire.
func said(virtual *sim.Reader, what string) func() int {
	var mu sync.Mutex
	n := 0
	virtual.Watch(func(s string) {
		if strings.HasPrefix(s, what) {
			mu.Lock()
			n++
			mu.Unlock()
		}
	})
	return func() int { mu.Lock(); defer mu.Unlock(); return n }
}

func TestOneDamagedAnswerToAReadingCommandIsAskedForAgain(t *testing.T) {
	for name, f := range damages {
		for _, length := range []int{40, 256} {
			for _, c := range reading {
				card := newPlain()
				card.answer = func([]byte) ([]byte, bool) { return append(make([]byte, length), 0x90, 0x00), true }
				virtual, _, l := tapped(t, card)
				nacks := said(virtual, "> NACK")
				f.Times = 1
				virtual.Fault(f)
				got, err := l.Transmit(soon(t), c)
				if err != nil || len(got.Data) != length || !got.SW.OK() {
					t.Errorf("%s, %s: %v", name, c.Header(), err)
				}
				if card.seen() != 1 || nacks() != 1 {
					t.Errorf("%s, %s: the card was asked %d times, with %d NACKs", name, c.Header(), card.seen(), nacks())
				}
			}
		}
	}
}

func TestWhatChangesACardIsNeverAskedForAgain(t *testing.T) {
	for _, c := range []apdu.Command{
		{INS: apdu.InsVerify, P2: 0x98, Data: []byte("1234")},
		{INS: apdu.InsReset, P1: 0x03, P2: 0x9B},
		{INS: apdu.InsExternal, P2: 0x96, Data: make([]byte, 82)},
		{INS: apdu.InsChallenge, Le: 16},
		{CLA: 0x80, INS: apdu.InsSign, Data: make([]byte, 51), Le: 256},
	} {
		card := newPlain()
		virtual, r, l := tapped(t, card)
		nacks := said(virtual, "> NACK")
		virtual.Fault(sim.Faults{BadDCS: true, Times: 1})
		if _, err := l.Transmit(soon(t), c); !errors.Is(err, port.ErrGone) || !errors.Is(err, pn532.ErrFrame) {
			t.Errorf("%s: %v, want gone for a damaged frame", c.Header(), err)
		}
		if nacks() != 0 || card.seen() != 1 || card.powered() {
			t.Errorf("%s: %d NACKs, asked %d times, power %v", c.Header(), nacks(), card.seen(), card.powered())
		}
		if _, err := r.Wait(soon(t)); err != nil {
			t.Errorf("%s: the reader is well and was lost: %v", c.Header(), err)
		}
	}
}

func TestAReplyThatStaysDamagedEndsTheLinkAndNotTheReader(t *testing.T) {
	card := newPlain()
	virtual, r, l := tapped(t, card)
	nacks := said(virtual, "> NACK")
	virtual.Fault(sim.Faults{BadDCS: true, Times: 3})
	if _, err := l.Transmit(soon(t), query); !errors.Is(err, port.ErrGone) || !errors.Is(err, pn532.ErrFrame) {
		t.Errorf("%v, want gone for a damaged frame", err)
	}
	if nacks() != 2 || card.seen() != 1 {
		t.Errorf("%d NACKs, asked %d times", nacks(), card.seen())
	}
	if _, err := r.Wait(soon(t)); err != nil {
		t.Errorf("the reader is well and was lost: %v", err)
	}
}

// An idle kiosk asks every two seconds, all night.
func TestALineThatDamagesFramesIsToldEverMoreRarely(t *testing.T) {
	virtual, r, _, text := logged(t, sim.Faults{}, newPlain())
	for range 40 {
		virtual.Fault(sim.Faults{BadDCS: true, Times: 1})
		must.OK(t, r.Answers(soon(t)))
	}
	if n := strings.Count(text.String(), "damages frames"); n != 6 { // 1 2 4 8 16 32
		t.Errorf("told %d times:\n%s", n, text)
	}
}

// Noise is no reply: a NACK after it could bring the answer before.
func TestNoiseInPlaceOfAReplyIsNotAskedForAgain(t *testing.T) {
	for name, f := range map[string]sim.Faults{"reply to another command": {BadCode: true, Times: 1}, "from a host": {BadTFI: true, Times: 1}} {
		card := newPlain()
		virtual, _, l := tapped(t, card)
		nacks := said(virtual, "> NACK")
		virtual.Fault(f)
		if _, err := l.Transmit(soon(t), query); !errors.Is(err, port.ErrGone) || nacks() != 0 {
			t.Errorf("%s: %v with %d NACKs", name, err, nacks())
		}
	}
}

func TestASlowCardIsNoBrokenReader(t *testing.T) {
	for _, c := range []apdu.Command{query, {INS: apdu.InsVerify, P2: 0x98, Data: []byte("1234")}} {
		t.Run(c.Header(), func(t *testing.T) {
			t.Parallel()
			card := newPlain()
			virtual, r, l := tapped(t, card)
			virtual.Fault(sim.Faults{ReplyDelay: time.Minute, Times: 1})
			_, err := l.Transmit(soon(t), c)
			if !errors.Is(err, port.ErrGone) || !errors.Is(err, pn532.ErrSlow) || !isFault(err, kiosk.MsgCardFault) {
				t.Errorf("%v, want gone and slow", err)
			}
			if virtual.Field() {
				t.Error("the slow card kept its power")
			}
			if _, err := r.Wait(soon(t)); err != nil {
				t.Errorf("the reader is well and was lost: %v", err)
			}
		})
	}
}

func TestAReaderThatIsBackAfterASecondIsNotLost(t *testing.T) {
	for name, f := range map[string]sim.Faults{
		"silent for two commands": {Mute: true, Times: 2}, "one reply missing": {AckOnly: true, Times: 1},
		"one reply to another command": {BadCode: true, Times: 1}, "one ACK late": {AckDelay: 1800 * time.Millisecond, Times: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			virtual, r := bench(t)
			ready(t, r)
			virtual.Fault(f)
			if err := r.Answers(soon(t)); err != nil {
				t.Errorf("idle: %v", err)
			}
			virtual.Fault(sim.Faults{})
			virtual.Lay(newPlain())
			virtual.Fault(f)
			l, err := r.Wait(soon(t))
			if err != nil {
				t.Fatalf("waiting: %v", err)
			}
			virtual.Fault(f)
			if _, err := l.Transmit(soon(t), query); !errors.Is(err, port.ErrGone) {
				t.Errorf("command: %v, want gone", err)
			}
			virtual.Fault(sim.Faults{})
			if l, err = r.Wait(soon(t)); err != nil {
				t.Fatalf("waiting after a command: %v", err)
			}
			virtual.Fault(f)
			if err := l.Release(soon(t)); err != nil || virtual.Field() {
				t.Errorf("release: %v, field %v", err, virtual.Field())
			}
			if _, err := r.Wait(soon(t)); err != nil {
				t.Errorf("waiting after a release: %v", err)
			}
		})
	}
}

// A command right after an abort finds a chip deaf, and an ACK that the chip owed to the
// command before it seems to be its own: without the reply the chip is asked once more.
func TestAnACKThatCameTooLateDoesNotLoseTheReader(t *testing.T) {
	t.Parallel()
	virtual, r := bench(t)
	virtual.Fault(sim.Faults{Early: true, AckDelay: 60 * time.Millisecond, Times: 1})
	ready(t, r)
	virtual.Lay(newPlain())
	if _, err := r.Wait(soon(t)); err != nil {
		t.Errorf("the reader is well and was lost: %v", err)
	}
}
