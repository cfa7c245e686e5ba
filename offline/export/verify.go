package export

import (
	"errors"
	"fmt"
	"io"

	"multicopy.example/kiosk/port"
	"multicopy.example/offline"
)

// errUnchecked is the answer of a check for a receipt that was not checked.
var errUnchecked = errors.New("not checked (-authority, -kiosk)")

// Verify prints what each ledger holds and whether it verifies, the live one
// first. check verifies the authority's signature of a receipt; nil where it is
// not to be checked. The error is what an auditor must look into: the first
// ledger does not verify, a receipt does not, or, with check, records are called
// acknowledged for which there is no receipt.
func Verify(out io.Writer, books []offline.Book, check func(port.Receipt) error) error {
	checked := check != nil
	if !checked {
		check = func(port.Receipt) error { return errUnchecked }
	}
	var bad []error
	for i, b := range books {
		fmt.Fprintln(out, printable(b.Name))
		fmt.Fprintf(out, "  epoch    %x\n  records  %d to %d\n  head     %x\n", b.Epoch, b.First, b.Last, b.Hash)
		fmt.Fprintf(out, "  waiting  %d for the authority\n  refused  %d by the authority\n  open     %d intents\n", b.Waiting, b.Aside, len(b.Open))
		if b.After != nil {
			fmt.Fprintf(out, "  after    %x, whose last good record was %d (%s)\n", b.After.Epoch, b.After.Seq, printable(b.AfterWhy))
		}
		for _, r := range b.Receipts {
			err := check(r)
			fmt.Fprintf(out, "  receipt  record %d of %.4x…, key %.4x…: %s\n", r.Seq, r.Epoch, r.Key, said(err))
			if err != nil && !errors.Is(err, errUnchecked) {
				bad = append(bad, fmt.Errorf("the receipt for record %d: %w", r.Seq, err))
			}
		}
		if err := covered(b); err != nil {
			fmt.Fprintf(out, "  receipt  %s\n", err)
			if i == 0 && checked {
				bad = append(bad, err)
			}
		}
		if checked {
			fmt.Fprintf(out, "  signed   %s\n", signed(b, check))
		}
		for _, err := range b.Wrong {
			fmt.Fprintf(out, "  wrong    %s\n", printable(err.Error()))
		}
		switch {
		case b.Whole():
			fmt.Fprintln(out, "  the ledger verifies")
		case i == 0: // the others were set aside because they do not
			bad = append(bad, fmt.Errorf("the ledger does not verify: %w", errors.Join(b.Wrong...)))
		}
	}
	return errors.Join(bad...)
}

// covered: whatever a ledger calls acknowledged has a receipt over it, or was
// refused and lies apart. Who rewrites a ledger cannot make a receipt, but
// can take it away, or say that the record which it names was let go.
func covered(b offline.Book) error {
	refused := map[uint64]bool{}
	for _, r := range b.Refused {
		refused[r.Seq] = refused[r.Seq] || r.Epoch == b.Epoch
	}
	r, _ := newest(b)
	seq := r.Seq
	for seq < b.Acked && refused[seq+1] {
		seq++
	}
	if seq < b.Acked {
		return fmt.Errorf("none for records %d to %d, which are called acknowledged", seq+1, b.Acked)
	}
	return nil
}

// signed is how far the authority's word goes.
func signed(b offline.Book, check func(port.Receipt) error) string {
	r, ok := newest(b)
	if !ok || check(r) != nil {
		return "nothing; all of it rests on the kiosk alone"
	}
	return fmt.Sprintf("up to record %d; what follows rests on the kiosk alone", r.Seq)
}

func said(err error) string {
	if err != nil {
		return err.Error()
	}
	return "signed by the authority"
}

// size is a number of bytes for people.
func size(n uint64) string {
	switch {
	case n >= 10<<30:
		return fmt.Sprintf("%d GiB", n>>30)
	case n >= 10<<20:
		return fmt.Sprintf("%d MiB", n>>20)
	}
	return fmt.Sprintf("%d KiB", n>>10)
}

// newest is the receipt of a ledger's own epoch; false where there is none.
func newest(b offline.Book) (port.Receipt, bool) {
	for _, r := range b.Receipts {
		if r.Epoch == b.Epoch {
			return r, true
		}
	}
	return port.Receipt{}, false
}
