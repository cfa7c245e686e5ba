package firmware

import (
	"context"
	"errors"
	"fmt"
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
	"multicopy.example/kiosk/run"
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
	next    chan asked
	tests   chan chan error    // each a slip for staff, who wait for what comes of it
	looks   chan chan struct{} // staff looks, and waits for what the printer says

	mu    sync.Mutex
	state check.Fault
	knew  bool
}

// asked is a slip that a resident has asked for.
type asked struct {
	view kiosk.View
	done chan error // has room for its one answer, which may be waited for no more
}

const (
	slipLimit   = 30 * time.Second // a slip of 20 cm takes five
	printerAsks = 30 * time.Second // between two questions to an idle printer
	slipQueue   = 2                // beyond it a slip is refused: the printer is too slow
	readyLimit  = 2 * time.Second  // a printer that answers later is believed by its last word
)

func newSlips(p *printer.Printer, machine string, log *slog.Logger) *slips {
	return &slips{printer: p, machine: machine, log: log, next: make(chan asked, slipQueue), tests: make(chan chan error), looks: make(chan chan struct{})}
}

// port is what the loop has of them: nil without a printer, so that none is offered.
func (s *slips) port() run.Printer {
	if s.printer == nil {
		return nil
	}
	return s
}

var errQueue = errors.New("the printer is too slow: two slips wait for it")

// Ready is run.Printer's. Paper that runs low is still paper.
func (s *slips) Ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyLimit)
	defer cancel()
	s.look(ctx) // at work with a slip, it answers when that is printed
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.knew || s.state != check.NoFault && s.state != check.PrinterPaperLow {
		return fmt.Errorf("the printer: %w", notReady(s.state))
	}
	return nil
}

// notReady says why by the printer's code.
type notReady check.Fault

func (n notReady) Error() string { return "not ready " + check.Fault(n).Code() }

// Print is run.Printer's.
func (s *slips) Print(ctx context.Context, v kiosk.View) error {
	a := asked{v, make(chan error, 1)}
	select {
	case s.next <- a:
	default:
		return errQueue
	}
	select {
	case err := <-a.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
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
		case a := <-s.next:
			picture, err := slip.Draw(a.view, s.machine, s.printer.Dots())
			if err != nil {
				s.log.Error("a slip is not drawn", "err", err)
			} else {
				err = s.print(ctx, picture)
			}
			a.done <- err
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
