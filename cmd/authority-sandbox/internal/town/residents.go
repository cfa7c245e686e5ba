// Package town sets a sandbox up: its keys, its kiosk, and the test residents
// with their cards. What a resident's trouble is stands in one table.
package town

import (
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
)

// A Resident of the test town. The zero values are a card in good order.
type Resident struct {
	Name  string
	About string // what it shows

	PINTries, PasswordTries int8           // left on the card
	User, Sign              wire.CertState // as the authority knows them
	Ended                   bool           // both certificates are past their last day
	NoSign                  bool           // no signing certificate
	Stranger                bool           // the card is of another CA
	Token                   string         // of EF 0006, where it is not the plastic card's
	Flow                    kiosk.Flow     // of the reservation made at set-up, where there is one
	Reserved                store.State    // its state
	Old                     bool           // it is 25 hours old
}

// Residents lists everyone who can be asked for.
func Residents() []Resident {
	const good, phone = wire.Good, "JPKIAPGPSETOKEN"
	const p, u = kiosk.FlowP, kiosk.FlowU
	return []Resident{
		{Name: "hanako", About: "all in order; reserves what she likes", PINTries: 3, PasswordTries: 5},
		{Name: "taro", About: "locked his signing password", PINTries: 3, PasswordTries: 0},
		{Name: "jiro", About: "locked his 4-digit PIN (flow U)", PINTries: 0, PasswordTries: 5},
		{Name: "saburo", About: "some tries of the password are gone; may unlock", PINTries: 3, PasswordTries: 2},
		{Name: "aki", About: "one try of the 4-digit PIN is left (E-LAST)", PINTries: 1, PasswordTries: 0},
		{Name: "ren", About: "locked both (E-BOTH)", PINTries: 0, PasswordTries: 0},
		{Name: "yuki", About: "no signing certificate (E-SIG0)", PINTries: 3, NoSign: true},
		{Name: "akira", About: "certificates past their last day (E-EXP)", PINTries: 3, PasswordTries: 5, Ended: true},
		{Name: "midori", About: "moved: signing certificate revoked (E-ADR)", PINTries: 3, PasswordTries: 5, User: good, Sign: wire.Changed},
		{Name: "kenji", About: "revoked (E-REV)", PINTries: 3, PasswordTries: 5, User: wire.Revoked, Sign: wire.Revoked},
		{Name: "sachiko", About: "on hold (E-HLD)", PINTries: 3, PasswordTries: 5, User: wire.Held, Sign: wire.Held},
		{Name: "nao", About: "no reservation (E-RSV0)", PINTries: 3, PasswordTries: 5},
		{Name: "haru", About: "a reservation of yesterday (E-RSV1)", PINTries: 3, PasswordTries: 5, Flow: p, Old: true},
		{Name: "natsu", About: "a reservation that was used (E-RSV2)", PINTries: 3, PasswordTries: 5, Flow: p, Reserved: store.Done},
		{Name: "fuyu", About: "a card of another CA (E-TYP)", PINTries: 3, PasswordTries: 5, Stranger: true},
		{Name: "sora", About: "a phone (E-PHN)", PINTries: 3, PasswordTries: 5, Token: phone},
		{Name: "umi", About: "a used reservation for the 4-digit PIN (flow U)", PINTries: 1, PasswordTries: 5, Flow: u, Reserved: store.Done},
	}
}

// Default are the residents that are set up unless others are named.
var Default = []string{"hanako", "taro"}

// Find a resident by name.
func Find(name string) (Resident, bool) {
	for _, r := range Residents() {
		if r.Name == name {
			return r, true
		}
	}
	return Resident{}, false
}
