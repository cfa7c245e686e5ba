// Package sim is a My Number Card that answers APDUs ([Card]) and a PN532 that
// speaks its frames on a real pty ([Reader]), for tests. Both stand at the lowest
// layer there is, so that everything above them is the production code, and both
// can be driven by foreign programs (OpenSC, libnfc).
//
// It is imported by tests, cmd/internal/harness and cmd/kiosk-demo; the firmware
// cannot contain it. What it defines because the real thing is not public is said
// where it is defined. Read [Target] first: it is where the two meet.
package sim

// A Target is something that can lie on the virtual reader: it has no power
// of its own, and answers APDUs while it has the reader's.
//
// The reader calls a Target's methods one at a time.
type Target interface {
	// PowerOn is the field reaching it, PowerOff the field leaving it, with
	// every verified state. Both may be called again in the same state.
	PowerOn()
	PowerOff()
	// Exchange answers one command APDU, ok false where it was torn out of
	// the field and no answer comes. apdu is lent for the call.
	Exchange(apdu []byte) (response []byte, ok bool)
	// ATQB is the 11 bytes after the 50: PUPI 4, application data 4,
	// protocol info 3 (ISO 14443-3 §7.9).
	ATQB() [11]byte
}
