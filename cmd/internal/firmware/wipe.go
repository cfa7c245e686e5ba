package firmware

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"multicopy.example/cmd/internal/replace"
	"multicopy.example/cmd/internal/update"
	"multicopy.example/kiosk/config"
	"multicopy.example/offline"
	"multicopy.example/offline/record"
)

// A machine that leaves its shop forgets what makes it that kiosk, and what it knows:
// its key, the ledger, the codes of staff. The next start ends with the error that the
// key is missing, until the operator enrols the machine anew.

// ErrWiped is why Run ends where staff has had everything erased.
var ErrWiped = errors.New("staff had everything erased: the machine is enrolled no more")

// errNotSent: what would be erased is nowhere else.
var errNotSent = errors.New("there are records that neither the authority has nor an export")

// wipeMark is the file that says that everything is to be erased: a power cut in the
// middle lets the next start go on.
const wipeMark = "wipe"

// sendLimit is how long a wipe waits for the queue to be sent.
const sendLimit = 20 * time.Second

// Wipe has Run end with everything erased, ErrWiped. It returns errNotSent where
// records would be lost, and nothing was changed.
func (f *Firmware) Wipe(ctx context.Context) error {
	if err := f.owed(ctx); err != nil {
		return err
	}
	mark := filepath.Join(f.cfg.Kiosk.Data, wipeMark)
	if err := errors.Join(writeLine(mark, "wipe"), replace.Folder(filepath.Dir(mark))); err != nil {
		return errors.Join(err, ignoreAbsent(os.Remove(mark)))
	}
	f.end(ErrWiped)
	<-ctx.Done()
	return ctx.Err()
}

// owed is errNotSent unless the authority has every record, or the last export has all
// but what staff did since.
func (f *Firmware) owed(ctx context.Context) error {
	sending, cancel := context.WithTimeout(ctx, sendLimit)
	unsent := f.flush(sending)
	cancel()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	books, err := offline.Look(ctx, f.cfg.Kiosk.Data)
	if err != nil {
		return err
	}
	if unsent == nil && len(books) == 1 { // what was set aside has no receipt
		return nil
	}
	if m := f.exported.Load(); m == nil || !m.covers(books) {
		return errors.Join(errNotSent, unsent)
	}
	return nil
}

// An exportMark is what an export had.
type exportMark struct {
	epoch [16]byte
	last  uint64
	names []string
}

func markOf(books []offline.Book) *exportMark {
	m := &exportMark{epoch: books[0].Epoch, last: books[0].Last}
	for _, b := range books {
		m.names = append(m.names, b.Name)
	}
	return m
}

// covers reports whether the export has all that is there but what staff did after it,
// which is the fresh code and the order to erase.
func (m *exportMark) covers(books []offline.Book) bool {
	now := markOf(books)
	if now.epoch != m.epoch || now.last < m.last || !slices.Equal(now.names, m.names) {
		return false
	}
	since := uint64(0)
	for _, r := range books[0].Records {
		if r.Seq <= m.last {
			continue
		}
		if h, err := record.DecodeHeader(r.Bytes); err != nil || !h.Kind.Staff() {
			return false
		}
		since++
	}
	return since == now.last-m.last
}

// finishWipe goes on with a wipe that a power cut stopped; it does nothing where there
// was none.
func finishWipe(cfg config.Config) error {
	if _, err := os.Lstat(filepath.Join(cfg.Kiosk.Data, wipeMark)); err != nil {
		return ignoreAbsent(err)
	}
	return erase(cfg)
}

// known are the names of all that a kiosk keeps in its data folder.
var known = []string{"live", "aside-*", "begin", "scratch", "ballast", "ballast-acks", "staff.codes*", "authority.time*", signFile + "*",
	tallyFile + "*", crashName, statusName + "*", "report.*", update.Files + "*", readsFile + "*"}

// erase removes what the machine knows, the key first and the mark last. What stands in
// the data folder and is not of the kiosk's making stays. On flash memory the bytes
// stand there until they are written over: the operator revokes the certificate.
func erase(cfg config.Config) error {
	key := cfg.Authority.Key
	all := []string{key, key + ".renewed", key + ".renewed.new", statusFile(cfg), statusFile(cfg) + ".new"}
	there, err := os.ReadDir(cfg.Kiosk.Data)
	if err != nil {
		return err
	}
	for _, e := range there {
		if slices.ContainsFunc(known, func(p string) bool { is, _ := path.Match(p, e.Name()); return is }) {
			all = append(all, filepath.Join(cfg.Kiosk.Data, e.Name()))
		}
	}
	for _, name := range all {
		if err := os.RemoveAll(name); err != nil {
			return fmt.Errorf("not everything is erased: %w", err)
		}
	}
	mark := filepath.Join(cfg.Kiosk.Data, wipeMark)
	if err := errors.Join(replace.Folder(filepath.Dir(key)), replace.Folder(filepath.Dir(mark))); err != nil {
		return err
	}
	return errors.Join(ignoreAbsent(os.Remove(mark)), replace.Folder(filepath.Dir(mark)))
}

func ignoreAbsent(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
