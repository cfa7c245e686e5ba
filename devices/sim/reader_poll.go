package sim

import "time"

const (
	pollUnit  = 150 * time.Millisecond // of InAutoPoll's period
	pollTypes = 15                     // kinds of target in one command
	pollB     = 0x03                   // passive 106 kbit/s ISO 14443-4B
	pollTCLB  = 0x23                   // the same, said to be ISO 14443-4
)

// poll is InAutoPoll (UM0701-02 §7.3.13): how often, in which period, and for
// which kinds of target. FF is for ever, until the host says something. Of all
// kinds only Type B ever lies here, so no other is worth a look.
func (s *session) poll(args []byte) (found []byte, ok bool) {
	if len(args) < 3 || len(args) > 2+pollTypes || args[0] == 0 || args[1] < 1 || args[1] > 0x0F {
		return nil, true
	}
	kind := byte(0)
	for _, k := range args[2:] {
		if kind == 0 && (k == pollB || k == pollTCLB) {
			kind = k
		}
	}
	for left := int(args[0]); ; left-- {
		if kind != 0 {
			if found = s.r.polled(kind); found[0] > 0 {
				return found, true
			}
		}
		if args[0] != 0xFF && left == 1 {
			return []byte{0}, true
		}
		over := make(chan bool, 1)
		t := time.AfterFunc(time.Duration(args[1])*pollUnit, func() { over <- true })
		aborted := s.abortedBefore(over)
		t.Stop()
		if aborted {
			return nil, false
		}
	}
}

// polled is what lies here in the form of InAutoPoll: of each target its kind,
// a length, and what InListPassiveTarget says of it.
func (r *Reader) polled(kind byte) []byte {
	listed, _ := r.activate(2)
	found := []byte{listed[0]}
	for rest := listed[1:]; len(rest) > 0; {
		const fixed = 1 + 12 + 1 // Tg, ATQB, length of ATTRIB_RES
		n := fixed + int(rest[fixed-1])
		found = append(append(found, kind, byte(n)), rest[:n]...)
		rest = rest[n:]
	}
	return found
}
