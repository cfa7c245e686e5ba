package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/harness/ledgerfile"
	"multicopy.example/cmd/internal/secretscan"
	"multicopy.example/kiosk"
	"multicopy.example/offline"
	"multicopy.example/offline/export"
	"multicopy.example/offline/record"
)

// A remnant is what a kiosk has left on its disk at one moment: the folder with
// its data, its logs and all that it said, and every secret that was typed at
// it.
type remnant struct {
	When     string
	Folder   string
	Secrets  []secretscan.Secret
	Sessions int
}

// When a remnant is shown.
const (
	whenCut   = "the power was cut"
	whenOff   = "it was switched off"
	whenAside = "its ledger was set aside and exported"
)

// known plays visits in which anything may happen, each with secrets of its
// own, and shows what they have left three times: right after the plug was
// pulled, with SQLite's log as it lies; after all records were sent and the
// kiosk was switched off; and after its ledger was spoiled and set aside, with
// an export of both.
func known(ctx context.Context, o harness.Options, seed uint64, visits int, out io.Writer, look func(remnant) error) (err error) {
	v, err := open(ctx, o, seed, out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, v.Close()) }()
	v.issues = true
	if err := v.live(ctx, visits); err != nil {
		return err
	}
	if err := v.Kiosk.Kill(); err != nil {
		return err
	}
	show := func(when string) error {
		r := remnant{When: when, Folder: v.Kiosk.Dir, Secrets: v.known}
		if r.Sessions, err = v.sessions(ctx); err != nil {
			return err
		}
		return look(r)
	}
	if err := show(whenCut); err != nil {
		return err
	}
	// So many PINs stand by chance in a file: the search counts them.
	v.Secrets = slices.DeleteFunc(v.Secrets, func(s string) bool { return len(s) == 4 })
	if _, err := v.Settled(ctx); err != nil {
		return fmt.Errorf("seed %d: %w", seed, err)
	}
	if err := show(whenOff); err != nil {
		return err
	}
	if err := v.spoil(ctx); err != nil {
		return fmt.Errorf("seed %d: to spoil the ledger: %w", seed, err)
	}
	return show(whenAside)
}

// issue gives a resident a card anew, with secrets that no card had before, and
// lets them choose new ones.
func (v *visitor) issue(who string) (*harness.Resident, error) {
	c := v.Cards.Find(who)
	pin, password := v.drawPIN(), harness.DrawPassword(v.rnd.IntN)
	v.Cards.Lift()
	c.Disarm()
	if err := v.Cards.Issue(c, pin, password); err != nil {
		return nil, err
	}
	r, err := v.World.Resident(who)
	if err != nil {
		return nil, err
	}
	r.New = harness.Chosen{Password: harness.DrawPassword(v.rnd.IntN), PIN: v.drawPIN(), Other: harness.DrawPassword(v.rnd.IntN)}
	v.learn("4-digit PIN", pin, r.New.PIN)
	v.learn("password", password, r.New.Password, r.New.Other)
	v.Secrets = append(v.Secrets, r.New.All()...)
	return r, nil
}

func (v *visitor) learn(kind string, values ...string) {
	for _, value := range values {
		v.known = append(v.known, secretscan.Secret{Name: kind, Value: []byte(value)})
	}
}

// drawPIN draws one that no card here has had.
func (v *visitor) drawPIN() string {
	for {
		if pin := harness.DrawPIN(v.rnd.IntN); !v.drawn[pin] {
			v.drawn[pin] = true
			return pin
		}
	}
}

// sessions is how many sessions of the authority the ledger knows.
func (v *visitor) sessions(ctx context.Context) (int, error) {
	records, err := new(ledgerfile.Reader).Everything(ctx, v.Kiosk.Data())
	if err != nil {
		return 0, err
	}
	seen := map[kiosk.SessionID]bool{}
	for _, r := range records {
		h, err := record.DecodeHeader(r.Bytes)
		if err != nil {
			return 0, err
		}
		seen[h.Session] = true
	}
	delete(seen, kiosk.SessionID{})
	return len(seen), nil
}

// spoil turns one bit of a record of the ledger that lies still, lets the
// firmware find it, and exports all that is there.
func (v *visitor) spoil(ctx context.Context) error {
	records, err := new(ledgerfile.Reader).Records(ctx, v.Kiosk.Data())
	if err != nil {
		return err
	}
	if err := ledgerfile.Spoil(v.Kiosk.Data(), records[len(records)-1]); err != nil {
		return err
	}
	if err := v.Kiosk.Start(); err != nil {
		return err
	}
	if _, err := v.Kiosk.At(ctx, kiosk.Idle); err != nil {
		return err
	}
	if err := v.Kiosk.Stop(); err != nil {
		return err
	}
	books, err := offline.Look(ctx, v.Kiosk.Data())
	if err != nil {
		return err
	}
	if len(books) < 2 {
		return errors.New("the firmware did not set it aside")
	}
	f, err := os.Create(filepath.Join(v.Kiosk.Dir, "ledger.export"))
	if err != nil {
		return err
	}
	return errors.Join(export.Write(f, books), f.Close())
}
