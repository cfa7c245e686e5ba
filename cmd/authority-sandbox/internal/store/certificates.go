package store

// CertState is what a certificate of a kiosk may still be used for.
type CertState int

const (
	Pending     CertState = iota // issued; becomes current with its first use
	Current                      // the one that the kiosk uses
	Overlapping                  // the one before it, for a while
	Ended                        // was replaced
	RevokedCert                  // by staff, for good
	Unknown     CertState = -1   // not in the store
)

// Certificate of a kiosk.
type Certificate struct {
	Kiosk       string
	Fingerprint Hash   // SHA-256 of it
	Serial      string // hexadecimal
	SPKI        Hash   // SHA-256 of its key, SubjectPublicKeyInfo
	State       CertState
	Changed     int64
}

// AddCertificate puts one in that is not there.
func (t *Tx) AddCertificate(c Certificate) error {
	return t.run(`INSERT INTO certificates VALUES ($1,$2,$3,$4,$5,$6)`, c.Kiosk, c.Fingerprint[:], c.Serial, c.SPKI[:], int64(c.State), c.Changed)
}

// Certificates of a kiosk, the newest change first. A kiosk is issued a few in a
// day at most.
func (t *Tx) Certificates(kiosk string) ([]Certificate, error) {
	return rows(t, `SELECT fingerprint, serial, spki, state, changed FROM certificates WHERE kiosk = $1 ORDER BY changed DESC, state, fingerprint`, []any{kiosk},
		func(c *Certificate, scan func(...any) error) error {
			c.Kiosk = kiosk
			var fingerprint, spki []byte
			var state int64
			if err := scan(&fingerprint, &c.Serial, &spki, &state, &c.Changed); err != nil {
				return err
			}
			copy(c.Fingerprint[:], fingerprint)
			copy(c.SPKI[:], spki)
			c.State = CertState(state)
			return nil
		})
}

// MoveCertificates puts all of a kiosk in one state into another.
func (t *Tx) MoveCertificates(kiosk string, from, to CertState, now int64) error {
	return t.run(`UPDATE certificates SET state = $1, changed = $2 WHERE kiosk = $3 AND state = $4`, int64(to), now, kiosk, int64(from))
}

// SetCertificate puts one into a state.
func (t *Tx) SetCertificate(kiosk string, fingerprint Hash, to CertState, now int64) error {
	return t.run(`UPDATE certificates SET state = $1, changed = $2 WHERE kiosk = $3 AND fingerprint = $4`, int64(to), now, kiosk, fingerprint[:])
}

// RevokeSerial revokes one by its serial number and reports whether there is one.
func (t *Tx) RevokeSerial(kiosk, serial string, now int64) (bool, error) {
	n, err := t.exec(`UPDATE certificates SET state = $1, changed = $2 WHERE kiosk = $3 AND serial = $4`, int64(RevokedCert), now, kiosk, serial)
	return n > 0, err
}

// RevokeAll revokes every certificate of a kiosk. One that has none gets a row that
// no certificate has, so that the next that comes is not taken for its first.
func (t *Tx) RevokeAll(kiosk string, now int64) error {
	if err := t.run(`UPDATE certificates SET state = $1, changed = $2 WHERE kiosk = $3 AND state <> $1`, int64(RevokedCert), now, kiosk); err != nil {
		return err
	}
	if all, err := t.Certificates(kiosk); err != nil || len(all) > 0 {
		return err
	}
	return t.AddCertificate(Certificate{Kiosk: kiosk, State: RevokedCert, Changed: now})
}
