package bus

import (
	"io"
	"time"

	"periph.io/x/conn/v3/i2c"
)

// Address is the chip's on I²C, in seven bits: 48 and 49 on the wire
// (UM0701-02 §6.2.4).
const Address = 0x24

// busFree is kept between a STOP and the next START. libnfc keeps 5 ms for the
// data sheet's tBUF (drivers/pn532_i2c.c); Linux's own driver keeps nothing.
// Ours, until a real chip is measured. It is also how often readiness is asked
// for: a frame is found 2 ms late at most.
const busFree = 2 * time.Millisecond

// NewI2C is the PN532 at Address of a bus. closer is what Close closes, nil
// where nothing is.
//
// The bus keeps the clock that it has: Linux sets it at boot, and a driver
// that set it would set it for every chip there (README.md). The PN532 takes
// up to 400 kHz.
func NewI2C(bus i2c.Bus, closer io.Closer) *Port {
	return &Port{wire: &i2cWire{dev: i2c.Dev{Bus: bus, Addr: Address}}, closer: closer}
}

type i2cWire struct {
	dev i2c.Dev
	rx  [1 + MaxFrame]byte // a status byte and what follows it
}

func (w *i2cWire) rest() time.Duration { return busFree }

// status reads one byte and stops.
func (w *i2cWire) status() (byte, error) {
	var s [1]byte
	err := w.dev.Tx(nil, s[:])
	return s[0], explain(err)
}

// nudge is a plain status read: the address wakes the chip, which holds the
// clock down, or does not acknowledge, until it is awake.
func (w *i2cWire) nudge() (byte, error) { return w.status() }

func (w *i2cWire) read(b []byte) (byte, error) {
	rx := w.rx[:1+len(b)]
	defer clear(rx)
	if err := w.dev.Tx(nil, rx); err != nil {
		return 0, explain(err)
	}
	copy(b, rx[1:])
	return rx[0], nil
}

func (w *i2cWire) write(b []byte) error { return explain(w.dev.Tx(b, nil)) }
