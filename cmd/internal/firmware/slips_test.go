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
	"multicopy.example/kiosk/staff/check"
)

var discard = slog.New(slog.DiscardHandler)

func told(n byte, o kiosk.Outcome) kiosk.View {
	v := kiosk.View{Place: kiosk.Telling, Message: kiosk.MsgReset, Flow: kiosk.FlowP, Result: o, When: 1_795_000_000}
	v.Session[0] = n
	return v
}

// The screen's goroutine offers; nothing takes it up here, as where a printer takes
// half a minute.
func TestOfferNeverWaitsAndGivesEachVisitOneSlip(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSlips(printer.New(nil, 384), "kiosk-0001", discard)
		done := make(chan struct{})
		go func() {
			defer close(done)
			for n := range byte(20) {
				for range 3 { // redrawn, in another language
					s.offer(told(n, kiosk.Done))
				}
			}
		}()
		select {
		case <-done:
		case <-time.After(time.Minute): // synctest's own clock
			t.Error("the screen waits for the printer")
			for range 20 {
				<-s.next
			}
		}
		seen := map[kiosk.SessionID]int{}
		for len(s.next) > 0 {
			seen[(<-s.next).Session]++
		}
		if len(seen) != slipQueue && !t.Failed() {
			t.Errorf("%v", seen)
		}
		none := told(30, kiosk.NoOutcome)
		elsewhere := told(31, kiosk.Done)
		elsewhere.Place = kiosk.TakeCard
		for _, v := range []kiosk.View{none, elsewhere, {}} {
			if s.offer(v); len(s.next) > 0 {
				t.Errorf("a slip for %+v", v)
			}
		}
	})
	newSlips(nil, "", discard).offer(told(1, kiosk.Done)) // no printer
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
	if err != nil {
		t.Fatal(err)
	}
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
	if err != nil {
		t.Fatal(err)
	}
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
	w := &watched{Display: &bench{}, pulse: newPulse(time.Now), slips: newSlips(nil, "", discard)}
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
