package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/gpio/gpioreg"
	"periph.io/x/conn/v3/gpio/gpiotest"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/measure"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/staff/check"
)

// lab is a machine with a sensor, of which nothing is the matter.
func lab() measure.Host {
	h := measure.Here()
	h.Sys = warmth("45000")
	h.Free = func(string) (uint64, error) { return 1 << 30, nil }
	return h
}

func warmth(milli string) fstest.MapFS {
	return fstest.MapFS{"class/thermal/thermal_zone0/temp": {Data: []byte(milli + "\n")}}
}

// doctor runs the command and returns its checks by name and its exit status.
func doctor(t *testing.T, h measure.Host, w *harness.World) (map[string]measure.Check, measure.Report, int) {
	t.Helper()
	return doctorAt(t, h, w.Kiosk.ConfigFile())
}

func doctorAt(t *testing.T, h measure.Host, config string) (map[string]measure.Check, measure.Report, int) {
	t.Helper()
	var out, errs strings.Builder
	status := cli.Run(t.Context(), commands(h), []string{"doctor", "--json", "--config", config}, &out, &errs)
	var r measure.Report
	if err := json.Unmarshal([]byte(out.String()), &r); err != nil || errs.Len() > 0 {
		t.Fatalf("%v: %s%s", err, out.String(), errs.String())
	}
	by := map[string]measure.Check{}
	for _, c := range r.Checks {
		by[c.Name] = c
	}
	if len(by) != int(check.ItemCount) {
		t.Errorf("%d checks", len(by))
	}
	return by, r, status
}

// A fault is made, seen with its code and its exit status, and mended.
type fault struct {
	item   check.Item
	code   string
	status int
	host   func(*measure.Host)
	make   func(*testing.T, *harness.World)
	mend   func(*testing.T, *harness.World)
}

var faults = map[string]fault{
	"the reader's cable is out": {item: check.Reader, code: "E-RDR1", status: 2,
		make: func(_ *testing.T, w *harness.World) { w.Cards.Unplug() },
		mend: func(t *testing.T, w *harness.World) { must.OK(t, w.Cards.Plug()) }},
	"the network is down": {item: check.Network, code: "E-NET", status: 2,
		make: func(_ *testing.T, w *harness.World) { w.Network.Cut() },
		mend: func(t *testing.T, w *harness.World) { must.OK(t, w.Network.Restore()) }},
	"the clock is an hour ahead": {item: check.Clock, code: "E-CLK", status: 2,
		host: func(h *measure.Host) { h.Now = func() time.Time { return time.Now().Add(time.Hour) } }},
	"the clock is two minutes behind": {item: check.Clock, code: "E-CLK1", status: 1,
		host: func(h *measure.Host) { h.Now = func() time.Time { return time.Now().Add(-2 * time.Minute) } }},
	"the disk is full": {item: check.Disk, code: "E-FUL", status: 2,
		host: func(h *measure.Host) { h.Free = func(string) (uint64, error) { return 1 << 20, nil } }},
	"the machine is hot": {item: check.Temperature, code: "E-TMP1", status: 2,
		host: func(h *measure.Host) { h.Sys = warmth("95000") }},
	"the machine gets warm": {item: check.Temperature, code: "E-TMP2", status: 1,
		host: func(h *measure.Host) { h.Sys = warmth("80000") }},
	"the kiosk's certificate has expired": {item: check.KioskCertificate, code: "E-CRT1", status: 2,
		make: func(t *testing.T, w *harness.World) { certificate(t, w, -48*time.Hour, -time.Hour) },
		mend: enrolled},
	"the kiosk's certificate was not renewed": {item: check.KioskCertificate, code: "E-CRT3", status: 1,
		make: func(t *testing.T, w *harness.World) { certificate(t, w, -90*time.Hour, 10*time.Hour) },
		mend: enrolled},
	"the configuration has an unknown key": {item: check.Configuration, code: "E-CFG1", status: 2,
		make: func(t *testing.T, w *harness.World) { edit(t, w, func(s string) string { return "fake = true\n" + s }) },
		mend: configured},
	"the configuration names a file that is not there": {item: check.Configuration, code: "E-CFG1", status: 2,
		make: func(t *testing.T, w *harness.World) {
			edit(t, w, func(s string) string { return strings.Replace(s, "records.pub.pem", "none.pem", 1) })
		},
		mend: configured},
	"the door is open": {item: check.Door, code: "E-DOR1", status: 1,
		make: func(t *testing.T, w *harness.World) {
			must.OK(t, gpioreg.Register(&gpiotest.Pin{N: "TEST_DOOR", Num: -1, L: gpio.High}))
			edit(t, w, func(s string) string { return s + "[board]\ndoor = \"TEST_DOOR\"\n" })
		},
		mend: func(t *testing.T, w *harness.World) {
			must.OK(t, gpioreg.Unregister("TEST_DOOR"))
			configured(t, w)
		}},
	"the out-of-service sign is up": {item: check.Sign, code: "E-OFF4", status: 2,
		make: func(t *testing.T, w *harness.World) {
			must.OK(t, os.WriteFile(w.Kiosk.Data()+"/out-of-service", []byte("E-OFF4\n"), 0o600))
		},
		mend: func(t *testing.T, w *harness.World) { must.OK(t, os.Remove(w.Kiosk.Data()+"/out-of-service")) }},
	"the watchdog is not there": {item: check.Watchdog, code: "E-WDG1", status: 1,
		make: func(t *testing.T, w *harness.World) {
			edit(t, w, func(s string) string { return s + "[board]\nwatchdog = \"/dev/no-watchdog\"\n" })
		},
		mend: configured},
	"the ledger was changed": {item: check.Ledger, code: "E-LGR2", status: 2,
		make: func(t *testing.T, w *harness.World) {
			must.OK(t, os.Rename(w.Kiosk.Data()+"/live/head", w.Kiosk.Data()+"/head"))
		},
		mend: func(t *testing.T, w *harness.World) {
			must.OK(t, os.Rename(w.Kiosk.Data()+"/head", w.Kiosk.Data()+"/live/head"))
		}},
}

func configured(t *testing.T, w *harness.World) { must.OK(t, w.Kiosk.Configure()) }

func enrolled(t *testing.T, w *harness.World) {
	w.Kiosk.Certificate = "kiosk"
	configured(t, w)
}

func certificate(t *testing.T, w *harness.World, from, to time.Duration) {
	now := time.Now()
	must.OK(t, w.Authority.Certify(harness.Certificate{Name: "kiosk-0001", File: "other", From: now.Add(from), To: now.Add(to)}))
	w.Kiosk.Certificate = "other"
	configured(t, w)
}

func edit(t *testing.T, w *harness.World, f func(string) string) {
	b := must.Read(t, w.Kiosk.ConfigFile())
	must.OK(t, os.WriteFile(w.Kiosk.ConfigFile(), []byte(f(string(b))), 0o600))
}

func TestDoctorSeesEachFaultOfAStoppedKioskWithItsCode(t *testing.T) {
	t.Parallel()
	w := harness.Start(t)
	_, err := w.Kiosk.At(t.Context(), kiosk.Idle)
	must.OK(t, err)
	must.OK(t, w.Kiosk.Stop())
	well := func(why string) {
		t.Helper()
		by, r, status := doctor(t, lab(), w)
		for _, c := range by {
			if c.Code != "" {
				t.Errorf("%s: %+v", why, c)
			}
		}
		if status != cli.Done || r.State != "normal" || r.Kiosk != "kiosk-0001" || r.Running {
			t.Errorf("%s: status %d, %+v", why, status, r)
		}
		for name, want := range map[check.Item]check.Level{check.Reader: check.Normal, check.Ledger: check.Normal, check.Clock: check.Normal,
			check.AuthorityCertificate: check.Normal, check.Configuration: check.Normal, check.Screen: check.Untested, check.Program: check.Untested} {
			if got := by[name.String()].State; got != want.String() {
				t.Errorf("%s: %v is %s", why, name, got)
			}
		}
	}
	well("before")
	for name, f := range faults {
		h := lab()
		if f.host != nil {
			f.host(&h)
		}
		if f.make != nil {
			f.make(t, w)
		}
		by, _, status := doctor(t, h, w)
		if c := by[f.item.String()]; c.Code != f.code || c.Do == "" || c.When == "" || c.Who == "" || status != f.status {
			t.Errorf("%s: status %d, %+v", name, status, c)
		}
		if f.mend != nil {
			f.mend(t, w)
		}
	}
	well("after")
}

// A person reads what a program reads.
func TestDoctorPrintsATableWithWhatToDo(t *testing.T) {
	dir, config := fixture(t)
	var out, errs strings.Builder
	status := cli.Run(t.Context(), commands(lab()), []string{"doctor", "--config", config}, &out, &errs)
	for _, want := range []string{"E-RDR1", "now, clerk:", "plug the reader in", "printer", "there is no ledger yet", "E-NET"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing", want)
		}
	}
	if status != 2 || errs.Len() > 0 || strings.Contains(out.String(), "\x1b") {
		t.Errorf("status %d: %s\n%s", status, errs.String(), out.String())
	}
	if after := listed(t, dir); strings.Contains(after, "data") {
		t.Errorf("a test made a folder:\n%s", after)
	}
}
