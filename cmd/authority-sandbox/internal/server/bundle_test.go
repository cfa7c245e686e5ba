package server

import (
	"fmt"
	"testing"

	"multicopy.example/kiosk/authority/wire"
)

// FuzzRange: whatever is asked for, what is given out is one part of at most the contract's size.
func FuzzRange(f *testing.F) {
	f.Fuzz(func(t *testing.T, text string) {
		from, to, ok := part(text)
		if !ok {
			return
		}
		if from < 0 || to < from || to-from >= wire.MaxPart {
			t.Errorf("%q is %d to %d", text, from, to)
		}
		if again, end, ok := part(fmt.Sprintf("bytes=%d-%d", from, to)); !ok || again != from || end != to {
			t.Errorf("%q is %d to %d, and said again %d to %d", text, from, to, again, end)
		}
	})
}
