// Package authority is the kiosk's side of the line to the authority: the
// client that the loop calls, and the wire contract both ends speak.
//
// The contract is ours. How the real authority opens a card is not public; a
// different authority needs another package with the same methods and nothing
// else. openapi.yaml describes the messages; wire_gen.go is the same in Go, written
// from it by package generate; package contract holds messages against it.
//
// What it never does: it stores nothing, decides nothing, follows no redirect
// and no proxy, logs no body, and never sends a secret that is not sealed to
// the authority's key. Every answer is bounded, strict and checked against the
// request it answers before a value leaves the package; every error unwraps to
// a kiosk.Fault, a kiosk.WrongCode, or one of the classes in kiosk/send.go.
//
// Read openapi.yaml first, then wire.go and calls.go; tls.go says who is believed.
package authority
