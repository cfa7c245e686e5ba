package domain

import (
	"flag"
	"testing"

	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/verifier"
)

var guesses = flag.Int("guesses", 10_000, "handles that a bank guesses, of each store")

// TestABankThatGuessesHandlesGetsOneAnswerAndOneAlarm, however many it tries in an hour.
func TestABankThatGuessesHandlesGetsOneAnswerAndOneAlarm(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		w.arrives("hanako")
		w.gives("hanako", consent.Address)
		w.mayAsk(theBank)
		left := *guesses
		for left > 0 {
			list := make([]store.Asked, min(left, verifier.MaxQuestions))
			for i := range list {
				list[i] = store.Asked{Request: fresh[store.ID](), Service: w.service.ID, Handle: fresh[store.ID]()}
			}
			all, _, err := w.s.Latest(t.Context(), w.by, theBank, list)
			w.must(err)
			for i, a := range all {
				if a.Answer != (consent.Answer{Decision: consent.NoConsent}) || a.Items != nil || a.Consent != (store.ID{}) || a.Asked != list[i] {
					t.Fatalf("%+v", a)
				}
			}
			left -= len(list)
		}
		alarms, err := w.s.AppAlarms(t.Context(), "provider "+theBank)
		if err != nil || len(alarms) != 1 {
			t.Errorf("%d alarms, %v", len(alarms), err)
		}
		w.now += 60 * 60 // another hour is another alarm
		w.mayAsk(theBank)
		list := make([]store.Asked, consent.MissesAnHour)
		for i := range list {
			list[i] = store.Asked{Request: fresh[store.ID](), Service: w.service.ID, Handle: fresh[store.ID]()}
		}
		w.must(third(w.s.Latest(t.Context(), w.by, theBank, list)))
		if alarms, err := w.s.AppAlarms(t.Context(), "provider "+theBank); err != nil || len(alarms) != 2 {
			t.Errorf("in the next hour: %d alarms, %v", len(alarms), err)
		}
	})
}

// TestABankThatAsksForAllItsCustomersIsTooBusy: without a revocation one in a hundred of its consents is answered on a
// day, and every other question is told to come tomorrow, whatever it is about.
func TestABankThatAsksForAllItsCustomersIsTooBusy(t *testing.T) {
	const customers, daily = 300, 3
	onEach(t, func(t *testing.T, w *town) {
		w.arrives("hanako")
		var all []store.Asked
		w.in(func(c *call) error {
			p, err := c.PersonNamed("hanako")
			w.must(err)
			for range customers { // as many people, as far as the quota sees
				of := store.Consent{ID: fresh[store.ID](), Handle: fresh[store.ID](), Person: p.ID, Service: w.service.ID, Text: w.text, Version: p.Version,
					Received: w.now, Consent: consent.Give(consent.Address, w.now-24*60*60)}
				w.must(c.AddConsent(of))
				w.must(c.AddChange(theBank, store.Change{Service: of.Service, Consent: &of.ID, What: store.ConsentGiven, At: w.now}, 1))
				all = append(all, store.Asked{Service: of.Service, Handle: of.Handle})
			}
			return nil
		})
		ask := func() map[consent.Decision]int {
			t.Helper()
			for i := range all {
				all[i].Request = fresh[store.ID]()
			}
			got, _, err := w.s.Latest(t.Context(), w.by, theBank, all)
			w.must(err)
			count := map[consent.Decision]int{}
			for _, a := range got {
				if count[a.Decision]++; a.Decision == consent.Busy && a.After <= 0 {
					t.Fatalf("%+v", a)
				}
			}
			return count
		}
		if got := ask(); got[consent.NoChange] != daily || got[consent.Busy] != customers-daily {
			t.Errorf("the first time: %v", got)
		}
		if got := ask(); got[consent.Busy] != customers {
			t.Errorf("and again: %v", got)
		}
		w.now += 24 * 60 * 60
		if got := ask(); got[consent.NoChange] != daily {
			t.Errorf("the next day: %v", got)
		}
	})
}
