package run

import (
	"errors"
	"fmt"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/secret"
)

// contact is a card's stay in the field, until it loses its power.
type simContact struct {
	*simCard
	s     *simKiosk
	power int
	busy  bool
}

func (p *simCard) unpower() { p.power++; p.challenge, p.verified = 0, [3]bool{} }

// use is one exchange. do runs when the command reached the card; its answer
// may be lost on the way back.
func (c *simContact) use(ctx contextT, op string, long time.Duration, do func() error) error {
	s := c.s
	s.mu.Lock()
	if c.busy {
		s.wrong("%s while another command is under way", op)
	}
	c.busy = true
	s.untouched(op)
	how := 0
	if s.trouble > 0 {
		how = s.luck.IntN(s.trouble)
	}
	s.mu.Unlock()
	select {
	case <-ctx.Done():
	case <-time.After(long):
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c.busy = false
	if c.power != c.simCard.power || s.field != c.simCard || s.off || s.dead {
		return errGone
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if op != "run" {
		c.challenge = 0 // good for the next command alone
	}
	switch how {
	case 1: // it slipped before the command came
		c.unpower()
		return errGone
	case 2: // it slipped after
		_ = do()
		c.unpower()
		return errGone
	case 3:
		if op == "run" {
			return port.ErrRefused
		}
		if op != "verify" {
			return port.Fault(kiosk.MsgCardFault)
		}
	case 4, 5, 6, 7: // the power goes, with the command done or not
		if op == "run" {
			if how < 6 {
				_ = do()
			}
			s.off = true
			c.unpower()
			return errGone
		}
	}
	return do()
}

func (c *simContact) Read(ctx contextT) (f port.Facts, err error) {
	c.s.mu.Lock()
	if p := c.s.view.Place; c.s.turned && p != kiosk.DoubtCard && p != kiosk.DoubtReading && ctx.Err() == nil {
		c.s.wrong("a card is read at %s, and the ledger had no room for its visit", p)
	}
	c.s.mu.Unlock()
	err = c.use(ctx, "read", 300*time.Millisecond, func() error {
		f = port.Facts{Token: kiosk.TokenCard, AuthCert: []byte(c.name), HasSign: true, AuthTries: c.tries[kiosk.RefAuth],
			SignTries: c.tries[kiosk.RefSign], Trusted: true}
		return nil
	})
	return f, err
}

func (c *simContact) Verify(ctx contextT, ref kiosk.Ref, k secret.Secret) error {
	c.s.mu.Lock()
	c.s.act(ctx, kiosk.EntryTrying, "verify")
	if c.s.oks--; c.s.oks < 0 && ctx.Err() == nil {
		c.s.wrong("a try is spent that was not asked for")
	}
	if c.tries[ref] == 1 && !c.s.told {
		c.s.wrong("the last try is spent unannounced")
	}
	c.s.told = false
	c.s.mine(c.simCard)
	c.s.mu.Unlock()
	return c.use(ctx, "verify", 200*time.Millisecond, func() error {
		if c.tries[ref] == 0 {
			return port.ErrBlocked
		}
		ok := false
		_ = k.Use(func(p []byte) error { ok = string(p) == c.secret[ref]; return nil })
		if !ok {
			c.tries[ref]--
			if c.tries[ref] == 0 {
				return port.ErrBlocked
			}
			return port.WrongSecret{Left: c.tries[ref]}
		}
		c.tries[ref], c.verified[ref] = ref.Full(), true
		return nil
	})
}

func (c *simContact) Sign(ctx contextT, ref kiosk.Ref, digest [32]byte) (sig []byte, err error) {
	err = c.use(ctx, "sign", 400*time.Millisecond, func() error {
		if !c.verified[ref] {
			c.s.wrong("the card is asked to sign before its secret is verified")
		}
		sig = []byte(c.name + string(digest[:]))
		return nil
	})
	return sig, err
}

func (c *simContact) Challenge(ctx contextT) (ch []byte, err error) {
	c.s.mu.Lock()
	c.s.act(ctx, kiosk.EntryAsking, "challenge")
	c.s.asked++
	if c.s.asked > kiosk.MaxGrants {
		c.s.wrong("%d grants are asked for in one session", c.s.asked)
	}
	c.s.mu.Unlock()
	err = c.use(ctx, "challenge", 50*time.Millisecond, func() error {
		c.s.minted++
		c.challenge = int(c.s.minted)
		id := id16(c.s.minted)
		ch = id[:]
		return nil
	})
	return ch, err
}

// Run is the card's side of PROTOCOL: the grant is for this card and its last
// challenge, the proof secret is verified, and then secret and counter change
// together.
func (c *simContact) Run(ctx contextT, g port.Grant, fresh secret.Secret) error {
	c.s.mu.Lock()
	c.s.act(ctx, kiosk.EntryWriting, "run")
	c.s.mine(c.simCard)
	c.s.mu.Unlock()
	err := c.use(ctx, "run", 300*time.Millisecond, func() error {
		is, target := c.s.grants[g.ID], g.Flow.Target()
		if is == nil || is.card != c.name {
			c.s.wrong("a write without a grant for this card")
			return port.ErrRefused
		}
		if is.spent || is.challenge != c.challenge || !c.verified[g.Flow.Proof()] {
			return port.ErrRefused
		}
		is.spent, is.written = true, true
		c.challenge = 0
		if fresh.Len() > 0 {
			_ = fresh.Use(func(p []byte) error { c.secret[target] = string(p); return nil })
		}
		c.tries[target] = target.Full()
		c.writes++
		c.s.writes++
		return nil
	})
	if err != nil && !errors.Is(err, port.ErrRefused) {
		return fmt.Errorf("%w: %w", port.ErrUnknown, err)
	}
	return err
}

func (c *simContact) Present(ctx contextT) error {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	switch {
	case c.busy:
		c.s.wrong("a look while a command is under way")
	case c.power != c.simCard.power || c.s.field != c.simCard || c.s.off:
		return errGone
	case c.challenge != 0:
		c.s.wrong("a look between challenge and run kills the challenge")
	}
	return nil
}

func (c *simContact) Release(contextT) error {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	if c.power == c.simCard.power {
		c.unpower()
	}
	return nil
}
