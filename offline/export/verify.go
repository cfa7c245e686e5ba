package export

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"multicopy.example/kiosk/port"
	"multicopy.example/offline"
)

// A Verdict is what one ledger holds and whether it verifies. Byte strings are in
// hexadecimal.
type Verdict struct {
	Name     string        `json:"name"` // "live", "aside-0001"
	Epoch    string        `json:"epoch"`
	First    uint64        `json:"first"`
	Last     uint64        `json:"last"`
	Head     string        `json:"head"`
	Waiting  int           `json:"waiting"` // for the authority
	Refused  int           `json:"refused"` // by the authority
	Open     int           `json:"open"`    // intents without an outcome
	After    *Predecessor  `json:"after,omitempty"`
	Receipts []ReceiptTest `json:"receipts"`
	Missing  string        `json:"missing,omitempty"` // records that are called acknowledged and have no receipt
	Signed   string        `json:"signed,omitempty"`  // how far the authority's signature goes; empty where none was checked
	Wrong    []string      `json:"wrong"`
	Whole    bool          `json:"whole"` // the ledger verifies
}

// A Predecessor is the ledger that was set aside before this one.
type Predecessor struct {
	Epoch string `json:"epoch"`
	Seq   uint64 `json:"seq"` // its last good record
	Why   string `json:"why"`
}

// A ReceiptTest is a receipt and what its check said.
type ReceiptTest struct {
	Epoch string `json:"epoch"`
	Seq   uint64 `json:"seq"`
	Key   string `json:"key"`
	Says  string `json:"says"`
}

// Verify examines each ledger, the live one first. check verifies the
// authority's signature of a receipt; nil where it is not to be checked. The error
// is what an auditor must look into: the first ledger does not verify, a receipt
// does not, or, with check, records are called acknowledged for which there is no
// receipt.
func Verify(books []offline.Book, check func(port.Receipt) error) (list []Verdict, err error) {
	var bad []error
	for i, b := range books {
		v := Verdict{Name: printable(b.Name), Epoch: hex.EncodeToString(b.Epoch[:]), First: b.First, Last: b.Last, Head: hex.EncodeToString(b.Hash[:]),
			Waiting: b.Waiting, Refused: b.Aside, Open: len(b.Open), Receipts: []ReceiptTest{}, Wrong: []string{}, Whole: b.Whole()}
		if b.After != nil {
			v.After = &Predecessor{hex.EncodeToString(b.After.Epoch[:]), b.After.Seq, printable(b.AfterWhy)}
		}
		for _, r := range b.Receipts {
			says := "not checked (--authority, --kiosk)"
			if check != nil {
				err := check(r)
				says = said(err)
				if err != nil {
					bad = append(bad, fmt.Errorf("the receipt for record %d: %w", r.Seq, err))
				}
			}
			v.Receipts = append(v.Receipts, ReceiptTest{hex.EncodeToString(r.Epoch[:]), r.Seq, hex.EncodeToString(r.Key[:]), says})
		}
		if err := covered(b); err != nil {
			v.Missing = err.Error()
			if i == 0 && check != nil {
				bad = append(bad, err)
			}
		}
		if check != nil {
			v.Signed = signed(b, check)
		}
		for _, err := range b.Wrong {
			v.Wrong = append(v.Wrong, printable(err.Error()))
		}
		if !v.Whole && i == 0 { // the others were set aside because they do not
			bad = append(bad, fmt.Errorf("the ledger does not verify: %w", errors.Join(b.Wrong...)))
		}
		list = append(list, v)
	}
	return list, errors.Join(bad...)
}

// Print writes a verdict as text.
func (v Verdict) Print(out io.Writer) {
	fmt.Fprintln(out, v.Name)
	fmt.Fprintf(out, "  epoch    %s\n  records  %d to %d\n  head     %s\n", v.Epoch, v.First, v.Last, v.Head)
	fmt.Fprintf(out, "  waiting  %d for the authority\n  refused  %d by the authority\n  open     %d intents\n", v.Waiting, v.Refused, v.Open)
	if v.After != nil {
		fmt.Fprintf(out, "  after    %s, whose last good record was %d (%s)\n", v.After.Epoch, v.After.Seq, v.After.Why)
	}
	for _, r := range v.Receipts {
		fmt.Fprintf(out, "  receipt  record %d of %.8s…, key %.8s…: %s\n", r.Seq, r.Epoch, r.Key, r.Says)
	}
	if v.Missing != "" {
		fmt.Fprintf(out, "  receipt  %s\n", v.Missing)
	}
	if v.Signed != "" {
		fmt.Fprintf(out, "  signed   %s\n", v.Signed)
	}
	for _, w := range v.Wrong {
		fmt.Fprintf(out, "  wrong    %s\n", w)
	}
	if v.Whole {
		fmt.Fprintln(out, "  the ledger verifies")
	}
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
