package outbox

import (
	"context"
	"path/filepath"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/offline"
	"multicopy.example/offline/record"
)

// The ledger is opened anew after a failure, and the firmware has still
// started once.
func TestEachStartHasOneLineAndItIsTheFirst(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	for range 2 {
		m, err := Open(t.Context(), dir, testConfig())
		must.OK(t, err)
		end := kiosk.Entry{Kind: kiosk.EntryEnded, Before: -1, After: -1}
		must.OK(t, m.Append(t.Context(), end))
		late, over := context.WithCancel(t.Context())
		over()
		if err := m.Append(late, end); err == nil { // broken, as far as this side can tell
			t.Fatal("an append without time was an append")
		}
		must.OK(t, must.Err(m.Open(t.Context())))
		must.OK(t, m.Append(t.Context(), end))
		must.OK(t, m.Close())
	}
	books, err := offline.Look(t.Context(), dir)
	must.OK(t, err)
	var kinds []kiosk.EntryKind
	for _, r := range books[0].Records {
		h, err := record.DecodeHeader(r.Bytes)
		must.OK(t, err)
		kinds = append(kinds, h.Kind)
	}
	want := []kiosk.EntryKind{kiosk.EntryBoot, kiosk.EntryEnded, kiosk.EntryEnded}
	want = append(want, want...)
	if len(kinds) != len(want) {
		t.Fatalf("%v", kinds)
	}
	for i := range want {
		if kinds[i] != want[i] {
			t.Errorf("%v, want %v", kinds, want)
		}
	}
}
