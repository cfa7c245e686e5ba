package main

import (
	"encoding/json"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/gpio/gpioreg"
	"periph.io/x/conn/v3/gpio/gpiotest"
	"periph.io/x/conn/v3/physic"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/measure"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

// heard is a line that counts how often it was switched on.
type heard struct {
	gpiotest.Pin
	on atomic.Int32
}

func (h *heard) Out(l gpio.Level) error {
	if l {
		h.on.Add(1)
	}
	return nil
}

func (h *heard) PWM(gpio.Duty, physic.Frequency) error {
	h.on.Add(1)
	return nil
}

// What an engineer asks for is tried, and costs a card nothing.
func TestDoctorTriesATestCardASlipAndTheTones(t *testing.T) {
	t.Parallel()
	w, p := withPrinter(t)
	_, err := w.Kiosk.At(t.Context(), kiosk.Idle)
	must.OK(t, err)
	try := func(what string) (map[string]measure.Check, int, string) {
		t.Helper()
		var out, errs strings.Builder
		status := cli.Run(t.Context(), commands(lab()), []string{"doctor", "--json", "--try", what, "--config", w.Kiosk.ConfigFile()}, &out, &errs)
		by := map[string]measure.Check{}
		var r measure.Report
		if out.Len() > 0 {
			must.OK(t, json.Unmarshal([]byte(out.String()), &r))
		}
		for _, c := range r.Checks {
			by[c.Name] = c
		}
		return by, status, errs.String()
	}
	if _, status, said := try("card"); status != cli.Failed || !strings.Contains(said, "stop it") {
		t.Errorf("beside a kiosk that runs: status %d, %s", status, said)
	}
	if _, status, said := try("dance"); status != cli.WrongUse || !strings.Contains(said, "card, slip or tones") {
		t.Errorf("status %d, %s", status, said)
	}
	must.OK(t, w.Kiosk.Stop())
	buzzer, lamp := &heard{Pin: gpiotest.Pin{N: "TEST_BUZZER", Num: -1}}, &heard{Pin: gpiotest.Pin{N: "TEST_LAMP", Num: -1}}
	must.OK(t, errors.Join(gpioreg.Register(buzzer), gpioreg.Register(lamp)))
	edit(t, w, func(s string) string { return s + "[board]\nbuzzer = \"TEST_BUZZER\"\nlamp = \"TEST_LAMP\"\n" })

	if by, status, _ := try("card"); by["reader"].Code != "E-RDR9" || status != 1 {
		t.Errorf("no card: status %d, %+v", status, by["reader"])
	}
	hanako, err := w.Resident("hanako")
	must.OK(t, err)
	pin, password := hanako.Card.Tries()
	must.OK(t, w.Cards.Lay(hanako.Card))
	by, status, said := try("card,slip,tones")
	if c := by["reader"]; c.State != "normal" || !strings.Contains(c.Detail, "a My Number Card of a configured CA, read in ") || status != 0 || said != "" {
		t.Errorf("status %d, %s, %+v", status, said, c)
	}
	w.Cards.Lift()
	if a, b := hanako.Card.Tries(); a != pin || b != password {
		t.Error("the card has other tries")
	}
	if n := len(p.Slips()); n != 1 || by["printer"].State != "normal" {
		t.Errorf("%d slips, %+v", n, by["printer"])
	}
	if buzzer.on.Load() < 4 || lamp.on.Load() != 1 {
		t.Errorf("the buzzer sounded %d times, the lamp shone %d times", buzzer.on.Load(), lamp.on.Load())
	}
	p.Fault(sim.PrinterFaults{PaperOut: true})
	if by, status, _ := try("slip"); by["printer"].Code != "E-PAP" || status != 1 {
		t.Errorf("status %d, %+v", status, by["printer"])
	}
}
