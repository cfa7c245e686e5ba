package printer

import (
	"context"
	"errors"
	"fmt"
	"image"
	"time"
)

// A Port is what a printer hangs on; serial.Port is one, and so is File.
type Port interface {
	Read(ctx context.Context, b []byte) (int, error)
	Write(ctx context.Context, b []byte) error
	Flush() error
	Close() error
}

// A Printer is opened for each call: one that was switched off, or whose cable was
// changed, is found again by the next. Its methods are for one goroutine.
type Printer struct {
	open func() (Port, error)
	dots int
}

// New is a printer whose head has so many dots: 384 on paper of 58 mm, 576 on paper
// of 80 mm. open opens its port from nothing.
func New(open func() (Port, error), dots int) *Printer { return &Printer{open, dots} }

// Dots is the width of a slip.
func (p *Printer) Dots() int { return p.dots }

// answerTime is how long a status is waited for: a printer answers in real time,
// also while it prints.
const answerTime = time.Second

// Ask asks the printer how it is. Nothing is printed.
func (p *Printer) Ask(ctx context.Context) (s State, err error) {
	err = p.with(func(port Port) (err error) {
		s, err = ask(ctx, port)
		return err
	})
	return s, err
}

// Print prints a picture and cuts the paper. It returns once the printer has taken
// everything and has said that it has. An Error names the state that kept it from
// printing, or in which it stopped.
func (p *Printer) Print(ctx context.Context, picture image.Image) error {
	b, err := Encode(picture, p.dots)
	if err != nil {
		return err
	}
	return p.with(func(port Port) error {
		if err := printable(ask(ctx, port)); err != nil { // before paper is spent on half a slip
			return err
		}
		if err := port.Write(ctx, b); err != nil {
			return err
		}
		return printable(ask(ctx, port))
	})
}

func (p *Printer) with(do func(Port) error) error {
	port, err := p.open()
	if err != nil {
		return err
	}
	return errors.Join(do(port), port.Close())
}

// printable makes an error of a state in which nothing is printed.
func printable(s State, err error) error {
	if err == nil && s > PaperLow {
		err = Error(s)
	}
	return err
}

func ask(ctx context.Context, port Port) (State, error) {
	if err := port.Flush(); err != nil {
		return Fails, err
	}
	var answers [queries]byte
	for n := range answers {
		if err := port.Write(ctx, []byte{dle, eot, byte(n + 1)}); err != nil {
			return Fails, err
		}
		b, err := answer(ctx, port)
		if err != nil {
			return Fails, err
		}
		answers[n] = b
	}
	return Parse(answers)
}

// answer is the next byte that can be a status: XON, XOFF and what is no status are
// passed over, up to a bound.
func answer(ctx context.Context, port Port) (byte, error) {
	bound, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	var b [1]byte
	for range 64 {
		n, err := port.Read(bound, b[:])
		switch {
		case err != nil && bound.Err() != nil && ctx.Err() == nil:
			return 0, ErrSilent
		case err != nil:
			return 0, fmt.Errorf("printer: %w", err)
		case n == 1 && isStatus(b[0]):
			return b[0], nil
		}
	}
	return 0, ErrGarbled
}
