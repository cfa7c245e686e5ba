package store

import (
	"context"
	"slices"
	"testing"
)

// counted is a transaction that notes what it is asked.
type counted struct {
	querier
	asked *[]string
}

func (c counted) each(ctx context.Context, list ...question) error {
	for _, q := range list {
		*c.asked = append(*c.asked, q.query)
	}
	return c.querier.each(ctx, list...)
}

// TestTheSameWorkIsDoneForEachStranger: one who was never registered, one who agreed to another service, and one who agreed to
// another bank cost the same statements, so that how long it took says nothing.
func TestTheSameWorkIsDoneForEachStranger(t *testing.T) {
	onEach(t, func(t *testing.T, db *DB) {
		c := agreed(t, db, "hanako")
		work := func(provider string, q Asked) (asked []string) {
			t.Helper()
			inTx(t, db, func(tx *Tx) error {
				tx.on = counted{tx.on, &asked}
				list, err := tx.Find(provider, []Asked{q}, 30)
				if err == nil && list[0].Consent != nil {
					t.Errorf("%+v is found", q)
				}
				return err
			})
			return asked
		}
		random := work("bank", Asked{Request: ID{1}, Service: c.Service, Handle: ID{2}})
		for name, got := range map[string][]string{
			"of another service":     work("bank", Asked{Request: ID{1}, Service: ID{9}, Handle: c.Handle}),
			"of another bank's":      work("another", Asked{Request: ID{1}, Service: c.Service, Handle: c.Handle}),
			"of no person there was": work("bank", Asked{Request: ID{1}, Service: c.Service, Handle: ID{3}}),
		} {
			if !slices.Equal(got, random) || len(got) != 4 {
				t.Errorf("%s: %q, and of a random handle %q", name, got, random)
			}
		}
		serial, want := work("bank", Asked{Request: ID{1}, Service: c.Service, Serial: Serial{2}}), 4
		inTx(t, db, func(tx *Tx) error {
			if tx.lock != "" { // all are locked in one order first
				want = 5
			}
			return nil
		})
		if known := work("another", Asked{Request: ID{1}, Service: c.Service, Serial: Serial{3}}); !slices.Equal(known, serial) || len(serial) != want {
			t.Errorf("by serial numbers: %q and %q", known, serial)
		}
	})
}
