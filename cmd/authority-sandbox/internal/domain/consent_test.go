package domain

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/consent"
	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/cms"
	"multicopy.example/cmd/internal/verifier"
)

// statement to give a consent.
func (w *town) statement(items consent.Items) consent.Statement {
	return consent.Statement{Act: consent.ToGive, Service: consent.ID(w.service.ID), Items: items, Lang: "ja", Text: w.text, Nonce: fresh[consent.ID](), At: w.now}
}

// signs is what a person's card makes of a statement.
func (w *town) signs(name string, said consent.Statement) Signed {
	w.Helper()
	text, err := said.Encode()
	w.must(err)
	whole, err := cms.Sign(text, w.certs[name].Raw, time.Unix(said.At, 0), func(digest [32]byte) ([]byte, error) {
		return rsa.SignPKCS1v15(rand.Reader, cardKey(), crypto.SHA256, digest[:])
	})
	w.must(err)
	return Signed{Provider: theBank, Statement: text, CMS: whole}
}

// gives is a consent that stands: it is the next day.
func (w *town) gives(name string, items consent.Items) Agreement {
	w.Helper()
	a, err := w.s.Give(w.Context(), w.by, w.signs(name, w.statement(items)))
	w.must(err)
	w.now += 24 * 60 * 60
	return a
}

// withdrawal of a consent.
func (w *town) withdrawal(a Agreement) consent.Statement {
	said := w.statement(a.Items)
	said.Act, said.Consent, said.Service = consent.ToWithdraw, consent.ID(a.ID), consent.ID(a.Consent.Service)
	return said
}

// TestWhatMakesAConsentNotGood: each is refused by its code, and nothing is written.
func TestWhatMakesAConsentNotGood(t *testing.T) {
	onEach(t, func(t *testing.T, w *town) {
		for _, name := range []string{"hanako", "moved", "held", "returned", "dead"} {
			w.arrives(name)
		}
		w.acts("moved", life.ChangeItems, func(i *store.Items) { i.Address = "elsewhere" })
		w.acts("held", life.LoseCard)
		w.acts("returned", life.ReturnCard)
		w.acts("dead", life.Die)
		good := w.statement(consent.Name)
		with := func(change func(*consent.Statement)) Signed {
			said := good
			said.Nonce = fresh[consent.ID]()
			change(&said)
			return w.signs("hanako", said)
		}
		by := func(name string) Signed { return w.signs(name, w.statement(consent.Name)) }
		swap := func(change func(*Signed)) Signed {
			m := by("hanako")
			change(&m)
			return m
		}
		stranger, err := pki.NewCardCA(pki.Sign, "STRANGER", time.Unix(w.now, 0))
		w.must(err)
		another := func(ca *pki.CA) Signed {
			cert, err := ca.Certify(pki.Holder{Home: pki.Municipalities()[0], Until: time.Unix(w.now, 0).AddDate(4, 0, 0)}, &cardKey().PublicKey)
			w.must(err)
			w.certs["another"] = cert
			return by("another")
		}
		used := by("hanako")
		for name, c := range map[string]struct {
			m    Signed
			code string
		}{
			"no statement":            {swap(func(m *Signed) { m.Statement = []byte("{}") }), verifier.CodeStatement},
			"a withdrawal":            {with(func(s *consent.Statement) { s.Act, s.Consent = consent.ToWithdraw, consent.ID{1} }), verifier.CodeStatement},
			"signed long ago":         {with(func(s *consent.Statement) { s.At -= consent.Window + 1 }), verifier.CodeStatement},
			"signed tomorrow":         {with(func(s *consent.Statement) { s.At += consent.Window + 1 }), verifier.CodeStatement},
			"another text":            {with(func(s *consent.Statement) { s.Text[0]++ }), verifier.CodeText},
			"another language":        {with(func(s *consent.Statement) { s.Lang = "en" }), verifier.CodeText},
			"another service":         {with(func(s *consent.Statement) { s.Service[0]++ }), verifier.CodeForbidden},
			"of another statement":    {swap(func(m *Signed) { m.CMS = used.CMS }), verifier.CodeSignature},
			"no signature":            {swap(func(m *Signed) { m.CMS = nil }), verifier.CodeSignature},
			"another provider":        {swap(func(m *Signed) { m.Provider = "bank-x" }), verifier.CodeForbidden},
			"moved":                   {by("moved"), verifier.CodeCertificate},
			"held":                    {by("held"), verifier.CodeCertificate},
			"returned":                {by("returned"), verifier.CodeCertificate},
			"dead":                    {by("dead"), verifier.CodeCertificate},
			"of another CA":           {another(stranger), verifier.CodeCertificate},
			"of the log-in's CA":      {another(w.s.keys.Cards[pki.User]), verifier.CodeCertificate},
			"ours, and known to none": {another(w.s.keys.Cards[pki.Sign]), verifier.CodeCertificate},
		} {
			if _, err := w.s.Give(t.Context(), w.by, c.m); err == nil {
				t.Errorf("%s: taken", name)
			} else {
				t.Run(name, func(t *testing.T) { w.wants(err, c.code) })
			}
		}
		w.in(func(c *call) error {
			for _, table := range []string{"consents", "proofs", "changes"} {
				if n, err := c.Count(table); err != nil || n != 0 {
					t.Errorf("%s has %d rows, %v", table, n, err)
				}
			}
			return nil
		})
		// A nonce counts once, and a closed service takes none.
		w.must(second(w.s.Give(t.Context(), w.by, used)))
		said, err := consent.Decode(used.Statement)
		w.must(err)
		said.Items = consent.AllItems
		_, err = w.s.Give(t.Context(), w.by, w.signs("hanako", said))
		w.wants(err, verifier.CodeStatement)
		w.arrives("late")
		w.must(second(w.s.EndService(t.Context(), w.by, theBank, w.service.ID, w.now)))
		w.now += 24 * 60 * 60
		_, err = w.s.Give(t.Context(), w.by, by("late"))
		w.wants(err, verifier.CodeClosed)
	})
}
