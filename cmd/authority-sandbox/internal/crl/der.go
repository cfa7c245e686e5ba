package crl

import (
	"time"
)

// Tags of DER.
const (
	tagInteger     = 0x02
	tagBits        = 0x03
	tagOctets      = 0x04
	tagUTC         = 0x17
	tagGeneralized = 0x18
	tagSequence    = 0x30
	tagContext     = 0xA0 // constructed; the number is added
)

var (
	sha256WithRSA = []byte{tagSequence, 13, 6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 11, 5, 0}

	oidAuthorityKeyID = []byte{6, 3, 0x55, 0x1D, 35}
	oidNumber         = []byte{6, 3, 0x55, 0x1D, 20}
	oidPoint          = []byte{6, 3, 0x55, 0x1D, 28}
	yes               = []byte{1, 1, 0xFF}

	// reasonExtension is all of an entry's extensions but the reason itself.
	reasonExtension = []byte{tagSequence, 12, tagSequence, 10, 6, 3, 0x55, 0x1D, 21, tagOctets, 3, 10, 1}
)

// header is tag and length, in the fewest octets.
func header(tag byte, n int) []byte {
	if n < 0x80 {
		return []byte{tag, byte(n)}
	}
	length := []byte{}
	for ; n > 0; n >>= 8 {
		length = append([]byte{byte(n)}, length...)
	}
	return append([]byte{tag, 0x80 | byte(len(length))}, length...)
}

// der is one value around others.
func der(tag byte, parts ...[]byte) []byte {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	b := header(tag, n)
	for _, p := range parts {
		b = append(b, p...)
	}
	return b
}

// head is everything before the entries: version 2, algorithm, issuer, both times.
func (l *List) head() []byte {
	b := append([]byte{tagInteger, 1, 1}, sha256WithRSA...)
	b = append(b, l.Issuer...)
	return appendTime(appendTime(b, l.This.Unix()), l.Next.Unix())
}

// extensions are everything behind them.
func (l *List) extensions() []byte {
	number := l.Number.Bytes()
	if len(number) == 0 || number[0] >= 0x80 {
		number = append([]byte{0}, number...)
	}
	// IssuingDistributionPoint (5.2.5): [0] { [0] { [4] name } }, and [1] onlyContainsUserCerts.
	point := der(tagSequence, der(tagContext, der(tagContext, der(tagContext+4, l.Point))), []byte{0x81, 1, 0xFF})
	return der(tagContext, der(tagSequence,
		der(tagSequence, oidAuthorityKeyID, der(tagOctets, der(tagSequence, der(0x80, l.KeyID)))),
		der(tagSequence, oidNumber, der(tagOctets, der(tagInteger, number))),
		der(tagSequence, oidPoint, yes, der(tagOctets, point))))
}

// appendEntry is SEQUENCE { serial number, since when, the reason as an extension }, 49
// octets of most.
func appendEntry(b []byte, e Entry) []byte {
	serial := e.Serial[:]
	for len(serial) > 1 && serial[0] == 0 {
		serial = serial[1:]
	}
	b = append(b, tagSequence, 0, tagInteger, byte(len(serial)))
	if serial[0] >= 0x80 {
		b[len(b)-1]++
		b = append(b, 0)
	}
	b = appendTime(append(b, serial...), e.At)
	if e.Reason != Unspecified {
		b = append(append(b, reasonExtension...), byte(e.Reason))
	}
	b[1] = byte(len(b) - 2)
	return b
}

// lastSecond is that of the year 9999, the last that DER has.
const lastSecond = 253402300799

// appendTime is UTCTime until 2049 and GeneralizedTime from 2050 (4.1.2.5).
func appendTime(b []byte, at int64) []byte {
	t := time.Unix(at, 0).UTC()
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	if year < 1950 || year >= 2050 {
		b = append(b, tagGeneralized, 15)
		b = two(b, year/100)
	} else {
		b = append(b, tagUTC, 13)
	}
	for _, n := range [...]int{year % 100, int(month), day, hour, minute, second} {
		b = two(b, n)
	}
	return append(b, 'Z')
}

func two(b []byte, n int) []byte { return append(b, byte('0'+n/10), byte('0'+n%10)) }
