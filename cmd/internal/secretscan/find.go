package secretscan

import "bytes"

// A Match is a place where a pattern stands.
type Match struct {
	Pattern
	At int // offset of its first byte
}

// Find lists every place in b where a pattern stands.
//
// Four digits in ASCII stand by chance in many a text: 1.4821ms, port 41482,
// or 48210f in a hash. A [Pattern] that is Short is therefore not counted
//   - beside another digit, or after a decimal point: it is part of a number;
//   - inside an unbroken run of at least 20 letters, digits or -_+/ : such runs
//     are random identifiers, hashes and keys, and a secret inside an encoding
//     is what the other shapes are for.
//
// Everything else counts, also where it touches a letter or a binary byte: a
// length, a field of a database row, the end of a word.
func Find(b []byte, patterns []Pattern) []Match {
	var found []Match
	for _, p := range patterns {
		for at := 0; ; {
			i := bytes.Index(b[at:], p.Bytes)
			if i < 0 {
				break
			}
			at += i
			if !p.Short || !accidental(b, at, at+len(p.Bytes)) {
				found = append(found, Match{p, at})
			}
			at++
		}
	}
	return found
}

// longRun is how long an unbroken run of identifier characters is at least to
// be taken for a random identifier. The longest secret here has 16.
const longRun = 20

func accidental(b []byte, from, to int) bool {
	if from > 0 && (digit(b[from-1]) || b[from-1] == '.') || to < len(b) && digit(b[to]) {
		return true
	}
	left, right := from, to
	for left > 0 && to-left < longRun && word(b[left-1]) {
		left--
	}
	for right < len(b) && right-left < longRun && word(b[right]) {
		right++
	}
	return right-left >= longRun
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func word(c byte) bool {
	return digit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '_' || c == '+' || c == '/'
}
