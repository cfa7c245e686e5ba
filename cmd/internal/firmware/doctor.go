package firmware

import (
	"context"
	"crypto/x509"
	"errors"
	"log/slog"
	"time"

	"multicopy.example/cmd/internal/measure"
	"multicopy.example/cmd/internal/readertest"
	"multicopy.example/cmd/internal/renewal"
	"multicopy.example/cmd/internal/version"
	"multicopy.example/devices/board"
	"multicopy.example/devices/pn532"
	"multicopy.example/devices/printer"
	"multicopy.example/kiosk/authority"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/staff/check"
	"multicopy.example/offline"
)

// Doctor tests the machine of a configuration, whether its kiosk runs or not. Beside
// one that runs, which holds the reader and the ledger's lock, the network, the
// disk, a copy of the ledger and all that is read from files is tested anyway; the
// rest is what the running kiosk says of it in its status file. Nothing is changed,
// no card is touched, and each test has a limit in time.
//
// What more is tried is what an engineer has asked for, and only where the kiosk is
// stopped: see Tries.
func Doctor(ctx context.Context, file string, host measure.Host, more Tries, log *slog.Logger) (measure.Report, error) {
	cfg, err := config.Load(file)
	if err != nil {
		return unusable(measure.Result{}, err), nil
	}
	running, inUse := offline.InUse(cfg.Kiosk.Data)
	if running && more != (Tries{}) {
		return measure.Report{}, errRunning
	}
	p := openParts(cfg, host, log)
	defer p.close()
	result := measure.All(ctx, p.tests(cfg, host, running, more, log)...)
	p.facts(&result, cfg)
	result.Note(check.Ledger, inUse)
	if running {
		result.Detail[check.Reader] = "the running kiosk holds the reader"
		result.Detail[check.Program] = "a kiosk runs here and has no status file"
	} else if result.Detail[check.Program] == "" {
		result.Detail[check.Program] = "no kiosk runs here"
	}
	report := result.Report()
	if p.err != nil {
		report = unusable(result, p.err)
	}
	made(&report)
	report.Running, report.Kiosk = running, p.name
	if running {
		beside(&report, cfg, host.Now())
	}
	if more.Tones {
		p.sound(ctx, cfg, log)
	}
	return report, nil
}

// Usable reports whether a kiosk would start with the configuration in that file.
func Usable(file string, host measure.Host) error {
	cfg, err := config.Load(file)
	if err != nil {
		return err
	}
	p := openParts(cfg, host, slog.New(slog.DiscardHandler))
	p.close()
	return p.err
}

// errRunning: reader, printer and buzzer are the running kiosk's.
var errRunning = errors.New("a kiosk runs here: stop it to try a card, a slip or the tones")

// parts are what a configuration names, opened like the kiosk's own.
type parts struct {
	client *authority.Client
	name   string // of the kiosk; empty where there is no certificate
	cas    []*x509.Certificate
	chip   *pn532.Reader
	paper  *printer.Printer // nil where there is none
	door   *board.Door      // nil where there is none
	shut   bool             // the door's line could not be opened
	err    error            // why a kiosk would not start
}

func openParts(cfg config.Config, host measure.Host, log *slog.Logger) (p parts) {
	var errs [7]error
	if p.client, errs[0] = doctorsClient(cfg, host, log); errs[0] == nil {
		p.name = p.client.Name()
	}
	p.cas, errs[1] = certificates(cfg.Cards.Authorities...)
	_, errs[2] = sealingKey(cfg.Authority.RecordsKey)
	p.chip, errs[3] = readertest.Open(cfg.Reader, log)
	p.door, errs[4] = openDoor(cfg.Board)
	p.shut = errs[4] != nil
	_, errs[5] = board.Line(cfg.Board.Lamp)
	_, errs[6] = board.Line(cfg.Board.Buzzer)
	p.paper = openPrinter(cfg.Printer)
	p.err = errors.Join(errs[:]...)
	return p
}

func (p parts) close() {
	if p.client != nil {
		p.client.Close()
	}
}

func (p parts) tests(cfg config.Config, host measure.Host, running bool, more Tries, log *slog.Logger) []measure.Test {
	all := []measure.Test{measure.Disk(host, cfg.Kiosk.Data), measure.Temperature(host), measure.Configuration(cfg), measure.Ledger(cfg.Kiosk.Data)}
	if p.client != nil {
		all = append(all, measure.Ask(p.client, host))
	}
	if p.chip != nil && !running {
		all = append(all, testReader(p.chip, false, more.Card, p.cas, log))
	}
	if p.paper != nil && !running {
		all = append(all, testPrinter(p.paper, p.name, more.Slip, log))
	}
	return all
}

// facts adds what is read without a test.
func (p parts) facts(r *measure.Result, cfg config.Config) {
	if !p.shut {
		doorFacts(r, p.door)
	}
	if p.paper == nil {
		r.Absent |= check.Of(check.Printer)
	}
	if cfg.Board.Watchdog != "" { // the service manager's promise is the kiosk's to tell
		watchdogFacts(r, cfg.Board, mayWatch(cfg.Board), true)
	}
	crashFacts(r, cfg)
	sign, err := readSign(cfg.Kiosk.Data)
	sign.facts(r)
	r.Note(check.Sign, err)
}

// sound lets the engineer hear the tones, and see the lamp.
func (p parts) sound(ctx context.Context, cfg config.Config, log *slog.Logger) {
	if b, err := openBoard(cfg.Board, log); err == nil {
		playTones(ctx, b)
	}
}

// unusable is the report of a configuration with which no kiosk starts.
func unusable(r measure.Result, err error) measure.Report {
	r.Tested |= check.Of(check.Configuration)
	r.ConfigInvalid = true
	r.Note(check.Configuration, err)
	report := r.Report()
	made(&report)
	return report
}

// made sets which program has made a report.
func made(r *measure.Report) {
	r.Version, r.Program, r.Image = version.String(), version.Program(), version.Image
}

// madeEarly is made for a kiosk that may be drawing its first page: the program is read and hashed a turn of tell after the first proof
// of life, which has a frame in it. On the appliance each block of its 37 MB is verified when it is read.
func (f *Firmware) madeEarly(r *measure.Report) {
	if f.stood.Load() {
		made(r)
		return
	}
	r.Version, r.Image = version.String(), version.Image
}

// doctorsClient is a client like the kiosk's own.
func doctorsClient(cfg config.Config, host measure.Host, log *slog.Logger) (*authority.Client, error) {
	pair, err := renewal.Enrolled(cfg.Authority)
	if err != nil {
		return nil, err
	}
	pair, err = renewal.Beside(cfg.Authority).Newest(pair)
	if err != nil {
		log.Warn("the renewed certificate is not used", "err", err)
	}
	said, err := readSaid(cfg.Kiosk.Data, pair.Leaf.NotAfter)
	if err != nil {
		log.Warn("the authority's last time is not used", "err", err)
	}
	return dial(cfg.Authority, pair, said.last, host.Now, log)
}

// readerFacts sets what Ready or Answers met.
func readerFacts(r *measure.Result, err error, replies, again uint32) {
	r.Tested |= check.Of(check.Reader)
	r.Frames, r.Again = replies, again
	if err != nil {
		r.Reader = readertest.Explain(err).Fault
		r.Note(check.Reader, err)
	}
}

// held are the items of which only the running kiosk can tell.
var held = []check.Item{check.Program, check.Reader, check.Screen, check.Queue, check.Configuration, check.Printer, check.Door, check.Watchdog}

// beside adds what the running kiosk says of itself.
func beside(r *measure.Report, cfg config.Config, now time.Time) {
	s, err := ReadStatus(cfg)
	if err != nil || s.Ended() {
		return
	}
	if age := s.Age(now); age > check.Stalled {
		r.Take(stale(age), check.Program)
		return
	}
	for i := range s.Checks {
		s.Checks[i].At = s.Written
	}
	items := held
	if r.Checks[check.Configuration].State != check.Normal.String() {
		items = nil
		for _, i := range held {
			if i != check.Configuration { // what stands on the disk now is worse than what runs
				items = append(items, i)
			}
		}
	}
	r.Take(s.Checks, items...)
}
