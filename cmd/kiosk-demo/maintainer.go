package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/pixels"
	"multicopy.example/cmd/kiosk-demo/internal/xdisplay"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff"
	"multicopy.example/kiosk/staff/check"
	"multicopy.example/ui/layout"
)

// A maintainer works on the screens of maintenance, with a pointer on the real window.
type maintainer struct {
	ctx      context.Context
	screen   *xdisplay.Display
	fw       *harness.Kiosk
	panel    layout.Panel
	pictures string
	taken    int
	view     staff.View
	asked    kiosk.Role      // whose codes are typed or made
	role     kiosk.Role      // who is logged in
	found    []check.Finding // that the screen tells
	before   []byte          // the screen that was touched last
}

// comesIn is the gesture, again where the window was not there yet.
func (m *maintainer) comesIn() (err error) {
	const each = 10 * time.Second
	for end := time.Now().Add(harness.Patience); ; {
		if m.before, err = m.screen.Settled(m.ctx, nil, time.Minute); err != nil {
			return err
		}
		for range 5 {
			if err := m.screen.Tap(m.ctx, 12, 12); err != nil {
				return err
			}
		}
		soon, cancel := context.WithTimeout(m.ctx, each)
		err := m.fw.Seen.Await(soon, staff.Look.String())
		cancel()
		if err == nil || time.Now().After(end) {
			return m.arrives(staff.Look)
		}
	}
}

// arrives waits for a screen, until it is drawn.
func (m *maintainer) arrives(p staff.Place) error {
	ctx, cancel := context.WithTimeout(m.ctx, harness.Patience)
	defer cancel()
	if p == staff.Look || p == staff.Closed {
		m.role = kiosk.NoRole
	}
	m.view = staff.View{Place: p, Asked: m.asked, Role: m.role, Sign: m.view.Sign}
	if err := m.fw.Seen.Await(ctx, p.String()); err != nil {
		return err
	}
	_, err := m.screen.Settled(ctx, m.before, time.Minute)
	return err
}

// laid is a page of the screen that stands, as the layout has it.
func (m *maintainer) laid(typed, page int) layout.Screen {
	s := layout.Staff{View: m.view, Findings: m.found, Machine: m.fw.Name, Tasks: kiosk.StaffTasks()}
	return layout.LayStaff(s, m.panel, layout.Fill{Typed: typed}, page)
}

// taps touches what the layout has for the screen that stands, on whichever of its pages.
func (m *maintainer) taps(what string, is func(layout.Item) bool, typed int) error {
	const most = 8 // pages
	first := m.laid(typed, 0)
	for _, it := range m.laid(typed, first.Pages-1).Items {
		if !is(it) {
			continue
		}
		for range most {
			more, err := m.more()
			if err != nil {
				return err
			}
			if !more || it.Kind == layout.Key {
				return m.screen.Tap(m.ctx, int(it.X+it.W/2), int(it.Y+it.H/2))
			}
			if err := m.turns(); err != nil {
				return err
			}
		}
	}
	return fmt.Errorf("%s: there is no %s", m.view.Place, what)
}

// more reports whether another page follows the one that is shown.
func (m *maintainer) more() (bool, error) {
	var err error
	if m.before, err = m.screen.Settled(m.ctx, nil, time.Minute); err != nil {
		return false, err
	}
	p, err := m.screen.Picture()
	next, ok := m.next()
	return err == nil && ok && pixels.Stands(p, next), err
}

// next is the button that turns the page. How long the text is that it has depends on
// the machine; where the button stands does not.
func (m *maintainer) next() (layout.Item, bool) {
	several := layout.Staff{View: m.view, Machine: m.fw.Name, Tasks: kiosk.StaffTasks(), Lines: make([]string, 200)}
	for i := range several.Lines {
		several.Lines[i] = "a line"
	}
	all := layout.LayStaff(several, m.panel, layout.Fill{}, 0).Items
	i := slices.IndexFunc(all, func(it layout.Item) bool { return it.Turn > 0 })
	if i < 0 {
		return layout.Item{}, false
	}
	return all[i], true
}

// apart is longer than the window takes for the second of two taps.
const apart = 700 * time.Millisecond

// turns shows the next page.
func (m *maintainer) turns() (err error) {
	next, ok := m.next()
	if !ok {
		return errors.New("there is no button that turns the page")
	}
	time.Sleep(apart)
	if m.before, err = m.screen.Settled(m.ctx, nil, time.Minute); err != nil {
		return err
	}
	if err := m.screen.Tap(m.ctx, int(next.X+next.W/2), int(next.Y+next.H/2)); err != nil {
		return err
	}
	_, err = m.screen.Settled(m.ctx, m.before, time.Minute)
	return err
}

func (m *maintainer) presses(b staff.Button, typed int, next staff.Place) error {
	if err := m.taps(b.String(), func(it layout.Item) bool { return it.Staff.Button == b }, typed); err != nil {
		return err
	}
	return m.arrives(next)
}

// types presses the digits and goes on.
func (m *maintainer) types(digits string, next staff.Place) error {
	for i := range digits {
		if err := m.taps("key", func(it layout.Item) bool { return it.Kind == layout.Key && it.Char == digits[i] }, i); err != nil {
			return err
		}
	}
	return m.presses(staff.ButtonOK, len(digits), next)
}

// picture keeps what is on the screen.
func (m *maintainer) picture(name string) error {
	if _, err := m.screen.Settled(m.ctx, nil, time.Minute); err != nil && !errors.Is(err, pixels.ErrRestless) {
		return err
	}
	p, err := m.screen.Picture()
	if err != nil {
		return err
	}
	m.taken++
	return pixels.Save(filepath.Join(m.pictures, fmt.Sprintf("%02d-%s.png", m.taken, name)), p)
}

func (m *maintainer) all(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// leaves ends the mode.
func (m *maintainer) leaves(who string) error {
	if err := m.presses(staff.ButtonLeave, 0, staff.Closed); err != nil {
		return fmt.Errorf("%s leaves: %w", who, err)
	}
	return nil
}
