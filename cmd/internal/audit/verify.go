package audit

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/config"
	"multicopy.example/offline"
)

func verify(ctx context.Context, out io.Writer, o options) error {
	check, err := o.receipts()
	if err != nil {
		return err
	}
	books, err := o.books(ctx)
	if err != nil {
		return err
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
			if i == 0 && o.authority != "" {
				bad = append(bad, err)
			}
		}
		if o.authority != "" {
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
// refused and lies apart. Whoever rewrites a ledger cannot make a receipt, but
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
func signed(b offline.Book, check func(kiosk.Receipt) error) string {
	r, ok := newest(b)
	if !ok || check(r) != nil {
		return "nothing; all of it rests on the kiosk alone"
	}
	return fmt.Sprintf("up to record %d; what follows rests on the kiosk alone", r.Seq)
}

var errUnchecked = errors.New("not checked (-authority, -kiosk)")

func said(err error) string {
	if err != nil {
		return err.Error()
	}
	return "signed by the authority"
}

// receipts is the check of a receipt's signature with the certificate whose
// key signed it: an authority renews its certificate while receipts stay.
func (o options) receipts() (func(kiosk.Receipt) error, error) {
	if o.authority == "" {
		return func(kiosk.Receipt) error { return errUnchecked }, nil
	}
	text, err := config.PEM(o.authority)
	if err != nil {
		return nil, err
	}
	keys := map[[32]byte]*x509.Certificate{}
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.authority, err)
		}
		keys[sha256.Sum256(c.RawSubjectPublicKeyInfo)] = c
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("%s holds no certificate", o.authority)
	}
	return func(r kiosk.Receipt) error {
		c, ok := keys[r.Key]
		if !ok {
			return errors.New("signed by a key that none of the certificates has")
		}
		receipt := wire.Receipt{Epoch: r.Epoch, Seq: r.Seq, Head: r.Head, Signature: r.Signature}
		return wire.CheckReceipt(receipt, o.who, c)
	}, nil
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
func newest(b offline.Book) (kiosk.Receipt, bool) {
	for _, r := range b.Receipts {
		if r.Epoch == b.Epoch {
			return r, true
		}
	}
	return kiosk.Receipt{}, false
}
