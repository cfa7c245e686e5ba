package printer

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"image"
	"image/color"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"multicopy.example/devices/serial"
	"multicopy.example/devices/sim"
	"multicopy.example/kiosk/golden"
	"multicopy.example/kiosk/must"
)

// noise is a picture of every kind of byte.
func noise(w, h int) *image.Gray {
	r := rand.New(rand.NewPCG(7, 7))
	p := image.NewGray(image.Rect(0, 0, w, h))
	for i := range p.Pix {
		p.Pix[i] = byte(r.UintN(2)) * 0xFF
	}
	return p
}

func plugged(t *testing.T) *sim.Printer {
	t.Helper()
	v, err := sim.NewPrinter()
	must.OK(t, err)
	t.Cleanup(v.Close)
	return v
}

// both are the printer on a UART and on a device file.
func both(v *sim.Printer) map[string]*Printer {
	return map[string]*Printer{
		"uart": New(func() (Port, error) { return serial.Open(v.Path(), 38400) }, 384),
		"file": New(func() (Port, error) { return OpenFile(v.Path()) }, 384),
	}
}

func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// differs counts the pixels that are another in the two pictures.
func differs(a, b image.Image) (n int) {
	if a.Bounds().Size() != b.Bounds().Size() {
		return -1
	}
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			if color.GrayModel.Convert(a.At(x, y)) != color.GrayModel.Convert(b.At(x, y)) {
				n++
			}
		}
	}
	return n
}

func TestAPictureIsPrintedAsItIs(t *testing.T) {
	want := noise(384, 2*bandHeight+7)
	for name := range both(plugged(t)) {
		v := plugged(t)
		v.Fault(sim.PrinterFaults{Noisy: true, PaperLow: true})
		p := both(v)[name]
		if err := p.Print(soon(t), want); err != nil || len(v.Slips()) != 1 || len(v.Wrong()) > 0 {
			t.Fatalf("%s: %v: %d slips, %x", name, err, len(v.Slips()), v.Wrong())
		}
		// What tame adds: one dot in some ten thousand of a picture of noise.
		if n := differs(want, v.Slips()[0]); n < 0 || n > 10 {
			t.Errorf("%s: %d dots are others", name, n)
		}
		if s, err := p.Ask(soon(t)); s != PaperLow || err != nil {
			t.Errorf("%s: %v, %v", name, s, err)
		}
	}
}

// A picture must not switch the printer off.
func TestNoPictureHoldsARealTimeCommand(t *testing.T) {
	for _, second := range []byte{0x04, 0x05, 0x14} {
		p := image.NewGray(image.Rect(0, 0, 16, 4))
		for i := range p.Pix {
			x, y := i%16, i/16
			if b := [2]byte{0x10, second}[x/8]; b&(0x80>>(x%8)) == 0 || y > 3 {
				p.Pix[i] = 0xFF
			}
		}
		b, err := Encode(p, 16)
		if err != nil || bytes.Contains(b, []byte{0x10, second}) || !bytes.Contains(b, []byte{0x18, second}) {
			t.Errorf("%v: %x", err, b)
		}
	}
}

func TestTheBytesOfAPictureAreAsAgreed(t *testing.T) {
	b, err := Encode(noise(13, bandHeight+1), 16)
	must.OK(t, err)
	golden.Is(t, "testdata/picture.golden", []byte(hex.Dump(b)))
	for _, bad := range []image.Image{image.NewGray(image.Rect(0, 0, 0, 0)), image.NewGray(image.Rect(0, 0, 17, 1)), image.NewGray(image.Rect(0, 0, 1, MaxHeight+1))} {
		if _, err := Encode(bad, 16); err == nil {
			t.Errorf("%v is printed", bad.Bounds())
		}
	}
}

func TestEachStateKeepsOrLetsPrint(t *testing.T) {
	v := plugged(t)
	p := both(v)["uart"]
	for _, c := range []struct {
		fault sim.PrinterFaults
		state State
		err   error
	}{
		{sim.PrinterFaults{}, Ready, nil},
		{sim.PrinterFaults{PaperLow: true}, PaperLow, nil},
		{sim.PrinterFaults{PaperOut: true}, PaperOut, Error(PaperOut)},
		{sim.PrinterFaults{CoverOpen: true, PaperOut: true}, CoverOpen, Error(CoverOpen)},
		{sim.PrinterFaults{Jam: true, CoverOpen: true}, Jam, Error(Jam)},
		{sim.PrinterFaults{Fatal: true, Jam: true}, Fails, Error(Fails)},
		{sim.PrinterFaults{PaperEnds: 3}, PaperOut, Error(PaperOut)},
	} {
		v.Fault(c.fault)
		before := len(v.Slips())
		err := p.Print(soon(t), noise(8, 8))
		s, asked := p.Ask(soon(t))
		if !errors.Is(err, c.err) || asked != nil || s != c.state || (c.err == nil) != (len(v.Slips()) == before+1) {
			t.Errorf("%+v: %v; %v, %v; %d slips more", c.fault, err, s, asked, len(v.Slips())-before)
		}
	}
	if Fails.String() != "fails" || State(99).String() != "state?" || Error(Jam).Error() != "printer: jam" {
		t.Error("a state without a name")
	}
}

func TestAPrinterThatSaysOrTakesNothingEndsWithItsContext(t *testing.T) {
	for name := range both(plugged(t)) {
		v := plugged(t)
		p := both(v)[name]
		v.Fault(sim.PrinterFaults{Mute: true})
		if s, err := p.Ask(soon(t)); !errors.Is(err, ErrSilent) || s != Fails {
			t.Errorf("%s: %v, %v", name, s, err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		if err := p.Print(ctx, noise(384, 9)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", name, err)
		}
		cancel()
		v.Close()
		if _, err := p.Ask(soon(t)); err == nil {
			t.Errorf("%s: a printer that is gone answers", name)
		}
	}
	for _, name := range []string{filepath.Join(t.TempDir(), "none"), t.TempDir(), os.Args[0]} {
		if _, err := OpenFile(name); err == nil {
			t.Errorf("%s is a printer", name)
		}
	}
}
