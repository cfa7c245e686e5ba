package demo

import (
	"errors"
	"slices"
)

// With a real reader the demo has no part in what happens between a card
// and the kiosk: it lays and lifts no card, pulls no cable, and hears nothing
// of what is said. What is left to it is the phone's page, the network, the
// authority and the firmware.

// Real is the real reader's device; "" where the reader is the demo's own.
func (c *Demo) Real() string { return c.opt.Reader }

// ErrReal: the kiosk's reader is a real one, and this is done there by hand.
var ErrReal = errors.New("the kiosk has a real reader: a card is laid and taken there, and its cable pulled, by hand")

// errElsewhere: what a kiosk with a real reader wrote is on a card that the
// demo never had.
var errElsewhere = errors.New("the kiosk has a real reader; only the card that lay there knows what was set")

// byHand are the switches that turn something of the demo's own reader.
var byHand = []string{Tear, Cable}

// turns says whether there is such a switch in this run.
func (c *Demo) turns(key string) bool {
	return c.opt.Reader == "" || !slices.Contains(byHand, key)
}
