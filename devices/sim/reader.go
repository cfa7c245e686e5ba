package sim

import (
	"fmt"
	"os"
	"sync"
	"time"
)

// A Reader is a PN532 at the end of a serial line that is a pty. It behaves as
// the chip of UM0701-02 where the manual says how, and as libnfc's authors
// found real chips to behave where they differ. Bytes take no time.
//
// Its methods may be called from any goroutine.
type Reader struct {
	mu      sync.Mutex
	line    *line
	serving *sync.WaitGroup // the two goroutines of this plug
	pulled  chan struct{}   // closed when the line is pulled out
	link    string          // a symbolic link that follows the line, or ""
	watch   func(string)

	faults Faults
	seen   int // commands since faults were set

	lying []*lain
	busy  *lain // being talked to, outside of mu
	chip  chip
}

// lain is one Target in reach of the antenna.
type lain struct {
	Target
	tg     byte // the chip's number for it; 0 while it is not activated
	cid    byte
	lifted bool
	rest   []byte // of an answer that goes out in pieces
	atqb   *[11]byte
}

// calls is what the target answers when it is looked for. A PUPI drawn at
// random lasts as long as the field (ISO 14443-3 §7.9.2): a target that is
// found again after a deselection is the same, and libnfc lists it once.
func (l *lain) calls() [11]byte {
	if l.atqb == nil {
		a := l.ATQB()
		l.atqb = &a
	}
	return *l.atqb
}

// NewReader is a chip that was just powered, with nothing lying on it.
func NewReader() (*Reader, error) {
	r := &Reader{}
	return r, r.Plug()
}

// Path is the serial device to open, "" while unplugged. It may be another one
// after every Plug.
func (r *Reader) Path() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.line == nil {
		return ""
	}
	return r.line.slave.Name()
}

// Follow keeps a symbolic link at path pointing to the device, through every
// Unplug and Plug, for programs that take a fixed name.
func (r *Reader) Follow(path string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.link = path
	return r.point()
}

func (r *Reader) point() error {
	if r.link == "" {
		return nil
	}
	if err := os.Remove(r.link); err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("sim: %w", err)
	}
	if r.line == nil {
		return nil
	}
	if err := os.Symlink(r.line.slave.Name(), r.link); err != nil {
		return fmt.Errorf("sim: %w", err)
	}
	return nil
}

// Watch calls f with one line for every frame, ">" from the host and "<" from
// the chip: the command's name, and of an APDU the header or the status word,
// never a body. f is called from the reader's goroutine and must not call the
// Reader.
func (r *Reader) Watch(f func(line string)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.watch = f
}

func (r *Reader) say(format string, args ...any) {
	r.mu.Lock()
	f := r.watch
	r.mu.Unlock()
	if f != nil {
		f(fmt.Sprintf(format, args...))
	}
}

// Plug gives the reader its line and its power; nothing while it has both.
func (r *Reader) Plug() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.line != nil {
		return nil
	}
	l, err := newLine()
	if err != nil {
		return err
	}
	r.line, r.pulled, r.chip, r.serving = l, make(chan struct{}), newChip(), &sync.WaitGroup{}
	frames, pulled := make(chan hostFrame, 16), r.pulled
	r.serving.Go(func() { r.receive(l, frames, pulled) })
	r.serving.Go(func() { r.serve(l, frames, pulled) })
	return r.point()
}

// Unplug pulls the reader out: the line hangs up, the field is gone. It
// returns when nothing of the reader runs any more; not to be called by a
// Target.
func (r *Reader) Unplug() {
	r.pull().Wait()
}

func (r *Reader) pull() *sync.WaitGroup {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.line == nil {
		return r.serving
	}
	close(r.pulled)
	_ = r.line.close() // its errors are those of a line that is no more
	r.line = nil
	r.field(false)
	_ = r.point()
	return r.serving
}

// Close is Unplug, and the link of Follow is gone.
func (r *Reader) Close() { r.Unplug() }

// Lay puts a target on the reader, beside what lies there.
func (r *Reader) Lay(t Target) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lying = append(r.lying, &lain{Target: t})
	if r.chip.field {
		t.PowerOn()
	}
}

// Lift takes away everything that lies on the reader. A target in the middle
// of a command loses its power when it is through with it, and its answer is
// lost. Lift may be called by a Target.
func (r *Reader) Lift() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, l := range r.lying {
		l.lifted, l.tg = true, 0
		if l != r.busy {
			l.PowerOff()
		}
	}
	r.lying = nil
}

// Lying is how many targets lie on the reader.
func (r *Reader) Lying() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.lying)
}

// Field reports whether the antenna has its field.
func (r *Reader) Field() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.chip.field
}

// field switches the antenna; the caller holds mu.
func (r *Reader) field(on bool) {
	r.chip.field = on
	for _, l := range r.lying {
		switch {
		case on:
			l.PowerOn()
		case l == r.busy: // when it is through, see talk
			l.tg = 0
		default:
			l.tg, l.atqb = 0, nil
			l.PowerOff()
		}
	}
}

// restart is what a target goes through that is deselected or stopped
// answering: it has to be found again, and has verified nothing.
func (r *Reader) restart(l *lain) {
	l.PowerOff()
	if r.chip.field && !l.lifted {
		l.PowerOn()
	}
}

// wait waits for a delay to pass; false where the reader was pulled out.
func wait(d time.Duration, pulled <-chan struct{}) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-pulled:
		return false
	}
}
