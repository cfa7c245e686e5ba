// Package authority is the client of the authority over mutual TLS 1.3: New,
// then the calls of a visit (Open, Code, Prove, Grant, Settle), Batch for
// records, Heartbeat and Renew.
//
// Package wire has what both ends speak. How the real authority opens a card is
// not public, so that contract is ours; a different authority needs another
// package with the same methods and nothing else.
//
// What it never does: it stores nothing, decides nothing, follows no redirect
// and no proxy, logs no body, and never sends a secret that is not sealed to
// the authority's key. Every answer is bounded, strict and checked against the
// request it answers before a value leaves the package; every error unwraps to
// a port.Fault, a port.WrongCode, or one of the classes in kiosk/port/send.go.
//
// Read wire/openapi.yaml first, then calls.go; tls.go says who is believed.
package authority
