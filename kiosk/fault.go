package kiosk

// A Word is what the kiosk tells the resident: the closed list of everything
// that can be said on the result line of a screen. Most words are misfortunes;
// each of those has one sentence a language (in assets) and one code for
// staff (Code). The screens' own fixed texts are not words.
type Word uint8

const (
	NoWord Word = iota

	// Good news.
	WordReset    // the new secret is set
	WordUnlocked // the counter is full again; the old secret stays

	// The resident's own decision: stopped, nothing has changed.
	WordStopped

	WordHours        // E-HRS  outside the hours of the service
	WordNetwork      // E-NET  the authority cannot be reached
	WordWrongCard    // E-TYP  not a My Number Card, or of a CA we do not believe
	WordTwoCards     // E-TYP2 more than one card in the field
	WordPhone        // E-PHN  a phone's certificate: renewed in the app
	WordRemoved      // E-RMV  the card was lifted
	WordNoSign       // E-SIG0 the card has no signing certificate
	WordExpired      // E-EXP  the certificate is past its last day
	WordChanged      // E-ADR  revoked by a change of name or address
	WordRevoked      // E-REV  revoked
	WordHeld         // E-HLD  on hold at the holder's request
	WordNoReserve    // E-RSV0 no reservation for this card and kind
	WordOldReserve   // E-RSV1 older than 24 hours
	WordUsedReserve  // E-RSV2 already used
	WordWrongCode    // E-OTP  wrong one-time password, some entries left
	WordCodeVoid     // E-OTPX the one-time password is void
	WordWrongProof   // E-PIN  wrong proof secret, some tries left
	WordLastTry      // E-LAST one try left: said before it can be spent
	WordProofBlocked // E-LCK  the proof secret is blocked
	WordBothBlocked  // E-BOTH both secrets are blocked
	WordStore        // E-CHAIN this store may not renew the 4-digit PIN
	WordForm         // E-FMT  the new secret breaks a rule
	WordMismatch     // E-MIS  the two entries differ
	WordNotWritten   // E-WRT  the card refused or never got the write; unchanged
	WordUnknown      // E-UNK  nobody knows yet whether the card was changed
	WordOtherCard    // E-OTH  in doubt, and this is not the same card
	WordTimeout      // E-TMO  ended for safety
	WordReader       // E-RDR  the reader does not answer (out of service)
	WordLedger       // E-LGR  no durable record can be kept (out of service)
	WordPeer         // E-CRT  the other end is not the authority (its certificate, or that it refuses ours)
	WordBusy         // E-BSY  the authority asks to wait
	WordContract     // E-VER  kiosk and authority speak different versions
	WordCardFault    // E-CRD  the card answers what no such card may answer

	WordClock // E-CLK  the clock here and the authority's disagree
	WordFull  // E-FUL  no room for the records of one more visit

	words // how many there are
)

var codes = [words]string{
	WordHours: "E-HRS", WordNetwork: "E-NET", WordWrongCard: "E-TYP", WordTwoCards: "E-TYP2",
	WordPhone: "E-PHN", WordRemoved: "E-RMV", WordNoSign: "E-SIG0", WordExpired: "E-EXP",
	WordChanged: "E-ADR", WordRevoked: "E-REV", WordHeld: "E-HLD", WordNoReserve: "E-RSV0",
	WordOldReserve: "E-RSV1", WordUsedReserve: "E-RSV2", WordWrongCode: "E-OTP", WordCodeVoid: "E-OTPX",
	WordWrongProof: "E-PIN", WordLastTry: "E-LAST", WordProofBlocked: "E-LCK", WordBothBlocked: "E-BOTH",
	WordStore: "E-CHAIN", WordForm: "E-FMT", WordMismatch: "E-MIS", WordNotWritten: "E-WRT",
	WordUnknown: "E-UNK", WordOtherCard: "E-OTH", WordTimeout: "E-TMO", WordReader: "E-RDR",
	WordLedger: "E-LGR", WordPeer: "E-CRT", WordBusy: "E-BSY", WordContract: "E-VER", WordCardFault: "E-CRD",
	WordClock: "E-CLK", WordFull: "E-FUL",
}

// Code is the word's code for staff, "" for a word that is no misfortune.
func (w Word) Code() string {
	if w >= words {
		return ""
	}
	return codes[w]
}

// Words lists every word but NoWord, for catalogues and tests.
func Words() []Word {
	all := make([]Word, 0, words-1)
	for w := NoWord + 1; w < words; w++ {
		all = append(all, w)
	}
	return all
}

// String is the code, or the plain name of a word without one.
func (w Word) String() string {
	switch w {
	case NoWord:
		return "-"
	case WordReset:
		return "reset"
	case WordUnlocked:
		return "unlocked"
	case WordStopped:
		return "stopped"
	}
	if c := w.Code(); c != "" {
		return c
	}
	return "word?"
}

// A Fault is a misfortune as a hand reports it: an error that carries the Word
// to be said. Hands wrap their own detail around it with %w; the loop asks
// with errors.As and shows staff the whole chain.
type Fault Word

// Error names the fault by its code.
func (f Fault) Error() string { return "fault " + Word(f).String() }
