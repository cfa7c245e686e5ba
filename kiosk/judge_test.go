package kiosk

import (
	"regexp"
	"testing"

	"multicopy.example/kiosk/secret"
)

// documented is what may be typed, as the screens and kiosk/doc.go say it.
var documented = map[Pad]*regexp.Regexp{
	NoPad:      regexp.MustCompile(`^$`),
	PadCode:    regexp.MustCompile(`^[0-9]{8}$`),
	PadPIN:     regexp.MustCompile(`^[0-9]{4}$`),
	PadLetters: regexp.MustCompile(`^([A-Z0-9]*[A-Z][A-Z0-9]*[0-9][A-Z0-9]*|[A-Z0-9]*[0-9][A-Z0-9]*[A-Z][A-Z0-9]*)$`),
}

// FuzzJudge lets any bytes stand in a slot: digits of full width, combining
// marks, NUL, half a rune. Exactly what is documented is accepted, and what is
// longer than a slot never stands in it as something else.
func FuzzJudge(f *testing.F) {
	f.Fuzz(func(t *testing.T, which uint8, text []byte) {
		pad := Pad(which) % (PadLetters + 1)
		s := typedIn(t, string(text))
		text = text[:min(len(text), secret.Cap)] // a slot takes no more, and what it took is judged
		if s.Len() != len(text) {
			t.Fatalf("%d bytes were typed and %d stand in the slot", len(text), s.Len())
		}
		got := Judge(pad, s)
		want := documented[pad].Match(text) && (pad != PadLetters || len(text) >= 6)
		if got.Bad() == want {
			t.Errorf("pad %d, %q: %06b, accepted %v, documented %v", pad, text, got, !got.Bad(), want)
		}
		if got&FormWeak != 0 && pad != PadPIN {
			t.Errorf("pad %d, %q: weak is a word for the PIN", pad, text)
		}
	})
}
