package run

import (
	"crypto/rand"
	"math/big"

	"multicopy.example/kiosk"
)

// shuffled is the order of the digits on the page that stands: another one for each page, and the
// same for as long as it stands. It is in no log and no record.
func (l *Loop) shuffled() kiosk.Digits {
	if l.digitsOf == l.state.Op && l.digits != (kiosk.Digits{}) {
		return l.digits
	}
	l.digits, l.digitsOf = kiosk.Telephone, l.state.Op
	for i := len(l.digits) - 1; i > 0; i-- { // Fisher and Yates; each order is as likely
		j, _ := rand.Int(rand.Reader, big.NewInt(int64(i+1))) // never fails: crypto/rand ends the program instead
		l.digits[i], l.digits[j.Int64()] = l.digits[j.Int64()], l.digits[i]
	}
	return l.digits
}
