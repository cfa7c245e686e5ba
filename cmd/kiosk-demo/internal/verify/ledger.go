package verify

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"multicopy.example/cmd/internal/harness/ledgerfile"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
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

// records holds every record of the ledger up to the watermark against the
// authority's, and asks for the outcome of this visit among them.
func (e Evidence) records(ctx context.Context) (string, error) {
	r, err := e.whole(ctx)
	if err != nil {
		return "", fmt.Errorf("not compared, the ledger does not verify: %w", err)
	}
	theirs, err := e.App.Records(ctx, e.Kiosk)
	if err != nil {
		return "", err
	}
	epoch := hex.EncodeToString(r.Epoch[:])
	held := map[uint64]string{}
	for _, t := range theirs {
		if t.Flags != "" {
			return "", fmt.Errorf("the authority has marked record %d: %s", t.Seq, t.Flags)
		}
		if t.Epoch == epoch {
			held[t.Seq] = t.Hash
		}
	}
	for seq := uint64(1); seq <= r.Acked; seq++ {
		if held[seq] == "" {
			return "", fmt.Errorf("record %d of %d acknowledged ones is not there", seq, r.Acked)
		}
	}
	a, err := ledgerfile.Open(e.RecordsKey)
	if err != nil {
		return "", err
	}
	ours, err := a.Records(ctx, e.Data)
	if err != nil {
		return "", err
	}
	return compare(a, ours, held, r)
}

func compare(a *ledgerfile.Reader, ours []port.Record, held map[uint64]string, r offline.Report) (string, error) {
	same, done := 0, false
	for _, o := range ours {
		if o.Seq > r.Acked {
			break
		}
		if hex.EncodeToString(o.Hash[:]) != held[o.Seq] {
			return "", fmt.Errorf("record %d has another hash there", o.Seq)
		}
		same++
		line, err := a.Line(o)
		if err != nil {
			return "", err
		}
		done = done || line.Entry.Kind == kiosk.EntryOutcome && line.Entry.Outcome == kiosk.Done
	}
	switch {
	case same == 0:
		return "", errors.New("no record was acknowledged")
	case !done:
		return "", errors.New("the outcome of the visit is not among those acknowledged")
	}
	return fmt.Sprintf("%d of %d records acknowledged, %d hashes equal, the outcome among them", r.Acked, r.Last, same), nil
}

// asked takes the records of the one visit out of the ledger: a visit is a
// session of the authority. No more tries may stand there than OK was pressed,
// the last outcome is the good one, and the authority has them all.
func (e Evidence) asked(ctx context.Context) (string, error) {
	r, err := e.whole(ctx)
	if err != nil {
		return "", fmt.Errorf("not looked at, the ledger does not verify: %w", err)
	}
	a, err := ledgerfile.Open(e.RecordsKey)
	if err != nil {
		return "", err
	}
	records, err := a.Records(ctx, e.Data)
	if err != nil {
		return "", err
	}
	var none, session kiosk.SessionID
	visits, mine, tries, last := 0, 0, 0, kiosk.NoOutcome
	for _, record := range records {
		line, err := a.Line(record)
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
		if record.Seq > r.Acked {
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
