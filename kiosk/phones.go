package kiosk

import "multicopy.example/kiosk/secret"

// CertState is how a certificate is, as the authority knows it.
type CertState uint8

const (
	CertGood    CertState = iota // it can be used
	CertExpired                  // past its last day
	CertChanged                  // revoked: an item of it is not so any more
	CertRevoked                  // for good, for any other reason
	CertHeld                     // on hold
	CertNone                     // there is none

	CertStates // the number after the last
)

// A Phone is one of a person's on which certificates live, as the authority lists it.
type Phone struct {
	Carrier    [16]byte // the authority's name for it
	Token      Token    // TokenAndroid or TokeniPhone
	User, Sign CertState
	Since      int64 // Unix seconds
}

// CanBeHeld reports whether a certificate of it is good.
func (p Phone) CanBeHeld() bool { return p.User == CertGood || p.Sign == CertGood }

// MaxPhones is how many a list has at most.
const MaxPhones = 2

const phoneLen = 16 + 3 + 8

// PutPhones writes a list; false where it has no room.
func PutPhones(l secret.List, all []Phone) bool {
	if len(all) > MaxPhones {
		return false
	}
	var b [MaxPhones * phoneLen]byte
	defer clear(b[:])
	for i, p := range all {
		row := b[i*phoneLen : (i+1)*phoneLen]
		copy(row, p.Carrier[:])
		row[16], row[17], row[18] = byte(p.Token), byte(p.User), byte(p.Sign)
		for at := range 8 {
			row[19+at] = byte(p.Since >> (8 * at))
		}
	}
	return l.Put(b[:len(all)*phoneLen])
}

// Phones are those of a list.
func Phones(l secret.List) (all []Phone) {
	l.Lend(func(b []byte) {
		for ; len(b) >= phoneLen; b = b[phoneLen:] {
			p := Phone{Carrier: [16]byte(b), Token: Token(b[16]), User: CertState(b[17]), Sign: CertState(b[18])}
			for at := range 8 {
				p.Since |= int64(b[19+at]) << (8 * at)
			}
			all = append(all, p)
		}
	})
	return all
}
