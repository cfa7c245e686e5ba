package store

// Fleet is what the kiosks say of themselves together. Heartbeats with the same words
// are one row, so that it is as long as there are versions and reasons.
type Fleet struct {
	Kiosks, Revoked int64
	Beats           []Beats
	Alarms          map[AlarmsOf]int64
}

// AlarmsOf are those of a word in a state.
type AlarmsOf struct{ Word, State string }

// Beats are the last heartbeats of kiosks that say the same.
type Beats struct {
	Version, Out string
	Kiosks       int64
	Silent       int64 // of them, not heard since
	Queue        int64 // records that wait, all together
	Oldest       int64 // seconds, of the oldest of them
}

// Fleet reads it; silent is who was not heard since then.
func (t *Tx) Fleet(since int64) (f Fleet, err error) {
	f.Alarms = map[AlarmsOf]int64{}
	err = t.ask(
		question{`SELECT count(*), coalesce(sum(CASE WHEN revoked <> 0 THEN 1 ELSE 0 END), 0) FROM kiosks`, nil,
			func(scan func(...any) error) error { return scan(&f.Kiosks, &f.Revoked) }},
		question{`SELECT version, out, count(*), CAST(sum(CASE WHEN at < $1 THEN 1 ELSE 0 END) AS BIGINT), CAST(sum(queue) AS BIGINT), max(oldest)
			FROM heartbeats GROUP BY version, out ORDER BY 3 DESC, version, out`, []any{since},
			func(scan func(...any) error) error {
				var b Beats
				err := scan(&b.Version, &b.Out, &b.Kiosks, &b.Silent, &b.Queue, &b.Oldest)
				f.Beats = append(f.Beats, b)
				return err
			}},
		question{`SELECT word, state, count(*) FROM (SELECT word, coalesce((SELECT act FROM alarm_acts c WHERE c.kiosk = a.kiosk AND c.epoch = a.epoch
				AND c.word = a.word AND c.seq = a.seq ORDER BY n DESC LIMIT 1), 'raised') AS state FROM alarms a) AS each GROUP BY word, state`, nil,
			func(scan func(...any) error) error {
				var of AlarmsOf
				var n int64
				err := scan(&of.Word, &of.State, &n)
				f.Alarms[of] = n
				return err
			}})
	return f, err
}
