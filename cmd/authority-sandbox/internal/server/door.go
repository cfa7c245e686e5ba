package server

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"log/slog"
	"net"
	"sync"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/admission"
)

// Limits are what one process takes on at once.
type Limits struct {
	Rate       int // requests a second of what can wait: records, signs of life, certificates
	Handshakes int // TLS handshakes at the same moment
}

// DefaultLimits are for one process on a small machine. A handshake is under a
// millisecond of a core, and a connection that waits for one waits behind those that
// were let in.
var DefaultLimits = Limits{Rate: 2000, Handshakes: 256}

// handshakeTime is how long one may take: a kiosk gives up after five seconds.
const handshakeTime = 5 * time.Second

// A Door is a listener whose connections have shaken hands already. A
// connection that finds too many in the doorway is closed before a byte of it
// was read: after a national outage handshakes, not records, are what an
// authority has too few of, and those that it cannot finish cost as much as
// those that it can.
type Door struct {
	net.Listener
	secure *tls.Config
	gate   *admission.Gate
	log    *slog.Logger
	in     chan net.Conn
	closed chan struct{}
	once   sync.Once
	failed error // why accepting ended
}

// NewDoor listens behind l.
func NewDoor(l net.Listener, secure *tls.Config, limits Limits, log *slog.Logger) *Door {
	d := &Door{Listener: l, secure: secure, gate: admission.NewGate(limits.Handshakes), log: log,
		in: make(chan net.Conn), closed: make(chan struct{})}
	go d.run()
	return d
}

func (d *Door) run() {
	for {
		raw, err := d.Listener.Accept()
		if err != nil {
			d.end(err)
			return
		}
		leave, ok := d.gate.Enter()
		if !ok {
			if t, ok := raw.(*net.TCPConn); ok {
				t.SetLinger(0) // a reset: the port of a refused kiosk is not remembered for minutes
			}
			raw.Close()
			continue
		}
		go func() {
			defer leave()
			d.shake(raw)
		}()
	}
}

func (d *Door) shake(raw net.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), handshakeTime)
	defer cancel()
	conn := tls.Server(raw, d.secure)
	if err := conn.HandshakeContext(ctx); err != nil {
		d.log.Warn("no TLS", "from", raw.RemoteAddr(), "err", err)
		raw.Close()
		return
	}
	select {
	case d.in <- conn:
	case <-d.closed:
		raw.Close()
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

// Shed is how many connections were closed before their handshake.
func (d *Door) Shed() uint64 { return d.gate.Shed() }

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
