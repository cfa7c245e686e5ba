// Package maintainer is a person who works on the screens of maintenance: who comes in by the gesture, makes codes for a
// role and logs in with them, and presses what the layout has, by pointer events on a glass whose pixels can be read.
package maintainer

import (
	"context"
	"errors"
	"fmt"
	"image"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/pixels"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff"
	"multicopy.example/kiosk/staff/check"
	"multicopy.example/ui/layout"
)

// A Glass is the kiosk's screen.
type Glass interface {
	// Settled waits until the screen has come to rest and is not before (nil: whatever it was), and returns its pixels in
	// a form of its own; [pixels.ErrRestless] where it goes on changing.
	Settled(ctx context.Context, before []byte, limit time.Duration) ([]byte, error)
	Tap(ctx context.Context, x, y int) error
	Picture() (*image.RGBA, error)
}

// A Maintainer works on the screens of maintenance. What is not said to be optional is needed.
type Maintainer struct {
	Ctx      context.Context
	Screen   Glass
	Kiosk    *harness.Kiosk
	Panel    layout.Panel
	Pictures string                         // folder for the pictures
	View     staff.View                     // what stands; Sign is the caller's to set
	Found    []check.Finding                // that the screen tells; optional
	Refused  map[kiosk.StaffTask]staff.Note // what this machine cannot do, and says so in the place of a button; optional
	Before   []byte                         // the screen that was touched last

	taken   int
	touched layout.Item // the button or key that was touched last
	asked   kiosk.Role  // whose codes are typed or made
	role    kiosk.Role  // who is logged in
}

// ComesIn is the gesture, again where the window was not there yet.
func (m *Maintainer) ComesIn() (err error) {
	const each = 10 * time.Second
	m.touched = layout.Item{} // a corner, and no button
	for end := time.Now().Add(harness.Patience); ; {
		if m.Before, err = m.Screen.Settled(m.Ctx, nil, time.Minute); err != nil {
			return err
		}
		for range 5 {
			if err := m.Screen.Tap(m.Ctx, 12, 12); err != nil {
				return err
			}
		}
		soon, cancel := context.WithTimeout(m.Ctx, each)
		err := m.Kiosk.Seen.Await(soon, staff.Look.String())
		cancel()
		if err == nil || time.Now().After(end) {
			return m.Arrives(staff.Look)
		}
	}
}

// Arrives waits for a screen, until it is drawn.
func (m *Maintainer) Arrives(p staff.Place) error {
	ctx, cancel := context.WithTimeout(m.Ctx, harness.Patience)
	defer cancel()
	if p == staff.Look || p == staff.Closed {
		m.role = kiosk.NoRole
	}
	m.View = staff.View{Place: p, Asked: m.asked, Role: m.role, Sign: m.View.Sign}
	if err := m.Kiosk.Seen.Await(ctx, p.String()); err != nil {
		return err
	}
	return m.changes(ctx)
}

// changes waits until the screen is another one than the one that was touched, and not that with a button which is held.
func (m *Maintainer) changes(ctx context.Context) error {
	held := m.touched
	held.Paper = held.Down
	return m.sees(ctx, m.Before, func(p *image.RGBA) bool { return held.Down == layout.None || !pixels.Stands(p, held) })
}

// sees waits until the screen has come to rest, is not before, and is what is looked for. The log says where the kiosk is
// before the screen shows it, and a busy machine rests at a picture between: that of a button which is held.
func (m *Maintainer) sees(ctx context.Context, before []byte, is func(*image.RGBA) bool) (err error) {
	for end := time.Now().Add(harness.Patience); time.Now().Before(end); {
		if before, err = m.Screen.Settled(ctx, before, time.Minute); err != nil {
			return err
		}
		if p, err := m.Screen.Picture(); err != nil || is(p) {
			return err
		}
	}
	return fmt.Errorf("the screen of %s is not drawn", m.View.Place)
}

// Laid is a page of the screen that stands, as the layout has it.
func (m *Maintainer) Laid(typed, page int) layout.Screen {
	s := layout.Staff{View: m.View, Findings: m.Found, Machine: m.Kiosk.Name, Tasks: kiosk.StaffTasks(), Refused: m.Refused}
	return layout.LayStaff(s, m.Panel, layout.Fill{Typed: typed}, page)
}

// Taps touches what the layout has for the screen that stands, on whichever of its pages.
func (m *Maintainer) Taps(what string, is func(layout.Item) bool, typed int) error {
	const most = 8 // pages
	first := m.Laid(typed, 0)
	for _, it := range m.Laid(typed, first.Pages-1).Items {
		if !is(it) {
			continue
		}
		for range most {
			more, err := m.more()
			if err != nil {
				return err
			}
			if !more || it.Kind == layout.Key {
				return m.touches(it)
			}
			if err := m.Turns(); err != nil {
				return err
			}
		}
	}
	return fmt.Errorf("%s: there is no %s", m.View.Place, what)
}

// touches touches a button or a key, once it is there.
func (m *Maintainer) touches(it layout.Item) error {
	there := func(p *image.RGBA) bool { return pixels.Stands(p, it) }
	p, err := m.Screen.Picture()
	if err == nil && !there(p) {
		err = m.sees(m.Ctx, nil, there)
	}
	if err != nil {
		return fmt.Errorf("%w: %v at %.0f, %.0f is not there", err, it.Staff.Button, it.X, it.Y)
	}
	m.touched = it
	return m.Screen.Tap(m.Ctx, int(it.X+it.W/2), int(it.Y+it.H/2))
}

// more reports whether another page follows the one that is shown.
func (m *Maintainer) more() (bool, error) {
	var err error
	if m.Before, err = m.Screen.Settled(m.Ctx, nil, time.Minute); err != nil {
		return false, err
	}
	p, err := m.Screen.Picture()
	next, ok := m.next()
	return err == nil && ok && pixels.Stands(p, next), err
}

// next is the button that turns the page. How long the text is that it has depends on
// the machine; where the button stands does not.
func (m *Maintainer) next() (layout.Item, bool) {
	several := layout.Staff{View: m.View, Machine: m.Kiosk.Name, Tasks: kiosk.StaffTasks(), Refused: m.Refused, Lines: make([]string, 200)}
	for i := range several.Lines {
		several.Lines[i] = "a line"
	}
	all := layout.LayStaff(several, m.Panel, layout.Fill{}, 0).Items
	i := slices.IndexFunc(all, func(it layout.Item) bool { return it.Turn > 0 })
	if i < 0 {
		return layout.Item{}, false
	}
	return all[i], true
}

// apart is longer than the window takes for the second of two taps.
const apart = 700 * time.Millisecond

// Turns shows the next page.
func (m *Maintainer) Turns() (err error) {
	next, ok := m.next()
	if !ok {
		return errors.New("there is no button that turns the page")
	}
	time.Sleep(apart)
	if m.Before, err = m.Screen.Settled(m.Ctx, nil, time.Minute); err != nil {
		return err
	}
	if err := m.touches(next); err != nil {
		return err
	}
	return m.changes(m.Ctx)
}

// Presses touches a button, which leads to that place.
func (m *Maintainer) Presses(b staff.Button, typed int, next staff.Place) error {
	if err := m.Taps(b.String(), func(it layout.Item) bool { return it.Staff.Button == b }, typed); err != nil {
		return err
	}
	return m.Arrives(next)
}

// Types presses the digits and goes on.
func (m *Maintainer) Types(digits string, next staff.Place) error {
	for i := range digits {
		if err := m.Taps("key", func(it layout.Item) bool { return it.Kind == layout.Key && it.Char == digits[i] }, i); err != nil {
			return err
		}
	}
	return m.Presses(staff.ButtonOK, len(digits), next)
}

// Task presses the button of an act, which leads to that place.
func (m *Maintainer) Task(t kiosk.StaffTask, next staff.Place) error {
	is := func(it layout.Item) bool { return it.Staff.Button == staff.ButtonTask && it.Staff.Task == t }
	return errors.Join(m.Taps(t.String(), is, 0), m.Arrives(next))
}

// Shows reports whether a page shows the word where the layout has it, read from the pixels; words are all that could
// stand there.
func (m *Maintainer) Shows(s layout.Screen, word string, words []string) (bool, error) {
	p, err := m.Screen.Picture()
	if err != nil {
		return false, err
	}
	for _, it := range s.Items {
		if it.Kind != layout.Line || !strings.Contains(it.Text, word) {
			continue
		}
		if got, err := pixels.Read(p, it, word, words); err != nil || got == word {
			return got == word, err
		}
	}
	return false, nil
}

// Picture keeps what is on the screen.
func (m *Maintainer) Picture(name string) error {
	if _, err := m.Screen.Settled(m.Ctx, nil, time.Minute); err != nil && !errors.Is(err, pixels.ErrRestless) {
		return err
	}
	p, err := m.Screen.Picture()
	if err != nil {
		return err
	}
	m.taken++
	return pixels.Save(filepath.Join(m.Pictures, fmt.Sprintf("%02d-%s.png", m.taken, name)), p)
}

// All goes from step to step, until one fails.
func (m *Maintainer) All(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// Leaves ends the mode.
func (m *Maintainer) Leaves(who string) error {
	if err := m.Presses(staff.ButtonLeave, 0, staff.Closed); err != nil {
		return fmt.Errorf("%s leaves: %w", who, err)
	}
	return nil
}
