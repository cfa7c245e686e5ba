// Package bank is a bank that learns of its customers' moves by their consent: it shows them what they agree to,
// has their statement signed by the card's own program, asks through its platform, and opens what is sealed
// to it. It keeps no serial number and no certificate.
//
// Call New, serve Handler, and call Night once a day.
package bank

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"time"

	"multicopy.example/cmd/internal/verifier"
)

// Config of a bank.
type Config struct {
	Name     string            // as people know it
	Keys     verifier.Bank     // reads receipts and answers
	Platform string            // of its platform, http://HOST:PORT
	Service  verifier.ID       // that people agree to
	Items    []string          // which the service asks for
	Texts    map[string]string // that people read, by languages
	Card     string            // of the program that holds the person's card, http://HOST:PORT
	File     string            // what it keeps
	Now      func() time.Time
	Log      *slog.Logger
}

// Bank has customers.
type Bank struct {
	Config
	http *http.Client

	mu   sync.Mutex
	kept Kept
}

// Kept is all that a bank knows, as its file has it.
type Kept struct {
	Customers []*Customer `json:"customers"`
	Cursor    int64       `json:"cursor"` // of the feed of changes
	Nights    []string    `json:"nights"` // what was done in the last ones
}

// Customer of the bank.
type Customer struct {
	Account string   `json:"account"`
	Card    string   `json:"card"` // of whom: the test resident
	Name    string   `json:"name"`
	Address string   `json:"address"`
	Since   int64    `json:"since,omitempty"` // when it learned the address
	Consent *Consent `json:"consent,omitempty"`
	Waits   []byte   `json:"waits,omitempty"` // the statement that is being signed
}

// Consent of a customer, as the bank has it.
type Consent struct {
	ID       verifier.ID `json:"consent"`
	Handle   verifier.ID `json:"handle"`
	State    string      `json:"state"`
	Lang     string      `json:"lang"`
	From     int64       `json:"from"`
	Until    int64       `json:"until"`
	Receipts []string    `json:"receipts"`         // JWS
	Changed  bool        `json:"changed"`          // the certificate is not good: it has to ask
	Request  verifier.ID `json:"request,omitzero"` // that was not answered yet
}

// patience is how long an answer is waited for.
const patience = 30 * time.Second

// New is a bank with what its file says, or with these customers where there is none.
func New(c Config, customers ...*Customer) (*Bank, error) {
	b := &Bank{Config: c, http: &http.Client{Timeout: patience}, kept: Kept{Customers: customers}}
	text, err := os.ReadFile(c.File)
	if os.IsNotExist(err) {
		return b, nil
	}
	if err == nil {
		err = json.Unmarshal(text, &b.kept)
	}
	return b, err
}

// changes what is kept, on disk before it returns.
func (b *Bank) changes(f func(*Kept) error) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := f(&b.kept); err != nil {
		return err
	}
	text, err := json.MarshalIndent(b.kept, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(b.File+".new", append(text, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(b.File+".new", b.File)
}

var errAccount = errors.New("no such account")

// customer with that account.
func (k *Kept) customer(account string) (*Customer, error) {
	for _, c := range k.Customers {
		if c.Account == account {
			return c, nil
		}
	}
	return nil, errAccount
}

// customer as it is now, to be read.
func (b *Bank) customer(account string) (c Customer, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	of, err := b.kept.customer(account)
	if err != nil {
		return c, err
	}
	c = *of
	if c.Consent != nil {
		consent := *c.Consent
		c.Consent = &consent
	}
	return c, nil
}

// Refused is an answer of the authority that is no answer to what was asked.
type Refused struct{ verifier.Refusal }

func (r Refused) Error() string { return r.Code + ": " + r.Detail }

// maxAnswer is more than 500 sealed answers are.
const maxAnswer = 4 << 20

// asks the platform, which carries it.
func asks[A any](ctx context.Context, b *Bank, method, path string, m any) (a A, err error) {
	body, err := json.Marshal(m)
	if err != nil {
		return a, err
	}
	r, err := http.NewRequestWithContext(ctx, method, b.Platform+path, bytes.NewReader(body))
	if err != nil {
		return a, err
	}
	r.Header.Set("Content-Type", "application/json")
	reply, err := b.http.Do(r)
	if err != nil {
		return a, err
	}
	defer reply.Body.Close()
	text, err := io.ReadAll(io.LimitReader(reply.Body, maxAnswer))
	if err != nil {
		return a, err
	}
	if reply.StatusCode != http.StatusOK {
		refusal, err := verifier.Decode[verifier.Refusal](text)
		if err != nil {
			return a, fmt.Errorf("%s: %s", path, reply.Status)
		}
		return a, Refused{refusal}
	}
	return verifier.Decode[A](text)
}
