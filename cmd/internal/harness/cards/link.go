package cards

import (
	"context"

	"multicopy.example/devices/apdu"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk/port"
)

// link is the shortest way to a virtual card: no reader, no radio. It stands
// for a phone's NFC.
type link struct{ card *sim.Card }

func (l link) Transmit(ctx context.Context, c apdu.Command) (apdu.Response, error) {
	if err := ctx.Err(); err != nil {
		return apdu.Response{}, err
	}
	var buffer [apdu.MaxCommand]byte
	defer clear(buffer[:]) // a command may carry the PIN
	b, err := c.AppendTo(buffer[:0])
	if err != nil {
		return apdu.Response{}, err
	}
	answer, ok := l.card.Exchange(b)
	if !ok {
		return apdu.Response{}, port.ErrGone
	}
	return apdu.ParseResponse(answer)
}

func (l link) Present(context.Context) error {
	if !l.card.Snapshot().Power {
		return port.ErrGone
	}
	return nil
}

func (l link) Release(context.Context) error {
	l.card.PowerOff()
	return nil
}
