// Package offline is the kiosk's memory: what was promised and what came of
// it, kept on this machine until the authority has it.
//
// A [Ledger] is append-only. [Ledger.Append] returns when the line is on the
// disk, and not before; whatever must not happen without its line waits for
// it. Each line holds the hash of the line before, so a line that was changed,
// lost or slipped in breaks the chain, and the newest hash is kept a second
// time in a small file beside the database (head.go), so a lost tail is
// noticed too. A ledger that does not verify when it is opened is moved aside
// as it lies, and a new one begins that names its last good hash.
//
// The package never judges a line, never deletes one that the authority has
// not taken, never holds a secret or anything that names a person, and never
// orders anything by time.
//
// Read README.md first, then package record (what a line is), ledger.go (how it
// is kept), recover.go (how a spoiled ledger is met), package outbox (how it
// leaves).
package offline
