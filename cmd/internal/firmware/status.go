package firmware

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"multicopy.example/cmd/internal/measure"
	"multicopy.example/cmd/internal/readiness"
	"multicopy.example/cmd/internal/replace"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/staff/check"
	"multicopy.example/offline"
)

// A Status is what a running kiosk says of itself, in a file that is written anew
// every few seconds: there is no port to listen on. It has counts and codes and
// nothing of any resident; how far a visit is is not told.
type Status struct {
	measure.Report

	Process int               `json:"process"`         // number of the process that wrote it
	Started int64             `json:"started"`         // Unix seconds, as all times here
	Written int64             `json:"written"`         // by a goroutine of its own, also where the loop stalls
	Proved  int64             `json:"proved"`          // last proof of life: loop, frame and ledger; 0 before the first
	Place   string            `json:"place"`           // Starting, Idle, visit, Staff or OutOfService
	Out     string            `json:"out,omitempty"`   // the code of what lets no visit begin
	Queue   uint32            `json:"queue"`           // records that wait for the authority
	Oldest  uint32            `json:"oldest"`          // seconds since when the first of them does
	Staff   []readiness.Entry `json:"staff,omitempty"` // what staff did last, the newest first
	Touch   *Touch            `json:"touch,omitempty"` // what the touch grid said last
	Config  string            `json:"config"`          // SHA-256 of the configuration that it runs with
}

// Age is how old the file is, by the same clock; never below zero.
func (s Status) Age(now time.Time) time.Duration { return max(0, now.Sub(time.Unix(s.Written, 0))) }

// Ended reports whether the process that wrote it is there no more: a kiosk that runs
// now is another one, which has told nothing yet.
func (s Status) Ended() bool { return s.Process > 0 && errors.Is(unix.Kill(s.Process, 0), unix.ESRCH) }

// PrintAt writes the status for a person who asks now: what the kiosk does, and the
// table of its checks.
func (s Status) PrintAt(to io.Writer, now time.Time) error {
	since := func(unix int64) string {
		if unix == 0 {
			return "never"
		}
		return fmt.Sprintf("%v ago", max(0, now.Sub(time.Unix(unix, 0))).Truncate(time.Second))
	}
	fmt.Fprintf(to, "%s is %s, place %s", s.Kiosk, s.State, s.Place)
	if s.Out != "" {
		fmt.Fprintf(to, ", no visit can begin: %s", s.Out)
	}
	fmt.Fprintf(to, "\nstarted %s, last proof of life %s, told %s\n", since(s.Started), since(s.Proved), since(s.Written))
	fmt.Fprintf(to, "%d records wait for the authority, the first for %v\nversion %s, configuration %.16s\nprogram %.16s, %s\n\n", s.Queue,
		time.Duration(s.Oldest)*time.Second, s.Version, s.Config, cmp.Or(s.Program, "not read yet"), s.Image)
	return s.Report.Print(to)
}

// Stale makes a status that is too old to be believed say so.
func (s *Status) Stale(age time.Duration) { s.Take(stale(age), check.Program) }

func stale(age time.Duration) []measure.Check {
	var r measure.Result
	r.Tested, r.Turned = check.Of(check.Program), age
	r.Detail[check.Program] = fmt.Sprintf("its status file is %v old", age.Truncate(time.Second))
	return r.Report().Checks
}

const (
	statusName   = "status.json"
	statusPeriod = 5 * time.Second
	maxStatus    = 64 << 10
)

// statusFile is where the kiosk of a configuration writes it.
func statusFile(cfg config.Config) string {
	if cfg.Kiosk.Status != "" {
		return cfg.Kiosk.Status
	}
	return filepath.Join(cfg.Kiosk.Data, statusName)
}

// ReadStatus reads the status file of a configuration's kiosk, which may be old:
// see Status.Age and offline.InUse. The file is the kiosk's user's, and the caller may
// be root: only a plain file is read, and every text in it is made printable.
func ReadStatus(cfg config.Config) (s Status, err error) {
	name := statusFile(cfg)
	f, err := os.OpenFile(name, os.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	if err != nil {
		return s, err
	}
	defer f.Close()
	if i, err := f.Stat(); err != nil || !i.Mode().IsRegular() || i.Size() > maxStatus {
		return s, errors.Join(err, fmt.Errorf("%s is no status file", name))
	}
	b, err := io.ReadAll(io.LimitReader(f, maxStatus))
	if err == nil {
		s, err = parseStatus(b)
	}
	if err != nil {
		return s, fmt.Errorf("%s: %w", name, err)
	}
	return s, nil
}

// parseStatus reads a status that a program of any version, or none, has written.
func parseStatus(b []byte) (s Status, err error) {
	if err := json.Unmarshal(b, &s); err != nil {
		return Status{}, err
	}
	s.Tidy()
	s.Staff = s.Staff[:min(len(s.Staff), staffKept)]
	for i, e := range s.Staff {
		s.Staff[i] = e.Tidy()
	}
	s.Touch = s.Touch.tidy()
	s.Place, s.Out, s.Config = measure.Printable(s.Place), measure.Printable(s.Out), measure.Printable(s.Config)
	return s, nil
}

// writeStatus replaces the file. It is not flushed: after a power cut it is of no
// use, and flash memory wears out.
func writeStatus(name string, s Status) error {
	b, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return replace.File{Name: name, Mode: 0o644}.Loose(append(b, '\n'))
}

// tell writes the status until ctx ends.
func (f *Firmware) tell(ctx context.Context) {
	each := time.NewTicker(statusPeriod)
	defer each.Stop()
	told := ""
	for {
		s := f.Status(ctx)
		f.lastStatus.Store(&s)
		f.stood.Store(s.Proved != 0)
		f.showCounts()
		err := writeStatus(statusFile(f.cfg), s)
		switch {
		case err == nil:
			told = ""
		case told != err.Error(): // a full disk stays full
			told = err.Error()
			f.log.Warn("the status file is not written", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-each.C:
		}
	}
}

// Status is how the kiosk is now. The screen of maintenance mode shows its checks.
func (f *Firmware) Status(ctx context.Context) Status {
	now, beat := time.Now(), f.status(ctx)
	r, stalls := f.serving(ctx, beat)
	s := Status{Report: r.Report(), Process: os.Getpid(), Started: f.started.Unix(), Written: now.Unix(), Place: f.display.at(), Out: beat.Out.Code(),
		Queue: beat.Queue, Oldest: beat.Oldest, Config: fmt.Sprintf("%x", f.cfg.Sum)}
	if !stalls.proved.IsZero() {
		s.Proved = stalls.proved.Unix()
	}
	s.Staff, s.Touch = f.staffLog.all(), f.touch.Load()
	f.madeEarly(&s.Report)
	s.Kiosk, s.Running = f.client.Name(), true
	return s
}

// serving are the facts of a kiosk that serves, and what of it does not move.
func (f *Firmware) serving(ctx context.Context, beat wire.Beat) (measure.Result, stall) {
	r, stalls := f.measure(ctx, beat.Queue, time.Duration(beat.Oldest)*time.Second), f.pulse.stalls()
	stalled(&r, stalls)
	return r, stalls
}

// stalled sets what does not move.
func stalled(r *measure.Result, s stall) {
	r.Tested |= check.Of(check.Program, check.Screen, check.Ledger)
	r.Turned, r.Drawn, r.LedgerTurn = s.loop, s.screen, s.ledger
}

// measure asks what may be asked of a kiosk that serves: files, the kernel, and
// what loop, heartbeats and reader have met already. While a visit is under way the
// last answer stands.
func (f *Firmware) measure(ctx context.Context, waiting uint32, oldest time.Duration) measure.Result {
	f.measuring.Lock()
	defer f.measuring.Unlock()
	if f.display.at() == visitPlace {
		return f.measured
	}
	host := f.host
	r := measure.All(ctx, measure.Disk(host, f.cfg.Kiosk.Data), measure.Temperature(host), measure.Configuration(f.cfg))
	measure.Certificates(f.client.Certificate(), f.client.Shown(), f.client.Now())(&r)
	if health, at, err, ok := f.word.Last(); ok {
		answer := measure.Answer{Health: health, Err: err, Latency: time.Duration(f.latency.Load()), At: at}
		if err == nil {
			answer.Heard = host.Now().Sub(at)
		}
		measure.Answered(answer, f.client.Shown())(&r)
	}
	if met, ok := f.cards.met(); ok {
		replies, again := f.reader.Line()
		r.Tested |= check.Of(check.Reader)
		r.Reader, r.Frames, r.Again = met, replies, again
	}
	r.Tested |= check.Of(check.Queue)
	r.Waiting, r.WaitingCap, r.Oldest = waiting, offline.DefaultQueueCap, oldest
	if f.display.out() == kiosk.MsgLedger {
		r.LedgerError = kiosk.MsgLedger
	}
	crashFacts(&r, f.cfg)
	doorFacts(&r, f.door)
	f.slips.facts(&r)
	f.touch.Load().facts(&r)
	f.sign.facts(&r)
	f.updateFacts(&r)
	watchdogFacts(&r, f.cfg.Board, f.unfed, f.board.Fed())
	f.measured = r
	return r
}
