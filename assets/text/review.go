package text

import (
	"crypto/sha256"
	"encoding/hex"
)

// A Review says that a person who speaks the language found a sentence good. A
// sentence without one is a draft.
type Review struct {
	By   string // a name, or an office
	Date string // yyyy-mm-dd
}

// Reviews are kept by the tag of the language and the [Fingerprint] of the
// sentence, so that a changed sentence is a draft again. Nothing has been reviewed
// yet.
var Reviews = map[string]map[string]Review{}

// Fingerprint is the beginning of the sentence's SHA-256, in hexadecimal.
func Fingerprint(sentence string) string {
	sum := sha256.Sum256([]byte(sentence))
	return hex.EncodeToString(sum[:6])
}
