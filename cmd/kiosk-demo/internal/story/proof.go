package story

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/harness/ledgerfile"
	"multicopy.example/cmd/internal/secretscan"
	"multicopy.example/devices/jpki"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
	"multicopy.example/offline"
)

// What a story claims on its way, and what must hold after every one.

func (p *Player) tries(_ context.Context, a []string) error {
	pin, password := p.owned.Tries()
	have := pin
	if a[0] == "password" {
		have = password
	}
	if strconv.Itoa(int(have)) != a[1] {
		return fmt.Errorf("the card has %d tries of the %s left", have, a[0])
	}
	return nil
}

func (p *Player) knows(ctx context.Context, a []string) error {
	return p.ask(ctx, a[0])
}

func (p *Player) refuses(ctx context.Context, a []string) error {
	var wrong port.WrongSecret
	err := p.ask(ctx, a[0])
	if err == nil {
		return errors.New("the card accepts it")
	}
	if !errors.As(err, &wrong) && !errors.Is(err, port.ErrBlocked) {
		return err
	}
	return nil
}

// ask holds the card to a phone and asks it. What the secret is for follows
// from its form.
func (p *Player) ask(ctx context.Context, name string) error {
	text, err := p.word(name)
	if err != nil {
		return err
	}
	ref := kiosk.RefSign
	if len(text) == 4 {
		ref = kiosk.RefAuth
	}
	return p.shop.desk.Hold(ctx, p.owned, func(ctx context.Context, c *jpki.Card) error {
		if _, err := c.Read(ctx); err != nil {
			return err
		}
		return verify(ctx, c, ref, text)
	})
}

// state waits for what the authority makes of the reservation: a record may
// still be on its way.
func (p *Player) state(ctx context.Context, a []string) error {
	want := a[0]
	if want == "in-doubt" {
		want = "in doubt"
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		r, err := p.shop.app.Reservation(ctx, p.rsv)
		if err != nil {
			return err
		}
		if r.State == want {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the reservation is %s (outcome %s)", r.State, r.Outcome)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// prove is what must hold after every story: ledger and authority agree
// record by record, no more tries were spent than OK was pressed, and no
// secret stands in any file that was written.
func (p *Player) prove(ctx context.Context) error {
	if err := p.drain(ctx); err != nil {
		return err
	}
	book, err := ledgerfile.Open(p.shop.town("records.key.pem"))
	if err != nil {
		return err
	}
	if _, err := book.Sealed(ctx, p.shop.file("data")); err != nil {
		return err
	}
	books, err := offline.Look(ctx, p.shop.file("data"))
	if err != nil {
		return err
	}
	ledger := books[0].Records
	name, err := p.shop.name()
	if err != nil {
		return err
	}
	theirs, err := p.shop.app.Records(ctx, name)
	if err != nil {
		return err
	}
	if err := agree(books[0], theirs); err != nil {
		return err
	}
	p.say("ledger and authority agree on %d records", books[0].Last)
	if err := p.asked(book, ledger); err != nil {
		return err
	}
	if err := p.agreed(); err != nil {
		return err
	}
	return p.clean()
}

// agreed reads what the authority said of messages, in either direction, that
// are not as the contract has them.
func (p *Player) agreed() error {
	logs, err := filepath.Glob(p.shop.authorityLog("*"))
	if err != nil || len(logs) == 0 {
		return fmt.Errorf("no log of the authority: %w", err)
	}
	for _, name := range logs {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for line := range strings.Lines(string(text)) {
			if strings.HasPrefix(line, "outside the contract") {
				return errors.New(strings.TrimSpace(line))
			}
		}
	}
	return nil
}

// drain waits until the authority has everything, on a whole road.
func (p *Player) drain(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*patience+time.Duration(p.backlog)*5*time.Millisecond)
	defer cancel()
	if err := p.shop.road.Restore(); err != nil {
		return err
	}
	if !p.shop.sandbox.Running() {
		if err := p.shop.openAuthority(ctx); err != nil {
			return err
		}
	}
	for {
		if !p.shop.kiosk.Running() {
			if err := p.shop.openKiosk(); err != nil {
				return err
			}
		}
		if err := p.settled(ctx); err != nil {
			return err
		}
		if err := p.shop.kiosk.End(); err != nil {
			return err
		}
		r, err := ledgerfile.Patiently(func() (offline.Report, error) { return offline.Verify(ctx, p.shop.file("data")) })
		if err != nil || !r.Whole() {
			return fmt.Errorf("the ledger does not verify: %w: %v", err, r.Wrong)
		}
		if r.Waiting == 0 && len(r.Open) == 0 {
			return nil
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%d records still wait, %d intents are open: %w", r.Waiting, len(r.Open), ctx.Err())
		}
	}
}

// settled waits until the number of records at the authority has stood still.
func (p *Player) settled(ctx context.Context) error {
	name, err := p.shop.name()
	if err != nil {
		return err
	}
	last, since := -1, time.Now()
	for time.Since(since) < time.Second {
		asked := time.Now()
		records, err := p.shop.app.Records(ctx, name)
		if err != nil {
			return err
		}
		if len(records) != last {
			last, since = len(records), time.Now()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(max(50*time.Millisecond, 4*time.Since(asked))): // a long list is not asked for so often
		}
	}
	return nil
}

// agree: the authority has each record once, with the hash of those that the
// kiosk still keeps.
func agree(ours offline.Book, theirs []appclient.Record) error {
	have := map[string]string{}
	for _, r := range theirs {
		key := fmt.Sprint(r.Epoch, "/", r.Seq)
		if _, twice := have[key]; twice || r.Flags != "" {
			return fmt.Errorf("the authority counts record %s twice, or says of it: %q", key, r.Flags)
		}
		have[key] = r.Hash
	}
	for _, r := range ours.Records {
		key := fmt.Sprint(hex.EncodeToString(r.Epoch[:]), "/", r.Seq)
		if have[key] != hex.EncodeToString(r.Hash[:]) {
			return fmt.Errorf("record %s is not the authority's", key)
		}
	}
	if ours.Last != uint64(len(theirs)) {
		return fmt.Errorf("the ledger has written %d records and the authority holds %d", ours.Last, len(theirs))
	}
	return nil
}

// asked compares the tries that the ledger knows of with the presses of OK.
func (p *Player) asked(book *ledgerfile.Reader, records []port.Record) error {
	trying := 0
	for _, r := range records {
		line, err := book.Line(r)
		if err != nil {
			return err
		}
		if line.Entry.Kind == kiosk.EntryTrying {
			trying++
		}
	}
	if trying > p.oks {
		return fmt.Errorf("%d tries were spent and OK was pressed %d times", trying, p.oks)
	}
	p.say("%d tries, %d presses of OK on a proof", trying, p.oks)
	return nil
}

// secrets are all that were typed or could have been.
func (p *Player) secrets() (all []secretscan.Secret) {
	for i, s := range append(p.shop.secrets, p.own.all()...) {
		if !p.counts || len(s) != 4 {
			all = append(all, secretscan.Secret{Name: fmt.Sprintf("secret %d", i+1), Value: []byte(s)})
		}
	}
	return all
}

// clean searches every file of the shop. Left out are the residents' own
// folders, where the secrets are at home, the reader's device, and the keys and
// certificates that are older than any visit. The authority's database is
// searched for all but the 4-digit PINs: it is full of numbers, and one of them
// is a PIN by chance once in some hundred runs.
func (p *Player) clean() error {
	var long []secretscan.Secret
	short := p.secrets()
	for _, s := range short {
		if len(s.Value) > 4 {
			long = append(long, s)
		}
	}
	files := 0
	for _, search := range []struct {
		known []secretscan.Secret
		town  bool
	}{{long, true}, {short, false}} {
		report, err := secretscan.Folder(p.shop.dir, secretscan.Patterns(search.known...), func(rel string) bool {
			in := strings.HasPrefix(rel, "town"+string(filepath.Separator))
			return rel == readerName || in && (!search.town || filepath.Ext(rel) == ".pem" || strings.HasPrefix(rel, filepath.Join("town", "residents")))
		})
		if err != nil {
			return err
		}
		if len(report.Places) > 0 {
			return fmt.Errorf("secrets stand in files: %v", report.Places)
		}
		files = max(files, report.Files)
	}
	p.say("no secret stands in any of %d files", files)
	return nil
}
