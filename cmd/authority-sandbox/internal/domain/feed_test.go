package domain

import (
	"errors"
	"testing"

	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/verifier"
)

// wants is the code of a refusal.
func (w *town) wants(err error, code string) {
	w.Helper()
	var refused ErrVerifier
	if !errors.As(err, &refused) || refused.Code != code {
		w.Errorf("%v, want %s", err, code)
	}
}

// TestAPlatformSpeaksForItsBanksAlone, by its own key, and for none that is suspended.
func TestAPlatformSpeaksForItsBanksAlone(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		_, err := w.s.Changes(t.Context(), w.by, theBank, 0)
		w.must(err)
		for name, by := range map[string]Carrier{"another key": {Name: w.by.Name}, "no platform": {Name: "platform-x", SPKI: w.by.SPKI}} {
			_, err := w.s.Changes(t.Context(), by, theBank, 0)
			if w.wants(err, verifier.CodeForbidden); t.Failed() {
				t.Fatal(name)
			}
		}
		w.must(w.s.SetStanding(t.Context(), theBank, consent.Suspended))
		_, err = w.s.Changes(t.Context(), w.by, theBank, 0)
		w.wants(err, verifier.CodeSuspended)
	})
}

func TestAServiceEndsWithADay(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		const day = 24 * 60 * 60
		ends, err := w.s.EndService(t.Context(), w.by, theBank, w.service.ID, w.now+3*day)
		w.must(err)
		sooner, err := w.s.CloseService(t.Context(), w.service.ID, w.now+day)
		if err != nil || sooner.Ends >= ends {
			t.Errorf("%+v, %v", sooner, err)
		}
		for _, at := range []int64{ends, w.now - day} {
			_, err = w.s.EndService(t.Context(), w.by, theBank, w.service.ID, at)
			w.wants(err, verifier.CodeDay)
		}
		var refused ErrApp
		if _, err := w.s.CloseService(t.Context(), store.ID{1}, w.now); !errors.As(err, &refused) {
			t.Errorf("no such service: %v", err)
		}
		if _, err := w.s.CloseService(t.Context(), w.service.ID, ends); !errors.As(err, &refused) {
			t.Errorf("later than was said: %v", err)
		}
		_, err = w.s.EndService(t.Context(), w.by, theBank, store.ID{1}, ends)
		w.wants(err, verifier.CodeForbidden)
		list, err := w.s.Changes(t.Context(), w.by, theBank, 0)
		if err != nil || len(list) != 2 || list[1].What != store.ServiceEnds || list[1].N != 2 {
			t.Errorf("%+v, %v", list, err)
		}
	})
}
