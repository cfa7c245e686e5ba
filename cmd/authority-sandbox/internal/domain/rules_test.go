package domain

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
)

func codeIn(err error) wire.RefusalCode {
	var r *refusal
	if errors.As(err, &r) {
		return r.code
	}
	return 0
}

// TestReservationPastItsUse: which of several reasons is said.
func TestReservationPastItsUse(t *testing.T) {
	for _, c := range []struct {
		r    store.Reservation
		want wire.RefusalCode
	}{
		{store.Reservation{Expires: 100}, 0},
		{store.Reservation{Expires: 50}, wire.CodeOldReservation},
		{store.Reservation{Expires: 51}, 0},
		{store.Reservation{Expires: 50, State: store.Done}, wire.CodeUsedReservation},
		{store.Reservation{Expires: 50, Wrong: 5}, wire.CodeOldReservation},
		{store.Reservation{Expires: 100, Wrong: 4}, 0},
		{store.Reservation{Expires: 100, Wrong: 5}, wire.CodeVoid},
		{store.Reservation{Expires: 100, Grants: 2, State: store.InDoubt}, 0},
		{store.Reservation{Expires: 100, Grants: 3}, wire.CodeUsedReservation},
	} {
		if got := codeIn(stillGood(c.r, 50)); got != c.want {
			t.Errorf("%+v: %v, want %v", c.r, got, c.want)
		}
	}
}

// TestOutcomesChangeOnlyFromUnknown, exhaustively.
func TestOutcomesChangeOnlyFromUnknown(t *testing.T) {
	for was := kiosk.NoOutcome; was <= kiosk.Unknown; was++ {
		for told := kiosk.Done; told <= kiosk.Unknown; told++ {
			want := was == kiosk.NoOutcome || was == kiosk.Unknown || was == told
			if mayBecome(was, told) != want {
				t.Errorf("%v to %v", was, told)
			}
		}
	}
}

// TestHoursOverMidnight, in Japan time.
func TestHoursOverMidnight(t *testing.T) {
	at := func(h, m int) time.Time { return time.Date(2026, 11, 22, h, m, 59, 0, japan).UTC() }
	for _, c := range []struct {
		h    wire.Hours
		now  time.Time
		want bool
	}{
		{wire.Hours{}, at(3, 0), true}, {wire.Hours{From: 390, To: 1380}, at(6, 29), false}, {wire.Hours{From: 390, To: 1380}, at(6, 30), true},
		{wire.Hours{From: 390, To: 1380}, at(22, 59), true}, {wire.Hours{From: 390, To: 1380}, at(23, 0), false},
		{wire.Hours{From: 1380, To: 60}, at(23, 30), true}, {wire.Hours{From: 1380, To: 60}, at(0, 59), true}, {wire.Hours{From: 1380, To: 60}, at(12, 0), false},
	} {
		if inHours(c.h, c.now) != c.want {
			t.Errorf("%+v at %v", c.h, c.now)
		}
	}
}

// TestCodesAreOfOneReservation: a secret gives one code of eight digits, and
// only its own.
func TestCodesAreOfOneReservation(t *testing.T) {
	s := &Service{policy: DefaultPolicy}
	seen := map[string]bool{}
	for range 50 {
		r, code, err := s.newReservation(store.Hash{}, kiosk.FlowP, 100)
		if err != nil || len(code) != wire.CodeLen || r.Expires != 100+24*60*60 {
			t.Fatalf("%q, %+v, %v", code, r, err)
		}
		seen[code+r.Secret] = true
		if again, _ := codeOf(r.Secret); again != code {
			t.Errorf("%s and %s", code, again)
		}
	}
	if len(seen) != 50 {
		t.Errorf("%d secrets for 50 reservations", len(seen))
	}
}

// TestLocksAreForgotten: one at a time for a key, and nothing is left behind.
func TestLocksAreForgotten(t *testing.T) {
	l := newLocks()
	counts := [3]int{}
	var all sync.WaitGroup
	for i := range 300 {
		all.Go(func() {
			defer l.lock(fmt.Sprint(i % 3))()
			counts[i%3]++ // the race detector watches
		})
	}
	all.Wait()
	if counts != [3]int{100, 100, 100} || len(l.held) != 0 {
		t.Errorf("%v, %d left", counts, len(l.held))
	}
}

// TestPruningThatIsStoppedIsNoError: a program that ends logs nothing of it.
func TestPruningThatIsStoppedIsNoError(t *testing.T) {
	db, err := store.Create(t.Context(), filepath.Join(t.TempDir(), "a.db"), make([]byte, store.KeyLen))
	must.OK(t, err)
	var log bytes.Buffer
	s := New(db, Keys{}, DefaultPolicy, time.Now, slog.New(slog.NewTextHandler(&log, nil)))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if s.Prune(ctx); log.Len() != 0 {
		t.Errorf("logged %s", log.String())
	}
	must.Note(t, db.Close())
	if s.Prune(t.Context()); !strings.Contains(log.String(), "not forgotten") {
		t.Errorf("logged %q of a store that is closed", log.String())
	}
}

// TestWhatACertificateIsGoodFor, by all that the kiosk has.
func TestWhatACertificateIsGoodFor(t *testing.T) {
	own, other := store.Hash{1}, store.Hash{2}
	const at = 10 * overlap
	of := func(f store.Hash, s store.CertState, since int64) store.Certificate {
		return store.Certificate{Fingerprint: f, State: s, Changed: at - since}
	}
	for name, c := range map[string]struct {
		all  []store.Certificate
		want standing
	}{
		"the first":                 {nil, first},
		"the current one":           {[]store.Certificate{of(own, store.Current, 5)}, stands},
		"issued, first use":         {[]store.Certificate{of(own, store.Pending, 5), of(other, store.Current, 50)}, promoted},
		"before, in the overlap":    {[]store.Certificate{of(own, store.Overlapping, overlap-1), of(other, store.Current, 5)}, overlapped},
		"before, after it":          {[]store.Certificate{of(own, store.Overlapping, overlap), of(other, store.Current, 5)}, outlived},
		"long before":               {[]store.Certificate{of(own, store.Ended, 5), of(other, store.Current, 5)}, replaced},
		"never issued":              {[]store.Certificate{of(other, store.Current, 5)}, replaced},
		"never issued, one waits":   {[]store.Certificate{of(other, store.Pending, 5)}, replaced},
		"revoked":                   {[]store.Certificate{of(own, store.RevokedCert, 5)}, revoked},
		"revoked, and there is one": {[]store.Certificate{of(own, store.RevokedCert, 5), of(other, store.Current, 5)}, replaced},
		"never issued, all revoked": {[]store.Certificate{of(other, store.RevokedCert, 5)}, revoked},
		"before, and that revoked":  {[]store.Certificate{of(own, store.Ended, 5), of(other, store.RevokedCert, 5)}, revoked},
	} {
		if got := stand(c.all, own, at); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
