package sim

import "time"

// Faults are what goes wrong on the line, one misfortune or several together.
// They begin with the command after the first After commands from the call of
// Fault, and last for Times commands, or until the next call where Times is 0.
// A NACK counts as a command, and its repeated reply can be damaged as well.
type Faults struct {
	After, Times int
	INS          byte // 0, or the only instruction of an APDU that counts as a command

	Unplug  bool // the reader is pulled out instead of an ACK
	Mute    bool // no ACK, no reply, and nothing is done
	Nack    bool // NACK instead of ACK, and nothing is done
	Storm   bool // NACK after NACK, and nothing is done
	AckOnly bool // carried out, acknowledged, never replied to
	Garbage bool // carried out; noise with false start codes instead of ACK and reply
	Half    bool // carried out; half the reply, and then nothing

	BadDCS  bool // the reply's data checksum is wrong
	BadLCS  bool // the reply's length checksum is wrong
	BadTFI  bool // the reply comes as if from a host
	BadCode bool // the reply is one to another command
	Early   bool // the reply comes before the ACK

	OneWrite bool // ACK and reply in one write
	Split    bool // byte by byte
	Noise    bool // preamble noise before every frame
	Twice    bool // the reply comes twice

	AckDelay   time.Duration // with Early it lies between the reply and the ACK
	ReplyDelay time.Duration // carried out at its end, unless the host aborts
	Drip       time.Duration // carried out; the reply comes with so much between two bytes, unless the host aborts

	NoNAK  bool // InCommunicateThru: the card never answers R(NAK), the presence check
	Status byte // InDataExchange, InCommunicateThru: this status, and the card is not asked
	Chain  int  // InDataExchange: answers in pieces of so many bytes
}

// Fault sets what goes wrong from now on; the zero Faults heals the line.
func (r *Reader) Fault(f Faults) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.faults, r.seen = f, 0
}

// due is what goes wrong with this command, or with a NACK, which is none.
func (r *Reader) due(pd []byte) Faults {
	r.mu.Lock()
	defer r.mu.Unlock()
	if ins := r.faults.INS; ins != 0 && (len(pd) < 4 || pd[0] != cmdExchange || pd[3] != ins) {
		return Faults{}
	}
	r.seen++
	n := r.seen - r.faults.After
	if n < 1 || r.faults.Times > 0 && n > r.faults.Times {
		return Faults{}
	}
	return r.faults
}

// A storm is so many NACKs, one every so often: less than a line holds of what
// no reader drains.
const (
	stormNacks = 500
	stormEvery = 2 * time.Millisecond
)

// noise holds two false start codes, one with a plausible length.
var noise = []byte{0x00, 0xFF, 0x03, 0x11, 0x55, 0xAA, 0x00, 0x00, 0xFF, 0x04, 0xFC, 0xD5, 0x41, 0x00, 0x90, 0x77}

// damage is the reply's frame as the fault lets it through.
func (f Faults) damage(frame []byte, tfi int) []byte {
	switch {
	case f.BadDCS:
		frame[len(frame)-2] ^= 0x10
	case f.BadLCS:
		frame[tfi-1] ^= 0x10
	case f.BadTFI:
		frame[tfi], frame[len(frame)-2] = frameFromHost, frame[len(frame)-2]+1
	case f.BadCode:
		frame[tfi+1], frame[len(frame)-2] = frame[tfi+1]+2, frame[len(frame)-2]-2
	case f.Half:
		frame = frame[:len(frame)/2]
	}
	if f.Twice {
		frame = append(frame, frame...)
	}
	return frame
}
