package main

import (
	"context"
	"errors"
	"fmt"

	"multicopy.example/cmd/kiosk-demo/internal/bench"
	"multicopy.example/devices/pn532"
	"multicopy.example/devices/serial"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// freePort opens the device of a real reader and closes it again, so that a
// wrong one is told before anything else is started. The firmware opens it
// later and keeps trying; a device that is there and is no PN532 is its word.
func freePort(name string) error {
	p, err := serial.Open(name, pn532.BaseRate)
	if err != nil {
		return trouble{name, err}
	}
	return p.Close()
}

// A trouble is why a real reader or its card could not be used, in a sentence
// for the person who has wired it. The firmware has its own for staff.
type trouble struct {
	port string
	err  error
}

var sentences = []struct {
	is  error
	say string // %s is the port
}{
	{serial.ErrPermission, "you may not open %s: join the group that ls -l names for it (dialout on Debian), and log in anew"},
	{serial.ErrBusy, "another program has %s: stop it (fuser -v names it)"},
	{serial.ErrNoDevice, "%s is no serial device: plug the reader in, and look in dmesg or /dev/serial/by-id for its name"},
	{serial.ErrUnplugged, "%s was unplugged: plug it in and begin again"},
	{pn532.ErrSilent, "nothing answers on %s: check the reader's power, its wires (TX to RX, RX to TX) and its two switches (both 0 for a UART)"},
	{pn532.ErrOtherChip, "the chip on %s is no PN532 that reads Type B cards"},
	{pn532.ErrGarbled, "what answers on %s is damaged or no PN532: check the ground wire and the length of the wires, and whether it is this port"},
	{pn532.ErrFrame, "what answers on %s is damaged or no PN532: check the ground wire and the length of the wires, and whether it is this port"},
	{bench.ErrNotFull, "tries of this card's PIN are gone, so none is spent at %s: a right PIN typed elsewhere fills the counter"},
	{port.Fault(kiosk.MsgWrongCard), "the card at %s is no My Number Card, or of a CA that --ca does not name: it was only read"},
	{port.ErrGone, "the card left the reader at %s: leave it where it is until its power is taken"},
	{context.DeadlineExceeded, "no Type B card was laid on the reader at %s in time: lay it flat, then turn it by 90 degrees; --wait gives more time"},
}

func (t trouble) Error() string {
	var wrong port.WrongSecret
	if errors.As(t.err, &wrong) {
		return fmt.Sprintf("that was not the PIN: tries left %d; the next right one, wherever it is typed, gives all of them back (%v)", wrong.Left, t.err)
	}
	for _, s := range sentences {
		if errors.Is(t.err, s.is) {
			return fmt.Sprintf(s.say+" (%v)", t.port, t.err)
		}
	}
	return t.err.Error()
}

func (t trouble) Unwrap() error { return t.err }
