package firmware

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/gpio/gpioreg"
	"periph.io/x/conn/v3/gpio/gpiotest"

	"multicopy.example/cmd/internal/readertest"
	"multicopy.example/devices/bus"
	"multicopy.example/devices/pn532"
	"multicopy.example/devices/serial"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// on is the kiosk's reader at that port, and what it logs.
func on(t *testing.T, cfg config.Reader) (*reader, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	l := slog.New(slog.NewTextHandler(&log, nil))
	chip, err := readertest.Open(cfg, l)
	must.OK(t, err)
	t.Cleanup(func() { _ = chip.Close() })
	return &reader{Reader: chip, log: l}, &log
}

func plugged(t *testing.T) *sim.Reader {
	t.Helper()
	r, err := sim.NewReader()
	must.OK(t, err)
	t.Cleanup(r.Close)
	return r
}

// wants holds an error to a code and to the word for the resident.
func wants(t *testing.T, err error, code string) {
	t.Helper()
	var trouble readertest.Trouble
	var fault port.Fault
	if !errors.As(err, &trouble) || trouble.Code() != code || !errors.As(err, &fault) || kiosk.Message(fault) != kiosk.MsgReader {
		t.Errorf("%v, want %s and E-RDR", err, code)
	}
}

func TestEveryReasonWithoutAReaderHasItsCode(t *testing.T) {
	uart := func(port string) config.Reader { return config.Reader{Wire: "uart", Port: port, Baud: 115200} }

	r, _ := on(t, uart(filepath.Join(t.TempDir(), "none")))
	wants(t, r.Ready(t.Context()), "E-RDR1")

	virtual := plugged(t)
	other, err := serial.Open(virtual.Path(), 115200)
	must.OK(t, err)
	busy, _ := on(t, uart(virtual.Path()))
	wants(t, busy.Ready(t.Context()), "E-RDR3")
	must.OK(t, other.Close())
	if err := busy.Ready(t.Context()); err != nil {
		t.Errorf("the other program has let go: %v", err)
	}

	virtual.Fault(sim.Faults{Mute: true})
	wants(t, busy.Ready(t.Context()), "E-RDR4")
	virtual.Fault(sim.Faults{BadDCS: true})
	wants(t, busy.Ready(t.Context()), "E-RDR6")
	virtual.Fault(sim.Faults{})
	if err := busy.Ready(t.Context()); err != nil {
		t.Errorf("healed: %v", err)
	}

	for _, cfg := range []config.Reader{{Wire: "i2c", Port: "/dev/i2c-987"}, {Wire: "spi", Port: "SPI98.7"}} {
		r, _ := on(t, cfg)
		wants(t, r.Ready(t.Context()), "E-RDR1")
	}
	for _, c := range []struct {
		err  error
		code string
	}{
		{serial.ErrPermission, "E-RDR2"}, {bus.ErrPermission, "E-RDR2"}, {bus.ErrBusy, "E-RDR3"}, {bus.ErrNoAnswer, "E-RDR4"},
		{pn532.ErrOtherChip, "E-RDR5"}, {pn532.ErrGarbled, "E-RDR6"}, {bus.ErrStuck, "E-RDR7"}, {errors.New("else"), "E-RDR0"},
	} {
		wants(t, readertest.Explain(fmt.Errorf("%w: %w", port.Fault(kiosk.MsgReader), c.err)), c.code)
	}
}

// The loop tries every few seconds, all night.
func TestATroubleIsLoggedOnceUntilItChanges(t *testing.T) {
	dir := t.TempDir()
	port := filepath.Join(dir, "reader")
	r, log := on(t, config.Reader{Wire: "uart", Port: port, Baud: 115200})
	for range 5 {
		wants(t, r.Ready(t.Context()), "E-RDR1")
	}
	virtual := plugged(t)
	must.OK(t, virtual.Follow(port))
	must.OK(t, r.Ready(t.Context()))
	virtual.Unplug()
	wants(t, r.Ready(t.Context()), "E-RDR1")
	if n, m := strings.Count(log.String(), "code=E-RDR1"), strings.Count(log.String(), "works again"); n != 2 || m != 1 {
		t.Errorf("told %d times, and %d times that it works:\n%s", n, m, log)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var trouble readertest.Trouble
	if err := r.Ready(ctx); errors.As(err, &trouble) {
		t.Errorf("the kiosk ended: %v blames the reader", err)
	}
}

// resetPin is a line that a machine without GPIO has for this test.
type resetPin struct {
	gpiotest.Pin
	mu     sync.Mutex
	levels []gpio.Level
}

func (p *resetPin) Out(l gpio.Level) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.levels = append(p.levels, l)
	return nil
}

func TestEachReadyResetsTheChipFirst(t *testing.T) {
	pin := &resetPin{Pin: gpiotest.Pin{N: "TEST_RESET", Num: -1}}
	must.OK(t, gpioreg.Register(pin))
	t.Cleanup(func() { _ = gpioreg.Unregister("TEST_RESET") })
	virtual := plugged(t)
	r, _ := on(t, config.Reader{Wire: "uart", Port: virtual.Path(), Baud: 921600, Reset: "TEST_RESET"})
	for n := 1; n <= 2; n++ {
		must.OK(t, r.Ready(t.Context()))
		if len(pin.levels) != 2*n || pin.levels[2*n-2] != gpio.Low || pin.levels[2*n-1] != gpio.High {
			t.Errorf("after %d: %v", n, pin.levels)
		}
	}
	if _, err := readertest.Open(config.Reader{Wire: "i2c", Port: "I2C1", Reset: "TEST_NONE"}, slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "reader.reset") {
		t.Errorf("a line that this machine does not have: %v", err)
	}
	if _, err := readertest.Open(config.Reader{Wire: "usb"}, slog.New(slog.DiscardHandler)); err == nil {
		t.Error("an unknown wire was opened")
	}
}
