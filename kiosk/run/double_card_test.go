package run

import (
	"context"
	"errors"
	"fmt"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/secret"
)

// card is the card itself; benchContact is its stay in the field.
type card struct {
	b          *bench
	name       string
	auth, sign int8
	fresh      string // the new secret, as it arrived
	pin        string
	tear       bool // the next write happens, and the answer is lost
	refuses    bool // the next write is refused
}

type benchContact struct {
	*card
	gone       bool
	challenged bool
	busy       bool
}

var errGone = fmt.Errorf("the link: %w", port.ErrGone)

// use is one exchange: alone, and never a presence check while a challenge
// stands.
func (c *benchContact) use(ctx context.Context, op string, d time.Duration) error {
	b := c.b
	b.mu.Lock()
	if c.busy {
		b.t.Errorf("%s while another command is under way", op)
	}
	if c.challenged && op != "run" && op != "release" {
		b.t.Errorf("%s between challenge and run kills the challenge", op)
	}
	if op != "read" && op != "present" && op != "release" && c.name != b.whose {
		b.t.Errorf("the visit of %q reached the card of %q with %s", b.whose, c.name, op)
	}
	c.challenged = op == "challenge"
	c.busy = true
	gone := c.gone
	b.mu.Unlock()
	defer func() { b.mu.Lock(); c.busy = false; b.mu.Unlock() }()
	if gone {
		return errGone
	}
	if op == "present" {
		b.mu.Lock()
		defer b.mu.Unlock()
		if c.gone = b.field != c.card; c.gone {
			return errGone
		}
		return ctx.Err()
	}
	err := b.work(ctx, "card", op, d)
	b.mu.Lock()
	defer b.mu.Unlock()
	if c.gone = c.gone || b.field != c.card; c.gone && op != "release" {
		return errGone
	}
	return err
}

func (c *benchContact) Read(ctx context.Context) (port.Facts, error) {
	err := c.use(ctx, "read", 300*time.Millisecond)
	c.b.mu.Lock()
	defer c.b.mu.Unlock()
	return port.Facts{Token: kiosk.TokenCard, AuthCert: []byte(c.name), HasSign: true, AuthTries: c.auth, SignTries: c.sign,
		Trusted: true}, err
}

func (c *benchContact) Verify(ctx context.Context, ref kiosk.Ref, s secret.Secret) error {
	if err := c.use(ctx, "verify", 200*time.Millisecond); err != nil {
		return err
	}
	c.b.mu.Lock()
	defer c.b.mu.Unlock()
	left := &c.auth
	if ref == kiosk.RefSign {
		left = &c.sign
	}
	if *left == 0 {
		return port.ErrBlocked
	}
	if err := s.Use(func(p []byte) error {
		if string(p) != c.pin {
			return port.WrongSecret{}
		}
		return nil
	}); err != nil {
		*left--
		return port.WrongSecret{Left: *left}
	}
	*left = ref.Full()
	return nil
}

func (c *benchContact) Sign(ctx context.Context, ref kiosk.Ref, digest [32]byte) ([]byte, error) {
	return []byte("signature"), c.use(ctx, "sign", 500*time.Millisecond)
}

func (c *benchContact) Challenge(ctx context.Context) ([]byte, error) {
	return []byte("0123456789abcdef"), c.use(ctx, "challenge", 50*time.Millisecond)
}

func (c *benchContact) Run(ctx context.Context, g port.Grant, fresh secret.Secret) error {
	if g.ID == (kiosk.GrantID{}) {
		c.b.t.Error("a write without a grant")
	}
	if err := c.use(ctx, "run", 300*time.Millisecond); err != nil {
		return errors.Join(port.ErrUnknown, err)
	}
	c.b.mu.Lock()
	refuses, tear := c.refuses, c.tear
	c.refuses, c.tear = false, false
	c.b.mu.Unlock()
	if refuses {
		return port.ErrRefused
	}
	c.b.mu.Lock()
	defer c.b.mu.Unlock()
	_ = fresh.Use(func(p []byte) error { c.fresh = string(p); return nil })
	c.sign = kiosk.RefSign.Full()
	if tear {
		c.b.field, c.gone = nil, true
		return port.ErrUnknown
	}
	return nil
}

func (c *benchContact) Present(ctx context.Context) error { return c.use(ctx, "present", 0) }
func (c *benchContact) Release(ctx context.Context) error {
	err := c.use(ctx, "release", 10*time.Millisecond)
	c.b.mu.Lock()
	defer c.b.mu.Unlock()
	c.gone = true // to speak to it again takes a new tap
	return err
}

// The authority.
