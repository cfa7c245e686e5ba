// Package soak proves that each record is counted once: kiosks with the real
// ledger, sender and client tell a real authority what happened, over a network
// that loses, delays, repeats and tears, while both ends are killed again and
// again. It is tests alone.
//
// What is real: every kiosk is a process of its own (kiosk_test.go) with
// offline.Ledger, outbox.Sender and authority.Client on TLS 1.3; the authority
// is the program authority-sandbox; between them runs toxiproxy (package network).
// What is not: there is no card and no screen, visits are lines that a kiosk
// would write; time runs fast for ledger and sender, by the clock and the
// pauses that they are given; and a kill leaves what the kernel had, so this
// says nothing about power cuts.
//
// The bookkeeper (books_test.go) believes no program: a kiosk says "ok" with epoch,
// number and hash when Append has returned, its pipe outlives it, and at the
// end each such line must be at the authority once, with that hash, or be set
// aside by name at both ends.
//
//	soak_test.go     the month
//	weather_test.go  what happens to the network
//	events_test.go   what happens to disks
//	torn_test.go     a connection that ends at each kind of byte
//	order_test.go    requests that overtake each other
//	named_test.go    what each refusal is called, and that none deletes
package soak
