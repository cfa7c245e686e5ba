package firmware

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"multicopy.example/cmd/internal/measure"
	"multicopy.example/devices/printer"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/staff/check"
)

var discard = slog.New(slog.DiscardHandler)

// Nothing takes a slip up here, as where a printer takes half a minute: it is refused, or
// given up by who waits for it, and never holds the loop.
func TestASlipThatIsNotTakenUpIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSlips(printer.New(nil, 384), "kiosk-0001", discard)
		for n := range slipQueue + 1 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			err := s.Print(ctx, kiosk.View{Place: kiosk.Telling, Message: kiosk.MsgReset, Result: kiosk.Done})
			cancel()
			if want := map[bool]error{true: errQueue, false: context.DeadlineExceeded}[n == slipQueue]; !errors.Is(err, want) {
				t.Errorf("slip %d: %v", n, err)
			}
		}
		if len(s.next) != slipQueue {
			t.Errorf("%d wait", len(s.next))
		}
	})
	if p := newSlips(nil, "", discard).port(); p != nil {
		t.Error("a kiosk without a printer has one")
	}
}

// A slip is offered by a printer that can print it now, and by no other.
func TestPrinterIsReadyWhereItSaysSo(t *testing.T) {
	v, err := sim.NewPrinter()
	must.OK(t, err)
	t.Cleanup(v.Close)
	s := newSlips(printer.New(func() (printer.Port, error) { return printer.OpenFile(v.Path()) }, 384), "kiosk-0001", discard)
	if err := s.Ready(t.Context()); err == nil {
		t.Error("it was never asked, and is ready")
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); s.run(ctx) }()
	for _, c := range []struct {
		f     sim.PrinterFaults
		ready bool
	}{{sim.PrinterFaults{}, true}, {sim.PrinterFaults{PaperLow: true}, true}, {sim.PrinterFaults{PaperOut: true}, false},
		{sim.PrinterFaults{CoverOpen: true}, false}, {sim.PrinterFaults{Jam: true}, false}, {sim.PrinterFaults{}, true}} {
		v.Fault(c.f)
		if err := s.Ready(ctx); (err == nil) != c.ready {
			t.Errorf("%+v: %v", c.f, err)
		}
	}
	told := kiosk.View{Place: kiosk.Telling, Message: kiosk.MsgReset, Flow: kiosk.FlowP, Result: kiosk.Done, When: 1_795_000_000, Session: kiosk.SessionID{1}}
	if err := s.Print(ctx, told); err != nil || len(v.Slips()) != 1 {
		t.Errorf("%v, %d slips", err, len(v.Slips()))
	}
	v.Fault(sim.PrinterFaults{PaperOut: true})
	if err := s.Print(ctx, told); err == nil || len(v.Slips()) != 1 {
		t.Errorf("%v, %d slips", err, len(v.Slips()))
	}
	cancel()
	<-ended
}

func TestEachStateOfAPrinterIsItsFault(t *testing.T) {
	for state := printer.Ready; state <= printer.Fails; state++ {
		f, ok := printerFaults[state]
		if !ok || (f == check.NoFault) != (state == printer.Ready) || f != check.NoFault && printerFault(state, nil) != f {
			t.Errorf("%v is %v", state, f)
		}
		if state > printer.PaperLow && printerFault(printer.Ready, printer.Error(state)) != f {
			t.Errorf("an error of %v is %v", state, printerFault(printer.Ready, printer.Error(state)))
		}
	}
	if printerFault(printer.Fails, printer.ErrSilent) != check.PrinterSilent || printerFault(printer.Fails, printer.ErrGarbled) != check.PrinterFails ||
		printerFault(printer.Fails, errors.New("no such file")) != check.PrinterSilent {
		t.Error("a printer that says nothing is another fault")
	}
}

func TestStaffIsToldOnceOfEachChangeOfThePrinter(t *testing.T) {
	v, err := sim.NewPrinter()
	must.OK(t, err)
	t.Cleanup(v.Close)
	s := newSlips(printer.New(func() (printer.Port, error) { return printer.OpenFile(v.Path()) }, 384), "kiosk-0001", discard)
	var r measure.Result
	if s.facts(&r); r.Tested|r.Absent != 0 {
		t.Error("a printer that was not asked yet is known")
	}
	v.Fault(sim.PrinterFaults{PaperOut: true})
	s.ask(t.Context())
	if s.facts(&r); r.Printer != check.PrinterPaperOut || !r.Tested.Has(check.Printer) {
		t.Errorf("%v", r.Printer)
	}
	v.Fault(sim.PrinterFaults{})
	s.ask(t.Context())
	if s.facts(&r); r.Printer != check.NoFault {
		t.Errorf("%v", r.Printer)
	}
}

// The printer is asked now and then; a clerk who looks is told of the paper that ran out
// since.
func TestStaffWhoLooksIsToldOfThePrinterAsItIsNow(t *testing.T) {
	v, err := sim.NewPrinter()
	must.OK(t, err)
	t.Cleanup(v.Close)
	s := newSlips(printer.New(func() (printer.Port, error) { return printer.OpenFile(v.Path()) }, 384), "kiosk-0001", discard)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); s.run(ctx) }()
	for _, f := range []sim.PrinterFaults{{}, {PaperOut: true}, {}} {
		v.Fault(f)
		s.look(ctx)
		var r measure.Result
		if s.facts(&r); (r.Printer == check.PrinterPaperOut) != f.PaperOut || !r.Tested.Has(check.Printer) {
			t.Errorf("%+v: %v", f, r.Printer)
		}
	}
	cancel()
	<-ended
	s.look(ctx) // the kiosk has ended
	newSlips(nil, "", discard).look(t.Context())
}

// What a place is called tells how far a resident is.
func TestPlacesOfAVisitAreToldAsOneWord(t *testing.T) {
	w := &watched{Display: &bench{}, pulse: newPulse(time.Now)}
	words := map[string]int{}
	for p := range kiosk.Places {
		w.Show(kiosk.View{Place: p})
		words[w.at()]++
		if p.InVisit() && w.at() != visitPlace {
			t.Errorf("%v is told as %q", p, w.at())
		}
	}
	if len(words) > 6 || words[kiosk.Idle.String()] < 3 || words[kiosk.OutOfService.String()] != 1 {
		t.Errorf("%v", words)
	}
}
