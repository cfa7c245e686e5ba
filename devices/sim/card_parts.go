package sim

import "multicopy.example/devices/apdu"

// parts is how a card that hands its answers out on demand does it
// (ISO 7816-4 §5.3.4): what a card behind a T=0 interface has to do. No real
// card is known to do it over the air; a driver has to live with one.
type parts struct {
	piece int    // bytes of one answer; 0: answers are whole
	rest  []byte // waits for GET RESPONSE, and no other command may come first
}

// AskAgain makes a card that answers READ BINARY in pieces of so many bytes, 1
// to 256, with 61xx and GET RESPONSE, and that answers 6Cxx to a length that is
// not the exact one. 0 makes it a card again that answers at once.
func (c *Card) AskAgain(piece int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.parts = parts{piece: min(piece, apdu.MaxLe)}
}

// answerInParts is answer, or what such a card makes of it.
func (c *Card) answerInParts(raw []byte) apdu.Response {
	p := &c.parts
	rest := p.rest
	p.rest = nil
	cmd, err := apdu.Parse(raw)
	if p.piece == 0 || err != nil || cmd.CLA != 0 {
		return c.answer(raw)
	}
	if cmd.INS == apdu.InsGetResponse {
		c.challenge, c.opened = nil, nil // as by every command
		if len(rest) == 0 {
			return sw(apdu.SWConditions)
		}
		return p.give(rest, cmd.Le)
	}
	r := c.answer(raw)
	if cmd.INS != apdu.InsRead || !r.SW.OK() {
		return r
	}
	if n := len(r.Data); n < cmd.Le {
		return sw(0x6C00 | apdu.Status(byte(n)))
	}
	if len(r.Data) <= p.piece {
		return r
	}
	p.rest = clone(r.Data[p.piece:])
	return apdu.Response{Data: r.Data[:p.piece], SW: p.more()}
}

// give is one GET RESPONSE. It wants the length that more has just named.
func (p *parts) give(rest []byte, le int) apdu.Response {
	p.rest = rest
	n := min(len(rest), p.piece)
	if le != n {
		return sw(0x6C00 | apdu.Status(byte(n)))
	}
	p.rest = rest[n:]
	if len(p.rest) == 0 {
		return apdu.Response{Data: rest, SW: apdu.SWOK}
	}
	return apdu.Response{Data: rest[:n], SW: p.more()}
}

// more names the next piece.
func (p *parts) more() apdu.Status {
	return 0x6100 | apdu.Status(byte(min(len(p.rest), p.piece)))
}
