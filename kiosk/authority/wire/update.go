package wire

import (
	"encoding/hex"
	"strings"
)

// MaxPart is the longest Range of a bundle that is asked for.
const MaxPart = 1 << 20

// bundles is where they are fetched. It is of no contract: what is fetched has no version.
const bundles = "/bundles/"

// PathBundle is the address of the bundle of that hash.
func PathBundle(h Hash) string { return bundles + hex.EncodeToString(h[:]) }

// ParseBundle is the hash of a bundle's address, in its one spelling.
func ParseBundle(path string) (h Hash, ok bool) {
	text, ok := strings.CutPrefix(path, bundles)
	if !ok || len(text) != hex.EncodedLen(len(h)) || text != strings.ToLower(text) {
		return h, false
	}
	_, err := hex.Decode(h[:], []byte(text))
	return h, err == nil
}

// IsVersion reports whether it is a version of the contract's form: up to four numbers with dots between them.
func IsVersion(v string) bool { return patternOfferVersion.MatchString(v) }

// Older reports whether version a is older than b; both are of the contract's form. A
// number that is not there is less than each that is, as `sort -V` has it.
func Older(a, b string) bool {
	for a != "" && b != "" {
		var x, y string
		x, a, _ = strings.Cut(a, ".")
		y, b, _ = strings.Cut(b, ".")
		x, y = strings.TrimLeft(x, "0"), strings.TrimLeft(y, "0")
		if len(x) != len(y) {
			return len(x) < len(y)
		}
		if x != y {
			return x < y
		}
	}
	return b != ""
}

// Whole reports whether what the state is about is named, and the reason where it was refused.
func (m *UpdateRequest) Whole() bool {
	return (m.State == UpdateNone) == (m.Offer == nil) && (m.State == UpdateRefused) == (m.Why != nil)
}
