package store

// Alarm is something that a person has to look at.
type Alarm struct {
	Kiosk  string
	Epoch  ID
	Word   string
	Seq    uint64 // 0: not about one record
	Detail string
	Raised int64
	Acts   []AlarmAct // what persons did with it, oldest first
}

// What becomes of an alarm. It is never removed.
const (
	AlarmRaised = "raised" // and again, after it was closed
	AlarmSeen   = "seen"
	AlarmClosed = "closed"
)

// AlarmAct is one thing that was done with an alarm.
type AlarmAct struct {
	Act    string
	Person string // who, in their own word; empty where the kiosk raised it again
	Why    string
	At     int64
}

// State is what the last act made of it.
func (a Alarm) State() string {
	if len(a.Acts) == 0 {
		return AlarmRaised
	}
	return a.Acts[len(a.Acts)-1].Act
}

// AddAlarm raises an alarm, the same one once, and reports whether it is new. One
// that was closed and happens again is raised again.
func (t *Tx) AddAlarm(a Alarm) (bool, error) {
	n, err := t.exec(`INSERT INTO alarms VALUES ($1,$2,$3,$4,$5,$6) ON CONFLICT DO NOTHING`, a.Kiosk, a.Epoch[:], a.Word, int64(a.Seq), a.Detail, a.Raised)
	if err != nil || n == 1 {
		return n == 1, err
	}
	const it = `kiosk = $3 AND epoch = $4 AND word = $5 AND seq = $6`
	n, err = t.exec(`INSERT INTO alarm_acts SELECT kiosk, epoch, word, seq, n + 1, 'raised', '', $1, $2 FROM alarm_acts WHERE `+it+` AND act = 'closed'
		AND n = (SELECT max(n) FROM alarm_acts WHERE `+it+`)`, a.Detail, a.Raised, a.Kiosk, a.Epoch[:], a.Word, int64(a.Seq))
	return n == 1, err
}

// ActOnAlarm keeps what a person did with one.
func (t *Tx) ActOnAlarm(a Alarm, act AlarmAct) error {
	return t.run(`INSERT INTO alarm_acts VALUES ($1, $2, $3, $4, (SELECT coalesce(max(n), 0) + 1 FROM alarm_acts WHERE kiosk = $1 AND epoch = $2 AND word = $3 AND seq = $4), $5, $6, $7, $8)`,
		a.Kiosk, a.Epoch[:], a.Word, int64(a.Seq), act.Act, act.Person, act.Why, act.At)
}

type alarmKey struct {
	kiosk string
	epoch ID
	word  string
	seq   uint64
}

func (a Alarm) key() alarmKey { return alarmKey{a.Kiosk, a.Epoch, a.Word, a.Seq} }

// Acts gives each of these alarms, of one kiosk or of all where the name is empty, what
// was done with it.
func (t *Tx) Acts(kiosk string, list []Alarm) error {
	by := map[alarmKey][]AlarmAct{}
	err := t.each(`SELECT kiosk, epoch, word, seq, act, person, why, at FROM alarm_acts WHERE kiosk = $1 OR $1 = '' ORDER BY kiosk, epoch, word, seq, n`,
		[]any{kiosk}, func(scan func(...any) error) error {
			var a Alarm
			var act AlarmAct
			var epoch []byte
			var seq int64
			if err := scan(&a.Kiosk, &epoch, &a.Word, &seq, &act.Act, &act.Person, &act.Why, &act.At); err != nil {
				return err
			}
			a.Epoch, a.Seq = ID(epoch), uint64(seq)
			by[a.key()] = append(by[a.key()], act)
			return nil
		})
	for i := range list {
		list[i].Acts = by[list[i].key()]
	}
	return err
}

// Alarms of a kiosk, or of all where the name is empty, oldest first, without what was
// done with them.
func (t *Tx) Alarms(kiosk string) ([]Alarm, error) {
	return rows(t, `SELECT kiosk, epoch, word, seq, detail, raised FROM alarms WHERE kiosk = $1 OR $1 = '' ORDER BY raised, kiosk, epoch, seq, word`,
		[]any{kiosk}, func(a *Alarm, scan func(...any) error) error {
			var epoch []byte
			var seq int64
			if err := scan(&a.Kiosk, &epoch, &a.Word, &seq, &a.Detail, &a.Raised); err != nil {
				return err
			}
			a.Epoch, a.Seq = ID(epoch), uint64(seq)
			return nil
		})
}
