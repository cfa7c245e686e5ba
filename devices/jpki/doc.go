// Package jpki is the My Number Card as the kiosk uses it: the application of
// the public personal authentication service (JPKI, 公的個人認証AP) behind one
// method, Transmit.
//
// A [Card] reads what costs nothing, verifies one secret, signs one digest,
// and writes the other secret once the authority has opened the card. It never
// repeats a command that spends a try or writes; never reads the signing
// certificate (EF 0001 holds a name and an address); never sends VERIFY with
// data, EXTERNAL AUTHENTICATE or RESET RETRY COUNTER to a card whose
// certificate no configured card CA has signed; never passes an answer of the
// card back to the authority.
//
// Public: the AIDs, the files, VERIFY, COMPUTE DIGITAL SIGNATURE. Ours: the
// opening (00 82 00 96) and the reset (00 2C), because the commands with which
// the real authority opens a card are not public. Another card script means
// another write.go, another generation of cards another table.go.
//
// Trusted means that a card CA signed the certificate which the card shows.
// That certificate is public, so a copy of it can be shown by anything; only
// the signature that the authority checks before it grants proves that the key
// is there.
//
// Read [Card] first, then table.go.
package jpki
