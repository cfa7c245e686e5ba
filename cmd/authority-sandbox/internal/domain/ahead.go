package domain

import (
	"strings"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/offline/record"
)

// aheadMark stands in the flags of a record that was told before its turn. It
// raises no alarm and is taken away when the record's turn comes.
//
// Why there is such a thing: a kiosk whose power or network went between the
// outcome on its disk and the message to us hands that record over alone and
// first, so that we learn from it what became of a reservation while thousands
// of records still wait there. What the chain proves is put off and not given up:
//
//   - The record does not move the ledger (store.Ledger), so the next batch still
//     has to begin where the one before it ended.
//   - It is no record's predecessor yet. A batch that begins right behind it, its
//     own predecessors never told, leaves a gap.
//   - In its turn it comes again. Then its link is looked at as that of a new
//     record, and flagged where it does not fit.
//   - It cannot be taken back: another record of its number is kept apart, and
//     a ledger that a new one follows without it has lost its tail.
const aheadMark = "ahead "

// isAhead reports whether a record comes before its turn: alone in its batch,
// an outcome of a grant, and further than the next one of its ledger.
func (b *batch) isAhead(r *wire.Record) (bool, error) {
	if b.size > 1 || b.inTurn(r.Seq-1) {
		return false, nil
	}
	h, err := record.DecodeHeader(r.Bytes)
	if err != nil || h.Kind != kiosk.EntryOutcome || h.Grant == (kiosk.GrantID{}) {
		return false, nil
	}
	if h.Epoch != r.Epoch || h.Seq != r.Seq || h.Prev != r.Prev {
		return false, nil // it is not the record that it says it is
	}
	told, err := b.Told(b.peer.Kiosk, r.Epoch)
	return err == nil && r.Seq > told+1, err
}

// inTurn reports whether that record is there and had its turn.
func (b *batch) inTurn(seq uint64) bool {
	k, ok := b.known[seq]
	return ok && !strings.Contains(k.Flags, aheadMark)
}

// again looks at a record that is there already: one that was ahead may have
// its turn now.
func (b *batch) again(r *wire.Record) error {
	if b.inTurn(r.Seq) {
		return nil
	}
	var err error
	if b.ahead, err = b.isAhead(r); err != nil || b.ahead {
		return err
	}
	word, err := b.link(r)
	if err != nil {
		return err
	}
	k := b.known[r.Seq]
	k.Flags = strings.Replace(k.Flags, aheadMark, word, 1)
	b.known[r.Seq], b.moved = k, true
	return b.SetFlags(b.peer.Kiosk, r.Epoch, r.Seq, k.Flags)
}
