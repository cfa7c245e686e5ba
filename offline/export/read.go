package export

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	stdhash "hash"
	"io"
	"slices"
	"time"

	"multicopy.example/kiosk/port"
	"multicopy.example/offline"
	"multicopy.example/offline/record"
)

// Read reads an export and verifies every ledger in it anew: each Book's
// Report says what this file shows, and Exported in it what its writer found.
// ErrExport for bytes that are none, or damaged; ErrVersion for one of a
// version that this program does not know.
func Read(r io.Reader) ([]offline.Book, error) {
	in := &importer{r: bufio.NewReader(r), sum: sha256.New()}
	if err := in.begin(); err != nil {
		return nil, err
	}
	var c collector
	for {
		kind, body, err := in.next()
		if err != nil {
			return nil, err
		}
		if kind == 'Z' {
			return c.end()
		}
		if err := c.take(kind, body); err != nil {
			return nil, fmt.Errorf("%w: item %d: %w", ErrExport, in.items, err)
		}
	}
}

type importer struct {
	r     *bufio.Reader
	sum   stdhash.Hash
	items int
}

func (in *importer) begin() error {
	b := make([]byte, len(exportMagic))
	if _, err := io.ReadFull(in.r, b); err != nil || string(b) != exportMagic {
		if line, ok := bytes.CutPrefix(b, []byte(exportStem)); ok {
			return fmt.Errorf("%w: an export of version %.1q, this program knows version 1", record.ErrVersion, line)
		}
		return fmt.Errorf("%w: it does not begin with %q", ErrExport, exportMagic)
	}
	in.sum.Write(b)
	return nil
}

// next reads one item and checks, at the last one, that the file is whole and
// ends there.
func (in *importer) next() (kind byte, body []byte, err error) {
	cut := func(err error) error {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return fmt.Errorf("%w: it ends in the middle", ErrExport)
		}
		return err
	}
	var frame [3]byte
	if _, err := io.ReadFull(in.r, frame[:]); err != nil {
		return 0, nil, cut(err)
	}
	n := int(binary.BigEndian.Uint16(frame[1:]))
	if in.items++; n > mostItem || in.items > mostItems {
		return 0, nil, fmt.Errorf("%w: item %d has %d bytes", ErrExport, in.items, n)
	}
	body = make([]byte, n)
	if _, err := io.ReadFull(in.r, body); err != nil {
		return 0, nil, cut(err)
	}
	if frame[0] != 'Z' {
		in.sum.Write(frame[:])
		in.sum.Write(body)
		return frame[0], body, nil
	}
	if !bytes.Equal(body, in.sum.Sum(nil)) {
		return 0, nil, fmt.Errorf("%w: its checksum is another", ErrExport)
	}
	if _, err := in.r.ReadByte(); !errors.Is(err, io.EOF) {
		return 0, nil, fmt.Errorf("%w: something stands behind its end", ErrExport)
	}
	return 'Z', nil, nil
}

// collector makes books of items, which it takes in the order of Write
// alone: one book has one export.
type collector struct {
	books []offline.Book
	last  byte
}

const (
	itemOrder   = "LHCORAW"
	mostLedgers = 64 // a folder keeps some ten
)

func (c *collector) take(kind byte, body []byte) error {
	at := bytes.IndexByte([]byte(itemOrder), kind)
	switch {
	case at < 0:
		return fmt.Errorf("kind %q", kind)
	case kind == 'L' && len(c.books) == mostLedgers:
		return errors.New("too many ledgers")
	case kind == 'L':
		c.books = append(c.books, offline.Book{})
	case len(c.books) == 0, at < bytes.IndexByte([]byte(itemOrder), c.last), kind == 'H' && c.last == 'H':
		return fmt.Errorf("%q after %q", kind, c.last)
	}
	c.last = kind
	return take(&c.books[len(c.books)-1], kind, body)
}

func (c *collector) end() ([]offline.Book, error) {
	for i := range c.books {
		c.books[i].Verify()
	}
	return c.books, nil
}

var errShort = errors.New("too short or too long")

func take(b *offline.Book, kind byte, body []byte) error {
	switch kind {
	case 'L':
		return takeRow(b, body)
	case 'H':
		return takeHead(b, body)
	case 'C':
		if len(body) < receiptAt || len(body) > receiptAt+maxSignature {
			return errShort
		}
		r := port.Receipt{Epoch: [16]byte(body), Seq: binary.BigEndian.Uint64(body[16:]), Head: [32]byte(body[24:]),
			Key: [32]byte(body[56:]), Signature: slices.Clone(body[receiptAt:])}
		b.Receipts = append(b.Receipts, r)
	case 'O':
		if len(body) < 1 || body[0] > 1 {
			return errShort
		}
		r, err := bare(body[1:])
		b.Carried = append(b.Carried, offline.Carried{Record: r, Sent: body[0] == 1})
		return err
	case 'R':
		r, err := bare(body)
		b.Records = append(b.Records, r)
		return err
	case 'A':
		if len(body) < 2 || int(binary.BigEndian.Uint16(body)) > min(maxWhy, len(body)-2) {
			return errShort
		}
		n := 2 + int(binary.BigEndian.Uint16(body))
		r, err := bare(body[n:])
		b.Refused = append(b.Refused, offline.Refused{Record: r, Reason: string(body[2:n])})
		return err
	case 'W':
		if len(body) > maxWhy {
			return errShort
		}
		b.Exported = append(b.Exported, string(body))
	}
	return nil
}

func bare(b []byte) (port.Record, error) {
	h, err := record.DecodeHeader(b)
	return record.New(h, b), err
}

func takeRow(b *offline.Book, body []byte) error {
	if len(body) < 1 || body[0] > maxName || len(body) < 2+int(body[0])+rowLen {
		return errShort
	}
	n := 1 + int(body[0])
	b.Name = string(body[1:n])
	row := body[n+1:]
	if body[n] > 1 || len(row) > rowLen+maxWhy {
		return errShort
	}
	b.StateOK = body[n] == 1
	s := &b.State
	for _, f := range []struct {
		bytes  []byte
		number *uint64
	}{{bytes: s.Epoch[:]}, {bytes: s.Base[:]}, {number: &s.Cut}, {bytes: s.CutHash[:]}, {number: &s.Acked},
		{bytes: s.OldEpoch[:]}, {number: &s.OldSeq}, {number: &s.OldHead}} {
		if f.number != nil {
			*f.number, row = binary.BigEndian.Uint64(row), row[8:]
		} else {
			row = row[copy(f.bytes, row):]
		}
	}
	s.OldWhy = string(row)
	return nil
}

func takeHead(b *offline.Book, body []byte) error {
	if len(body) != headLen {
		return errShort
	}
	b.Head, b.HeadRead = offline.Head{Seq: binary.BigEndian.Uint64(body), Epoch: [16]byte(body[8:]), Hash: [32]byte(body[24:])}, true
	if ms := int64(binary.BigEndian.Uint64(body[56:])); ms != 0 {
		b.Latest = time.UnixMilli(ms).UTC()
	}
	return nil
}
