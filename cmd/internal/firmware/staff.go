package firmware

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/run"
	"multicopy.example/kiosk/secret"
	"multicopy.example/kiosk/staff"
	"multicopy.example/kiosk/staff/check"
	"multicopy.example/kiosk/staff/login"
	"multicopy.example/offline"
)

// StaffDisplay is a display that can show maintenance. A kiosk whose display cannot
// has none.
type StaffDisplay interface {
	run.Display
	ShowStaff(v staff.View, s Shown)
	// Trouble is told before the out-of-service screen of a reader that is lost is
	// shown: its code and the machine's name stand there.
	Trouble(f check.Fault, machine string)
}

// ErrRestart is why Run ends where staff has asked for it: the process ends with an
// error, and is started anew.
var ErrRestart = errors.New("staff asked for a restart")

// errNotHere: this machine cannot do it yet.
var errNotHere = errors.New("not done on this machine")

// issuer stands before the machine's name in an authenticator.
const issuer = "kiosk"

// maintenance is run.Staff: the codes on the disk, and what the firmware can have done.
type maintenance struct {
	store   *login.Store
	show    func(staff.View, Shown)
	door    func() bool
	ask     func(context.Context) error // asks the authority, which says the time beside
	told    *authorityTime
	sign    *sign
	acts    map[kiosk.StaffTask]func(context.Context) error // beside the sign's, and the export
	refused map[kiosk.StaffTask]staff.Note
	touched func(ctx context.Context, cells staff.Cells) error                      // the touch grid; nil in tests that have none
	takes   func(ctx context.Context, events []string) (digest [32]byte, err error) // the export; nil in tests that have none

	mu      sync.Mutex
	attempt *login.Attempt // counted, and not yet compared
	uri     string         // of new codes that are not confirmed

	machine string
	help    string
	today   func() Tally          // of the visits
	printer func(context.Context) // has the printer asked how it is
	facts   func(context.Context) []check.Finding
	lines   func(context.Context, staff.Place) []string
	recent  func() []string
	screen  screen
}

// authorityTime is the last time that the authority has said since this start, and how
// long the process had been running then.
type authorityTime struct {
	start time.Time
	last  atomic.Pointer[login.Time]
}

// hear notes what the authority said last; the same again is nothing new.
func (a *authorityTime) hear(said time.Time) {
	if was := a.last.Load(); !said.IsZero() && (was == nil || !was.Wall.Equal(said)) {
		a.last.Store(&login.Time{Wall: said, Running: time.Since(a.start)})
	}
}

// now is the authority's time, carried on by the process's own clock; the machine's
// where it has said none.
func (a *authorityTime) now() login.Time {
	running := time.Since(a.start)
	if was := a.last.Load(); was != nil {
		return login.Time{Wall: was.Wall.Add(running - was.Running), Sure: true, Running: running}
	}
	return login.Time{Wall: time.Now(), Running: running}
}

// maintained gives a kiosk its maintenance, where its display can show it.
func (f *Firmware) maintained(d run.Display, ask func(context.Context) (port.Health, error)) (run.Staff, port.StaffCodes, error) {
	display, ok := d.(StaffDisplay)
	if !ok {
		return nil, port.StaffCodes{}, nil
	}
	f.display.tell = func(fault check.Fault) { display.Trouble(fault, f.client.Name()) }
	var codes port.StaffCodes
	for _, s := range []*secret.Secret{&codes.Own, &codes.Code, &codes.Again} {
		var err error
		if *s, err = secret.New(); err != nil {
			return nil, codes, err
		}
	}
	store, err := login.Open(login.Config{Dir: f.cfg.Kiosk.Data, Issuer: issuer, Machine: f.client.Name(), Now: f.told.now})
	if err != nil { // residents are served all the same
		f.log.Error("no maintenance: the codes of staff cannot be read", "err", err)
		return nil, codes, nil
	}
	m := &maintenance{store: store, show: display.ShowStaff, told: f.told, sign: f.sign, door: func() bool { return f.door != nil && f.door.Open() },
		machine: f.client.Name(), help: f.cfg.Kiosk.Help, today: f.day.today, printer: f.slips.look, facts: f.findings, lines: f.staffLines, recent: f.recent}
	m.ask = func(ctx context.Context) error {
		_, err := ask(ctx)
		return err
	}
	m.acts = map[kiosk.StaffTask]func(context.Context) error{
		kiosk.StaffTone: func(ctx context.Context) error {
			f.TestTones(ctx)
			return ctx.Err()
		},
		kiosk.StaffSelfTest: func(ctx context.Context) error {
			r, err := f.SelfTest(ctx, Tries{})
			m.found(r.Findings())
			return err
		},
		kiosk.StaffReport: func(ctx context.Context) error {
			r, err := f.report(ctx)
			m.found(r.Findings())
			return err
		},
		kiosk.StaffFlush:   f.flush,
		kiosk.StaffWipe:    f.Wipe,
		kiosk.StaffReenrol: f.Reenrol,
		kiosk.StaffUpdate:  f.installBrought,
		kiosk.StaffRestart: func(ctx context.Context) error {
			f.end(ErrRestart)
			<-ctx.Done()
			return ctx.Err()
		},
	}
	m.refused = refusedTasks(f.cfg)
	m.touched = f.touched
	m.takes = exporter{cfg: f.cfg, machine: f.client.Name(), now: func() time.Time { return f.told.now().Wall }, status: f.Status,
		done: func(books []offline.Book) { f.exported.Store(markOf(books)) }}.run
	if f.slips.printer != nil {
		m.acts[kiosk.StaffPrint] = f.TestSlip
	}
	return m, codes, nil
}

// flush has the queue sent now, and waits until the authority has all of it.
func (f *Firmware) flush(ctx context.Context) error {
	f.ledger.Retry()
	for {
		n, _, err := f.ledger.Queue(ctx)
		if err != nil || n == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%d records are still in the queue: %w", n, ctx.Err())
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// Facts is run.Staff's.
func (m *maintenance) Facts() run.StaffFacts {
	facts := run.StaffFacts{Door: m.door(), Sign: m.sign.stands()}
	for _, r := range []kiosk.Role{kiosk.Clerk, kiosk.Technician} {
		if m.store.Enrolled(r) {
			facts.Enrolled |= 1 << r
		}
	}
	return facts
}

// Count is run.Staff's.
func (m *maintenance) Count(_ context.Context, r kiosk.Role, t kiosk.StaffTask) (staff.Note, error) {
	count := func() (*login.Attempt, error) { return m.store.Count(r) }
	if t == kiosk.StaffOperator {
		count = m.store.CountOperator
	}
	a, err := count()
	m.mu.Lock()
	m.attempt = a
	m.mu.Unlock()
	var wait *login.Wait
	switch {
	case err == nil:
		return staff.NoNote, nil
	case errors.As(err, &wait):
		return staff.NoteWait, nil
	case errors.Is(err, login.ErrNotEnrolled):
		return staff.NoteNoCodes, nil
	}
	return staff.NoteNoCount, err
}

// Compare is run.Staff's.
func (m *maintenance) Compare(_ context.Context, t kiosk.StaffTask, c port.StaffCodes) (staff.Verdict, error) {
	m.mu.Lock()
	a := m.attempt
	m.attempt = nil
	m.mu.Unlock()
	switch t {
	case kiosk.StaffOperator:
		return a.Operator(c.Code)
	case kiosk.StaffFresh:
		return a.Fresh(c.Code)
	}
	return a.Compare(c.Own, c.Code)
}

// Time is run.Staff's.
func (m *maintenance) Time(ctx context.Context) (bool, error) {
	err := m.ask(ctx)
	return m.told.now().Sure && err == nil, err
}

// Make is run.Staff's.
func (m *maintenance) Make(_ context.Context, r kiosk.Role, c port.StaffCodes) error {
	uri, err := m.store.Enrol(r, c.Own)
	m.mu.Lock()
	m.uri = uri
	m.mu.Unlock()
	return err
}

// Confirm is run.Staff's.
func (m *maintenance) Confirm(_ context.Context, c port.StaffCodes) (staff.Verdict, error) {
	return m.store.Confirm(c.Code)
}

// Abandon is run.Staff's.
func (m *maintenance) Abandon() { m.store.Abandon() }

// Act is run.Staff's. What a limit or the end of the mode cut short is not known.
func (m *maintenance) Act(ctx context.Context, t kiosk.StaffTask, r staff.Reason, touched staff.Cells) (run.StaffActed, error) {
	do, ok := m.acts[t]
	var digest [32]byte
	switch t {
	case kiosk.StaffExport:
		do = func(ctx context.Context) (err error) {
			digest, err = m.takes(ctx, m.kept())
			return err
		}
		ok = m.takes != nil
	case kiosk.StaffTouch:
		do, ok = func(ctx context.Context) error { return m.touched(ctx, touched) }, m.touched != nil
	case kiosk.StaffSignUp:
		do, ok = func(context.Context) error { return m.sign.put(r) }, true
	case kiosk.StaffSignDown:
		do, ok = func(context.Context) error { return m.sign.down() }, true
	}
	if n, no := m.refused[t]; no {
		return run.StaffActed{Outcome: kiosk.Failed, Note: n}, fmt.Errorf("%s: %w", t, errNotHere)
	}
	if !ok {
		return run.StaffActed{Outcome: kiosk.Failed}, fmt.Errorf("%s: %w", t, errNotHere)
	}
	switch err := do(ctx); {
	case err == nil:
		return run.StaffActed{Outcome: kiosk.Done, Digest: digest}, nil
	case ctx.Err() != nil:
		return run.StaffActed{Outcome: kiosk.Unknown}, err
	default:
		return run.StaffActed{Outcome: kiosk.Failed, Note: why(err)}, err
	}
}

// PostStaff delivers a touch on a screen of maintenance.
func (f *Firmware) PostStaff(e staff.Event) { f.loop.PostStaff(e) }
