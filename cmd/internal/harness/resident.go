package harness

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"multicopy.example/cmd/internal/harness/cards"
	"multicopy.example/cmd/internal/secretscan"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// A Resident is the holder of a card: what they know, and what their phone
// shows.
type Resident struct {
	Card          *cards.Card
	PIN, Password string // as the holder believes them to be
	New           Chosen
	Code          string // the one-time password of the reservation
	Reservation   string // its id
	w             *World
}

// Chosen are the secrets that a resident comes to set.
type Chosen struct{ Password, PIN, Other string }

// All lists them.
func (c Chosen) All() []string { return []string{c.Password, c.PIN, c.Other} }

// theirs are those of every resident for whom no other was drawn.
var theirs = Chosen{Password: "SAKURA7782", PIN: "8259", Other: "MOMIJI6143"}

// Resident is the one of that name, who knows what stands in the letter that
// came with the card.
func (w *World) Resident(name string) (*Resident, error) {
	c := w.Cards.Find(name)
	if c == nil {
		return nil, fmt.Errorf("no resident is called %q", name)
	}
	b, err := os.ReadFile(filepath.Join(c.Dir, "card.json"))
	if err != nil {
		return nil, err
	}
	var letter struct{ Pin, Password string }
	if err := json.Unmarshal(b, &letter); err != nil {
		return nil, err
	}
	r := &Resident{Card: c, PIN: letter.Pin, Password: letter.Password, New: theirs, w: w}
	w.Secrets = append(append(w.Secrets, r.PIN, r.Password), r.New.All()...)
	return r, nil
}

// proof is what proves the resident in a flow.
func (r *Resident) proof(f kiosk.Flow) string {
	if f.Proof() == kiosk.RefSign {
		return r.Password
	}
	return r.PIN
}

// Reserve makes a reservation at the municipal counter.
func (r *Resident) Reserve(ctx context.Context, f kiosk.Flow) error {
	s, err := r.w.Phone.Sign(ctx, r.Card, f, []byte(r.proof(f)))
	if err != nil {
		return err
	}
	reply, err := r.w.Authority.Reserve(ctx, s)
	if err != nil {
		return err
	}
	r.Code, r.Reservation = reply.OTP, reply.Reservation
	r.w.Secrets = append(r.w.Secrets, reply.OTP)
	return nil
}

// Accepts has the card, held to the phone, compare a secret: four characters are
// the PIN. It is nil where the card takes it; kiosk.WrongSecret or
// kiosk.ErrBlocked where it does not, and a try may be spent.
func (r *Resident) Accepts(ctx context.Context, text string) error {
	ref := kiosk.RefSign
	if len(text) == 4 {
		ref = kiosk.RefAuth
	}
	_, said, err := r.w.Phone.Compare(ctx, r.Card, ref, []byte(text))
	return errors.Join(err, said)
}

// Refuses is nil where the card does not take the secret.
func (r *Resident) Refuses(ctx context.Context, text string) error {
	var wrong port.WrongSecret
	switch err := r.Accepts(ctx, text); {
	case err == nil:
		return errors.New("the card accepts it")
	case errors.As(err, &wrong), errors.Is(err, port.ErrBlocked):
		return nil
	default:
		return err
	}
}

// State waits until the authority calls the reservation that: open, claimed,
// granted, done, in doubt. A record may still be on its way.
func (r *Resident) State(ctx context.Context, want string) error {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	for {
		now, err := r.w.Authority.App().Reservation(ctx, r.Reservation)
		if err != nil {
			return err
		}
		if now.State == want {
			return nil
		}
		if !pause(ctx, 100*time.Millisecond) {
			return fmt.Errorf("the reservation is %s (outcome %s)", now.State, now.Outcome)
		}
	}
}

// pause is the time between two looks; false where ctx has ended.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// Wrong is a text of the same form that differs in every character.
func Wrong(s string) string {
	b := []byte(s)
	for i, c := range b {
		switch {
		case c == '9':
			b[i] = '0'
		case c == 'Z':
			b[i] = 'A'
		default:
			b[i] = c + 1
		}
	}
	return string(b)
}

// DrawPIN draws a PIN that no log has by chance: four different digits that are
// no year and no straight. intn is rand.IntN of some source.
func DrawPIN(intn func(int) int) string {
	for {
		if pin := fmt.Sprintf("%04d", intn(10_000)); secretscan.Distinct(pin) {
			return pin
		}
	}
}

// DrawPassword draws ten characters of both kinds.
func DrawPassword(intn func(int) int) string {
	const letters, digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
	b := make([]byte, 10)
	for i := range b {
		b[i] = (letters + digits)[intn(36)]
	}
	b[2], b[7] = letters[intn(26)], digits[intn(10)]
	return string(b)
}
