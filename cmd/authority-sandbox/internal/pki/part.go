package pki

import (
	"fmt"
	"math/big"
)

// A Municipality is where the holder of a card lives.
type Municipality struct {
	Code             int // five digits; the first two are the prefecture's
	Prefecture, City string
}

// Municipalities of the sandbox. Japan has no prefecture 99.
func Municipalities() []Municipality {
	return []Municipality{{99201, "Test-ken", "Test-shi"}, {99202, "Test-ken", "Rei-shi"}, {99361, "Test-ken", "Mihon-cho"}}
}

// Part numbers what of a CA's certificates one revocation list speaks for, so that none
// grows with the country: of cards the code of the municipality that they were issued at,
// of phones PhonePart and 12 bits of the serial number. It stays as long as the
// certificate does, in whichever municipality its holder lives later.
type Part int

// PhonePart is the first of the 4,096 parts of phones. No municipality has six digits.
const PhonePart Part = 100_000

const phoneParts = 1 << 12

// SerialLen is the length of every serial number, in octets. The first has its upper bits 01:
// positive, and of one length. The 12 bits behind the first four are a phone's part.
const SerialLen = 16

// PartOf is the part of a certificate with this serial number.
func PartOf(h Holder, serial *big.Int) Part {
	if !h.Phone {
		return Part(h.Home.Code)
	}
	b := serial.FillBytes(make([]byte, SerialLen))
	return PhonePart + Part(b[0]&0x0F)<<8 + Part(b[1])
}

// PointOf is the name of the distribution point of a part, as DER; empty where there is no
// such part. Certificate and list have the same bytes, which is how a list
// of another part is told apart.
func (ca *CA) PointOf(p Part) []byte {
	group, name := "", ""
	for _, m := range Municipalities() {
		if Part(m.Code) == p {
			group, name = m.Prefecture, m.City
		}
	}
	if p >= PhonePart && p < PhonePart+phoneParts {
		group, name = "Phones", fmt.Sprintf("%03x", int(p-PhonePart))
	}
	if name == "" {
		return nil
	}
	return distinguished(attribute{oidC, "JP"}, attribute{oidO, ca.organization}, attribute{oidOU, unitOf(ca.Kind)},
		attribute{oidOU, "CRL Distribution Points"}, attribute{oidOU, group}, attribute{oidCN, name + " CRLDP"})
}

// Parts are all parts of a CA.
func Parts() []Part {
	var all []Part
	for _, m := range Municipalities() {
		all = append(all, Part(m.Code))
	}
	for p := PhonePart; p < PhonePart+phoneParts; p++ {
		all = append(all, p)
	}
	return all
}

// serial is a fresh number of 126 random bits.
func serial() *big.Int {
	b := random(SerialLen)
	b[0] = b[0]&0x3F | 0x40
	return new(big.Int).SetBytes(b)
}
