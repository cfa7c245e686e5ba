package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// The emulator writes what the machine's card of sound plays: a head, then samples of 16 bits, two channels, 44,100 a second.
const (
	waveHead = 44
	waveRate = 44100
)

// heard presses Tab on the attract screen and listens.
func heard(ctx context.Context, b *bench) (saw []string, err error) {
	if _, err := b.screen(ctx); err != nil {
		return nil, err
	}
	out, err := inside(ctx, b.of, "ls -l /dev/snd/pcmC0D0p; id -nG kiosk; cat /proc/$(systemctl show kiosk -p MainPID --value)/status | grep Groups; getent group audio")
	if err != nil {
		return nil, err
	}
	saw = append(saw, strings.Split(strings.TrimSpace(out), "\n")...)
	wait, cancel := within(ctx, startLimit)
	defer cancel()
	for {
		// A key that comes before the window has the keyboard is lost; each other one says what has the focus then.
		if _, err := monitor(ctx, b.of, "send-key", map[string]any{"keys": []map[string]string{{"type": "qcode", "data": "tab"}}}); err != nil {
			return saw, err
		}
		for range 10 {
			loud, err := loudness(b.of.at("sound.wav"))
			if err != nil {
				return saw, err
			}
			if loud > time.Second {
				return append(saw, fmt.Sprintf("%.1f s of sound that is no silence came out of the card", loud.Seconds())), nil
			}
			if !pause(wait, time.Second) {
				out, _ := inside(ctx, b.of, "journalctl -b -u kiosk -o cat | grep -i speaker; journalctl -b -o cat | grep -i 'snd\\|audio' | head -5")
				return saw, fmt.Errorf("%.1f s of sound were heard: %s: %w", loud.Seconds(), out, wait.Err())
			}
		}
	}
}

// loudness is for how long a file of sound is not silent, counted by hundredths of a second.
func loudness(name string) (time.Duration, error) {
	b, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil // nothing was played yet
	}
	if err != nil || len(b) < waveHead {
		return 0, err
	}
	const part = waveRate / 100 * 4
	loud := 0
	for b = b[waveHead:]; len(b) >= part; b = b[part:] {
		for i := 0; i < part; i += 4 {
			if v := int16(binary.LittleEndian.Uint16(b[i:])); v > 300 || v < -300 {
				loud++
				break
			}
		}
	}
	return time.Duration(loud) * 10 * time.Millisecond, nil
}
