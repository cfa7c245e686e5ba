package store

// Ledger is one ledger of a kiosk as far as it was told.
type Ledger struct {
	Epoch ID
	Base  *Hash // prev of record 1; nil before that one was told
	Seq   uint64
	Hash  Hash
}

// A batch asks what follows with the numbers that its kiosk chose. So each of
// these reads one row, or as many as a quota allows, however many a kiosk has made
// (TestABatchReadsNoMoreForManyLedgers).

// has reports whether there is a row.
func (t *Tx) has(query string, args ...any) (bool, error) {
	var any any
	err := t.one(query, args, &any)
	if err == ErrNone {
		return false, nil
	}
	return err == nil, err
}

// HasHash reports whether any record of the kiosk has that hash.
func (t *Tx) HasHash(kiosk string, hash Hash) (bool, error) {
	return t.has(`SELECT seq FROM records WHERE kiosk = $1 AND hash = $2 LIMIT 1`, kiosk, hash[:])
}

// HasBehind reports whether a record of that ledger is there behind this number.
func (t *Tx) HasBehind(kiosk string, epoch ID, seq uint64) (bool, error) {
	return t.has(`SELECT seq FROM records WHERE kiosk = $1 AND epoch = $2 AND seq > $3 LIMIT 1`, kiosk, epoch[:], int64(seq))
}

// HasLedger reports whether anything of that ledger was told.
func (t *Tx) HasLedger(kiosk string, epoch ID) (bool, error) {
	return t.has(`SELECT seq FROM ledgers WHERE kiosk = $1 AND epoch = $2`, kiosk, epoch[:])
}

// Told is how far a ledger was told; 0 for one that is not there, and for one of
// which outcomes alone were told, ahead of their turn.
func (t *Tx) Told(kiosk string, epoch ID) (uint64, error) {
	var seq int64
	err := t.one(`SELECT seq FROM ledgers WHERE kiosk = $1 AND epoch = $2`, []any{kiosk, epoch[:]}, &seq)
	if err == ErrNone {
		err = nil
	}
	return uint64(seq), err
}

// OtherLedger is one that was told and is not that one, or ErrNone.
func (t *Tx) OtherLedger(kiosk string, but ID) (Ledger, error) {
	return t.ledger(`epoch <> $2 AND seq > 0`, kiosk, but[:])
}

// LedgerBehind is another one that begins behind that hash, or ErrNone.
func (t *Tx) LedgerBehind(kiosk string, hash Hash, but ID) (Ledger, error) {
	return t.ledger(`base = $2 AND epoch <> $3`, kiosk, hash[:], but[:])
}

// LedgerUpTo is another one that was told up to that hash, or ErrNone.
func (t *Tx) LedgerUpTo(kiosk string, hash Hash, but ID) (Ledger, error) {
	return t.ledger(`hash = $2 AND epoch <> $3`, kiosk, hash[:], but[:])
}

func (t *Tx) ledger(where string, args ...any) (l Ledger, err error) {
	var epoch, hash []byte
	var seq int64
	if err = t.one(`SELECT epoch, seq, hash FROM ledgers WHERE kiosk = $1 AND `+where+` LIMIT 1`, args, &epoch, &seq, &hash); err != nil {
		return l, err
	}
	return Ledger{Epoch: ID(epoch), Seq: uint64(seq), Hash: Hash(hash)}, nil
}

// PutLedger notes how far a ledger was told; it never goes back.
func (t *Tx) PutLedger(kiosk string, l Ledger) error {
	var base []byte
	if l.Base != nil {
		base = l.Base[:]
	}
	return t.run(`INSERT INTO ledgers VALUES ($1,$2,$3,$4,$5) ON CONFLICT (kiosk, epoch) DO UPDATE SET
		base = coalesce(ledgers.base, excluded.base),
		hash = CASE WHEN excluded.seq > ledgers.seq THEN excluded.hash ELSE ledgers.hash END,
		seq = CASE WHEN excluded.seq > ledgers.seq THEN excluded.seq ELSE ledgers.seq END`,
		kiosk, l.Epoch[:], base, int64(l.Seq), l.Hash[:])
}

// A Quota is a table of which a kiosk may have so many rows.
type Quota string

// What a kiosk can make rows of without a resident.
const (
	Ledgers Quota = "ledgers"
	Aside   Quota = "aside"
	Alarms  Quota = "alarms"
)

// Fewer reports whether a kiosk has fewer rows there than that.
func (t *Tx) Fewer(q Quota, kiosk string, than int) (bool, error) {
	var n int
	err := t.one(`SELECT count(*) FROM (SELECT kiosk FROM `+string(q)+` WHERE kiosk = $1 LIMIT $2) AS few`, []any{kiosk, int64(than)}, &n)
	return n < than, err
}
