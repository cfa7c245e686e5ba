package xdisplay

import (
	"context"
	"fmt"
	"image"
	"os"
	"time"

	"multicopy.example/cmd/internal/pixels"
)

// How the end of drawing is noticed.
const (
	lookEvery = 25 * time.Millisecond
	calm      = 150 * time.Millisecond
)

// Frame is the frame buffer as it is now: the raw file of an Xvfb.
func (d *Display) Frame() ([]byte, error) {
	if d.frame == "" {
		return nil, fmt.Errorf("the pixels of display %s cannot be read", d.Name)
	}
	return os.ReadFile(d.frame)
}

// Settled waits until the screen has not changed for a while, and is not
// before (nil: whatever it was), and returns its frame. At most limit is
// waited.
func (d *Display) Settled(ctx context.Context, before []byte, limit time.Duration) ([]byte, error) {
	return d.eye(calm).Rest(ctx, before, limit)
}

func (d *Display) eye(calm time.Duration) pixels.Eye {
	return pixels.Eye{Frame: func(context.Context) ([]byte, error) { return d.Frame() }, Every: lookEvery, Calm: calm}
}

// Picture decodes the screen as it is now.
func (d *Display) Picture() (*image.RGBA, error) {
	b, err := d.Frame()
	if err != nil {
		return nil, err
	}
	return Decode(b)
}

// Changed waits until the screen is another than before and has come to a
// short rest: a press answered by a changed key, say. It is Settled for taps
// that follow each other.
func (d *Display) Changed(ctx context.Context, before []byte, limit time.Duration) error {
	_, err := d.eye(2*lookEvery).Rest(ctx, before, limit)
	return err
}
