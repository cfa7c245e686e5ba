package bench

import (
	"multicopy.example/devices/apdu"
	"multicopy.example/devices/pn532"
)

// A screen decides what of a conversation is told. What a command carries is
// hidden where it may be a secret, and its length with it. Of what the card
// answers only this is told: status words, the label of its token, the list of
// its certificates, and how long its certificate is. Everything else names the
// card or its owner, and is as many hidden bytes.
type screen struct {
	certificate bool // it was asked to tell that too
	code        byte // of the last command to the chip
	current     byte // the file that a READ BINARY without an identifier reads
	last        apdu.Command
	at          int // where in the file the answer begins
	got         int // of the answer to last, in earlier pieces
}

const (
	cmdExchange = 0x40 // InDataExchange
	cmdList     = 0x4A // InListPassiveTarget
	cmdThru     = 0x42 // InCommunicateThru

	efToken     = 0x06
	efAvailable = 0x08
	efAuthCert  = 0x0A

	head = 4 // bytes of a DER certificate that tell its length (X.690 §8.1.3.5)
)

// mayTell is how much of a command's PD may be copied at all: a reader who has to
// hide something must not have it first.
func mayTell(pd []byte) (n int, open bool) {
	const header = 2 + 4 // code, Tg; CLA, INS, P1, P2
	if pd[0] != cmdExchange || len(pd) <= header {
		return len(pd), false
	}
	switch pd[3] {
	case apdu.InsSelect, apdu.InsRead, apdu.InsSign, apdu.InsChallenge, apdu.InsGetResponse:
		return len(pd), false
	}
	return header, true
}

// asked looks at a command. Its PD may be cut short.
func (s *screen) asked(o op) {
	if o.kind != frame {
		return
	}
	if s.code = byte(o.pd[0]); s.code != cmdExchange || len(o.pd) < 6 {
		return
	}
	c := apdu.Command{CLA: byte(o.pd[2]), INS: byte(o.pd[3]), P1: byte(o.pd[4]), P2: byte(o.pd[5])}
	switch {
	case c.INS == apdu.InsGetResponse:
		return // the rest of an answer
	case c.INS == apdu.InsSelect && c.P1 == 0x02 && len(o.pd) >= 9:
		s.current = byte(o.pd[8])
	case c.INS == apdu.InsSelect:
		s.current = 0
	case c.INS == apdu.InsRead && c.P1&0x80 != 0:
		s.current, s.at = c.P1&0x1F, int(c.P2)
	case c.INS == apdu.InsRead:
		s.at = int(c.P1)<<8 | int(c.P2)
	}
	s.last, s.got = c, 0
}

// answered hides what must not be told of a reply.
func (s *screen) answered(o op) op {
	if o.kind == raw {
		switch s.code {
		case cmdExchange, cmdList, cmdThru: // a damaged frame may hold anything of a card
			hide(o.pd, min(len(o.pd), max(3, s.head(o.pd))))
		}
		return o
	}
	if o.kind != frame {
		return o
	}
	switch o.pd[0] {
	case cmdList + 1:
		s.targets(o.pd)
	case cmdExchange + 1:
		s.answer(o.pd)
	case cmdThru + 1:
		hide(o.pd, 2)
	}
	return o
}

// head is how much of a damaged frame is its start, its length, and the code that
// every reply to the last command has: by these a host knows it. 0 where it has
// another. It may begin behind the start code.
func (s *screen) head(pd []int) int {
	for at := range min(len(pd), 1+len(start)+1) { // the end of the frame before, and the start code
		if at > 0 && (pd[at-1] != 0xFF || at > 1 && pd[at-2] != 0x00) {
			continue // not right behind a start code
		}
		code := at + 3
		if len(pd) > at+1 && pd[at] == 0xFF && pd[at+1] == 0xFF { // extended
			code += 3
		}
		if len(pd) > code && pd[code-1] == pn532.FromChip && pd[code] == int(s.code)+1 {
			return code + 1
		}
	}
	return 0
}

// targets hides each card's PUPI, which may be its own for life (ISO 14443-3
// §7.9.2), and whatever is no record.
func (s *screen) targets(pd []int) {
	const fixed = 1 + 12 + 1
	for at := 2; at < len(pd); {
		if len(pd) < at+fixed {
			hide(pd, at)
			return
		}
		end := min(at+fixed+pd[at+13], len(pd))
		for i := at + 2; i < at+6; i++ {
			pd[i] = hidden
		}
		at = end
	}
}

// answer: code, the chip's status, data, and the card's status word, which is
// the last two bytes unless more follows.
func (s *screen) answer(pd []int) {
	const data = 2
	if len(pd) <= data {
		return
	}
	end := len(pd) - 2
	if pd[1]&0x40 != 0 { // more of the answer waits in the chip
		end = len(pd)
	}
	for i := data; i < end; i++ {
		if !s.tells(s.at + s.got + i - data) {
			pd[i] = hidden
		}
	}
	s.got += max(end-data, 0)
}

// tells reports whether that byte of the file that is read may be told.
func (s *screen) tells(at int) bool {
	if s.last.CLA != 0 || s.last.INS != apdu.InsRead {
		return false
	}
	switch s.current {
	case efToken:
		return at < 32 // the label; a serial number comes later
	case efAvailable:
		return at < 3
	case efAuthCert:
		return at < head || s.certificate
	}
	return false
}

func hide(pd []int, from int) {
	for i := from; i < len(pd); i++ {
		pd[i] = hidden
	}
}
