package bank

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"multicopy.example/cmd/internal/verifier"
)

// Night is what the bank does once a day: it reads what happened to its consents, has the platform look at the
// certificates, and asks about those that are not good. What it did is kept, a line for each.
func (b *Bank) Night(ctx context.Context) (done []string, err error) {
	say := func(format string, a ...any) { done = append(done, fmt.Sprintf(format, a...)) }
	for _, step := range []func(context.Context, func(string, ...any)) error{b.feed, b.check, b.inquire} {
		if err = step(ctx, say); err != nil {
			say("stopped: %v", err)
			break
		}
	}
	kept := b.changes(func(k *Kept) error {
		for _, line := range done {
			k.Nights = append(k.Nights, b.Now().UTC().Format(time.RFC3339)+" "+line)
		}
		if n := len(k.Nights); n > mostNights {
			k.Nights = k.Nights[n-mostNights:]
		}
		return nil
	})
	if err == nil {
		err = kept
	}
	return done, err
}

// mostNights is how many lines of them are kept.
const mostNights = 100

// ends are the states that changes bring.
var ends = map[string]string{"cancelled": "cancelled"}

// feed reads the changes. A consent that was withdrawn elsewhere, at a kiosk or in the app, ends here too.
func (b *Bank) feed(ctx context.Context, say func(string, ...any)) error {
	for {
		b.mu.Lock()
		after := b.kept.Cursor
		b.mu.Unlock()
		q := url.Values{"provider": {b.Keys.Provider}, "after": {strconv.FormatInt(after, 10)}}
		list, err := asks[verifier.Changes](ctx, b, http.MethodGet, verifier.PathChanges+"?"+q.Encode(), nil)
		if err != nil || len(list.Changes) == 0 {
			return err
		}
		err = b.changes(func(k *Kept) error {
			for _, change := range list.Changes {
				for _, c := range k.Customers {
					if change.Consent == nil || c.Consent == nil || c.Consent.ID != *change.Consent {
						continue
					}
					say("feed %d: the consent of account %s: %s", change.N, c.Account, change.What)
					if end, ok := ends[change.What]; ok {
						c.Consent.State, c.Consent.Changed = end, false
					}
				}
			}
			k.Cursor = list.Next
			return nil
		})
		if err != nil {
			return err
		}
	}
}

// checked is what the platform's check has found.
type checked struct {
	Looked  int           `json:"looked"`
	Changed []verifier.ID `json:"changed"`
}

func (b *Bank) check(ctx context.Context, say func(string, ...any)) error {
	found, err := asks[checked](ctx, b, http.MethodPost, "/check", nil)
	if err != nil {
		return err
	}
	say("certificates: %d looked at, %d not good", found.Looked, len(found.Changed))
	err = b.changes(func(k *Kept) error {
		for _, handle := range found.Changed {
			for _, c := range k.Customers {
				if c.Consent != nil && c.Consent.Handle == handle && c.Consent.stands() {
					c.Consent.Changed = true
				}
			}
		}
		return nil
	})
	if err != nil || len(found.Changed) == 0 {
		return err
	}
	_, err = asks[struct{}](ctx, b, http.MethodPost, "/checked", found) // behind what is on disk: lost, it is told again
	return err
}

// inquire asks about customers whose certificates are not good. A request id is on disk before it is sent, and the same
// one is sent until it is answered: what was charged once is not charged again.
func (b *Bank) inquire(ctx context.Context, say func(string, ...any)) error {
	m := verifier.Latest{Contract: verifier.Contract, Provider: b.Keys.Provider}
	err := b.changes(func(k *Kept) error {
		for _, c := range k.Customers {
			if c.Consent == nil || !c.Consent.Changed || len(m.Questions) == verifier.MaxQuestions {
				continue
			}
			if c.Consent.Request == (verifier.ID{}) {
				c.Consent.Request = verifier.NewRequest(b.Now())
			}
			m.Questions = append(m.Questions, verifier.Question{Request: c.Consent.Request, Service: b.Service, Handle: c.Consent.Handle})
		}
		return nil
	})
	if err != nil || len(m.Questions) == 0 {
		return err
	}
	all, err := asks[verifier.Answers](ctx, b, http.MethodPost, verifier.PathLatest, m)
	if err != nil {
		return err
	}
	if len(all.Answers) != len(m.Questions) {
		return fmt.Errorf("%d answers to %d questions", len(all.Answers), len(m.Questions))
	}
	return b.changes(func(k *Kept) error {
		for i, a := range all.Answers {
			for _, c := range k.Customers {
				if c.Consent != nil && c.Consent.Request == m.Questions[i].Request && a.Request == c.Consent.Request {
					if err := b.learn(c, m.Questions[i], a, say); err != nil { // this one is asked again, and the others stand
						say("account %s: the answer does not open: %v", c.Account, err)
					}
				}
			}
		}
		return nil
	})
}

// overBy are the decisions that end a consent.
var overBy = map[string]string{"cancelled": "cancelled", "expired": "expired", "ended": "ended", "no-consent": "ended"}

// learn takes one answer.
func (b *Bank) learn(c *Customer, q verifier.Question, a verifier.Answer, say func(string, ...any)) error {
	say("account %s: %s", c.Account, a.Decision)
	of := c.Consent
	switch state, over := overBy[a.Decision]; {
	case over:
		of.State, of.Changed = state, false
	case a.Decision == "no-change":
		of.State, of.Changed = "active", false
	case a.Decision == "given":
		items, err := b.Keys.Open(a.Sealed, q)
		if err != nil {
			return err
		}
		if items.Consent != of.ID {
			return fmt.Errorf("account %s: items of another consent", c.Account)
		}
		of.State, of.Changed = "active", false
		if items.Address != "" {
			c.Address, c.Since = items.Address, items.AsOf
		}
		if items.Name != "" {
			c.Name = items.Name
		}
	} // nothing-yet, not-begun, busy and the others: asked again in the next night
	of.Request = verifier.ID{}
	return nil
}
