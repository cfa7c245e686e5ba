package apdu

import (
	"context"
	"errors"
)

// Bounds of Follow; the card has a say inside of them alone.
const (
	MaxRounds   = 64      // further commands
	MaxFollowed = 4 << 10 // bytes of one answer
)

// ErrEndless: a card that asks to be asked again beyond the bounds of Follow.
var ErrEndless = errors.New("apdu: an answer without an end")

// Follow transmits a command and, where it only reads, does what the card asks
// in its answer (ISO 7816-4 §5.3.4 and table 5): after 61xx it fetches the rest
// with GET RESPONSE, after 6Cxx it sends the command once more with the length
// that the card named. Of every other command the answer is returned as it
// came, so nothing that spends, signs, opens or writes goes out twice, and no
// challenge is lost behind a GET RESPONSE.
//
// rounds is how many further commands may follow. It is counted down, so that
// one budget can bound a whole conversation. ErrEndless where it is used up, or
// the answer grows beyond MaxFollowed.
func Follow(ctx context.Context, t Transmitter, c Command, rounds *int) (Response, error) {
	r, err := t.Transmit(ctx, c)
	if err != nil || !c.reads() {
		return r, err
	}
	var got []byte
	for {
		next, again := c.after(r)
		if !again {
			break
		}
		if r.SW>>8 == swMore {
			// A copy: the next answer may lie in the same buffer.
			if got = append(got, r.Data...); len(got) > MaxFollowed {
				return Response{}, ErrEndless
			}
		}
		if *rounds <= 0 {
			return Response{}, ErrEndless
		}
		*rounds--
		if r, err = t.Transmit(ctx, next); err != nil {
			return Response{}, err
		}
		c = next
	}
	if len(got) == 0 {
		return r, nil
	}
	if r.Data = append(got, r.Data...); len(r.Data) > MaxFollowed {
		return Response{}, ErrEndless
	}
	return r, nil
}

// First bytes of the two statuses that ask for another command.
const (
	swMore = 0x61 // so many bytes wait for GET RESPONSE
	swLe   = 0x6C // so many bytes there are; ask for exactly these
)

// reads: commands that may go out again without a loss. SELECT with a name
// ends every verified state, and a second one ends nothing more.
func (c Command) reads() bool {
	return c.CLA == 0 && (c.INS == InsSelect || c.INS == InsRead)
}

// after is the command that an answer asks for. A length that is not below the
// one that was asked for is no correction: following it could go on for ever.
func (c Command) after(r Response) (next Command, again bool) {
	n := le(byte(r.SW))
	switch r.SW >> 8 {
	case swMore:
		return Command{INS: InsGetResponse, Le: n}, true
	case swLe:
		next = c
		next.Le = n
		return next, len(r.Data) == 0 && n < c.Le
	}
	return c, false
}
