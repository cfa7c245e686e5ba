package firmware

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"multicopy.example/cmd/internal/measure"
	"multicopy.example/devices/apdu"
	"multicopy.example/devices/board"
	"multicopy.example/devices/jpki"
	"multicopy.example/devices/pn532"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
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

// asks is how often the reader is asked for its name: at 1 damaged reply in 100 the
// line is noisy.
const asks = 50

// testReader opens the reader and asks it for its name. Its field stays off, unless a
// test card is to be read. keep leaves it open, for the loop that serves with it.
func testReader(chip *pn532.Reader, keep, card bool, cas []*x509.Certificate, log *slog.Logger) measure.Test {
	return measure.Test{Items: check.Of(check.Reader), Limit: 30 * time.Second, Run: func(ctx context.Context) func(*measure.Result) {
		err := chip.Ready(ctx)
		for n := 0; n < asks && err == nil; n++ {
			err = chip.Answers(ctx)
		}
		said := ""
		var noCard error
		if card && err == nil {
			if said, noCard = testCard(ctx, chip, cas, log); isReader(noCard) {
				err, noCard = noCard, nil
			}
		}
		replies, again := chip.Line()
		if !keep {
			err = errors.Join(err, chip.Close())
		}
		return func(r *measure.Result) {
			r.Detail[check.Reader] = said
			readerFacts(r, err, replies, again)
			if noCard != nil {
				r.Reader = check.ReaderNoCard
				r.Note(check.Reader, noCard)
			}
		}
	}}
}

// isReader reports whether an error is the reader's and not a card's.
func isReader(err error) bool {
	var fault port.Fault
	return errors.As(err, &fault) && kiosk.Message(fault) == kiosk.MsgReader
}

// cardTime is how long a test card is waited for: it lies there already.
const cardTime = 5 * time.Second

// testCard reads what needs no secret of the card on the reader, and says what card
// it is and how long a round trip takes.
func testCard(ctx context.Context, chip *pn532.Reader, cas []*x509.Certificate, log *slog.Logger) (said string, err error) {
	bound, cancel := context.WithTimeout(ctx, cardTime)
	defer cancel()
	link, err := chip.Wait(bound)
	if err != nil {
		return "", err
	}
	timed := &timedLink{Link: link}
	card := jpki.New(timed, cas, log)
	facts, err := card.Read(ctx)
	err = errors.Join(err, card.Release(ctx))
	if err != nil || timed.n == 0 {
		return "", errors.Join(err, fmt.Errorf("after %d round trips", timed.n))
	}
	kind, by := "a phone or another card", "no configured CA"
	if facts.Token == kiosk.TokenCard {
		kind = "a My Number Card"
	}
	if facts.Trusted {
		by = "a configured CA"
	}
	each := (timed.took / time.Duration(timed.n)).Round(100 * time.Microsecond)
	return fmt.Sprintf("%s of %s, read in %d round trips of %v", kind, by, timed.n, each), nil
}

// timedLink counts round trips and their time.
type timedLink struct {
	jpki.Link
	n    int
	took time.Duration
}

// Transmit is apdu.Transmitter's.
func (l *timedLink) Transmit(ctx context.Context, c apdu.Command) (apdu.Response, error) {
	begun := time.Now()
	r, err := l.Link.Transmit(ctx, c)
	l.n++
	l.took += time.Since(begun)
	return r, err
}
