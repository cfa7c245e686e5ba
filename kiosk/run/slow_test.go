package run

import (
	"context"
	"fmt"
	"log/slog"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/secret"
)

// slowCard never answers in time.
type slowCard struct{ Card }

var errSlow = fmt.Errorf("%w: %w", port.ErrGone, port.Fault(kiosk.MsgCardFault))

func (slowCard) Read(context.Context) (port.Facts, error)               { return port.Facts{}, errSlow }
func (slowCard) Verify(context.Context, kiosk.Ref, secret.Secret) error { return errSlow }
func (slowCard) Challenge(context.Context) ([]byte, error)              { return nil, errSlow }
func (slowCard) Run(context.Context, port.Grant, secret.Secret) error {
	return fmt.Errorf("%w: %w", port.ErrUnknown, errSlow)
}
func (slowCard) Release(context.Context) error { return nil }

func TestASlowCardIsNeverToldAsLiftedOrAsTheReader(t *testing.T) {
	l := New(Ports{}, port.Secrets{}, slog.New(slog.DiscardHandler))
	for do, want := range map[kiosk.Do]kiosk.Event{
		kiosk.DoRead:   {Kind: kiosk.CardBad, Message: kiosk.MsgCardFault},
		kiosk.DoVerify: {Kind: kiosk.CardBad, Message: kiosk.MsgCardFault},
		kiosk.DoGrant:  {Kind: kiosk.NoGrant, Message: kiosk.MsgCardFault},
		kiosk.DoWrite:  {Kind: kiosk.Wrote, Outcome: kiosk.Unknown, Message: kiosk.MsgUnknown},
	} {
		l.ctx = t.Context()
		got, err := l.serve(t.Context(), kiosk.Effect{Do: do, Flow: kiosk.FlowP}, visit{card: slowCard{}})
		if err == nil || got.event != want {
			t.Errorf("%s: %+v, %v", do, got.event, err)
		}
	}
}
