package kiosk

import "time"

// Do is what the loop is asked to do.
type Do uint8

const (
	// At once, in order.
	DoRecord Do = iota + 1 // Append Entry; durable before the next effect, or the rest is cancelled
	DoWipe                 // erase these Secrets
	DoForget               // drop facts, session, ticket, grant, and take the card's power
	DoTone                 // sound Tone
	DoLamp                 // the clerk's lamp, On or off
	DoKeep                 // keep of row Row of the list what the card will sign about it, and no name
	DoExtend               // the visit's cap is VisitGrace away at least, and never beyond VisitMost; the authority's claim is kept

	// Later: each is answered by one reply with the effect's Op.
	DoRecover // open ledger and reader, close what the last run left open
	DoHealth  // look whether a visit may begin: the ledger, and what the authority said last
	DoAsk     // … and ask the authority anew: a person begins
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
	DoField   // look whether something lies on the reader
	DoPrinter // look whether a slip can be printed
	DoSlip    // print the slip of the result that stands
	DoLook    // ask how the card's certificates are, and open a session that renews nothing
	DoSee     // send what the card signed, and get the person's phones
	DoHold    // have the phone's certificates held
	DoList    // get what the person has agreed to; of flow W whether the kept consent still stands

	DoWithdraw // hand over what the card signed about the kept consent

	doCount
)

// An effect is one row: what the loop and the guard must know of a Do.
// TestEveryEffectHasAWholeRow walks the table.
type effect struct {
	name     string        // in traces and golden files
	asks     bool          // answered by one reply with the effect's Op
	record   EntryKind     // what it does cannot be taken back: the effect right before it is this record
	port     string        // as logs name it; "" where two ports do it, each logged by itself
	reader   bool          // it waits in the queue of those that use the reader
	deadline time.Duration // shorter than the timer of the place that waits, so that the port's own answer comes first
}

var effects = [doCount]effect{
	DoRecord: {name: "record", port: "ledger", deadline: 10 * time.Second}, // a disk that takes longer is a broken disk
	DoWipe:   {name: "wipe"},
	DoForget: {name: "forget"},
	DoTone:   {name: "tone"},
	DoLamp:   {name: "lamp"},
	DoKeep:   {name: "keep"},
	DoExtend: {name: "extend"},

	DoRecover: {name: "recover", asks: true, port: "card", reader: true, deadline: 20 * time.Second},
	DoHealth:  {name: "health", asks: true, port: "authority", deadline: 10 * time.Second},
	DoAsk:     {name: "ask", asks: true, port: "authority", deadline: 10 * time.Second},
	DoWait:    {name: "wait", asks: true, port: "resident", reader: true}, // a person may take as long as it takes
	DoRead:    {name: "read", asks: true, port: "card", reader: true, deadline: 10 * time.Second},
	DoOpen:    {name: "open", asks: true, port: "authority", deadline: 20 * time.Second},
	DoCode:    {name: "code", asks: true, port: "authority", deadline: 20 * time.Second},
	DoVerify:  {name: "verify", asks: true, record: EntryTrying, port: "card", reader: true, deadline: 10 * time.Second},
	DoSign:    {name: "sign", asks: true, port: "card", reader: true, deadline: 10 * time.Second},
	DoProve:   {name: "prove", asks: true, record: EntryProving, port: "authority", deadline: 20 * time.Second},
	DoGrant:   {name: "grant", asks: true, record: EntryAsking, reader: true, deadline: 20 * time.Second},
	DoWrite:   {name: "write", asks: true, record: EntryWriting, port: "card", reader: true, deadline: 10 * time.Second},
	DoSettle:  {name: "settle", asks: true, port: "authority", deadline: 20 * time.Second},
	DoField:   {name: "field", asks: true, port: "card", reader: true, deadline: 5 * time.Second},
	DoPrinter: {name: "printer", asks: true, port: "printer", deadline: 5 * time.Second},
	DoSlip:    {name: "slip", asks: true, port: "printer", deadline: 40 * time.Second},
	DoLook:    {name: "look", asks: true, port: "authority", deadline: 20 * time.Second},
	DoSee:     {name: "see", asks: true, port: "authority", deadline: 20 * time.Second},
	DoHold:    {name: "hold", asks: true, record: EntryHolding, port: "authority", deadline: 20 * time.Second},
	DoList:    {name: "list", asks: true, port: "authority", deadline: 20 * time.Second},

	DoWithdraw: {name: "withdraw", asks: true, record: EntryWithdrawing, port: "authority", deadline: 20 * time.Second},
}

func (d Do) row() effect {
	if d == 0 || d >= doCount {
		return effect{name: "do?"}
	}
	return effects[d]
}

// String is the effect's name in traces and golden files.
func (d Do) String() string { return d.row().name }

// Asks reports whether the effect is answered by a reply.
func (d Do) Asks() bool { return d.row().asks }

// Irreversible reports whether the effect spends, asks for, or changes
// something that cannot be taken back: the effect right before it is its
// record.
func (d Do) Irreversible() bool { return d.row().record != 0 }

// Port is what logs call the port that does it; "" where each of two ports is
// logged by itself.
func (d Do) Port() string { return d.row().port }

// UsesReader reports whether the effect has to wait for the reader.
func (d Do) UsesReader() bool { return d.row().reader }

// Deadline is how long the port may take, 0 for no limit.
func (d Do) Deadline() time.Duration { return d.row().deadline }

// Tone is a sound.
type Tone uint8

const (
	ToneRead  Tone = iota + 1 // a card is in place: the screen says so at the same moment
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
	Row     int8        // DoKeep
	Tone    Tone
	On      bool // DoLamp
}
