package domain

import (
	"testing"

	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/verifier"
)

// serial of a person's newest signing certificate.
func (w *town) serial(name string) store.Serial {
	w.Helper()
	s, err := store.SerialOf(w.certs[name].SerialNumber)
	w.must(err)
	return s
}

// TestCertificatesAreAskedAboutForAPurpose, each is counted, and numbers that are guessed call staff.
func TestCertificatesAreAskedAboutForAPurpose(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		for _, name := range []string{"hanako", "moved", "held"} {
			w.arrives(name)
		}
		serials := []store.Serial{w.serial("hanako"), w.serial("moved"), w.serial("held"), {1}}
		w.acts("moved", life.ChangeItems, func(i *store.Items) { i.Address = "elsewhere" })
		w.acts("held", life.LoseCard)
		list, now, err := w.s.Statuses(t.Context(), w.by, theBank, verifier.ForLiveness, verifier.CASign, serials)
		w.must(err)
		want := []store.Status{{State: life.Good, Since: w.now}, {State: life.Revoked, Reason: life.ItemsChanged, Since: w.now}, {State: life.Held, Since: w.now}, {}}
		for i, is := range list {
			if is.State != want[i].State || want[i].State == life.Revoked && is != want[i] || now != w.now {
				t.Errorf("%d: %+v, want %+v", i, is, want[i])
			}
		}
		_, _, err = w.s.Statuses(t.Context(), w.by, theBank, "", verifier.CASign, serials)
		w.wants(err, verifier.CodePurpose)
		_, err = w.s.Links(t.Context(), w.by, theBank, "curiosity", verifier.CASign, serials[0])
		w.wants(err, verifier.CodePurpose)
		_, _, err = w.s.Statuses(t.Context(), w.by, theBank, verifier.ForLiveness, "root", serials)
		w.wants(err, verifier.CodeContract)
		_, _, err = w.s.Statuses(t.Context(), Carrier{Name: w.by.Name}, theBank, verifier.ForLiveness, verifier.CASign, serials)
		w.wants(err, verifier.CodeForbidden)
		guessed := make([]store.Serial, consent.MissesAnHour)
		for i := range guessed {
			guessed[i] = store.Serial{2, byte(i)}
		}
		w.must(third(w.s.Statuses(t.Context(), w.by, theBank, verifier.ForSignature, verifier.CASign, guessed)))
		alarms, err := w.s.AppAlarms(t.Context(), "provider "+theBank)
		if err != nil || len(alarms) != 1 {
			t.Errorf("%+v, %v", alarms, err)
		}
		day, _ := dayOf(w.now)
		w.in(func(c *call) error {
			asked, err := c.Checked(theBank, day)
			if len(asked) != 2 || asked[verifier.ForLiveness] != len(serials) || asked[verifier.ForSignature] != len(guessed) {
				t.Errorf("%v", asked)
			}
			return err
		})
	})
}

func third[A, B any](_ A, _ B, err error) error { return err }

// TestWhichCertificateCameNextIsToldWithConsentAlone: everything else of a certificate's kin is told
// to who names a purpose.
func TestWhichCertificateCameNextIsToldWithConsentAlone(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		w.arrives("hanako")
		other := w.addBank("bank-b", w.by.Name)
		first := w.serial("hanako")
		a := w.gives("hanako", consent.Name)
		w.moves("hanako", "2-2")
		links := func(bank string, serial store.Serial) Links {
			t.Helper()
			l, err := w.s.Links(t.Context(), w.by, bank, verifier.ForLiveness, verifier.CASign, serial)
			w.must(err)
			return l
		}
		if l := links(theBank, first); !l.Known || l.Pair == nil || l.Card != nil || l.Phone != nil || l.Next == nil || *l.Next != w.serial("hanako") {
			t.Errorf("%+v", l)
		}
		if l := links("bank-b", first); !l.Known || l.Pair == nil || l.Next != nil {
			t.Errorf("a bank to which she agreed to nothing, %s: %+v", other.Title, l)
		}
		if l := links(theBank, store.Serial{1}); l != (Links{}) {
			t.Errorf("%+v", l)
		}
		w.must(second(w.s.Withdraw(t.Context(), w.by, w.signs("hanako", w.withdrawal(a)))))
		if l := links(theBank, first); !l.Known || l.Next != nil {
			t.Errorf("after the withdrawal: %+v", l)
		}
		// A phone's certificate and the card's that it was issued on.
		issuer, phone := w.phone("hanako")
		base, own := w.serial("hanako"), store.Serial{9}
		w.in(func(c *call) error {
			p, err := c.PersonNamed("hanako")
			w.must(err)
			return c.AddCert(store.Cert{Issuer: issuer, Serial: own, Kind: life.Sign, Person: p.ID, Carrier: phone, Version: p.Version, NotBefore: w.now,
				NotAfter: w.now + 1000, Base: &base, Status: store.Status{State: life.Good, Since: w.now}}, "test")
		})
		if l := links(theBank, base); l.Phone == nil || *l.Phone != own {
			t.Errorf("the card's: %+v", l)
		}
		if l := links(theBank, own); l.Card == nil || *l.Card != base || l.Phone != nil {
			t.Errorf("the phone's: %+v", l)
		}
	})
}

// TestABankMayHoldASerialNumberWhereItsServiceSaysSo, and every other service's bank asks in vain.
func TestABankMayHoldASerialNumberWhereItsServiceSaysSo(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		w.arrives("hanako")
		w.arrives("stranger")
		by, err := w.s.OpenService(t.Context(), store.Service{Provider: theBank, Title: "By number", Purpose: "Letters", BySerial: true}, map[string]string{"ja": theWords})
		w.must(err)
		first := w.serial("hanako")
		byHandle := w.gives("hanako", consent.Address)
		said := w.statement(consent.Address)
		said.Service = consent.ID(by.ID)
		a, err := w.s.Give(t.Context(), w.by, w.signs("hanako", said))
		w.must(err)
		w.now += 24 * 60 * 60
		w.mayAsk(theBank)
		ask := func(service, request store.ID, serial store.Serial) Answered {
			t.Helper()
			return w.asksFor(store.Asked{Request: request, Service: service, Serial: serial})
		}
		one := fresh[store.ID]
		if got := ask(by.ID, one(), first); got.Decision != consent.NoChange {
			t.Errorf("not moved: %+v", got)
		}
		w.moves("hanako", "2-2")
		w.moves("hanako", "3-3")
		next, request := w.serial("hanako"), one()
		for i := range 2 {
			got := ask(by.ID, request, first)
			if got.Decision != consent.Given || got.Items.Address != "3-3" || got.Newest != next || got.Fee != (i == 0) || got.Consent != a.ID {
				t.Errorf("%+v", got)
			}
		}
		if got := ask(by.ID, one(), next); got.Decision != consent.NoChange {
			t.Errorf("by the number that was told: %+v", got)
		}
		for name, q := range map[string]store.Asked{
			"a number of no certificate":  {Service: by.ID, Serial: store.Serial{1}},
			"of one who did not agree":    {Service: by.ID, Serial: w.serial("stranger")},
			"a service asked by handles":  {Service: w.service.ID, Serial: first},
			"neither a number nor handle": {Service: by.ID},
		} {
			if got := ask(q.Service, one(), q.Serial); got.Answer != (consent.Answer{Decision: consent.NoConsent}) || got.Items != nil {
				t.Errorf("%s: %+v", name, got)
			}
		}
		if got := w.asks(byHandle); got.Decision != consent.Given || got.Newest != (store.Serial{}) {
			t.Errorf("by the handle: %+v", got)
		}
	})
}

// TestABankIsRemindedOnceOfEachConsentThatExpiresSoon, from 90 days before its last second on.
func TestABankIsRemindedOnceOfEachConsentThatExpiresSoon(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		for _, name := range []string{"hanako", "taro", "withdrawn"} {
			w.arrives(name)
		}
		a, b := w.gives("hanako", consent.Name), w.gives("taro", consent.Name)
		c := w.gives("withdrawn", consent.Name)
		w.must(second(w.s.Withdraw(t.Context(), w.by, w.signs("withdrawn", w.withdrawal(c)))))
		reminded := func() (list []store.ID) {
			t.Helper()
			all, err := w.s.Changes(t.Context(), w.by, theBank, 0)
			w.must(err)
			for i, change := range all {
				if change.N != int64(i+1) {
					t.Errorf("change %d has number %d", i, change.N)
				}
				if change.What == store.ExpiresSoon {
					list = append(list, *change.Consent)
				}
			}
			return list
		}
		wants := func(list ...store.ID) {
			t.Helper()
			got := reminded()
			if len(got) != len(list) {
				t.Fatalf("%d, want %d", len(got), len(list))
			}
			for i := range list {
				if got[i] != list[i] {
					t.Errorf("%d: another", i)
				}
			}
		}
		w.now = a.Until - consent.Soon
		wants()
		w.now++
		wants(a.ID)
		wants(a.ID)
		w.now = b.Until - consent.Soon + 1
		wants(a.ID, b.ID)
		w.now = c.Until
		wants(a.ID, b.ID)
	})
}
