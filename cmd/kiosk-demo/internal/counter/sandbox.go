package counter

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"multicopy.example/cmd/internal/harness/ledgerfile"
	"multicopy.example/cmd/internal/harness/process"
	"multicopy.example/cmd/internal/secretscan"
	"multicopy.example/offline"
)

// startTime is how long the sandbox may take to set up or to start. It makes
// RSA keys for every resident.
const startTime = 4 * time.Minute

func (c *Counter) initSandbox(ctx context.Context) error {
	args := []string{"init", "--dir", c.opt.sandboxDir(), "--kiosk", KioskName}
	if c.opt.Residents != "" {
		args = append(args, "--residents", c.opt.Residents)
	}
	k, err := process.Start(c.program("authority-init", args))
	if err != nil {
		return err
	}
	select {
	case <-k.Done():
	case <-time.After(startTime):
		err = fmt.Errorf("authority-sandbox init is not through after %v", startTime)
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		return errors.Join(err, k.Stop(0))
	}
	if err := k.Err(); err != nil {
		log, _ := os.ReadFile(filepath.Join(c.opt.logs(), "authority-init.log"))
		return fmt.Errorf("authority-sandbox init: %w: %s", err, bytes.TrimSpace(log[:min(len(log), 2000)]))
	}
	return nil
}

func (c *Counter) program(name string, args []string) process.Command {
	return process.Command{Name: name, Path: filepath.Join(c.opt.Bin, "authority-sandbox"), Args: args,
		Env: []string{"PATH=" + os.Getenv("PATH"), "HOME=" + c.opt.logs()}, Log: c.log(name, 1)}
}

// firstLine hands on the first line that is written to it and drops the rest.
type firstLine struct {
	mu  sync.Mutex
	b   []byte
	end bool
	got chan []byte
}

func (f *firstLine) Write(b []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.end {
		return len(b), nil
	}
	f.b = append(f.b, b...)
	if i := bytes.IndexByte(f.b, '\n'); i >= 0 || len(f.b) > 4096 {
		if i < 0 {
			i = 4096
		}
		f.end = true
		f.got <- f.b[:i]
	}
	return len(b), nil
}

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
		if err := SetPIN(filepath.Join(residents, f.Name()), spare[i]); err != nil {
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
func (c *Counter) SparePIN() (string, error) {
	pins, err := sparePINs(c.opt.Run, 1, Home)
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
		if pin := RandomPIN(); !drawn[pin] {
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

// RandomPIN draws four different digits that are no year, for dates stand in
// every log, and no straight like 1234, which the kiosk warns of.
func RandomPIN() string {
	for {
		n, err := rand.Int(rand.Reader, big.NewInt(10000))
		if err != nil {
			panic(err) // crypto/rand never fails
		}
		pin := fmt.Sprintf("%04d", n)
		seen := map[rune]bool{}
		for _, d := range pin {
			seen[d] = true
		}
		if len(seen) == 4 && pin[:2] != "19" && pin[:2] != "20" && !strings.Contains("0123456789876543210", pin) {
			return pin
		}
	}
}

// SetPIN changes the PIN in a resident's card.json. The card has to be loaded
// afterwards.
func SetPIN(dir, pin string) error {
	name := filepath.Join(dir, "card.json")
	b, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	var card map[string]any
	if err := json.Unmarshal(b, &card); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	card["pin"] = pin
	if b, err = json.MarshalIndent(card, "", "  "); err != nil {
		return err
	}
	return os.WriteFile(name, append(b, '\n'), 0o600)
}

// GivePIN issues the resident's card anew with another PIN. It must be in the
// hand.
func (c *Counter) GivePIN(key, pin string) error {
	card := c.Desk.Find(key)
	if card == nil {
		return errNobody
	}
	if err := SetPIN(card.Dir, pin); err != nil {
		return err
	}
	return c.Desk.Reload(card)
}

// Until the authority has all records: it is asked so often, and the firmware
// is ended to look when their number has not grown for so long.
const (
	askEvery = 250 * time.Millisecond
	quiet    = time.Second
	sentBy   = 5 * time.Minute
)

// FinishFirmware ends the firmware when the authority has every record. How
// many there are only the ledger knows, and it cannot be read while the firmware
// runs: one that still has some is started again.
func (c *Counter) FinishFirmware(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, sentBy)
	defer cancel()
	for {
		if err := c.recordsRest(ctx); err != nil {
			return err
		}
		if err := c.StopFirmware(); err != nil {
			return err
		}
		r, err := ledgerfile.Patiently(func() (offline.Report, error) { return offline.Verify(ctx, c.opt.Data()) })
		if err != nil || r.Waiting == 0 {
			return err
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%d records still wait: %w", r.Waiting, ctx.Err())
		}
		if err := c.StartFirmware(); err != nil {
			return err
		}
	}
}

// recordsRest waits until the number of records at the authority stands still.
func (c *Counter) recordsRest(ctx context.Context) error {
	tick := time.NewTicker(askEvery)
	defer tick.Stop()
	count, since := 0, time.Now()
	for {
		list, err := c.App.Records(ctx, KioskName)
		if err != nil {
			return err
		}
		if len(list) != count {
			count, since = len(list), time.Now()
		}
		if count > 0 && time.Since(since) >= quiet {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("the authority got %d records and no end: %w", count, ctx.Err())
		}
	}
}
