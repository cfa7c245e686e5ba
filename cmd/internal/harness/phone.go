package harness

import (
	"context"
	"sync"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/harness/cards"
	"multicopy.example/devices/jpki"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/secret"
)

// A Phone holds a card to its NFC and talks to the app's back end. It also has a
// card compare a secret, where a test wants to know what the card takes. The
// card must not lie on the reader.
type Phone struct {
	cards *cards.Cards
	app   *appclient.Client
}

// NewPhone is a phone for these cards.
func NewPhone(c *cards.Cards, app *appclient.Client) *Phone { return &Phone{c, app} }

// slot lends all phones of a process what a card is asked from: slots are few.
var slot struct {
	sync.Mutex
	secret.Secret
}

func typed(value []byte, f func(secret.Secret) error) (err error) {
	slot.Lock()
	defer slot.Unlock()
	if slot.Secret == 0 {
		if slot.Secret, err = secret.New(); err != nil {
			return err
		}
	}
	defer slot.Wipe()
	for _, b := range value {
		slot.Append(b)
	}
	return f(slot.Secret)
}

// Signed is a reservation that the card has signed and that was not sent yet.
type Signed struct {
	Flow                       kiosk.Flow
	cert, challenge, signature []byte
}

// Sign has the card compare the secret that proves the resident, and sign a
// reservation. kiosk.WrongSecret, kiosk.ErrBlocked.
func (p *Phone) Sign(ctx context.Context, c *cards.Card, flow kiosk.Flow, proof []byte) (Signed, error) {
	s := Signed{Flow: flow}
	err := typed(proof, func(slot secret.Secret) error {
		return p.cards.Hold(ctx, c, func(ctx context.Context, card *jpki.Card) error {
			f, err := card.Read(ctx)
			if err != nil {
				return err
			}
			// The challenge first: a card whose reservation would be refused
			// anyway must not spend a try.
			s.cert = f.AuthCert
			if s.challenge, err = p.app.Challenge(ctx, s.cert, flow.String()); err != nil {
				return err
			}
			if err := card.Verify(ctx, flow.Proof(), slot); err != nil {
				return err
			}
			s.signature, err = card.Sign(ctx, flow.Proof(), appclient.Digest(s.challenge, s.cert, flow.String()))
			return err
		})
	})
	return s, err
}

// Face begins a try of the face step with what the card has signed and what is printed on it.
func (p *Phone) Face(ctx context.Context, s Signed, printed []byte) (appclient.FaceReply, error) {
	return p.app.Face(ctx, appclient.FaceRequest{Cert: s.cert, Flow: s.Flow.String(), Challenge: s.challenge, Signature: s.signature, Card: printed})
}

// Compare powers the card from nothing and has it compare the secret; said is
// what it answers, and left how many tries it had before. Nothing that happened
// at the kiosk can still count.
func (p *Phone) Compare(ctx context.Context, c *cards.Card, ref kiosk.Ref, value []byte) (left int8, said, err error) {
	err = typed(value, func(slot secret.Secret) error {
		return p.cards.Hold(ctx, c, func(ctx context.Context, card *jpki.Card) error {
			f, err := card.Read(ctx)
			if err != nil {
				return err
			}
			if left = f.AuthTries; ref == kiosk.RefSign {
				left = f.SignTries
			}
			said = card.Verify(ctx, ref, slot)
			return nil
		})
	})
	return left, said, err
}

// SignDigest has the card compare the signing password, and sign a SHA-256 with the key that it
// guards. port.WrongSecret, port.ErrBlocked.
func (p *Phone) SignDigest(ctx context.Context, c *cards.Card, password []byte, digest [32]byte) (signature []byte, err error) {
	return p.SignBy(ctx, c, kiosk.RefSign, password, digest)
}

// SignBy is SignDigest by either secret.
func (p *Phone) SignBy(ctx context.Context, c *cards.Card, ref kiosk.Ref, value []byte, digest [32]byte) (signature []byte, err error) {
	err = typed(value, func(slot secret.Secret) error {
		return p.cards.Hold(ctx, c, func(ctx context.Context, card *jpki.Card) error {
			if _, err := card.Read(ctx); err != nil {
				return err
			}
			if err := card.Verify(ctx, ref, slot); err != nil {
				return err
			}
			signature, err = card.Sign(ctx, ref, digest)
			return err
		})
	})
	return signature, err
}
