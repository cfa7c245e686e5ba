// Package verify holds, after a visit, what was claimed against what is there:
// the card, the authority, the kiosk's ledger, and every file that the run
// wrote.
//
// It asks the card and the authority themselves, reads the ledger only after
// the firmware has ended, and changes nothing in the run folder. A proof that
// could not be carried out has failed. Read [Run] first.
package verify

import (
	"context"
	"errors"
	"fmt"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/harness/cards"
	"multicopy.example/cmd/internal/secretscan"
	"multicopy.example/kiosk"
)

// Evidence is what there is to look at.
type Evidence struct {
	Folder string                // what is searched for secrets
	Home   func(rel string) bool // files in it where the secrets are at home
	Data   string                // the firmware's data folder

	RecordsKey string // file with the key that its records are sealed to

	Kiosk       string // its name at the authority
	App         *appclient.Client
	Reservation string
	Flow        kiosk.Flow
	Act         kiosk.Act
	Grants      int // that the visit needed; 0 where they were not counted
	Nth         int // of the visits in the ledger, from 1
	OKs         int // presses of OK that allowed the card to compare something

	Phone    *harness.Phone
	Card     *cards.Card
	Old, New []byte
	Secrets  []secretscan.Secret // all of the visit's, Old and New among them
}

// Names of the proofs that are asked for by name.
const (
	Outcome  = "the authority has the outcome"
	Asked    = "no try was spent unasked, and every record of the visit is there"
	Ledger   = "the ledger verifies"
	Records  = "the authority holds the kiosk's records"
	Sealed   = "the ledger's records are for the authority alone"
	NoSecret = "no secret stands in any file of the run"
)

// A Result is one proof's.
type Result struct {
	Name string
	Err  error  // nil: proved
	Note string // what was seen
}

// String is the line that is printed.
func (r Result) String() string {
	if r.Err != nil {
		return fmt.Sprintf("FAIL  %s: %v", r.Name, r.Err)
	}
	return fmt.Sprintf("ok    %s (%s)", r.Name, r.Note)
}

type aProof struct {
	name string
	f    func(context.Context) (string, error)
}

func carryOut(ctx context.Context, proofs []aProof) []Result {
	var all []Result
	for _, p := range proofs {
		note, err := p.f(ctx)
		all = append(all, Result{p.name, err, note})
	}
	return all
}

// card are the proofs that the card itself gives. The old secret is asked
// first: the right one afterwards fills the counter again.
func (e Evidence) card() []aProof {
	if e.Act == kiosk.Unlock {
		return []aProof{{"the counter is full and the " + e.name() + " is the same", e.unlocked}}
	}
	return []aProof{{"the old " + e.name() + " does not work", e.oldFails}, {"the new " + e.name() + " works", e.newWorks}}
}

// Run carries out all proofs of a run with one visit, whatever becomes of
// each.
func Run(ctx context.Context, e Evidence) []Result {
	return append(carryOut(ctx, e.card()), Rest(ctx, e)...)
}

// Rest carries out those of Run for which the card is not asked, because its new secret
// is not known.
func Rest(ctx context.Context, e Evidence) []Result {
	return carryOut(ctx, []aProof{{Outcome, e.outcome}, {Ledger, e.ledger}, {Records, e.records}, {Sealed, e.sealed}, {NoSecret, e.noSecret}})
}

// Visit carries out those of one visit of several.
func Visit(ctx context.Context, e Evidence) []Result {
	return carryOut(ctx, append(e.card(), aProof{Outcome, e.outcome}, aProof{Asked, e.asked}, aProof{NoSecret, e.noSecret}))
}

// Kiosk carries out those of the kiosk itself; e needs no card.
func Kiosk(ctx context.Context, e Evidence) []Result {
	return carryOut(ctx, []aProof{{Ledger, e.ledger}, {Records, e.records}, {Sealed, e.sealed}})
}

// Failed lists the names of the proofs that failed.
func Failed(all []Result) []string {
	var names []string
	for _, r := range all {
		if r.Err != nil {
			names = append(names, r.Name)
		}
	}
	return names
}

func (e Evidence) noSecret(context.Context) (string, error) {
	if len(e.Secrets) == 0 {
		return "", errors.New("there is nothing to search for")
	}
	for _, s := range e.Secrets {
		if len(s.Value) < 4 {
			return "", fmt.Errorf("the %s is not known, so nothing can be searched for it", s.Name)
		}
	}
	patterns := secretscan.Patterns(e.Secrets...)
	r, err := secretscan.Folder(e.Folder, patterns, e.Home)
	if err != nil {
		return "", err
	}
	if r.Files == 0 {
		return "", fmt.Errorf("%s has no file", e.Folder)
	}
	if n := len(r.Places); n > 0 {
		return "", fmt.Errorf("%d places, the first: %s", n, r.Places[0])
	}
	return fmt.Sprintf("%d secrets in %d shapes, %d files, %d bytes; the residents' own card.json left out", len(e.Secrets), len(patterns), r.Files, r.Bytes), nil
}
