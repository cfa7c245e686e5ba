// Package apdu encodes and decodes what a smart card understands: short
// command and response APDUs, status words and BER-TLV (ISO 7816-4).
//
// It never allocates for a length that a card announced, never retries a
// command by itself (but for [Follow], which is asked to, for commands that
// only read, where the card says that it has more), and never prints a body: [Command.Header] is the only
// text made of a command. A command's Data may be a lent secret; nothing here
// keeps it, and [Command.AppendTo] copies it nowhere but into the caller's
// buffer, which the caller clears.
//
// Extended lengths are refused on purpose: the reader's chip carries at most
// 262 bytes (UM0701-02 §7.3.8, InDataExchange), and the card answers extended
// Le with 6985.
//
// Read [Command] and [Transmitter] first.
package apdu
