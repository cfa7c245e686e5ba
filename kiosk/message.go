package kiosk

// A Message is what the kiosk tells the resident: the closed list of everything
// that the result line of a screen can show. Most messages are faults; each of
// those has one sentence per language (in assets) and one code for staff
// (Code). The screens' own fixed texts are not messages.
type Message uint8

const (
	NoMessage Message = iota // nothing is told

	// Good news.
	MsgReset     // the new secret is set
	MsgUnlocked  // the counter is full again; the old secret stays
	MsgHeldNow   // the phone's certificates are held
	MsgLooked    // it was looked, and that was all
	MsgWithdrawn // the consent is withdrawn

	// The resident's own decision: stopped, nothing has changed.
	MsgStopped

	MsgHours        // E-HRS  outside the hours of the service
	MsgNetwork      // E-NET  the authority cannot be reached
	MsgWrongCard    // E-TYP  not a My Number Card, or of a CA that is not configured
	MsgTwoCards     // E-TYP2 more than one card in the field
	MsgPhone        // E-PHN  a phone's certificate: renewed in the app
	MsgRemoved      // E-RMV  the card was lifted
	MsgNoSign       // E-SIG0 the card has no signing certificate
	MsgExpired      // E-EXP  the certificate is past its last day
	MsgChanged      // E-ADR  revoked by a change of name or address
	MsgRevoked      // E-REV  revoked
	MsgHeld         // E-HLD  on hold at the holder's request
	MsgNoReserve    // E-RSV0 no reservation for this card and kind
	MsgOldReserve   // E-RSV1 older than 24 hours
	MsgUsedReserve  // E-RSV2 already used
	MsgWrongCode    // E-OTP  wrong one-time password, some entries left
	MsgCodeVoid     // E-OTPX the one-time password is void
	MsgWrongProof   // E-PIN  wrong proof secret, some tries left
	MsgLastTry      // E-LAST one try left: said before it can be spent
	MsgProofBlocked // E-LCK  the proof secret is blocked
	MsgBothBlocked  // E-BOTH both secrets are blocked
	MsgStore        // E-CHAIN this store may not renew the 4-digit PIN
	MsgForm         // E-FMT  the new secret breaks a rule
	MsgMismatch     // E-MIS  the two entries differ
	MsgNotWritten   // E-WRT  the card refused or never got the write; unchanged
	MsgUnknown      // E-UNK  it is not known yet whether the card was changed
	MsgOtherCard    // E-OTH  in doubt, and this is not the same card
	MsgTimeout      // E-TMO  ended for safety
	MsgReader       // E-RDR  the reader does not answer (out of service)
	MsgLedger       // E-LGR  no durable record can be kept (out of service)
	MsgPeer         // E-CRT  the other end is not the authority (its certificate, or that it refuses ours)
	MsgBusy         // E-BSY  the authority asks to wait
	MsgContract     // E-VER  kiosk and authority speak different versions
	MsgCardFault    // E-CRD  the card answers what no such card may answer

	MsgClock // E-CLK  the clock here and the authority's disagree
	MsgFull  // E-FUL  no room for the records of one more visit

	MsgRemovedTyped // E-RMV2 the card was lifted, and what was typed has to be typed again
	MsgErased       // what was typed was erased by a time-out; no fault

	// The out-of-service sign that staff has put up, with its reason.
	MsgOffRepair // E-OFF1 a repair has been called for
	MsgOffReader // E-OFF2 the card reader is out of order
	MsgOffLine   // E-OFF3 no connection
	MsgOffPaper  // E-OFF4 no paper
	MsgOffShop   // E-OFF5 the shop's own reason

	MsgNoPhone     // E-PHO0 the person has no phone with certificates
	MsgHeldBefore  // E-PHO1 the phone's certificates are held already
	MsgHoldUnknown // E-PHO2 it is not known yet whether the phone's certificates are held

	MsgNoConsent       // E-CON0 nothing that the person has agreed to stands
	MsgReadOnly        // E-CON1 the card's signing certificate is not good, so that nothing can be withdrawn with it
	MsgWithdrawUnknown // E-CON2 it is not known yet whether the consent is withdrawn

	messageCount // how many there are
)

// A Sign is what a screen shows of an outcome to a person who reads none of its
// words: one drawing for each, told apart without text and without colour.
type Sign uint8

const (
	NoSign     Sign = iota // nothing has ended
	SignDone               // what the resident came for is done
	SignAgain              // unchanged: try again, here or elsewhere, now or later
	SignOffice             // unchanged: the municipal office helps
	SignApp                // unchanged: the app helps
	SignDoubt              // it is not known yet whether what was begun is done
	SignLocked             // a secret is locked

	Signs // how many there are
)

// A message is one row: the code for staff, "" for what is no fault, and the sign
// of the outcome where the visit ends with it.
var messages = [messageCount]struct {
	code string
	sign Sign
}{
	MsgReset:        {"", SignDone},
	MsgUnlocked:     {"", SignDone},
	MsgHeldNow:      {"", SignDone},
	MsgLooked:       {"", SignDone},
	MsgWithdrawn:    {"", SignDone},
	MsgStopped:      {"", SignAgain},
	MsgHours:        {"E-HRS", SignAgain},
	MsgNetwork:      {"E-NET", SignAgain},
	MsgWrongCard:    {"E-TYP", SignAgain},
	MsgTwoCards:     {"E-TYP2", SignAgain},
	MsgPhone:        {"E-PHN", SignApp},
	MsgRemoved:      {"E-RMV", SignAgain},
	MsgNoSign:       {"E-SIG0", SignOffice},
	MsgExpired:      {"E-EXP", SignOffice},
	MsgChanged:      {"E-ADR", SignOffice},
	MsgRevoked:      {"E-REV", SignOffice},
	MsgHeld:         {"E-HLD", SignOffice},
	MsgNoReserve:    {"E-RSV0", SignApp},
	MsgOldReserve:   {"E-RSV1", SignApp},
	MsgUsedReserve:  {"E-RSV2", SignApp},
	MsgWrongCode:    {"E-OTP", SignAgain},
	MsgCodeVoid:     {"E-OTPX", SignApp},
	MsgWrongProof:   {"E-PIN", SignAgain},
	MsgLastTry:      {"E-LAST", SignAgain},
	MsgProofBlocked: {"E-LCK", SignLocked},
	MsgBothBlocked:  {"E-BOTH", SignLocked},
	MsgStore:        {"E-CHAIN", SignAgain},
	MsgForm:         {"E-FMT", SignAgain},
	MsgMismatch:     {"E-MIS", SignAgain},
	MsgNotWritten:   {"E-WRT", SignAgain},
	MsgUnknown:      {"E-UNK", SignDoubt},
	MsgOtherCard:    {"E-OTH", SignAgain},
	MsgTimeout:      {"E-TMO", SignAgain},
	MsgReader:       {"E-RDR", SignAgain},
	MsgLedger:       {"E-LGR", SignAgain},
	MsgPeer:         {"E-CRT", SignAgain},
	MsgBusy:         {"E-BSY", SignAgain},
	MsgContract:     {"E-VER", SignAgain},
	MsgCardFault:    {"E-CRD", SignOffice},
	MsgClock:        {"E-CLK", SignAgain},
	MsgFull:         {"E-FUL", SignAgain},
	MsgRemovedTyped: {"E-RMV2", SignAgain},
	MsgErased:       {"", SignAgain},
	MsgOffRepair:    {"E-OFF1", SignAgain},
	MsgOffReader:    {"E-OFF2", SignAgain},
	MsgOffLine:      {"E-OFF3", SignAgain},
	MsgOffPaper:     {"E-OFF4", SignAgain},
	MsgOffShop:      {"E-OFF5", SignAgain},
	MsgNoPhone:      {"E-PHO0", SignApp},
	MsgHeldBefore:   {"E-PHO1", SignDone},
	MsgHoldUnknown:  {"E-PHO2", SignDoubt},
	MsgNoConsent:    {"E-CON0", SignDone},
	MsgReadOnly:     {"E-CON1", SignOffice},

	MsgWithdrawUnknown: {"E-CON2", SignDoubt},
}

// Code is the code that staff sees, "" for a message that is no fault.
func (w Message) Code() string {
	if w >= messageCount {
		return ""
	}
	return messages[w].code
}

// Messages lists every message but NoMessage, for catalogues and tests.
func Messages() []Message {
	all := make([]Message, 0, messageCount-1)
	for w := NoMessage + 1; w < messageCount; w++ {
		all = append(all, w)
	}
	return all
}

// String is the code, or the plain name of a message without one.
func (w Message) String() string {
	switch w {
	case NoMessage:
		return "-"
	case MsgReset:
		return "reset"
	case MsgUnlocked:
		return "unlocked"
	case MsgHeldNow:
		return "held"
	case MsgLooked:
		return "looked"
	case MsgWithdrawn:
		return "withdrew"
	case MsgStopped:
		return "stopped"
	case MsgErased:
		return "erased"
	}
	if c := w.Code(); c != "" {
		return c
	}
	return "message?"
}
