package store

import "strconv"

// Reply is an answer that was given once and is given again.
type Reply struct {
	Hash   Hash
	Status int
	Body   []byte
}

// AddReply keeps an answer.
func (t *Tx) AddReply(kiosk string, request ID, r Reply, now int64) error {
	return t.run(`INSERT INTO replies VALUES ($1,$2,$3,$4,$5,$6)`, kiosk, request[:], r.Hash[:], int64(r.Status), r.Body, now)
}

// AddAttempt notes that a code was counted.
func (t *Tx) AddAttempt(kiosk string, request ID, hash Hash, reservation ID) error {
	return t.run(`INSERT INTO attempts VALUES ($1,$2,$3,$4)`, kiosk, request[:], hash[:], reservation[:])
}

// Rate counts one of that name in that minute if there were fewer than limit,
// and reports whether it did.
func (t *Tx) Rate(name string, minute int64, limit int) (bool, error) {
	r := Rated{Name: name, Minute: minute, Limit: limit}
	err := t.Rates(&r)
	return r.OK, err
}

// A Rated is what Rates counts.
type Rated struct {
	Name   string
	Minute int64
	Limit  int
	OK     bool // it was counted
}

// Rates counts each as Rate does, in one journey to PostgreSQL.
func (t *Tx) Rates(rates ...*Rated) error { return t.ask(counting(rates)...) }

func counting(rates []*Rated) (list []question) {
	for _, r := range rates {
		if r.OK = false; r.Limit <= 0 {
			continue
		}
		var n int64
		list = append(list, first(&r.OK, `INSERT INTO rates VALUES ($1, $2, 1) ON CONFLICT (name) DO UPDATE SET
			n = CASE WHEN rates.minute = excluded.minute THEN rates.n + 1 ELSE 1 END, minute = excluded.minute
			WHERE rates.minute <> excluded.minute OR rates.n < $3 RETURNING n`, []any{r.Name, r.Minute, int64(r.Limit)}, &n))
	}
	return list
}

// Unrate takes back one that Rate counted.
func (t *Tx) Unrate(name string, minute int64) error {
	return t.run(`UPDATE rates SET n = n - 1 WHERE name = $1 AND minute = $2 AND n > 0`, name, minute)
}

// Tried is how many codes of a reservation were counted at a kiosk, right ones
// too.
type Tried struct {
	Kiosk string
	Codes int
}

// Tried of a reservation, by kiosk.
func (t *Tx) Tried(reservation ID) ([]Tried, error) {
	return rows(t, `SELECT kiosk, count(*) FROM attempts WHERE reservation = $1 GROUP BY kiosk ORDER BY kiosk`, []any{reservation[:]},
		func(k *Tried, scan func(...any) error) error {
			return scan(&k.Kiosk, &k.Codes)
		})
}

// Old says until when things are forgotten; Unix seconds.
type Old struct {
	Replies    int64 // made before
	Codes      int64 // of reservations that ended before
	Challenges int64 // of the app, made before
	Rates      int64 // of minutes before this one, Unix minutes
	Enrolments int64 // that expired before
	Visits     int64 // sessions that never got a grant, opened before, and reservations that ended before
}

// A prunable is one kind of row that is forgotten: those before $1, and not before
// $2 where it has a setting; as many as the last argument at most.
// Records, alarms, signed heads, grants and their sessions are not among them:
// they are what the authority is there to remember.
type prunable struct {
	query string
	until func(Old) int64
	from  string // a setting: before that moment all were looked at; empty where none stays
}

var prunables = []prunable{
	{`DELETE FROM replies WHERE (kiosk, request) IN (SELECT kiosk, request FROM replies WHERE made < $1 LIMIT $2)`,
		func(o Old) int64 { return o.Replies }, ""},
	{`DELETE FROM attempts WHERE (kiosk, request) IN (SELECT a.kiosk, a.request FROM reservations r JOIN attempts a ON a.reservation = r.id
		WHERE r.expires < $1 LIMIT $2)`, func(o Old) int64 { return o.Codes }, ""},
	{`DELETE FROM challenges WHERE challenge IN (SELECT challenge FROM challenges WHERE made < $1 LIMIT $2)`,
		func(o Old) int64 { return o.Challenges }, ""},
	{`DELETE FROM rates WHERE name IN (SELECT name FROM rates WHERE minute < $1 LIMIT $2)`, func(o Old) int64 { return o.Rates }, ""},
	{`DELETE FROM enrolments WHERE id IN (SELECT id FROM enrolments WHERE expires < $1 LIMIT $2)`, func(o Old) int64 { return o.Enrolments }, ""},
	{`DELETE FROM sessions WHERE id IN (SELECT id FROM sessions s WHERE opened < $1 AND opened >= $2
		AND NOT EXISTS (SELECT 1 FROM grants WHERE session = s.id) LIMIT $3)`, func(o Old) int64 { return o.Visits }, "pruned sessions"},
	{`DELETE FROM looks WHERE id IN (SELECT id FROM looks WHERE opened < $1 LIMIT $2)`, func(o Old) int64 { return o.Visits }, ""},
	{`DELETE FROM reservations WHERE id IN (SELECT id FROM reservations r WHERE expires < $1 AND expires >= $2
		AND NOT EXISTS (SELECT 1 FROM sessions WHERE reservation = r.id) LIMIT $3)`, func(o Old) int64 { return o.Visits }, "pruned reservations"},
}

// Prunables is how many kinds of rows Prune knows.
func Prunables() int { return len(prunables) }

// Prune forgets at most bite rows of one kind and answers how many went. Fewer
// than bite: there are no more. Call it for each kind, in their order: what a
// session has left behind goes after the session.
func (t *Tx) Prune(kind int, o Old, bite int64) (gone int64, err error) {
	p := prunables[kind]
	args := []any{p.until(o)}
	if p.from != "" {
		from, err := t.Setting(p.from, 0)
		if err != nil {
			return 0, err
		}
		args = append(args, int64(from))
	}
	gone, err = t.exec(p.query, append(args, bite)...)
	if err == nil && gone < bite && p.from != "" {
		err = t.SetSetting(p.from, int(p.until(o)))
	}
	return gone, err
}

// AddChallenge keeps a challenge of the phone app.
func (t *Tx) AddChallenge(challenge, card Hash, flow int, now int64) error {
	return t.run(`INSERT INTO challenges VALUES ($1,$2,$3,$4)`, challenge[:], card[:], int64(flow), now)
}

// TakeChallenge removes a challenge made since and reports whether it was there.
func (t *Tx) TakeChallenge(challenge, card Hash, flow int, since int64) (bool, error) {
	n, err := t.exec(`DELETE FROM challenges WHERE challenge = $1 AND card = $2 AND flow = $3 AND made >= $4`, challenge[:], card[:], int64(flow), since)
	return n == 1, err
}

// Kiosk as it is registered.
type Kiosk struct {
	Name    string `json:"name"`
	Revoked bool   `json:"revoked"`
	Flows   string `json:"flows"`
}

// PutKiosk registers a kiosk or changes it. Revoked, all its certificates are,
// for good: registered again it needs another one.
func (t *Tx) PutKiosk(k Kiosk, now int64) error {
	revoked := int64(0)
	if k.Revoked {
		revoked = 1
		if err := t.RevokeAll(k.Name, now); err != nil {
			return err
		}
	}
	return t.run(`INSERT INTO kiosks (name, revoked, flows) VALUES ($1,$2,$3) ON CONFLICT (name) DO UPDATE SET revoked = excluded.revoked, flows = excluded.flows`, k.Name, revoked, k.Flows)
}

// Listed is a kiosk and the certificate that it uses.
type Listed struct {
	Kiosk
	Serial string `json:"certificate"` // hexadecimal; empty where it uses none
}

const listed = `SELECT name, revoked, flows, coalesce((SELECT min(serial) FROM certificates c WHERE c.kiosk = k.name AND c.state = $1), '') FROM kiosks k`

func (k *Listed) scan(scan func(...any) error) error {
	var revoked int64
	err := scan(&k.Name, &revoked, &k.Flows, &k.Serial)
	k.Revoked = revoked != 0
	return err
}

// Kiosks are all of them, by their names.
func (t *Tx) Kiosks() ([]Listed, error) {
	return rows(t, listed+` ORDER BY name`, []any{int64(Current)}, (*Listed).scan)
}

// Kiosk is the one of that name, locked until the transaction ends, or ErrNone.
func (t *Tx) Kiosk(name string) (Listed, error) {
	return only(t, listed+` WHERE name = $2`+t.lock, []any{int64(Current), name}, (*Listed).scan)
}

// Asking is a kiosk that asks.
type Asking struct {
	Kiosk
	Asked int       // how often on that day; a transaction that is undone does not count
	State CertState // of the certificate that it comes with
	Reply *Reply    // what the same request was answered with before; nil: nothing
}

// Ask finds a kiosk by name, which asks on that day with that certificate, and
// locks it: until the transaction ends no other request of this kiosk is answered,
// by this process or any other. The reply to that request is looked for behind the
// lock, in the same journey to PostgreSQL, and so is the visit, where there is one.
func (t *Tx) Ask(name string, day int64, fingerprint Hash, request ID, visit *Visiting) (k Asking, err error) {
	var revoked, state int64
	var known, answered bool
	var hash []byte
	var r Reply
	list := []question{first(&known, `UPDATE kiosks SET asked = CASE WHEN day = $1 THEN asked + 1 ELSE 1 END, day = $1 WHERE name = $2 RETURNING name, revoked, flows, asked,
		coalesce((SELECT state FROM certificates WHERE kiosk = $2 AND fingerprint = $3), -1)`,
		[]any{day, name, fingerprint[:]}, &k.Name, &revoked, &k.Flows, &k.Asked, &state),
		first(&answered, `SELECT hash, status, body FROM replies WHERE kiosk = $1 AND request = $2`, []any{name, request[:]}, &hash, &r.Status, &r.Body)}
	if visit != nil {
		list = append(list, visit.questions(t.lock, name)...)
	}
	err = t.ask(list...)
	switch {
	case err != nil:
		return k, err
	case !known:
		return k, ErrNone
	case answered:
		copy(r.Hash[:], hash)
		k.Reply = &r
	}
	k.Revoked, k.State = revoked != 0, CertState(state)
	return k, nil
}

// PutHeartbeat keeps the last sign of life.
func (t *Tx) PutHeartbeat(kiosk, version string, queue, oldest uint32, out string, now int64) error {
	return t.run(`INSERT INTO heartbeats VALUES ($1,$2,$3,$4,$5,$6) ON CONFLICT (kiosk) DO UPDATE SET version = excluded.version,
		queue = excluded.queue, oldest = excluded.oldest, out = excluded.out, at = excluded.at`, kiosk, version, int64(queue), int64(oldest), out, now)
}

// Setting, or the given value where it was never set.
func (t *Tx) Setting(name string, otherwise int) (v int, err error) {
	if err = t.one(`SELECT value FROM settings WHERE name = $1`, []any{name}, &v); err == ErrNone {
		return otherwise, nil
	}
	return v, err
}

// SetSetting sets it.
func (t *Tx) SetSetting(name string, v int) error {
	return t.run(`INSERT INTO settings VALUES ($1,$2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, int64(v))
}

// TicketKey of a day: the offered one where there was none yet. Older ones
// than keep days go.
func (t *Tx) TicketKey(day, keep int64, offered [32]byte) (key [32]byte, err error) {
	if err := t.run(`DELETE FROM tickets WHERE day < $1`, day-keep); err != nil {
		return key, err
	}
	at := []byte(strconv.FormatInt(day, 10))
	if err := t.run(`INSERT INTO tickets VALUES ($1,$2) ON CONFLICT DO NOTHING`, day, []byte(t.wrap.wrap("tickets", at, offered[:]))); err != nil {
		return key, err
	}
	var wrapped []byte
	if err := t.one(`SELECT value FROM tickets WHERE day = $1`, []any{day}, &wrapped); err != nil {
		return key, err
	}
	b, err := t.wrap.unwrap("tickets", at, string(wrapped))
	copy(key[:], b)
	return key, err
}

// Count is how many rows a table has.
func (t *Tx) Count(table string) (n int64, err error) {
	return n, t.one(`SELECT count(*) FROM `+table, nil, &n)
}
