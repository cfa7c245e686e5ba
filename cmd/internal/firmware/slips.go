package firmware

import (
	"context"
	"errors"
	"image"
	"log/slog"
	"sync"
	"time"

	"multicopy.example/assets/slip"
	"multicopy.example/cmd/internal/measure"
	"multicopy.example/devices/printer"
	"multicopy.example/devices/serial"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/staff/check"
)

// openPrinter is the printer of a configuration; nil where it has none.
func openPrinter(cfg config.Printer) *printer.Printer {
	if cfg.Port == "" {
		return nil
	}
	return printer.New(func() (printer.Port, error) {
		if cfg.Baud == 0 {
			return asPort(printer.OpenFile(cfg.Port))
		}
		return asPort(serial.Open(cfg.Port, cfg.Baud))
	}, cfg.Width())
}

// asPort keeps a port that is nil from becoming an interface that is not.
func asPort[P printer.Port](p P, err error) (printer.Port, error) {
	if err != nil {
		return nil, err
	}
	return p, nil
}

// slips prints, in a goroutine of its own: what a printer does neither undoes nor
// delays anything that the screen says.
type slips struct {
	printer *printer.Printer
	machine string
	log     *slog.Logger
	next    chan kiosk.View
	tests   chan chan error    // each a slip for staff, who wait for what comes of it
	looks   chan chan struct{} // staff looks, and waits for what the printer says

	last kiosk.SessionID // the visit that has its slip; used by the display's goroutine alone

	mu    sync.Mutex
	state check.Fault
	knew  bool
}

const (
	slipLimit   = 30 * time.Second // a slip of 20 cm takes five
	printerAsks = 30 * time.Second // between two questions to an idle printer
	slipQueue   = 2                // beyond it a slip is dropped: its resident is gone
)

func newSlips(p *printer.Printer, machine string, log *slog.Logger) *slips {
	return &slips{printer: p, machine: machine, log: log, next: make(chan kiosk.View, slipQueue), tests: make(chan chan error), looks: make(chan chan struct{})}
}

// offer takes the screen's view and never waits. Each visit that changed a card, or
// may have, gets one slip, when its result is first shown.
func (s *slips) offer(v kiosk.View) {
	if s.printer == nil || v.Place != kiosk.Telling || v.Result == kiosk.NoOutcome || v.Session == s.last || v.Session.Receipt() == "" {
		return
	}
	s.last = v.Session
	v.Secret = 0
	select {
	case s.next <- v:
	default:
		s.log.Warn("a slip is dropped: the printer is too slow")
	}
}

// run prints and asks the printer how it is, until ctx ends.
func (s *slips) run(ctx context.Context) {
	if s.printer == nil {
		return
	}
	each := time.NewTicker(printerAsks)
	defer each.Stop()
	s.ask(ctx)
	for {
		select {
		case <-ctx.Done():
			return
		case <-each.C:
			s.ask(ctx)
		case v := <-s.next:
			picture, err := slip.Draw(v, s.machine, s.printer.Dots())
			if err != nil {
				s.log.Error("a slip is not drawn", "err", err)
				continue
			}
			_ = s.print(ctx, picture) // told
		case done := <-s.tests:
			done <- s.printTest(ctx)
		case done := <-s.looks:
			s.ask(ctx)
			close(done)
		}
	}
}

// look has the printer asked now, and waits for what it says until ctx ends.
func (s *slips) look(ctx context.Context) {
	if s.printer == nil {
		return
	}
	done := make(chan struct{})
	select {
	case s.looks <- done:
	case <-ctx.Done():
		return
	}
	select {
	case <-done:
	case <-ctx.Done():
	}
}

func (s *slips) printTest(ctx context.Context) error {
	picture, err := slip.Test(s.machine, time.Now().Unix(), s.printer.Dots())
	if err != nil {
		return err
	}
	return s.print(ctx, picture)
}

func (s *slips) print(ctx context.Context, picture image.Image) error {
	ctx, cancel := context.WithTimeout(ctx, slipLimit)
	defer cancel()
	begun := time.Now()
	err := s.printer.Print(ctx, picture)
	s.log.Info("span", "port", "printer", "op", "slip", "took", time.Since(begun), "err", err)
	s.note(printerFault(printer.Ready, err), err)
	return err
}

func (s *slips) ask(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, slipLimit)
	defer cancel()
	state, err := s.printer.Ask(ctx)
	s.note(printerFault(state, err), err)
}

// note tells staff once of each change.
func (s *slips) note(f check.Fault, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f != s.state {
		s.log.Warn("printer", "code", f.Code(), "was", s.state.Code(), "err", err)
	}
	s.state, s.knew = f, true
}

// facts sets what the printer said last.
func (s *slips) facts(r *measure.Result) {
	if s.printer == nil {
		r.Absent |= check.Of(check.Printer)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.knew {
		r.Tested |= check.Of(check.Printer)
		r.Printer = s.state
	}
}

// printerFaults are the rows of the printer's states.
var printerFaults = map[printer.State]check.Fault{
	printer.Ready: check.NoFault, printer.PaperLow: check.PrinterPaperLow, printer.PaperOut: check.PrinterPaperOut,
	printer.CoverOpen: check.PrinterCover, printer.Jam: check.PrinterJam, printer.Fails: check.PrinterFails,
}

// printerFault is the fault of an answer, or of a printer that gave none: its port is
// not there, or it is silent.
func printerFault(s printer.State, err error) check.Fault {
	var state printer.Error
	switch {
	case errors.As(err, &state):
		return printerFaults[printer.State(state)]
	case errors.Is(err, printer.ErrGarbled):
		return check.PrinterFails
	case err != nil:
		return check.PrinterSilent
	}
	return printerFaults[s]
}

// testPrinter asks a printer how it is, and has it print a test slip where one is
// wanted.
func testPrinter(p *printer.Printer, machine string, slip bool, log *slog.Logger) measure.Test {
	return measure.Test{Items: check.Of(check.Printer), Limit: slipLimit + 5*time.Second, Run: func(ctx context.Context) func(*measure.Result) {
		state, err := p.Ask(ctx)
		if slip && err == nil {
			err = newSlips(p, machine, log).printTest(ctx)
		}
		return func(r *measure.Result) {
			r.Tested |= check.Of(check.Printer)
			r.Printer = printerFault(state, err)
			r.Note(check.Printer, err)
		}
	}}
}
