package firmware

import (
	"context"
	"crypto/x509"
	"errors"
	"log/slog"
	"time"

	"multicopy.example/cmd/internal/measure"
	"multicopy.example/cmd/internal/readertest"
	"multicopy.example/devices/board"
	"multicopy.example/devices/pn532"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff/check"
)

// Tries are what an engineer may have tried beyond the tests that run by themselves.
type Tries struct {
	Card  bool // a test card is read that the engineer laid on the reader: only what needs no secret and spends no try
	Slip  bool // a test slip is printed
	Tones bool // each tone sounds, with the clerk's lamp
}

// ErrVisit: a resident is at the machine, and nothing is tried.
var ErrVisit = errors.New("a visit is under way")

// SelfTest tests the machine of a kiosk that serves, as Doctor does one that is
// stopped; for maintenance mode. ErrVisit where a visit is under way, and for a test
// card everywhere but in maintenance: no card of a resident's is touched.
func (f *Firmware) SelfTest(ctx context.Context, more Tries) (measure.Report, error) {
	if at := f.display.at(); at == visitPlace || more.Card && at != kiosk.Staff.String() {
		return measure.Report{}, ErrVisit
	}
	host := f.host
	tests := []measure.Test{measure.Disk(host, f.cfg.Kiosk.Data), measure.Temperature(host), measure.Configuration(f.cfg),
		measure.Ledger(f.cfg.Kiosk.Data), measure.Ask(f.client, host), testReader(f.reader, true, more.Card, f.cards.cas, f.log)}
	if f.slips.printer != nil && more.Slip {
		tests = append(tests, measure.Test{Items: check.Of(check.Printer), Limit: slipLimit + 5*time.Second, Run: func(ctx context.Context) func(*measure.Result) {
			err := f.TestSlip(ctx)
			return func(r *measure.Result) { r.Note(check.Printer, err) }
		}})
	}
	r := measure.All(ctx, tests...)
	f.slips.facts(&r)
	f.touch.Load().facts(&r)
	f.sign.facts(&r)
	doorFacts(&r, f.door)
	watchdogFacts(&r, f.cfg.Board, f.unfed, f.board.Fed())
	crashFacts(&r, f.cfg)
	stalled(&r, f.pulse.stalls())
	if more.Tones {
		playTones(ctx, f.board)
	}
	report := r.Report()
	made(&report)
	report.Kiosk, report.Running = f.client.Name(), true
	return report, nil
}

// errNoPrinter: the configuration names none.
var errNoPrinter = errors.New("this machine has no printer")

// TestSlip prints a test slip and returns what came of it.
func (f *Firmware) TestSlip(ctx context.Context) error {
	if f.slips.printer == nil {
		return errNoPrinter
	}
	done := make(chan error, 1)
	select {
	case f.slips.tests <- done:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// TestTones lets each tone sound.
func (f *Firmware) TestTones(ctx context.Context) { playTones(ctx, f.board) }

// toneEvery is between the beginnings of two tones; each ends by itself before.
const toneEvery = time.Second

func playTones(ctx context.Context, b *board.Board) {
	b.Lamp(true)
	defer b.Lamp(false)
	for _, t := range []kiosk.Tone{kiosk.ToneRead, kiosk.ToneDone, kiosk.ToneError, kiosk.ToneTake} {
		b.Tone(t)
		select {
		case <-ctx.Done():
			return
		case <-time.After(toneEvery):
		}
	}
}

// testReader is the reader's test. Its field stays off, unless a test card is to be
// read. keep leaves it open, for the loop that serves with it.
func testReader(chip *pn532.Reader, keep, card bool, cas []*x509.Certificate, log *slog.Logger) measure.Test {
	return measure.Test{Items: check.Of(check.Reader), Limit: 30 * time.Second, Run: func(ctx context.Context) func(*measure.Result) {
		o := readertest.Test(ctx, chip, card, cas, log)
		if !keep {
			o.Err = errors.Join(o.Err, chip.Close())
		}
		return func(r *measure.Result) {
			if o.Card != nil {
				r.Detail[check.Reader] = o.Card.String()
			}
			readerFacts(r, o.Err, o.Replies, o.Again)
			if o.NoCard != nil {
				r.Reader = check.ReaderNoCard
				r.Note(check.Reader, o.NoCard)
			}
		}
	}}
}
