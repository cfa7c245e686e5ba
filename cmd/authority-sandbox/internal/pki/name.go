// Package pki makes the sandbox's keys and certificates: two CAs for cards in
// the profile of the real ones, a pair of certificates a card, and the CA of
// TLS between kiosks and authority.
//
// Nothing it makes is worth anything outside the sandbox: the card CAs say
// JPKI-TEST, and who can read the sandbox's folder owns all of it.
package pki

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
)

// Object identifiers of the card profile.
var (
	oidC  = asn1.ObjectIdentifier{2, 5, 4, 6}
	oidO  = asn1.ObjectIdentifier{2, 5, 4, 10}
	oidOU = asn1.ObjectIdentifier{2, 5, 4, 11}
	oidL  = asn1.ObjectIdentifier{2, 5, 4, 7}
	oidCN = asn1.ObjectIdentifier{2, 5, 4, 3}

	oidSAN       = asn1.ObjectIdentifier{2, 5, 29, 17}
	oidIssuerAlt = asn1.ObjectIdentifier{2, 5, 29, 18}
	oidCRLPoints = asn1.ObjectIdentifier{2, 5, 29, 31}

	oidAttribute = asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 5} // .1 name … .6, in the signing certificate
)

type attribute struct {
	oid   asn1.ObjectIdentifier
	value string
}

// distinguished is a name whose attributes stand each in a set of its own, in
// this order. crypto/x509 would put two OU into one set, which no card CA does.
func distinguished(attributes ...attribute) []byte {
	var name pkix.RDNSequence
	for _, a := range attributes {
		name = append(name, pkix.RelativeDistinguishedNameSET{{Type: a.oid, Value: a.value}})
	}
	return must(asn1.Marshal(name))
}

// directory wraps a name as GeneralNames with one directoryName [4].
func directory(name []byte) []byte {
	inner := must(asn1.Marshal(asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 4, IsCompound: true, Bytes: name}))
	return must(asn1.Marshal(asn1.RawValue{Tag: asn1.TagSequence, IsCompound: true, Bytes: inner}))
}

// crlPoint is one distribution point named by a directoryName, as the card
// CAs have it: SEQUENCE { SEQUENCE { [0] { [0] { [4] name } } } }.
func crlPoint(name []byte) []byte {
	wrap := func(tag int, b []byte) []byte {
		return must(asn1.Marshal(asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: tag, IsCompound: true, Bytes: b}))
	}
	sequence := func(b []byte) []byte {
		return must(asn1.Marshal(asn1.RawValue{Tag: asn1.TagSequence, IsCompound: true, Bytes: b}))
	}
	return sequence(sequence(wrap(0, wrap(0, wrap(4, name)))))
}

// otherNames are the six names of a signing certificate: SEQUENCE OF [0] {
// oid, [0] UTF8String }.
func otherNames(values map[int]string) []byte {
	var all []byte
	for i := 1; i <= 6; i++ {
		v, ok := values[i]
		if !ok {
			continue
		}
		text := must(asn1.Marshal(asn1.RawValue{Tag: asn1.TagUTF8String, Bytes: []byte(v)}))
		body := must(asn1.Marshal(append(append(asn1.ObjectIdentifier{}, oidAttribute...), i)))
		body = append(body, must(asn1.Marshal(asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: text}))...)
		all = append(all, must(asn1.Marshal(asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: body}))...)
	}
	return must(asn1.Marshal(asn1.RawValue{Tag: asn1.TagSequence, IsCompound: true, Bytes: all}))
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(fmt.Sprintf("pki: %v", err)) // only values of this package go in
	}
	return v
}
