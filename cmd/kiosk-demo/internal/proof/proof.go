// Package proof holds, after a visit, what was claimed against what is there:
// the card, the authority, the kiosk's ledger, and every file that the run
// wrote.
//
// It asks the card and the authority themselves, reads the ledger only after
// the firmware has ended, and changes nothing in the run folder. A proof that
// could not be carried out has failed. Read [Run] first.
package proof

import (
	"context"
	"fmt"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/kiosk-demo/internal/cards"
	"multicopy.example/cmd/kiosk-demo/internal/hunt"
	"multicopy.example/kiosk/secret"
)

// Evidence is what there is to look at.
type Evidence struct {
	Folder string                // what is searched for secrets
	Home   func(rel string) bool // files in it where the secrets are at home
	Data   string                // the firmware's data folder

	Kiosk       string // its name at the authority
	App         *appclient.Client
	Reservation string

	Desk     *cards.Desk
	Card     *cards.Card
	Slot     secret.Secret // to lend the card a password; wiped after each use
	Old, New []byte
	Secrets  []hunt.Secret // all of the visit's, Old and New among them
}

// Names of the proofs.
const (
	NewWorks = "the new password works"
	OldFails = "the old password does not"
	Outcome  = "the authority has the outcome"
	Ledger   = "the ledger verifies"
	Records  = "the authority holds the kiosk's records"
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

// Run carries out all proofs, whatever becomes of each.
func Run(ctx context.Context, e Evidence) []Result {
	var all []Result
	for _, p := range []struct {
		name string
		f    func(context.Context) (string, error)
	}{
		// The old password first: the right one afterwards fills the counter
		// again.
		{OldFails, e.oldFails}, {NewWorks, e.newWorks}, {Outcome, e.outcome},
		{Ledger, e.ledger}, {Records, e.records}, {NoSecret, e.noSecret},
	} {
		note, err := p.f(ctx)
		all = append(all, Result{p.name, err, note})
	}
	return all
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
	for _, s := range e.Secrets {
		if len(s.Value) < 4 {
			return "", fmt.Errorf("the %s is not known, so nothing can be searched for it", s.Name)
		}
	}
	patterns := hunt.Patterns(e.Secrets...)
	r, err := hunt.Folder(e.Folder, patterns, e.Home)
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
