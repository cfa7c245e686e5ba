package store

import "multicopy.example/cmd/authority-sandbox/internal/life"

// CountChecked adds to how many certificates a provider asked about on a day, for a purpose.
func (t *Tx) CountChecked(provider string, day int64, purpose string, more int) error {
	return t.run(`INSERT INTO checks VALUES ($1, $2, $3, $4) ON CONFLICT (provider, day, purpose) DO UPDATE SET asked = checks.asked + excluded.asked`,
		provider, day, purpose, int64(more))
}

// Checked is how many certificates a provider asked about on a day, by purposes.
func (t *Tx) Checked(provider string, day int64) (asked map[string]int, err error) {
	asked = map[string]int{}
	err = t.each(`SELECT purpose, asked FROM checks WHERE provider = $1 AND day = $2`, []any{provider, day}, func(scan func(...any) error) error {
		var purpose string
		var n int
		err := scan(&purpose, &n)
		asked[purpose] = n
		return err
	})
	return asked, err
}

// Statuses of certificates of an issuer, in their order, in one journey; State is life.None where
// there is none of that number.
func (t *Tx) Statuses(issuer int64, serials []Serial) ([]Status, error) {
	list := make([]Status, len(serials))
	ask := make([]question, len(serials))
	for i, s := range serials {
		ask[i] = question{`SELECT state, reason, since FROM certs WHERE issuer = $1 AND serial = $2`, []any{issuer, s[:]}, func(scan func(...any) error) error {
			return scan(&list[i].State, &list[i].Reason, &list[i].Since)
		}}
	}
	return list, t.ask(ask...)
}

// AskBySerial lets a service's bank ask by serial numbers.
func (t *Tx) AskBySerial(service ID) error {
	return t.run(`INSERT INTO by_serial VALUES ($1) ON CONFLICT DO NOTHING`, service[:])
}

// ofSerial is whose signing certificate a number is of, in a card or phone.
const ofSerial = `FROM certs x WHERE x.issuer IN (SELECT issuer FROM issuers WHERE assurance = 1) AND x.serial = $1 AND x.kind = 1`

// bySerial asks for the newest consent of whose certificate it is to a service that lets its bank
// ask so, and for the version of the items that the number stands for.
func (t *Tx) bySerial(provider string, q Asked, found func(Consent), base *int64) []question {
	return []question{
		{`SELECT x.version ` + ofSerial, []any{q.Serial[:]}, func(scan func(...any) error) error { return scan(base) }},
		{`SELECT ` + consentColumns + ` WHERE c.person = (SELECT x.person ` + ofSerial + `) AND c.service = $2 AND s.provider = $3
			AND c.service IN (SELECT service FROM by_serial) ORDER BY c.received DESC, c.consent LIMIT 1` + t.lockOf("c"),
			[]any{q.Serial[:], q.Service[:], provider}, func(scan func(...any) error) error {
				var c Consent
				err := c.scan(scan)
				found(c)
				return err
			}},
	}
}

// NewestSerial is the number of the newest signing certificate, in a card or phone, that was made from a version of
// a person's items, or ErrNone.
func (t *Tx) NewestSerial(v VersionOf) (s Serial, err error) {
	var b []byte
	err = t.one(`SELECT serial FROM certs WHERE person = $1 AND version = $2 AND kind = $3 AND issuer IN (SELECT issuer FROM issuers WHERE assurance = $4)
		ORDER BY current DESC, not_before DESC, serial LIMIT 1`, []any{v.Person[:], v.Version, int64(life.Sign), int64(InHardware)}, &b)
	copy(s[:], b)
	return s, err
}
