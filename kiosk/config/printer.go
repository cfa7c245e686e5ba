package config

import (
	"path/filepath"
	"slices"
)

// Printer is the receipt printer; it may be absent.
type Printer struct {
	// Port is a UART ("/dev/ttyS1") or a USB printer's device file ("/dev/usb/lp0");
	// empty where there is no printer.
	Port string `toml:"port"`
	Baud int    `toml:"baud"` // of a UART alone: 9600, 19200, 38400, 57600 or 115200
	// Dots are those of the head: 576 where the key is absent (paper of 80 mm), 384 on
	// paper of 58 mm.
	Dots int `toml:"dots"`
}

func (p Printer) check(m *Mistakes) {
	if p.Port == "" {
		if p != (Printer{}) {
			m.add("printer.port", "printer.port is missing")
		}
		return
	}
	if !filepath.IsAbs(p.Port) {
		m.add("printer.port", "printer.port is %q; it is the path of a device file", p.Port)
	}
	if !slices.Contains([]int{0, 9600, 19200, 38400, 57600, 115200}, p.Baud) {
		m.add("printer.baud", "printer.baud is %d; it is 9600, 19200, 38400, 57600 or 115200, or absent where printer.port is a USB printer", p.Baud)
	}
	if !slices.Contains([]int{0, 384, 512, 576}, p.Dots) {
		m.add("printer.dots", "printer.dots is %d; it is 384, 512 or 576", p.Dots)
	}
}

// Width is Dots, or what it is where the key is absent.
func (p Printer) Width() int {
	if p.Dots == 0 {
		return 576
	}
	return p.Dots
}
