// Package headless is a resident without a screen: a face that keeps what it
// is shown, and hands that type on the very pads and press the very buttons
// that the window would offer. Below it everything is the firmware.
package headless

import (
	"context"
	"fmt"
	"sync"

	"multicopy.example/kiosk"
)

// Face implements run.Face. Bind gives it the firmware's Post before Run.
type Face struct {
	mu    sync.Mutex
	view  kiosk.View
	shown uint64
	news  chan struct{} // closed and replaced at every Show
	post  func(kiosk.Event)
	seen  func(kiosk.View)
}

// New makes a face; seen, where it is not nil, is told every view.
func New(seen func(kiosk.View)) *Face {
	return &Face{news: make(chan struct{}), seen: seen}
}

// Bind connects the resident's hands.
func (f *Face) Bind(post func(kiosk.Event)) { f.post = post }

// Show is the loop's.
func (f *Face) Show(v kiosk.View) {
	f.mu.Lock()
	changed := f.shown == 0 || v != f.view
	f.view = v
	f.shown++
	close(f.news)
	f.news = make(chan struct{})
	f.mu.Unlock()
	if changed && f.seen != nil {
		f.seen(v)
	}
}

// View is what stands on the screen.
func (f *Face) View() kiosk.View {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.view
}

// Await returns the first view that ok accepts, the present one included.
func (f *Face) Await(ctx context.Context, what string, ok func(kiosk.View) bool) (kiosk.View, error) {
	for {
		f.mu.Lock()
		v, news, shown := f.view, f.news, f.shown
		f.mu.Unlock()
		if shown > 0 && ok(v) {
			return v, nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			return v, fmt.Errorf("waited for %s; the screen is at %s, saying %s: %w", what, v.Place, v.Message, ctx.Err())
		}
	}
}

// At waits for a place.
func (f *Face) At(ctx context.Context, p kiosk.Place) (kiosk.View, error) {
	return f.Await(ctx, p.String(), func(v kiosk.View) bool { return v.Place == p })
}

// Press presses a button of the screen that shows v.
func (f *Face) Press(v kiosk.View, b kiosk.Button) {
	f.post(kiosk.Event{Kind: kiosk.Pressed, Place: v.Place, Button: b})
}

// Type types on the pad of the screen that shows v, a key at a time.
func (f *Face) Type(v kiosk.View, text string) {
	_, most := v.Pad.Length()
	for i := range len(text) {
		if v.Secret.Len() < most && v.Secret.Append(text[i]) {
			f.post(kiosk.Event{Kind: kiosk.KeyPressed, Place: v.Place})
		}
	}
}
