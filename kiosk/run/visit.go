package run

import (
	"time"

	"multicopy.example/kiosk"
)

// visit is the payload of one visit: what a State must not hold and nobody
// needs after it.
type visit struct {
	card      Card
	facts     kiosk.Facts
	session   kiosk.Session
	signature []byte
	grant     kiosk.Grant
	until     time.Time // the cap
	refused   bool      // the last wait ended with something that is no such card
	stranger  bool      // in doubt: card is not the session's

	told kiosk.SessionID // the transaction's number for the last screens
	when int64           // and its time, Unix seconds
}

// forget drops everything but what the last screens show. The caller releases
// the card.
func (v *visit) forget() {
	*v = visit{until: v.until, told: v.session.ID, when: time.Now().Unix()}
}

// same reports whether two cards are one: their user-authentication
// certificates are the same bytes. A card whose certificate cannot be read is
// nobody's.
func same(a, b kiosk.Facts) bool {
	return len(a.AuthCert) > 0 && string(a.AuthCert) == string(b.AuthCert)
}
