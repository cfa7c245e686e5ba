package offline

import (
	"context"
	"path/filepath"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/offline/record"
)

// A Book is one ledger as it was at one moment, whole or not, for those who
// look at it: what Look found in a folder, or ReadExport in a file.
type Book struct {
	Report
	Name     string         // "live", "aside-0001"
	Latest   time.Time      // the latest time of any line, as the head tells it; zero where it does not
	Size     int64          // of its files, in bytes; 0 in an export
	Records  []kiosk.Record // in order, as far as each still has its own hash
	Carried  []Carried      // from earlier ledgers
	Refused  []Refused
	Exported []string // what did not verify when an export was written

	state   state
	stateOK bool
}

// A Carried record was begun by an earlier ledger and is kept until it is sent
// and closed.
type Carried struct {
	kiosk.Record
	Sent bool
}

// A Refused record was set aside at the authority's word.
type Refused struct {
	kiosk.Record
	Reason string
}

// Look reads every ledger in dir, the live one first and then those that were
// set aside, oldest first, without touching any (Verify). It also takes the
// folder of a single one.
func Look(ctx context.Context, dir string) (all []Book, err error) {
	folders := []string{liveOr(dir)}
	if folders[0] != dir {
		aside, err := asides(dir)
		if err != nil {
			return nil, faulty(err)
		}
		folders = append(folders, aside...)
	}
	for i, folder := range folders {
		b, err := look(ctx, folder, true)
		if i > 0 && err != nil && !exists(folder) {
			continue // let go since
		}
		if err != nil {
			return nil, err
		}
		b.Name = filepath.Base(folder)
		all = append(all, b)
	}
	return all, nil
}

// RoomFor is the free space on the disk that holds dir, in bytes.
func RoomFor(dir string) (uint64, error) { return room(dir) }

func (b *Book) fill(f *finding) {
	b.Report.fill(f)
	b.state, b.stateOK, b.Refused = f.state, f.stateOK, f.refused
	for _, r := range f.own() {
		b.Records = append(b.Records, record.New(r.head, r.bytes))
	}
	for _, o := range f.old {
		b.Carried = append(b.Carried, Carried{record.New(o.head, o.bytes), o.sent})
	}
}
