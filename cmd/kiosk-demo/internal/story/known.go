package story

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"multicopy.example/cmd/internal/harness/headless"
	"multicopy.example/cmd/internal/harness/ledgerfile"
	"multicopy.example/cmd/internal/secretscan"
	"multicopy.example/kiosk"
	"multicopy.example/offline"
	"multicopy.example/offline/export"
	"multicopy.example/offline/record"
)

// A Remnant is what a kiosk has left on its disk at one moment: the folder with
// its data, its logs and all that it said, and every secret that was typed at
// it.
type Remnant struct {
	When     string
	Folder   string
	Secrets  []secretscan.Secret
	Sessions int
}

// When a Remnant is shown.
const (
	WhenCut   = "the plug was pulled"
	WhenOff   = "it was switched off"
	WhenAside = "its ledger was set aside and exported"
)

// Known plays visits in which anything may happen, each with secrets of its
// own, and shows what they have left three times: right after the plug was
// pulled, with SQLite's log as it lies; after all records were sent and the
// kiosk was switched off; and after its ledger was spoiled and set aside, with
// an export of both.
func Known(ctx context.Context, dir string, seed uint64, visits int, programs Programs, out io.Writer, look func(Remnant) error) (err error) {
	d, err := drunkard(ctx, dir, seed, programs, out)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.shop.Close()) }()
	d.issues, d.counts = true, true
	if err := d.live(ctx, visits); err != nil {
		return err
	}
	d.shop.pull()
	<-d.shop.kiosk.Done()
	show := func(when string) error {
		r := Remnant{When: when, Folder: d.shop.file(""), Secrets: d.known}
		if r.Sessions, err = d.sessions(ctx); err != nil {
			return err
		}
		return look(r)
	}
	if err := show(WhenCut); err != nil {
		return err
	}
	if err := d.prove(ctx); err != nil {
		return fmt.Errorf("seed %d: %w", seed, err)
	}
	if err := show(WhenOff); err != nil {
		return err
	}
	if err := d.spoil(ctx); err != nil {
		return fmt.Errorf("seed %d: to spoil the ledger: %w", seed, err)
	}
	return show(WhenAside)
}

// issue gives a resident a card anew, with secrets that nobody had before, and
// lets them choose new ones.
func (d *Drunkard) issue(who string) error {
	c := d.shop.desk.Find(who)
	name := filepath.Join(c.Dir, "card.json")
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var card map[string]any
	if err := json.Unmarshal(text, &card); err != nil {
		return err
	}
	pin, password := d.drawPIN(), d.drawPassword()
	card["pin"], card["password"] = pin, password
	if text, err = json.Marshal(card); err != nil {
		return err
	}
	if err := os.WriteFile(name, text, 0o600); err != nil {
		return err
	}
	d.shop.desk.Lift()
	c.Disarm()
	d.own = chosen{password: d.drawPassword(), pin: d.drawPIN(), other: d.drawPassword()}
	d.learn("4-digit PIN", pin, d.own.pin)
	d.learn("password", password, d.own.password, d.own.other)
	d.shop.secrets = append(d.shop.secrets, d.own.all()...)
	return d.shop.desk.Reload(c)
}

func (d *Drunkard) learn(kind string, values ...string) {
	for _, v := range values {
		d.known = append(d.known, secretscan.Secret{Name: kind, Value: []byte(v)})
	}
}

// drawPIN draws one that nobody in this shop has had.
func (d *Drunkard) drawPIN() string {
	for {
		pin := fmt.Sprintf("%04d", d.rnd.IntN(10_000))
		if secretscan.Distinct(pin) && !d.drawn[pin] {
			d.drawn[pin] = true
			return pin
		}
	}
}

func (d *Drunkard) drawPassword() string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	b := make([]byte, 10)
	for i := range b {
		b[i] = (letters + "0123456789")[d.rnd.IntN(36)]
	}
	b[2], b[7] = letters[d.rnd.IntN(26)], byte('0'+d.rnd.IntN(10))
	return string(b)
}

// sessions is how many sessions of the authority the ledger knows.
func (d *Drunkard) sessions(ctx context.Context) (int, error) {
	records, err := new(ledgerfile.Reader).Everything(ctx, d.shop.file("data"))
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
func (d *Drunkard) spoil(ctx context.Context) error {
	records, err := new(ledgerfile.Reader).Records(ctx, d.shop.file("data"))
	if err != nil {
		return err
	}
	if err := ledgerfile.Spoil(d.shop.file("data"), records[len(records)-1]); err != nil {
		return err
	}
	if err := d.shop.openKiosk(); err != nil {
		return err
	}
	wait, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if _, err := d.shop.Await(wait, "the attract screen", func(s headless.Screen) bool { return s.Place == kiosk.Idle }); err != nil {
		return err
	}
	if err := d.shop.kiosk.End(); err != nil {
		return err
	}
	books, err := offline.Look(ctx, d.shop.file("data"))
	if err != nil {
		return err
	}
	if len(books) < 2 {
		return errors.New("the firmware did not set it aside")
	}
	f, err := os.Create(d.shop.file("ledger.export"))
	if err != nil {
		return err
	}
	return errors.Join(export.Write(f, books), f.Close())
}
