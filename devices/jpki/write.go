package jpki

import (
	"context"
	"errors"
	"fmt"

	"multicopy.example/devices/apdu"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/secret"
)

// The write, our own definition: the authority's opening, then the kiosk's
// reset, with nothing in between.
//
//	00 84 00 00 10                          challenge C, good for the next command only
//	00 82 00 96 52 target P1 grant r s      the opening: names one P2 and P1 of the next command
//	00 2C 02 target Lc secret               reset: secret and counter, both or neither
//	00 2C 03 target                         unlock: the counter
//
// target is 9B, the signing password, or 98, the PIN. The short identifier
// works here also on a card that refuses short identifiers elsewhere.

// Challenge is 16 fresh bytes of the card for the authority to sign. Any
// command but Run's spends them, Present included.
func (c *Card) Challenge(ctx context.Context) ([]byte, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.mayUse(); err != nil {
		return nil, err
	}
	r, err := c.exchange(ctx, apdu.Command{INS: apdu.InsChallenge, Le: challengeSize})
	if err != nil {
		return nil, err
	}
	if !r.SW.OK() || len(r.Data) != challengeSize {
		return nil, fault("challenge", r)
	}
	return append([]byte(nil), r.Data...), nil
}

// Run opens the card with the grant's command and sets (Reset) or unlocks
// (Unlock, where fresh is not looked at) the flow's target. Each command is
// sent once.
//
// Of every error exactly one of these two holds:
//
//	port.ErrRefused   certainly unchanged: the grant or the secret was refused here, the
//	                   opening failed in whatever way, or the card refused the reset
//	port.ErrUnknown   the reset was sent, and its answer is missing, cut or says neither
//
// port.ErrGone holds beside either where the link failed; a port.Fault
// (MsgForm, MsgWrongCard) beside ErrRefused where nothing was sent.
func (c *Card) Run(ctx context.Context, g port.Grant, fresh secret.Secret) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.mayUse(); err != nil {
		return refused(err)
	}
	opening, reset, err := script(g)
	if err != nil {
		return refused(err)
	}
	if g.Act == kiosk.Unlock {
		return c.write(ctx, opening, reset)
	}
	form := secrets[g.Flow.Target()].form
	err = fresh.Use(func(b []byte) error {
		if !form(b) { // the card would answer 6A80, but the opening would be spent
			return refused(port.Fault(kiosk.MsgForm))
		}
		cmd := reset
		cmd.Data = b
		return c.write(ctx, opening, cmd)
	})
	if errors.Is(err, secret.ErrNone) {
		return refused(fmt.Errorf("%w: %w", port.Fault(kiosk.MsgForm), err))
	}
	return err
}

// script turns a grant into the two commands, or refuses it: a verified card
// would carry out whatever it is sent, so the authority's bytes may be nothing
// but the opening of the very reset that follows.
func script(g port.Grant) (opening, reset apdu.Command, err error) {
	p1, known := actP1[g.Act]
	if !known || (g.Flow != kiosk.FlowP && g.Flow != kiosk.FlowU) {
		return opening, reset, errors.New("the grant names no act")
	}
	p2 := secrets[g.Flow.Target()].pin.byRef()
	head, body := g.Command[:5], g.Command[5:]
	want := [5]byte{0x00, apdu.InsExternal, 0x00, authorityKey, byte(len(body))}
	switch {
	case [5]byte(head) != want:
		err = errors.New("the grant's command is no opening")
	case body[0] != p2 || body[1] != p1:
		err = errors.New("the grant opens another secret or act")
	case kiosk.GrantID(body[2:18]) != g.ID:
		err = errors.New("the grant's command is another grant's")
	}
	opening = apdu.Command{INS: apdu.InsExternal, P2: authorityKey, Data: append([]byte(nil), body...)}
	reset = apdu.Command{INS: apdu.InsReset, P1: p1, P2: p2}
	return opening, reset, err
}

func (c *Card) write(ctx context.Context, opening, reset apdu.Command) error {
	r, err := c.exchange(ctx, opening)
	if err != nil {
		return refused(err)
	}
	if !r.SW.OK() || len(r.Data) > 0 {
		return refused(fault("open", r))
	}
	if err := ctx.Err(); err != nil {
		return refused(err) // too late to begin: the reset has not been sent
	}
	r, err = c.exchange(ctx, reset)
	c.current = 0 // whether the card counts the target as selected is not ours to guess
	switch {
	case err != nil:
		return unknown(err)
	case len(r.Data) > 0:
		return unknown(fault("reset", r))
	case r.SW.OK():
		return nil
	case unchanged(r.SW):
		return refused(fault("reset", r))
	}
	return unknown(fault("reset", r))
}

// unchanged: 64 says so itself, the others are checked before a command is
// carried out (ISO 7816-4 table 6). 62 and 63 warn after it was, 65 is a
// memory that failed on the way, 6F and the rest say nothing.
func unchanged(sw apdu.Status) bool {
	switch sw >> 8 {
	case 0x64, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6D, 0x6E:
		return true
	}
	return false
}

func refused(err error) error { return fmt.Errorf("%w: %w", port.ErrRefused, err) }
func unknown(err error) error { return fmt.Errorf("%w: %w", port.ErrUnknown, err) }
