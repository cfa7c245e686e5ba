package pointed

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"multicopy.example/kiosk"
	"multicopy.example/ui/layout"
)

// A resident who reads no word goes by what is drawn: an arrow that leads on, the sign of a result, and by
// the boxes of a pad which secret is asked for. What is written is the same to her on each page.

var errNoSign = errors.New("nothing that is drawn says it")

// understands looks at what a page is before a button of it is pressed: on a result there is the tick of a card
// that was changed, and no page is the one of the last try, which has no arrow.
func (r *resident) understands(at kiosk.Place) error {
	v := r.window.Standing()
	if v.Place != at {
		return nil // it has gone on by itself
	}
	if at == kiosk.Telling && v.Sign() != kiosk.SignDone {
		return fmt.Errorf("%w: sign %d, and no tick", errNoSign, v.Sign())
	}
	return nil
}

// fits finds by the boxes that a pad is for this secret, and not for another.
func (r *resident) fits(at kiosk.Place, secret string) error {
	want := len(secret)
	if strings.ContainsFunc(secret, unicode.IsLetter) {
		_, want = kiosk.PadLetters.Length()
	}
	if _, ok := r.item(at, func(it layout.Item) bool { return it.Kind == layout.Cell }); !ok {
		return fmt.Errorf("%w: there are no boxes at %v", errNoSign, at)
	}
	v := r.window.Standing()
	page := layout.LayPage(v, r.panel, filled(v), r.reads.of(v)).Items
	if boxes := len(slices.DeleteFunc(page, func(it layout.Item) bool { return it.Kind != layout.Cell })); boxes != want {
		return fmt.Errorf("%w: %d boxes at %v for a secret of %d", errNoSign, boxes, at, want)
	}
	return nil
}
