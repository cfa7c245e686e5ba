package printer

import "errors"

// A State is what is to be done about a printer, the worst thing first.
type State uint8

// The states. Fails is a fault that no hand mends, Jam one that a hand does.
const (
	Ready State = iota
	PaperLow
	PaperOut
	CoverOpen
	Jam
	Fails
)

var stateNames = [...]string{"ready", "paper low", "paper out", "cover open", "jam", "fails"}

// String is the state in the log's words.
func (s State) String() string {
	if int(s) >= len(stateNames) {
		return "state?"
	}
	return stateNames[s]
}

// Error makes an error of a state in which nothing can be printed.
type Error State

func (e Error) Error() string { return "printer: " + State(e).String() }

// Errors that are no state: the printer says nothing that could be read.
var (
	ErrSilent  = errors.New("printer: no answer")
	ErrGarbled = errors.New("printer: no status of ESC/POS")
)

// queries are the four real-time status requests, DLE EOT n.
const queries = 4

const (
	dle = 0x10
	eot = 0x04
)

// isStatus: bits 0 and 7 are 0, 1 and 4 are 1 in each status byte, which tells it
// from XON and XOFF and from most noise.
func isStatus(b byte) bool { return b&0x93 == 0x12 }

// Bits of the answers to DLE EOT 2, 3 and 4.
const (
	coverBit  = 1 << 2 // of 2
	endBit    = 1 << 5 // of 2: printing stopped for want of paper
	errorBit  = 1 << 6 // of 2
	cutterBit = 1 << 3 // of 3: the cutter is blocked, as a rule by paper
	fatalBit  = 1 << 5 // of 3
	hotBit    = 1 << 6 // of 3: recovers by itself
	mechBit   = 1 << 2 // of 3: a hand mends it
	nearBits  = 3 << 2 // of 4: either of two sensors
	outBits   = 3 << 5 // of 4
	offBit    = 1 << 3 // of 1: off line
)

// Parse makes a state of the answers to the four status requests, in their order.
func Parse(answers [queries]byte) (State, error) {
	for _, b := range answers {
		if !isStatus(b) {
			return Fails, ErrGarbled
		}
	}
	line, off, fault, paper := answers[0], answers[1], answers[2], answers[3]
	switch {
	case fault&fatalBit != 0:
		return Fails, nil
	case fault&(cutterBit|mechBit) != 0:
		return Jam, nil
	case off&coverBit != 0:
		return CoverOpen, nil
	case off&endBit != 0, paper&outBits != 0:
		return PaperOut, nil
	case fault&hotBit != 0, off&errorBit != 0, line&offBit != 0:
		return Fails, nil
	case paper&nearBits != 0:
		return PaperLow, nil
	}
	return Ready, nil
}
