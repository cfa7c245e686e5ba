package sim

import (
	"crypto/rand"
	"sync"

	"multicopy.example/devices/apdu"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// A Card is a virtual My Number Card. It answers short APDUs as the JPKI
// application does in public sources and third-party programs; the opening
// (00 82 00 96) and the reset (00 2C) are our own definition, because those of
// the real card are not public. It is a Target, and it can be called by
// several goroutines.
//
// What a card forgets without power: the selected application and file, both
// verified states, the challenge, the opening. What it keeps: secrets and
// counters, for the life of the process.
type Card struct {
	mu   sync.Mutex
	res  Resident // never changed after NewCard but for the two secrets
	id   port.CardID
	pins map[byte]*pin   // by short file identifier
	ef   map[uint16]file // of JPKI
	face map[uint16]file // of 券面事項確認

	noSFI    bool
	parts    parts
	tearIn   int // commands until the tear; 0 none
	tear     Tear
	commands int

	power bool
	pupi  [4]byte
	volatile
}

// volatile is what a loss of power takes.
type volatile struct {
	df        application
	current   uint16 // the current file; 0 none
	challenge []byte // good for one command; nil none
	opened    *opening
}

// A Tear is where in a command the card leaves the field.
type Tear uint8

const (
	TearBefore Tear = iota + 1 // the command does not reach the card
	TearAfter                  // the command is carried out; no answer comes
	TearHalf                   // the command is carried out; half the answer comes, and looks whole to the reader
)

// NewCard is a card without power, as issued to r.
func NewCard(r Resident) *Card {
	c := &Card{res: r, id: cardID(r.AuthKey), ef: files(r), face: faceFiles(r), pins: map[byte]*pin{
		sfiPIN: {of: appJPKI, secret: clone(r.PIN), left: r.PINTries, full: kiosk.RefAuth.Full(), form: isPIN},
	}}
	if r.SignKey != nil {
		c.pins[sfiPassword] = &pin{of: appJPKI, secret: clone(r.Password), left: r.PasswordTries, full: kiosk.RefSign.Full(), form: isPassword}
	}
	if r.Face != nil {
		c.pins[sfiNumberB] = &pin{of: appFace, secret: clone(r.NumberB), left: numberTries, full: numberTries}
	}
	return c
}

// numberTries is how many wrong numbers of its face a card takes.
const numberTries = 10

// SetFace gives a card that has a face another file: another photo, as the office takes one.
func (c *Card) SetFace(file []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.face != nil {
		clear(c.face[fidFace].data)
		c.face[fidFace] = facing(file)
	}
}

// RefuseSFI makes a card that knows no short file identifiers but those of the
// opening and the reset.
func (c *Card) RefuseSFI() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.noSFI = true
}

// TearAt lets the card leave the field at the n-th command from now, 1 being
// the next. It lies there without power until PowerOn. 0 takes the order back.
func (c *Card) TearAt(n int, how Tear) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tearIn, c.tear = n, how
}

// PowerOn is the field reaching the card. A card that has power keeps its
// state.
func (c *Card) PowerOn() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.power {
		return
	}
	c.power = true
	_, _ = rand.Read(c.pupi[:]) // never fails (crypto/rand)
}

// PowerOff is the field leaving the card.
func (c *Card) PowerOff() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.powerOff()
}

func (c *Card) powerOff() {
	c.power, c.parts.rest = false, nil
	c.forget()
}

// forget is what PowerOff and the selection of an application have in common.
func (c *Card) forget() {
	c.volatile = volatile{}
	for _, p := range c.pins {
		p.verified = false
	}
}

// ATQB is that of real cards: application data 00 00 41 E0, protocol info
// B3 81 A1 (212 and 424 kbit/s, frames of 256 bytes, FWI 10, CID). The PUPI is
// drawn at each PowerOn, so that nothing can take it for the card's name.
func (c *Card) ATQB() [11]byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.pupi
	return [11]byte{p[0], p[1], p[2], p[3], 0x00, 0x00, 0x41, 0xE0, 0xB3, 0x81, 0xA1}
}

// Exchange answers one command; ok is false where the card has no power or is
// torn.
func (c *Card) Exchange(command []byte) (response []byte, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.power {
		return nil, false
	}
	torn := Tear(0)
	if c.tearIn > 0 {
		if c.tearIn--; c.tearIn == 0 {
			torn = c.tear
		}
	}
	if torn == TearBefore {
		c.powerOff()
		return nil, false
	}
	c.commands++
	response = c.answerInParts(command).AppendTo(nil)
	switch torn {
	case TearAfter:
		c.powerOff()
		return nil, false
	case TearHalf:
		c.powerOff()
		return response[:len(response)/2], true
	}
	return response, true
}

// Tries is the counter of that secret; -1 where the card has no such secret.
func (c *Card) Tries(ref kiosk.Ref) int8 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.tries(ref)
}

func (c *Card) tries(ref kiosk.Ref) int8 {
	if p := c.pins[sfiOf(ref)]; p != nil {
		return p.left
	}
	return -1
}

// A Snapshot is what can be told of a card without its secrets.
type Snapshot struct {
	Power        bool
	AuthTries    int8
	SignTries    int8 // -1 where there is no signing certificate
	AuthVerified bool
	SignVerified bool
	Opened       bool // an opening stands and waits for the next command
	Commands     int  // carried out since the card was made
}

// Snapshot is the card's state at this moment.
func (c *Card) Snapshot() Snapshot {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Snapshot{
		Power: c.power, AuthTries: c.tries(kiosk.RefAuth), SignTries: c.tries(kiosk.RefSign),
		AuthVerified: c.verified(sfiPIN), SignVerified: c.verified(sfiPassword),
		Opened: c.opened != nil, Commands: c.commands,
	}
}

func sw(s apdu.Status) apdu.Response { return apdu.Response{SW: s} }

func clone(b []byte) []byte { return append([]byte(nil), b...) }
