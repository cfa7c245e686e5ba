package pixels

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

// ErrRestless: the screen went on changing until the time was up. The frame
// that comes with it is the last one.
var ErrRestless = errors.New("the screen does not come to rest")

// An Eye looks at a screen. Nothing tells who reads its pixels that a frame is
// whole, so one counts when calm passes without a change.
type Eye struct {
	Frame func(context.Context) ([]byte, error) // the pixels as they are now, of whatever form
	Every time.Duration                         // between two looks
	Calm  time.Duration
}

// Rest waits until the screen has come to rest, and is not before (nil:
// whatever it was), and returns its frame. At most limit is waited.
func (e Eye) Rest(ctx context.Context, before []byte, limit time.Duration) ([]byte, error) {
	tick := time.NewTicker(e.Every)
	defer tick.Stop()
	end := time.Now().Add(limit)
	last, err := e.Frame(ctx)
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
		now, err := e.Frame(ctx)
		if err != nil {
			return nil, err
		}
		if !bytes.Equal(now, last) {
			last, since = now, time.Now()
		} else if time.Since(since) >= e.Calm && (before == nil || !bytes.Equal(now, before)) {
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

// Save writes a picture into a PNG file.
func Save(path string, m image.Image) error {
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}
