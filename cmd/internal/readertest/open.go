// Package readertest opens the card reader of a configuration, tests it and says what
// is wrong as staff can use it: for the firmware, for `kiosk doctor` and for
// pn532-check. It links neither a window nor C.
//
//	Open      the reader on its wires
//	Test      that it answers, how good the line is, what a card on it tells
//	Explain   an error as a code and a sentence
package readertest

import (
	"fmt"
	"log/slog"

	"multicopy.example/devices/board"
	"multicopy.example/devices/bus"
	"multicopy.example/devices/pn532"
	"multicopy.example/devices/serial"
	"multicopy.example/kiosk/config"
)

// Open is the PN532 on the wires that the configuration names. Nothing
// is opened yet: Ready does that each time, and each time resets the chip
// first where its reset line is wired.
func Open(cfg config.Reader, log *slog.Logger) (*pn532.Reader, error) {
	line, err := board.OutputLine(cfg.Reset)
	if err != nil {
		return nil, fmt.Errorf("reader.reset: %w", err)
	}
	open, err := opener(cfg)
	if err != nil {
		return nil, err
	}
	r := pn532.New(func() (pn532.Port, error) {
		if err := bus.Reset(line); err != nil {
			return nil, err
		}
		return open()
	}, log)
	if cfg.Wire == "uart" {
		err = r.Raise(cfg.Baud)
	}
	return r, err
}

// opener turns each wire's own port into the one kind that the reader takes. A
// port that is nil must not become an interface that is not.
func opener(cfg config.Reader) (func() (pn532.Port, error), error) {
	switch cfg.Wire {
	case "uart":
		return func() (pn532.Port, error) {
			p, err := serial.Open(cfg.Port, pn532.BaseRate)
			if err != nil {
				return nil, err
			}
			return p, nil
		}, nil
	case "i2c":
		return onBus(bus.OpenI2C, cfg.Port), nil
	case "spi":
		return onBus(bus.OpenSPI, cfg.Port), nil
	}
	return nil, fmt.Errorf("reader.wire is %q, want uart, i2c or spi", cfg.Wire)
}

func onBus(open func(string) (*bus.Port, error), name string) func() (pn532.Port, error) {
	return func() (pn532.Port, error) {
		p, err := open(name)
		if err != nil {
			return nil, err
		}
		return p, nil
	}
}
