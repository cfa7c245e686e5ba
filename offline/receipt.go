package offline

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"

	"multicopy.example/kiosk/port"
	"multicopy.example/offline/record"
)

// Receipts. The authority signs the hash of the last record that it keeps, and
// the newest of these signatures lies beside the watermark, one an epoch,
// written in the transaction that moves the watermark. Who rewrites this
// ledger can make every hash fit, but not the receipt: the record that it
// names has to be here, with that hash. This package cannot check the
// signature, it does not know the authority; `kiosk ledger verify --authority`
// does.
//
// The table came after format 1 and does not change it. A ledger made before
// gets it together with its first receipt, so that opening writes nothing; an
// older program does not look at it, and leaves a receipt behind that has
// become old and stays true.
const (
	maxSignature = 128 // an ECDSA P-256 signature in DER has 72 at most
	maxReceipts  = 64  // epochs whose receipts are carried into the next ledger

	createReceipt = `CREATE TABLE IF NOT EXISTS receipt (
  epoch     BLOB    PRIMARY KEY,
  seq       INTEGER NOT NULL,
  head      BLOB    NOT NULL,
  signature BLOB    NOT NULL,
  key       BLOB    NOT NULL,
  sum       BLOB    NOT NULL
) STRICT`
	// Not over a newer one: a ledger whose own row was spoiled is sent once more
	// from its first record.
	putReceipt = `INSERT OR REPLACE INTO receipt (epoch, seq, head, signature, key, sum) SELECT ?1, ?2, ?3, ?4, ?5, ?6
		WHERE NOT EXISTS (SELECT 1 FROM receipt WHERE epoch = ?1 AND seq > ?2)`
)

// receiptSum is the row's checksum: a flipped bit in seq would pass off a
// whole ledger as one that lost its tail.
func receiptSum(r port.Receipt) [32]byte {
	b := []byte("receipt/1")
	b = append(b, r.Epoch[:]...)
	b = binary.BigEndian.AppendUint64(b, r.Seq)
	b = append(b, r.Head[:]...)
	b = append(b, r.Key[:]...)
	return sha256.Sum256(append(b, r.Signature...))
}

func writeReceipt(ctx context.Context, q querier, r port.Receipt) error {
	sum := receiptSum(r)
	_, err := q.ExecContext(ctx, putReceipt, r.Epoch[:], int64(r.Seq), r.Head[:], r.Signature, r.Key[:], sum[:])
	return err
}

// fits says whether a receipt is for the record that query finds here. One for
// another record would make the next opening set this ledger aside.
func (l *Ledger) fits(r port.Receipt, query string, at int64) error {
	if len(r.Signature) == 0 {
		return nil
	}
	var h []byte
	if err := l.db.QueryRow(query, at).Scan(&h); err != nil {
		return faulty(damage(err))
	}
	if string(h) != string(r.Head[:]) {
		return fmt.Errorf("%w: a receipt for another record %d", record.ErrEntry, r.Seq)
	}
	return nil
}

// keepReceipt writes a receipt, if it is signed, in the acknowledgement's own
// transaction.
func keepReceipt(tx *sql.Tx, r port.Receipt) error {
	if len(r.Signature) == 0 {
		return nil
	}
	if _, err := tx.Exec(createReceipt); err != nil {
		return err
	}
	return writeReceipt(context.Background(), tx, r)
}

// readReceipts reads the table, where there is one, and holds the receipt of
// this ledger against its records.
func (f *scan) readReceipts(ctx context.Context, q querier, _ bool) error {
	if !f.tables["receipt"] {
		return nil
	}
	rows, err := q.QueryContext(ctx, "SELECT epoch, seq, head, signature, key, sum FROM receipt ORDER BY rowid")
	if err != nil {
		return damage(err)
	}
	defer rows.Close()
	var wrong rowErrors
	for n := 0; rows.Next(); n++ {
		if n == mostRows {
			return errTooManyRows
		}
		r, err := scanReceipt(rows)
		if err != nil {
			wrong.add(err)
			continue
		}
		f.receipts = append(f.receipts, r)
	}
	if err := errors.Join(wrong.err(), damage(rows.Err()), rows.Close()); err != nil {
		return err
	}
	return f.receiptAgrees(inDB(ctx, q))
}

func scanReceipt(rows *sql.Rows) (r port.Receipt, err error) {
	var epoch, head, key, sum []byte
	var seq int64
	if err := rows.Scan(&epoch, &seq, &head, &r.Signature, &key, &sum); err != nil {
		return r, fmt.Errorf("%w: a receipt of other types: %w", ErrSpoiled, err)
	}
	r.Seq = uint64(seq)
	if len(epoch) != len(r.Epoch) || len(head) != len(r.Head) || len(key) != len(r.Key) || len(r.Signature) > maxSignature {
		return r, fmt.Errorf("%w: a receipt has fields of other lengths", ErrSpoiled)
	}
	copy(r.Epoch[:], epoch)
	copy(r.Head[:], head)
	copy(r.Key[:], key)
	if want := receiptSum(r); string(want[:]) != string(sum) {
		return r, fmt.Errorf("%w: a receipt was changed", ErrSpoiled)
	}
	return r, nil
}

// receiptAgrees: what the authority signed has to be here.
func (f *scan) receiptAgrees(find finder) error {
	if len(f.wrong) > 0 {
		return nil // worse is known already
	}
	for _, r := range f.receipts {
		if f.stateOK && r.Epoch == f.state.Epoch {
			return f.hasRecord(Head{r.Epoch, r.Seq, r.Head}, "the authority", find)
		}
	}
	return nil
}
