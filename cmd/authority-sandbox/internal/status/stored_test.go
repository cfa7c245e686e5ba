package status

import (
	"crypto/x509"
	"errors"
	"path/filepath"
	"testing"
	"time"

	judge "golang.org/x/crypto/ocsp"

	"multicopy.example/cmd/authority-sandbox/internal/life"
	"multicopy.example/cmd/authority-sandbox/internal/pki"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk/must"
)

// registry is a store with one person.
type registry struct {
	*desk
	db *store.DB
}

func openStored(t *testing.T) registry {
	t.Helper()
	d := open(t)
	db, err := store.Create(t.Context(), filepath.Join(t.TempDir(), "a.db"), make([]byte, store.KeyLen))
	must.OK(t, err)
	d.service.source = NewStored(db, []*pki.CA{d.user, d.sign})
	p := store.Person{ID: store.ID{1}, Name: "hanako", Items: store.Items{Name: "hanako", Birth: "1989-01-08", Sex: "3"}}
	must.OK(t, db.Tx(t.Context(), func(tx *store.Tx) error { return tx.AddPerson(p) }))
	return registry{d, db}
}

// enter puts a certificate in, on a carrier of its own.
func (r registry) enter(n byte, c *x509.Certificate, state life.State) {
	r.Helper()
	row, err := store.CertOf(c)
	must.OK(r, err)
	row.Kind, row.Person, row.Carrier = life.Sign, store.ID{1}, store.ID{n}
	row.Part, row.Status = 99201, store.Status{State: state, Since: noon.Add(-time.Hour).Unix()}
	must.OK(r, r.db.Tx(r.Context(), func(tx *store.Tx) (err error) {
		if row.Issuer, err = tx.AddIssuer(c.RawIssuer, store.InHardware); err != nil {
			return err
		}
		return errors.Join(tx.AddCarrier(store.Carrier{ID: row.Carrier, Person: row.Person, Kind: life.Card}), tx.AddCert(row, "made"))
	}))
}

func (r registry) set(c *x509.Certificate, to store.Status) {
	r.Helper()
	must.OK(r, r.db.Tx(r.Context(), func(tx *store.Tx) error {
		all, err := tx.CertsOf(store.ID{1}, true)
		for _, row := range all {
			if row.Serial.Int().Cmp(c.SerialNumber) == 0 {
				return tx.SetStatus(row, to, "by the test")
			}
		}
		return errors.Join(err, errors.New("no such certificate"))
	}))
}

func TestStoreSaysWhatIsServed(t *testing.T) {
	r := openStored(t)
	says := func(when string, c *x509.Certificate, status, reason, listed int) {
		t.Helper()
		a, _ := r.ask(c, r.sign)
		if a.Status != status || a.RevocationReason != reason || a.ThisUpdate.After(r.now()) {
			t.Errorf("%s: OCSP says %d for reason %d at %v", when, a.Status, a.RevocationReason, a.ThisUpdate)
		}
		if l := r.list("/crl/sign/99201"); len(l.RevokedCertificateEntries) != listed || listed > 0 && l.RevokedCertificateEntries[0].ReasonCode != reason {
			t.Errorf("%s: %+v", when, l.RevokedCertificateEntries)
		}
		if l := r.list("/crl/sign/99202"); len(l.RevokedCertificateEntries) > 0 {
			t.Errorf("%s: in another part: %+v", when, l.RevokedCertificateEntries)
		}
	}
	says("before the first certificate", r.cert, judge.Unknown, 0, 0)
	r.enter(1, r.cert, life.Issued)
	says("issued and not handed over", r.cert, judge.Unknown, 0, 0)
	at := func(d time.Duration) int64 { return noon.Add(d).Unix() }
	r.set(r.cert, store.Status{State: life.Good, Since: at(-time.Minute)})
	says("handed over", r.cert, judge.Good, 0, 0)
	r.set(r.cert, store.Status{State: life.Held, Reason: life.OnHold, Since: at(time.Minute)})
	says("held", r.cert, judge.Revoked, 6, 1)
	r.set(r.cert, store.Status{State: life.Good, Since: at(time.Minute)})
	says("released in the same second", r.cert, judge.Good, 0, 0)
	r.set(r.cert, store.Status{State: life.Revoked, Reason: life.ItemsChanged, Since: at(time.Hour)})
	says("revoked by a process whose clock is ahead", r.cert, judge.Revoked, 3, 1)
	never := r.issue(r.sign) // in memory alone
	if a, _ := r.ask(never, r.sign); a.Status != judge.Unknown {
		t.Errorf("of a number that was not issued: %d", a.Status)
	}
	r.pass(5 * 365 * 24 * time.Hour)
	if l := r.list("/crl/sign/99201"); len(l.RevokedCertificateEntries) > 0 {
		t.Error("listed after its last day")
	}
	must.OK(t, r.db.Close())
	if w := r.do("GET", "/crl/sign/99201", "", nil); w.Code != 503 {
		t.Errorf("without a store: %d", w.Code)
	}
	if w := r.do("POST", "/ocsp", isRequest, r.request(never, r.sign)); w.Body.Len() > 10 {
		t.Error("an answer without a store")
	}
}
