package sim

import (
	"image"
	"image/color"
	"sync"
)

// PrinterFaults are what is the matter with a simulated printer.
type PrinterFaults struct {
	Mute      bool // it answers nothing
	PaperLow  bool
	PaperOut  bool
	CoverOpen bool
	Jam       bool
	Fatal     bool
	PaperEnds int  // after so many lines; 0: it does not
	Noisy     bool // XON and XOFF between its answers
}

// A Printer is a receipt printer that speaks ESC/POS on a pty and draws what it
// prints. What it does not know it notes as wrong.
type Printer struct {
	line *line
	done chan struct{}

	mu     sync.Mutex
	faults PrinterFaults
	parser escpos
	slips  []image.Image
	watch  func(nth int, slip image.Image) // may be nil
}

// NewPrinter switches one on.
func NewPrinter() (*Printer, error) {
	l, err := newLine()
	if err != nil {
		return nil, err
	}
	p := &Printer{line: l, done: make(chan struct{})}
	go p.serve()
	return p, nil
}

// Path is its device.
func (p *Printer) Path() string { return p.line.slave.Name() }

// Close switches it off.
func (p *Printer) Close() {
	p.line.close() //nolint:errcheck // a pty
	<-p.done
}

// Fault makes it so until the next call.
func (p *Printer) Fault(f PrinterFaults) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = f
}

// Slips are the pictures that were printed and cut off, oldest first.
func (p *Printer) Slips() []image.Image {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]image.Image(nil), p.slips...)
}

// Watch calls f with each slip that is cut off from now on, from one goroutine; nth
// counts from 1.
func (p *Printer) Watch(f func(nth int, slip image.Image)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.watch = f
}

// Wrong are the bytes that no command began with.
func (p *Printer) Wrong() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]byte(nil), p.parser.wrong...)
}

func (p *Printer) serve() {
	defer close(p.done)
	b := make([]byte, 4096)
	for {
		n, err := p.line.master.Read(b)
		if err != nil {
			return
		}
		before := len(p.Slips())
		for _, c := range b[:n] {
			if out := p.take(c); len(out) > 0 {
				if _, err := p.line.master.Write(out); err != nil {
					return
				}
			}
		}
		p.tell(before)
	}
}

// tell hands over the slips that came since there were that many.
func (p *Printer) tell(before int) {
	p.mu.Lock()
	watch, slips := p.watch, p.slips
	p.mu.Unlock()
	for n := before; watch != nil && n < len(slips); n++ {
		watch(n+1, slips[n])
	}
}

// take is one byte from the host; out is the answer.
func (p *Printer) take(c byte) (out []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e := &p.parser
	if e.realtime(c) {
		if p.faults.Mute {
			return nil
		}
		if p.faults.Noisy {
			return []byte{0x13, 0x11, p.status(c), 0x11}
		}
		return []byte{p.status(c)}
	}
	blocked := p.faults.PaperOut || p.faults.CoverOpen || p.faults.Jam || p.faults.Fatal
	if slip := e.take(c, !blocked); slip != nil {
		p.slips = append(p.slips, slip)
	}
	if n := p.faults.PaperEnds; n > 0 && e.lines >= n {
		p.faults.PaperOut = true
	}
	return nil
}

// status is the answer to DLE EOT n.
func (p *Printer) status(n byte) byte {
	f, b := p.faults, byte(0x12)
	set := func(on bool, bits byte) {
		if on {
			b |= bits
		}
	}
	switch n {
	case 1:
		set(f.PaperOut || f.CoverOpen || f.Jam || f.Fatal, 1<<3)
	case 2:
		set(f.CoverOpen, 1<<2)
		set(f.PaperOut, 1<<5)
		set(f.Jam || f.Fatal, 1<<6)
	case 3:
		set(f.Jam, 1<<3)
		set(f.Fatal, 1<<5)
	case 4:
		set(f.PaperLow || f.PaperOut, 3<<2)
		set(f.PaperOut, 3<<5)
	}
	return b
}

// escpos reads the commands that the kiosk sends.
type escpos struct {
	wrong   []byte
	command []byte
	dle     int // bytes of a real-time request that came in a row
	width   int // dots of the raster that comes in
	left    int // and its bytes that are to come
	rows    [][]byte
	row     []byte
	lines   int // printed since it was switched on
}

// realtime watches for DLE EOT n, which is answered at once wherever it stands.
func (e *escpos) realtime(c byte) (asked bool) {
	switch {
	case c == 0x10:
		e.dle = 1
	case e.dle == 1 && c == 0x04:
		e.dle = 2
	case e.dle == 2 && c >= 1 && c <= 4:
		e.dle, e.command = 0, nil
		return true
	default:
		e.dle = 0
	}
	return false
}

// take is one byte; prints says whether the paper moves. A slip is returned when it
// is cut off.
func (e *escpos) take(c byte, prints bool) image.Image {
	if e.left > 0 {
		e.left--
		if e.row = append(e.row, c); len(e.row)*8 == e.width {
			if prints {
				e.rows = append(e.rows, e.row)
				e.lines++
			}
			e.row = nil
		}
		return nil
	}
	e.command = append(e.command, c)
	k := e.command
	switch {
	case e.dle > 0: // a request has begun
		return nil
	case len(k) == 2 && k[0] == 0x1B && k[1] == '@':
		e.rows = nil
	case len(k) == 8 && k[0] == 0x1D && k[1] == 'v' && k[2] == '0' && k[3] == 0:
		row := int(k[4]) | int(k[5])<<8
		e.width, e.left = row*8, row*(int(k[6])|int(k[7])<<8)
	case len(k) == 4 && k[0] == 0x1D && k[1] == 'V' && k[2] == 66:
		e.command = nil
		if prints {
			return e.cut()
		}
		return nil
	case len(k) < 8 && begins(k):
		return nil
	default:
		e.wrong = append(e.wrong, k...)
	}
	e.command = nil
	return nil
}

// begins reports whether bytes can be the beginning of a command.
func begins(k []byte) bool {
	for _, c := range []string{"\x1B@", "\x1Dv0\x00", "\x1DV\x42"} {
		if n := min(len(k), len(c)); string(k[:n]) == c[:n] {
			return true
		}
	}
	return false
}

// cut is the slip that was printed, nil where no line was.
func (e *escpos) cut() image.Image {
	rows := e.rows
	if e.rows = nil; len(rows) == 0 {
		return nil
	}
	slip := image.NewGray(image.Rect(0, 0, e.width, len(rows)))
	for y, row := range rows {
		for x := range e.width {
			if row[x/8]&(0x80>>(x%8)) == 0 {
				slip.SetGray(x, y, color.Gray{Y: 0xFF})
			}
		}
	}
	return slip
}
