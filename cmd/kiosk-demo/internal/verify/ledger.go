package verify

import (
	"context"
	"errors"
	"fmt"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/harness/ledgerfile"
	"multicopy.example/kiosk"
	"multicopy.example/offline"
)

// whole is the report of a ledger that verifies and has no act without an
// outcome.
func (e Evidence) whole(ctx context.Context) (offline.Report, error) {
	r, err := offline.Verify(ctx, e.Data)
	switch {
	case err != nil:
		return r, err
	case !r.Whole():
		return r, errors.Join(r.Wrong...)
	case r.Last == 0:
		return r, errors.New("it has no record")
	case len(r.Open) > 0:
		return r, fmt.Errorf("%d begun acts have no outcome", len(r.Open))
	case r.After != nil:
		return r, fmt.Errorf("an earlier ledger was set aside: %s", r.AfterWhy)
	case r.Aside > 0:
		return r, fmt.Errorf("the authority refused %d records", r.Aside)
	}
	return r, nil
}

func (e Evidence) ledger(ctx context.Context) (string, error) {
	r, err := e.whole(ctx)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d records, head %x", r.Last, r.Hash[:4]), nil
}

// book is the live ledger of one that verifies.
func (e Evidence) book(ctx context.Context) (b offline.Book, reader *ledgerfile.Reader, err error) {
	if _, err := e.whole(ctx); err != nil {
		return b, nil, fmt.Errorf("not looked at, the ledger does not verify: %w", err)
	}
	books, err := offline.Look(ctx, e.Data)
	if err != nil {
		return b, nil, err
	}
	reader, err = ledgerfile.Open(e.RecordsKey)
	return books[0], reader, err
}

// records holds every record of the ledger against the authority's, and asks for
// the outcome of a visit among them.
func (e Evidence) records(ctx context.Context) (string, error) {
	book, reader, err := e.book(ctx)
	if err != nil {
		return "", err
	}
	theirs, err := e.App.Records(ctx, e.Kiosk)
	if err != nil {
		return "", err
	}
	if err := harness.Agree(book, theirs); err != nil {
		return "", err
	}
	for _, r := range book.Records {
		line, err := reader.Line(r)
		if err != nil {
			return "", err
		}
		if line.Entry.Kind == kiosk.EntryOutcome && line.Entry.Outcome == kiosk.Done {
			return fmt.Sprintf("%d records acknowledged, %d hashes equal, an outcome among them", book.Last, len(book.Records)), nil
		}
	}
	return "", errors.New("the outcome of the visit is not among the records")
}

// asked takes the records of the one visit out of the ledger: a visit is a
// session of the authority. No more tries may stand there than OK was pressed,
// the last outcome is the good one, and the authority has them all.
func (e Evidence) asked(ctx context.Context) (string, error) {
	book, reader, err := e.book(ctx)
	if err != nil {
		return "", err
	}
	var none, session kiosk.SessionID
	visits, mine, tries, last := 0, 0, 0, kiosk.NoOutcome
	for _, record := range book.Records {
		line, err := reader.Line(record)
		if err != nil {
			return "", err
		}
		entry := line.Entry
		if entry.Session != none && entry.Session != session {
			session = entry.Session
			visits++
		}
		if visits != e.Nth || entry.Session == none {
			continue
		}
		mine++
		if record.Seq > book.Acked {
			return "", fmt.Errorf("the authority has not acknowledged record %d", record.Seq)
		}
		switch entry.Kind {
		case kiosk.EntryTrying:
			tries++
		case kiosk.EntryOutcome:
			last = entry.Outcome
			if entry.Flow != e.Flow || entry.Act != e.Act {
				return "", fmt.Errorf("the ledger has a %s of flow %s", entry.Act, entry.Flow)
			}
		}
	}
	switch {
	case mine == 0:
		return "", fmt.Errorf("the ledger has no visit %d", e.Nth)
	case tries == 0 || tries > e.OKs:
		return "", fmt.Errorf("%d tries were spent and OK was pressed %d times", tries, e.OKs)
	case last != kiosk.Done:
		return "", fmt.Errorf("the last outcome is %s", last)
	}
	return fmt.Sprintf("tries %d, presses of OK %d, records %d, all acknowledged", tries, e.OKs, mine), nil
}

// sealed proves that the folder's records are for the authority alone.
func (e Evidence) sealed(ctx context.Context) (string, error) {
	a, err := ledgerfile.Open(e.RecordsKey)
	if err != nil {
		return "", err
	}
	n, err := a.Sealed(ctx, e.Data)
	if err != nil {
		return "", err
	}
	if n == 0 {
		return "", errors.New("there is no record")
	}
	return fmt.Sprintf("%d records open with its key and with no other, no body in clear in any file", n), nil
}
