package run

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"multicopy.example/kiosk"
)

// crash runs the loop until it panics and answers with what it said.
func crash(b *bench, ctx context.Context) (said any) {
	defer func() { said = recover() }()
	b.over <- b.loop.Run(ctx)
	return nil
}

// corrupt changes the loop's state between two events, as a flipped bit would:
// the payload of a reply is handed over in the loop's own goroutine.
func corrupt(b *bench, f func(*kiosk.State)) {
	synctest.Wait()
	b.loop.inbox <- reply{event: kiosk.Event{Op: b.loop.state.Op}, store: func(*visit) { f(&b.loop.state) }}
	synctest.Wait()
}

// A step that the guard refuses does nothing of what it asked for, leaves no
// secret in memory on its way out, and is not swallowed by the loop. The
// process that is started next closes what the ledger says is open and serves
// the next resident.
func TestRefusedStepErasesAllSecretsAndRestarts(t *testing.T) {
	for name, c := range map[string]struct {
		at    kiosk.Place
		harm  func(*kiosk.State)
		then  func(*bench)
		never string
	}{
		"the last try is spent unannounced": {kiosk.Proof, func(s *kiosk.State) { s.Tries = s.Tries.With(kiosk.RefAuth, 1) },
			func(b *bench) { b.types("7392"); b.ok() }, "card verify"},
		"a quiet place holds something": {kiosk.Confirm, func(s *kiosk.State) { s.Place = kiosk.Thanks },
			func(b *bench) { time.Sleep(time.Minute) }, "card verify"},
		"an act is begun over one without an outcome": {kiosk.Proving, func(s *kiosk.State) { s.Intent = kiosk.IntentWriting },
			func(b *bench) { time.Sleep(time.Minute) }, "card challenge"},
	} {
		synctest.Test(t, func(t *testing.T) {
			b := &bench{t: t, flow: kiosk.FlowP, over: make(chan error, 1)}
			ports := Ports{Reader: b, Authority: b, Ledger: benchLedger{b}, Display: b, Board: b}
			quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
			b.loop = New(ports, keys(), kiosk.Shop{Offered: kiosk.AllLangs}, quiet)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			end := make(chan any, 1)
			go func() { end <- crash(b, ctx) }()
			b.walkTo(c.at, newCard())
			if keys().New.Len() == 0 {
				t.Fatalf("%s: there is nothing to erase", name)
			}
			corrupt(b, c.harm)
			c.then(b)
			said, _ := (<-end).(string)
			if !strings.HasPrefix(said, "kiosk: "+name) {
				t.Fatalf("%s: the loop ended with %q", name, said)
			}
			b.empty("after the panic")
			if b.count(c.never) != 0 {
				t.Errorf("%s: and yet %s", name, c.never)
			}
			b.lift()
			b.loop = New(ports, keys(), kiosk.Shop{Offered: kiosk.AllLangs}, quiet)
			go func() { b.over <- b.loop.Run(ctx) }()
			b.until(kiosk.Idle, time.Minute)
			if len(b.open) != 0 {
				t.Errorf("%s: left open on disk after the restart: %+v", name, b.open)
			}
			cancel()
			<-b.over
			b.empty("after the end")
		})
	}
}
