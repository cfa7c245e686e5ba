package pn532

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"multicopy.example/devices/serial"
)

// BaseRate is what a UART is opened at and what the chip has after power-up
// and after a pulse on its reset line, in baud (UM0701-02 §6.2.2).
const BaseRate = 115200

// brs are the chip's codes of the rates that are used here (UM0701-02 §7.2.6).
var brs = map[int]byte{BaseRate: 0x04, 230400: 0x05, 460800: 0x06, 921600: 0x07}

// ErrRate is a rate that Raise does not know.
var ErrRate = errors.New("no such rate: 115200, 230400, 460800 or 921600")

// rate is at what rates the reader speaks, in baud.
type rate struct {
	want int // what Ready raises to; 0 or BaseRate: never
	now  int // of the open port
	bad  bool
}

// Raise makes every Ready raise the rate of a UART to baud once the chip is
// awake. A line that is bad at that rate is used at BaseRate, until this
// Reader is made anew. It changes nothing on a bus. To be called before the
// first Ready.
func (r *Reader) Raise(baud int) error {
	if _, ok := brs[baud]; !ok {
		return fmt.Errorf("pn532: %d baud: %w", baud, ErrRate)
	}
	r.rate.want = baud
	return nil
}

func (r *Reader) rated() (p Rated, ok bool) {
	if r.rate.want == 0 || r.rate.want == BaseRate {
		return nil, false
	}
	p, ok = r.chip.port.(Rated)
	return p, ok
}

// raise brings the line to the rate that is wanted and proves it there. Only
// an error that leaves the reader unusable is returned.
func (r *Reader) raise(ctx context.Context) error {
	if _, ok := r.rated(); !ok {
		return nil
	}
	if r.rate.now != BaseRate {
		// A run before this one left the chip fast and ended without a word
		// (see otherRate). Start from the same place as always.
		if err := r.change(ctx, BaseRate); err != nil {
			return err
		}
	}
	if r.rate.bad {
		return nil
	}
	err := r.change(ctx, r.rate.want)
	if err == nil {
		err = r.prove(ctx)
	}
	if err == nil || ctx.Err() != nil || r.chip.port == nil {
		return err
	}
	r.rate.bad = true
	r.log.Warn("the reader's line is bad at the raised rate and stays at the base rate", "baud", r.rate.want, "err", err)
	r.lower() // the chip may hear it, or may never have been raised
	if err := r.rouse(ctx); err != nil {
		return err
	}
	if r.rate.now != BaseRate {
		return r.change(ctx, BaseRate)
	}
	return nil
}

// change asks the chip for a rate and follows it. The chip answers at the old
// rate, waits there for the host's ACK, and changes then (UM0701-02 §7.2.6).
func (r *Reader) change(ctx context.Context, baud int) error {
	port, ok := r.rated()
	if !ok {
		return nil
	}
	if err := r.set(ctx, cmdBaud, brs[baud]); err != nil {
		return fmt.Errorf("rate: %w", err)
	}
	if err := port.Write(ctx, ackFrame[:]); err != nil {
		return fmt.Errorf("rate: %w", err)
	}
	if err := pause(ctx, abortPause); err != nil { // until it is out and the chip has changed
		return err
	}
	r.chip.unsettled = true
	return r.retune(port, baud)
}

func (r *Reader) retune(port Rated, baud int) error {
	if err := port.SetBaud(baud); err != nil {
		return fmt.Errorf("rate: %w", err)
	}
	r.rate.now = baud
	return nil
}

// prove has the chip say back long frames of every kind of byte (Diagnose 00,
// UM0701-02 §7.2.1): what a bad line spoils first is what is long.
func (r *Reader) prove(ctx context.Context) error {
	var said [1 + 250]byte // 00 is the test's number, and comes back with the rest
	for round := range 4 {
		for i := range said[1:] {
			said[1+i] = [...]byte{0x00, 0xFF, 0x55, byte(i)}[(i+round)%4]
		}
		heard, err := r.chip.ask(ctx, quickTime, 0, cmdDiagnose, said[:]...) // once: a line that needs NACKs is bad
		same := bytes.Equal(heard, said[:])
		r.chip.forget()
		if err != nil {
			return fmt.Errorf("line test: %w", err)
		}
		if !same {
			return fmt.Errorf("line test: %w", ErrFrame)
		}
	}
	return nil
}

// otherRate lets rouse try the rate at which a run that was killed may have
// left the chip: one that was not powered off since does not know of us. silent
// is returned, or a port's own error.
func (r *Reader) otherRate(silent error) error {
	port, ok := r.rated()
	if !ok {
		return silent
	}
	other := r.rate.want
	if r.rate.now == other {
		other = BaseRate
	}
	if err := r.retune(port, other); err != nil {
		return err
	}
	return silent
}

// lower takes the line back to BaseRate as far as the chip obeys, so that the
// next program finds it there.
func (r *Reader) lower() {
	port, ok := r.rated()
	if !ok || r.rate.now == BaseRate {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*ackTime)
	defer cancel()
	if err := r.change(ctx, BaseRate); err != nil {
		_ = r.retune(port, BaseRate) // what follows finds the chip, or says that it cannot
	}
}

// doubt blames the raised rate for an exchange that failed on the wire, unless
// the port is gone. Wrong for a reader that lost its power, and cheap: what is
// lost is speed.
func (r *Reader) doubt(err error) {
	_, ok := r.rated()
	if !ok || r.rate.now == BaseRate || r.rate.bad {
		return
	}
	for _, innocent := range []error{serial.ErrUnplugged, context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, innocent) {
			return
		}
	}
	r.rate.bad = true
	r.log.Warn("the reader was lost at the raised rate and stays at the base rate", "baud", r.rate.now, "err", err)
}
