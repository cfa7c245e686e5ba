package kiosk

// A Message is what the kiosk tells the resident: the closed list of everything
// that the result line of a screen can show. Most messages are faults; each of
// those has one sentence per language (in assets) and one code for staff
// (Code). The screens' own fixed texts are not messages.
type Message uint8

const (
	NoMessage Message = iota // nothing is told

	// Good news.
	MsgReset    // the new secret is set
	MsgUnlocked // the counter is full again; the old secret stays

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

	messageCount // how many there are
)

var messageCodes = [messageCount]string{
	MsgHours: "E-HRS", MsgNetwork: "E-NET", MsgWrongCard: "E-TYP", MsgTwoCards: "E-TYP2",
	MsgPhone: "E-PHN", MsgRemoved: "E-RMV", MsgNoSign: "E-SIG0", MsgExpired: "E-EXP",
	MsgChanged: "E-ADR", MsgRevoked: "E-REV", MsgHeld: "E-HLD", MsgNoReserve: "E-RSV0",
	MsgOldReserve: "E-RSV1", MsgUsedReserve: "E-RSV2", MsgWrongCode: "E-OTP", MsgCodeVoid: "E-OTPX",
	MsgWrongProof: "E-PIN", MsgLastTry: "E-LAST", MsgProofBlocked: "E-LCK", MsgBothBlocked: "E-BOTH",
	MsgStore: "E-CHAIN", MsgForm: "E-FMT", MsgMismatch: "E-MIS", MsgNotWritten: "E-WRT",
	MsgUnknown: "E-UNK", MsgOtherCard: "E-OTH", MsgTimeout: "E-TMO", MsgReader: "E-RDR",
	MsgLedger: "E-LGR", MsgPeer: "E-CRT", MsgBusy: "E-BSY", MsgContract: "E-VER", MsgCardFault: "E-CRD",
	MsgClock: "E-CLK", MsgFull: "E-FUL",
}

// Code is the code that staff sees, "" for a message that is no fault.
func (w Message) Code() string {
	if w >= messageCount {
		return ""
	}
	return messageCodes[w]
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
	case MsgStopped:
		return "stopped"
	}
	if c := w.Code(); c != "" {
		return c
	}
	return "message?"
}
