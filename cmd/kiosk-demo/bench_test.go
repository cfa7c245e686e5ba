package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"multicopy.example/cmd/kiosk-demo/internal/bench"
	"multicopy.example/devices/pn532"
	"multicopy.example/devices/serial"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

func TestBenchReadsTheCardAndKeepsARecord(t *testing.T) {
	card, err := sim.LoadResident("../../devices/sim/testdata/residents/hanako")
	must.OK(t, err)
	virtual, err := sim.NewReader()
	must.OK(t, err)
	defer virtual.Close()
	virtual.Lay(card)
	out := filepath.Join(t.TempDir(), "record")
	args := []string{"bench", "--port", virtual.Path(), "--out", out}
	if err := command(t.Context(), args); !errors.Is(err, bench.ErrConsent) || !strings.Contains(err.Error(), bench.ConsentToRead) {
		t.Errorf("without consent: %v", err)
	}
	if _, err := os.Stat(out); !errors.Is(err, fs.ErrNotExist) || card.Snapshot().Commands != 0 {
		t.Error("without consent something was done")
	}
	args = append(args, "--consent", bench.ConsentToRead)
	must.OK(t, command(t.Context(), args))
	b := must.Read(t, out)
	must.Note(t, must.Err(bench.Read(bytes.NewReader(b))))
	if err := command(t.Context(), args); !errors.Is(err, fs.ErrExist) {
		t.Errorf("an older record was there: %v", err)
	}
	if again, err := os.ReadFile(out); err != nil || !bytes.Equal(again, b) {
		t.Error("an older record was written over")
	}
}

// Every way in which a port can be the wrong one has its own sentence with the
// port's name, and leaves no empty record behind.
func TestWrongPortIsToldInOneSentence(t *testing.T) {
	virtual, err := sim.NewReader()
	must.OK(t, err)
	defer virtual.Close()
	busy, err := serial.Open(virtual.Path(), pn532.BaseRate)
	must.OK(t, err)
	defer busy.Close()
	file := filepath.Join(t.TempDir(), "file")
	must.OK(t, os.WriteFile(file, nil, 0o600))
	for port, want := range map[string]string{file + "0": "is no serial device", file: "is no serial device", virtual.Path(): "another program has"} {
		t.Chdir(t.TempDir())
		err := command(t.Context(), []string{"bench", "--port", port, "--consent", bench.ConsentToRead})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), port) {
			t.Errorf("%s: %v", port, err)
		}
		if again := freePort(port); again == nil || !strings.Contains(again.Error(), want) {
			t.Errorf("run --reader %s: %v", port, again)
		}
		if _, err := os.Stat("bench.transcript"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: a record of nothing was kept", port)
		}
	}
	for is, want := range map[error]string{serial.ErrPermission: "you may not open", pn532.ErrSilent: "nothing answers", pn532.ErrOtherChip: "no PN532",
		pn532.ErrGarbled: "damaged", serial.ErrUnplugged: "unplugged", port.ErrGone: "left the reader", bench.ErrNotFull: "none is spent", port.Fault(kiosk.MsgWrongCard): "only read", port.WrongSecret{Left: 2}: "tries left 2"} {
		if err := (trouble{"/dev/x", fmt.Errorf("somewhere: %w", is)}); !strings.Contains(err.Error(), want) || !errors.Is(err, is) {
			t.Errorf("%v is told as %v", is, err)
		}
	}
}

// Without a name a record gets one that is free.
func TestSecondRecordIsNotWrittenOverTheFirst(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, want := range []string{"bench.transcript", "bench-2.transcript", "bench-3.transcript"} {
		f, err := transcript("")
		if err != nil || f.Name() != want {
			t.Fatalf("%v, want %s", err, want)
		}
		f.Close()
	}
	if _, err := transcript("bench-2.transcript"); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a name that was chosen: %v", err)
	}
}

func TestRealReaderIsForAPersonWithADisplay(t *testing.T) {
	wrongUse(t, []string{"run", "--reader", "/dev/null", "--scripted"}, []string{"selftest", "--reader", "/dev/null"}, []string{"bench"},
		[]string{"bench", "--port", "/dev/null", "more"})
	t.Setenv("DISPLAY", "")
	if err := run(t.Context(), order{reader: "/dev/null"}); !errors.Is(err, errReader) {
		t.Errorf("without a display: %v", err)
	}
}
