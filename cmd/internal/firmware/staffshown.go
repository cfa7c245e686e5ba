package firmware

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"multicopy.example/cmd/internal/measure"
	"multicopy.example/cmd/internal/version"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/staff"
	"multicopy.example/kiosk/staff/check"
)

// A Shown is what a screen of maintenance shows beside its view: of the machine, and
// nothing of any resident.
type Shown struct {
	URI      string // what the QR code of staff.ShowQR holds; "" on all other screens
	Findings []check.Finding
	Lines    []string                       // what a page of the technician's has to tell
	Tasks    []kiosk.StaffTask              // what this machine can have done
	Refused  map[kiosk.StaffTask]staff.Note // what it cannot, and the reason to be told; what is in neither has no place on its screens
	Waits    map[kiosk.Role]time.Duration   // how long a role has to wait before the next attempt, or the operator's code (NoRole); none that need not
	Today    Tally                          // of staff.ClerkHome: how the day's visits ended
	Machine  string                         // its name, as its certificate says it
	Help     string                         // the help desk's telephone number; "" where none is configured
}

// screen is what stands, for what is measured while it does.
type screen struct {
	view   staff.View
	shown  Shown
	tested []check.Finding // of the last self test; its result stays
	events []string        // of the loop, as of the opening: residents do nothing while the mode stands
}

// measureLimit is how long a screen waits for what is measured.
const measureLimit = 10 * time.Second

// askLimit is how long it waits for authority and printer: a clerk has ten seconds.
const askLimit = 4 * time.Second

// Show is run.Staff's. The QR code goes with its screen. What is measured comes when
// it is there.
func (m *maintenance) Show(v staff.View) {
	m.mu.Lock()
	defer m.mu.Unlock()
	moved := v.Place != m.screen.view.Place
	m.screen.view = v
	if moved && v.Place == staff.Look { // the loop calls here, and no other may ask it
		m.screen.events = m.recent()
	}
	s := &m.screen.shown
	switch {
	case v.Place == staff.Events:
		s.Lines = m.screen.events
	case moved:
		s.Lines = nil
	}
	s.URI, s.Machine, s.Help, s.Tasks, s.Refused = "", m.machine, m.help, m.tasks(), m.refused
	switch v.Place {
	case staff.ShowQR:
		s.URI = m.uri
	case staff.Enrolling:
	default:
		m.uri = ""
	}
	s.Waits = m.waits(v)
	if v.Place == staff.ClerkHome {
		s.Today = m.today()
	}
	if v.Place == staff.SelfTests && m.screen.tested != nil {
		s.Findings = m.screen.tested
	}
	m.show(v, *s)
	if len(s.Waits) > 0 {
		go m.countDown(v)
	}
	if moved && tells(v.Place) {
		go m.measured(v.Place)
	}
}

// waits are those that the screen tells: of the roles where one is chosen, and of the
// attempt that was refused.
func (m *maintenance) waits(v staff.View) map[kiosk.Role]time.Duration {
	var whose []kiosk.Role
	switch refused := v.Note == staff.NoteWait; {
	case v.Place == staff.ChooseRole:
		whose = []kiosk.Role{kiosk.Clerk, kiosk.Technician}
	case refused && v.Place == staff.Refused:
		whose = []kiosk.Role{v.Asked}
	case refused && v.Place == staff.Danger:
		whose = []kiosk.Role{v.Role}
	case refused && v.Place == staff.EnrolWho:
		whose = []kiosk.Role{kiosk.NoRole}
	}
	all := map[kiosk.Role]time.Duration{}
	for _, r := range whose {
		if left := m.store.Left(r); left > 0 {
			all[r] = left
		}
	}
	return all
}

// countDown draws the waits of a screen anew each second, until they are over or another
// stands.
func (m *maintenance) countDown(v staff.View) {
	each := time.NewTicker(time.Second)
	defer each.Stop()
	for more := true; more; {
		<-each.C
		m.mu.Lock()
		if m.screen.view != v {
			m.mu.Unlock()
			return
		}
		m.screen.shown.Waits = m.waits(v)
		more = len(m.screen.shown.Waits) > 0
		m.show(v, m.screen.shown)
		m.mu.Unlock()
	}
}

// tasks are what this machine can have done, the sign on every one.
func (m *maintenance) tasks() []kiosk.StaffTask {
	all := append(slices.Collect(maps.Keys(m.acts)), kiosk.StaffSignUp, kiosk.StaffSignDown)
	if m.takes != nil {
		all = append(all, kiosk.StaffExport)
	}
	if m.touched != nil {
		all = append(all, kiosk.StaffTouch)
	}
	slices.Sort(all)
	return all
}

// tells reports whether a screen says how the machine is.
func tells(p staff.Place) bool {
	switch p {
	case staff.Look, staff.ClerkHome, staff.TechnicianHome, staff.Queue, staff.Config, staff.Danger:
		return true
	}
	return false
}

// measured draws a screen anew once it is known how the machine is, where it still
// stands.
func (m *maintenance) measured(p staff.Place) {
	ctx, cancel := context.WithTimeout(context.Background(), measureLimit)
	defer cancel()
	if p == staff.Look { // the authority's last word may be a quarter of an hour old, the printer's half a minute
		asking, end := context.WithTimeout(ctx, askLimit)
		var both sync.WaitGroup
		both.Go(func() { _ = m.ask(asking) }) // what came of it is among the facts
		both.Go(func() { m.printer(asking) })
		both.Wait()
		end()
	}
	found, lines := m.facts(ctx), m.lines(ctx, p)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.screen.view.Place != p {
		return
	}
	m.screen.shown.Findings, m.screen.shown.Lines = found, lines
	m.show(m.screen.view, m.screen.shown)
}

// kept are the last events, as of the opening.
func (m *maintenance) kept() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.screen.events)
}

// found keeps what a self test has found.
func (m *maintenance) found(all []check.Finding) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.screen.tested = all
}

// findings are how the machine is, of what may be asked of one that serves.
func (f *Firmware) findings(ctx context.Context) []check.Finding {
	r, _ := f.serving(ctx, f.status(ctx))
	return check.Judge(r.Facts)
}

// staffLines are what a page of the technician's has to tell, in the words of the
// programs that an engineer runs.
func (f *Firmware) staffLines(ctx context.Context, p staff.Place) []string {
	switch p {
	case staff.TechnicianHome:
		return []string{"version " + version.String(), "program SHA-256 " + version.Program(), version.Image}
	case staff.Queue:
		beat := f.status(ctx)
		return []string{fmt.Sprintf("records %d", beat.Queue), fmt.Sprintf("oldest %v", time.Duration(beat.Oldest)*time.Second)}
	case staff.Config:
		return f.configLines()
	case staff.Danger:
		return []string{"stick " + stickLine(f.cfg.Staff.Stick)}
	}
	return nil
}

// configLines is the configuration as it runs and as it stands on the disk. It names
// files and holds no secret.
func (f *Firmware) configLines() []string {
	b, err := config.ReadFile(f.cfg.File, config.MaxFile)
	if err != nil {
		return []string{"running " + f.cfg.File, "on disk: " + measure.Printable(err.Error())}
	}
	disk, lines := "the same", strings.Split(strings.TrimSpace(string(b)), "\n")
	if f.cfg.Sum != sha256.Sum256(b) {
		disk = "another: a restart takes it"
	}
	out := []string{"running " + f.cfg.File, "on disk: " + disk}
	for _, l := range lines[:min(len(lines), maxLines)] {
		out = append(out, measure.Printable(l))
	}
	return out
}

// maxLines is how many lines of a file are shown.
const maxLines = 200

// recent are all events that the loop has kept, the newest first and numbered, for a
// person who reads them page by page. The loop alone may call it.
func (f *Firmware) recent() (all []string) {
	events := f.loop.Recent()
	slices.Reverse(events)
	for i, e := range events {
		s := e.Kind.String()
		if e.Button != kiosk.NoButton {
			s += " " + e.Button.String()
		}
		if e.Kind == kiosk.Pressed || e.Kind == kiosk.PageTurned {
			s += " at " + e.Place.String()
		}
		if e.Message != kiosk.NoMessage {
			s += " " + e.Message.String()
		}
		all = append(all, fmt.Sprintf("%d  %s", i+1, s))
	}
	return all
}
