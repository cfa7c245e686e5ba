package sim

import (
	"bytes"

	"multicopy.example/devices/apdu"
	"multicopy.example/kiosk"
)

// A pin is a secret of an application with its counter.
type pin struct {
	of         application
	secret     []byte
	left, full int8
	verified   bool
	form       func([]byte) bool
}

func sfiOf(ref kiosk.Ref) byte {
	if ref == kiosk.RefSign {
		return sfiPassword
	}
	return sfiPIN
}

func (c *Card) verified(sfi byte) bool {
	p := c.pins[sfi]
	return p != nil && p.of == c.df && p.verified
}

// named finds what P2 refers to: 80 the current file, 80|SFI that file.
func (c *Card) named(p2 byte) (sfi byte, refusal apdu.Status) {
	switch {
	case c.files() == nil:
		return 0, apdu.SWNoEF
	case p2 == 0x80 && c.current == 0:
		return 0, apdu.SWNoEF
	case p2 == 0x80:
		return byte(c.current), apdu.SWOK
	case p2&0xE0 != 0x80 || c.noSFI:
		return 0, apdu.SWP1P2
	}
	return p2 & 0x1F, apdu.SWOK
}

func (c *Card) pinNamed(p2 byte) (*pin, apdu.Status) {
	sfi, refusal := c.named(p2)
	if !refusal.OK() {
		return nil, refusal
	}
	if p := c.pins[sfi]; p != nil && p.of == c.df {
		return p, apdu.SWOK
	}
	if p2 == 0x80 {
		return nil, apdu.SWIncompatible
	}
	return nil, apdu.SWReference
}

// verify compares, or tells the counter where there is no data. The counter
// is always 63Cx, also when blocked and when verified: a program that is met
// in the field takes every other answer for an unsupported card.
func (c *Card) verify(cmd apdu.Command) apdu.Response {
	if cmd.P1 != 0 {
		return sw(apdu.SWP1P2)
	}
	p, refusal := c.pinNamed(cmd.P2)
	switch {
	case !refusal.OK():
		return sw(refusal)
	case cmd.Le != 0 || len(cmd.Data) > 16:
		return sw(apdu.SWLength)
	case len(cmd.Data) == 0:
		return sw(apdu.SWTries | apdu.Status(p.left))
	case p.left == 0:
		return sw(apdu.SWBlocked)
	}
	p.left-- // before the comparison: a tear must not save a try
	p.verified = bytes.Equal(cmd.Data, p.secret)
	if !p.verified {
		return sw(apdu.SWTries | apdu.Status(p.left))
	}
	p.left = p.full
	return sw(apdu.SWOK)
}

// change is CHANGE REFERENCE DATA with the new secret alone; the old one was
// verified before.
func (c *Card) change(cmd apdu.Command) apdu.Response {
	if cmd.P1 != 0x01 {
		return sw(apdu.SWP1P2)
	}
	p, refusal := c.pinNamed(cmd.P2)
	switch {
	case !refusal.OK():
		return sw(refusal)
	case len(cmd.Data) == 0 || len(cmd.Data) > 16 || cmd.Le != 0:
		return sw(apdu.SWLength)
	case !p.verified:
		return sw(apdu.SWSecurity)
	case p.form == nil:
		return sw(apdu.SWSecurity) // it is printed on the card
	case !p.form(cmd.Data):
		return sw(apdu.SWData)
	}
	p.secret = clone(cmd.Data)
	return sw(apdu.SWOK)
}

// isPIN: four digits. isPassword: 6 to 16 of A–Z and 0–9, both kinds. Written
// here again, apart from the driver's, so that each checks the other.
func isPIN(b []byte) bool {
	return len(b) == 4 && len(bytes.Trim(b, digits)) == 0
}

func isPassword(b []byte) bool {
	return len(b) >= 6 && len(b) <= 16 && bytes.ContainsAny(b, digits) && bytes.ContainsAny(b, letters) &&
		len(bytes.Trim(b, digits+letters)) == 0
}

const (
	digits  = "0123456789"
	letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)
