package measure

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/staff/check"
)

// far answers as it is told.
type far struct {
	health port.Health
	err    error
	shown  *x509.Certificate
	now    time.Time
}

func (f far) Health(context.Context) (port.Health, error) { return f.health, f.err }
func (f far) Now() time.Time                              { return f.now }
func (f far) Shown() *x509.Certificate                    { return f.shown }
func (f far) Certificate() *x509.Certificate {
	return &x509.Certificate{NotBefore: f.now.Add(-time.Hour), NotAfter: f.now.Add(time.Hour)}
}

func TestAnAnswerIsToldByTheItemThatItIsAbout(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	cert := func(from, to time.Duration) *x509.Certificate {
		return &x509.Certificate{NotBefore: now.Add(from), NotAfter: now.Add(to)}
	}
	good, fault := cert(-time.Hour, 1000*time.Hour), func(m kiosk.Message) error { return fmt.Errorf("in detail: %w", port.Fault(m)) }
	for name, c := range map[string]struct {
		far  far
		want map[check.Item]check.Fault // NoFault: tested and normal
	}{
		"well":            {far{health: port.Health{Open: true, Now: now.Unix()}, shown: good}, map[check.Item]check.Fault{check.Network: 0, check.Authority: 0, check.Clock: 0, check.AuthorityCertificate: 0}},
		"closed":          {far{health: port.Health{Now: now.Unix()}, shown: good}, map[check.Item]check.Fault{check.Network: 0, check.Authority: 0, check.Clock: 0, check.AuthorityCertificate: 0}},
		"without a time":  {far{health: port.Health{Open: true}, shown: good}, map[check.Item]check.Fault{check.Network: 0, check.Authority: 0, check.AuthorityCertificate: 0}},
		"clock behind":    {far{health: port.Health{Now: now.Add(time.Hour).Unix()}, shown: good}, map[check.Item]check.Fault{check.Network: 0, check.Authority: 0, check.Clock: check.ClockWrong, check.AuthorityCertificate: 0}},
		"gone":            {far{err: fault(kiosk.MsgNetwork)}, map[check.Item]check.Fault{check.Network: check.NetworkDown}},
		"no word of ours": {far{err: errors.New("else")}, map[check.Item]check.Fault{check.Network: check.NetworkDown}},
		"another peer":    {far{err: fault(kiosk.MsgPeer)}, map[check.Item]check.Fault{check.Network: 0, check.Authority: check.AuthorityUnknown}},
		"busy":            {far{err: fault(kiosk.MsgBusy), shown: good}, map[check.Item]check.Fault{check.Network: 0, check.Authority: check.AuthorityBusy, check.AuthorityCertificate: 0}},
		"its certificate has ended": {far{err: fault(kiosk.MsgClock), shown: cert(-9*time.Hour, -time.Hour)},
			map[check.Item]check.Fault{check.Network: 0, check.AuthorityCertificate: check.AuthorityCertificateEnded}},
		"our clock was lost": {far{err: fault(kiosk.MsgClock), shown: cert(time.Hour, 1000*time.Hour)},
			map[check.Item]check.Fault{check.Network: 0, check.Clock: check.ClockWrong, check.AuthorityCertificate: 0}},
	} {
		c.far.now = now
		c.want[check.KioskCertificate] = check.NoFault
		r := run(t, Ask(c.far, Host{Now: func() time.Time { return now }}))
		for _, f := range check.Judge(r.Facts) {
			want, tested := c.want[f.Item]
			if f.Fault != want || tested == (f.Level == check.Untested) {
				t.Errorf("%s: %v is %v, %v", name, f.Item, f.Level, f.Fault)
			}
		}
	}
}

func TestAReportIsPrintableAndTakesWhatTheRunningKioskTells(t *testing.T) {
	var ours, theirs Result
	ours.Tested, ours.DiskFloor = check.Of(check.Disk), 1
	ours.Detail[check.Disk] = "\x1b[31m\nline"
	theirs.Tested, theirs.Reader, theirs.DiskFree = check.Of(check.Reader, check.Disk), check.ReaderNoDevice, 9
	r := ours.Report()
	if r.Worst() != check.Critical || r.State != "critical" {
		t.Errorf("%+v", r)
	}
	r.Take(theirs.Report().Checks, check.Reader, check.Screen)
	if d, p := r.Checks[check.Disk], r.Checks[check.Reader]; d.Code != "E-FUL" || d.Teller != "" || p.Code != "E-RDR1" || p.Teller != "kiosk" ||
		r.Checks[check.Screen].Teller != "" {
		t.Errorf("%+v, %+v", d, p)
	}
	var b strings.Builder
	if err := r.Print(&b); err != nil || strings.ContainsAny(b.String(), "\x1b") || !strings.Contains(b.String(), "E-RDR1") {
		t.Errorf("%v: %q", err, b.String())
	}
}

// What was not measured has no number: 0 days and "not known" are two things.
func TestNumbersAreThoseThatWereMeasured(t *testing.T) {
	if n := (Result{}).Report().Numbers; n != (Numbers{}) {
		t.Errorf("%+v", n)
	}
	var r Result
	r.Tested = check.Of(check.Queue, check.KioskCertificate)
	r.Waiting, r.Oldest, r.KioskEnds = 3, time.Minute+time.Millisecond, -time.Hour
	n := r.Report().Numbers
	if *n.Waiting != 3 || *n.OldestSeconds != 60 || *n.KioskDays != -1 || n.AuthorityDays != nil {
		t.Errorf("%+v", n)
	}
}
