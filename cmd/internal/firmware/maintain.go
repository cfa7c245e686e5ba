package firmware

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"math"
	mathrand "math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"multicopy.example/cmd/internal/heartbeat"
	"multicopy.example/cmd/internal/renewal"
	"multicopy.example/cmd/internal/version"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/port"
)

// maintain sends heartbeats, asks for health and for updates, and renews the kiosk's certificate
// until ctx ends; wait returns when all have.
func (f *Firmware) maintain(ctx context.Context) (wait func()) {
	var all sync.WaitGroup
	all.Go(func() { _ = f.word.Run(ctx, nil) })
	all.Go(func() { f.tell(ctx) })
	all.Go(func() { f.serveMetrics(ctx) })
	all.Go(func() { f.slips.run(ctx) })
	all.Go(func() { f.watchDoor(ctx) })
	all.Go(func() { f.update(ctx) })
	all.Go(func() { f.watchTrial(ctx) })
	all.Go(func() {
		_ = heartbeat.Run(ctx, f.client, f.status, heartbeat.Options{Rand: jitter(), Log: f.log, Heard: f.heard})
	})
	all.Go(func() {
		_ = renewal.Run(ctx, f.client, f.keeper(ctx), renewal.Options{Now: f.client.Now, Rand: jitter(), Log: f.log, Turn: &f.certify})
	})
	return all.Wait
}

func (f *Firmware) keeper(ctx context.Context) renewal.Keeper {
	return tried{f.pair, func(p tls.Certificate) error { return f.client.Try(ctx, p) }}
}

// Reenrol makes a new key and has it certified now, whenever it would be due. The
// authority knows the kiosk by the certificate of before, which is good for a day more.
func (f *Firmware) Reenrol(ctx context.Context) error {
	f.certify.Lock()
	defer f.certify.Unlock()
	return renewal.Now(ctx, f.client, f.keeper(ctx), f.client.Now())
}

// tried keeps a renewed pair once the authority has let it in: the next start
// prefers what is kept, and without staff there is no way back to the enrolled one.
type tried struct {
	renewal.Keeper
	try func(tls.Certificate) error
}

// Keep is the Keeper's.
func (k tried) Keep(p tls.Certificate) error {
	if err := k.try(p); err != nil {
		return fmt.Errorf("the authority does not let the new certificate in: %w", err)
	}
	return k.Keeper.Keep(p)
}

// heard keeps what a heartbeat's answer says; one that was taken ends a stop of the
// sending.
func (f *Firmware) heard(health port.Health, err error) {
	f.word.Heard(health, err)
	if err == nil {
		f.told.hear(f.client.Said())
		f.ledger.Retry()
		if err := f.said.keep(f.client.Said()); err != nil {
			f.log.Error("the authority's time is not kept", "err", err)
		}
	}
}

// remembered is the authority as the loop has it: health is what was heard last,
// and is asked for anew where the loop says so. While the out-of-service sign stands,
// no visit may begin, whatever the authority says.
type remembered struct {
	*authority.Client
	word *heartbeat.Word
	sign *sign
	hold *atomic.Bool
}

// refuses is why no visit may begin whatever the authority says: the sign is up, or the machine is being updated.
func (r remembered) refuses() error {
	if r.hold.Load() {
		return fmt.Errorf("the machine is being updated: %w", port.Fault(kiosk.MsgBusy))
	}
	return r.sign.refuses()
}

// Health is run.Authority's.
func (r remembered) Health(ctx context.Context) (port.Health, error) {
	if err := r.refuses(); err != nil {
		return port.Health{}, err
	}
	return r.word.Health(ctx)
}

// Ask is run.Authority's.
func (r remembered) Ask(ctx context.Context) (port.Health, error) {
	if err := r.refuses(); err != nil {
		return port.Health{}, err
	}
	return r.word.Ask(ctx)
}

// Open is run.Authority's. The sign is put up between visits alone; a card that was laid
// before the screen has it yet opens no session.
func (r remembered) Open(ctx context.Context, f port.Facts) (port.Session, error) {
	if err := r.refuses(); err != nil {
		return port.Session{}, err
	}
	return r.Client.Open(ctx, f)
}

// jitter is the randomness of one loop; nothing secret comes of it.
func jitter() *mathrand.Rand {
	seed := [32]byte{}
	_, _ = rand.Read(seed[:]) // crypto/rand never fails
	return mathrand.New(mathrand.NewChaCha8(seed))
}

// statusLimit is how long a heartbeat waits for the ledger. A disk that hangs is
// the last thing that the authority should not hear of.
const statusLimit = 5 * time.Second

// status is how the kiosk is: a count, an age and a staff code, nothing of any
// resident.
func (f *Firmware) status(ctx context.Context) wire.Beat {
	ctx, cancel := context.WithTimeout(ctx, statusLimit)
	defer cancel()
	b := wire.Beat{Version: version.String(), Out: f.display.out()}
	if n, oldest, err := f.ledger.Queue(ctx); err == nil {
		b.Queue, b.Oldest = bounded(int64(n)), bounded(int64(oldest/time.Second))
	}
	return b
}

func bounded(n int64) uint32 { return uint32(max(0, min(n, math.MaxUint32))) }

// newest is the enrolled pair, or the one it was renewed to.
func newest(f renewal.File, enrolled tls.Certificate, log *slog.Logger) tls.Certificate {
	pair, err := f.Newest(enrolled)
	if err != nil {
		log.Error("the renewed certificate is not used", "err", err)
	}
	if leaf, err := x509.ParseCertificate(pair.Certificate[0]); err == nil {
		log.Info("certificate", "until", leaf.NotAfter.UTC(), "due", renewal.Due(leaf).UTC())
	}
	return pair
}
