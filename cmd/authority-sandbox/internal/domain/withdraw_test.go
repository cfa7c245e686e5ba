package domain

import (
	"bytes"
	"slices"
	"testing"

	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/verifier"
	"multicopy.example/kiosk/must"
)

func TestAConsentIsTakenOnceForEachServiceAndPerson(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		w.arrives("hanako")
		m := w.signs("hanako", w.statement(consent.Name|consent.Address))
		first, err := w.s.Give(t.Context(), w.by, m)
		if err != nil || first.Now != consent.Pending || first.Items != consent.Name|consent.Address || first.Handle == first.ID || first.Provider.ID != theBank || first.Lang != "ja" {
			t.Fatalf("%+v, %v", first, err)
		}
		w.now += 60 * 60 // a lost answer is asked for again, also later
		again, err := w.s.Give(t.Context(), w.by, m)
		if err != nil || again.ID != first.ID || again.Handle != first.Handle || again.From != first.From {
			t.Errorf("%+v, %v", again, err)
		}
		_, err = w.s.Give(t.Context(), w.by, w.signs("hanako", w.statement(consent.Name)))
		w.wants(err, verifier.CodeDuplicate)
		// To another service she may agree, and to this one when it is withdrawn.
		other := w.statement(consent.Name)
		other.Service = consent.ID(w.addBank("bank-b", w.by.Name).ID)
		to := w.signs("hanako", other)
		to.Provider = "bank-b"
		must.Note(t, must.Err(w.s.Give(t.Context(), w.by, to)))
		must.Note(t, must.Err(w.s.Withdraw(t.Context(), w.by, w.signs("hanako", w.withdrawal(first)))))
		if replayed, err := w.s.Give(t.Context(), w.by, m); err != nil || replayed.ID != first.ID || replayed.Now != consent.Cancelled {
			t.Errorf("replayed after its withdrawal: %+v, %v", replayed, err)
		}
		second, err := w.s.Give(t.Context(), w.by, w.signs("hanako", w.statement(consent.Name)))
		if err != nil || second.ID == first.ID || second.Handle == first.Handle {
			t.Errorf("%+v, %v", second, err)
		}
		list, err := w.s.Changes(t.Context(), w.by, theBank, 0)
		var what []string
		for i, c := range list {
			if c.N != int64(i+1) {
				t.Errorf("change %d has number %d", i, c.N)
			}
			what = append(what, c.What)
		}
		if err != nil || !slices.Equal(what, []string{store.ConsentGiven, store.ConsentCancelled, store.ConsentGiven}) {
			t.Errorf("%q, %v", what, err)
		}
	})
}

func TestAWithdrawalIsForGoodAndMayBeRepeated(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		w.arrives("hanako")
		w.arrives("taro")
		a := w.gives("hanako", consent.Address)
		w.moves("hanako", "2-2")
		if got := w.asks(a); got.Decision != consent.Given {
			t.Fatalf("%+v", got)
		}
		_, err := w.s.Withdraw(t.Context(), w.by, w.signs("taro", w.withdrawal(a)))
		w.wants(err, verifier.CodeNoConsent)
		unknown := w.withdrawal(a)
		unknown.Consent[0]++
		_, err = w.s.Withdraw(t.Context(), w.by, w.signs("hanako", unknown))
		w.wants(err, verifier.CodeNoConsent)
		w.must(w.s.SetStanding(t.Context(), theBank, consent.Suspended))
		m := w.signs("hanako", w.withdrawal(a))
		first, err := w.s.Withdraw(t.Context(), w.by, m)
		if err != nil || first.CancelledN != 2 || first.CancelledAt != w.now || first.Now != consent.Cancelled {
			t.Fatalf("%+v, %v", first, err)
		}
		w.must(w.s.SetStanding(t.Context(), theBank, consent.Good))
		w.moves("hanako", "3-3")
		at := w.now
		w.now += 60
		for _, again := range []Signed{m, w.signs("hanako", w.withdrawal(a))} {
			got, err := w.s.Withdraw(t.Context(), w.by, again)
			if bytes.Equal(again.CMS, m.CMS) { // its certificate has ended
				w.wants(err, verifier.CodeCertificate)
				continue
			}
			if err != nil || got.CancelledN != 2 || got.CancelledAt != at {
				t.Errorf("%+v, %v", got, err)
			}
		}
		if got := w.asks(a); got.Decision != consent.WasCancelled || got.Items != nil {
			t.Errorf("%+v", got)
		}
		// What has ended with its service cannot be withdrawn.
		b := w.gives("taro", consent.Name)
		w.must(second(w.s.EndService(t.Context(), w.by, theBank, w.service.ID, w.now)))
		w.now += 24 * 60 * 60
		_, err = w.s.Withdraw(t.Context(), w.by, w.signs("taro", w.withdrawal(b)))
		w.wants(err, verifier.CodeOver)
	})
}

func TestARepeatedQuestionIsAnsweredAgainWhileTheConsentStands(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		w.arrives("hanako")
		w.arrives("taro")
		a := w.gives("hanako", consent.Address)
		other, err := w.s.Give(t.Context(), w.by, w.signs("taro", w.statement(consent.Address)))
		w.must(err)
		w.moves("hanako", "2-2")
		q := store.Asked{Request: store.ID{1}, Service: a.Consent.Service, Handle: a.Handle}
		first := w.asksFor(q)
		w.moves("hanako", "3-3")
		w.now += 60
		again := w.asksFor(q)
		if first.Decision != consent.Given || again.Decision != consent.Given || *again.Items != *first.Items || again.AsOf != first.AsOf || !first.Fee || again.Fee {
			t.Errorf("%+v, then %+v", first, again)
		}
		reused := q
		reused.Handle = other.Handle
		if got := w.asksFor(reused); got.Decision != consent.OtherBytes || got.Items != nil {
			t.Errorf("reused: %+v", got)
		}
		next := q
		next.Request = store.ID{2}
		if got := w.asksFor(next); got.Decision != consent.Given || got.Items.Address != "3-3" {
			t.Errorf("what came later is another question's: %+v", got)
		}
		w.must(second(w.s.Withdraw(t.Context(), w.by, w.signs("hanako", w.withdrawal(a)))))
		if got := w.asksFor(q); got.Decision != consent.WasCancelled || got.Items != nil {
			t.Errorf("after the withdrawal: %+v", got)
		}
		w.in(func(c *call) error {
			list, err := c.Disclosures(a.ID)
			if len(list) != 2 || list[0].N != 1 || list[1].N != 2 || list[0].Platform != w.by.Name {
				t.Errorf("%+v", list)
			}
			return err
		})
	})
}
