package store

import (
	"encoding/hex"
	"strconv"
)

// Misses is how many tries of a card's face may fail in FaceDay minutes.
const (
	Misses  = 3
	FaceDay = 24 * 60
)

// A miss is a row of rates under the minute in which it is forgotten, one of Misses of a
// card: the newest of them never takes the place of one that counts.
func missName(card Hash, slot int) string {
	return "face " + hex.EncodeToString(card[:]) + " " + strconv.Itoa(slot)
}

// CountMiss counts a try of a card's face before it is known how it ends, and answers its
// slot, for TakeMissBack; -1: there were Misses, and it was not counted.
func (t *Tx) CountMiss(card Hash, minute int64) (slot int, err error) {
	for slot := range Misses {
		var took bool
		var n int64
		err := t.ask(first(&took, `INSERT INTO rates VALUES ($1, $2, 1) ON CONFLICT (name) DO UPDATE SET minute = excluded.minute, n = 1
			WHERE rates.minute < $3 OR rates.n = 0 RETURNING n`, []any{missName(card, slot), minute + FaceDay, minute}, &n))
		if err != nil || took {
			return slot, err
		}
	}
	return -1, nil
}

// TakeMissBack forgets one that became a match.
func (t *Tx) TakeMissBack(card Hash, slot int) error {
	return t.run(`UPDATE rates SET n = 0 WHERE name = $1`, missName(card, slot))
}

// MissesLeft of a card.
func (t *Tx) MissesLeft(card Hash, minute int64) (left int, err error) {
	left = Misses
	for slot := range Misses {
		var counts int
		if err := t.one(`SELECT count(*) FROM rates WHERE name = $1 AND minute >= $2 AND n > 0`, []any{missName(card, slot), minute}, &counts); err != nil {
			return 0, err
		}
		left -= counts
	}
	return left, nil
}
