package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/offline"
	"multicopy.example/offline/record"
)

// A finding is what one cut left of one lane.
type finding struct {
	moment  string // what the writer was doing
	kills   int    // times its process was killed before
	mends   int    // times the ledger was opened again after an error
	lost    uint64 // records promised and not there
	unasked bool   // a record is there whose promise had not been given yet, as it may
	opening time.Duration

	aside      bool   // the ledger was set aside
	headAhead  bool   // the head file knew more than the database
	headBehind uint64 // or so much less

	wrongs []string // what no cut excuses
}

func (f *finding) wrong(format string, args ...any) {
	f.wrongs = append(f.wrongs, fmt.Sprintf(format, args...))
}

// count holds the newest record against the newest promise. One writer has one
// record under way at most.
func (f *finding) count(p *promises, newest uint64) {
	switch {
	case newest < p.last:
		f.lost = p.last - newest
	case newest > p.last+1:
		f.wrong("%d is the newest record and %d was the last promised", newest, p.last)
	default:
		f.unasked = newest > p.last
	}
}

// open is what has been begun and has no outcome: the rule of kiosk.Entry, kept
// by a program that has not asked the ledger.
type open map[string]bool

func (o open) add(kind kiosk.EntryKind, session string) {
	for _, i := range []kiosk.Intent{kiosk.IntentTrying, kiosk.IntentAsking, kiosk.IntentWriting} {
		if kind.Closes(i) {
			delete(o, fmt.Sprint(i, " ", session))
		}
	}
	if i := kind.Intent(); i != kiosk.NoIntent {
		o[fmt.Sprint(i, " ", session)] = true
	}
}

// lookLedger opens what a cut left, holds it against the promises, and makes
// the promises what is there: the next cut is judged by itself.
func lookLedger(dir string, p *promises) (f finding, err error) {
	dir = filepath.Join(dir, "ledger")
	if f, err = asItLies(dir, p); err != nil {
		return f, err
	}
	opt, err := ledgerOptions()
	if err != nil {
		return f, err
	}
	opt.IdleAfter = time.Hour // nothing but the opening happens now
	began := time.Now()
	l, err := offline.OpenLedger(context.Background(), dir, opt)
	if err != nil {
		f.wrong("does not open: %v", err)
		return f, nil
	}
	f.opening = time.Since(began)
	defer func() { err = errors.Join(err, l.Close()) }()
	if a := l.Aside(); a != nil {
		f.aside = true
		f.wrong("set aside: %v", a.Reason)
		f.count(p, a.Last.Seq)
		*p = promises{last: l.Head().Seq} // another ledger begins
		return f, nil
	}
	f.count(p, l.Head().Seq)
	if err := f.records(l, p); err != nil {
		return f, err
	}
	if err := f.intents(l, p); err != nil {
		return f, err
	}
	p.last = l.Head().Seq
	return f, f.watermark(l, p)
}

// asItLies looks before the ledger's own opening repairs anything.
func asItLies(dir string, p *promises) (finding, error) {
	f := finding{moment: p.doing, kills: p.kills, mends: p.mends, wrongs: p.wrongs}
	r, err := offline.Verify(context.Background(), dir)
	switch {
	case err != nil && p.last == 0:
		return f, nil // cut before it was made: there is nothing yet
	case err != nil:
		f.wrong("cannot be verified: %v", err)
		return f, nil
	case !r.Whole():
		f.wrong("does not verify: %v", r.Wrong)
	}
	if r.HeadRead {
		f.headAhead = r.Head.Seq > r.Last
		f.headBehind = max(r.Last, r.Head.Seq) - r.Head.Seq
	}
	return f, nil
}

// records: what is here is what was promised, and what is gone was
// acknowledged.
func (f *finding) records(l *offline.Ledger, p *promises) error {
	for next := uint64(1); ; {
		rs, err := l.Records(context.Background(), next, 1000)
		if err != nil || len(rs) == 0 {
			return err
		}
		if gone := rs[0].Seq - next; gone > 0 && rs[0].Seq > p.asked+1 {
			f.wrong("records up to %d are gone and only %d were acknowledged", rs[0].Seq-1, p.asked)
		}
		for _, r := range rs {
			h, told := p.hashes[r.Seq]
			if told && h != hex.EncodeToString(r.Hash[:]) {
				f.wrong("record %d is another than the one promised", r.Seq)
			}
			if r.Seq > p.last { // it was under way
				h, err := record.DecodeHeader(r.Bytes)
				if err != nil {
					return err
				}
				p.note(r.Seq, hex.EncodeToString(r.Hash[:]), h.Kind, hex.EncodeToString(h.Session[:]))
			}
			next = r.Seq + 1
		}
	}
}

func (f *finding) intents(l *offline.Ledger, p *promises) error {
	left, err := l.Open(context.Background())
	if err != nil {
		return err
	}
	got := open{}
	for _, e := range left {
		got.add(e.Kind, hex.EncodeToString(e.Session[:]))
	}
	if f.lost == 0 && !maps.Equal(got, p.open) { // else what is open follows from that
		f.wrong("open is %q, want %q", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(p.open)))
	}
	p.open = got
	return nil
}

// watermark: what was noted as acknowledged is not sent again, and nothing is
// passed over that was not.
func (f *finding) watermark(l *offline.Ledger, p *promises) error {
	unsent, err := l.Unsent(context.Background(), 1)
	if err != nil {
		return err
	}
	next := l.Head().Seq + 1
	if len(unsent) == 1 {
		next = unsent[0].Seq
	}
	if next <= p.acked || next > max(p.asked, p.acked)+1 {
		f.wrong("the next to send is %d; noted were %d, asked %d", next, p.acked, p.asked)
	}
	p.acked, p.asked = next-1, next-1
	return nil
}
