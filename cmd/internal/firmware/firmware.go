// Package firmware puts the production hands and the loop together from a
// configuration: everything of the firmware but its display. cmd/kiosk adds the
// window; a headless run adds a display that prints.
package firmware

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"multicopy.example/cmd/internal/heartbeat"
	"multicopy.example/cmd/internal/measure"
	"multicopy.example/cmd/internal/metrics"
	"multicopy.example/cmd/internal/readertest"
	"multicopy.example/cmd/internal/renewal"
	"multicopy.example/cmd/internal/version"
	"multicopy.example/devices/board"
	"multicopy.example/devices/pn532"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/run"
	"multicopy.example/kiosk/secret"
	"multicopy.example/kiosk/staff/check"
	"multicopy.example/offline/outbox"
)

// Firmware is one kiosk without its display.
type Firmware struct {
	loop    *run.Loop
	client  *authority.Client
	word    *heartbeat.Word
	said    said // used by the heartbeats alone
	ledger  *outbox.Outbox
	lines   pulsedLedger // the same, for who writes lines
	reader  *pn532.Reader
	cards   *reader // the same, as the loop has it
	spread  time.Duration
	display *watched
	pair    renewal.File // where a renewed certificate is kept
	log     *slog.Logger

	cfg     config.Config
	host    measure.Host
	started time.Time
	board   *board.Board
	door    *board.Door // nil where there is no switch
	unfed   error       // why the kernel's watchdog is not open
	pulse   *pulse
	latency *atomic.Int64 // of the authority's last answer
	slips   *slips
	told    *authorityTime
	sign    *sign
	reads   *readable
	hold    atomic.Bool   // the machine is being updated: no visit begins
	offered atomic.Uint32 // a check.Fault: why an offered update is not there

	staffLog *staffLog
	day      *tally
	exported atomic.Pointer[exportMark] // the last one since the start; nil where there was none
	touch    atomic.Pointer[Touch]      // what the touch grid said last; nil before
	certify  sync.Mutex                 // held while a certificate is asked for

	counts     *metrics.Counts
	lastStatus atomic.Pointer[Status] // what the file was told
	stood      atomic.Bool            // at the last turn of tell there had been a proof of life

	stop atomic.Pointer[context.CancelCauseFunc] // ends Run; nil before it

	measuring sync.Mutex
	measured  measure.Result // before the visit that is under way
}

// Unusable is the error of a configuration with which no kiosk starts.
type Unusable struct{ error }

// Unwrap is what is wrong with it.
func (u Unusable) Unwrap() error { return u.error }

// New opens what can be opened without a card and without a network. An error
// means that this machine must not serve residents: it cannot lock memory, its
// configuration is wrong (Unusable), or its ledger cannot be opened. host is what the machine
// is measured by.
func New(ctx context.Context, cfg config.Config, host measure.Host, display run.Display, log *slog.Logger) (*Firmware, error) {
	keys, err := takeKeys()
	if err != nil {
		return nil, err
	}
	if err := finishWipe(cfg); err != nil {
		return nil, err
	}
	pair, err := renewal.Enrolled(cfg.Authority)
	if err != nil {
		return nil, Unusable{err}
	}
	begin(log, pair.Leaf)
	renewed := renewal.Beside(cfg.Authority)
	pair = newest(renewed, pair, log)
	said, err := readSaid(cfg.Kiosk.Data, pair.Leaf.NotAfter)
	if err != nil {
		log.Error("the authority's last time is not used", "err", err)
	}
	sign, err := readSign(cfg.Kiosk.Data)
	if err != nil {
		log.Error("no out-of-service sign is taken from its file", "err", err)
	}
	client, err := dial(cfg.Authority, pair, said.last, time.Now, log)
	if err != nil {
		return nil, Unusable{err}
	}
	cas, err := certificates(cfg.Cards.Authorities...)
	if err != nil {
		return nil, Unusable{err}
	}
	lights, err := openBoard(cfg.Board, log)
	if err != nil {
		return nil, Unusable{err}
	}
	chip, err := readertest.Open(cfg.Reader, log)
	if err != nil {
		return nil, Unusable{err}
	}
	records, err := sealingKey(cfg.Authority.RecordsKey)
	if err != nil {
		return nil, Unusable{err}
	}
	door, err := openDoor(cfg.Board)
	if err != nil {
		return nil, Unusable{err}
	}
	reads := readableBy(cfg, log)
	ledger, err := outbox.Open(ctx, cfg.Kiosk.Data, outbox.Config{Key: records, Now: time.Now, Rand: jitter(), Log: log, Reads: reads.newest})
	if err != nil {
		return nil, err
	}
	latency := new(atomic.Int64)
	told := &authorityTime{start: time.Now()}
	ask := func(ctx context.Context) (port.Health, error) {
		begun := time.Now()
		defer func() {
			latency.Store(int64(time.Since(begun)))
			told.hear(client.Said())
		}()
		return client.Health(ctx)
	}
	word := heartbeat.NewWord(ask, cfg.Authority.Spread(), jitter(), time.Now)
	if up, err := uptime(); err == nil && up > cameUp {
		word.Alone()
	}
	pulse := newPulse(time.Now)
	slips := newSlips(openPrinter(cfg.Printer), client.Name(), log)
	cards := &reader{Reader: chip, cas: cas, log: log}
	f := &Firmware{client: client, word: word, said: said, ledger: ledger, reader: chip, cards: cards,
		spread: cfg.Authority.Spread(), display: &watched{Display: display, pulse: pulse, met: cards.met}, slips: slips, pair: renewed, log: log,
		cfg: cfg, host: host, started: time.Now(), pulse: pulse, latency: latency, board: lights, door: door, told: told, sign: sign, reads: reads}
	f.counts = metrics.New()
	f.staffLog = &staffLog{now: func() time.Time { return told.now().Wall }}
	if was, err := ReadStatus(cfg); err == nil { // of the start before
		f.staffLog.restore(was.Staff)
		f.touch.Store(was.Touch)
	}
	f.day = readTally(cfg.Kiosk.Data, func() time.Time { return told.now().Wall.Local() }, log)
	maintenance, codes, err := f.maintained(display, word.Ask)
	if err != nil {
		return nil, err
	}
	if cfg.Board.Watchdog != "" { // last, for it counts from now on
		f.watch(cfg.Board.Watchdog)
	}
	f.lines = pulsedLedger{ledger, pulse, f.staffLog, f.day, f.counts}
	f.loop = run.New(run.Ports{
		Reader: f.cards, Authority: remembered{client, word, sign, &f.hold}, Ledger: f.lines, Display: f.display, Board: pulsedBoard{lights, pulse},
		Printer: slips.port(), Staff: maintenance, StaffCodes: codes,
	}, keys, cfg.Shop(), slog.New(f.counts.Spans(log.Handler())))
	return f, nil
}

// Post delivers an event from the display.
func (f *Firmware) Post(e kiosk.Event) { f.loop.Post(e) }

// Run serves residents until ctx ends, and beside it sends records and
// heartbeats and renews the kiosk's certificate.
func (f *Firmware) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	f.stop.Store(&cancel)
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		f.ledger.Send(ctx, f.client, f.spread)
	}()
	rest := f.maintain(ctx)
	err := f.loop.Run(ctx)
	for _, why := range []error{ErrRestart, ErrWiped} {
		if errors.Is(context.Cause(ctx), why) {
			err = why
		}
	}
	cancel(nil)
	<-sent
	rest()
	if errors.Is(err, ErrWiped) {
		err = errors.Join(err, f.ledger.Close(), erase(f.cfg))
	}
	return err
}

// end ends Run, for that reason.
func (f *Firmware) end(why error) {
	if stop := f.stop.Load(); stop != nil {
		(*stop)(why)
	}
}

// Close lets go of the reader, the ledger and the network.
func (f *Firmware) Close() error {
	f.client.Close()
	return errors.Join(f.reader.Close(), f.ledger.Close(), f.board.Close())
}

// watch opens the kernel's watchdog. A kiosk without it serves: it is told to staff.
func (f *Firmware) watch(name string) {
	dog, err := board.OpenWatchdog(name)
	if err != nil {
		f.unfed = err
		f.log.Error("the watchdog is not fed", "code", check.WatchdogUnfed.Code(), "err", err)
		return
	}
	f.board.Watch(dog)
}

func takeKeys() (k port.Secrets, err error) {
	for _, s := range []*secret.Secret{&k.Code, &k.New, &k.Again, &k.Proof} {
		if *s, err = secret.New(); err != nil {
			return port.Secrets{}, err
		}
	}
	if k.List, err = secret.NewList(); err != nil {
		return port.Secrets{}, err
	}
	return k, nil
}

func dial(cfg config.Authority, pair tls.Certificate, said time.Time, now func() time.Time, log *slog.Logger) (*authority.Client, error) {
	cas, err := certificates(cfg.Roots)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	for _, c := range cas {
		roots.AddCert(c)
	}
	codeKey, err := sealingKey(cfg.CodeKey)
	if err != nil {
		return nil, err
	}
	return authority.New(authority.Config{URL: cfg.URL, Roots: roots, Certificate: pair, CodeKey: codeKey, Built: version.Built(), Said: said, Now: now, Log: log})
}
