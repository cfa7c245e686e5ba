package jpki

import (
	"multicopy.example/kiosk"
)

// Everything that differs between generations of cards stands in this file as
// data. The next generation (announced: ECDSA P-384, two applications, fewer
// secrets) is another row, not another code path.

// aid selects the JPKI application. Always whole: the card also accepts a
// prefix, and a prefix may select something else on another card.
var aid = []byte{0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01}

// An ef is a file of the application. All of them lie below 001F, so each is
// its own short file identifier as well (ISO 7816-4 §7.3.2.1).
type ef byte

const (
	efToken     ef = 0x06 // token information, 160 bytes
	efAvailable ef = 0x08 // which certificates exist, 3 bytes
	efAuthCert  ef = 0x0A // user-authentication certificate, DER and filler
	efAuthKey   ef = 0x17
	efAuthPIN   ef = 0x18
	efSignKey   ef = 0x1A
	efSignPIN   ef = 0x1B
	// EF 01, the signing certificate, has no name here: it is never read.
)

// byRef is P2 that names a file by its short identifier ("specific
// reference data", ISO 7816-4 table 102); currentFile is P2 for the
// current file.
const currentFile = 0x80

func (e ef) byRef() byte { return currentFile | byte(e) }

// secrets says where each of the card's two secrets lies and how it may look.
var secrets = map[kiosk.Ref]struct {
	pin, key ef
	form     func([]byte) bool
}{
	kiosk.RefAuth: {efAuthPIN, efAuthKey, isPIN},
	kiosk.RefSign: {efSignPIN, efSignKey, isPassword},
}

// tokens maps the label of EF 0006, 32 bytes less their padding.
var tokens = map[string]kiosk.Token{
	"JPKIAPICCTOKEN2": kiosk.TokenCard,
	"JPKIAPICCTOKEN":  kiosk.TokenOld,
	"JPKIAPGPSETOKEN": kiosk.TokenAndroid,
	"JPKIAPIOSTOKEN":  kiosk.TokeniPhone,
}

// signing is how COMPUTE DIGITAL SIGNATURE is asked: P1 00 pads what it is
// given (PKCS#1 v1.5), which every known card does; so the DigestInfo is made
// here (RFC 8017 §9.2, note 1, SHA-256).
var signing = struct {
	p1     byte
	prefix []byte
	size   int // bytes of a signature
}{
	p1: 0x00,
	prefix: []byte{0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
		0x05, 0x00, 0x04, 0x20},
	size: 256,
}

// Our own definition: P1 of RESET RETRY COUNTER, which the grant names too
// (ISO 7816-4 table 105: 02 with new reference data, 03 with no data).
var actP1 = map[kiosk.Act]byte{kiosk.Reset: 0x02, kiosk.Unlock: 0x03}

// Our own definition: P2 of EXTERNAL AUTHENTICATE, the authority's key.
const authorityKey = 0x96

const (
	tokenSize     = 32   // of the 160 bytes of EF 0006: the label
	available     = 0x8F // a certificate exists; every other value means that it does not
	challengeSize = 16
	maxCert       = 4096 // bytes of a certificate; real ones are below 2,000
	maxReads      = 64   // READ BINARY commands for one file, whatever the card makes of them
	maxChunk      = 256  // Le 00
)

// isPIN: exactly four digits.
func isPIN(b []byte) bool {
	digits, others := count(b)
	return len(b) == 4 && digits == 4 && others == 0
}

// isPassword: 6 to 16 of A–Z and 0–9, both kinds.
func isPassword(b []byte) bool {
	digits, others := count(b)
	letters := len(b) - digits - others
	return len(b) >= 6 && len(b) <= 16 && others == 0 && digits > 0 && letters > 0
}

func count(b []byte) (digits, others int) {
	for _, c := range b {
		switch {
		case c >= '0' && c <= '9':
			digits++
		case c < 'A' || c > 'Z':
			others++
		}
	}
	return digits, others
}
