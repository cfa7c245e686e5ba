package domain

import (
	"fmt"
	"strings"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk/authority/wire"
)

// A kiosk is known by its name, and what shows the name is one certificate at a
// time, with one before it for a while, because a visit ends on the one that it
// began on. A stolen one then shows itself: where the thief renews, the kiosk's
// own is no longer the current one; where the kiosk renews, the thief's is not.
// Whichever comes with a certificate that was replaced is refused, and staff is
// called, who can tell the two apart.
//
//	issued by a renewal       pending; a later renewal takes its place
//	first used                current; the current one overlaps
//	overlapping               good for a day; where it renews it changes places with the
//	                          current one, which the kiosk seems to have lost
//	overlapping for a day     may hand in records and settle, alarm
//	ended, or not issued      refused, alarm
//	revoked                   may hand in records and settle while the kiosk has no other
//
// A kiosk of which no certificate was ever seen brings its first: those that were
// enrolled before this was kept, and those whose certificate was made elsewhere.

// overlap is how long the certificate before the current one is good.
const overlap = day * 60

// standing is what a certificate is good for now.
type standing int

const (
	stands     standing = iota
	first               // of this kiosk
	promoted            // by this use
	overlapped          // by the current one
	revoked             // good for records and settling
	outlived            // its day is over: good for records and settling, and staff is called
	replaced            // refused, and staff is called
)

// stand decides by the kiosk's certificates what the one that it comes with is.
func stand(all []store.Certificate, fingerprint store.Hash, now int64) standing {
	own, live := store.Certificate{State: store.Unknown}, false
	for _, c := range all {
		if c.Fingerprint == fingerprint {
			own = c
		}
		live = live || c.State == store.Current || c.State == store.Pending
	}
	switch own.State {
	case store.Current:
		return stands
	case store.Pending:
		return promoted
	case store.Overlapping:
		if now < own.Changed+overlap {
			return overlapped
		}
		return outlived
	case store.Unknown:
		if len(all) == 0 {
			return first
		}
	}
	if !live {
		return revoked
	}
	return replaced
}

// certified looks at the certificate of who asks; state is what the store says of
// it, at a moment just before the kiosk's row was locked.
func (s *Service) certified(c *call, state store.CertState, path string) error {
	if state == store.Current {
		return nil
	}
	name := c.peer.Kiosk
	all, err := c.Certificates(name)
	if err != nil {
		return err
	}
	alarm := func() *store.Alarm {
		return &store.Alarm{Kiosk: name, Epoch: store.ID(c.peer.Fingerprint[:16]), Word: "certificate", Raised: c.now,
			Detail: fmt.Sprintf("certificate %s is used, and not its own any more or never was; %s", c.peer.Serial, serials(all))}
	}
	is := stand(all, c.peer.Fingerprint, c.now)
	if is == outlived && lapsed[path] { // a visit that ended on it, and what its kiosk still owes
		c.revoked = true
		return callStaffOf(c, s.log, *alarm())
	}
	switch is {
	case first:
		if c.peer.Expired { // it hands in records; the good one is the first
			return nil
		}
		return c.AddCertificate(c.peer.Row(store.Current, c.now))
	case promoted:
		// One that overlaps already keeps its day: a thief who renewed twice would end
		// the kiosk's own at once, with a grant of a visit in doubt.
		if err := c.MoveCertificates(name, store.Current, store.Overlapping, c.now); err != nil {
			return err
		}
		return c.SetCertificate(name, c.peer.Fingerprint, store.Current, c.now)
	case overlapped:
		c.overlapped = true
	case revoked:
		c.revoked = true
	case outlived, replaced:
		return &refusal{code: wire.CodeKiosk, detail: "this certificate of the kiosk was replaced or is not its own", alarm: alarm()}
	}
	return nil
}

// serials names the certificates that are good, for the person who compares.
func serials(all []store.Certificate) string {
	var good []string
	for _, c := range all {
		if c.State == store.Current || c.State == store.Pending {
			good = append(good, c.Serial)
		}
	}
	return "it has " + strings.Join(good, ", ")
}

// Row is that of the one that the peer came with.
func (p Peer) Row(state store.CertState, now int64) store.Certificate {
	return store.Certificate{Kiosk: p.Kiosk, Fingerprint: p.Fingerprint, Serial: p.Serial, SPKI: p.SPKI, State: state, Changed: now}
}

// renewals a day are enough for a kiosk whose answers get lost; each leaves a row.
const renewals = 10

// issued keeps a certificate that was made for a kiosk, in the place of one that
// was made before and not used.
func (c *call) issued(n store.Certificate) error {
	ok, err := c.Rate("renewals "+c.peer.Kiosk, c.lastMinute(), renewals)
	if err != nil {
		return err
	}
	if !ok {
		return &refusal{code: wire.CodeUnavailable, detail: "too many renewals today", after: uint32(overlap - c.now%overlap)}
	}
	if err := c.MoveCertificates(n.Kiosk, store.Pending, store.Ended, c.now); err != nil {
		return err
	}
	if c.overlapped {
		if err := c.MoveCertificates(n.Kiosk, store.Current, store.Overlapping, c.now); err != nil {
			return err
		}
		if err := c.SetCertificate(n.Kiosk, c.peer.Fingerprint, store.Current, c.now); err != nil {
			return err
		}
	}
	return c.AddCertificate(n)
}
