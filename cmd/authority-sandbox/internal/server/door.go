package server

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"sync"
	"syscall"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/admission"
)

// Limits are what one process takes on at once.
type Limits struct {
	Rate       int // requests a second of what can wait: records, signs of life, certificates
	Handshakes int // TLS handshakes at the same moment; a quarter as many again are kept for known kiosks
	Silent     int // connections that have not sent their ClientHello
	PerPrefix  int // of both kinds from one IPv4 /24 or IPv6 /64; 0 is no bound
	Parts      int // of updates' bundles, a second
}

// DefaultLimits are for one process on a small machine. A handshake is under a
// millisecond of a core, and a connection that waits for one waits behind those that
// were let in. One prefix has half of the handshakes at most: a chain whose
// 33,000 kiosks share one address makes 1,470 attempts a second after an outage
// (offline/backoff), of which some 75 are under way at once.
var DefaultLimits = Limits{Rate: 2000, Handshakes: 256, Silent: 1024, PerPrefix: 128, Parts: 200}

func (l Limits) bounds() admission.Bounds {
	return admission.Bounds{Silent: l.Silent, Hello: l.Handshakes, Kept: max(l.Handshakes/4, 1), Prefix: l.PerPrefix}
}

// handshakeTime is how long one may take, from the connection on: a kiosk gives
// up after five seconds.
const handshakeTime = 5 * time.Second

// A Door is a listener whose connections have shaken hands already. Each
// costs a goroutine and a file descriptor, so both kinds of waiting are bounded:
// the oldest silent connection gives its place to the next that comes, and one
// whose ClientHello finds too many handshakes under way is closed before any of
// it is worked on. After a national outage handshakes, not records, are what an
// authority has too few of, and those that it cannot finish cost as much as
// those that it can.
type Door struct {
	net.Listener
	secure  *tls.Config
	pending *admission.Pending
	report  *doorReport
	in      chan net.Conn
	closed  chan struct{}
	once    sync.Once
	failed  error // why accepting ended
}

// NewDoor listens behind l.
func NewDoor(l net.Listener, secure *tls.Config, limits Limits, log *slog.Logger) *Door {
	d := &Door{Listener: l, secure: secure, pending: admission.NewPending(limits.bounds()), in: make(chan net.Conn), closed: make(chan struct{})}
	d.report = &doorReport{log: log, turned: d.pending.Turned}
	go d.run()
	go d.reportEach(time.Minute)
	return d
}

// Turned is what was turned away so far.
func (d *Door) Turned() admission.Turned { return d.pending.Turned() }

func (d *Door) run() {
	for pause := time.Duration(0); ; {
		raw, err := d.Listener.Accept()
		if err == nil {
			pause = 0
			d.meet(raw)
			continue
		}
		if !passing(err) {
			d.end(err)
			return
		}
		d.report.failed(nil, err)
		d.pending.ShedSilent()
		pause = min(max(2*pause, time.Millisecond), time.Second)
		select {
		case <-d.closed:
			return
		case <-time.After(pause):
		}
	}
}

// passing are errors of accept(2) that say nothing about the listener: too many
// files or too little memory, for now, or a peer that is gone again. A server
// that ended with them could be ended by connecting to it.
func passing(err error) bool {
	for _, e := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED, syscall.EPROTO} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

func (d *Door) meet(raw net.Conn) {
	place, ok := d.pending.Arrive(addressOf(raw), time.Now(), func() { reset(raw) })
	if !ok {
		reset(raw)
		return
	}
	go func() {
		defer place.Leave()
		d.shake(&guest{Conn: raw, place: place})
	}()
}

func (d *Door) shake(g *guest) {
	g.SetDeadline(time.Now().Add(handshakeTime)) //nolint:errcheck // where it fails, so does the first read
	conn := tls.Server(g, g.config(d.secure))
	if err := conn.Handshake(); err != nil {
		if !errors.Is(err, net.ErrClosed) && !errors.Is(err, errNoPlace) { // these are counted already
			d.report.failed(g.RemoteAddr(), err)
		}
		g.Close()
		return
	}
	g.through = true
	g.SetDeadline(time.Time{}) //nolint:errcheck // where it fails, so does the first read
	select {
	case d.in <- conn:
	case <-d.closed:
		g.Close()
	}
}

// Accept answers the next connection that is through.
func (d *Door) Accept() (net.Conn, error) {
	select {
	case c := <-d.in:
		return c, nil
	case <-d.closed:
		return nil, d.failed
	}
}

// Close ends accepting.
func (d *Door) Close() error {
	err := d.Listener.Close()
	d.end(net.ErrClosed)
	return err
}

func (d *Door) end(why error) {
	d.once.Do(func() {
		d.failed = why
		close(d.closed)
	})
}

func (d *Door) reportEach(pause time.Duration) {
	each := time.NewTicker(pause)
	defer each.Stop()
	for {
		select {
		case <-each.C:
			d.report.line()
		case <-d.closed:
			d.report.line()
			return
		}
	}
}

// TicketKeys are the keys that TLS session tickets are sealed with, today's
// first. They are the store's: a kiosk resumes at whichever process it meets,
// also after a restart. They are random and not made of the server's key,
// because a ticket says who the kiosk is.
func TicketKeys(ctx context.Context, db *store.DB, now time.Time) (keys [][32]byte, err error) {
	day := now.Unix() / (24 * 60 * 60)
	err = db.Tx(ctx, func(tx *store.Tx) error {
		keys = nil
		for _, d := range []int64{day, day - 1} {
			var offered [32]byte
			rand.Read(offered[:])
			key, err := tx.TicketKey(d, 1, offered)
			if err != nil {
				return err
			}
			keys = append(keys, key)
		}
		return nil
	})
	return keys, err
}
