package wire

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"errors"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// What is signed, between the two ends and in the card. Every one of these begins with
// a tag of its own, so that no signature made for one purpose serves another.

const (
	proofTag     = "myna-kiosk/proof/v1"
	seeTag       = "myna-kiosk/see/v1"
	grantTag     = "myna-card/grant/v1"
	kioskHeadTag = "myna-kiosk/head/v1"
	authHeadTag  = "myna-authority/head/v1"
	renewTag     = "myna-kiosk/renew/v1"
	codeTag      = "otp/v1"
	namesTag     = "names/v1"
)

// framed is tag, and each part after its length as two bytes big-endian: no
// two lists of parts give the same bytes.
func framed(tag string, parts ...[]byte) []byte {
	b := []byte(tag)
	for _, p := range parts {
		b = binary.BigEndian.AppendUint16(b, uint16(len(p)))
		b = append(b, p...)
	}
	return b
}

// ProofContext is what a proof binds together.
type ProofContext struct {
	Session   kiosk.SessionID
	Challenge [32]byte
	Ticket    [32]byte
	KioskKey  [32]byte // SHA-256 of the kiosk's TLS key, SubjectPublicKeyInfo in DER
	UserCert  []byte   // DER
	Flow      kiosk.Flow
	Act       kiosk.Act
	Factor    kiosk.Factor
}

// Proof is the digest that the card signs. The one-time password is not in
// it: eight digits are guessed from a hash in seconds; the ticket stands for it.
func Proof(c ProofContext) [32]byte {
	cert := sha256.Sum256(c.UserCert)
	factor, err := Factor(c.Factor).MarshalText()
	if err != nil {
		panic("wire: a proof without a factor")
	}
	return sha256.Sum256(framed(proofTag, c.Session[:], c.Challenge[:], c.Ticket[:], c.KioskKey[:], cert[:],
		[]byte(c.Flow.String()), []byte(c.Act.String()), factor))
}

// See is the digest that the card signs so that its holder's phones are listed. A card
// whose proof of a visit was caught cannot be looked at with it, nor the other way about:
// the tags differ.
func See(session kiosk.SessionID, challenge, kioskKey [32]byte, userCert []byte) [32]byte {
	cert := sha256.Sum256(userCert)
	return sha256.Sum256(framed(seeTag, session[:], challenge[:], kioskKey[:], cert[:]))
}

// grantHeader is the one command that a grant may be: EXTERNAL AUTHENTICATE
// with the authority's key, 82 bytes following (our own definition; the real
// card's opening is not public).
var grantHeader = [5]byte{0x00, 0x82, 0x00, 0x96, 0x52}

// Positions inside a grant's command.
const (
	grantTarget    = 5 // P2 of the RESET RETRY COUNTER that follows: 9B or 98
	grantP1        = 6 // its P1: 02 reset, 03 unlock
	grantID        = 7
	grantSignature = 23 // r‖s, 32 bytes each
)

// TargetByte is P2 of the reset that renews the flow's target.
func TargetByte(f kiosk.Flow) byte {
	if f.Target() == kiosk.RefSign {
		return 0x9B
	}
	return 0x98
}

// ActByte is P1 of the reset.
func ActByte(a kiosk.Act) byte {
	if a == kiosk.Unlock {
		return 0x03
	}
	return 0x02
}

// GrantDigest is what the authority signs to open one card once: SHA-256 of
// the tag, card id, the card's challenge, target, P1 and grant id. All but the
// tag are of fixed length, so nothing has to be framed.
func GrantDigest(card port.CardID, challenge [16]byte, f kiosk.Flow, a kiosk.Act, id kiosk.GrantID) [32]byte {
	b := append([]byte(grantTag), card[:]...)
	b = append(b, challenge[:]...)
	b = append(b, TargetByte(f), ActByte(a))
	return sha256.Sum256(append(b, id[:]...))
}

// Check reports why a grant may not be used for this flow and act; nil where it
// may. A verified card is a signing and writing oracle, so the one command that
// the authority may hand over has one form.
func (m *GrantReply) Check(f kiosk.Flow, a kiosk.Act) error {
	cmd := m.Command
	switch {
	case [5]byte(cmd[:5]) != grantHeader:
		return errors.New("a grant that is another command")
	case cmd[grantTarget] != TargetByte(f):
		return errors.New("a grant for the other secret")
	case cmd[grantP1] != ActByte(a):
		return errors.New("a grant for the other act")
	case ID(cmd[grantID:grantSignature]) != m.Grant || m.Grant == (ID{}):
		return errors.New("a grant under another number")
	}
	return nil
}

// GrantCommand puts a grant into its command. signature is r‖s.
func GrantCommand(f kiosk.Flow, a kiosk.Act, id kiosk.GrantID, signature [64]byte) (c Command) {
	copy(c[:], grantHeader[:])
	c[grantTarget], c[grantP1] = TargetByte(f), ActByte(a)
	copy(c[grantID:], id[:])
	copy(c[grantSignature:], signature[:])
	return c
}

// KioskHead is what the kiosk signs with its TLS key for each batch.
func KioskHead(epoch [16]byte, seq uint64, head [32]byte) [32]byte {
	return sha256.Sum256(framed(kioskHeadTag, epoch[:], binary.BigEndian.AppendUint64(nil, seq), head[:]))
}

// AuthorityHead is what the authority signs with its TLS key for what it has
// acknowledged. The kiosk's name is in it: one kiosk's receipt is not another's.
func AuthorityHead(kiosk string, epoch [16]byte, seq uint64, head [32]byte) [32]byte {
	return sha256.Sum256(framed(authHeadTag, []byte(kiosk), epoch[:], binary.BigEndian.AppendUint64(nil, seq), head[:]))
}

// Renewal is what the kiosk signs with the TLS key that it has, so that a request
// for another comes from the machine that holds the old one. csr is PKCS#10 in
// DER and names the new key.
func Renewal(kiosk string, csr []byte) [32]byte {
	return sha256.Sum256(framed(renewTag, []byte(kiosk), csr))
}

// CheckReceipt verifies a receipt that a kiosk was given against the
// certificate of the authority that gave it. Every program that has the two can.
func CheckReceipt(r Receipt, kioskName string, by *x509.Certificate) error {
	digest := AuthorityHead(kioskName, r.Epoch, r.Seq, r.Head)
	if key, ok := by.PublicKey.(*ecdsa.PublicKey); !ok || !ecdsa.VerifyASN1(key, digest[:], r.Signature) {
		return errors.New("the receipt does not verify")
	}
	return nil
}
