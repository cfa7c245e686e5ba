package board

import (
	"fmt"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/gpio/gpioreg"
	"periph.io/x/host/v3"
)

// Line finds a line by its name; none for no name. The host's drivers are
// asked only where the configuration names a line: a machine without GPIO is a
// whole machine.
func Line(name string) (gpio.PinIO, error) {
	if name == "" {
		return nil, nil
	}
	if _, err := host.Init(); err != nil {
		return nil, fmt.Errorf("gpio: %w", err)
	}
	pin := gpioreg.ByName(name)
	if pin == nil {
		return nil, fmt.Errorf("this machine has no line %q", name)
	}
	return pin, nil
}

// OutputLine is a line as an output; a line that is not there must not become an
// interface that is.
func OutputLine(name string) (gpio.PinOut, error) {
	pin, err := Line(name)
	if pin == nil {
		return nil, err
	}
	return pin, nil
}
