package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/cli/clitest"
	"multicopy.example/cmd/internal/readertest"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk/must"
)

func TestCommandsAndFlags(t *testing.T) {
	clitest.Check(t, func() *cobra.Command { return root("/dev") }, "pn532-check --baud --consent --json --port --reset --wire")
}

// says runs the program and returns its status and what it printed.
func says(t *testing.T, dev string, args ...string) (status int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	status = cli.Run(t.Context(), root(dev), args, &o, &e)
	return status, o.String(), e.String()
}

func plugged(t *testing.T, dev string) *sim.Reader {
	t.Helper()
	r, err := sim.NewReader()
	must.OK(t, err)
	t.Cleanup(r.Close)
	must.OK(t, r.Follow(filepath.Join(dev, "ttyUSB0")))
	return r
}

func TestPortsAreListedAndNoneIsOpened(t *testing.T) {
	dev := t.TempDir()
	for _, name := range []string{"ttyACM3", "i2c-1", "spidev0.0", "ttyS0", "null"} {
		if err := os.WriteFile(filepath.Join(dev, name), nil, 0); err != nil { // opened, it would be an error
			t.Fatal(err)
		}
	}
	status, out, _ := says(t, dev)
	for _, want := range []string{"uart  " + dev + "/ttyACM3", "i2c   " + dev + "/i2c-1", "spi   " + dev + "/spidev0.0", "None was opened"} {
		if !strings.Contains(out, want) {
			t.Errorf("lacks %q:\n%s", want, out)
		}
	}
	if status != 0 || strings.Contains(out, "ttyS0") || strings.Contains(out, "null") {
		t.Errorf("%d:\n%s", status, out)
	}
	if status, out, _ = says(t, t.TempDir()); status != 0 || !strings.Contains(out, "no port") {
		t.Errorf("%d: %s", status, out)
	}
}

func TestTheReaderIsFoundAmongOtherPortsAndItsFaultIsNamed(t *testing.T) {
	dev := t.TempDir()
	virtual := plugged(t, dev)
	if err := os.WriteFile(filepath.Join(dev, "ttyACM0"), nil, 0o600); err != nil { // no line
		t.Fatal(err)
	}
	status, out, errs := says(t, dev, "--wire", "uart")
	if status != 0 || !strings.Contains(out, "0 asked for again") || !strings.Contains(out, "critical") {
		t.Errorf("%d: %s%s", status, out, errs)
	}
	virtual.Fault(sim.Faults{Mute: true})
	status, out, _ = says(t, dev, "--wire", "uart", "--port", filepath.Join(dev, "ttyUSB0"), "--json")
	var told struct{ Ports []found }
	must.OK(t, json.Unmarshal([]byte(out), &told))
	if status != 2 || len(told.Ports) != 1 || told.Ports[0].Code != "E-RDR4" || told.Ports[0].Do == "" || told.Ports[0].State != "critical" {
		t.Errorf("%d: %+v", status, told)
	}
}

func TestACardIsReadWithConsentAloneAndNoTryIsSpent(t *testing.T) {
	dev := t.TempDir()
	virtual := plugged(t, dev)
	card, err := sim.LoadResident("../../devices/sim/testdata/residents/hanako")
	must.OK(t, err)
	virtual.Lay(card)
	before := card.Snapshot()
	for _, words := range []string{"", "yes"} {
		args := []string{"--wire", "uart"}
		if words != "" {
			args = append(args, "--consent", words)
		}
		if _, out, errs := says(t, dev, args...); strings.Contains(out, "tries") || words != "" && !strings.Contains(errs, readertest.ConsentToRead) {
			t.Errorf("%q: %s%s", words, out, errs)
		}
	}
	if n := card.Snapshot().Commands; n != 0 {
		t.Errorf("%d commands without consent", n)
	}
	status, out, errs := says(t, dev, "--wire", "uart", "--consent", readertest.ConsentToRead)
	if status != 0 || !strings.Contains(out, "a My Number Card: tries left: signing password 5, 4-digit PIN 3") {
		t.Errorf("%d: %s%s", status, out, errs)
	}
	if after := card.Snapshot(); after.AuthTries != before.AuthTries || after.SignTries != before.SignTries {
		t.Errorf("%+v, before %+v", after, before)
	}
	virtual.Lift()
	if status, out, _ = says(t, dev, "--wire", "uart", "--consent", readertest.ConsentToRead); status != 1 || !strings.Contains(out, "E-RDR9") {
		t.Errorf("without a card: %d: %s", status, out)
	}
}

func TestWrongUseIsTold(t *testing.T) {
	for _, args := range [][]string{{"--port", "/dev/null"}, {"--wire", "usb", "--port", "/dev/null"}, {"--wire", "uart", "--port", "/dev/null", "--baud", "9600"}, {"more"}} {
		if status := cli.Run(t.Context(), root(t.TempDir()), args, io.Discard, io.Discard); status != cli.WrongUse {
			t.Errorf("%v: %d", args, status)
		}
	}
	if status, _, errs := says(t, t.TempDir(), "--wire", "spi"); status != cli.Failed || !strings.Contains(errs, "no spi port") {
		t.Errorf("%d: %s", status, errs)
	}
}

func TestItIsBuiltForBothMachinesWithoutACompilerOfC(t *testing.T) {
	if testing.Short() {
		t.Skip("builds for another machine")
	}
	for _, arch := range []string{"amd64", "arm64"} {
		c := exec.Command("go", "build", "-o", filepath.Join(t.TempDir(), "pn532-check"), ".")
		c.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+arch)
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", arch, err, out)
		}
	}
}
