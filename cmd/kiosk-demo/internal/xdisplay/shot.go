package xdisplay

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"time"
)

// How the end of drawing is noticed: nothing tells a reader of the frame buffer
// that a frame is whole, so a picture counts when calm passes without a
// change.
const (
	lookEvery = 25 * time.Millisecond
	calm      = 150 * time.Millisecond
)

// ErrRestless: the screen went on changing until the time was up. The picture
// that comes with it is the last one.
var ErrRestless = errors.New("the screen does not come to rest")

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
	return d.rest(ctx, before, limit, calm)
}

func (d *Display) rest(ctx context.Context, before []byte, limit, calm time.Duration) ([]byte, error) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	end := time.Now().Add(limit)
	last, err := d.Frame()
	if err != nil {
		return nil, err
	}
	since := time.Now()
	for {
		select {
		case <-ctx.Done():
			return last, ctx.Err()
		case <-tick.C:
		}
		now, err := d.Frame()
		if err != nil {
			return nil, err
		}
		if !bytes.Equal(now, last) {
			last, since = now, time.Now()
		} else if time.Since(since) >= calm && (before == nil || !bytes.Equal(now, before)) {
			return now, nil
		}
		if time.Now().After(end) {
			if before != nil && bytes.Equal(last, before) {
				return last, fmt.Errorf("the screen did not change within %v", limit)
			}
			return last, ErrRestless
		}
	}
}

// Picture decodes the screen as it is now.
func (d *Display) Picture() (*image.RGBA, error) {
	b, err := d.Frame()
	if err != nil {
		return nil, err
	}
	return Decode(b)
}

// Save writes a picture into a PNG file.
func Save(path string, m image.Image) error {
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}

// Changed waits until the screen is another than before and has come to a
// short rest: a press answered by a changed key, say. It is Settled for taps
// that follow each other.
func (d *Display) Changed(ctx context.Context, before []byte, limit time.Duration) error {
	_, err := d.rest(ctx, before, limit, 2*lookEvery)
	return err
}
