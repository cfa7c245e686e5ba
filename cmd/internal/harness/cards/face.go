package cards

import (
	"context"
	"errors"

	"multicopy.example/cmd/internal/cardface"
	"multicopy.example/devices/apdu"
	"multicopy.example/kiosk/port"
)

// What a phone sends to read the face of a card (package cardface).
var faceAID = []byte{0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02}

const (
	numberB  = 0x80 | 0x12 // EF 0012
	faceFile = 0x02        // EF 0002
)

// ErrNoFace: the card has no file of its face.
var ErrNoFace = errors.New("the card has no file of what is printed on it")

// Face holds the card to a phone and reads the file of what is printed on it, for its number
// B. The kiosk has no use for it, so that its card driver cannot do it. ErrAway, ErrTaken,
// ErrNoFace, port.WrongSecret, port.ErrBlocked.
func (d *Cards) Face(ctx context.Context, c *Card, number []byte) ([]byte, error) {
	if err := d.take(c); err != nil {
		return nil, err
	}
	defer d.giveBack()
	c.sim.PowerOff()
	c.sim.PowerOn()
	defer c.sim.PowerOff()
	l := link{c.sim}
	if r, err := l.Transmit(ctx, apdu.Command{INS: apdu.InsSelect, P1: 0x04, P2: 0x0C, Data: faceAID}); err != nil || !r.SW.OK() {
		return nil, orNoFace(err)
	}
	r, err := l.Transmit(ctx, apdu.Command{INS: apdu.InsVerify, P2: numberB, Data: number})
	if err != nil {
		return nil, err
	}
	left, wrong := r.SW.Tries()
	switch {
	case wrong:
		return nil, port.WrongSecret{Left: int8(left)}
	case r.SW == apdu.SWBlocked:
		return nil, port.ErrBlocked
	case !r.SW.OK():
		return nil, ErrNoFace
	}
	return readFace(ctx, l)
}

// readFace reads the first bytes by the short identifier, which makes the file the current
// one, and then as many as they say.
func readFace(ctx context.Context, l link) (file []byte, err error) {
	for n := 5; len(file) < n; {
		p1, p2 := byte(len(file)>>8), byte(len(file))
		if len(file) == 0 {
			p1 = 0x80 | faceFile
		}
		r, err := l.Transmit(ctx, apdu.Command{INS: apdu.InsRead, P1: p1, P2: p2, Le: min(apdu.MaxLe, n-len(file))})
		if err != nil || !r.SW.OK() || len(r.Data) == 0 {
			return nil, orNoFace(err)
		}
		if file = append(file, r.Data...); len(file) == 5 {
			if n, err = cardface.Len(file); err != nil {
				return nil, err
			}
		}
	}
	return file, nil
}

func orNoFace(err error) error {
	if err != nil {
		return err
	}
	return ErrNoFace
}

// SetFace gives the card another file of its face: another photo.
func (c *Card) SetFace(file []byte) { c.sim.SetFace(file) }
