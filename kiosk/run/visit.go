package run

import (
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// visit is the payload of one visit: what a State must not hold and nothing
// needs after it.
type visit struct {
	card       Card
	facts      port.Facts
	session    port.Session
	signature  []byte
	grant      port.Grant
	capAt      time.Time // the cap
	most       time.Time // what no extension moves it beyond
	claimed    time.Time // when the authority was asked last for the claim
	waitFailed bool      // the last wait ended with something that is no such card
	otherCard  bool      // in doubt: card is not the session's

	withdrawal  port.Withdrawal // of flow W: what the card signs, without a name
	certificate [32]byte        // … and whose signing certificate it names

	lies    kiosk.OnReader // of a visit that renews nothing
	carrier [16]byte       // in a copy for DoHold: the phone that is to be held

	told        kiosk.View      // in a copy for DoSlip: the result that stood when it was asked for
	lastSession kiosk.SessionID // the transaction's number for the last screens
	endedAt     int64           // and its time, Unix seconds
}

// forget drops everything but what the last screens show. The caller releases
// the card.
func (v *visit) forget() {
	*v = visit{capAt: v.capAt, most: v.most, lastSession: v.session.ID, endedAt: time.Now().Unix()}
}

// extend moves the cap away from a person who acts.
func (v *visit) extend() {
	if at := time.Now().Add(kiosk.VisitGrace); at.After(v.capAt) {
		v.capAt = at
	}
	if v.capAt.After(v.most) {
		v.capAt = v.most
	}
}

// same reports whether two cards are one: their user-authentication
// certificates are the same bytes. A card whose certificate cannot be read is
// never the same.
func same(a, b port.Facts) bool {
	return len(a.AuthCert) > 0 && string(a.AuthCert) == string(b.AuthCert)
}
