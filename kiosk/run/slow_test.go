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
	l := New(Ports{}, port.Secrets{}, kiosk.Shop{Offered: kiosk.AllLangs}, slog.New(slog.DiscardHandler))
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

// doubting opens in doubt, or refuses.
type doubting struct {
	Authority
	err error
}

func (a doubting) Open(context.Context, port.Facts) (port.Session, error) {
	return port.Session{Flow: kiosk.FlowP, CodesLeft: 5, Doubt: true}, a.err
}

func TestWhatTheAuthoritySaysOfEarlierVisitsArrives(t *testing.T) {
	used := port.Fault(kiosk.MsgUsedReserve)
	for _, c := range []struct {
		err  error
		want kiosk.Event
	}{
		{nil, kiosk.Event{Kind: kiosk.Opened, Flow: kiosk.FlowP, Codes: 5, Doubt: true, Auth: 3, Sign: 5}},
		{used, kiosk.Event{Kind: kiosk.Refused, Message: kiosk.MsgUsedReserve, Auth: 3, Sign: 5}},
	} {
		l := New(Ports{Authority: doubting{err: c.err}}, port.Secrets{}, kiosk.Shop{Offered: kiosk.AllLangs}, slog.New(slog.DiscardHandler))
		l.ctx = t.Context()
		got, _ := l.serve(t.Context(), kiosk.Effect{Do: kiosk.DoOpen}, visit{facts: port.Facts{AuthTries: 3, SignTries: 5}})
		if got.event != c.want {
			t.Errorf("%+v, want %+v", got.event, c.want)
		}
	}
}
