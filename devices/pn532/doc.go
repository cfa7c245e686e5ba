// Package pn532 is the card reader: NXP's PN532 on a UART, I²C or SPI. It
// turns the field on, waits for one Type B card, carries APDUs to it, and takes
// its power away again.
//
//	Reader.Ready    open from nothing, wake, configure, field off
//	Reader.Wait     field on, poll, one card → *Link
//	Reader.Answers  is the chip still there, while no caller waits
//	Link.Transmit   one APDU
//	Link.Present    is it still there; spends nothing
//	Link.Release    field off: the card loses its power and what it verified
//
// What it never does: repeat a command that went to a card; believe a reader
// that does not answer to its name after an exchange failed (it closes the port
// and stays closed until the next Ready opens it from nothing); ask again for an
// answer to a command that changes a card; keep bytes of an exchange. The two buffers
// through which every frame goes are of fixed size, in locked memory, and erased
// after each use, because a frame may carry what a resident typed.
//
// Three layers: frame.go (pure: bytes to frames and back), chip.go and receive.go (one
// command and its reply, with deadlines), and above them reader.go, setup.go, answers.go,
// power.go, rate.go, link.go and present.go. Below them port.go says what wires must do: a UART
// (devices/serial) whose rate may be raised, or a bus (devices/bus) that is
// asked for each frame. The frames are the same on all of them. Sources: UM0701-02, the chip's user manual; ISO
// 14443-3 and -4. Read frame.go first, then chip.go.
package pn532
