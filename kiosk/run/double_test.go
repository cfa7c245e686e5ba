package run

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/secret"
)

// The doubles of the five ports, for tests under testing/synctest: all time
// below is the bubble's, so a Sleep is a port that takes that long, and never a
// wait for something to have happened.

// keys are taken once for the whole test binary: slots are never given back.
var keys = sync.OnceValue(func() port.Secrets {
	var k [4]secret.Secret
	for i := range k {
		var err error
		if k[i], err = secret.New(); err != nil {
			panic(err)
		}
	}
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

// card is the card itself; benchContact is its stay in the field.
type card struct {
	b          *bench
	name       string
	auth, sign int8
	fresh      string // the new secret, as it arrived
	pin        string
	tear       bool // the next write happens, and the answer is lost
	refuses    bool // the next write is refused
}

type benchContact struct {
	*card
	gone       bool
	challenged bool
	busy       bool
}

var errGone = fmt.Errorf("the link: %w", port.ErrGone)

// use is one exchange: alone, and never a presence check while a challenge
// stands.
func (c *benchContact) use(ctx context.Context, op string, d time.Duration) error {
	b := c.b
	b.mu.Lock()
	if c.busy {
		b.t.Errorf("%s while another command is under way", op)
	}
	if c.challenged && op != "run" && op != "release" {
		b.t.Errorf("%s between challenge and run kills the challenge", op)
	}
	if op != "read" && op != "present" && op != "release" && c.name != b.whose {
		b.t.Errorf("the visit of %q reached the card of %q with %s", b.whose, c.name, op)
	}
	c.challenged = op == "challenge"
	c.busy = true
	gone := c.gone
	b.mu.Unlock()
	defer func() { b.mu.Lock(); c.busy = false; b.mu.Unlock() }()
	if gone {
		return errGone
	}
	if op == "present" {
		b.mu.Lock()
		defer b.mu.Unlock()
		if c.gone = b.field != c.card; c.gone {
			return errGone
		}
		return ctx.Err()
	}
	err := b.work(ctx, "card", op, d)
	b.mu.Lock()
	defer b.mu.Unlock()
	if c.gone = c.gone || b.field != c.card; c.gone && op != "release" {
		return errGone
	}
	return err
}

func (c *benchContact) Read(ctx context.Context) (port.Facts, error) {
	err := c.use(ctx, "read", 300*time.Millisecond)
	c.b.mu.Lock()
	defer c.b.mu.Unlock()
	return port.Facts{Token: kiosk.TokenCard, AuthCert: []byte(c.name), HasSign: true, AuthTries: c.auth, SignTries: c.sign,
		Trusted: true}, err
}

func (c *benchContact) Verify(ctx context.Context, ref kiosk.Ref, s secret.Secret) error {
	if err := c.use(ctx, "verify", 200*time.Millisecond); err != nil {
		return err
	}
	c.b.mu.Lock()
	defer c.b.mu.Unlock()
	left := &c.auth
	if ref == kiosk.RefSign {
		left = &c.sign
	}
	if *left == 0 {
		return port.ErrBlocked
	}
	if err := s.Use(func(p []byte) error {
		if string(p) != c.pin {
			return port.WrongSecret{}
		}
		return nil
	}); err != nil {
		*left--
		return port.WrongSecret{Left: *left}
	}
	*left = ref.Full()
	return nil
}

func (c *benchContact) Sign(ctx context.Context, ref kiosk.Ref, digest [32]byte) ([]byte, error) {
	return []byte("signature"), c.use(ctx, "sign", 500*time.Millisecond)
}

func (c *benchContact) Challenge(ctx context.Context) ([]byte, error) {
	return []byte("0123456789abcdef"), c.use(ctx, "challenge", 50*time.Millisecond)
}

func (c *benchContact) Run(ctx context.Context, g port.Grant, fresh secret.Secret) error {
	if g.ID == (kiosk.GrantID{}) {
		c.b.t.Error("a write without a grant")
	}
	if err := c.use(ctx, "run", 300*time.Millisecond); err != nil {
		return errors.Join(port.ErrUnknown, err)
	}
	c.b.mu.Lock()
	refuses, tear := c.refuses, c.tear
	c.refuses, c.tear = false, false
	c.b.mu.Unlock()
	if refuses {
		return port.ErrRefused
	}
	c.b.mu.Lock()
	defer c.b.mu.Unlock()
	_ = fresh.Use(func(p []byte) error { c.fresh = string(p); return nil })
	c.sign = kiosk.RefSign.Full()
	if tear {
		c.b.field, c.gone = nil, true
		return port.ErrUnknown
	}
	return nil
}

func (c *benchContact) Present(ctx context.Context) error { return c.use(ctx, "present", 0) }
func (c *benchContact) Release(ctx context.Context) error {
	err := c.use(ctx, "release", 10*time.Millisecond)
	c.b.mu.Lock()
	defer c.b.mu.Unlock()
	c.gone = true // to speak to it again takes a new tap
	return err
}

// The authority.

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

// start opens a kiosk in the bubble and runs it until stop.
func start(t *testing.T, prepare ...func(*bench)) *bench {
	b := &bench{t: t, flow: kiosk.FlowP, shop: kiosk.Shop{Offered: kiosk.AllLangs}, over: make(chan error, 1), log: io.Discard}
	for _, p := range prepare {
		p(b)
	}
	ports := Ports{Reader: b, Authority: b, Ledger: benchLedger{b}, Display: b, Board: b, Staff: b.staff, StaffCodes: b.staffCodes}
	b.loop = New(ports, keys(), b.shop, slog.New(slog.NewTextHandler(b.log, nil)))
	ctx, cancel := context.WithCancel(t.Context())
	b.end = cancel
	go func() { b.over <- b.loop.Run(ctx) }()
	return b
}

func (b *bench) stop() {
	b.t.Helper()
	b.end()
	if err := <-b.over; !errors.Is(err, context.Canceled) {
		b.t.Errorf("Run: %v", err)
	}
	b.empty("after the end")
}

// empty: no slot holds anything.
func (b *bench) empty(when string) {
	b.t.Helper()
	k := keys()
	for i, s := range []secret.Secret{k.Code, k.New, k.Again, k.Proof} {
		if s.Len() != 0 {
			b.t.Errorf("%s: slot %d holds %d characters", when, i+1, s.Len())
		}
	}
	k.List.Lend(func(l []byte) {
		if len(l) != 0 {
			b.t.Errorf("%s: the list has %d bytes", when, len(l))
		}
	})
}

func (b *bench) now() kiosk.View {
	synctest.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.view
}

// until lets time pass until the place is on the screen.
func (b *bench) until(p kiosk.Place, within time.Duration) kiosk.View {
	b.t.Helper()
	for end := time.Now().Add(within); ; time.Sleep(10 * time.Millisecond) {
		v := b.now()
		if v.Place == p {
			return v
		}
		if time.Now().After(end) {
			b.t.Fatalf("%s (says %s) after %v, want %s; did %s", v.Place, v.Message, within, p, strings.Join(b.all(), ", "))
		}
	}
}

func (b *bench) press(button kiosk.Button) {
	v := b.now()
	b.loop.Post(kiosk.Event{Kind: kiosk.Pressed, Button: button, Place: v.Place})
	synctest.Wait()
}

func (b *bench) ok() { b.press(kiosk.ButtonOK) }

// types does what a pad does: the character into the slot it was lent, and an
// event that says nothing about it.
func (b *bench) types(text string) {
	for i := range len(text) {
		v := b.now()
		v.Secret.Append(text[i])
		b.loop.Post(kiosk.Event{Kind: kiosk.KeyPressed, Place: v.Place})
		time.Sleep(200 * time.Millisecond)
	}
}

func (b *bench) put(c *card) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if c.b == nil {
		c.b = b
	}
	b.field = c
}
func (b *bench) lift() { b.mu.Lock(); b.field = nil; b.mu.Unlock() }

func (b *bench) all() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.did)
}

func (b *bench) count(what string) (n int) {
	for _, d := range b.all() {
		if d == what {
			n++
		}
	}
	return n
}

func newCard() *card { return &card{name: "hers", auth: 3, sign: 5, pin: "7392"} }

const password = "NEWPASS42"

// walkTo goes a resident's way up to a place and does nothing there yet. It
// returns the places on the way.
func (b *bench) walkTo(p kiosk.Place, c *card) (way []kiosk.Place) {
	b.t.Helper()
	const soon = 3 * time.Second
	last, end := kiosk.Places, time.Now().Add(soon)
	for ; ; time.Sleep(10 * time.Millisecond) {
		switch v := b.now(); {
		case v.Place == p:
			return way
		case v.Place != last:
			last, end = v.Place, time.Now().Add(soon)
			way = append(way, last)
			b.act(v, c)
		case time.Now().After(end):
			b.t.Fatalf("%s (says %s) after %v, on the way to %s; did %s", last, v.Message, soon, p, strings.Join(b.all(), ", "))
		}
	}
}

// act does what the screen asks for: the card, the plan, an entry, or OK.
func (b *bench) act(v kiosk.View, c *card) {
	b.t.Helper()
	switch typed := (kiosk.State{Place: v.Place}).Typing(); {
	case v.Place == kiosk.PlaceCard || v.Place == kiosk.DoubtCard:
		b.put(c)
		return
	case v.Place == kiosk.Plan:
		b.press(kiosk.ButtonReset)
		return
	case v.Place == kiosk.Listed:
		b.pick(1)
		return
	case v.Place == kiosk.OneConsent:
		c.pin = password // what proves the withdrawal
		b.press(kiosk.ButtonEnd)
		return
	case typed == kiosk.LiveCode:
		b.types("12345678")
	case typed == kiosk.LiveProof:
		b.types(c.pin)
	case typed != kiosk.LiveNone:
		b.types(password)
	}
	b.ok()
}
