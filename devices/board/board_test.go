package board

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"periph.io/x/conn/v3/gpio"
	"periph.io/x/conn/v3/gpio/gpiotest"
	"periph.io/x/conn/v3/physic"

	"multicopy.example/kiosk"
)

func TestLampFollows(t *testing.T) {
	lamp := &gpiotest.Pin{N: "lamp", L: gpio.High}
	b := New(lamp, nil, nil, slog.New(slog.DiscardHandler))
	if lamp.L != gpio.Low {
		t.Fatal("the lamp of the last resident still calls")
	}
	b.Lamp(true)
	if lamp.L != gpio.High {
		t.Fatal("the lamp does not call")
	}
}

// A pin that plays a tone and remembers it.
type buzzer struct {
	gpiotest.Pin
	pitch atomic.Int64
}

func (b *buzzer) PWM(_ gpio.Duty, f physic.Frequency) error { b.pitch.Store(int64(f)); return nil }
func (b *buzzer) Out(gpio.Level) error                      { b.pitch.Store(0); return nil }

func TestToneEndsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		z := &buzzer{}
		b := New(nil, z, nil, slog.New(slog.DiscardHandler))
		for _, tone := range []kiosk.Tone{kiosk.ToneRead, kiosk.ToneDone, kiosk.ToneError, kiosk.ToneTake} {
			b.Tone(tone)
			if z.pitch.Load() == 0 {
				t.Fatalf("tone %d is silent", tone)
			}
		}
		time.Sleep(3 * time.Second) // synctest's own clock
		synctest.Wait()
		if z.pitch.Load() != 0 {
			t.Fatal("a tone never ended")
		}
	})
}

// plainLine has no PWM, as most lines of Linux's character device.
type plainLine struct {
	gpiotest.Pin
	up     atomic.Bool
	broken error
}

func (l *plainLine) PWM(gpio.Duty, physic.Frequency) error { return errors.New("no PWM on this line") }
func (l *plainLine) Out(v gpio.Level) error                { l.up.Store(bool(v)); return l.broken }

func TestBuzzerOnALineWithoutPitchStillSounds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		z := &plainLine{}
		b := New(nil, z, nil, slog.New(slog.NewTextHandler(&log, nil)))
		b.Tone(kiosk.ToneError)
		if !z.up.Load() {
			t.Error("silent")
		}
		time.Sleep(3 * time.Second) // synctest's own clock
		synctest.Wait()
		if z.up.Load() || log.Len() != 0 {
			t.Errorf("never ended, or complained: %s", log.String())
		}
		z.broken = errors.New("line is gone")
		b.Tone(kiosk.ToneDone)
		b.Tone(kiosk.ToneDone)
		if n := strings.Count(log.String(), "line is gone"); n != 1 {
			t.Errorf("told %d times:\n%s", n, log.String())
		}
	})
}

func TestADeadPartIsToldOnce(t *testing.T) {
	var log bytes.Buffer
	b := New(nil, nil, func(string) error { return errors.New("no listener") }, slog.New(slog.NewTextHandler(&log, nil)))
	b.Alive()
	b.Started()
	b.Healthy()
	if n := strings.Count(log.String(), "no listener"); n != 1 {
		t.Fatalf("told %d times", n)
	}
}
