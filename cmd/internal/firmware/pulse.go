package firmware

import (
	"context"
	"sync"
	"time"

	"multicopy.example/cmd/internal/metrics"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/run"
	"multicopy.example/offline/outbox"
)

// A pulse knows when the loop last turned and what it waits for: it sees each call
// that the loop makes of screen and ledger. Where the loop has not turned for long,
// the call that it waits in is what stalls.
type pulse struct {
	now func() time.Time

	mu     sync.Mutex
	turned time.Time
	proved time.Time // the watchdog was last fed
	late   time.Time // the ledger has not answered in time since; zero where it has
	calls  map[*time.Time]part
}

type part uint8

const (
	screenPart part = iota
	ledgerPart
)

func newPulse(now func() time.Time) *pulse {
	return &pulse{now: now, turned: now(), calls: map[*time.Time]part{}}
}

// begin notes a call of the loop; end has to be called when it returned. The
// context of a call that was not answered in time has ended.
func (p *pulse) begin(of part, ctx context.Context) (end func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.now()
	p.turned = at
	p.calls[&at] = of
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.calls, &at)
		p.turned = p.now()
		switch {
		case of != ledgerPart:
		case ctx.Err() == nil:
			p.late = time.Time{}
		case p.late.IsZero():
			p.late = at
		}
	}
}

// A stall is for how long each of the three has not moved; 0 where it has nothing
// to do.
type stall struct {
	loop, screen, ledger time.Duration
	proved               time.Time
}

func (p *pulse) stalls() (s stall) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	s.proved = p.proved
	if len(p.calls) == 0 {
		s.loop = now.Sub(p.turned)
	}
	if !p.late.IsZero() {
		s.ledger = now.Sub(p.late)
	}
	for at, of := range p.calls {
		if of == screenPart {
			s.screen = max(s.screen, now.Sub(*at))
		} else {
			s.ledger = max(s.ledger, now.Sub(*at))
		}
	}
	return s
}

// pulsedLedger is the ledger as the loop has it.
type pulsedLedger struct {
	*outbox.Outbox
	pulse *pulse
	staff *staffLog
	day   *tally

	counts *metrics.Counts
}

// Append is run.Ledger's.
func (l pulsedLedger) Append(ctx context.Context, e kiosk.Entry) error {
	defer l.pulse.begin(ledgerPart, ctx)()
	err := l.Outbox.Append(ctx, e)
	if err == nil {
		l.staff.note(e)
		l.day.kept(e)
		l.counts.Kept(e)
	}
	return err
}

// Open is run.Ledger's.
func (l pulsedLedger) Open(ctx context.Context) ([]kiosk.Entry, error) {
	defer l.pulse.begin(ledgerPart, ctx)()
	return l.Outbox.Open(ctx)
}

// pulsedBoard is the board as the loop has it.
type pulsedBoard struct {
	run.Board
	pulse *pulse
}

// Alive is run.Board's.
func (b pulsedBoard) Alive() {
	b.Board.Alive()
	b.pulse.mu.Lock()
	defer b.pulse.mu.Unlock()
	b.pulse.proved = b.pulse.now()
}
