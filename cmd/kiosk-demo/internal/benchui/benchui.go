// Package benchui measures a window from outside, by pointer events and pixels: how
// long it takes to the first right pixel and from a tap to a changed one, what it
// costs while nothing happens, and whether its memory grows. Two windows are
// measured in turns in one run, for on a shared machine only their ratio means
// something. Call [Pair.Run]; the smallest window of the toolkit is [Smallest].
package benchui

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"multicopy.example/cmd/internal/harness/process"
	"multicopy.example/cmd/kiosk-demo/internal/xdisplay"
)

// A Tap is a place to touch, and the button that stands there: it is coloured while
// it is touched, which is no answer.
type Tap struct {
	At  image.Point
	But image.Rectangle

	Speaks bool // another language is spoken behind it
}

// A Subject is a window on an X server of its own.
type Subject struct {
	Name    string
	Display *xdisplay.Display
	Start   func() error // begins the process
	Ready   func(context.Context) error
	Stop    func() error
	PID     func() int
	Paper   color.RGBA // of the top left corner of its first screen
	Taps    []Tap      // made in turns; each changes the whole screen
	Round   []Tap      // one round of changes of language and colours, which ends where it began

	finger *xdisplay.Finger
	probe  *xdisplay.Probe
	tapped int
	before []uint32
	now    []uint32
}

// Smallest is the smallest window of the toolkit.
func Smallest(d *xdisplay.Display, log string) *Subject {
	var p *process.Process
	s := &Subject{Name: "smallest window", Display: d, Paper: day, Taps: []Tap{{At: image.Pt(d.Width/2, d.Height/2)}}}
	s.Start = func() (err error) {
		exe, err := os.Executable()
		if err != nil {
			return err
		}
		p, err = process.Start(process.Command{Name: s.Name, Path: exe, Log: log, Env: append(os.Environ(), d.Env()...),
			Args: []string{command, "--width", strconv.Itoa(d.Width), "--height", strconv.Itoa(d.Height)}})
		return err
	}
	s.Ready = func(context.Context) error { return nil }
	s.Stop = func() error { return p.Stop(limit) }
	s.PID = func() int { return p.PID() }
	return s
}

const (
	limit = time.Minute // of every wait
	look  = 500 * time.Microsecond
	held  = 40 * time.Millisecond // a finger stays down
	calm  = 60 * time.Millisecond // without a change, and the screen is drawn
)

// until looks until it is so.
func until(ctx context.Context, what string, is func() bool) error {
	for end := time.Now().Add(limit); !is(); time.Sleep(look) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if time.Now().After(end) {
			return fmt.Errorf("%s: not within %v", what, limit)
		}
	}
	return nil
}

// start is the time from the start of the process to the first right pixel.
func (s *Subject) start(ctx context.Context) (time.Duration, error) {
	if s.probe == nil {
		var err error
		if s.probe, err = s.Display.Probe(); err != nil {
			return 0, err
		}
	}
	right := func() bool { return s.probe.At(3, 3) == s.Paper }
	if err := until(ctx, s.Name+": the screen of the run before goes", func() bool { return !right() }); err != nil {
		return 0, err
	}
	began := time.Now()
	if err := s.Start(); err != nil {
		return 0, err
	}
	if err := until(ctx, s.Name+": the first right pixel", right); err != nil {
		return 0, err
	}
	took := time.Since(began)
	return took, s.Ready(ctx)
}

// tap is the time from letting go to a changed pixel outside of the button.
func (s *Subject) tap(ctx context.Context) (time.Duration, error) {
	s.tapped++
	return s.touch(ctx, s.Taps[(s.tapped-1)%len(s.Taps)])
}

// touch makes one tap.
func (s *Subject) touch(ctx context.Context, t Tap) (time.Duration, error) {
	if err := s.rest(ctx, t.But); err != nil {
		return 0, err
	}
	if err := s.finger.Down(t.At.X, t.At.Y); err != nil {
		return 0, err
	}
	time.Sleep(held)
	s.before = s.probe.Look(s.before[:0], t.But)
	began := time.Now()
	if err := s.finger.Up(); err != nil {
		return 0, err
	}
	err := until(ctx, fmt.Sprintf("%s: an answer to a tap at %v", s.Name, t.At), func() bool {
		return s.probe.Changed(s.before, s.now, t.But)
	})
	return time.Since(began), err
}

// rest waits until the screen is drawn.
func (s *Subject) rest(ctx context.Context, but image.Rectangle) error {
	since := time.Now()
	s.before = s.probe.Look(s.before[:0], but)
	if s.now == nil {
		s.now = make([]uint32, 0, len(s.before))
	}
	return until(ctx, s.Name+": the screen comes to rest", func() bool {
		if s.probe.Changed(s.before, s.now, but) {
			since, s.before = time.Now(), s.probe.Look(s.before[:0], but)
		}
		return time.Since(since) >= calm
	})
}

// cpu is the processor time that the process has had (proc(5), stat, fields 14 and
// 15, in hundredths of a second).
func (s *Subject) cpu() (time.Duration, error) {
	var pid, ppid, pgrp, session, tty, tpgid int
	var flags, minflt, cminflt, majflt, cmajflt, user, system uint64
	var comm, state string
	b, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(s.PID()), "stat"))
	if err != nil {
		return 0, err
	}
	if _, err := fmt.Sscan(string(b), &pid, &comm, &state, &ppid, &pgrp, &session, &tty, &tpgid, &flags, &minflt, &cminflt, &majflt, &cmajflt, &user, &system); err != nil {
		return 0, fmt.Errorf("/proc/%d/stat: %w", s.PID(), err)
	}
	return time.Duration(user+system) * 10 * time.Millisecond, nil
}

// memory is what of the process is in memory, in bytes (proc(5), statm).
func (s *Subject) memory() (float64, error) {
	var size, resident int
	b, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(s.PID()), "statm"))
	if err == nil {
		_, err = fmt.Sscan(string(b), &size, &resident)
	}
	return float64(resident * os.Getpagesize()), err
}

func at(sorted []time.Duration, p float64) time.Duration {
	return sorted[min(int(p*float64(len(sorted))), len(sorted)-1)]
}

func sorted(d []time.Duration) []time.Duration { return slices.Sorted(slices.Values(d)) }
