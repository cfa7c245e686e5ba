package store

import (
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"math/big"

	"multicopy.example/cmd/authority-sandbox/internal/life"
)

// Serial is a serial number in the 20 octets that it may have (RFC 5280, 4.1.2.2), so
// that the order of the bytes is that of the numbers.
type Serial [20]byte

// SerialOf is that of a number.
func SerialOf(n *big.Int) (s Serial, err error) {
	if n.Sign() <= 0 || n.BitLen() > 8*len(s) {
		return s, fmt.Errorf("store: %x is no serial number of a certificate", n)
	}
	n.FillBytes(s[:])
	return s, nil
}

// Int is the number.
func (s Serial) Int() *big.Int { return new(big.Int).SetBytes(s[:]) }

// Assurance is how far the certificates of an issuer are believed.
type Assurance int

// Assurances.
const (
	Stranger   Assurance = iota // nothing is known of it
	InHardware                  // the keys are in a card or in a phone's secure element
	InSoftware                  // the keys can be copied: a weak log-in and nothing else
)

// AddIssuer answers the number of the issuer with this distinguished name (DER), which is put
// in where it is not there. Another that is put in at the same moment can take the number.
func (t *Tx) AddIssuer(name []byte, a Assurance) (issuer int64, err error) {
	hash := sha256.Sum256(name)
	for range tries {
		if issuer, err = t.Issuer(name); !errors.Is(err, ErrNone) {
			return issuer, err
		}
		err = t.run(`INSERT INTO issuers VALUES ((SELECT coalesce(max(issuer), 0) + 1 FROM issuers), $1, $2) ON CONFLICT DO NOTHING`, hash[:], int64(a))
		if err != nil {
			return 0, err
		}
	}
	return t.Issuer(name)
}

// Issuer answers the number of the issuer with this distinguished name (DER), or ErrNone.
func (t *Tx) Issuer(name []byte) (issuer int64, err error) {
	hash := sha256.Sum256(name)
	return issuer, t.one(`SELECT issuer FROM issuers WHERE name_hash = $1`, []any{hash[:]}, &issuer)
}

// Cert is a certificate of a person.
type Cert struct {
	Issuer              int64
	Serial              Serial
	Kind                life.Kind
	Person, Carrier     ID
	Version             int64 // of the items
	NotBefore, NotAfter int64
	Part                int64
	Pair, Base, Before  *Serial
	DER                 []byte
	Status
}

// Status is what a certificate is, and since when.
type Status struct {
	State  life.State
	Reason life.Reason
	Since  int64
}

// CertOf takes from a certificate what its row says of it.
func CertOf(c *x509.Certificate) (row Cert, err error) {
	row = Cert{NotBefore: c.NotBefore.Unix(), NotAfter: c.NotAfter.Unix(), DER: c.Raw}
	row.Serial, err = SerialOf(c.SerialNumber)
	return row, err
}

// AddCert puts a certificate in, with its first events: what is good at once was issued
// first. It is the current one of its kind on its carrier from now on.
func (t *Tx) AddCert(c Cert, cause string) error {
	err := t.run(`UPDATE certs SET current = 0 WHERE carrier = $1 AND kind = $2 AND current = 1`, c.Carrier[:], int64(c.Kind))
	if err != nil {
		return err
	}
	serial := func(s *Serial) []byte {
		if s == nil {
			return nil
		}
		return s[:]
	}
	err = t.run(`INSERT INTO certs (issuer, serial, kind, person, carrier, current, version, not_before, not_after, part, pair, base, before, der, state, reason, since, n, listed)
		VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $8, $9, $10, $11, $12, $13, 2, 0, $14, 1, 0)`,
		c.Issuer, c.Serial[:], int64(c.Kind), c.Person[:], c.Carrier[:], c.Version, c.NotBefore, c.NotAfter, c.Part,
		serial(c.Pair), serial(c.Base), serial(c.Before), c.DER, c.Since)
	if err != nil {
		return err
	}
	issued := Status{State: life.Issued, Since: c.Since}
	to := c.Status
	if c.Status = issued; to == issued {
		return t.addEvent(c, 1, life.None, cause)
	}
	return errors.Join(t.addEvent(c, 1, life.None, cause), t.SetStatus(c, to, cause))
}

func (t *Tx) addEvent(c Cert, n int64, was life.State, cause string) error {
	return t.run(`INSERT INTO events VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		c.Issuer, c.Serial[:], n, int64(was), int64(c.State), int64(c.Reason), c.Since, cause)
}

// SetStatus puts a certificate, as it was read behind its person's lock, into another
// state: in its row, in its events and in the revision of its part. One that was changed
// since, or revoked, breaks the transaction.
func (t *Tx) SetStatus(c Cert, to Status, cause string) error {
	to.Since = max(to.Since, c.Since) // a clock that was set back changes no history
	var n int64
	err := t.one(`UPDATE certs SET state = $1, reason = $2, since = $3, n = n + 1, listed = CASE WHEN CAST($1 AS BIGINT) >= 4 THEN 1 ELSE listed END
		WHERE issuer = $4 AND serial = $5 AND state = $6 AND since = $7 AND state <> 5 RETURNING n`,
		[]any{int64(to.State), int64(to.Reason), to.Since, c.Issuer, c.Serial[:], int64(c.State), c.Since}, &n)
	if errors.Is(err, ErrNone) {
		err = t.breaks(fmt.Errorf("certificate %x was changed meanwhile, or is revoked", c.Serial.Int()))
	}
	if err != nil {
		return err
	}
	was := c.State
	c.Status = to
	if err := t.addEvent(c, n, was, cause); err != nil {
		return err
	}
	return t.run(`INSERT INTO parts VALUES ($1, $2, 1) ON CONFLICT (issuer, part) DO UPDATE SET revision = parts.revision + 1`, c.Issuer, c.Part)
}

// CertsOf are the certificates of a person that are current on their carriers, or all
// that there ever were, in the order of their issuers and numbers.
func (t *Tx) CertsOf(person ID, all bool) ([]Cert, error) {
	least := int64(1)
	if all {
		least = 0
	}
	return rows(t, `SELECT `+certColumns+` FROM certs c WHERE c.person = $1 AND c.current >= $2 ORDER BY c.issuer, c.serial`, []any{person[:], least},
		func(c *Cert, scan func(...any) error) (err error) {
			*c, err = scanCert(scan)
			return err
		})
}

// KnownCert is a certificate with what is known around it.
type KnownCert struct {
	Cert
	Assurance Assurance    // of its issuer
	On        life.Carrier // what holds its key
	Name      string       // the test resident's
}

// KnownCert finds a certificate by its issuer's distinguished name (DER) and its number.
func (t *Tx) KnownCert(issuer []byte, serial Serial) (KnownCert, error) {
	hash := sha256.Sum256(issuer)
	return only(t, `SELECT i.assurance, k.kind, p.name, `+certColumns+` FROM issuers i JOIN certs c ON c.issuer = i.issuer
		JOIN carriers k ON k.carrier = c.carrier JOIN people p ON p.person = c.person WHERE i.name_hash = $1 AND c.serial = $2`, []any{hash[:], serial[:]},
		func(k *KnownCert, scan func(...any) error) (err error) {
			k.Cert, err = scanCert(scan, &k.Assurance, &k.On, &k.Name)
			return err
		})
}

const certColumns = `c.issuer, c.serial, c.kind, c.person, c.carrier, c.version, c.not_before, c.not_after, c.part, c.pair, c.base, c.before, c.der, c.state, c.reason, c.since`

// scanCert scans these columns, behind those that go into first.
func scanCert(scan func(...any) error, first ...any) (c Cert, err error) {
	var serial, person, carrier, pair, base, before []byte
	if err := scan(append(first, &c.Issuer, &serial, &c.Kind, &person, &carrier, &c.Version, &c.NotBefore, &c.NotAfter, &c.Part, &pair, &base, &before, &c.DER,
		&c.State, &c.Reason, &c.Since)...); err != nil {
		return c, err
	}
	c.Serial, c.Person, c.Carrier = Serial(serial), ID(person), ID(carrier)
	for _, other := range []struct {
		of   []byte
		into **Serial
	}{{pair, &c.Pair}, {base, &c.Base}, {before, &c.Before}} {
		if other.of != nil {
			s := Serial(other.of)
			*other.into = &s
		}
	}
	return c, nil
}

// Outlived are the residents with a certificate of that assurance that is good, while the
// one that it was issued on is revoked, and was not before since. It costs what happened since, and not how many
// certificates there are: it is asked every minute, beside visits.
func (t *Tx) Outlived(a Assurance, since int64) ([]string, error) {
	return rows(t, `SELECT DISTINCT p.name FROM events e JOIN certs b ON b.issuer = e.issuer AND b.serial = e.serial JOIN certs c ON c.person = b.person AND c.base = b.serial
		JOIN issuers i ON i.issuer = c.issuer JOIN people p ON p.person = c.person
		WHERE e.at >= $1 AND e.state = 5 AND b.state = 5 AND c.state = 3 AND i.assurance = $2 ORDER BY p.name`, []any{since, int64(a)}, plain[string])
}
