package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/authority/wire/contract"
)

// A requirement is one line. Each makes its own reservation and visit, so that
// one failure does not make others.
type requirement struct {
	clause string // of openapi.yaml: a paragraph of its description, or a path
	text   string
	try    func(*suite) error
}

// notProvoked is the answer of a requirement that could not be tried.
type notProvoked string

func (n notProvoked) Error() string { return string(n) }

// suite is everything the requirements use.
type suite struct {
	ctx      context.Context
	options  options
	document *contract.Document
	line     *line
	codeKey  []byte
	cards    []*card
	turn     int
	app      *appclient.Client // nil where reservations come from a command
}

// requirements in their order. What spoils the rest stands last.
func requirements() (all []requirement) {
	for _, list := range [][]requirement{transport, version, visits, idempotency, codes, proofs, grants, settles, refusals, strictness(), lengths(),
		upkeep, limits} {
		all = append(all, list...)
	}
	return all
}

// document is read once: that takes longer than most requirements.
var document = sync.OnceValues(func() (*contract.Document, error) { return contract.Load(wire.Document()) })

func newSuite(ctx context.Context, o options) (*suite, error) {
	d, err := document()
	if err != nil {
		return nil, err
	}
	s := &suite{ctx: ctx, options: o, document: d}
	if s.line, err = newLine(o, o.certificate, o.key); err != nil {
		return nil, err
	}
	if s.codeKey, err = readCodeKey(o.codeKey); err != nil {
		return nil, err
	}
	for _, name := range o.cards {
		c, err := readCard(o.residents, name)
		if err != nil {
			return nil, err
		}
		s.cards = append(s.cards, c)
	}
	if o.app != "" {
		s.app = appclient.New(o.app)
	}
	return s, nil
}

// all tries every requirement and prints its line.
func (s *suite) all(out io.Writer) error {
	var ok, failed, silent int
	for _, r := range requirements() {
		text := fmt.Sprintf("%-12s %s", r.clause, r.text)
		if s.options.only != nil && !s.options.only.MatchString(text) {
			continue
		}
		if err := s.ctx.Err(); err != nil {
			return err
		}
		err := r.try(s)
		var not notProvoked
		switch {
		case err == nil:
			ok++
			fmt.Fprintf(out, "ok            %s\n", text)
		case errors.As(err, &not):
			silent++
			fmt.Fprintf(out, "not provoked  %s: %s\n", text, oneLine(err))
		default:
			failed++
			fmt.Fprintf(out, "FAIL          %s: %s\n", text, oneLine(err))
		}
	}
	fmt.Fprintf(out, "\n%d requirements of contract %d: %d ok, %d failed, %d not provoked\n", ok+failed+silent, wire.Contract, ok, failed, silent)
	switch {
	case failed > 0:
		return fmt.Errorf("%d requirements failed", failed)
	case ok == 0:
		return errors.New("nothing was tried")
	}
	return nil
}

func oneLine(err error) string {
	s := strings.Join(strings.Fields(err.Error()), " ")
	return s[:min(len(s), 400)]
}

// card takes turns, so that no card is opened too often.
func (s *suite) card() *card {
	s.turn++
	return s.cards[s.turn%len(s.cards)]
}

// first is the first error of several steps that are all done.
func first(steps ...error) error {
	for _, err := range steps {
		if err != nil {
			return err
		}
	}
	return nil
}
