package apdu

import (
	"bytes"
	"context"
	"errors"
	"testing"
)

// tape is a card whose answers are written down beside the commands that they
// belong to.
type tape struct {
	t     *testing.T
	lines [][2]string
}

func (s *tape) Transmit(_ context.Context, c Command) (Response, error) {
	s.t.Helper()
	b, err := c.AppendTo(nil)
	if err != nil || len(s.lines) == 0 || !bytes.Equal(b, unhex(s.t, s.lines[0][0])) {
		s.t.Errorf("sent % X, %v; %d lines left", b, err, len(s.lines))
		return Response{}, ErrLength
	}
	answer := s.lines[0][1]
	s.lines = s.lines[1:]
	return ParseResponse(unhex(s.t, answer))
}

func TestCardThatAsksToBeAskedAgain(t *testing.T) {
	read := Command{INS: InsRead, P1: 0x8A, Le: 256}
	for _, g := range []struct {
		name string
		c    Command
		said [][2]string
		data string
		sw   Status
		left int
	}{
		{"at once", read, [][2]string{{"00B08A0000", "AABB9000"}}, "AABB", SWOK, 3},
		{"the rest", read, [][2]string{{"00B08A0000", "AA6102"}, {"00C0000002", "BBCC9000"}}, "AABBCC", SWOK, 2},
		{"256 and more", read, [][2]string{{"00B08A0000", "6100"}, {"00C0000000", "AA6101"}, {"00C0000001", "BB9000"}}, "AABB", SWOK, 1},
		{"the exact length", read, [][2]string{{"00B08A0000", "6C02"}, {"00B08A0002", "AABB9000"}}, "AABB", SWOK, 2},
		{"both", read, [][2]string{{"00B08A0000", "6C02"}, {"00B08A0002", "AA6105"}, {"00C0000005", "6C01"}, {"00C0000001", "BB9000"}}, "AABB", SWOK, 0},
		{"the end of a file", read, [][2]string{{"00B08A0000", "AA6101"}, {"00C0000001", "BB6282"}}, "AABB", SWEOF, 2},
		{"a longer length", Command{INS: InsRead, Le: 4}, [][2]string{{"00B0000004", "6C05"}}, "", 0x6C05, 3},
		{"the same length", Command{INS: InsRead, Le: 4}, [][2]string{{"00B0000004", "6C04"}}, "", 0x6C04, 3},
		{"data beside a wrong length", read, [][2]string{{"00B08A0000", "AA6C01"}}, "AA", 0x6C01, 3},
		{"SELECT has something to tell", Command{INS: InsSelect, P1: 2, P2: 0x0C, Data: []byte{0, 6}},
			[][2]string{{"00A4020C020006", "6102"}, {"00C0000002", "6F009000"}}, "6F00", SWOK, 2},
		{"SELECT and a length", Command{INS: InsSelect, Data: []byte{1}}, [][2]string{{"00A400000101", "6C02"}}, "", 0x6C02, 3},
		{"the rest is refused", read, [][2]string{{"00B08A0000", "AA6101"}, {"00C0000001", "6985"}}, "AA", SWConditions, 2},
	} {
		s := &tape{t, g.said}
		rounds := 3
		r, err := Follow(context.Background(), s, g.c, &rounds)
		if err != nil || r.SW != g.sw || !bytes.Equal(r.Data, unhex(t, g.data)) || rounds != g.left || len(s.lines) != 0 {
			t.Errorf("%s: % X %v, %v, %d rounds and %d lines left", g.name, r.Data, r.SW, err, rounds, len(s.lines))
		}
	}
}

// What spends, signs, opens, writes or makes a challenge goes out once.
func TestWhatIsNotReadingIsNeverFollowed(t *testing.T) {
	for _, c := range []Command{
		{INS: InsVerify, P2: 0x98}, {INS: InsVerify, P2: 0x98, Data: []byte("1234")}, {INS: InsChange, P1: 1}, {INS: InsReset, P1: 3},
		{INS: InsExternal, P2: 0x96, Data: []byte{1}}, {CLA: 0x80, INS: InsSign, Le: 256}, {INS: InsChallenge, Le: 16},
		{CLA: 0x80, INS: InsRead, Le: 256}, {CLA: 0x0C, INS: InsSelect}, {CLA: 0x10, INS: InsRead, Le: 256},
	} {
		for _, says := range [][]byte{{2, 0x61, 0x10}, {2, 0x6C, 0x01}} {
			card := &talker{says: says}
			rounds := MaxRounds
			if _, err := Follow(context.Background(), card, c, &rounds); err != nil || card.asked != 1 || rounds != MaxRounds {
				t.Errorf("%s: asked %d times, %v", c.Header(), card.asked, err)
			}
		}
	}
}

func TestCardWithoutAnEnd(t *testing.T) {
	for name, says := range map[string][]byte{
		"nothing, and more of it": {2, 0x61, 0x10},
		"a byte, and more":        {3, 0xAA, 0x61, 0x10},
		"256 bytes, and more":     append(append([]byte{0xFF}, make([]byte, 256)...), 0x61, 0x00),
	} {
		card := &talker{says: says}
		rounds := MaxRounds
		r, err := Follow(context.Background(), card, Command{INS: InsRead, Le: 256}, &rounds)
		if !errors.Is(err, ErrEndless) || card.asked > 1+MaxRounds || len(r.Data) > 0 {
			t.Errorf("%s: %v after %d commands", name, err, card.asked)
		}
	}
	// A length that shrinks by one each time: 64 corrections and no more.
	shrinking := &shrinker{}
	rounds := MaxRounds
	if _, err := Follow(context.Background(), shrinking, Command{INS: InsRead, Le: 256}, &rounds); !errors.Is(err, ErrEndless) || shrinking.asked != 1+MaxRounds {
		t.Errorf("%v after %d", err, shrinking.asked)
	}
}

type shrinker struct{ asked int }

func (s *shrinker) Transmit(_ context.Context, c Command) (Response, error) {
	s.asked++
	return Response{SW: 0x6C00 | Status(c.Le-1)}, nil
}
