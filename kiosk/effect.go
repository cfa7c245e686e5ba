package kiosk

// Do is what the loop is asked to do.
type Do uint8

const (
	// At once, in order.
	DoRecord Do = iota + 1 // Append Entry; durable before the next effect, or the rest is cancelled
	DoWipe                 // erase these Secrets
	DoForget               // drop facts, session, ticket, grant, and take the card's power
	DoTone                 // sound Tone
	DoLamp                 // the clerk's lamp, On or off
	DoExtend               // the visit's cap moves on by one warning

	// Later: each is answered by one reply with the effect's Op.
	DoRecover // open ledger and reader, close what the last run left open
	DoHealth  // ask ledger and authority whether a visit may begin
	DoWait    // wait for a card
	DoRead    // read its facts
	DoOpen    // open a session
	DoCode    // send the one-time password
	DoVerify  // spend a try of the proof secret
	DoSign    // let the card sign the proof
	DoProve   // send it
	DoGrant   // GET CHALLENGE, then ask for the grant
	DoWrite   // open the card and write
	DoSettle  // tell the outcome

	dos
)

// String is the effect's name in traces and golden files.
func (d Do) String() string {
	if d == 0 || d >= dos {
		return "do?"
	}
	return [...]string{"", "record", "wipe", "forget", "tone", "lamp", "extend", "recover", "health", "wait", "read", "open",
		"code", "verify", "sign", "prove", "grant", "write", "settle"}[d]
}

// Asks reports whether the effect is answered by a reply.
func (d Do) Asks() bool { return d >= DoRecover && d < dos }

// Irreversible reports whether the effect spends, asks for, or changes
// something that cannot be taken back: the effect right before it is its
// record.
func (d Do) Irreversible() bool {
	return d == DoVerify || d == DoProve || d == DoGrant || d == DoWrite
}

// Tone is a sound.
type Tone uint8

const (
	ToneRead  Tone = iota + 1 // the card was read
	ToneDone                  // the visit ended as the resident wanted
	ToneError                 // it did not, or an entry was refused
	ToneTake                  // the card is still on the reader
)

// An Effect is one thing to do. Effects of one step are carried out in order.
type Effect struct {
	Do      Do
	Op      uint32      // of those that are answered
	Entry   Entry       // DoRecord; the loop adds session and grant
	Secrets LiveSecrets // DoWipe
	Flow    Flow        // DoVerify, DoSign, DoWrite
	Act     Act         // DoSign, DoProve, DoWrite
	Outcome Outcome     // DoSettle
	Tone    Tone
	On      bool // DoLamp
}
