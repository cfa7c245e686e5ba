// Package sample is what the tests of the ledger's packages have in common: a
// moment, a records key and the records of a visit. The firmware cannot import
// it.
package sample

import (
	"crypto/ecdh"
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// Noon is where the clock of the tests stands.
var Noon = time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)

// Key is the records key of the authority in tests; it is no secret.
func Key() *ecdh.PrivateKey {
	seed := sha256.Sum256([]byte("records key of the tests"))
	key, err := ecdh.X25519().NewPrivateKey(seed[:])
	if err != nil {
		panic(err)
	}
	return key
}

// Visit is the eight records of one whole visit, in the order in which Step
// writes them; n tells visits apart.
func Visit(n byte) []kiosk.Entry {
	s, g := kiosk.SessionID{15: n, 0: 0xA5}, kiosk.GrantID{15: n, 0: 0x6A}
	e := kiosk.Entry{Session: s, Flow: kiosk.FlowP, Act: kiosk.Reset, Before: -1, After: -1}
	with := func(k kiosk.EntryKind, f func(*kiosk.Entry)) kiosk.Entry {
		c := e
		c.Kind = k
		f(&c)
		return c
	}
	return []kiosk.Entry{
		with(kiosk.EntryTrying, func(e *kiosk.Entry) { e.Before = 3 }),
		with(kiosk.EntryTried, func(e *kiosk.Entry) { e.After, e.Outcome = 3, kiosk.Done }),
		with(kiosk.EntryProving, func(e *kiosk.Entry) {}),
		with(kiosk.EntryAsking, func(e *kiosk.Entry) {}),
		with(kiosk.EntryWriting, func(e *kiosk.Entry) { e.Grant, e.Before = g, 0 }),
		with(kiosk.EntryOutcome, func(e *kiosk.Entry) { e.Grant, e.After, e.Outcome = g, 5, kiosk.Done }),
		with(kiosk.EntrySettled, func(e *kiosk.Entry) { e.Grant, e.Outcome = g, kiosk.Done }),
		with(kiosk.EntryEnded, func(e *kiosk.Entry) { e.Message = kiosk.MsgReset }),
	}
}

// Boot is the first record of a start.
func Boot() kiosk.Entry { return kiosk.Entry{Kind: kiosk.EntryBoot, Before: -1, After: -1} }

// Maintenance is the four kinds of record that staff leave.
func Maintenance() []kiosk.Entry {
	return []kiosk.Entry{
		{Kind: kiosk.EntryStaffTrying, Before: -1, After: -1, Role: kiosk.Technician, Task: kiosk.StaffLogin},
		{Kind: kiosk.EntryStaffTried, Before: -1, After: -1, Role: kiosk.Clerk, Task: kiosk.StaffLogin, Outcome: kiosk.Failed, Message: kiosk.MsgWrongCode},
		{Kind: kiosk.EntryStaffDoing, Before: -1, After: -1, Role: kiosk.Technician, Task: kiosk.StaffWipe},
		{Kind: kiosk.EntryStaffDid, Before: -1, After: -1, Task: kiosk.StaffEnrolTechnician, Outcome: kiosk.Done},
	}
}

// Boots is n first records of a start.
func Boots(n int) []kiosk.Entry {
	es := make([]kiosk.Entry, n)
	for i := range es {
		es[i] = Boot()
	}
	return es
}

// CutShort is a visit that ended after its outcome and before the authority
// had heard of it.
func CutShort(n byte) []kiosk.Entry { return Visit(n)[:6] }

// Short is kinds and visits: "writing/2 outcome/2".
func Short(es []kiosk.Entry) string {
	var s []string
	for _, e := range es {
		s = append(s, fmt.Sprintf("%v/%d", e.Kind, e.Session[15]))
	}
	return strings.Join(s, " ")
}

// Receipt is for a record and all before it; its signature is of no key.
func Receipt(r port.Record) port.Receipt {
	return port.Receipt{Epoch: r.Epoch, Seq: r.Seq, Head: r.Hash, Signature: []byte("signed"), Key: sha256.Sum256([]byte("key"))}
}
