package firmware

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"multicopy.example/cmd/internal/measure"
	"multicopy.example/cmd/internal/renewal"
	"multicopy.example/cmd/internal/version"
	"multicopy.example/devices/pn532"
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
func Doctor(ctx context.Context, file string, host measure.Host, log *slog.Logger) measure.Report {
	cfg, err := config.Load(file)
	if err != nil {
		return unusable(measure.Result{}, err)
	}
	tests := []measure.Test{measure.Disk(host, cfg.Kiosk.Data), measure.Temperature(host), measure.Configuration(cfg), measure.Ledger(cfg.Kiosk.Data)}
	running, inUseErr := offline.InUse(cfg.Kiosk.Data)
	client, clientErr := doctorsClient(cfg, host, log)
	if clientErr == nil {
		defer client.Close()
		tests = append(tests, measure.Ask(client, host))
	}
	_, cardsErr := certificates(cfg.Cards.Authorities...)
	_, recordsErr := sealingKey(cfg.Authority.RecordsKey)
	chip, readerErr := openReader(cfg.Reader, log)
	if readerErr == nil && !running {
		tests = append(tests, measureReader(chip))
	}
	paper := openPrinter(cfg.Printer)
	if paper != nil && !running {
		tests = append(tests, measurePrinter(paper))
	}
	door, doorErr := openDoor(cfg.Board)
	result := measure.All(ctx, tests...)
	if doorErr == nil {
		doorFacts(&result, door)
	}
	if paper == nil {
		result.Absent |= check.Of(check.Printer)
	}
	if cfg.Board.Watchdog != "" { // the service manager's promise is the kiosk's to tell
		watchdogFacts(&result, cfg.Board, mayWatch(cfg.Board), true)
	}
	if running {
		result.Detail[check.Reader] = "the running kiosk holds the reader"
		result.Detail[check.Program] = "a kiosk runs here and has no status file"
	} else {
		result.Detail[check.Program] = "no kiosk runs here"
	}
	crashFacts(&result, cfg)
	result.Note(check.Ledger, inUseErr)
	var report measure.Report
	if err := errors.Join(clientErr, cardsErr, recordsErr, readerErr, doorErr); err != nil {
		report = unusable(result, err)
	} else {
		report = result.Report()
	}
	report.Version, report.Running = version.String(), running
	if client != nil {
		report.Kiosk = client.Name()
	}
	if running {
		beside(&report, cfg, host.Now())
	}
	return report
}

// unusable is the report of a configuration with which no kiosk starts.
func unusable(r measure.Result, err error) measure.Report {
	r.Tested |= check.Of(check.Configuration)
	r.ConfigInvalid = true
	r.Note(check.Configuration, err)
	report := r.Report()
	report.Version = version.String()
	return report
}

// doctorsClient is a client like the kiosk's own.
func doctorsClient(cfg config.Config, host measure.Host, log *slog.Logger) (*authority.Client, error) {
	pair, err := keyPair(cfg.Authority.Certificate, cfg.Authority.Key)
	if err != nil {
		return nil, err
	}
	pair, err = renewal.Beside(cfg.Authority.Key).Newest(pair)
	if err != nil {
		log.Warn("the renewed certificate is not used", "err", err)
	}
	said, err := readSaid(cfg.Kiosk.Data, pair.Leaf.NotAfter)
	if err != nil {
		log.Warn("the authority's last time is not used", "err", err)
	}
	return dial(cfg.Authority, pair, said.last, host.Now, log)
}

// asks is how often the reader is asked for its name: at 1 damaged reply in 100 the
// line is noisy.
const asks = 50

// measureReader opens the reader and asks it for its name. Its field stays off.
func measureReader(chip *pn532.Reader) measure.Test {
	return measure.Test{Items: check.Of(check.Reader), Limit: 20 * time.Second, Run: func(ctx context.Context) func(*measure.Result) {
		err := chip.Ready(ctx)
		for n := 0; n < asks && err == nil; n++ {
			err = chip.Answers(ctx)
		}
		replies, again := chip.Line()
		err = errors.Join(err, chip.Close())
		return func(r *measure.Result) { readerFacts(r, err, replies, again) }
	}}
}

// readerFacts sets what Ready or Answers met.
func readerFacts(r *measure.Result, err error, replies, again uint32) {
	r.Tested |= check.Of(check.Reader)
	r.Frames, r.Again = replies, again
	if err != nil {
		r.Reader = explain(err).Fault
		r.Note(check.Reader, err)
	}
}

// held are the items of which only the running kiosk can tell.
var held = []check.Item{check.Program, check.Reader, check.Screen, check.Queue, check.Configuration, check.Printer, check.Door, check.Watchdog}

// beside adds what the running kiosk says of itself.
func beside(r *measure.Report, cfg config.Config, now time.Time) {
	s, err := ReadStatus(cfg)
	if err != nil {
		return
	}
	if age := s.Age(now); age > check.Stalled {
		r.Take(stale(age), check.Program)
		return
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
