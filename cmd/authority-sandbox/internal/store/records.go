package store

import (
	"fmt"
	"strings"
)

// Record of a kiosk's ledger.
type Record struct {
	Epoch ID
	Seq   uint64
	Prev  Hash
	Hash  Hash
	Bytes []byte
	Flags string
}

// Known is a record that is there.
type Known struct {
	Hash  Hash
	Flags string
}

// Known records, first to last.
func (t *Tx) Known(kiosk string, epoch ID, first, last uint64) (known map[uint64]Known, err error) {
	known = map[uint64]Known{}
	err = t.each(`SELECT seq, hash, flags FROM records WHERE kiosk = $1 AND epoch = $2 AND seq BETWEEN $3 AND $4`,
		[]any{kiosk, epoch[:], int64(first), int64(last)}, func(scan func(...any) error) error {
			var seq int64
			var hash []byte
			var flags string
			if err := scan(&seq, &hash, &flags); err != nil {
				return err
			}
			known[uint64(seq)] = Known{Hash(hash), flags}
			return nil
		})
	return known, err
}

// AddRecords keeps records that are not there; one that is there all the same
// breaks the transaction. One statement for all of them: fifty journeys to a
// database are the cost of a batch otherwise.
func (t *Tx) AddRecords(kiosk string, list []Record, now int64) error {
	if len(list) == 0 {
		return nil
	}
	var q strings.Builder
	q.WriteString(`INSERT INTO records (kiosk, epoch, stored, seq, prev, hash, bytes, flags) VALUES `)
	args := []any{kiosk, list[0].Epoch[:], now}
	for i, r := range list {
		if i > 0 {
			q.WriteString(", ")
		}
		n := len(args)
		fmt.Fprintf(&q, "($1,$2,$3,$%d,$%d,$%d,$%d,$%d)", n+1, n+2, n+3, n+4, n+5)
		args = append(args, int64(r.Seq), r.Prev[:], r.Hash[:], r.Bytes, r.Flags)
	}
	q.WriteString(` ON CONFLICT DO NOTHING`)
	n, err := t.exec(q.String(), args...)
	if err == nil && n != int64(len(list)) {
		return t.breaks(fmt.Errorf("%d of %d records were not there", n, len(list)))
	}
	return err
}

// SetFlags marks a record anew.
func (t *Tx) SetFlags(kiosk string, epoch ID, seq uint64, flags string) error {
	return t.run(`UPDATE records SET flags = $1 WHERE kiosk = $2 AND epoch = $3 AND seq = $4`, flags, kiosk, epoch[:], int64(seq))
}

// Mark is a record that is marked with a word.
type Mark struct {
	Kiosk  string
	Epoch  ID
	Seq    uint64
	Stored int64
}

// Marked lists the records of a kiosk, or of all where the name is empty, that
// are marked with that word and were there by then. It reads all records: ask
// where a person asks.
func (t *Tx) Marked(kiosk, word string, by int64) ([]Mark, error) {
	return rows(t, `SELECT kiosk, epoch, seq, stored FROM records WHERE flags LIKE $1 AND stored <= $2 AND (kiosk = $3 OR $3 = '') ORDER BY stored, kiosk, epoch, seq`,
		[]any{"%" + word + "%", by, kiosk}, func(m *Mark, scan func(...any) error) error {
			var epoch []byte
			var seq int64
			if err := scan(&m.Kiosk, &epoch, &seq, &m.Stored); err != nil {
				return err
			}
			m.Epoch, m.Seq = ID(epoch), uint64(seq)
			return nil
		})
}

// AddAside keeps a record apart.
func (t *Tx) AddAside(kiosk string, r Record, why string, now int64) error {
	return t.run(`INSERT INTO aside VALUES ($1,$2,$3,$4,$5,$6,$7) ON CONFLICT DO NOTHING`, kiosk, r.Epoch[:], int64(r.Seq), r.Hash[:], r.Bytes, why, now)
}

// IsAside reports whether that record lies apart.
func (t *Tx) IsAside(kiosk string, r Record) (bool, error) {
	return t.has(`SELECT seq FROM aside WHERE kiosk = $1 AND epoch = $2 AND seq = $3 AND hash = $4`, kiosk, r.Epoch[:], int64(r.Seq), r.Hash[:])
}

// Records of a kiosk in order, without their bytes.
func (t *Tx) Records(kiosk string) ([]Record, error) {
	return rows(t, `SELECT epoch, seq, prev, hash, flags FROM records WHERE kiosk = $1 ORDER BY stored, epoch, seq`, []any{kiosk},
		func(r *Record, scan func(...any) error) error {
			var epoch, prev, hash []byte
			var seq int64
			if err := scan(&epoch, &seq, &prev, &hash, &r.Flags); err != nil {
				return err
			}
			r.Epoch, r.Seq, r.Prev, r.Hash = ID(epoch), uint64(seq), Hash(prev), Hash(hash)
			return nil
		})
}

// SignedHead is the end of a batch as the kiosk signed it.
type SignedHead struct {
	Epoch     ID
	Seq       uint64
	Hash      Hash
	Signature []byte
	Signer    []byte // SubjectPublicKeyInfo
}

// AddHead keeps a signed head; the first signature of the same one is enough.
func (t *Tx) AddHead(kiosk string, h SignedHead, now int64) error {
	return t.run(`INSERT INTO heads VALUES ($1,$2,$3,$4,$5,$6,$7) ON CONFLICT DO NOTHING`,
		kiosk, h.Epoch[:], int64(h.Seq), h.Hash[:], h.Signature, h.Signer, now)
}

// Heads that a kiosk signed.
func (t *Tx) Heads(kiosk string) ([]SignedHead, error) {
	return rows(t, `SELECT epoch, seq, hash, signature, signer FROM heads WHERE kiosk = $1 ORDER BY stored, epoch, seq`, []any{kiosk},
		func(h *SignedHead, scan func(...any) error) error {
			var epoch, hash []byte
			var seq int64
			if err := scan(&epoch, &seq, &hash, &h.Signature, &h.Signer); err != nil {
				return err
			}
			h.Epoch, h.Seq, h.Hash = ID(epoch), uint64(seq), Hash(hash)
			return nil
		})
}
