// Package secrettest has the slots that tests type into: call [Slots] once in a test binary, and [Typed] for each entry.
package secrettest

import (
	"sync"
	"testing"

	"multicopy.example/kiosk/secret"
)

// Slots are taken at the first call, once for the whole test binary: they are few, and never given back.
func Slots(n int) func() []secret.Secret {
	return sync.OnceValue(func() []secret.Secret {
		all := make([]secret.Secret, n)
		for i := range all {
			var err error
			if all[i], err = secret.New(); err != nil {
				panic(err)
			}
		}
		return all
	})
}

// Typed wipes a slot and fills it as a keypad would.
func Typed(t testing.TB, s secret.Secret, keys string) secret.Secret {
	t.Helper()
	s.Wipe()
	for _, b := range []byte(keys) {
		if !s.Append(b) {
			t.Fatalf("no room for %d keys", len(keys))
		}
	}
	return s
}
