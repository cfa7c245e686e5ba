package bench

import (
	"errors"
	"fmt"

	"multicopy.example/cmd/internal/readertest"
)

// What a trial costs, in the words with which it has to be agreed to.
const (
	ConsentToRead = readertest.ConsentToRead
	ConsentToTry  = "I know this PIN and let one try be spent"
)

const costs = `reading costs no try and changes nothing; the certificate, which names the holder, is read and not kept`

const triesCost = `the PIN is compared once and the card signs one fixed text; a wrong PIN costs one of the card's tries, ` +
	`which the next right one gives back`

// A Consent is what a person agreed to, in the very words.
type Consent struct {
	Read string
	Try  string // empty: nothing is spent
}

// ErrConsent: not in the very words.
var ErrConsent = errors.New("consent is missing")

// Check is ErrConsent, with what it costs and what to say, unless both are in
// the very words.
func (c Consent) Check() error {
	switch {
	case c.Read != ConsentToRead:
		return fmt.Errorf("%w: %s. To agree: --consent %q", ErrConsent, costs, ConsentToRead)
	case c.Try != "" && c.Try != ConsentToTry:
		return fmt.Errorf("%w: %s. To agree: --spend-one-try %q", ErrConsent, triesCost, ConsentToTry)
	}
	return nil
}

func (c Consent) try() bool { return c.Try == ConsentToTry }
