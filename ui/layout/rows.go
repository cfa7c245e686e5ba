package layout

import "slices"

// Scanning by rows, for one switch: the focus goes from row to row, a press enters one, and the next press is the
// target's. A pad of 36 letters takes 12 steps at most instead of 40.

// InRow is how often scanning goes over the targets of a row before it leaves it.
const InRow = 2

// rows are the targets in the order of reading, those that stand beside each other together.
func (s Screen) rows() (all [][]Item) {
	for _, it := range s.Stops() {
		if n := len(all); n > 0 && all[n-1][0].Y == it.Y && all[n-1][0].Kind == it.Kind {
			all[n-1] = append(all[n-1], it)
			continue
		}
		all = append(all, []Item{it})
	}
	return all
}

// Row are the targets that have the focus: one, or a row of them.
func (f Focus) Row(s Screen) []Item {
	it, ok := f.On(s)
	if !ok {
		return nil
	}
	if !f.row {
		return []Item{it}
	}
	all := s.rows()
	return all[rowOf(all, it.Stop())]
}

// rowOf is which row has a target; 0 where none has.
func rowOf(all [][]Item, at Stop) int {
	return max(slices.IndexFunc(all, func(row []Item) bool {
		return slices.ContainsFunc(row, func(it Item) bool { return it.Stop() == at })
	}), 0)
}

// Enter is the focus at the first target of the row that has it; false where one target has it.
func (f Focus) Enter(s Screen) (Focus, bool) {
	row := f.Row(s)
	if f.row = false; len(row) < 2 {
		return f, false
	}
	f.At, f.inside, f.rounds = row[0].Stop(), 0, 0
	return f, true
}

// stepRows is a step of scanning; again says that it came round to where the screen begins.
func (f Focus) stepRows(s Screen, begin Stop) (next Focus, again bool) {
	all := s.rows()
	if len(all) == 0 {
		f.At = Stop{}
		return f, false
	}
	i := rowOf(all, f.At)
	if row := all[i]; !f.row && f.At != (Stop{}) {
		f.inside++
		if f.row = f.inside >= InRow*len(row); f.row { // left, and offered once more
			f.At, f.inside = row[0].Stop(), 0
			return f, false
		}
		k := slices.IndexFunc(row, func(it Item) bool { return it.Stop() == f.At })
		f.At = row[(k+1)%len(row)].Stop()
		return f, false
	}
	if f.At != (Stop{}) {
		i = (i + 1) % len(all)
	}
	f.At, f.row = all[i][0].Stop(), true
	return f, i == rowOf(all, begin)
}

// Framed is what the ring goes around.
func (f Focus) Framed(s Screen) (Item, bool) {
	row := f.Row(s)
	if len(row) == 0 {
		return Item{}, false
	}
	it, end := row[0], row[len(row)-1]
	it.W = end.X + end.W - it.X
	for _, o := range row {
		it.H = max(it.H, o.H)
	}
	return it, true
}

// Said is the focus by what is said of it: two that are alike sound alike.
func (f Focus) Said() Focus { return Focus{At: f.At, row: f.row} }
