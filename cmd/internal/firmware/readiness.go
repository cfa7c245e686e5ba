package firmware

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"multicopy.example/cmd/internal/measure"
	"multicopy.example/cmd/internal/readiness"
	"multicopy.example/cmd/internal/replace"
	"multicopy.example/cmd/internal/stick"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
)

// A staffLog is what staff did last, as the ledger has it: there the entries are sealed,
// and the kiosk cannot read them again.
type staffLog struct {
	now func() time.Time

	mu   sync.Mutex
	last []readiness.Entry // the newest first
}

// staffKept is how many entries a report tells.
const staffKept = 20

// note keeps an entry that is durable.
func (l *staffLog) note(e kiosk.Entry) {
	if e.Kind != kiosk.EntryStaffTried && e.Kind != kiosk.EntryStaffDid {
		return
	}
	l.add(readiness.Entry{At: l.now().Unix(), Role: e.Role.String(), Task: e.Task.String(), Outcome: e.Outcome.String()})
}

func (l *staffLog) add(newest readiness.Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last = slices.Insert(l.last, 0, newest)
	l.last = l.last[:min(len(l.last), staffKept)]
}

func (l *staffLog) all() []readiness.Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.last)
}

// restore takes the entries that the status file of the start before has.
func (l *staffLog) restore(was []readiness.Entry) {
	for _, e := range slices.Backward(was) {
		l.add(e)
	}
}

// Readiness is the report of what Doctor has found; what staff did last is in the
// kiosk's status file.
func Readiness(r measure.Report, file string, now time.Time) readiness.Report {
	out := readiness.Report{Report: r, Made: now}
	if cfg, err := config.Load(file); err == nil {
		if s, err := ReadStatus(cfg); err == nil {
			out.Staff = s.Staff
		}
	}
	return out
}

// WriteReadiness makes a new file, as PDF or text as its name ends (IsReport).
func WriteReadiness(r readiness.Report, name string) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	if err := errors.Join(formOf(r, name)(f), f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(name))
	}
	return nil
}

// IsReport reports whether a file of this name can be written as a report.
func IsReport(name string) bool {
	ext := filepath.Ext(name)
	return ext == ".pdf" || ext == ".txt"
}

func formOf(r readiness.Report, name string) func(io.Writer) error {
	if filepath.Ext(name) == ".pdf" {
		return r.PDF
	}
	return r.Text
}

// reportNames are those in the data folder, each the newest one.
var reportNames = []string{"report.pdf", "report.txt"}

// report tests the machine and writes what was found into the data folder, and onto the
// stick where one is mounted.
func (f *Firmware) report(ctx context.Context) (measure.Report, error) {
	found, err := f.SelfTest(ctx, Tries{})
	if err != nil {
		return found, err
	}
	r := readiness.Report{Report: found, Made: f.told.now().Wall, Staff: f.staffLog.all()}
	return found, keepReport(ctx, r, f.cfg)
}

func keepReport(ctx context.Context, r readiness.Report, cfg config.Config) error {
	files := map[string][]byte{}
	for _, name := range reportNames {
		var b bytes.Buffer
		if err := formOf(r, name)(&b); err != nil {
			return err
		}
		if err := (replace.File{Name: filepath.Join(cfg.Kiosk.Data, name), Mode: 0o600}).Flushed(b.Bytes()); err != nil {
			return err
		}
		files[filepath.Ext(name)] = b.Bytes()
	}
	if cfg.Staff.Stick == "" {
		return nil
	}
	s, err := stick.Open(cfg.Staff.Stick)
	if errors.Is(err, stick.ErrNone) {
		return nil
	}
	if err != nil {
		return err
	}
	defer s.Close()
	base := strings.TrimSuffix(exporter{machine: r.Kiosk, now: func() time.Time { return r.Made }}.name(), ".tar.age")
	for _, ext := range []string{".pdf", ".txt"} {
		_, err := s.Write(ctx, base+ext, uint64(len(files[ext])), func(w io.Writer) error {
			_, err := w.Write(files[ext])
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
