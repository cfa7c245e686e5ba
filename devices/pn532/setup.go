package pn532

import (
	"context"
	"errors"
	"fmt"
)

const setUpTries = 3 // an ACK and a reply can be late, and those of the next attempt

var errStep = errors.New("chip was there a moment ago")

// outOfStep: what a chip still owed to the host before us came between ours,
// which a flush cannot help while it is on its way. An ACK without a reply is
// one of them: the command that it seemed to be of found the chip still deaf from
// the abort. A bus is asked for each frame and has no such thing. Asking again is
// free: no card has power yet.
func (r *Reader) outOfStep(err error) bool {
	return r.chip.bus == nil && (errors.Is(err, errOrder) || errors.Is(err, errLate) || errors.Is(err, errStep))
}

func (r *Reader) setUp(ctx context.Context) error {
	if err := r.rouse(ctx); err != nil {
		return err
	}
	err := r.configure(ctx)
	if errors.Is(err, errNoAck) {
		return fmt.Errorf("%w: %w", errStep, err)
	}
	return err
}

func (r *Reader) configure(ctx context.Context) error {
	v, err := r.chip.command(ctx, quickTime, cmdFirmware)
	if err != nil {
		return fmt.Errorf("firmware version: %w", err)
	}
	ours := len(v) == 4 && v[0] == 0x32 && v[3]&0x02 != 0
	if ours {
		r.log.Debug("reader ready", "chip", "PN532", "version", v[1], "revision", v[2])
	}
	r.chip.forget()
	if !ours {
		return ErrOtherChip
	}
	for _, set := range []struct {
		name string
		code byte
		args []byte
	}{
		// Without the NAD flag (bit 0), or a byte would stand before every
		// answer; the other flags are the chip's own defaults.
		{"parameters", cmdParams, []byte{0x14}},
		// Every retry bounded. The default for finding a card is FF, for
		// ever, and then only an abort gets the chip back.
		{"retries", cmdRF, []byte{0x05, 0x00, 0x01, 0x02}},
		{"field off", cmdRF, []byte{0x01, 0x00}},
	} {
		if err := r.set(ctx, set.code, set.args...); err != nil {
			return fmt.Errorf("%s: %w", set.name, err)
		}
	}
	return nil
}

// set sends a command whose reply carries nothing.
func (r *Reader) set(ctx context.Context, code byte, args ...byte) error {
	_, err := r.chip.command(ctx, quickTime, code, args...)
	r.chip.forget()
	return err
}
