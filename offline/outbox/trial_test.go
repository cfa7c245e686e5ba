package outbox

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/offline"
	"multicopy.example/offline/record"
)

// before is the newest kind that the older version of this test knows: that of maintenance, before phones were held.
const before = kiosk.EntryStaffDid

// TestTheVersionBeforeGoesOnWithTheLedgerOfATrialThatFailed: old, new, failed, old, with records that no authority has yet; then new, and kept.
func TestTheVersionBeforeGoesOnWithTheLedgerOfATrialThatFailed(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	ended := kiosk.Entry{Kind: kiosk.EntryEnded, Before: -1, After: -1}
	staff := kiosk.Entry{Kind: kiosk.EntryStaffTrying, Role: kiosk.Clerk, Task: kiosk.StaffLogin, Before: -1, After: -1}
	held := kiosk.Entry{Kind: kiosk.EntryHolding, Flow: kiosk.FlowL, Session: kiosk.SessionID{1}, Before: -1, After: -1}
	starts := func(reads kiosk.EntryKind) *Outbox {
		t.Helper()
		cfg := testConfig()
		if reads != 0 {
			cfg.Reads = func() kiosk.EntryKind { return reads }
		}
		o, err := Open(t.Context(), dir, cfg)
		must.OK(t, err)
		return o
	}
	writes := func(o *Outbox, list ...kiosk.Entry) {
		t.Helper()
		for _, e := range list {
			if err := o.Append(t.Context(), e); err != nil {
				t.Fatalf("%v: %v", e.Kind, err)
			}
		}
	}
	ends := func(o *Outbox) {
		t.Helper()
		must.OK(t, o.Close())
	}

	old := starts(0) // it knows no newer kind and writes none
	writes(old, ended, staff)
	ends(old)
	was := kinds(t, dir)

	trial := starts(before)
	writes(trial, ended, staff)
	if err := trial.Append(t.Context(), held); !errors.Is(err, ErrTrial) {
		t.Errorf("a record that the version before cannot read: %v", err)
	}
	if _, err := trial.Open(t.Context()); err != nil { // it is no fault of the ledger
		t.Error(err)
	}
	writes(trial, ended)
	ends(trial)

	is := kinds(t, dir)
	if len(is) <= len(was) || !slices.Equal(is[:len(was)], was) {
		t.Errorf("the trial left %v of %v", is, was)
	}
	for _, k := range is {
		if k > before {
			t.Errorf("the version before finds a record of kind %d", k)
		}
	}
	old = starts(0) // it went back
	writes(old, ended)
	if n, _, err := old.Queue(t.Context()); err != nil || n != len(is)+2 { // all of before, its start, and its line
		t.Errorf("%d records are owed, %d belong: %v", n, len(is)+2, err)
	}
	ends(old)

	kept := starts(before)
	reads := record.LastKind
	kept.cfg.Reads = func() kiosk.EntryKind { return reads } // the machine has kept it
	writes(kept, held)
	ends(kept)
	if last := kinds(t, dir); last[len(last)-1] != kiosk.EntryHolding {
		t.Errorf("once it is kept it writes %v", last[len(last)-1])
	}
}

// kinds are those of all records that lie in a folder, in their order; the ledger verifies.
func kinds(t *testing.T, dir string) (all []kiosk.EntryKind) {
	t.Helper()
	books, err := offline.Look(context.Background(), dir)
	must.OK(t, err)
	if len(books) != 1 {
		t.Fatalf("%d ledgers: one was set aside", len(books))
	}
	for _, r := range books[0].Records {
		h, err := record.DecodeHeader(r.Bytes)
		must.OK(t, err)
		all = append(all, h.Kind)
	}
	return all
}
