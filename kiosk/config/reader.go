package config

import (
	"regexp"
	"slices"
)

// ports are the names that a wire's port can have; a UART's is any file.
var ports = map[string]*regexp.Regexp{
	"uart": regexp.MustCompile(`^.+$`),
	"i2c":  regexp.MustCompile(`^(/dev/i2c-|I2C)[0-9]{1,3}$`),
	"spi":  regexp.MustCompile(`^(/dev/spidev|SPI)[0-9]{1,3}\.[0-9]{1,2}$`),
}

// Check refuses a reader that no machine has.
func (r Reader) Check() error {
	var m Mistakes
	r.check(&m)
	return m.or()
}

func (r Reader) check(m *Mistakes) {
	form, ok := ports[r.Wire]
	switch {
	case !ok:
		m.add("reader.wire", "reader.wire is %q; it is \"uart\", \"i2c\" or \"spi\"", r.Wire)
	case !form.MatchString(r.Port):
		m.add("reader.port", "reader.port is %q, which is no name of a port where reader.wire is %q", r.Port, r.Wire)
	}
	switch {
	case ok && r.Wire != "uart" && r.Baud != 0:
		m.add("reader.baud", "reader.baud is %d; a bus (%s) has none", r.Baud, r.Wire)
	case r.Wire == "uart" && !slices.Contains([]int{115200, 230400, 460800, 921600}, r.Baud):
		m.add("reader.baud", "reader.baud is %d; it is 115200, with which the chip wakes up, or 230400, 460800 or 921600", r.Baud)
	}
	switch {
	case r.Side != "" && !slices.Contains(sides, r.Side):
		m.add("reader.side", "reader.side is %q; it is \"right\", \"left\", \"below\" or \"above\", or absent", r.Side)
	case r.Side == "" && r.Distance != 0:
		m.add("reader.distance_mm", "reader.distance_mm is %d, and reader.side does not say which way", r.Distance)
	case r.Distance != 0 && (r.Distance < 10 || r.Distance > 1000):
		m.add("reader.distance_mm", "reader.distance_mm is %d; it is 10 to 1000, or absent", r.Distance)
	}
}

// sides are where the reader can lie.
var sides = []string{"right", "left", "below", "above"}

// Sides are the values of reader.side.
func Sides() []string { return slices.Clone(sides) }
