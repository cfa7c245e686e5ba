// Package bus is a PN532 on I²C or SPI, and its reset line. It carries frames
// as bytes with deadlines, as devices/serial does for a UART, so that one
// frame layer (devices/pn532) serves all three.
//
//	OpenI2C, OpenSPI   a bus of this host by name → *Port
//	Port.Wake          raise a chip that sleeps
//	Port.Read          wait until the chip has a frame, fetch it
//	Port.Write         one frame
//	Reset              a hard reset by the chip's RSTPDN pin
//
// What differs from a UART: the chip never speaks unasked. Each read begins
// with a status byte whose lowest bit says that a frame is ready, and a frame
// is fetched in one transaction, whole (UM0701-02 §6.2.4, §6.2.5).
//
// What it never does: look into a frame; repeat one; keep bytes of one. Its
// scratch buffers are of fixed size and erased after each use, because a frame
// may carry what a resident typed.
//
// It owns periph.io and knows nothing else of this project. README.md beside
// this file says how to wire a PN532, and that none of this was ever tried on
// real hardware. Read port.go, then i2c.go and spi.go.
package bus
