package jpki

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"multicopy.example/devices/apdu"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// A Link is the radio to one card. Any error of Transmit means that the card
// or the way to it is lost.
type Link interface {
	apdu.Transmitter
	Present(ctx context.Context) error
	Release(ctx context.Context) error
}

// A Card is one card in the field, until it leaves. Its methods may be called
// from any goroutine, one at a time; each ends when the link's call ends.
//
// Errors, asked with errors.Is and errors.As:
//
//	port.ErrGone                      the link failed, now or earlier; with MsgCardFault beside it where
//	                                  the card took too long to answer
//	port.Fault(kiosk.MsgWrongCard)   no JPKI application, or a card that is only read
//	port.Fault(kiosk.MsgCardFault)   an answer that no such card gives
//	port.Fault(kiosk.MsgForm)        a secret that breaks a rule; nothing was sent
//
// and those that each method names.
type Card struct {
	link Link
	cas  []*x509.Certificate
	log  *slog.Logger

	mu      sync.Mutex
	gone    bool // the link failed; nothing is sent any more
	trusted bool // Read found a certificate of ours, and the power has lasted since
	short   bool // the card has refused no short file identifier
	current ef   // the selected file, where short is false; 0 none
	again   int  // how often this card may still ask to be asked again; see ask
}

// New is the card behind l. cas are the card CAs whose cards may be written;
// every other card is only read.
//
// Whether the card takes short file identifiers it says itself, and only for
// itself: they are used until it refuses one, and then for this Card no more.
// The first is a READ BINARY of its label with no file current, which costs
// nothing; a card that took 86 for a high offset could only refuse it (6986).
// VERIFY never finds it out: both counters were asked in the same way before.
func New(l Link, cas []*x509.Certificate, log *slog.Logger) *Card {
	return &Card{link: l, cas: cas, log: log, short: true}
}

// Present asks whether the card is still there. It spends nothing; between
// Challenge and Run it would spend the challenge.
func (c *Card) Present(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone {
		return port.ErrGone
	}
	if err := c.link.Present(ctx); err != nil {
		return c.lost(err)
	}
	return nil
}

// Release takes the power from the card, and with it every verified state. A
// card that is to be used again has to be Read again.
func (c *Card) Release(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.trusted = false
	return c.link.Release(ctx)
}

// exchange sends one command, once. The trace holds headers and status words.
func (c *Card) exchange(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	if c.gone {
		return apdu.Response{}, port.ErrGone
	}
	r, err := c.link.Transmit(ctx, cmd)
	if err != nil {
		c.log.Debug("card", "command", cmd.Header(), "error", err)
		return apdu.Response{}, c.lost(err)
	}
	c.log.Debug("card", "command", cmd.Header(), "status", r.SW.String())
	return r, nil
}

// transmit lets a method be an apdu.Transmitter.
type transmit func(context.Context, apdu.Command) (apdu.Response, error)

func (f transmit) Transmit(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	return f(ctx, cmd)
}

// ask is exchange for commands that only read: a card that hands its answer out
// in parts, or insists on a length, is asked for it (61xx, 6Cxx). One budget is
// for everything between two Reads.
func (c *Card) ask(ctx context.Context, cmd apdu.Command) (apdu.Response, error) {
	r, err := apdu.Follow(ctx, transmit(c.exchange), cmd, &c.again)
	if errors.Is(err, apdu.ErrEndless) {
		return apdu.Response{}, fmt.Errorf("%w: %w", port.Fault(kiosk.MsgCardFault), err)
	}
	return r, err
}

func (c *Card) lost(err error) error {
	c.gone, c.trusted = true, false
	return fmt.Errorf("%w: %w", port.ErrGone, err)
}

// mayUse guards whatever is more than reading.
func (c *Card) mayUse() error {
	switch {
	case c.gone:
		return port.ErrGone
	case !c.trusted:
		return fmt.Errorf("%w: not signed by a configured card CA", port.Fault(kiosk.MsgWrongCard))
	}
	return nil
}

// selectEF makes e the current file. It does nothing where e is it already.
func (c *Card) selectEF(ctx context.Context, e ef) error {
	if c.current == e {
		return nil
	}
	c.current = 0
	r, err := c.ask(ctx, apdu.Command{INS: apdu.InsSelect, P1: 0x02, P2: 0x0C, Data: []byte{0, byte(e)}})
	if err != nil {
		return err
	}
	if !r.SW.OK() {
		return fault("select file", r)
	}
	c.current = e
	return nil
}

// noShort gives up short file identifiers for the life of this card.
func (c *Card) noShort() { c.short, c.current = false, 0 }

// A statusError is an answer that the kiosk has no use for. It unwraps to the
// fault of a card that does not keep to its own specification.
type statusError struct {
	what string
	sw   apdu.Status
	n    int
}

func fault(what string, r apdu.Response) error { return &statusError{what, r.SW, len(r.Data)} }

func (e *statusError) Error() string {
	return fmt.Sprintf("%s: the card answered %d bytes and %s", e.what, e.n, e.sw)
}

func (e *statusError) Unwrap() error { return port.Fault(kiosk.MsgCardFault) }
