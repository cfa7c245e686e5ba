package bus

import (
	"errors"
	"fmt"
	"math/bits"
	"time"

	"periph.io/x/conn/v3/physic"
	"periph.io/x/conn/v3/spi"

	"multicopy.example/kiosk/secret"
)

// What each SPI transaction begins with (UM0701-02 §6.2.5).
const (
	prefixWrite  = 0x01
	prefixStatus = 0x02
	prefixRead   = 0x03
)

const (
	// spiClock is what libnfc uses (drivers/pn532_spi.c); the chip takes up to
	// 5 MHz, wires on a counter do not always. A frame of full length takes
	// 2.2 ms.
	spiClock = 1 * physic.MegaHertz
	// spiEvery is how often readiness is asked for. SPI needs no rest; it
	// spares the host.
	spiEvery = 1 * time.Millisecond
	// nudgeBytes keeps NSS low for 2 ms at spiClock, while the oscillator
	// starts. The chip repeats its status for as long as it is asked.
	nudgeBytes = 250
)

// NewSPI is the PN532 on a port that is not connected yet. Close closes it.
func NewSPI(port spi.PortCloser) (*Port, error) {
	// The chip wants the lowest bit of each byte first, which many of Linux's
	// controllers cannot: bits are turned round here, and the mode does not
	// ask for it.
	c, err := port.Connect(spiClock, spi.Mode0, 8)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("bus: connect: %w", explain(err)), port.Close())
	}
	w := &spiWire{conn: c}
	b, err := secret.Buffers(w, 2*(1+MaxFrame))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("bus: %w", err), port.Close())
	}
	w.tx, w.rx = (*[1 + MaxFrame]byte)(b), (*[1 + MaxFrame]byte)(b[1+MaxFrame:])
	return &Port{wire: w, closer: port}, nil
}

// spiWire's buffers are locked memory, because a frame may carry what a resident
// typed. I²C needs none: its driver takes the caller's own.
type spiWire struct {
	conn   spi.Conn
	tx, rx *[1 + MaxFrame]byte // a prefix and what follows it, both ways at once
}

func (w *spiWire) rest() time.Duration { return spiEvery }

func (w *spiWire) status() (byte, error) { return w.ask(1) }

func (w *spiWire) nudge() (byte, error) { return w.ask(nudgeBytes) }

// ask reads the status n times in one transaction and answers the last one.
func (w *spiWire) ask(n int) (byte, error) {
	err := w.both(prefixStatus, n)
	s := bits.Reverse8(w.rx[n])
	clear(w.rx[:])
	return s, err
}

// read has no status byte of its own: await has just seen one.
func (w *spiWire) read(b []byte) (byte, error) {
	defer clear(w.rx[:])
	if err := w.both(prefixRead, len(b)); err != nil {
		return 0, err
	}
	for i := range b {
		b[i] = bits.Reverse8(w.rx[1+i])
	}
	return ready, nil
}

func (w *spiWire) both(prefix byte, n int) error {
	clear(w.tx[:])
	w.tx[0] = bits.Reverse8(prefix)
	return explain(w.conn.Tx(w.tx[:1+n], w.rx[:1+n]))
}

func (w *spiWire) write(b []byte) error {
	defer clear(w.tx[:])
	w.tx[0] = bits.Reverse8(prefixWrite)
	for i, c := range b {
		w.tx[1+i] = bits.Reverse8(c)
	}
	return explain(w.conn.Tx(w.tx[:1+len(b)], nil))
}
