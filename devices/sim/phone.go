package sim

import (
	"crypto/rand"
	"crypto/rsa"
	"sync"
	"time"

	"multicopy.example/devices/apdu"
)

// PhoneKind is what a phone is.
type PhoneKind uint8

// The kinds.
const (
	Android PhoneKind = iota
	IPhone
)

// Token is the label of its EF 0006.
func (k PhoneKind) Token() string { return [...]string{TokenAndroid, TokeniPhone}[k] }

// A Phone is an Android phone or an iPhone around a secure element, and a Target: it
// answers as a card's JPKI application does, with its own counters, while it lets itself
// be read.
//
//   - It has no opening and no reset (6D00): those are of the card, and our own definition.
//   - An Android phone shows its user-authentication certificate behind the 4-digit PIN.
//   - An iPhone asks its holder first, and answers 6985 to all until Unlock. What a real
//     one answers then is not known; this is ours.
//   - Without certificates there is no such application (6A82).
type Phone struct {
	*Element
	Kind PhoneKind

	now      func() time.Time
	mu       sync.Mutex
	unlocked time.Time // until then
}

// NewPhone is a phone with that element; now is its clock.
func NewPhone(kind PhoneKind, e *Element, now func() time.Time) *Phone {
	return &Phone{Element: e, Kind: kind, now: now}
}

// Unlock is its holder's face or finger: for that long an iPhone may be read.
func (p *Phone) Unlock(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.unlocked = p.now().Add(d)
}

// Clone is a phone with a copy of all that can be copied: its element is another one,
// which has no keys.
func (p *Phone) Clone() *Phone { return NewPhone(p.Kind, p.batch.Element(), p.now) }

func (p *Phone) face() *Card {
	p.Element.mu.Lock()
	defer p.Element.mu.Unlock()
	return p.used.applet
}

// PowerOn is the field reaching it.
func (p *Phone) PowerOn() {
	if c := p.face(); c != nil {
		c.PowerOn()
	}
}

// PowerOff is the field leaving it.
func (p *Phone) PowerOff() {
	if c := p.face(); c != nil {
		c.PowerOff()
	}
}

// ATQB is a card's.
func (p *Phone) ATQB() (b [11]byte) {
	if c := p.face(); c != nil {
		return c.ATQB()
	}
	copy(b[4:], []byte{0x00, 0x00, 0x41, 0xE0, 0xB3, 0x81, 0xA1})
	_, _ = rand.Read(b[:4]) // never fails (crypto/rand)
	return b
}

// Exchange answers one command.
func (p *Phone) Exchange(command []byte) (response []byte, ok bool) {
	refuse := func(s apdu.Status) ([]byte, bool) { return sw(s).AppendTo(nil), true }
	p.mu.Lock()
	shut := p.Kind == IPhone && !p.now().Before(p.unlocked)
	p.mu.Unlock()
	c := p.face()
	switch {
	case c == nil:
		return refuse(apdu.SWNotFound)
	case shut:
		return refuse(apdu.SWConditions)
	case len(command) > 1 && (command[1] == apdu.InsExternal || command[1] == apdu.InsReset):
		return refuse(apdu.SWInstruction)
	}
	return c.Exchange(command)
}

// Software is a private certificate's key in a file. Clone signs as it does: that is why
// such a certificate is recognised as a weaker one.
type Software struct{ Key *rsa.PrivateKey }

// Clone is a copy of the file.
func (s Software) Clone() Software { return s }
