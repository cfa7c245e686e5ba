package pn532

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// A chip that failed an exchange has so long to answer for itself, to which
	// it is called reviveTries times: one call may be lost on the line, and the
	// answer to another be later than ackTime on a busy board. With the
	// longest exchange before it, a command still ends inside the ten seconds
	// that the kiosk gives it.
	reviveTime  = 4 * time.Second
	reviveTries = 3

	// maxRevived is how often one Wait goes on with a chip that failed an
	// exchange: one that fails each time is as good as none.
	maxRevived = 2
)

// revived reports whether a chip that failed an exchange answers for itself, to
// its name, once it was told to drop what it did. Then the reader is whole and
// goes on, and what was lost is the exchange, and the card's power with it. A
// line that damaged a frame at a raised rate goes back to BaseRate.
func (r *Reader) revived(what string, err error) bool {
	r.drop(err)
	if r.chip.port == nil {
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), reviveTime)
	defer cancel()
	again := errNoAck
	for try := 0; try < reviveTries && (errors.Is(again, errNoAck) || r.outOfStep(again)); try++ {
		// Each rest is longer: a call that finds the chip still deaf, or gets the reply to the call before, is lost.
		again = r.revive(ctx, abortPause<<(2*try), err)
	}
	if again != nil {
		r.log.Debug("reader does not answer either", "err", again)
		return false
	}
	r.log.Warn("an exchange failed and the reader answers", "in", what, "err", err)
	return true
}

// revive calls the chip once: to drop what it did and rest, to its name, to the rate that
// it can keep, and without a field.
func (r *Reader) revive(ctx context.Context, rest time.Duration, failed error) error {
	if err := r.chip.wake(ctx, true, rest); err != nil {
		return err
	}
	if err := r.set(ctx, cmdSAM, 0x01); err != nil {
		return err
	}
	if err := r.set(ctx, cmdFirmware); err != nil {
		return err
	}
	if errors.Is(failed, ErrFrame) || errors.Is(failed, ErrGarbled) {
		if r.doubt(failed); r.rate.bad && r.rate.now != BaseRate {
			if err := r.change(ctx, BaseRate); err != nil {
				return err
			}
		}
	}
	return r.set(ctx, cmdRF, 0x01, 0x00)
}

// rouse wakes the chip and sets its SAM to normal mode, without which a C106
// that was just powered answers nothing else (low-battery mode). Setting it
// again changes nothing, so it is also how an aborted chip is found back.
func (r *Reader) rouse(ctx context.Context) error {
	for try := 1; ; try++ {
		if err := r.chip.wake(ctx, try == 1, abortPause); err != nil {
			return err
		}
		err := r.set(ctx, cmdSAM, 0x01)
		if errors.Is(err, errNoAck) && try < wakeTries {
			err = r.otherRate(err)
		}
		if err == nil {
			return nil
		}
		// What the chip still owed to the host before us can stand in the way of a
		// frame on a bus, too, where that host's abort was not worked off yet.
		if try == wakeTries || !errors.Is(err, errNoAck) && !(r.chip.bus != nil && errors.Is(err, ErrFrame)) {
			return fmt.Errorf("wake: %w", err)
		}
	}
}

// dark turns the field off, as far as the chip obeys. After an abort it does
// not wait for an answer, so that a cancelled call ends soon: the next caller of the
// chip next waits for it to come to rest.
func (r *Reader) dark() {
	if r.chip.port == nil {
		return
	}
	if !r.chip.unsettled {
		if err := r.set(context.Background(), cmdRF, 0x01, 0x00); err != nil && !r.revived("field off", err) {
			_ = r.fail("field off", err) // the next call finds it closed
		}
		return
	}
	_ = pause(context.Background(), abortPause)
	// The writing has a time of its own: a machine that was busy during the
	// pause is no reader that was lost.
	ctx, cancel := context.WithTimeout(context.Background(), ackTime)
	defer cancel()
	frame, _ := AppendFrame(r.chip.tx[:0], ToChip, []byte{cmdRF, 0x01, 0x00})
	if err := r.chip.port.Write(ctx, frame); err != nil {
		_ = r.fail("field off", err)
	}
	clear(r.chip.tx[:])
}

// darker makes sure of what dark could not: the field of a card whose command
// was cut short is off.
func (r *Reader) darker(ctx context.Context) error {
	if r.chip.port == nil || r.link != nil || !r.chip.unsettled {
		return nil
	}
	if err := r.rouse(ctx); err != nil {
		return err
	}
	return r.set(ctx, cmdRF, 0x01, 0x00)
}
