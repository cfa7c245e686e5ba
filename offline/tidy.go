package offline

// tidy runs when nothing was appended for a while, so that its flushes delay no
// append: SQLite's log goes into the database without being cut short
// (PASSIVE; a warm log needs one flush a record, a growing one two), freed
// pages go back to the disk a few at a time until few are left, the head file
// is flushed, and the ballasts are laid again once the disk has room.
func (l *Ledger) tidy() {
	l.turn <- struct{}{}
	defer func() { <-l.turn }()
	if l.usable() != nil {
		return
	}
	l.opt.testOnlyStep("tidy: before freed pages go back")
	if err := l.drain("PRAGMA incremental_vacuum(64)"); isFull(err) {
		l.opt.Log.Warn("ledger: no room to give pages back", "err", err)
	} else if err != nil {
		l.breaks("tidy", err)
		return
	}
	l.opt.testOnlyStep("tidy: before the checkpoint")
	if l.checkpoint(); l.usable() != nil {
		return
	}
	if err := l.headf.Sync(); err != nil {
		l.opt.Log.Warn("ledger: the head file cannot be flushed", "err", err)
	}
	if free, err := l.free(); err == nil && free >= l.opt.Floor+2*ballastSize {
		if err := layBallast(l.dir); err != nil {
			l.opt.Log.Warn("ledger: the ballast cannot be laid", "err", err)
		}
	}
	if l.freePages() > fewPages {
		l.idle.Reset(l.opt.IdleAfter)
	}
}

// fewPages may stay: the next records use them.
const fewPages = 64

func (l *Ledger) freePages() (n int) {
	if err := l.db.QueryRow("PRAGMA freelist_count").Scan(&n); err != nil {
		l.opt.Log.Warn("ledger: counting free pages", "err", err)
	}
	return n
}

// drain runs a pragma that answers rows; incremental_vacuum frees one page
// for every step.
func (l *Ledger) drain(pragma string) error {
	rows, err := l.db.Query(pragma)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
	}
	return rows.Err()
}
