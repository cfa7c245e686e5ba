package bus_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"periph.io/x/conn/v3/conntest"
	"periph.io/x/conn/v3/i2c/i2ctest"
	"periph.io/x/conn/v3/spi/spitest"

	"multicopy.example/devices/bus"
	"multicopy.example/devices/pn532"
	"multicopy.example/kiosk/golden"
	"multicopy.example/kiosk/must"
)

// A golden file is one visit as it goes over the bus, one transaction a line:
// "> " what is written, "< n: " what is read, n bytes without the zeros at the
// end. Bits stand in the order of SPI's wire in spi.golden.

// record makes the visit on the virtual chip with periph's recorders between.
func record(t *testing.T, w wiring) (ops []conntest.IO) {
	t.Helper()
	var i2cTape *i2ctest.Record
	var spiTape *spitest.Record
	taped := w
	taped.join = func(f *far) (pn532.Port, error) {
		if w.name == "i2c" {
			i2cTape = &i2ctest.Record{Bus: onI2C{f}}
			return bus.NewI2C(i2cTape, f), nil
		}
		spiTape = &spitest.Record{Port: onSPI{f}}
		return bus.NewSPI(spiTape)
	}
	virtual, r := bench(t, taped, nil)
	virtual.Lay(&plain{data: long})
	must.OK(t, visit(soon(t), r, long))
	if w.name == "spi" {
		return spiTape.Ops
	}
	for _, o := range i2cTape.Ops {
		if o.Addr != bus.Address {
			t.Fatalf("address %02X", o.Addr)
		}
		ops = append(ops, conntest.IO{W: o.W, R: o.R})
	}
	return ops
}

func text(ops []conntest.IO) string {
	var b strings.Builder
	for _, o := range ops {
		if len(o.W) > 0 {
			fmt.Fprintf(&b, "> %d: % X\n", len(o.W), bytes.TrimRight(o.W, "\x00"))
		}
		if len(o.R) > 0 {
			fmt.Fprintf(&b, "< %d: % X\n", len(o.R), bytes.TrimRight(o.R, "\x00"))
		}
	}
	return b.String()
}

// patient leaves out the questions whether the chip is ready that it answered
// with no: how many there are is the machine's time and not the conversation's.
func patient(conversation string) string {
	for _, asked := range []string{"> 2: 40\n< 2: \n", "< 1: \n"} {
		conversation = strings.ReplaceAll(conversation, asked, "")
	}
	return conversation
}

func file(name string) string { return filepath.Join("testdata", name+".golden") }

// differs is the first line that is another one; "" where the conversations are the same.
func differs(want, got string) string {
	was, is := strings.Split(patient(want), "\n"), strings.Split(patient(got), "\n")
	for i := range max(len(was), len(is)) {
		if i >= len(was) || i >= len(is) || was[i] != is[i] {
			return fmt.Sprintf("line %d of %d differs; was\n%.200s\nis\n%.200s", i+1, len(was), strings.Join(was[i:min(i+1, len(was))], ""), strings.Join(is[i:min(i+1, len(is))], ""))
		}
	}
	return ""
}

// A chip whose answer a busy machine delivers a second late is called again, which is another conversation and
// no fault: so a visit is recorded until none of its answers was late. One that is really another is so each time.
func TestConversationIsTheGoldenOne(t *testing.T) {
	const visits = 5
	each(t, func(t *testing.T, w wiring) {
		said := ""
		for range visits {
			got := text(record(t, w))
			if *golden.Update {
				must.OK(t, os.WriteFile(file(w.name), []byte(got), 0o644))
			}
			if said = differs(string(must.Read(t, file(w.name))), got); said == "" {
				return
			}
		}
		t.Error(said)
	})
}

// tape reads a golden file back. full says that both directions of one
// transaction stand in two lines.
func tape(t *testing.T, name string, full bool) (ops []conntest.IO) {
	t.Helper()
	b := must.Read(t, file(name))
	return parse(t, string(b), full)
}

func parse(t *testing.T, text string, full bool) (ops []conntest.IO) {
	t.Helper()
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		head, rest, ok := strings.Cut(strings.TrimSpace(line), ":")
		n, err := strconv.Atoi(strings.TrimLeft(head, "<> "))
		data, err2 := hex.DecodeString(strings.ReplaceAll(rest, " ", ""))
		if !ok || err != nil || err2 != nil || len(data) > n {
			t.Fatalf("line %d: %q", i+1, line)
		}
		data = append(data, make([]byte, n-len(data))...)
		switch last := len(ops) - 1; {
		case head[0] == '>':
			ops = append(ops, conntest.IO{W: data})
		case full && last >= 0 && ops[last].R == nil && len(ops[last].W) == n:
			ops[last].R = data
		default:
			ops = append(ops, conntest.IO{R: data})
		}
	}
	return ops
}

// player is a driver on periph's playback, and a check that all of it was
// played.
func player(t *testing.T, name string, ops []conntest.IO) (*pn532.Reader, func() error) {
	t.Helper()
	on, over := playback(t, name, ops)
	r := pn532.New(func() (pn532.Port, error) { return on, nil }, slog.New(slog.DiscardHandler))
	return r, over
}

func playback(t *testing.T, name string, ops []conntest.IO) (*bus.Port, func() error) {
	t.Helper()
	if name == "i2c" {
		p := &i2ctest.Playback{DontPanic: true}
		for _, o := range ops {
			p.Ops = append(p.Ops, i2ctest.IO{Addr: 0x24, W: o.W, R: o.R})
		}
		return bus.NewI2C(p, nil), p.Close
	}
	p := &spitest.Playback{Playback: conntest.Playback{Ops: ops, DontPanic: true}}
	on, err := bus.NewSPI(p)
	must.OK(t, err)
	return on, p.Close
}

// The record alone, without the virtual chip, plays the same visit: the driver
// asks for nothing else and leaves nothing.
func TestGoldenConversationPlaysBack(t *testing.T) {
	each(t, func(t *testing.T, w wiring) {
		r, over := player(t, w.name, tape(t, w.name, w.name == "spi"))
		must.OK(t, visit(soon(t), r, long))
		must.Note(t, over())
	})
}
