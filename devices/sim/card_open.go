package sim

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"math/big"

	"multicopy.example/devices/apdu"
	"multicopy.example/kiosk/port"
)

// Our own definition, all of this file: how the authority opens the card for
// one command. It stands in for a sequence that is not public.

// An opening names the one command that may follow.
type opening struct{ p2, p1 byte }

const (
	p2PIN       = 0x80 | sfiPIN
	p2Password  = 0x80 | sfiPassword
	p1Reset     = 0x02
	p1Unlock    = 0x03
	p2Authority = 0x96

	challengeSize = 16
	openingSize   = 1 + 1 + 16 + 64 // target, P1, grant id, r and s
	grantDomain   = "myna-card/grant/v1"
)

// getChallenge gives 1 to 256 random bytes that only the next command can use.
func (c *Card) getChallenge(cmd apdu.Command) apdu.Response {
	switch {
	case cmd.P1 != 0 || cmd.P2 != 0:
		return sw(apdu.SWP1P2)
	case cmd.Le == 0 || len(cmd.Data) > 0:
		return sw(apdu.SWLength)
	}
	b := make([]byte, cmd.Le)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	c.challenge = b
	return apdu.Response{Data: clone(b), SW: apdu.SWOK}
}

// open is EXTERNAL AUTHENTICATE 00 82 00 96. challenge is what the command
// before it gave, if that was GET CHALLENGE.
//
//	6985  no challenge of 16 bytes stands
//	6A80  another target or P1 than the reset knows
//	6300  the signature is not the authority's over this card, challenge and act
func (c *Card) open(cmd apdu.Command, challenge []byte) apdu.Response {
	switch {
	case cmd.P1 != 0 || cmd.P2 != p2Authority:
		return sw(apdu.SWP1P2)
	case c.df != appJPKI:
		return sw(apdu.SWConditions)
	case len(cmd.Data) != openingSize || cmd.Le != 0:
		return sw(apdu.SWLength)
	case len(challenge) != challengeSize:
		return sw(apdu.SWConditions)
	}
	o := opening{p2: cmd.Data[0], p1: cmd.Data[1]}
	if (o.p2 != p2PIN && o.p2 != p2Password) || (o.p1 != p1Reset && o.p1 != p1Unlock) {
		return sw(apdu.SWData)
	}
	digest := grantDigest(c.id, challenge, cmd.Data[:18])
	r, s := new(big.Int).SetBytes(cmd.Data[18:50]), new(big.Int).SetBytes(cmd.Data[50:])
	if !ecdsa.Verify(c.res.Authority, digest[:], r, s) {
		return sw(apdu.SWNoLimit)
	}
	c.opened = &o
	return sw(apdu.SWOK)
}

// grantDigest is what the authority signs. act is target, P1 and grant id.
func grantDigest(id port.CardID, challenge, act []byte) [32]byte {
	h := sha256.New()
	h.Write([]byte(grantDomain))
	h.Write(id[:])
	h.Write(challenge)
	h.Write(act)
	return [32]byte(h.Sum(nil))
}

// reset is RESET RETRY COUNTER 00 2C. o is what the command before it opened,
// if it did. Secret and counter change in one step, or neither does.
func (c *Card) reset(cmd apdu.Command, o *opening) apdu.Response {
	if (cmd.P1 != p1Reset && cmd.P1 != p1Unlock) || (cmd.P2 != p2PIN && cmd.P2 != p2Password) {
		return sw(apdu.SWP1P2)
	}
	if c.df != appJPKI {
		return sw(apdu.SWConditions)
	}
	target, proof := c.pins[sfiPassword], byte(sfiPIN)
	if cmd.P2 == p2PIN {
		target, proof = c.pins[sfiPIN], sfiPassword
	}
	switch {
	case target == nil:
		return sw(apdu.SWReference)
	case !c.verified(proof), o == nil, *o != opening{p2: cmd.P2, p1: cmd.P1}:
		return sw(apdu.SWSecurity)
	case cmd.Le != 0 || (cmd.P1 == p1Unlock && len(cmd.Data) > 0):
		return sw(apdu.SWLength)
	case cmd.P1 == p1Reset && !target.form(cmd.Data):
		return sw(apdu.SWData)
	}
	if cmd.P1 == p1Reset {
		target.secret = clone(cmd.Data)
	}
	target.left, target.verified = target.full, false
	return sw(apdu.SWOK)
}
