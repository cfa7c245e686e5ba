package soak

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"multicopy.example/cmd/internal/harness/network"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
	"multicopy.example/offline"
	"multicopy.example/offline/outbox"
)

// A desk is one kiosk's ledger, sender and client in this process, so that one
// hand-over can be looked at, over a network to the real authority.
type desk struct {
	testing.TB
	life
	sandbox *sandbox
	network *network.Network
	ledger  *offline.Ledger
	sender  *outbox.Sender
	heard   chan answer

	mu     sync.Mutex
	client *authority.Client
}

// An answer is what one hand-over came to.
type answer struct {
	first, last, acked uint64
	begun, ended       time.Time
	err                error
}

const deskName = "kiosk-0009"

// newDesk opens a ledger for a kiosk that the sandbox knows as told, if at all; its
// certificate stands in its folder. now is the kiosk's clock.
func newDesk(t testing.TB, w *sandbox, now func() time.Time) *desk {
	t.Helper()
	r, err := network.Open(w.Listen())
	must.OK(t, err)
	t.Cleanup(r.Close)
	d := &desk{TB: t, sandbox: w, network: r, heard: make(chan answer, 1000),
		life: life{Data: filepath.Join(t.TempDir(), "ledger"), Folder: w.File(""), URL: "https://" + r.Address(), Kiosk: deskName,
			Clock: fast{Start: time.Now(), Times: 1}}}
	d.ledger, err = d.open(t.Context())
	must.OK(t, err)
	t.Cleanup(func() {
		must.Note(t, d.ledger.Close())
	})
	d.dial(now)
	return d
}

// dial takes a new client: no connection, no session to resume.
func (d *desk) dial(now func() time.Time) {
	d.Helper()
	c, err := d.life.dial(now)
	must.OK(d, err)
	d.Cleanup(c.Close)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.client = c
}

// line is the client of now.
func (d *desk) line() *authority.Client {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.client
}

// send begins to send until the test ends. Every pause is a few milliseconds,
// but for those that the authority asks for.
func (d *desk) send() {
	d.Helper()
	s, err := outbox.New(d.ledger, d, outbox.Options{Now: time.Now, Rand: rand.New(rand.NewPCG(1, 1)),
		Base: 2 * time.Millisecond, Max: 10 * time.Millisecond, Unreachable: 10 * time.Millisecond, Patience: 2 * time.Second})
	must.OK(d, err)
	d.sender = s
	ctx, end := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	d.Cleanup(func() {
		end()
		if err := <-done; !errors.Is(err, context.Canceled) {
			d.Errorf("the sender ended with %v", err)
		}
	})
}

// Batch is the sender's way to the client; the test hears what comes of it.
func (d *desk) Batch(ctx context.Context, records []port.Record) (port.Receipt, error) {
	begun := time.Now()
	r, err := d.line().Batch(ctx, records)
	if !errors.Is(ctx.Err(), context.Canceled) { // the test is over
		d.heard <- answer{records[0].Seq, records[len(records)-1].Seq, r.Seq, begun, time.Now(), err}
	}
	return r, err
}

// write appends n lines.
func (d *desk) write(n int) {
	d.Helper()
	for range n {
		err := d.ledger.Append(d.Context(), kiosk.Entry{Kind: kiosk.EntryEnded, Before: -1, After: -1, Message: kiosk.MsgTimeout})
		must.OK(d, err)
	}
}

// next is the next answer.
func (d *desk) next() answer {
	d.Helper()
	select {
	case a := <-d.heard:
		return a
	case <-time.After(long):
		d.Fatal("no hand-over ended")
		return answer{}
	}
}

// until reads answers up to the one that acknowledges the last line, and holds
// each against what bad weather may do.
func (d *desk) until(seq uint64) (failures int) {
	d.Helper()
	for {
		a := d.next()
		switch class(a.err) {
		case "taken":
			if a.acked == seq {
				return failures
			}
		case "later":
			failures++
		default:
			d.Fatalf("records %d to %d: %v", a.first, a.last, a.err)
		}
	}
}

// waiting is how many records the ledger still owes.
func (d *desk) waiting() int {
	d.Helper()
	n, _, err := d.ledger.Queue(d.Context())
	must.OK(d, err)
	return n
}

// once holds the ledger against the authority: every record there, none twice,
// none marked with anything but these words.
func (d *desk) once(flags string) {
	d.Helper()
	theirs, err := d.sandbox.App().Records(d.Context(), d.Kiosk)
	must.OK(d, err)
	ours := map[uint64]string{}
	for from := uint64(1); ; {
		some, err := d.ledger.Records(d.Context(), from, 1000)
		must.OK(d, err)
		if len(some) == 0 {
			break
		}
		for _, r := range some {
			ours[r.Seq] = hex.EncodeToString(r.Hash[:])
		}
		from = some[len(some)-1].Seq + 1
	}
	if len(theirs) != len(ours) || len(ours) == 0 {
		d.Errorf("%d records here, %d there", len(ours), len(theirs))
	}
	for _, r := range theirs {
		if ours[r.Seq] != r.Hash || r.Flags != flags {
			d.Errorf("record %d: hash %.8s here, %.8s there, marked %q", r.Seq, ours[r.Seq], r.Hash, r.Flags)
		}
	}
	if n := d.waiting(); n != 0 {
		d.Errorf("%d records still wait", n)
	}
}

// replies counts the requests of a kiosk that the authority has answered.
func (d *desk) replies() (n int) {
	d.Helper()
	db, err := sql.Open("sqlite3", "file:"+d.sandbox.File("authority.db")+"?mode=ro")
	must.OK(d, err)
	defer db.Close()
	if err := db.QueryRow("SELECT count(*) FROM replies WHERE kiosk = ?", d.Kiosk).Scan(&n); err != nil {
		d.Fatal(fmt.Errorf("replies: %w", err))
	}
	return n
}

// fault is what the error is called, for staff and for the loop.
func fault(err error) kiosk.Message {
	var f port.Fault
	if !errors.As(err, &f) {
		return kiosk.NoMessage
	}
	return kiosk.Message(f)
}
