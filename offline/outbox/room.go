package outbox

import (
	"context"
	"fmt"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
	"multicopy.example/offline"
)

// Room is run.Ledger's: before a card is read, and on the attract screen.
func (o *Outbox) Room(ctx context.Context) (percent int, err error) {
	l := o.current()
	if l == nil {
		return 0, offline.ErrClosed
	}
	u, err := l.Usage(ctx)
	switch {
	case err != nil:
		return 0, err
	case u.Percent >= 100:
		return u.Percent, fmt.Errorf("%d of %d records wait, %d bytes are free of %d that a visit needs: %w",
			u.Waiting, u.Cap, u.Free, u.Floor, port.Fault(kiosk.MsgFull))
	}
	return u.Percent, nil
}
