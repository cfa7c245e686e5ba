package demo

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/harness/cards"
	"multicopy.example/cmd/internal/secretscan"
)

// spareSecrets gives every resident a PIN that stands nowhere in the files the
// sandbox has just made. Four digits stand by chance in many a Base64 text; so
// a PIN that is found later was written later. card.json, where the secrets
// are at home, is left out, here and in the search at the end.
func spareSecrets(dir string) error {
	residents := filepath.Join(dir, "residents")
	folders, err := os.ReadDir(residents)
	if err != nil {
		return err
	}
	folders = slices.DeleteFunc(folders, func(f os.DirEntry) bool { return !f.IsDir() })
	spare, err := sparePINs(dir, len(folders), func(rel string) bool { return Home(filepath.Join("authority", rel)) })
	if err != nil {
		return err
	}
	for i, f := range folders {
		if err := cards.SetSecrets(filepath.Join(residents, f.Name()), spare[i], ""); err != nil {
			return err
		}
	}
	return nil
}

// Home says whether a file, named relative to a run folder, is one of those
// where the residents' secrets are at home.
func Home(rel string) bool {
	ok, _ := filepath.Match("authority/residents/*/card.json", filepath.ToSlash(rel)) // the pattern is good
	return ok
}

// SparePIN draws a PIN that stands in no file of the run so far.
func (c *Demo) SparePIN() (string, error) {
	pins, err := sparePINs(c.Dir, 1, Home)
	if err != nil {
		return "", err
	}
	return pins[0], nil
}

// sparePINs draws n different PINs that stand in no file of the folder but at
// home. Far more than n are looked for in one search; some are found by
// chance.
func sparePINs(dir string, n int, home func(rel string) bool) ([]string, error) {
	drawn := map[string]bool{}
	var secrets []secretscan.Secret
	for len(secrets) < 4*n+16 {
		if pin := harness.DrawPIN(rand.IntN); !drawn[pin] {
			drawn[pin] = true
			secrets = append(secrets, secretscan.Secret{Name: pin, Value: []byte(pin)})
		}
	}
	r, err := secretscan.Folder(dir, secretscan.Patterns(secrets...), home)
	if err != nil {
		return nil, err
	}
	for _, p := range r.Places {
		delete(drawn, p.Secret)
	}
	var spare []string
	for _, s := range secrets {
		if drawn[s.Name] && len(spare) < n {
			spare = append(spare, s.Name)
		}
	}
	if len(spare) < n {
		return nil, fmt.Errorf("of %d PINs only %d are absent from the files", len(secrets), len(spare))
	}
	return spare, nil
}
