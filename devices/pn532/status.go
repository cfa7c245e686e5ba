package pn532

import "fmt"

// A Status is the chip's word on what happened between it and the card
// (UM0701-02 §7.1). As an error it is one that the card did not answer for:
// the card is gone, or has to be found again.
type Status byte

const (
	statusNAD  = 0x80 // a node address stands before the data
	statusMI   = 0x40 // more of the answer is waiting
	statusCode = 0x3F
)

var statusText = map[Status]string{
	0x01: "time-out, the card did not answer",
	0x02: "CRC", 0x03: "parity", 0x04: "bit count", 0x05: "framing", 0x06: "bit collision",
	0x07: "buffer too small", 0x09: "RF buffer overflow", 0x0A: "field is off", 0x0B: "RF protocol",
	0x0D: "temperature", 0x0E: "internal buffer overflow", 0x10: "invalid parameter", 0x12: "DEP command",
	0x13: "data format", 0x14: "authentication", 0x23: "UID check", 0x25: "DEP state",
	0x26: "not allowed", 0x27: "not acceptable now", 0x29: "released", 0x2A: "card exchanged",
	0x2B: "card disappeared", 0x2C: "NFCID3 mismatch", 0x2D: "over-current", 0x2E: "NAD missing",
}

func (s Status) Error() string {
	if t, ok := statusText[s]; ok {
		return fmt.Sprintf("chip status %02X: %s", byte(s), t)
	}
	return fmt.Sprintf("chip status %02X", byte(s))
}
