// Package cards owns the test residents' virtual cards and the virtual reader:
// it says where each card is, lays it on the kiosk's reader, and holds it to
// the phone.
//
// A card is in one place at a time, as a card is. The package never tells what
// a card's secrets are once it was loaded: those that the residents know are
// in their folders ([Card.Dir]), and what becomes of them is for the card alone.
//
// Read [Cards] first.
package cards

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"multicopy.example/devices/jpki"
	"multicopy.example/devices/sim"
)

// A Card is one resident's.
type Card struct {
	Key  string // the folder's name
	Name string
	Dir  string

	sim *sim.Card
	ca  *x509.Certificate
	all *Cards

	mu    sync.Mutex
	fault *Fault
}

// Tries is the card's counters, read off the double and not off the card: -1
// for a secret that it does not have.
func (c *Card) Tries() (pin, password int8) {
	s := c.sim.Snapshot()
	return s.AuthTries, s.SignTries
}

// ErrAway: the card lies on the kiosk's reader, so it cannot be held.
var ErrAway = errors.New("the card lies on the kiosk's reader")

// ErrTaken: another card lies on the reader, or this one is held to the phone.
var ErrTaken = errors.New("the reader or the card is taken")

// Cards are the residents' cards and the reader. Its methods may be called from any
// goroutine.
type Cards struct {
	reader *sim.Reader
	log    *slog.Logger

	mu    sync.Mutex
	cards []*Card
	lying *Card // on the reader
	extra *Card // beside it
	held  *Card // to the phone
}

// maxResidents is how many folders are looked at.
const maxResidents = 64

// Open loads a card from every folder in dir, in the order of their names, and
// powers a reader with nothing on it.
func Open(dir string, log *slog.Logger) (*Cards, error) {
	folders, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	d := &Cards{log: log}
	for _, f := range folders {
		if !f.IsDir() {
			continue
		}
		if len(d.cards) == maxResidents {
			return nil, fmt.Errorf("%s has more than %d residents", dir, maxResidents)
		}
		c, err := load(filepath.Join(dir, f.Name()))
		if err != nil {
			return nil, err
		}
		c.all = d
		d.cards = append(d.cards, c)
	}
	if len(d.cards) == 0 {
		return nil, fmt.Errorf("%s has no resident", dir)
	}
	d.reader, err = sim.NewReader()
	return d, err
}

func load(dir string) (*Card, error) {
	r, err := sim.ReadResident(dir)
	if err != nil {
		return nil, err
	}
	return &Card{Key: filepath.Base(dir), Name: r.Name, Dir: dir, sim: sim.NewCard(r), ca: r.AuthCA}, nil
}

// Close pulls the reader out.
func (d *Cards) Close() { d.reader.Close() }

// Port is the serial device at which the reader answers.
func (d *Cards) Port() string { return d.reader.Path() }

// Follow keeps a symbolic link at path to that device over every Unplug and
// Plug: a device's name in a configuration does not change.
func (d *Cards) Follow(path string) error { return d.reader.Follow(path) }

// Unplug pulls the reader's cable.
func (d *Cards) Unplug() { d.reader.Unplug() }

// Plug puts it back.
func (d *Cards) Plug() error { return d.reader.Plug() }

// Beside puts a second card on the reader. Lift takes both.
func (d *Cards) Beside(c *Card) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.extra = c
	d.reader.Lay(c)
}

// Extra is the card that lies beside the other; nil where there is none.
func (d *Cards) Extra() *Card {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.extra
}

// Watch calls f with a line for every frame of the reader: headers and status
// words, never a body. f must not call Cards.
func (d *Cards) Watch(f func(line string)) { d.reader.Watch(f) }

// Cards lists all cards.
func (d *Cards) All() []*Card { return d.cards }

// Sort orders the cards by the rank of their keys, those of one rank as they
// are. It is called before anything else uses the cards.
func (d *Cards) Sort(rank func(key string) int) {
	slices.SortStableFunc(d.cards, func(a, b *Card) int { return rank(a.Key) - rank(b.Key) })
}

// Find is the card of that key; nil where there is none.
func (d *Cards) Find(key string) *Card {
	for _, c := range d.cards {
		if c.Key == key {
			return c
		}
	}
	return nil
}

// Lying is the card on the reader; nil where there is none.
func (d *Cards) Lying() *Card {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.lying
}

// Lay puts the card on the reader.
func (d *Cards) Lay(c *Card) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.lying != nil || d.held == c {
		return ErrTaken
	}
	d.lying = c
	d.reader.Lay(c)
	return nil
}

// Lift takes the card off the reader, if one lies there.
func (d *Cards) Lift() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.reader.Lift()
	d.lying, d.extra = nil, nil
}

// Hold gives the card to f as if it were held to a phone: powered from nothing
// and, when f is through, without power again. Everything between is the
// firmware's own card driver over the card's APDUs. ErrAway, ErrTaken.
func (d *Cards) Hold(ctx context.Context, c *Card, f func(context.Context, *jpki.Card) error) error {
	if err := d.take(c); err != nil {
		return err
	}
	defer d.giveBack()
	c.sim.PowerOff()
	c.sim.PowerOn()
	defer c.sim.PowerOff()
	return f(ctx, jpki.New(link{c.sim}, []*x509.Certificate{c.ca}, d.log))
}

func (d *Cards) take(c *Card) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.lying == c, d.extra == c:
		return ErrAway
	case d.held != nil:
		return ErrTaken
	}
	d.held = c
	return nil
}

func (d *Cards) giveBack() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.held = nil
}

// Reload issues the card anew from its folder. It must be in the hand.
func (d *Cards) Reload(c *Card) error {
	fresh, err := load(c.Dir)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.lying == c || d.extra == c || d.held == c {
		return ErrTaken
	}
	c.sim, c.Name, c.ca = fresh.sim, fresh.Name, fresh.ca
	return nil
}

// Issue is Reload after SetSecrets.
func (d *Cards) Issue(c *Card, pin, password string) error {
	if err := SetSecrets(c.Dir, pin, password); err != nil {
		return err
	}
	return d.Reload(c)
}

// SetSecrets replaces the PIN and the password in a card's folder; what is empty
// stays.
func SetSecrets(dir, pin, password string) error {
	name := filepath.Join(dir, "card.json")
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var card map[string]any
	if err := json.Unmarshal(text, &card); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	for key, value := range map[string]string{"pin": pin, "password": password} {
		if value != "" {
			card[key] = value
		}
	}
	if text, err = json.MarshalIndent(card, "", "  "); err != nil {
		return err
	}
	return os.WriteFile(name, append(text, '\n'), 0o600)
}
