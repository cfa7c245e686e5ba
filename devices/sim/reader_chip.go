package sim

import (
	"math/bits"
	"time"
)

// Command codes (UM0701-02 §7.2, §7.3).
const (
	cmdDiagnose = 0x00
	cmdFirmware = 0x02
	cmdGeneral  = 0x04
	cmdReadReg  = 0x06
	cmdWriteReg = 0x08
	cmdBaud     = 0x10
	cmdParams   = 0x12
	cmdSAM      = 0x14
	cmdDown     = 0x16
	cmdRF       = 0x32
	cmdExchange = 0x40
	cmdThru     = 0x42
	cmdDeselect = 0x44
	cmdList     = 0x4A
	cmdRelease  = 0x52
	cmdSelect   = 0x54
	cmdPoll     = 0x60
)

// chip is what the chip remembers.
type chip struct {
	edges     int       // rising edges heard while asleep; it wakes at the fifth
	asleep    bool      // as after power-up and PowerDown
	deaf      time.Time // until then, after an abort
	low       bool      // low-battery mode of a C106: only SAMConfiguration is obeyed
	field     bool
	attempts  byte // MxRtyPassiveActivation; FF for ever
	registers map[uint16]byte
}

func newChip() chip {
	return chip{asleep: true, low: true, attempts: 0xFF, registers: map[uint16]byte{}}
}

// hears reports whether the chip is awake to take this byte. The byte whose
// edges wake it is lost.
func (r *Reader) hears(b byte) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.chip.asleep {
		return true
	}
	// The line idles high; start bit low, eight bits from the lowest, stop
	// bit high: a rise wherever a one follows a zero.
	wire := uint16(b)<<1 | 1<<9
	r.chip.edges += bits.OnesCount16(wire &^ (wire << 1))
	if r.chip.edges >= 5 {
		r.chip.asleep, r.chip.edges = false, 0
	}
	return false
}

// obeys reports whether the chip is in a state to take this command.
func (r *Reader) obeys(code byte) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Now().Before(r.chip.deaf) {
		return false
	}
	if code == cmdSAM {
		r.chip.low = false
	}
	return !r.chip.low
}

// aborted makes the chip deaf for a moment: a command right after an abort
// gets no ACK (libnfc #167; how long is ours).
func (r *Reader) aborted() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.chip.deaf = time.Now().Add(10 * time.Millisecond)
}

// run carries a command out. nil is a syntax error; ok false means that there
// will be no reply.
func (s *session) run(pd []byte, f Faults) (reply []byte, ok bool) {
	code, args := pd[0], pd[1:]
	switch code {
	case cmdExchange:
		return reply1(code, s.r.exchange(args, f)), true
	case cmdList:
		found, ok := s.list(args)
		return reply1(code, found), ok
	case cmdPoll:
		found, ok := s.poll(args)
		return reply1(code, found), ok
	}
	if code == cmdThru && f.NoNAK {
		return []byte{code + 1, statusTimeout}, true
	}
	if code == cmdThru && f.Status != 0 {
		return []byte{code + 1, f.Status}, true
	}
	s.r.mu.Lock()
	defer s.r.mu.Unlock()
	return reply1(code, s.r.simple(code, args)), true
}

// reply1 puts the reply's code before what a command answered; nil stays nil.
func reply1(code byte, answer []byte) []byte {
	if answer == nil {
		return nil
	}
	return append([]byte{code + 1}, answer...)
}

// simple runs the commands that need no card's cooperation; the caller holds
// mu. nil is a syntax error.
func (r *Reader) simple(code byte, args []byte) []byte {
	done := []byte{}
	switch n := len(args); {
	case code == cmdFirmware && n == 0:
		return []byte{0x32, 0x01, 0x06, 0x07} // PN532 1.6: A, B and 18092
	case code == cmdSAM && n >= 1 && args[0] >= 1 && args[0] <= 4:
		return done
	case code == cmdParams && n == 1:
		return done
	case code == cmdBaud && n == 1 && args[0] <= 8: // a pty has no rate
		return done
	case code == cmdDown && n >= 1:
		r.field(false)
		r.chip.asleep = true // before the reply goes out: what a host sends once it has read it is lost
		return []byte{0x00}
	case code == cmdGeneral && n == 0:
		return r.general()
	case code == cmdDiagnose && n >= 1:
		return r.diagnose(args)
	case code == cmdReadReg || code == cmdWriteReg:
		return r.register(code, args)
	case code == cmdRF && n >= 1:
		return r.configure(args[0], args[1:])
	case code == cmdThru:
		return r.thru(args)
	case (code == cmdDeselect || code == cmdRelease || code == cmdSelect) && n == 1:
		return r.dismiss(code, args[0])
	}
	return nil
}

func (r *Reader) configure(item byte, v []byte) []byte {
	size := map[byte]int{0x01: 1, 0x02: 3, 0x04: 1, 0x05: 3, 0x0A: 11, 0x0B: 8, 0x0C: 3, 0x0D: 9}[item]
	switch {
	case size == 0 || len(v) != size:
		return nil
	case item == 0x01:
		r.field(v[0]&0x01 != 0)
	case item == 0x05:
		r.chip.attempts = v[2]
	}
	return []byte{}
}

// diagnose: communication, ROM and RAM pass. The attention request, 06, does
// not work for Type B on real chips although the manual says so (libnfc,
// chips/pn53x.c): neither does it here, or a driver that relies on it would
// pass.
func (r *Reader) diagnose(args []byte) []byte {
	switch {
	case args[0] == 0x00:
		return args
	case (args[0] == 0x01 || args[0] == 0x02) && len(args) == 1:
		return []byte{0x00}
	case args[0] == 0x06 && len(args) == 1:
		return []byte{statusContext}
	}
	return nil
}

func (r *Reader) register(code byte, args []byte) []byte {
	answer, step := []byte{}, 2
	if code == cmdWriteReg {
		step = 3
	}
	if len(args) == 0 || len(args)%step != 0 {
		return nil
	}
	for ; len(args) > 0; args = args[step:] {
		at := uint16(args[0])<<8 | uint16(args[1])
		if code == cmdWriteReg {
			r.chip.registers[at] = args[2]
		} else {
			answer = append(answer, r.chip.registers[at])
		}
	}
	return answer
}

func (r *Reader) general() []byte {
	answer := []byte{0x00, 0x00, 0x00} // last error, an outer field, targets
	if r.chip.field {
		answer[1] = 0x01
	}
	for _, l := range r.lying {
		if l.tg != 0 {
			answer[2]++
			answer = append(answer, l.tg, 0x00, 0x00, 0x00) // 106 kbit/s both ways, ISO 14443
		}
	}
	return append(answer, 0x00) // SAM
}
