package board

import (
	"fmt"
	"strconv"
	"strings"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/gpio/gpioreg"
	"periph.io/x/host/v3"
	"periph.io/x/host/v3/gpioioctl"
)

// Line finds a line by its name, or by the label of its chip, a slash and its number
// of that chip; none for no name. The host's drivers are asked only where the
// configuration names a line: a machine without GPIO is a whole machine.
func Line(name string) (gpio.PinIO, error) {
	if name == "" {
		return nil, nil
	}
	if _, err := host.Init(); err != nil {
		return nil, fmt.Errorf("gpio: %w", err)
	}
	if pin := gpioreg.ByName(name); pin != nil {
		return pin, nil
	}
	return numbered(gpioioctl.Chips, name)
}

// chip is what is asked of a gpioioctl.GPIOChip.
type chip interface {
	Label() string
	LineCount() int
	ByNumber(int) *gpioioctl.GPIOLine
}

// numbered finds a line of a board whose tables name none. A chip is found by its label,
// which is the board's; the numbers of gpiochip0, gpiochip1 follow the order of drivers.
func numbered[C chip](chips []C, name string) (gpio.PinIO, error) {
	label, digits, _ := strings.Cut(name, "/")
	number, err := strconv.ParseUint(digits, 10, 16)
	there := make([]string, len(chips))
	for i, c := range chips {
		there[i] = fmt.Sprintf("%s/0 to %s/%d", c.Label(), c.Label(), c.LineCount()-1)
		if err == nil && c.Label() == label && int(number) < c.LineCount() {
			return c.ByNumber(int(number)), nil
		}
	}
	if len(there) == 0 {
		there = []string{"none"}
	}
	return nil, fmt.Errorf("this machine has no line %q; beside those with names it has %s", name, strings.Join(there, ", "))
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
