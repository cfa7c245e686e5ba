package sim

import "time"

// Status bytes (UM0701-02 §7.1).
const (
	statusTimeout = 0x01
	statusBuffer  = 0x07
	statusNoField = 0x0A
	statusContext = 0x27
	statusMore    = 0x40
)

const dataMax = 262 // bytes in InDataExchange, each way

// list is InListPassiveTarget. Type B wants its AFI: without one the command
// has no form. Nothing of another type ever lies here.
func (s *session) list(args []byte) (found []byte, ok bool) {
	if len(args) < 2 || args[0] < 1 || args[0] > 2 || args[1] > 4 {
		return nil, true
	}
	if args[1] != 0x03 {
		return []byte{0}, true
	}
	if len(args) < 3 || len(args) > 4 {
		return nil, true
	}
	for {
		found, forever := s.r.activate(int(args[0]))
		if found[0] > 0 || !forever {
			return found, true
		}
		tick := make(chan bool, 1)
		t := time.AfterFunc(20*time.Millisecond, func() { tick <- true })
		over := s.abortedBefore(tick)
		t.Stop()
		if over {
			return nil, false
		}
	}
}

// activate finds up to most targets and numbers them. What was activated
// before is deselected first (ours: the manual does not say).
func (r *Reader) activate(most int) (found []byte, forever bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.chip.field {
		r.field(true)
	}
	for _, l := range r.lying {
		if l.tg != 0 {
			l.tg = 0
			r.restart(l)
		}
	}
	found = []byte{0}
	for _, l := range r.lying {
		if int(found[0]) == most {
			break
		}
		found[0]++
		atqb := l.calls()
		l.tg, l.cid = found[0], 0
		if atqb[10]&0x01 != 0 { // the card takes a CID
			l.cid = l.tg
		}
		found = append(append(append(found, l.tg, 0x50), atqb[:]...), 1, l.cid)
	}
	return found, r.chip.attempts == 0xFF
}

// exchange is InDataExchange: the chip does all of ISO 14443-4 by itself.
func (r *Reader) exchange(args []byte, f Faults) []byte {
	if len(args) < 1 || len(args)-1 > dataMax {
		return nil
	}
	r.mu.Lock()
	l := r.activated(args[0])
	switch {
	case !r.chip.field:
		r.mu.Unlock()
		return []byte{statusNoField}
	case l == nil:
		r.mu.Unlock()
		return []byte{statusContext}
	case f.Status != 0:
		l.tg = 0
		r.restart(l)
		r.mu.Unlock()
		return []byte{f.Status}
	case len(l.rest) > 0 && len(args) == 1: // the rest of a chain
		answer := l.rest
		l.rest = nil
		r.mu.Unlock()
		return r.chain(l, answer, f.Chain)
	}
	l.rest = nil
	r.busy = l
	r.mu.Unlock()

	answer, ok := l.Exchange(args[1:])

	r.mu.Lock()
	r.busy = nil
	switch torn := l.tg == 0; {
	case !ok || torn: // lifted, or its field was taken, while it worked
		l.tg, l.atqb = 0, nil
		r.restart(l)
		r.mu.Unlock()
		return []byte{statusTimeout}
	case len(answer) > dataMax:
		r.mu.Unlock()
		return []byte{statusBuffer}
	}
	r.mu.Unlock()
	return r.chain(l, answer, f.Chain)
}

// chain answers the first piece where the fault asks for pieces.
func (r *Reader) chain(l *lain, answer []byte, piece int) []byte {
	if piece <= 0 || len(answer) <= piece {
		return append([]byte{0x00}, answer...)
	}
	r.mu.Lock()
	l.rest = append([]byte(nil), answer[piece:]...)
	r.mu.Unlock()
	return append([]byte{statusMore}, answer[:piece]...)
}

// thru is InCommunicateThru: raw blocks. Of them the activated card answers
// R(NAK), the presence check of ISO 14443-4 §7.5.5, with R(ACK), and nothing
// answers anything else.
func (r *Reader) thru(raw []byte) []byte {
	for _, l := range r.lying {
		if l.tg == 0 {
			continue
		}
		switch {
		case l.cid == 0 && len(raw) == 1 && raw[0]&^0x01 == 0xB2:
			return []byte{0x00, 0xA3}
		case l.cid != 0 && len(raw) == 2 && raw[0]&^0x01 == 0xBA && raw[1] == l.cid:
			return []byte{0x00, 0xAB, l.cid}
		}
	}
	return []byte{statusTimeout}
}

// dismiss is InDeselect, InRelease and InSelect, of one target or, by 00, all.
func (r *Reader) dismiss(code, tg byte) []byte {
	if code == cmdSelect {
		if r.activated(tg) == nil {
			return []byte{statusContext}
		}
		return []byte{0x00}
	}
	for _, l := range r.lying {
		if l.tg == 0 || tg != 0 && l.tg != tg {
			continue
		}
		if code == cmdRelease {
			l.tg = 0
		}
		r.restart(l)
	}
	return []byte{0x00}
}

func (r *Reader) activated(tg byte) *lain {
	for _, l := range r.lying {
		if l.tg != 0 && l.tg == tg {
			return l
		}
	}
	return nil
}
