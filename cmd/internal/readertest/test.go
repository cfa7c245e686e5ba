package readertest

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"multicopy.example/devices/apdu"
	"multicopy.example/devices/jpki"
	"multicopy.example/devices/pn532"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// ConsentToRead are the words with which a real card's holder agrees to its being read.
const ConsentToRead = "I hold this card and let it be read"

// asks is how often the reader is asked for its name: at 1 damaged reply in 100 the
// line is noisy.
const asks = 50

// An Outcome is what a test of the reader met.
type Outcome struct {
	Err            error  // of the reader; Explain says what to do
	Replies, Again uint32 // that came, and that had to be asked for again
	Card           *Card  // that was read; nil where none was to be, or could be
	NoCard         error  // why a card that was to be read was not
}

// A Card is what a card told without a secret and without a try.
type Card struct {
	port.Facts
	Trips int           // round trips that it took
	Each  time.Duration // the mean of one
}

// Kind is what it is, as far as it says.
func (c Card) Kind() string {
	if c.Token == kiosk.TokenCard {
		return "a My Number Card"
	}
	return "a phone or another card"
}

// String is a sentence for an engineer.
func (c Card) String() string {
	by := "no configured CA"
	if c.Trusted {
		by = "a configured CA"
	}
	return fmt.Sprintf("%s of %s, read in %d round trips of %v", c.Kind(), by, c.Trips, c.Each)
}

// Test opens the reader and asks it for its name. Its field stays off, unless a card
// that lies there is to be read: then what needs no secret and spends no try is
// read. The reader stays open.
func Test(ctx context.Context, chip *pn532.Reader, card bool, cas []*x509.Certificate, log *slog.Logger) (o Outcome) {
	o.Err = chip.Ready(ctx)
	for n := 0; n < asks && o.Err == nil; n++ {
		o.Err = chip.Answers(ctx)
	}
	if card && o.Err == nil {
		if o.Card, o.NoCard = read(ctx, chip, cas, log); isReader(o.NoCard) {
			o.Err, o.NoCard = o.NoCard, nil
		}
	}
	o.Replies, o.Again = chip.Line()
	return o
}

// isReader reports whether an error is the reader's and not a card's.
func isReader(err error) bool {
	var fault port.Fault
	return errors.As(err, &fault) && kiosk.Message(fault) == kiosk.MsgReader
}

// cardTime is how long a card is waited for: it lies there already.
const cardTime = 5 * time.Second

func read(ctx context.Context, chip *pn532.Reader, cas []*x509.Certificate, log *slog.Logger) (*Card, error) {
	bound, cancel := context.WithTimeout(ctx, cardTime)
	defer cancel()
	link, err := chip.Wait(bound)
	if err != nil {
		return nil, err
	}
	timed := &timedLink{Link: link}
	card := jpki.New(timed, cas, log)
	facts, err := card.Read(ctx)
	err = errors.Join(err, card.Release(ctx))
	if err != nil || timed.n == 0 {
		return nil, errors.Join(err, fmt.Errorf("after %d round trips", timed.n))
	}
	return &Card{facts, timed.n, (timed.took / time.Duration(timed.n)).Round(100 * time.Microsecond)}, nil
}

// timedLink counts round trips and their time.
type timedLink struct {
	jpki.Link
	n    int
	took time.Duration
}

// Transmit is apdu.Transmitter's.
func (l *timedLink) Transmit(ctx context.Context, c apdu.Command) (apdu.Response, error) {
	begun := time.Now()
	r, err := l.Link.Transmit(ctx, c)
	l.n++
	l.took += time.Since(begun)
	return r, err
}
