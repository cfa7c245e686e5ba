package kiosk

import (
	"unicode/utf8"

	"multicopy.example/kiosk/secret"
)

// A Consent is what a person has agreed to, as the authority lists it: which items a
// service may ask for.
type Consent struct {
	ID, Service       [16]byte
	Items             int8    // a sum of 1 name, 2 address, 4 birth date, 8 sex
	Lang              [8]byte // of the text that was read, zeros behind it
	Text              [32]byte
	From, Until, Last int64 // Unix seconds; Last is when items were given last, 0 never

	// UTF-8, for PutConsents alone: who gives them erases them.
	Company, Title []byte
}

// Bounds of a list.
const (
	MaxConsents = 50
	MaxName     = 40 // characters of a company's or a service's name

	namePut    = 1 + MaxName*utf8.UTFMax
	fixedPut   = 16 + 16 + 1 + 8 + 32 + 3*8
	consentPut = fixedPut + 2*namePut
)

// PutConsents writes a list; false where it has no room, or a name is none.
func PutConsents(l secret.List, all []Consent) bool {
	if len(all) > MaxConsents {
		return false
	}
	b := make([]byte, len(all)*consentPut)
	defer clear(b)
	for i, c := range all {
		if !c.put(b[i*consentPut : (i+1)*consentPut]) {
			return false
		}
	}
	return l.Put(b)
}

func (c Consent) put(row []byte) bool {
	for _, part := range [][]byte{c.ID[:], c.Service[:], {byte(c.Items)}, c.Lang[:], c.Text[:]} {
		row = row[copy(row, part):]
	}
	for _, at := range [...]int64{c.From, c.Until, c.Last} {
		for i := range 8 {
			row[i] = byte(at >> (8 * i))
		}
		row = row[8:]
	}
	for _, name := range [][]byte{c.Company, c.Title} {
		if len(name) >= namePut || !utf8.Valid(name) || utf8.RuneCount(name) > MaxName {
			return false
		}
		row[0] = byte(len(name))
		copy(row[1:], name)
		row = row[namePut:]
	}
	return true
}

// lendRow lends one row of a list to f.
func lendRow(l secret.List, row int8, f func(b []byte)) {
	l.Lend(func(b []byte) {
		if at := int(row) * consentPut; row >= 0 && at+consentPut <= len(b) {
			f(b[at : at+consentPut])
		}
	})
}

// ConsentIn is one row of a list, without its names; false where there is none.
func ConsentIn(l secret.List, row int8) (c Consent, ok bool) {
	lendRow(l, row, func(b []byte) {
		for _, part := range [][]byte{c.ID[:], c.Service[:]} {
			b = b[copy(part, b):]
		}
		c.Items, b, ok = int8(b[0]), b[1:], true
		for _, part := range [][]byte{c.Lang[:], c.Text[:]} {
			b = b[copy(part, b):]
		}
		for _, at := range [...]*int64{&c.From, &c.Until, &c.Last} {
			for i := range 8 {
				*at |= int64(b[i]) << (8 * i)
			}
			b = b[8:]
		}
	})
	return c, ok
}

// A NameOf says which name of a row.
type NameOf uint8

const (
	NameOfCompany NameOf = iota // who may ask
	NameOfService               // what for
)

// NameRune is character i of a name, for a screen that draws one at a time, so that the
// name stands in the list alone; false behind the last.
func NameRune(l secret.List, row int8, of NameOf, i int) (r rune, ok bool) {
	lendRow(l, row, func(b []byte) {
		name := b[fixedPut+int(of&1)*namePut:]
		name = name[1 : 1+min(name[0], namePut-1)]
		for ; len(name) > 0; i-- {
			c, n := utf8.DecodeRune(name)
			if i == 0 {
				r, ok = c, true
				return
			}
			name = name[n:]
		}
	})
	return r, ok
}
