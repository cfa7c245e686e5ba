package soak

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/port"
	"multicopy.example/offline"
	"multicopy.example/offline/outbox"
	"multicopy.example/offline/record"
)

// A life is one run of a kiosk's process, from its start to its kill.
type life struct {
	Data   string // folder of the ledger
	Folder string // of the authority, with what a kiosk is configured with
	URL    string
	Kiosk  string // of the kiosk, and of its certificate's files
	Seed   uint64
	Clock  fast
	PerDay int // visits
	Done   int // visits of earlier lives
	Days   int // after so many no visit begins
}

// fast is a clock that runs so many times as fast as the machine's.
type fast struct {
	Start time.Time
	Times float64
}

func (f fast) now() time.Time {
	return f.Start.Add(time.Duration(float64(time.Since(f.Start)) * f.Times))
}

// shorter is a pause of the real world on the fast clock. Below a millisecond a
// pause would measure the machine.
func (f fast) shorter(d time.Duration) time.Duration {
	return max(time.Duration(float64(d)/f.Times), time.Millisecond)
}

// What a hand-over may take: the exchange itself runs on the machine's own time,
// so this is not a minute divided by the clock's speed but what makes a lost
// answer cost a fraction of a day. Where everything has to arrive, on a whole
// network, a busy machine is waited for.
const (
	patience         = 400 * time.Millisecond
	patienceDraining = 5 * time.Second
)

// kioskProcess is main of the process that is killed. What it says on its
// standard output is one line a fact (shop_test.go); its third descriptor says
// what it shall do.
func kioskProcess(order string) error {
	var l life
	if err := json.Unmarshal([]byte(order), &l); err != nil {
		return err
	}
	w := &worker{life: l, chance: rand.New(rand.NewPCG(l.Seed, uint64(l.Done))), want: make(chan string)}
	go w.listen(os.NewFile(3, "orders"))
	return w.run(context.Background())
}

type worker struct {
	life
	chance *rand.Rand
	want   chan string
	ledger *offline.Ledger

	draining atomic.Bool
}

func (w *worker) listen(from *os.File) {
	lines := bufio.NewScanner(from)
	for lines.Scan() {
		w.want <- lines.Text()
	}
	close(w.want)
}

func (w *worker) run(ctx context.Context) error {
	client, err := w.dial(w.Clock.now)
	if err != nil {
		return err
	}
	if w.ledger, err = w.open(ctx); err != nil {
		return err
	}
	if a := w.ledger.Aside(); a != nil {
		fmt.Printf("aside %s %x %d %d\n", filepath.Base(a.Folder), a.Last.Epoch, a.Last.Seq, a.Carried)
	}
	open, err := w.ledger.Open(ctx)
	for _, e := range open { // as the loop does at its start
		err = errors.Join(err, w.append(ctx, e.Close()))
	}
	if err != nil {
		return err
	}
	s, err := outbox.New(w.ledger, told{client, &w.draining}, outbox.Options{
		Now: w.Clock.now, Rand: rand.New(rand.NewPCG(w.Seed, 7)), Log: slog.New(slog.DiscardHandler),
		Spread: w.Clock.shorter(30 * time.Second), Base: w.Clock.shorter(time.Second),
		Max: w.Clock.shorter(5 * time.Minute), Unreachable: w.Clock.shorter(30 * time.Second), Patience: patience,
	})
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	fmt.Println("open")
	for {
		more, err := w.live(ctx, s)
		if err != nil || !more {
			return errors.Join(err, w.ledger.Close())
		}
		select {
		case err := <-ended:
			return fmt.Errorf("the sender ended: %w", err)
		default:
		}
	}
}

// live is a bit of life: a visit where one is due, else an order.
func (w *worker) live(ctx context.Context, s *outbox.Sender) (more bool, err error) {
	if w.Done < w.due() {
		select {
		case o, more := <-w.want:
			return more, w.obey(ctx, o)
		default:
			w.Done++
			return true, w.visit(ctx)
		}
	}
	tick := time.NewTimer(time.Millisecond)
	defer tick.Stop()
	select {
	case o, more := <-w.want:
		return more, w.obey(ctx, o)
	case <-tick.C:
	}
	if why := s.Status().Stopped; why != nil {
		fmt.Printf("stopped %q\n", why)
		s.Resume() // as staff would
	}
	return true, nil
}

// due is how many visits should have been by now.
func (w *worker) due() int {
	passed := w.Clock.now().Sub(w.Clock.Start).Hours() / 24
	return int(float64(w.PerDay) * min(passed, float64(w.Days)))
}

// obey does what it is told: drain says "drained" when nothing waits any more,
// and no visit begins in between; one appends a single line; say tells that all
// before it was done.
func (w *worker) obey(ctx context.Context, order string) error {
	switch order {
	case "one":
		return w.append(ctx, kiosk.Entry{Kind: kiosk.EntryEnded, Before: -1, After: -1, Message: kiosk.MsgTimeout})
	case "drain":
		w.draining.Store(true)
		defer w.draining.Store(false)
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			n, _, err := w.ledger.Queue(ctx)
			if err != nil {
				return err
			}
			if n == 0 {
				fmt.Println("drained")
				return nil
			}
			<-tick.C
		}
	case "rest": // no visit until the end of this life
		w.PerDay = 0
	case "say": // that everything before was done
		fmt.Println("said")
	}
	return nil
}

// visit is the lines of one, with what may go wrong in it.
func (w *worker) visit(ctx context.Context) error {
	fmt.Println("visit")
	base := kiosk.Entry{Flow: kiosk.FlowP, Act: kiosk.Reset, Before: -1, After: -1}
	for i := range base.Session {
		base.Session[i] = byte(w.chance.Uint32())
	}
	var grant kiosk.GrantID
	for i := range grant {
		grant[i] = byte(w.chance.Uint32())
	}
	line := func(k kiosk.EntryKind, f func(*kiosk.Entry)) kiosk.Entry {
		e := base
		e.Kind = k
		f(&e)
		return e
	}
	nothing := func(*kiosk.Entry) {}
	lines := []kiosk.Entry{
		line(kiosk.EntryTrying, func(e *kiosk.Entry) { e.Before = 3 }),
		line(kiosk.EntryTried, func(e *kiosk.Entry) { e.After, e.Outcome = 3, kiosk.Done }),
		line(kiosk.EntryProving, nothing),
		line(kiosk.EntryAsking, nothing),
		line(kiosk.EntryWriting, func(e *kiosk.Entry) { e.Grant, e.Before = grant, 0 }),
		line(kiosk.EntryOutcome, func(e *kiosk.Entry) { e.Grant, e.After, e.Outcome = grant, 5, kiosk.Done }),
		line(kiosk.EntrySettled, func(e *kiosk.Entry) { e.Grant, e.Outcome = grant, kiosk.Done }),
		line(kiosk.EntryEnded, func(e *kiosk.Entry) { e.Message = kiosk.MsgReset }),
	}
	if w.chance.IntN(10) == 0 { // a wrong PIN, and away
		lines = append(lines[:1:1], line(kiosk.EntryTried, func(e *kiosk.Entry) { e.After, e.Outcome = 2, kiosk.Failed }), lines[7])
		lines[2].Message = kiosk.MsgTimeout
	}
	for _, e := range lines {
		if err := w.append(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

// append says "ok" once the line is promised, and not before. Only this
// goroutine appends, so the head is the line.
func (w *worker) append(ctx context.Context, e kiosk.Entry) error {
	if err := w.ledger.Append(ctx, e); err != nil {
		return err
	}
	h := w.ledger.Head()
	_, err := fmt.Printf("ok %x %d %x\n", h.Epoch, h.Seq, h.Hash)
	return err
}

// told says of every hand-over what was handed and what came back.
type told struct {
	*authority.Client
	draining *atomic.Bool
}

func (t told) Batch(ctx context.Context, records []port.Record) (port.Receipt, error) {
	limit := patience
	if t.draining.Load() {
		limit = patienceDraining
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	r, err := t.Client.Batch(ctx, records)
	first, last := records[0], records[len(records)-1]
	what := "records"
	if h, err := record.DecodeHeader(first.Bytes); err == nil && len(records) == 1 && h.Kind == kiosk.EntryOutcome && h.Grant != (kiosk.GrantID{}) {
		what = "outcome"
	}
	fmt.Printf("batch %x %d %d %d %s %s\n", first.Epoch, first.Seq, last.Seq, r.Seq, class(err), what)
	if err != nil && class(err) != "later" {
		fmt.Printf("why %q\n", err)
	}
	if len(r.Signature) > 0 {
		fmt.Printf("receipt %x %d %x %x\n", r.Epoch, r.Seq, r.Head, r.Signature)
	}
	return r, err
}

// class is what the sender will make of it.
func class(err error) string {
	var later port.ErrRetryLater
	switch {
	case err == nil:
		return "taken"
	case errors.Is(err, port.ErrStopSending):
		return "stop"
	case errors.Is(err, port.ErrSetAside):
		return "aside"
	case errors.As(err, &later):
		return "later"
	}
	return "other"
}

// open opens the ledger as the firmware does, but keeps what was acknowledged,
// for the bookkeeper.
func (l life) open(ctx context.Context) (*offline.Ledger, error) {
	key, err := l.sealingKey("records.pub.pem")
	if err != nil {
		return nil, err
	}
	return offline.OpenLedger(ctx, l.Data, offline.Options{Now: l.Clock.now, Key: key, Keep: 10_000_000, IdleAfter: l.Clock.shorter(2 * time.Second)})
}

func (l life) sealingKey(name string) ([]byte, error) {
	b, err := os.ReadFile(filepath.Join(l.Folder, name))
	if err != nil {
		return nil, err
	}
	return wire.ParseSealingKey(b)
}

// dial makes the client of this kiosk; its own clock judges certificates.
func (l life) dial(now func() time.Time) (*authority.Client, error) {
	pair, err := tls.LoadX509KeyPair(filepath.Join(l.Folder, l.Kiosk+".crt.pem"), filepath.Join(l.Folder, l.Kiosk+".key.pem"))
	if err != nil {
		return nil, err
	}
	ca, err := os.ReadFile(filepath.Join(l.Folder, "ca.crt.pem"))
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	code, err := l.sealingKey("code.pub.pem")
	if err != nil {
		return nil, err
	}
	return authority.New(authority.Config{URL: l.URL, Roots: roots, Certificate: pair, CodeKey: code,
		Log: slog.New(slog.DiscardHandler), Now: now})
}
