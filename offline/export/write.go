// Package export is what an auditor may ask of ledgers: whether they verify,
// what they hold, how they stand, and a copy of them in one file.
//
// [Verify], [Show] and [Stats] print what offline.Look found in a folder, or
// [Read] in a file that [Write] made. `kiosk ledger` is the command.
package export

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"

	"multicopy.example/offline"
	"multicopy.example/offline/record"
)

// The export, version 1. Ours. One file with every ledger of a folder, for
// readers without SQLite and without a kiosk. It begins with the line
//
//	myna-kiosk/ledger-export/v1
//
// and goes on in items: a kind of 1 byte, a length of 2, so many bytes.
// Numbers are big-endian. Each ledger is, in this order:
//
//	L  1 length of the name, the name, 1 whether the row about itself was
//	   whole, and that row: epoch 16, base 32, cut 8, cut_hash 32, acked 8,
//	   old_epoch 16, old_seq 8, old_head 8, old_why (schema.sql)
//	H  the head: seq 8, epoch 16, hash 32, latest time 8 (head.go); none where
//	   it could not be read
//	C  a receipt: epoch 16, seq 8, head 32, key 32, signature; one an epoch
//	O  a carried-over record: 1 whether it was sent, the record
//	R  a record
//	A  a refused record: 2 length of the reason, the reason, the record
//	W  what did not verify when it was exported, in words
//
// and the file ends with
//
//	Z  SHA-256 of everything before this item
//
// Records are verbatim, sealed as they lie; their hashes are not written,
// because they follow from the bytes. The checksum finds damage, not forgery:
// that is for the chain and the receipts.
const (
	exportMagic = "myna-kiosk/ledger-export/v1\n"
	exportStem  = "myna-kiosk/ledger-export/v"

	mostItem  = 1024    // bytes; a refused record with its reason has 527 at most
	mostItems = 1 << 20 // of one file; a kiosk at its bounds has some hundred thousand
	rowLen    = 16 + 32 + 8 + 32 + 8 + 16 + 8 + 8
	headLen   = 8 + 16 + 32 + 8
	receiptAt = 16 + 8 + 32 + 32

	maxSignature = 128 // an ECDSA P-256 signature in DER has 72 at most
)

// ErrExport: bytes that are no export of ledgers, or a damaged one.
const ErrExport = record.Error("not an export of a ledger")

// Write writes what offline.Look found. ErrExport where one file cannot hold it.
func Write(w io.Writer, books []offline.Book) error {
	sum := sha256.New()
	buffered := bufio.NewWriter(io.MultiWriter(w, sum))
	e := &exporter{w: buffered}
	_, e.err = io.WriteString(buffered, exportMagic)
	if len(books) > mostLedgers {
		return fmt.Errorf("%w: %d ledgers, one file takes %d; export one folder at a time", ErrExport, len(books), mostLedgers)
	}
	for _, b := range books {
		e.book(b)
	}
	if err := errors.Join(e.err, buffered.Flush()); err != nil {
		return err
	}
	end := &exporter{w: w}
	end.item('Z', sum.Sum(nil))
	return end.err
}

type exporter struct {
	w     io.Writer
	items int
	err   error
}

func (e *exporter) item(kind byte, parts ...[]byte) {
	body := bytes.Join(parts, nil)
	if len(body) > mostItem && e.err == nil {
		e.err = fmt.Errorf("%w: an item of %d bytes", ErrExport, len(body))
	}
	if e.items++; e.items >= mostItems && e.err == nil { // the last one is the checksum
		e.err = fmt.Errorf("%w: more than %d items; export one folder at a time", ErrExport, mostItems)
	}
	if e.err == nil {
		_, e.err = e.w.Write(append(binary.BigEndian.AppendUint16([]byte{kind}, uint16(len(body))), body...))
	}
}

func (e *exporter) book(b offline.Book) {
	name := b.Name[:min(len(b.Name), maxName)]
	e.item('L', []byte{byte(len(name))}, []byte(name), []byte{truth(b.StateOK)}, b.State.Row())
	if b.HeadRead {
		e.item('H', number(b.Head.Seq), b.Head.Epoch[:], b.Head.Hash[:], number(millis(b.Latest)))
	}
	for _, r := range b.Receipts {
		e.item('C', r.Epoch[:], number(r.Seq), r.Head[:], r.Key[:], r.Signature)
	}
	for _, r := range b.Carried {
		e.item('O', []byte{truth(r.Sent)}, r.Bytes)
	}
	for _, r := range b.Records {
		e.item('R', r.Bytes)
	}
	for _, r := range b.Refused {
		e.item('A', binary.BigEndian.AppendUint16(nil, uint16(len(r.Reason))), []byte(r.Reason), r.Bytes)
	}
	for _, found := range found(b) {
		e.item('W', []byte(found))
	}
}

// found is what did not verify, in the words of the program that read the folder.
func found(b offline.Book) []string {
	if len(b.Exported) > 0 {
		return b.Exported
	}
	var all []string
	for _, err := range b.Wrong {
		all = append(all, clip(err.Error()))
	}
	return all
}

// millis is Unix milliseconds; 0 for a time that the head did not tell.
func millis(t time.Time) uint64 {
	if t.IsZero() {
		return 0
	}
	return uint64(t.UnixMilli())
}

func number(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

func truth(b bool) byte {
	if b {
		return 1
	}
	return 0
}

// maxWhy bounds the texts of a ledger: reasons and findings, in bytes.
const maxWhy = 300

func clip(s string) string { return s[:min(len(s), maxWhy)] }

// maxName bounds the name of a ledger: "aside-0001" has 10 bytes.
const maxName = 32
