package main

import (
	"context"
	"fmt"
	"image"
	"time"

	"multicopy.example/cmd/internal/pixels"
)

// A finger is a person's before the glass of a machine: what is seen is the emulator's own screen, and what is touched comes out
// of its tablet, whose driver, and all that stands above it, are the machine's.
type finger struct {
	ctx context.Context // of a look that has none of its own
	of  machine
}

// Settled is maintainer.Glass's. An emulated window draws a page in several strokes, between which a busy host lets it wait.
func (f finger) Settled(ctx context.Context, before []byte, limit time.Duration) ([]byte, error) {
	return pixels.Eye{Frame: f.frame, Every: 150 * time.Millisecond, Calm: 900 * time.Millisecond}.Rest(ctx, before, limit)
}

func (f finger) frame(ctx context.Context) ([]byte, error) {
	p, err := glassOf(ctx, f.of)
	if err != nil {
		return nil, err
	}
	return p.Pix, nil
}

// Picture is maintainer.Glass's.
func (f finger) Picture() (*image.RGBA, error) { return glassOf(f.ctx, f.of) }

// The tablet's axes.
const tabletMost = 32767

// inputEvent is one of the emulator's protocol (QMP, input-send-event).
type inputEvent struct {
	Type string         `json:"type"`
	Data map[string]any `json:"data"`
}

// Tap is maintainer.Glass's: the pointer is moved, and its button pressed and let go, with a finger's pauses.
func (f finger) Tap(ctx context.Context, x, y int) error {
	axis := func(name string, at, size int) inputEvent {
		return inputEvent{"abs", map[string]any{"axis": name, "value": (at*tabletMost + tabletMost/2) / size}}
	}
	button := func(down bool) inputEvent { return inputEvent{"btn", map[string]any{"button": "left", "down": down}} }
	if x < 0 || y < 0 || x >= glassWide || y >= glassHigh {
		return fmt.Errorf("a tap at %d,%d is outside of the glass", x, y)
	}
	for _, events := range [][]inputEvent{{axis("x", x, glassWide), axis("y", y, glassHigh)}, {button(true)}, {button(false)}} {
		if _, err := monitor(ctx, f.of, "input-send-event", map[string]any{"events": events}); err != nil {
			return err
		}
		if !pause(ctx, 40*time.Millisecond) {
			return ctx.Err()
		}
	}
	return nil
}
