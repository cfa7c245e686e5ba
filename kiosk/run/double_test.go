package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"testing"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/secret"
	"multicopy.example/kiosk/secret/secrettest"
)

// The doubles of the five ports, for tests under testing/synctest: all time
// below is the bubble's, so a Sleep is a port that takes that long, and never a
// wait for something to have happened.

// keys are taken once for the whole test binary: slots are never given back.
var keys = sync.OnceValue(func() port.Secrets {
	k := secrettest.Slots(4)()
	list, err := secret.NewList()
	if err != nil {
		panic(err)
	}
	return port.Secrets{Code: k[0], New: k[1], Again: k[2], Proof: k[3], List: list}
})

// bench is one kiosk, its doubles, and what they were asked for.
type bench struct {
	t    *testing.T
	mu   sync.Mutex
	did  []string // calls of all ports in their order
	loop *Loop
	end  context.CancelFunc
	over chan error

	shop  kiosk.Shop
	field *card         // nil: nothing on the reader
	two   bool          // two cards lie there
	dead  bool          // the reader does not answer
	whose string        // whose card the authority's session is for
	slow  time.Duration // what it takes to open
	waits int

	fail    func(port, op string) error         // an answer that a call gets instead
	late    func(port, op string) time.Duration // a call that takes so long and does not listen; below zero: never answers
	appends int
	refuse  int // which append the disk refuses, and all after it; 0 none
	entries []kiosk.Entry
	open    []kiosk.Entry
	closed  bool          // the authority is closed
	filled  int           // how full the disk is, in percent
	counts  time.Duration // what it takes to say so
	deaf    time.Duration // what it takes to notice a dead reader
	factor  kiosk.Factor
	flow    kiosk.Flow

	staff      Staff // nil: no maintenance
	staffCodes port.StaffCodes

	withdrawn byte            // the consent that is
	lent      []port.Consents // all that was listed

	view    kiosk.View
	log     io.Writer
	tones   int
	lamp    bool
	lives   int
	good    int // times the image was marked good
	started int // times it was told that the start is over
}

// work is a call of a port: noted when it begins, and it takes its time. A late
// port does not look at its context.
func (b *bench) work(ctx context.Context, port, op string, d time.Duration) error {
	b.mu.Lock()
	b.did = append(b.did, port+" "+op)
	var late time.Duration
	if b.late != nil {
		late = b.late(port, op)
	}
	b.mu.Unlock()
	switch {
	case late > 0:
		time.Sleep(late)
	case late < 0:
		<-ctx.Done()
		return ctx.Err()
	default:
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(d):
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fail != nil {
		return b.fail(port, op)
	}
	return nil
}

// The reader.

func (b *bench) Ready(ctx context.Context) error {
	b.mu.Lock()
	long, dead := b.slow, b.dead
	if dead && b.deaf > 0 {
		long = b.deaf
	}
	b.mu.Unlock()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(long):
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.dead || dead {
		return port.Fault(kiosk.MsgReader)
	}
	return nil
}

func (b *bench) Answers(ctx context.Context) error {
	b.mu.Lock()
	dead, deaf := b.dead, b.deaf
	b.mu.Unlock()
	if !dead {
		return nil
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(deaf):
	}
	return port.Fault(kiosk.MsgReader)
}

func (b *bench) Wait(ctx context.Context) (Card, error) {
	b.mu.Lock()
	b.waits++
	b.mu.Unlock()
	for {
		b.mu.Lock()
		field, two, dead, deaf := b.field, b.two, b.dead, b.deaf
		b.mu.Unlock()
		switch {
		case dead:
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-time.After(deaf):
			}
			return nil, port.Fault(kiosk.MsgReader)
		case two:
			return nil, port.Fault(kiosk.MsgTwoCards)
		case field != nil:
			return &benchContact{card: field}, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func (b *bench) Health(ctx context.Context) (port.Health, error) {
	err := b.work(ctx, "authority", "health", 100*time.Millisecond)
	b.mu.Lock()
	defer b.mu.Unlock()
	return port.Health{Open: !b.closed}, err
}

func (b *bench) Ask(ctx context.Context) (port.Health, error) { return b.Health(ctx) }

func (b *bench) Open(ctx context.Context, f port.Facts) (port.Session, error) {
	b.mu.Lock()
	b.whose = string(f.AuthCert)
	b.mu.Unlock()
	err := b.work(ctx, "authority", "open", 500*time.Millisecond)
	return port.Session{ID: kiosk.SessionID{1}, Challenge: [32]byte{1}, Flow: b.flow, Factor: b.factor, CodesLeft: 5}, err
}

func (b *bench) Code(ctx context.Context, s port.Session, code secret.Secret) ([32]byte, error) {
	if err := b.work(ctx, "authority", "code", 400*time.Millisecond); err != nil {
		return [32]byte{}, err
	}
	return [32]byte{7}, nil
}

func (b *bench) Keep(ctx context.Context, s port.Session) error {
	if s.Ticket == ([32]byte{}) {
		b.t.Error("a claim is kept that there is not")
	}
	return b.work(ctx, "authority", "keep", 400*time.Millisecond)
}

func (b *bench) Digest(s port.Session, authCert []byte, act kiosk.Act) [32]byte {
	if s.Ticket == ([32]byte{}) || s.Challenge == ([32]byte{}) || len(authCert) == 0 {
		b.t.Error("a digest without ticket, challenge or certificate")
	}
	return [32]byte{9}
}

func (b *bench) Prove(ctx context.Context, s port.Session, act kiosk.Act, signature []byte) error {
	if string(signature) != "signature" {
		b.t.Error("the proof is not the card's")
	}
	return b.work(ctx, "authority", "prove", 400*time.Millisecond)
}

func (b *bench) Grant(ctx context.Context, s port.Session, challenge []byte) (port.Grant, error) {
	err := b.work(ctx, "authority", "grant", 400*time.Millisecond)
	return port.Grant{ID: kiosk.GrantID{5}, Flow: b.flow, Act: kiosk.Reset}, err
}

func (b *bench) Settle(ctx context.Context, s kiosk.SessionID, g kiosk.GrantID, o kiosk.Outcome) ([32]byte, error) {
	err := b.work(ctx, "authority", "settle "+o.String(), 300*time.Millisecond)
	if o == kiosk.Done {
		return [32]byte{}, err
	}
	return [32]byte{2}, err
}

// The ledger. Its own Open is told apart by its type.

type benchLedger struct{ *bench }

func (d benchLedger) Append(ctx context.Context, e kiosk.Entry) error {
	d.mu.Lock()
	d.appends++
	refused := d.refuse > 0 && d.appends >= d.refuse
	if refused {
		d.did = append(d.did, "ledger refuses "+e.Kind.String())
	}
	d.mu.Unlock()
	time.Sleep(20 * time.Millisecond)
	if refused {
		return errors.New("no space left on device")
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.entries = append(d.entries, e)
	d.did = append(d.did, "ledger "+e.Kind.String())
	d.open = slices.DeleteFunc(d.open, func(o kiosk.Entry) bool { return e.Kind.Closes(o.Kind.Intent()) })
	if e.Kind.Intent() != kiosk.NoIntent {
		d.open = append(d.open, e)
	}
	return nil
}

func (d benchLedger) Open(ctx context.Context) ([]kiosk.Entry, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.refuse > 0 && d.appends >= d.refuse {
		return nil, errors.New("no space left on device")
	}
	return slices.Clone(d.open), nil
}

func (d benchLedger) Room(context.Context) (int, error) {
	d.mu.Lock()
	counts := d.counts
	d.mu.Unlock()
	time.Sleep(counts)
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.refuse > 0 && d.appends >= d.refuse:
		return 0, errors.New("no space left on device")
	case d.filled >= 100:
		return d.filled, fmt.Errorf("100,000 records wait: %w", port.Fault(kiosk.MsgFull))
	}
	return d.filled, nil
}

// Display and board.

func (b *bench) Show(v kiosk.View) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.view = v
}

func (b *bench) Alive()          { b.mu.Lock(); b.lives++; b.mu.Unlock() }
func (b *bench) Started()        { b.mu.Lock(); b.started++; b.mu.Unlock() }
func (b *bench) Healthy()        { b.mu.Lock(); b.good++; b.mu.Unlock() }
func (b *bench) Lamp(on bool)    { b.mu.Lock(); b.lamp = on; b.mu.Unlock() }
func (b *bench) Tone(kiosk.Tone) { b.mu.Lock(); b.tones++; b.mu.Unlock() }
