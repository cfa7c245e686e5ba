package soak

import (
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"sync"

	"multicopy.example/kiosk/authority/wire"
)

// A place is where a record stands.
type place struct {
	epoch [16]byte
	seq   uint64
}

// A book is what one kiosk said. It is the only witness of what Append
// promised: the ledger itself is what is to be proved.
type book struct {
	mu       sync.Mutex
	promised map[[32]byte]place // "ok", by hash: a rolled-back disk gives one place twice
	first    map[[16]byte]uint64
	reached  map[[16]byte]uint64 // the highest number acknowledged
	receipts map[place]wire.Receipt
	visits   int
	counts   map[string]int // by what a hand-over was answered with, and "aside ledgers"
	stopped  []string
	wrong    []error
}

func newBook() *book {
	return &book{promised: map[[32]byte]place{}, first: map[[16]byte]uint64{}, reached: map[[16]byte]uint64{},
		receipts: map[place]wire.Receipt{}, counts: map[string]int{}}
}

func (b *book) visited() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.visits
}

func (b *book) promises() map[[32]byte]place {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.promised)
}

// note takes a line down. An error means that the line is not one.
func (b *book) note(kind string, f []string, line string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch kind {
	case "visit":
		b.visits++
		return nil
	case "ok":
		return b.ok(f)
	case "batch":
		return b.batch(f)
	case "receipt":
		return b.receipt(f)
	case "aside":
		b.counts["ledgers set aside"]++
		if len(f) == 4 {
			n, err := number(f[3])
			b.counts["records carried over"] += int(n)
			return err
		}
	case "stopped":
		b.stopped = append(b.stopped, line)
		return nil
	case "why":
		return nil
	}
	return errors.New("no line of a kiosk's")
}

func (b *book) ok(f []string) error {
	if len(f) != 3 {
		return errors.New("three fields")
	}
	e, err1 := epoch(f[0])
	seq, err2 := number(f[1])
	h, err3 := hash(f[2])
	if _, twice := b.promised[h]; twice {
		b.wrong = append(b.wrong, fmt.Errorf("the line with hash %x was promised twice", h))
	}
	b.promised[h] = place{e, seq}
	return errors.Join(err1, err2, err3)
}

// batch: of one ledger no record is handed over before the one ahead of it was
// acknowledged or set aside; "aside" counts as reached. An outcome alone may
// come ahead of its turn, and reaches nothing.
func (b *book) batch(f []string) error {
	if len(f) != 6 {
		return errors.New("six fields")
	}
	e, err1 := epoch(f[0])
	first, err2 := number(f[1])
	last, err3 := number(f[2])
	acked, err4 := number(f[3])
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return err
	}
	b.counts["batches "+f[4]]++
	_, known := b.first[e]
	if f[5] == "outcome" && (known && first > b.reached[e]+1 || !known && first > 1) {
		b.counts["batches ahead of their turn"]++
		return nil
	}
	if !known {
		b.first[e], b.reached[e] = first, first-1
	}
	if first > b.reached[e]+1 {
		b.wrong = append(b.wrong, fmt.Errorf("ledger %x: record %d was handed over and %d was the last that was taken", e[:4], first, b.reached[e]))
	}
	if last-first >= wire.MaxBatch {
		b.wrong = append(b.wrong, fmt.Errorf("a batch of %d records", last-first+1))
	}
	if f[4] == "aside" && first == last {
		acked = last
	}
	b.reached[e] = max(b.reached[e], acked)
	return nil
}

func (b *book) receipt(f []string) error {
	if len(f) != 4 {
		return errors.New("four fields")
	}
	e, err1 := epoch(f[0])
	seq, err2 := number(f[1])
	h, err3 := hash(f[2])
	signature, err4 := hex.DecodeString(f[3])
	b.receipts[place{e, seq}] = wire.Receipt{Epoch: e, Seq: seq, Head: h, Signature: signature}
	return errors.Join(err1, err2, err3, err4)
}

// verifyReceipts holds each against the authority's certificate, and its hash
// against what was promised under that number.
func (b *book) verifyReceipts(name string, by *x509.Certificate) (n int, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	at := map[place]map[[32]byte]bool{}
	for h, p := range b.promised {
		if at[p] == nil {
			at[p] = map[[32]byte]bool{}
		}
		at[p][h] = true
	}
	for p, r := range b.receipts {
		if e := wire.CheckReceipt(r, name, by); e != nil {
			err = errors.Join(err, fmt.Errorf("record %d: %w", p.seq, e))
		}
		if known := at[p]; known != nil && !known[r.Head] {
			err = errors.Join(err, fmt.Errorf("the receipt of record %d is for another head", p.seq))
		}
	}
	return len(b.receipts), err
}
