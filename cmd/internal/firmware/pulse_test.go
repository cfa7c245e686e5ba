package firmware

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"multicopy.example/cmd/internal/measure"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/run"
	"multicopy.example/kiosk/secret/secrettest"
	"multicopy.example/kiosk/staff/check"
)

// bench is a kiosk whose screen, ledger or loop can be made to hang.
type bench struct {
	pulse *pulse

	mu    sync.Mutex
	hangs string        // the part that hangs …
	until chan struct{} // … until this is closed
	fed   int
}

func (b *bench) wait(ctx context.Context, part string) {
	b.mu.Lock()
	hangs, until := b.hangs == part, b.until
	b.mu.Unlock()
	if hangs {
		select {
		case <-until:
		case <-ctx.Done():
		}
	}
}

func (b *bench) hang(part string, until chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.hangs, b.until = part, until
}

func (b *bench) meals() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.fed
}

func (b *bench) Show(kiosk.View)                           { b.wait(context.Background(), "screen") }
func (b *bench) Append(context.Context, kiosk.Entry) error { return nil }
func (b *bench) Open(ctx context.Context) ([]kiosk.Entry, error) {
	defer b.pulse.begin(ledgerPart, ctx)()
	b.wait(context.Background(), "ledger")
	b.wait(ctx, "late") // it heeds its context, and the disk does not answer
	return nil, ctx.Err()
}
func (b *bench) Room(context.Context) (int, error) { return 0, nil }
func (b *bench) Alive()                            { b.mu.Lock(); b.fed++; b.mu.Unlock() }
func (b *bench) Started()                          {}
func (b *bench) Healthy()                          {}
func (b *bench) Lamp(bool)                         {}
func (b *bench) Tone(kiosk.Tone)                   {}

func (b *bench) Ready(context.Context) error   { return nil }
func (b *bench) Answers(context.Context) error { return nil }
func (b *bench) Wait(ctx context.Context) (run.Card, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// blocking is a log that hangs, as standard error does where what reads it has
// stopped: the loop hangs in it, outside of every port.
type blocking struct {
	slog.Handler
	b *bench
}

func (h blocking) Enabled(context.Context, slog.Level) bool { return true }
func (h blocking) Handle(context.Context, slog.Record) error {
	h.b.wait(context.Background(), "loop")
	return nil
}

type noAuthority struct{ run.Authority }

func (noAuthority) Health(context.Context) (port.Health, error) {
	return port.Health{}, errors.New("none")
}
func (noAuthority) Ask(context.Context) (port.Health, error) {
	return port.Health{}, errors.New("none")
}

// Each of the three that stalls stops the feeding within two of the loop's
// intervals, and the status says which of them it is.
func TestAStallOfLoopScreenOrLedgerStopsTheFeedingAndIsNamed(t *testing.T) {
	k := secrettest.Slots(4)()
	for part, want := range map[string]check.Fault{"loop": check.ProgramStalled, "screen": check.ScreenStalled, "ledger": check.LedgerStalled,
		"late": check.LedgerStalled, "": check.NoFault} {
		synctest.Test(t, func(t *testing.T) {
			b := &bench{pulse: newPulse(time.Now)}
			secrets := port.Secrets{Code: k[0], New: k[1], Again: k[2], Proof: k[3]}
			ports := run.Ports{Reader: b, Authority: noAuthority{}, Ledger: b, Display: &watched{Display: b, pulse: b.pulse}, Board: pulsedBoard{b, b.pulse}}
			loop := run.New(ports, secrets, kiosk.Shop{Offered: kiosk.AllLangs}, slog.New(blocking{slog.DiscardHandler, b}))
			ctx, cancel := context.WithCancel(t.Context())
			over := make(chan error)
			go func() { over <- loop.Run(ctx) }()
			time.Sleep(time.Minute) // synctest's own clock, as below
			fed := b.meals()
			if fed < 10 {
				t.Fatalf("fed %d times in a minute", fed)
			}
			release := make(chan struct{})
			if part != "" {
				b.hang(part, release)
			}
			time.Sleep(time.Minute)
			if got := b.meals() - fed; part != "" && got > 2 || part == "" && got < 10 {
				t.Errorf("%q stalled for a minute, and the watchdog was fed %d times", part, got)
			}
			var r measure.Result
			stalled(&r, b.pulse.stalls())
			for _, f := range check.Judge(r.Facts) {
				if f.Level == check.Critical && f.Fault != want || f.Fault != check.NoFault && f.Fault != want {
					t.Errorf("%q stalled: %v", part, f.Fault)
				}
			}
			if want != check.NoFault && check.Worst(check.Judge(r.Facts)) != check.Critical {
				t.Errorf("%q stalled and is not seen", part)
			}
			close(release)
			time.Sleep(time.Minute)
			if b.meals()-fed < 10 {
				t.Errorf("%q goes on, and the watchdog is not fed", part)
			}
			cancel()
			<-over
		})
	}
}
