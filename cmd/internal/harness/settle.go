package harness

import (
	"context"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/cmd/internal/harness/ledgerfile"
	"multicopy.example/cmd/internal/secretscan"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
	"multicopy.example/offline"
)

// A Summary is what Settled found.
type Summary struct {
	Records, Tries, OKs, Files int
}

// Settled makes the network whole, starts what was killed, waits until the
// authority has every record, ends the kiosk, and proves what holds after every
// visit, whatever happened in it: ledger and authority agree record by record,
// no message was outside the contract, no more tries were spent than OK was
// pressed, and no secret stands in any file that was written.
func (w *World) Settled(ctx context.Context) (s Summary, err error) {
	if err := w.Network.Restore(); err != nil {
		return s, err
	}
	if !w.Authority.Running() {
		if err := w.Authority.Start(ctx); err != nil {
			return s, err
		}
	}
	if err := w.Kiosk.Drain(ctx); err != nil {
		return s, err
	}
	if s, err = w.Kiosk.Agrees(ctx); err != nil {
		return s, err
	}
	if err := w.Authority.OutsideContract(); err != nil {
		return s, err
	}
	s.Files, err = w.clean()
	return s, err
}

// Drain ends the kiosk when the authority has every record and no act is open.
// How many there are only the ledger knows, and it cannot be read while the
// firmware runs: one that still owes some is started again.
func (k *Kiosk) Drain(ctx context.Context) error {
	for end := time.Now().Add(2 * Patience); ; {
		if !k.Running() {
			if err := k.Start(); err != nil {
				return err
			}
		}
		if err := k.arrived(ctx); err != nil {
			return err
		}
		if err := k.rest(ctx); err != nil {
			return err
		}
		if err := k.Stop(); err != nil {
			return err
		}
		r, err := ledgerfile.Patiently(func() (offline.Report, error) { return offline.Verify(ctx, k.Data()) })
		switch {
		case err != nil || !r.Whole():
			return fmt.Errorf("the ledger of %s does not verify: %w: %v", k.Name, err, r.Wrong)
		case r.Waiting == 0 && len(r.Open) == 0:
			return nil
		case time.Now().After(end) && r.Waiting < 1000: // a long queue takes its time
			return fmt.Errorf("%d records of %s still wait, %d intents are open", r.Waiting, k.Name, len(r.Open))
		}
	}
}

// arrived waits until the kiosk is at a place: one that is ended before it has begun sends nothing, and one that hears no
// signal yet does not end well.
func (k *Kiosk) arrived(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	return k.Seen.Arrived(ctx)
}

// rest waits until the number of records at the authority stands still.
func (k *Kiosk) rest(ctx context.Context) error {
	last, since := -1, time.Now()
	for time.Since(since) < time.Second {
		asked := time.Now()
		records, err := k.Authority.App().Records(ctx, k.Name)
		if err != nil {
			return err
		}
		if len(records) != last {
			last, since = len(records), time.Now()
		}
		if !pause(ctx, max(50*time.Millisecond, 4*time.Since(asked))) { // a long list is not asked for so often
			return ctx.Err()
		}
	}
	return nil
}

// Agrees compares the ledger of a kiosk that is switched off with the
// authority's records and with the presses of OK.
func (k *Kiosk) Agrees(ctx context.Context) (s Summary, err error) {
	reader, err := ledgerfile.Open(k.Authority.File("records.key.pem"))
	if err != nil {
		return s, err
	}
	if _, err := reader.Sealed(ctx, k.Data()); err != nil {
		return s, err
	}
	books, err := offline.Look(ctx, k.Data())
	if err != nil {
		return s, err
	}
	theirs, err := k.Authority.App().Records(ctx, k.Name)
	if err != nil {
		return s, err
	}
	if err := Agree(books[0], theirs); err != nil {
		return s, err
	}
	s.Records, s.OKs = int(books[0].Last), k.OKs()
	if s.Tries, err = tries(reader, books[0].Records); err == nil && s.Tries > s.OKs {
		err = fmt.Errorf("%d tries were spent and OK was pressed %d times", s.Tries, s.OKs)
	}
	return s, err
}

// Agree compares a ledger with the authority's records of it: each is there once,
// with the hash of those that the kiosk still keeps.
func Agree(ours offline.Book, theirs []appclient.Record) error {
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

func tries(reader *ledgerfile.Reader, records []port.Record) (n int, err error) {
	for _, r := range records {
		e, err := reader.Line(r)
		if err != nil {
			return n, err
		}
		if e.Entry.Kind == kiosk.EntryTrying {
			n++
		}
	}
	return n, nil
}

// Known are the secrets that Settled searches for.
func (w *World) Known() (all []secretscan.Secret) {
	for i, s := range w.Secrets {
		all = append(all, secretscan.Secret{Name: fmt.Sprintf("secret %d", i+1), Value: []byte(s)})
	}
	return all
}

// clean searches every file of the world. Left out are the residents' own
// folders, where the secrets are at home, the reader's device, and the keys and
// certificates that are older than any visit. The authority's database is
// searched for all but the 4-digit PINs: it is full of numbers, and one of them
// is a PIN by chance once in some hundred runs. It is full of random bytes too,
// and of four of them, as many as a one-time password in BCD has, it holds any
// once in some ten thousand runs: once in a hundred of every scenario.
func (w *World) clean() (files int, err error) {
	var long []secretscan.Secret
	for _, s := range w.Known() {
		if len(s.Value) > 4 {
			long = append(long, s)
		}
	}
	inRows := slices.DeleteFunc(secretscan.Patterns(long...), func(p secretscan.Pattern) bool { return len(p.Bytes) <= 4 })
	for _, search := range []struct {
		patterns  []secretscan.Pattern
		authority bool
	}{{inRows, true}, {secretscan.Patterns(w.Known()...), false}} {
		report, err := secretscan.Folder(w.Dir, search.patterns, func(rel string) bool {
			in := strings.HasPrefix(rel, "authority"+string(filepath.Separator))
			return rel == readerName || in && (!search.authority || filepath.Ext(rel) == ".pem" || strings.HasPrefix(rel, filepath.Join("authority", "residents")))
		})
		if err != nil {
			return files, err
		}
		if len(report.Places) > 0 {
			return files, fmt.Errorf("secrets stand in files: %v", report.Places)
		}
		files = max(files, report.Files)
	}
	return files, nil
}
