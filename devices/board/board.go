// Package board is the machine around the kiosk: the watchdog that is fed, and
// the lamp and the buzzer on GPIO lines. It senses and switches; it never
// decides. A line that cannot be switched is told once to the log and is
// otherwise missed: no visit fails because a lamp does.
//
// Which lines exist is the caller's: pass the pins of periph.io/x/host/v3, or
// of gpiotest in a test. A nil pin is a board without that part.
package board

import (
	"errors"
	"log/slog"
	"sync"
	"time"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/physic"

	"multicopy.example/kiosk"
)

// Board switches lines. Its methods may be called from any goroutine and
// return at once.
type Board struct {
	lamp   gpio.PinOut
	buzzer gpio.PinOut
	notify func(state string) error // sd_notify(3), or nil
	log    *slog.Logger

	mu     sync.Mutex
	quiet  *time.Timer
	told   map[string]bool
	dog    *Watchdog // nil where there is none
	hungry bool      // it could not be fed
}

// New takes the lines as they are and switches them off. notify is
// sd_notify(3): it gets "WATCHDOG=1",
// "READY=1" and "STATUS=...".
func New(lamp, buzzer gpio.PinOut, notify func(string) error, log *slog.Logger) *Board {
	b := &Board{lamp: lamp, buzzer: buzzer, notify: notify, log: log, told: map[string]bool{}}
	b.Lamp(false)
	b.silence()
	return b
}

// Watch adds the kernel's watchdog, which Alive feeds and Close closes.
func (b *Board) Watch(w *Watchdog) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.dog = w
}

// Alive feeds the watchdog of the service manager (WatchdogSec=) and the kernel's.
func (b *Board) Alive() {
	b.say("WATCHDOG=1")
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.dog != nil {
		err := b.dog.Feed()
		b.hungry = err != nil
		b.missLocked("the watchdog", err)
	}
}

// Fed reports whether the kernel's watchdog took what it was fed last; also true
// where there is none.
func (b *Board) Fed() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !b.hungry
}

// Close switches the kernel's watchdog off.
func (b *Board) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.dog == nil {
		return nil
	}
	w := b.dog
	b.dog = nil
	return w.Close()
}

// Started tells the service manager that the start is over (Type=notify): the
// kiosk shows what is so. It may be out of service, which another start would
// not mend.
func (b *Board) Started() { b.say("READY=1") }

// Healthy tells that a visit could begin since this start. A gate that marks an
// image good waits for these words (systemctl show -P StatusText), not for
// READY.
func (b *Board) Healthy() { b.say("STATUS=was in service since this start") }

func (b *Board) say(state string) {
	if b.notify != nil {
		b.miss("the service manager", b.notify(state))
	}
}

// Lamp calls the clerk, or stops calling.
func (b *Board) Lamp(on bool) {
	if b.lamp != nil {
		b.miss("the lamp", b.lamp.Out(gpio.Level(on)))
	}
}

// One tone each, told apart by pitch and length; at most 3 s (EN 301 549 5.1).
var tones = map[kiosk.Tone]struct {
	pitch physic.Frequency
	long  time.Duration
}{
	kiosk.ToneRead:  {1200 * physic.Hertz, 120 * time.Millisecond},
	kiosk.ToneDone:  {1600 * physic.Hertz, 400 * time.Millisecond},
	kiosk.ToneError: {400 * physic.Hertz, 600 * time.Millisecond},
	kiosk.ToneTake:  {880 * physic.Hertz, 300 * time.Millisecond},
}

// Tone sounds once; a new one cuts the old one short.
func (b *Board) Tone(t kiosk.Tone) {
	tone, ok := tones[t]
	if b.buzzer == nil || !ok {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.quiet != nil {
		b.quiet.Stop()
	}
	// A line that cannot make a pitch is held up: a buzzer with an oscillator
	// of its own sounds by that, and the tones differ in length alone.
	if err := b.buzzer.PWM(gpio.DutyHalf, tone.pitch); err != nil {
		if up := b.buzzer.Out(gpio.High); up != nil {
			b.missLocked("the buzzer", errors.Join(err, up))
		}
	}
	b.quiet = time.AfterFunc(tone.long, b.silence)
}

func (b *Board) silence() {
	if b.buzzer != nil {
		b.miss("the buzzer", b.buzzer.Out(gpio.Low))
	}
}

// miss tells once a part that does not work.
func (b *Board) miss(part string, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.missLocked(part, err)
}

func (b *Board) missLocked(part string, err error) {
	if err != nil && !b.told[part] {
		b.told[part] = true
		b.log.Warn("a part of the board does not work", "part", part, "err", err)
	}
}
