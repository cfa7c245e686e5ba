package demo

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/cardface"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/harness/cards"
	"multicopy.example/cmd/kiosk-demo/internal/phone"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// A try is what the phone knows of one before a camera.
type try struct {
	session string
	frames  int
	flow    kiosk.Flow
}

// Printed is what stands on a test card: its holder would read it off the card.
func (h *Hand) Printed(key string) (p phone.Printed) {
	card := h.world.Cards.Find(key)
	if card == nil {
		return p
	}
	b, err := os.ReadFile(filepath.Join(card.Dir, "number-b.txt"))
	if n := strings.TrimSpace(string(b)); err == nil && len(n) == cardface.NumberBLen {
		p.Birth, p.Year, p.Code = n[:6], n[6:10], n[10:]
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	p.Photo = h.photo[key]
	return p
}

// Clerk is the command by which a reservation is made at the counter.
func (h *Hand) Clerk(key string, flow kiosk.Flow) string {
	if flow == kiosk.NoFlow {
		return ""
	}
	return fmt.Sprintf("authority-sandbox counter reserve %s --flow %s --dir %s", key, flow, h.world.Authority.File(""))
}

// Face reads the card for what is printed on it, and begins a try with what it has signed.
func (h *Hand) Face(ctx context.Context, key, token string, number []byte) (phone.Look, error) {
	card := h.world.Cards.Find(key)
	if card == nil {
		return phone.Look{}, errNobody
	}
	h.mu.Lock()
	s, ok := h.held[token]
	h.mu.Unlock()
	if !ok || time.Since(s.made) > heldFor || s.key != key {
		return phone.Look{}, phone.ErrLate
	}
	file, err := h.world.Cards.Face(ctx, card, number)
	defer clear(file)
	var wrong port.WrongSecret
	switch {
	case errors.As(err, &wrong):
		return phone.Look{}, phone.ErrPrinted
	case errors.Is(err, port.ErrBlocked):
		return phone.Look{}, phone.ErrSealed
	case errors.Is(err, cards.ErrNoFace):
		return phone.Look{}, phone.Ended{Code: "face-photo"}
	case err != nil:
		return phone.Look{}, known(err)
	}
	h.mu.Lock()
	delete(h.held, token) // it can be sent once
	h.mu.Unlock()
	r, err := h.world.Phone.Face(ctx, s.Signed, file)
	if err != nil {
		return phone.Look{}, ended(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.tries[key] = &try{session: r.Session, flow: s.Flow}
	return lookOf(r), nil
}

// Frame sends what the camera sees.
func (h *Hand) Frame(ctx context.Context, key string, jpeg []byte) (phone.Look, error) {
	h.mu.Lock()
	t := h.tries[key]
	if t != nil {
		t.frames++
	}
	h.mu.Unlock()
	if t == nil {
		return phone.Look{}, phone.ErrLate
	}
	r, err := h.world.Authority.App().Frame(ctx, appclient.FrameRequest{Session: t.session, N: t.frames, Frame: jpeg})
	if err != nil {
		return phone.Look{}, ended(err)
	}
	l := lookOf(r)
	if r.Made == nil {
		return l, nil
	}
	b, err := h.book(key, t.flow, *r.Made)
	l.Reserved = &phone.Reservation{Code: []byte(r.Made.OTP), Expires: b.Expires}
	return l, err
}

func lookOf(r appclient.FaceReply) phone.Look {
	return phone.Look{Wanted: r.Wanted, Step: r.Step, Steps: r.Steps, Hint: r.Hint}
}

// ended is the end of a try where the authority has a code for it.
func ended(err error) error {
	var refused *appclient.Error
	if errors.As(err, &refused) && (strings.HasPrefix(refused.Code, "face-") || refused.Code == "signature") {
		return phone.Ended{Code: refused.Code}
	}
	return known(err)
}

// Take puts a picture of the visitor into a test card, in memory alone: the counter signs it,
// and the card gets it.
func (h *Hand) Take(ctx context.Context, key string, jpeg []byte) error {
	card := h.world.Cards.Find(key)
	if card == nil {
		return errNobody
	}
	file, err := h.world.Authority.Photo(ctx, key, jpeg)
	defer clear(file)
	switch {
	case errors.Is(err, harness.ErrNoFace):
		return phone.ErrNoFace
	case err != nil:
		return err
	}
	card.SetFace(file)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.photo[key] = true
	return nil
}
