package readertest

import (
	"errors"
	"fmt"

	"multicopy.example/assets/text"
	"multicopy.example/devices/bus"
	"multicopy.example/devices/pn532"
	"multicopy.example/devices/serial"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff/check"
)

// A Trouble is why there is no card reader, as staff can use it: a code to say
// on the telephone and one sentence on what to do. The resident is told E-RDR
// in every case. Code and sentence are those of the fault's row and its advice.
type Trouble struct {
	Fault check.Fault
	Err   error // the whole chain, for engineers
}

func (t Trouble) Error() string { return fmt.Sprintf("%s: %s: %v", t.Code(), t.Say(), t.Err) }

// Unwrap is the whole chain, with its port.Fault.
func (t Trouble) Unwrap() error { return t.Err }

// Code is the fault's.
func (t Trouble) Code() string { return t.Fault.Code() }

// Say is what to do, in the log's language.
func (t Trouble) Say() string { return text.AdviceFor(kiosk.English, t.Fault).Do }

// troubles are in the order of belief: what the system says of a device comes
// before what the line says of a chip.
var troubles = []struct {
	is    []error
	fault check.Fault
}{
	{[]error{serial.ErrPermission, bus.ErrPermission}, check.ReaderForbidden},
	{[]error{serial.ErrBusy, bus.ErrBusy}, check.ReaderHeld},
	{[]error{serial.ErrNoDevice, serial.ErrUnplugged, bus.ErrNoDevice, bus.ErrName}, check.ReaderNoDevice},
	{[]error{bus.ErrStuck}, check.ReaderStuck},
	{[]error{bus.ErrNoAnswer, pn532.ErrSilent}, check.ReaderSilent},
	{[]error{pn532.ErrOtherChip}, check.ReaderOtherChip},
	{[]error{pn532.ErrGarbled, pn532.ErrFrame}, check.ReaderGarbled},
}

// Explain is what staff can do about an error of Ready, Answers or Wait.
func Explain(err error) Trouble {
	for _, t := range troubles {
		for _, is := range t.is {
			if errors.Is(err, is) {
				return Trouble{t.fault, err}
			}
		}
	}
	return Trouble{check.ReaderFails, err}
}
