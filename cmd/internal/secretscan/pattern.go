// Package secretscan looks for secrets where none may stand: in the bytes of a file
// or of another process's memory, in every shape in which a careless line of
// code could have left them.
//
// It never decides what may hold a secret; its callers say what they search.
// Read [Patterns] first, then [Find].
package secretscan

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
)

// A Secret is something that must not be found.
type Secret struct {
	Name  string // as it is named in a report: never the value
	Value []byte // ASCII
}

// A Pattern is one shape of one secret.
type Pattern struct {
	Secret string // the secret's name
	Shape  string // "ASCII", "UTF-16LE", …
	Bytes  []byte
	Short  bool // so short that a match needs the look of its surroundings, see [Find]
}

// minBits is what a pattern of an encoding must determine at least. A shape of
// fewer bits turns up by chance: 24 bits of Base64 about once in every 16
// million characters, the two bytes of a 4-digit BCD number in every 64 KiB.
// Of a 4-digit PIN this drops BCD and the one Base64 alignment that fixes only
// four characters; its ASCII, UTF-16, UTF-32, hex and the other two alignments
// stay.
const minBits = 30

// Patterns lists the shapes of the secrets: ASCII (and so UTF-8), UTF-16 and
// UTF-32 in both byte orders (a []rune is UTF-32), packed BCD (the card
// world's own way to write digits), hex in both cases, and Base64 in both
// alphabets at each of the three alignments that a secret can have in what was
// encoded. Nothing shorter than four bytes is a secret here.
func Patterns(secrets ...Secret) []Pattern {
	var all []Pattern
	for _, s := range secrets {
		all = append(all, shapes(s, minBits)...)
	}
	return all
}

// AllShapes is Patterns, the same of the secret spelled backwards, and those
// shapes that turn up by chance: a caller that counts them has to know how often
// (see [Trial]).
func AllShapes(s Secret) []Pattern {
	all := shapes(s, 16)
	turned := Secret{s.Name, bytes.Clone(s.Value)}
	slices.Reverse(turned.Value)
	for _, p := range shapes(turned, 16) {
		p.Shape = "reversed " + p.Shape
		if !slices.ContainsFunc(all, func(q Pattern) bool { return bytes.Equal(p.Bytes, q.Bytes) }) {
			all = append(all, p)
		}
	}
	return all
}

// shapes are those of one secret that determine so many bits at least.
func shapes(s Secret, least int) (all []Pattern) {
	if len(s.Value) < 4 {
		return nil
	}
	add := func(shape string, b []byte, bits int) {
		if bits < least || slices.ContainsFunc(all, func(p Pattern) bool { return bytes.Equal(p.Bytes, b) }) {
			return
		}
		all = append(all, Pattern{Secret: s.Name, Shape: shape, Bytes: b, Short: shape == "ASCII" && len(b) < 6})
	}
	n := len(s.Value)
	add("ASCII", bytes.Clone(s.Value), 8*n)
	for _, w := range []struct {
		shape        string
		size, offset int
	}{{"UTF-16LE", 2, 0}, {"UTF-16BE", 2, 1}, {"UTF-32LE", 4, 0}, {"UTF-32BE", 4, 3}} {
		add(w.shape, widen(s.Value, w.size, w.offset), 8*n)
	}
	add("hex", []byte(hex.EncodeToString(s.Value)), 8*n)
	add("HEX", bytes.ToUpper([]byte(hex.EncodeToString(s.Value))), 8*n)
	if b, ok := bcd(s.Value); ok {
		add("BCD", b, 4*n)
	}
	for shift := range 3 {
		std, bits := inBase64(s.Value, shift, base64.RawStdEncoding)
		url, _ := inBase64(s.Value, shift, base64.RawURLEncoding)
		add(fmt.Sprintf("Base64+%d", shift), std, bits)
		add(fmt.Sprintf("Base64url+%d", shift), url, bits)
	}
	return all
}

// widen puts each byte into a cell of size bytes, at offset. The cells' zeros
// before the first and after the last character are left in: they are what
// tells UTF-16 from a coincidence.
func widen(value []byte, size, offset int) []byte {
	out := make([]byte, size*len(value))
	for i, b := range value {
		out[size*i+offset] = b
	}
	return out
}

// bcd packs two digits into a byte, high nibble first; an odd count leaves the
// last digit out, for what stands beside it is not known.
func bcd(value []byte) ([]byte, bool) {
	for _, b := range value {
		if b < '0' || b > '9' {
			return nil, false
		}
	}
	out := make([]byte, len(value)/2)
	for i := range out {
		out[i] = (value[2*i]-'0')<<4 | (value[2*i+1] - '0')
	}
	return out, true
}

// inBase64 is the characters that value alone determines when it stands at a
// position that leaves remainder shift modulo 3 in what was encoded, and how
// many bits they fix. The characters at the edges also depend on the
// neighbours and are cut off.
func inBase64(value []byte, shift int, enc *base64.Encoding) ([]byte, int) {
	padded := append(make([]byte, shift), value...)
	text := enc.EncodeToString(padded)
	from := (8*shift + 5) / 6      // first character that holds no bit of the padding
	to := 8 * (shift + len(value)) // bits that are the secret's or the padding's
	whole := to / 6                // characters that hold only those
	if from >= whole {
		return nil, 0
	}
	return []byte(text[from:whole]), 6 * (whole - from)
}
