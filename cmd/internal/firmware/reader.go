package firmware

import (
	"context"
	"crypto/x509"
	"errors"
	"log/slog"
	"sync"

	"multicopy.example/cmd/internal/readertest"
	"multicopy.example/devices/jpki"
	"multicopy.example/devices/pn532"
	"multicopy.example/kiosk/run"
	"multicopy.example/kiosk/staff/check"
)

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

// Ready is the loop's. Its error is a readertest.Trouble.
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
	trouble := readertest.Explain(err)
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
