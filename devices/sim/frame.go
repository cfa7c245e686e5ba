package sim

// The reader's side of the host frames (UM0701-02 §6.2.1), written without a
// look at the driver's: two readings of one manual find each other's errors.

const (
	frameFromHost = 0xD4
	frameToHost   = 0xD5
	frameMax      = 265 // TFI and PD: 264 bytes of PD, that is 262 of data in InDataExchange
)

// A hostFrame is what the host sent: an ACK (abort), a NACK (say it again), or
// a command.
type hostFrame struct {
	ack, nack bool
	pd        []byte // command code first
}

// A hostLine takes the host's bytes one by one, as the chip's UART does.
// Damaged frames are dropped without an answer.
type hostLine struct {
	step func(*hostLine, byte) (hostFrame, bool)
	zero bool // the last byte was 00
	head [5]byte
	have int
	want int
	body []byte
}

func (l *hostLine) push(b byte) (hostFrame, bool) {
	if l.step == nil {
		l.step = (*hostLine).search
	}
	return l.step(l, b)
}

func (l *hostLine) reset() {
	clear(l.body[:cap(l.body)])
	*l = hostLine{step: (*hostLine).search, body: l.body[:0]}
}

func (l *hostLine) search(b byte) (hostFrame, bool) {
	if l.zero && b == 0xFF {
		l.have, l.step = 0, (*hostLine).lengths
	}
	l.zero = b == 0x00
	return hostFrame{}, false
}

func (l *hostLine) lengths(b byte) (f hostFrame, ok bool) {
	l.head[l.have] = b
	l.have++
	h := l.head
	extended := l.have >= 2 && h[0] == 0xFF && h[1] == 0xFF
	switch {
	case l.have < 2 || extended && l.have < 5:
		return f, false
	case h[0] == 0x00 && h[1] == 0xFF:
		l.reset()
		return hostFrame{ack: true}, true
	case h[0] == 0xFF && h[1] == 0x00:
		l.reset()
		return hostFrame{nack: true}, true
	}
	n, sum := int(h[0]), h[0]+h[1]
	if extended {
		n, sum = int(h[2])<<8+int(h[3]), h[2]+h[3]+h[4]
	}
	if sum != 0 || n < 2 || n > frameMax {
		l.reset()
		return f, false
	}
	if l.body == nil {
		l.body = make([]byte, 0, frameMax+1)
	}
	l.want, l.step = n+1, (*hostLine).content // and the checksum
	return f, false
}

func (l *hostLine) content(b byte) (f hostFrame, ok bool) {
	if l.body = append(l.body, b); len(l.body) < l.want {
		return f, false
	}
	var sum byte
	for _, c := range l.body {
		sum += c
	}
	if ok = sum == 0 && l.body[0] == frameFromHost; ok {
		f.pd = append([]byte(nil), l.body[1:l.want-1]...)
	}
	l.reset()
	return f, ok
}

var (
	ackToHost   = []byte{0x00, 0x00, 0xFF, 0x00, 0xFF, 0x00}
	nackToHost  = []byte{0x00, 0x00, 0xFF, 0xFF, 0x00, 0x00}
	errorToHost = []byte{0x00, 0x00, 0xFF, 0x01, 0xFF, 0x7F, 0x81, 0x00}
)

// replyFrame is the chip's frame around a reply: normal up to a length field
// of 255, extended above.
func replyFrame(pd []byte) []byte {
	n := 1 + len(pd)
	f := []byte{0x00, 0x00, 0xFF}
	if n < 0x100 {
		f = append(f, byte(n), byte(0x100-n))
	} else {
		f = append(f, 0xFF, 0xFF, byte(n>>8), byte(n), byte(-(n>>8)-n))
	}
	f = append(append(f, frameToHost), pd...)
	sum := byte(frameToHost)
	for _, b := range pd {
		sum += b
	}
	return append(f, -sum, 0x00)
}
