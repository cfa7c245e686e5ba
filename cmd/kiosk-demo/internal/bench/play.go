package bench

import (
	"context"
	"errors"
	"fmt"
	"io"

	"multicopy.example/devices/pn532"
)

// ErrDiverged: the host says something else than on the tape.
var ErrDiverged = errors.New("the conversation is another than the recorded one")

// A Player is a port at whose other end a tape is played: it hears what the
// host said then, and answers what the chip answered. What the tape does not
// tell is zero.
type Player struct {
	ops  []op
	done int
	rest []byte // of what the chip says
	err  error
}

// Play is a port that plays t once.
func Play(t *Tape) *Player { return &Player{ops: t.ops} }

// Write is the port's: it answers as the tape does.
func (p *Player) Write(ctx context.Context, b []byte) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	said := written(b)
	if p.err == nil && (p.done == len(p.ops) || !p.ops[p.done].means(said)) {
		p.err = fmt.Errorf("%w: line %d is %q and was said on the tape %s", ErrDiverged, p.done+1, said, p.there())
	}
	if p.err != nil {
		return p.err
	}
	p.done++
	return nil
}

func (p *Player) there() string {
	if p.done < len(p.ops) {
		return fmt.Sprintf("%q", p.ops[p.done])
	}
	return "nothing"
}

// Read answers all that the chip says before it is the host's turn, as a UART
// has it by then. Where it says nothing it is silent, as it was.
func (p *Player) Read(ctx context.Context, b []byte) (int, error) {
	for ; p.done < len(p.ops) && !p.ops[p.done].host; p.done++ {
		p.rest = append(p.rest, p.ops[p.done].bytes()...)
	}
	if len(p.rest) == 0 {
		<-ctx.Done()
		return 0, ctx.Err()
	}
	n := copy(b, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

// Flush has nothing to forget: the tape has what was read.
func (p *Player) Flush() error { return nil }

// Close ends nothing: a reader may be opened again in the middle of a tape.
func (p *Player) Close() error { return nil }

// Over is nil where the tape was played to its end.
func (p *Player) Over() error {
	switch {
	case p.err != nil:
		return p.err
	case p.done < len(p.ops) || len(p.rest) > 0:
		return fmt.Errorf("%w: %d of %d lines were played; next is %s", ErrDiverged, p.done, len(p.ops), p.there())
	}
	return nil
}

var (
	_ pn532.Port = (*Player)(nil)
	_ io.Closer  = (*Player)(nil)
)
