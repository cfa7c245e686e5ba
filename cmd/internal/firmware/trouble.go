package firmware

import (
	"errors"
	"fmt"

	"multicopy.example/devices/bus"
	"multicopy.example/devices/pn532"
	"multicopy.example/devices/serial"
)

// A Trouble is why there is no card reader, as staff can use it: a code to say
// on the telephone and one sentence on what to do. The resident is told E-RDR
// in every case. The codes are ours and are never used for anything else.
type Trouble struct {
	Code string
	Say  string
	Err  error // the whole chain, for engineers
}

func (t Trouble) Error() string { return fmt.Sprintf("%s: %s: %v", t.Code, t.Say, t.Err) }

// Unwrap is the whole chain, with its port.Fault.
func (t Trouble) Unwrap() error { return t.Err }

// troubles are in the order of belief: what the system says of a device comes
// before what the line says of a chip.
var troubles = []struct {
	is   []error
	code string
	say  string
}{
	{[]error{serial.ErrPermission, bus.ErrPermission}, "E-RDR2",
		"the kiosk may not open the reader's port: put its user into the group of the device file"},
	{[]error{serial.ErrBusy, bus.ErrBusy}, "E-RDR3",
		"another program holds the reader's port: stop it, or the second kiosk"},
	{[]error{serial.ErrNoDevice, serial.ErrUnplugged, bus.ErrNoDevice, bus.ErrName}, "E-RDR1",
		"there is no such port: plug the reader in, or correct reader.port in the configuration"},
	{[]error{bus.ErrStuck}, "E-RDR7",
		"the reader's bus does not move: take the reader's power away and give it back, then check the pull-ups and the length of the wires"},
	{[]error{bus.ErrNoAnswer, pn532.ErrSilent}, "E-RDR4",
		"nothing answers on the reader's wires: check its power, its wires, the switches on its board, and reader.wire"},
	{[]error{pn532.ErrOtherChip}, "E-RDR5",
		"the reader is not a PN532 that reads Type B cards: put in one that does"},
	{[]error{pn532.ErrGarbled, pn532.ErrFrame}, "E-RDR6",
		"what answers on the reader's wires is damaged or no PN532: check the ground wire, the length of the wires, and reader.port"},
}

func explain(err error) Trouble {
	for _, t := range troubles {
		for _, is := range t.is {
			if errors.Is(err, is) {
				return Trouble{t.code, t.say, err}
			}
		}
	}
	return Trouble{"E-RDR0", "the reader does not work: take its power away and give it back", err}
}
