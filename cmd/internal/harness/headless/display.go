package headless

import (
	"context"
	"fmt"
	"sync"

	"multicopy.example/kiosk"
)

// A Front is a screen that is there beside the text: it draws every view, and the
// resident's presses and keys go through it.
type Front interface {
	Bind(post func(kiosk.Event))
	Show(v kiosk.View) // returns when it is drawn
	Press(at kiosk.Place, b kiosk.Button) error
	// Speak chooses a language on the page of languages.
	Speak(at kiosk.Place, l kiosk.Lang) error
	Type(at kiosk.Place, text string) error
}

// Display implements run.Display. Bind gives it the firmware's Post before Run.
type Display struct {
	mu    sync.Mutex
	view  kiosk.View
	shown uint64
	news  chan struct{} // closed and replaced at every Show
	post  func(kiosk.Event)
	seen  func(kiosk.View)
	front Front // may be nil
}

// NewDisplay makes one; seen, where it is not nil, is told every view.
func NewDisplay(seen func(kiosk.View)) *Display {
	return &Display{news: make(chan struct{}), seen: seen}
}

// Bind connects the resident's hands.
func (d *Display) Bind(post func(kiosk.Event)) {
	d.post = post
	if d.front != nil {
		d.front.Bind(post)
	}
}

// Show is the loop's.
func (d *Display) Show(v kiosk.View) {
	if d.front != nil {
		d.front.Show(v)
	}
	d.mu.Lock()
	changed := d.shown == 0 || v != d.view
	d.view = v
	d.shown++
	close(d.news)
	d.news = make(chan struct{})
	d.mu.Unlock()
	if changed && d.seen != nil {
		d.seen(v)
	}
}

// View is what stands on the screen.
func (d *Display) View() kiosk.View {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.view
}

// Await returns the first view that ok accepts, the present one included.
func (d *Display) Await(ctx context.Context, what string, ok func(kiosk.View) bool) (kiosk.View, error) {
	for {
		d.mu.Lock()
		v, news, shown := d.view, d.news, d.shown
		d.mu.Unlock()
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
func (d *Display) At(ctx context.Context, p kiosk.Place) (kiosk.View, error) {
	return d.Await(ctx, p.String(), func(v kiosk.View) bool { return v.Place == p })
}

// Speak chooses a language on the page of languages over the screen that shows v.
func (d *Display) Speak(v kiosk.View, l kiosk.Lang) {
	d.post(kiosk.Event{Kind: kiosk.Pressed, Place: v.Place, Button: kiosk.ButtonSpeak, Lang: l})
}

// Press presses a button of the screen that shows v.
func (d *Display) Press(v kiosk.View, b kiosk.Button) {
	d.post(kiosk.Event{Kind: kiosk.Pressed, Place: v.Place, Button: b})
}

// Type types on the pad of the screen that shows v, a key at a time.
func (d *Display) Type(v kiosk.View, text string) {
	_, most := v.Pad.Length()
	for i := range len(text) {
		if v.Secret.Len() < most && v.Secret.Append(text[i]) {
			d.post(kiosk.Event{Kind: kiosk.KeyPressed, Place: v.Place})
		}
	}
}
