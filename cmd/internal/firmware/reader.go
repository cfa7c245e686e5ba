package firmware

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"multicopy.example/devices/bus"
	"multicopy.example/devices/jpki"
	"multicopy.example/devices/pn532"
	"multicopy.example/devices/serial"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/run"
	"multicopy.example/kiosk/staff/check"
)

// openReader is the PN532 on the wires that the configuration names. Nothing
// is opened yet: Ready does that each time, and each time resets the chip
// first where its reset line is wired.
func openReader(cfg config.Reader, log *slog.Logger) (*pn532.Reader, error) {
	line, err := outputLine(cfg.Reset)
	if err != nil {
		return nil, fmt.Errorf("reader.reset: %w", err)
	}
	open, err := opener(cfg)
	if err != nil {
		return nil, err
	}
	r := pn532.New(func() (pn532.Port, error) {
		if err := bus.Reset(line); err != nil {
			return nil, err
		}
		return open()
	}, log)
	if cfg.Wire == "uart" {
		err = r.Raise(cfg.Baud)
	}
	return r, err
}

// opener turns each wire's own port into the one kind that the reader takes. A
// port that is nil must not become an interface that is not.
func opener(cfg config.Reader) (func() (pn532.Port, error), error) {
	switch cfg.Wire {
	case "uart":
		return func() (pn532.Port, error) {
			p, err := serial.Open(cfg.Port, pn532.BaseRate)
			if err != nil {
				return nil, err
			}
			return p, nil
		}, nil
	case "i2c":
		return onBus(bus.OpenI2C, cfg.Port), nil
	case "spi":
		return onBus(bus.OpenSPI, cfg.Port), nil
	}
	return nil, fmt.Errorf("reader.wire is %q, want uart, i2c or spi", cfg.Wire)
}

func onBus(open func(string) (*bus.Port, error), name string) func() (pn532.Port, error) {
	return func() (pn532.Port, error) {
		p, err := open(name)
		if err != nil {
			return nil, err
		}
		return p, nil
	}
}

// reader makes a My Number Card of every link to a card, and a sentence for
// staff of every reason why there is no reader.
type reader struct {
	*pn532.Reader
	cas []*x509.Certificate
	log *slog.Logger

	mu   sync.Mutex
	told check.Fault // what the log has; the loop tries every few seconds
	knew bool        // Ready or Answers has said something
}

// Ready is the loop's. Its error is a Trouble.
func (r *reader) Ready(ctx context.Context) error {
	err := r.Reader.Ready(ctx)
	return r.note(ctx, err)
}

// Answers is the loop's.
func (r *reader) Answers(ctx context.Context) error { return r.note(ctx, r.Reader.Answers(ctx)) }

// met is what is the matter with the reader; false where that is not known yet.
func (r *reader) met() (check.Fault, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.told, r.knew
}

// note tells staff of an answer that is another than the one before.
func (r *reader) note(ctx context.Context, err error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil {
		r.knew = true
		if r.told != check.NoFault {
			r.log.Info("card reader works again", "was", r.told.Code())
		}
		r.told = check.NoFault
		return nil
	}
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return err // the kiosk ends, or asked for too much; no word on the reader
	}
	trouble := explain(err)
	r.knew = true
	if r.told != trouble.Fault {
		r.told = trouble.Fault
		r.log.Error("card reader out of service", "code", trouble.Code(), "do", trouble.Say(), "err", err)
	}
	return trouble
}

func (r *reader) Wait(ctx context.Context) (run.Card, error) {
	link, err := r.Reader.Wait(ctx)
	if err != nil {
		return nil, err
	}
	return jpki.New(link, r.cas, r.log), nil
}
