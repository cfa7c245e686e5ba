package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"multicopy.example/cmd/kiosk-demo/internal/bench"
	"multicopy.example/devices/sim"
)

func TestBenchReadsTheCardAndKeepsARecord(t *testing.T) {
	card, err := sim.LoadResident("../../devices/sim/testdata/residents/hanako")
	if err != nil {
		t.Fatal(err)
	}
	virtual, err := sim.NewReader()
	if err != nil {
		t.Fatal(err)
	}
	defer virtual.Close()
	virtual.Lay(card)
	out := filepath.Join(t.TempDir(), "record")
	args := []string{"bench", "-port", virtual.Path(), "-out", out}
	if err := command(t.Context(), args); !errors.Is(err, bench.ErrConsent) || !strings.Contains(err.Error(), bench.ConsentToRead) {
		t.Errorf("without consent: %v", err)
	}
	if _, err := os.Stat(out); !errors.Is(err, fs.ErrNotExist) || card.Snapshot().Commands != 0 {
		t.Error("without consent something was done")
	}
	args = append(args, "-consent", bench.ConsentToRead)
	if err := command(t.Context(), args); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := bench.Read(bytes.NewReader(b)); err != nil {
		t.Error(err)
	}
	if err := command(t.Context(), args); !errors.Is(err, fs.ErrExist) {
		t.Errorf("an older record was there: %v", err)
	}
	if again, err := os.ReadFile(out); err != nil || !bytes.Equal(again, b) {
		t.Error("an older record was written over")
	}
}

// The firmware finds the real device under the name that its configuration has
// for the counter's, and the device itself is left alone.
func TestRealReaderStandsWhereTheCountersWas(t *testing.T) {
	dir := t.TempDir()
	device, link := filepath.Join(dir, "ttyUSB0"), filepath.Join(dir, "reader")
	if err := pointTo(link, device); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a device that is not there: %v", err)
	}
	if err := os.WriteFile(device, []byte("device"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := pointTo(link, device); err != nil {
		t.Fatal(err)
	}
	if to, err := os.Readlink(link); err != nil || to != device {
		t.Errorf("the name leads to %s, %v", to, err)
	}
	virtual, err := sim.NewReader()
	if err != nil {
		t.Fatal(err)
	}
	defer virtual.Close()
	if err := virtual.Follow(link); err != nil { // somebody plugs the counter's in again
		t.Fatal(err)
	}
	virtual.Unplug()
	if b, err := os.ReadFile(device); err != nil || string(b) != "device" {
		t.Errorf("the device was touched: %v", err)
	}
}

func TestRealReaderIsForAPersonWithADisplay(t *testing.T) {
	for _, args := range [][]string{{"run", "-reader", "/dev/null", "-scripted"}, {"selftest", "-reader", "/dev/null"}, {"bench"}, {"bench", "-port", "/dev/null", "more"}} {
		var usage errUsage
		if err := command(t.Context(), args); !errors.As(err, &usage) {
			t.Errorf("%q: %v", args, err)
		}
	}
	t.Setenv("DISPLAY", "")
	if err := run(t.Context(), order{reader: "/dev/null"}); !errors.Is(err, errReader) {
		t.Errorf("without a display: %v", err)
	}
}
