package offline

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"multicopy.example/kiosk/port"
	"multicopy.example/offline/record"
)

// A Book is one ledger as it was at one moment, whole or not, for those who
// look at it: what Look found in a folder, or export.Read in a file.
type Book struct {
	Report
	Name     string        // "live", "aside-0001"
	Latest   time.Time     // the latest time of any line, as the head tells it; zero where it does not
	Size     int64         // of its files, in bytes; 0 in an export
	Records  []port.Record // in order, as far as each still has its own hash
	Carried  []Carried     // from earlier ledgers
	Refused  []Refused
	Exported []string // what did not verify when an export was written
	State    State    // what the ledger says of itself
	StateOK  bool     // it could be read
}

// A Carried record was begun by an earlier ledger and is kept until it is sent
// and closed.
type Carried struct {
	port.Record
	Sent bool
}

// A Refused record was set aside at the authority's word.
type Refused struct {
	port.Record
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

func (b *Book) fill(f *scan) {
	b.Report.fill(f)
	b.State, b.StateOK, b.Refused = f.state, f.stateOK, f.refused
	for _, r := range f.own() {
		b.Records = append(b.Records, record.New(r.head, r.bytes))
	}
	for _, o := range f.old {
		b.Carried = append(b.Carried, Carried{record.New(o.head, o.bytes), o.sent})
	}
}

// Verify holds what a file showed against itself, as Look does with a database;
// what it finds is in the Report. Receipts are not checked against a key.
func (b *Book) Verify() {
	f := &scan{receipts: b.Receipts, aside: len(b.Refused)}
	for _, found := range b.Exported {
		f.blame(fmt.Errorf("%w, when it was exported: %s", ErrSpoiled, found))
	}
	if b.StateOK {
		f.blameIf(f.believe(b.State))
	} else if len(b.Exported) == 0 {
		f.blame(fmt.Errorf("%w: its own row is missing", ErrSpoiled))
	}
	for i, r := range b.Carried {
		f.blameIf(f.carry(int64(i+1), r.Bytes, r.Sent))
	}
	hashes := map[uint64][32]byte{}
	var broken error
	for _, r := range b.Records {
		h, err := record.DecodeHeader(r.Bytes)
		if err == nil && broken == nil {
			broken = f.link(int64(r.Seq), h, r.Bytes)
		}
		f.note(r.Bytes, h, 0)
		hashes[r.Seq] = r.Hash
	}
	f.blameIf(broken)
	find := func(seq uint64) ([]byte, error) {
		h, ok := hashes[seq]
		if !ok {
			return nil, fmt.Errorf("%w: record %d is missing", ErrSpoiled, seq)
		}
		return h[:], nil
	}
	f.blameIf(f.ackedIsHere(), f.receiptAgrees(find))
	if b.HeadRead {
		f.blameIf(f.headAgrees(b.Head, find))
	} else {
		f.blame(errNoHead)
	}
	b.Folder = b.Name
	b.Report.fill(f)
}
