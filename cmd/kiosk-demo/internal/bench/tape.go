package bench

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// A Tape is a conversation with a reader, as a text of one line each: what was
// said, and lines that begin with # for people.
type Tape struct {
	Notes []string
	ops   []op
}

// Empty: nothing was said, as where the port could not be opened.
func (t *Tape) Empty() bool { return len(t.ops) == 0 }

// first is the first line of every tape. A change of the form is another
// number, and an unknown one is refused.
const first = "kiosk-demo bench 1"

// Bounds of a tape that is read.
const (
	maxLine = 2048 // MaxPD bytes of three characters and what is around them
	maxOps  = 4096
)

// ErrTape: a text that is no transcript, with the line.
var ErrTape = errors.New("not a transcript of the bench")

// Write writes the tape as Read takes it.
func (t *Tape) Write(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, first)
	for _, n := range t.Notes {
		fmt.Fprintln(b, "#", n)
	}
	for _, o := range t.ops {
		fmt.Fprintln(b, o)
	}
	return b.Flush() // keeps the first error of all
}

// Read reads a tape.
func Read(r io.Reader) (*Tape, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 0, maxLine), maxLine)
	t := &Tape{}
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		switch {
		case n == 1:
			if line != first {
				return nil, fmt.Errorf("%w: line 1 is not %q", ErrTape, first)
			}
		case line == "":
		case strings.HasPrefix(line, "#"):
			if len(t.Notes) == maxOps {
				return nil, fmt.Errorf("%w: more than %d notes", ErrTape, maxOps)
			}
			t.Notes = append(t.Notes, strings.TrimSpace(line[1:]))
		default:
			o, err := parseOp(line)
			if err != nil || len(t.ops) == maxOps {
				return nil, fmt.Errorf("%w: line %d", ErrTape, n)
			}
			t.ops = append(t.ops, o)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrTape, err)
	}
	if len(t.ops) == 0 {
		return nil, fmt.Errorf("%w: nothing was said", ErrTape)
	}
	return t, nil
}
