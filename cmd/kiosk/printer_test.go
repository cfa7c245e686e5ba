package main

import (
	"strings"
	"testing"

	"multicopy.example/assets/text"
	"multicopy.example/cmd/internal/harness/headless"
	"multicopy.example/kiosk/must"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/measure"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
)

// withPrinter starts the kiosk of a world anew, with a printer.
func withPrinter(t *testing.T) (*harness.World, *sim.Printer) {
	t.Helper()
	w := harness.Start(t)
	_, err := w.Kiosk.At(t.Context(), kiosk.Idle)
	must.OK(t, err)
	must.OK(t, w.Kiosk.Stop())
	must.OK(t, w.PlugPrinter(nil))
	must.OK(t, w.Kiosk.Start())
	return w, w.Printer
}

// visit lets a resident renew a secret, to the end.
// A slip is asked for, or not.
func visit(t *testing.T, w *harness.World, f kiosk.Flow, slip bool) {
	t.Helper()
	hanako, err := w.Resident("hanako")
	must.OK(t, err)
	must.OK(t, hanako.Reserve(t.Context(), f))
	s, err := hanako.Visit(t.Context(), kiosk.Telling)
	if must.OK(t, err); s.Told != kiosk.MsgReset {
		t.Errorf("the screen says %v", s.Told)
	}
	if slip {
		offer := text.Of(kiosk.Japanese, text.SlipPrint)
		_, err = w.Kiosk.Await(t.Context(), "a slip is offered", func(s headless.Screen) bool { return strings.Contains(s.Text, offer) })
		must.OK(t, err)
		must.OK(t, w.Kiosk.Press(kiosk.Telling, kiosk.ButtonSlip))
		taken := text.Of(kiosk.Japanese, text.SlipPrinted)
		_, err = w.Kiosk.Await(t.Context(), "the slip is printed", func(s headless.Screen) bool { return strings.Contains(s.Text, taken) })
		must.OK(t, err)
	}
	_, err = hanako.Visit(t.Context(), kiosk.TakeCard)
	must.OK(t, err)
	w.Cards.Lift()
	_, err = w.Kiosk.At(t.Context(), kiosk.Thanks)
	must.OK(t, err)
	must.OK(t, hanako.State(t.Context(), "done"))
}

func TestAFinishedResetHasTheSlipThatIsAskedFor(t *testing.T) {
	t.Parallel()
	w, p := withPrinter(t)
	visit(t, w, kiosk.FlowP, true)
	slips := p.Slips()
	if len(slips) == 0 {
		t.Fatalf("no slip; the printer did not understand %x", p.Wrong())
	}
	if b := slips[0].Bounds(); b.Dx() != 576 || b.Dy() < 300 || len(p.Wrong()) > 0 {
		t.Errorf("%v, %x", b, p.Wrong())
	}
	_, err := w.Settled(t.Context())
	must.OK(t, err)
	if n := len(p.Slips()); n != 1 {
		t.Errorf("%d slips", n)
	}
}

// Who asks for none has none.
func TestAResetWhoseSlipIsNotAskedForHasNone(t *testing.T) {
	t.Parallel()
	w, p := withPrinter(t)
	visit(t, w, kiosk.FlowU, false)
	_, err := w.Settled(t.Context())
	must.OK(t, err)
	must.OK(t, w.Kiosk.Stop())
	if n := len(p.Slips()); n != 0 {
		t.Errorf("%d slips", n)
	}
}

// What a printer does neither undoes nor hides a reset that is finished.
func TestAResetIsToldWithAPrinterThatHasNoPaperIsJammedOrIsSilent(t *testing.T) {
	for code, f := range map[string]sim.PrinterFaults{"E-PAP": {PaperOut: true}, "E-JAM": {Jam: true}, "E-PRN1": {Mute: true}, "E-PRN2": {CoverOpen: true}} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			w, p := withPrinter(t)
			p.Fault(f)
			visit(t, w, kiosk.FlowU, false)
			until(t, w, func(by map[string]measure.Check) bool {
				return by["printer"].Code == code && by["printer"].Teller == "kiosk"
			})
			if n := len(p.Slips()); n != 0 {
				t.Errorf("%d slips", n)
			}
			_, err := w.Settled(t.Context())
			must.OK(t, err)
			must.OK(t, w.Kiosk.Stop())
			if by, _, status := doctor(t, lab(), w); by["printer"].Code != code || by["printer"].Teller != "" || status != 1 {
				t.Errorf("status %d, %+v", status, by["printer"])
			}
			p.Fault(sim.PrinterFaults{})
			if by, _, status := doctor(t, lab(), w); by["printer"].State != "normal" || status != 0 {
				t.Errorf("mended: status %d, %+v", status, by["printer"])
			}
		})
	}
}
