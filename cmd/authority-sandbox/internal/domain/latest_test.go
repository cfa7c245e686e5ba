package domain

import (
	"sync"
	"sync/atomic"
	"testing"

	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/cmd/authority-sandbox/internal/store"
)

// asks is one question about a consent, under a new request id.
func (w *town) asks(a Agreement) Answered {
	w.Helper()
	return w.asksFor(store.Asked{Request: fresh[store.ID](), Service: a.Consent.Service, Handle: a.Handle})
}

func (w *town) asksFor(q store.Asked) Answered {
	w.Helper()
	all, _, err := w.s.Latest(w.Context(), w.by, theBank, []store.Asked{q})
	w.must(err)
	return all[0]
}

// mayAsk lets a bank ask more on this day than it may.
func (w *town) mayAsk(bank string) {
	w.Helper()
	w.in(func(c *call) error {
		day, _ := dayOf(w.now)
		return c.CountAsked(bank, day, -1_000_000, 0)
	})
}

// TestABankIsToldOnlyWhatWasAgreedAndHasChanged, as the person moves, is renamed, loses the
// card and dies.
func TestABankIsToldOnlyWhatWasAgreedAndHasChanged(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		w.arrives("hanako")
		m := w.signs("hanako", w.statement(consent.Address))
		a, err := w.s.Give(t.Context(), w.by, m)
		w.must(err)
		want := func(when string, d consent.Decision, address string) {
			t.Helper()
			got := w.asks(a)
			var items store.Items
			if address != "" {
				items = store.Items{Address: address}
			}
			if got.Decision != d || (got.Items == nil) != (address == "") || got.Items != nil && (*got.Items != items || got.Consent != a.ID || got.AsOf != w.now || !got.Fee) {
				t.Errorf("%s: %s, %+v, %+v; want %s", when, got.Decision, got.Items, got, d)
			}
		}
		want("the first day", consent.NotBegun, "")
		w.now += 24 * 60 * 60
		w.mayAsk(theBank)
		want("nothing has changed", consent.NoChange, "")
		w.acts("hanako", life.ChangeItems, func(i *store.Items) { i.Address = "2-2" })
		want("moved, and not issued again", consent.NothingYet, "")
		w.acts("hanako", life.NewSign)
		want("issued again", consent.Given, "2-2")
		want("told already", consent.NoChange, "")
		w.acts("hanako", life.ChangeItems, func(i *store.Items) { i.Name = "HANA" })
		w.acts("hanako", life.NewSign)
		want("renamed, to which she did not agree", consent.NoChange, "")
		w.moves("hanako", "3-3")
		w.moves("hanako", "4-4")
		want("moved twice", consent.Given, "4-4")
		w.moves("hanako", "5-5")
		w.moves("hanako", "4-4")
		want("moved and back", consent.NoChange, "")
		w.moves("hanako", "6-6")
		w.acts("hanako", life.LoseCard)
		want("held", consent.NothingYet, "")
		w.acts("hanako", life.Renew)
		want("renewed", consent.Given, "6-6")
		w.moves("hanako", "7-7")
		w.must(w.s.SetStanding(t.Context(), theBank, consent.Suspended))
		want("the bank is suspended", consent.IsSuspended, "")
		w.must(w.s.SetStanding(t.Context(), theBank, consent.Good))
		want("and restored", consent.Given, "7-7")
		w.acts("hanako", life.Die)
		want("dead", consent.NothingYet, "")
	})
}

// TestABatchIsAnsweredInItsOrder, and one consent in it is numbered once for each disclosure.
func TestABatchIsAnsweredInItsOrder(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		var agreed []Agreement
		for _, name := range []string{"hanako", "taro", "jiro"} {
			w.arrives(name)
			a, err := w.s.Give(t.Context(), w.by, w.signs(name, w.statement(consent.AllItems)))
			w.must(err)
			agreed = append(agreed, a)
			w.moves(name, name+" moved")
		}
		w.now += 24 * 60 * 60
		var list []store.Asked
		for i, a := range append(agreed, agreed[0]) {
			list = append(list, store.Asked{Request: store.ID{1, byte(i)}, Service: w.service.ID, Handle: a.Handle})
		}
		all, p, err := w.s.Latest(t.Context(), w.by, theBank, list)
		w.must(err)
		for i, a := range agreed {
			if got := all[i]; got.Asked != list[i] || got.Decision != consent.Given || got.Consent != a.ID || got.Items.Sex != "3" {
				t.Errorf("%d: %+v", i, got)
			}
		}
		if all[3].Decision != consent.NoChange || p.ID != theBank {
			t.Errorf("asked twice in a batch: %+v", all[3])
		}
		_, _, err = w.s.Latest(t.Context(), w.by, theBank, append(list, list[0]))
		w.wants(err, "contract")
	})
}

// TestStrangersAreOneAnswer, known to another bank or to none, and staff is called
// once.
func TestStrangersAreOneAnswer(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		w.arrives("hanako")
		a := w.gives("hanako", consent.Address)
		other := w.addBank("bank-b", w.by.Name)
		alarms := func() (n int) {
			list, err := w.s.AppAlarms(t.Context(), "provider bank-b")
			w.must(err)
			return len(list)
		}
		ask := func(handle store.ID) Answered {
			all, _, err := w.s.Latest(t.Context(), w.by, "bank-b", []store.Asked{{Request: fresh[store.ID](), Service: other.ID, Handle: handle}})
			w.must(err)
			return all[0]
		}
		w.mayAsk("bank-b")
		for i := range consent.MissesAnHour + 5 {
			handle := a.Handle // of a person who agreed to another bank's service
			if i%2 == 0 {
				handle = fresh[store.ID]()
			}
			got := ask(handle)
			if got.Answer != (consent.Answer{Decision: consent.NoConsent}) || got.Items != nil || got.Consent != (store.ID{}) || got.AsOf != 0 {
				t.Fatalf("%d: %+v", i, got)
			}
			if want := i+1 >= consent.MissesAnHour; (alarms() == 1) != want {
				t.Fatalf("after %d misses: %d alarms", i+1, alarms())
			}
		}
		// Another's service, another's platform, and one who is not registered.
		for name, by := range map[string]Carrier{"another key": {Name: w.by.Name}, "no platform": {Name: "platform-x", SPKI: w.by.SPKI}} {
			all, _, err := w.s.Latest(t.Context(), by, theBank, []store.Asked{{Request: store.ID{1}, Service: a.Consent.Service, Handle: fresh[store.ID]()}}) // no lock in common
			if err != nil || all[0].Decision != consent.Forbidden {
				t.Errorf("%s: %+v, %v", name, all, err)
			}
		}
		all, _, err := w.s.Latest(t.Context(), w.by, "bank-b", []store.Asked{{Request: store.ID{1}, Service: a.Consent.Service, Handle: fresh[store.ID]()}}) // no lock in common
		if err != nil || all[0].Decision != consent.Forbidden {
			t.Errorf("another bank's service: %+v, %v", all, err)
		}
	})
}

func TestABankMayAskForWhatItCanHaveSeen(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		w.arrives("hanako")
		a := w.gives("hanako", consent.Address)
		if got := w.asks(a); got.Decision != consent.NoChange {
			t.Errorf("one a day: %+v", got)
		}
		got := w.asks(a)
		if got.Decision != consent.Busy || got.After <= 0 || got.After.Hours() > 24 {
			t.Errorf("the second: %+v", got)
		}
		w.moves("hanako", "2-2")
		q := store.Asked{Request: store.ID{1}, Service: a.Consent.Service, Handle: a.Handle}
		if got := w.asksFor(q); got.Decision != consent.Given {
			t.Errorf("a revocation was seen: %+v", got)
		}
		w.asks(a)
		if got := w.asks(a); got.Decision != consent.Busy {
			t.Errorf("three for each: %+v", got)
		}
		if got := w.asksFor(q); got.Decision != consent.Given || got.Fee {
			t.Errorf("a repetition is not counted: %+v", got)
		}
		w.now += int64(got.After.Seconds())
		if got := w.asks(a); got.Decision != consent.NoChange {
			t.Errorf("the next day: %+v", got)
		}
	})
}

func TestConsentsEndWithTheirService(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		w.arrives("hanako")
		a := w.gives("hanako", consent.Address)
		ends, err := w.s.EndService(t.Context(), w.by, theBank, w.service.ID, w.now)
		w.must(err)
		w.now = ends - 1
		if got := w.asks(a); got.Decision != consent.NoChange {
			t.Errorf("its last second: %+v", got)
		}
		w.now = ends
		if got := w.asks(a); got.Decision != consent.HasEnded {
			t.Errorf("ended: %+v", got)
		}
	})
}

// TestABankThatAsksOnManyConnectionsStaysWithinItsQuota: questions that are answered at the same moment are counted as if
// one had come behind the other, and what is over the quota is told to come again.
func TestABankThatAsksOnManyConnectionsStaysWithinItsQuota(t *testing.T) {
	const connections, each, may = 8, 5, 10
	onEach(t, func(t *testing.T, w *town) {
		w.arrives("hanako")
		a, err := w.s.Give(t.Context(), w.by, w.signs("hanako", w.statement(consent.Address)))
		w.must(err)
		w.now = a.From
		day, _ := dayOf(w.now)
		w.in(func(c *call) error { return c.CountAsked(theBank, day, 1-may, 0) }) // of one, which one consent is good for
		var answered atomic.Int64
		var all sync.WaitGroup
		for range connections {
			all.Go(func() {
				for range each {
					got, _, err := w.s.Latest(t.Context(), w.by, theBank, []store.Asked{{Request: fresh[store.ID](), Service: a.Consent.Service, Handle: fresh[store.ID]()}}) // no lock in common
					switch {
					case err != nil:
						t.Error(err)
					case got[0].Decision != consent.Busy:
						answered.Add(1)
					}
				}
			})
		}
		all.Wait()
		if n := answered.Load(); n != may {
			t.Errorf("%d were answered", n)
		}
		w.in(func(c *call) error {
			b, _, err := c.Inquire(theBank, day, seenFor, []store.Asked{{Handle: a.Handle}}, w.now)
			if b.Asked != 1 {
				t.Errorf("%d were counted, of 1", b.Asked)
			}
			return err
		})
	})
}
