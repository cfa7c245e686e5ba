package domain

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk/authority/wire"
)

// A batch is records on their way into the store.
//
// The store has what a kiosk told before, so the kiosk cannot take it back. It
// can only go on from something else than what it told, and that shows at the
// next batch, because every record names the one before it:
//
//	what the kiosk did               what arrives                          word
//	put an older copy back           another record under a number told    aside
//	dropped what it told last        the same                              aside
//	rewrote a record and its heirs   a record that names another one       fork
//	left a record out                a record whose predecessor is not here  gap
//	began anew without the old one   record 1 that names nothing known     unlinked
//	began anew behind what it told   record 1 that names a record which    lost-tail
//	                                 was not the last, or which another
//	                                 ledger has followed already
//	sealed to a wrong key            a record that cannot be opened here     unread
//
// An outcome that is told before its turn is another matter: ahead.go.
//
// A record is kept whatever it is flagged with: what is told is not lost. Only
// one whose number is taken, or whose hash is not its own, is kept apart. Each
// flag raises an alarm, and so does each record apart.
type batch struct {
	*call
	log   *slog.Logger
	most  Quotas
	size  int                    // records in it
	known map[uint64]store.Known // of this epoch, in and just before the batch
	rows  []store.Record
	base  *store.Hash // where the ledger begins, if the batch says so
	ahead bool        // its one record comes before its turn
	apart bool        // a record was set aside that did not lie there
	moved bool        // a record that was there has had its turn
}

// take decides one record; false where it was kept apart.
func (b *batch) take(r *wire.Record) (bool, error) {
	row := store.Record{Epoch: r.Epoch, Seq: r.Seq, Prev: r.Prev, Hash: r.Hash, Bytes: r.Bytes}
	if why := b.unfit(r); why != "" {
		return false, b.aside(row, why)
	}
	if _, taken := b.known[r.Seq]; taken {
		return true, b.again(r)
	}
	var err error
	if row.Flags, err = b.flags(r); err != nil {
		return false, err
	}
	b.known[r.Seq] = store.Known{Hash: r.Hash, Flags: row.Flags}
	b.rows = append(b.rows, row)
	if r.Seq == 1 {
		b.base = &row.Prev
	}
	return true, nil
}

// unfit says why a record is kept apart; empty where it is not.
func (b *batch) unfit(r *wire.Record) string {
	known, taken := b.known[r.Seq]
	switch {
	case r.Hash != sha256.Sum256(r.Bytes):
		return "its hash is not that of its bytes"
	case taken && known.Hash != r.Hash:
		return "another record has this number"
	}
	return ""
}

func (b *batch) aside(row store.Record, why string) error {
	there, err := b.IsAside(b.peer.Kiosk, row)
	if err != nil || there {
		return err
	}
	b.apart = true
	detail := why + ": " + short(row.Hash)
	if known, ok := b.known[row.Seq]; ok {
		detail += ", kept is " + short(known.Hash)
	}
	if err := b.alarm(row.Epoch, row.Seq, "aside", detail); err != nil {
		return err
	}
	return b.AddAside(b.peer.Kiosk, row, why, b.now)
}

// flags are the words that mark a record which is kept all the same, each with
// a space behind it.
func (b *batch) flags(r *wire.Record) (flags string, err error) {
	if b.peer.Expired { // one alarm for all such records of a ledger
		flags += "expired "
		err = b.alarm(r.Epoch, 0, "expired", "records under a certificate past its last day")
	}
	if b.revoked && err == nil {
		flags += "revoked "
		err = b.alarm(r.Epoch, 0, "revoked", "records of a revoked kiosk")
	}
	if err != nil {
		return "", err
	}
	if b.ahead, err = b.isAhead(r); err != nil || b.ahead {
		return flags + aheadMark, err
	}
	word, err := b.link(r)
	return flags + word, err
}

// link holds a record against the one before it, and raises the alarm of the
// word that it answers.
func (b *batch) link(r *wire.Record) (flag string, err error) {
	word, detail := "", ""
	before := b.known[r.Seq-1]
	switch {
	case r.Seq == 1:
		word, detail, err = b.begins(r)
	case !b.inTurn(r.Seq - 1):
		word, detail = "gap", fmt.Sprintf("record %d is not here", r.Seq-1)
		if before.Flags != "" {
			detail = fmt.Sprintf("record %d is here and those before it are not", r.Seq-1)
		}
	case before.Hash != r.Prev:
		word, detail = "fork", fmt.Sprintf("it follows %s, and record %d is %s", short(r.Prev), r.Seq-1, short(before.Hash))
	}
	if err != nil || word == "" {
		return "", err
	}
	return word + " ", b.alarm(r.Epoch, r.Seq, word, detail)
}

// begins looks at the first record of a ledger. The first ledger of a kiosk
// names nothing; each later one names the last record of the one before,
// which the kiosk tells first where it still owes it.
func (b *batch) begins(r *wire.Record) (word, detail string, err error) {
	name := b.peer.Kiosk
	if r.Prev == (store.Hash{}) {
		l, err := b.OtherLedger(name, r.Epoch)
		if errors.Is(err, store.ErrNone) {
			return "", "", nil
		}
		return "unlinked", fmt.Sprintf("a new ledger that hides ledger %x, told up to %d", l.Epoch[:4], l.Seq), err
	}
	l, err := b.LedgerBehind(name, r.Prev, r.Epoch)
	if err == nil {
		return "lost-tail", fmt.Sprintf("it follows %s, which ledger %x has followed already", short(r.Prev), l.Epoch[:4]), nil
	}
	if !errors.Is(err, store.ErrNone) {
		return "", "", err
	}
	l, err = b.LedgerUpTo(name, r.Prev, r.Epoch)
	if err == nil {
		more, err := b.HasBehind(name, l.Epoch, l.Seq)
		if err != nil || !more {
			return "", "", err
		}
		return "lost-tail", fmt.Sprintf("it follows %s, and ledger %x told an outcome behind that", short(r.Prev), l.Epoch[:4]), nil
	}
	if !errors.Is(err, store.ErrNone) {
		return "", "", err
	}
	there, err := b.HasHash(name, r.Prev)
	if err != nil {
		return "", "", err
	}
	if there {
		return "lost-tail", fmt.Sprintf("it follows %s, which was not the last of its ledger", short(r.Prev)), nil
	}
	return "unlinked", fmt.Sprintf("it follows %s, which is not here", short(r.Prev)), nil
}

// store writes the batch, how far the ledger has come, and what the kiosk
// signed where the batch brought anything: its signature stands under the whole
// batch, kept or not.
func (b *batch) store(kept *wire.Record, last wire.Record, signature []byte) error {
	if err := b.AddRecords(b.peer.Kiosk, b.rows, b.now); err != nil {
		return err
	}
	if len(b.rows) > 0 || b.moved {
		l := store.Ledger{Epoch: kept.Epoch, Base: b.base, Seq: kept.Seq, Hash: kept.Hash}
		if b.ahead { // counts as a ledger, and is not told up to there
			l = store.Ledger{Epoch: kept.Epoch}
		}
		if err := b.PutLedger(b.peer.Kiosk, l); err != nil {
			return err
		}
	} else if !b.apart {
		return nil
	}
	signer, err := x509.MarshalPKIXPublicKey(b.peer.Key)
	if err != nil {
		return err
	}
	return b.AddHead(b.peer.Kiosk, store.SignedHead{Epoch: last.Epoch, Seq: last.Seq, Hash: last.Hash, Signature: signature, Signer: signer}, b.now)
}

// alarm calls staff, once for the same thing.
func (b *batch) alarm(epoch store.ID, seq uint64, word, detail string) error {
	return callStaff(b.call, b.log, epoch, seq, word, detail)
}

// short is enough of a hash for a person to compare.
func short(h store.Hash) string { return hex.EncodeToString(h[:8]) }
