package store

// Reply is an answer that was given once and is given again.
type Reply struct {
	Hash   Hash
	Status int
	Body   []byte
}

// Reply to that request of that kiosk.
func (t *Tx) Reply(kiosk string, request ID) (r Reply, err error) {
	var hash []byte
	err = t.one(`SELECT hash, status, body FROM replies WHERE kiosk = ? AND request = ?`, []any{kiosk, request[:]}, &hash, &r.Status, &r.Body)
	copy(r.Hash[:], hash)
	return r, err
}

// AddReply keeps an answer.
func (t *Tx) AddReply(kiosk string, request ID, r Reply, now int64) error {
	return t.run(`INSERT INTO replies VALUES (?,?,?,?,?,?)`, kiosk, request[:], r.Hash[:], r.Status, r.Body, now)
}

// Attempt finds the hash of a code that was counted.
func (t *Tx) Attempt(kiosk string, request ID) (hash Hash, err error) {
	var b []byte
	err = t.one(`SELECT hash FROM attempts WHERE kiosk = ? AND request = ?`, []any{kiosk, request[:]}, &b)
	copy(hash[:], b)
	return hash, err
}

// AddAttempt notes that a code was counted.
func (t *Tx) AddAttempt(kiosk string, request ID, hash Hash, reservation ID) error {
	return t.run(`INSERT INTO attempts VALUES (?,?,?,?)`, kiosk, request[:], hash[:], reservation[:])
}

// Prune forgets replies made before that time, counted codes of reservations
// that ended before it, and challenges of the app that are older still than
// they are good for. It answers how many rows went.
func (t *Tx) Prune(before, challenges int64) (gone int64, err error) {
	for _, d := range []struct {
		query string
		at    int64
	}{
		{`DELETE FROM replies WHERE made < ?`, before},
		{`DELETE FROM attempts WHERE reservation IN (SELECT id FROM reservations WHERE expires < ?)`, before},
		{`DELETE FROM challenges WHERE made < ?`, challenges},
	} {
		n, err := t.exec(d.query, d.at)
		if err != nil {
			return gone, err
		}
		gone += n
	}
	return gone, nil
}

// Record of a kiosk's ledger.
type Record struct {
	Epoch ID
	Seq   uint64
	Prev  Hash
	Hash  Hash
	Bytes []byte
	Flags string
}

// RecordHash of a record that is there.
func (t *Tx) RecordHash(kiosk string, epoch ID, seq uint64) (hash Hash, err error) {
	var b []byte
	err = t.one(`SELECT hash FROM records WHERE kiosk = ? AND epoch = ? AND seq = ?`, []any{kiosk, epoch[:], int64(seq)}, &b)
	copy(hash[:], b)
	return hash, err
}

// AddRecord keeps a record.
func (t *Tx) AddRecord(kiosk string, r Record, now int64) error {
	return t.run(`INSERT INTO records VALUES (?,?,?,?,?,?,?,?)`, kiosk, r.Epoch[:], int64(r.Seq), r.Prev[:], r.Hash[:], r.Bytes, r.Flags, now)
}

// AddAside keeps a record apart.
func (t *Tx) AddAside(kiosk string, r Record, why string, now int64) error {
	return t.run(`INSERT INTO aside VALUES (?,?,?,?,?,?,?) ON CONFLICT DO NOTHING`, kiosk, r.Epoch[:], int64(r.Seq), r.Hash[:], r.Bytes, why, now)
}

// CountAside is how many records of a kiosk lie apart.
func (t *Tx) CountAside(kiosk string) (n int, err error) {
	return n, t.one(`SELECT count(*) FROM aside WHERE kiosk = ?`, []any{kiosk}, &n)
}

// Records of a kiosk in order, without their bytes.
func (t *Tx) Records(kiosk string) (list []Record, err error) {
	rows, err := t.tx.QueryContext(t.ctx, `SELECT epoch, seq, prev, hash, flags FROM records WHERE kiosk = ? ORDER BY stored, epoch, seq`, kiosk)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r Record
		var epoch, prev, hash []byte
		var seq int64
		if err := rows.Scan(&epoch, &seq, &prev, &hash, &r.Flags); err != nil {
			return nil, err
		}
		copy(r.Epoch[:], epoch)
		copy(r.Prev[:], prev)
		copy(r.Hash[:], hash)
		r.Seq = uint64(seq)
		list = append(list, r)
	}
	return list, rows.Err()
}

// AddChallenge keeps a challenge of the phone app.
func (t *Tx) AddChallenge(challenge, card Hash, flow int, now int64) error {
	return t.run(`INSERT INTO challenges VALUES (?,?,?,?)`, challenge[:], card[:], flow, now)
}

// TakeChallenge removes a challenge made since and reports whether it was there.
func (t *Tx) TakeChallenge(challenge, card Hash, flow int, since int64) (bool, error) {
	n, err := t.exec(`DELETE FROM challenges WHERE challenge = ? AND card = ? AND flow = ? AND made >= ?`, challenge[:], card[:], flow, since)
	return n == 1, err
}

// Kiosk as it is registered.
type Kiosk struct {
	Name    string
	Revoked bool
	Flows   string
}

// PutKiosk registers a kiosk or changes it.
func (t *Tx) PutKiosk(k Kiosk) error {
	return t.run(`INSERT INTO kiosks VALUES (?,?,?) ON CONFLICT (name) DO UPDATE SET revoked = excluded.revoked, flows = excluded.flows`, k.Name, k.Revoked, k.Flows)
}

// Kiosk by name.
func (t *Tx) Kiosk(name string) (k Kiosk, err error) {
	return k, t.one(`SELECT name, revoked, flows FROM kiosks WHERE name = ?`, []any{name}, &k.Name, &k.Revoked, &k.Flows)
}

// PutHeartbeat keeps the last sign of life.
func (t *Tx) PutHeartbeat(kiosk, version string, queue, oldest uint32, out string, now int64) error {
	return t.run(`INSERT INTO heartbeats VALUES (?,?,?,?,?,?) ON CONFLICT (kiosk) DO UPDATE SET version = excluded.version,
		queue = excluded.queue, oldest = excluded.oldest, out = excluded.out, at = excluded.at`, kiosk, version, queue, oldest, out, now)
}

// Setting, or the given value where it was never set.
func (t *Tx) Setting(key string, otherwise int) (v int, err error) {
	if err = t.one(`SELECT value FROM settings WHERE key = ?`, []any{key}, &v); err == ErrNone {
		return otherwise, nil
	}
	return v, err
}

// SetSetting sets it.
func (t *Tx) SetSetting(key string, v int) error {
	return t.run(`INSERT INTO settings VALUES (?,?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, v)
}
