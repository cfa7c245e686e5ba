package demo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/harness/cards"
	"multicopy.example/cmd/kiosk-demo/internal/phone"
	"multicopy.example/devices/jpki"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// A Hand is what the phone does with the cards and the authority.
type Hand struct {
	world *harness.World
	real  bool // the kiosk has a real reader

	mu    sync.Mutex
	right map[string][]byte // new secrets that the card called right, by the card's key
	held  map[string]signed
	made  map[string]Booking // by the card's key, the last one
	tries map[string]*try    // of a face, by the card's key
	photo map[string]bool    // cards that a picture was put into
}

// signed is a reservation that the card has signed and that was not sent yet.
type signed struct {
	harness.Signed
	key  string
	made time.Time
}

// A Booking is a reservation that was made.
type Booking struct {
	ID      string // at the authority
	Flow    kiosk.Flow
	Expires time.Time
	Code    []byte // the one-time password, kept so that the run's files can be searched for it
}

// heldFor is how long a signed reservation waits for the face step: the
// authority's challenge lives for five minutes.
const heldFor = 5 * time.Minute

func newHand(w *harness.World, real bool) *Hand {
	return &Hand{world: w, real: real, held: map[string]signed{}, made: map[string]Booking{}, right: map[string][]byte{}, tries: map[string]*try{}, photo: map[string]bool{}}
}

// People lists the residents for the page.
func (h *Hand) People() []phone.Person {
	var list []phone.Person
	lying := h.world.Cards.Lying()
	for _, c := range h.world.Cards.All() {
		list = append(list, phone.Person{Key: c.Key, Name: c.Name, Away: c == lying || c == h.world.Cards.Extra(), Trouble: about(c.Key)})
	}
	return list
}

// about is a resident's trouble in both languages, with the code that the
// kiosk will show. The page puts its names of the secrets in.
func about(key string) phone.Sentence {
	t := troubleOf(key)
	s := phone.Sentence{JA: t.JA, EN: t.EN}
	if t.Code != "" {
		s.JA += " · " + t.Code
		s.EN += " · " + t.Code
	}
	return s
}

var errNobody = errors.New("no such resident")

// known turns the desk's and the card's errors into those that the page has
// sentences for.
func known(err error) error {
	switch {
	case errors.Is(err, cards.ErrAway):
		return phone.ErrAway
	case errors.Is(err, port.ErrBlocked):
		return phone.ErrBlocked
	}
	var refused *appclient.Error
	if errors.As(err, &refused) && refused.Status == http.StatusConflict {
		return errors.Join(phone.ErrRefused, err)
	}
	return err
}

// Tries are the card's two counters.
func (h *Hand) Tries(ctx context.Context, key string) (kiosk.Tries, error) {
	card := h.world.Cards.Find(key)
	if card == nil {
		return kiosk.Tries{}, errNobody
	}
	var tries kiosk.Tries
	err := h.world.Cards.Hold(ctx, card, func(ctx context.Context, c *jpki.Card) error {
		f, err := c.Read(ctx)
		tries = tries.With(kiosk.RefAuth, f.AuthTries).With(kiosk.RefSign, f.SignTries)
		return err
	})
	return tries, known(err)
}

// Sign lets the card compare the secret that proves the resident and sign a
// reservation.
func (h *Hand) Sign(ctx context.Context, key string, flow kiosk.Flow, proof []byte) (phone.Answer, string, error) {
	card := h.world.Cards.Find(key)
	if card == nil {
		return phone.Answer{}, "", errNobody
	}
	sent, err := h.world.Phone.Sign(ctx, card, flow, proof)
	var wrong port.WrongSecret
	switch {
	case errors.As(err, &wrong):
		return phone.Answer{Left: wrong.Left}, "", nil
	case err != nil:
		return phone.Answer{}, "", known(err)
	}
	token := rand.Text()
	h.mu.Lock()
	defer h.mu.Unlock()
	for t, old := range h.held { // what was never sent
		if time.Since(old.made) > heldFor {
			delete(h.held, t)
		}
	}
	h.held[token] = signed{sent, key, time.Now()}
	return phone.Answer{Right: true, Left: flow.Proof().Full()}, token, nil
}

// AtCounter reserves at the municipal counter, where a clerk looks at the resident: the card
// compares the proof secret there and signs.
func (h *Hand) AtCounter(ctx context.Context, key string, flow kiosk.Flow, proof []byte) (code []byte, err error) {
	card := h.world.Cards.Find(key)
	if card == nil {
		return nil, errNobody
	}
	s, err := h.world.Phone.Sign(ctx, card, flow, proof)
	if err != nil {
		return nil, err
	}
	r, err := h.world.Authority.Reserve(ctx, s)
	if err != nil {
		return nil, err
	}
	b, err := h.book(key, flow, r)
	return b.Code, err
}

// book keeps what was reserved.
func (h *Hand) book(key string, flow kiosk.Flow, r appclient.ReserveReply) (Booking, error) {
	if len(r.OTP) != 8 {
		return Booking{}, fmt.Errorf("the authority gave a one-time password of %d digits", len(r.OTP))
	}
	b := Booking{ID: r.Reservation, Flow: flow, Expires: time.Unix(r.Expires, 0), Code: []byte(r.OTP)}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.made[key] = b
	return b, nil
}

// Booked is the last reservation of that card; false where there is none.
func (h *Hand) Booked(key string) (Booking, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	b, ok := h.made[key]
	return b, ok
}

// Check lets the card compare a new secret that was set at the kiosk. One that
// is right is remembered: a person's choice is otherwise known to the card
// alone, and the run's files are searched for it at the end. A card that lay on
// a real reader is not here to be asked, and the demo's of the same resident
// would lose a try for it.
func (h *Hand) Check(ctx context.Context, key string, flow kiosk.Flow, fresh []byte) (phone.Answer, error) {
	card := h.world.Cards.Find(key)
	if card == nil {
		return phone.Answer{}, errNobody
	}
	if h.real {
		return phone.Answer{}, errElsewhere
	}
	_, said, err := h.world.Phone.Compare(ctx, card, flow.Target(), fresh)
	err = errors.Join(err, said)
	var wrong port.WrongSecret
	switch {
	case errors.As(err, &wrong):
		return phone.Answer{Left: wrong.Left}, nil
	case err != nil:
		return phone.Answer{}, known(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.right[key] = append([]byte(nil), fresh...)
	return phone.Answer{Right: true, Left: flow.Target().Full()}, nil
}

// Checked is the last secret that the card called right; nil where it was
// asked for none.
func (h *Hand) Checked(key string) []byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.right[key]
}
