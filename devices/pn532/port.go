package pn532

import "context"

// A Port carries bytes to and from the chip: *serial.Port, or one of the two
// buses of devices/bus. Its methods are for one goroutine at a time.
type Port interface {
	// Read waits for bytes and returns at least one. It ends with the
	// context's error within about 100 ms of the context's end.
	Read(ctx context.Context, b []byte) (int, error)
	// Write writes all of b and keeps no copy of it. It ends as Read does.
	Write(ctx context.Context, b []byte) error
	// Flush forgets what was received and not read.
	Flush() error
	Close() error
}

// A Bus is a Port on which the chip never speaks unasked: the host asks
// whether a frame is ready and fetches it (UM0701-02 §6.2.4, §6.2.5). Read
// waits for that and fetches one frame in one transaction of len(b) bytes,
// which begins with the frame's first byte; behind the frame it brings
// whatever the chip sends when it has nothing to say. A frame longer than b is
// lost.
type Bus interface {
	Port
	// Wake raises a chip that sleeps. It ends with an error where nothing
	// on the bus answers, and as Read does.
	Wake(ctx context.Context) error
}

// A Rated port is a UART whose rate can be changed while it is open, in baud.
// It opens at BaseRate, which is the chip's own after power-up.
type Rated interface {
	Port
	SetBaud(baud int) error
}
