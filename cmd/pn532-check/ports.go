package main

import (
	"path/filepath"
	"slices"
)

// candidates are the device files of each wire: USB adapters first, then what a board
// has built in. A PC's own ttyS are left out: the kernel makes four of them whether
// there is a line or not.
var candidates = []struct {
	wire  string
	files []string
}{
	{"uart", []string{"ttyUSB*", "ttyACM*", "ttyAMA*", "ttySC*", "serial[0-9]*"}},
	{"i2c", []string{"i2c-*"}},
	{"spi", []string{"spidev*.*"}},
}

// ports are those of this machine, by wire and name.
func ports(dev string) (list []found) {
	for _, c := range candidates {
		for _, pattern := range c.files {
			names, err := filepath.Glob(filepath.Join(dev, pattern))
			if err != nil {
				panic(err) // the pattern is ours
			}
			slices.Sort(names)
			for _, name := range names {
				list = append(list, found{Wire: c.wire, Port: name, State: "untested"})
			}
		}
	}
	return list
}
