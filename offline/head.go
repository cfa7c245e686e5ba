package offline

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
)

// The head file says which record was the last, outside the database. SQLite
// takes a damaged write-ahead log for the place where a power cut stopped it
// and drops every commit behind the damage without a word; what is left is a
// whole, shorter chain. Only something outside can know better.
//
// It is written after the record is durable and is not flushed record by
// record: it may lag, it can never lead. So a head that is ahead of the
// database is proof of a lost tail.
//
// The file is two slots, one disk sector each, written in turn (seq odd,
// even), so that a torn write spoils one and leaves the other. A slot:
//
//	 0    4  "HED1"
//	 4    4  zeros
//	 8    8  seq
//	16   16  epoch
//	32   32  hash of that record
//	64   32  SHA-256 of bytes 0–63
//
// The rest of the sector is zeros. The file is laid out whole when the ledger
// begins, so writing it needs no room on a full disk.
const (
	headMagic  = "HED1"
	headSector = 512
	headSize   = 2 * headSector
	headSlot   = 96
)

// A Head names the newest record of a ledger. Seq 0 is a ledger without
// records; Hash is then what its first record will call prev.
type Head struct {
	Epoch [16]byte
	Seq   uint64
	Hash  [32]byte
}

func (h Head) slot() []byte {
	b := make([]byte, 0, headSlot)
	b = append(b, headMagic...)
	b = append(b, 0, 0, 0, 0)
	b = binary.BigEndian.AppendUint64(b, h.Seq)
	b = append(b, h.Epoch[:]...)
	b = append(b, h.Hash[:]...)
	sum := sha256.Sum256(b)
	return append(b, sum[:]...)
}

// decodeSlot reads one slot; false where it is torn, empty or none.
func decodeSlot(b []byte) (h Head, ok bool) {
	if len(b) < headSlot || string(b[:4]) != headMagic || binary.BigEndian.Uint32(b[4:]) != 0 {
		return Head{}, false
	}
	if sum := sha256.Sum256(b[:64]); string(sum[:]) != string(b[64:headSlot]) {
		return Head{}, false
	}
	h.Seq = binary.BigEndian.Uint64(b[8:])
	copy(h.Epoch[:], b[16:])
	copy(h.Hash[:], b[32:])
	return h, true
}

// decodeHead is the newer of the slots that can be read; false where neither
// can.
func decodeHead(b []byte) (newest Head, ok bool) {
	for at := 0; at+headSlot <= len(b) && at < headSize; at += headSector {
		if h, good := decodeSlot(b[at:]); good && (!ok || h.Seq > newest.Seq) {
			newest, ok = h, true
		}
	}
	return newest, ok
}

// readHead reads a head file. No error for one that is missing or that says
// nothing: ok is false.
func readHead(path string) (h Head, ok bool, err error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return Head{}, false, nil
	}
	if err != nil {
		return Head{}, false, fmt.Errorf("read the head: %w", err)
	}
	defer f.Close()
	b := make([]byte, headSize)
	n, err := io.ReadFull(f, b)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return Head{}, false, fmt.Errorf("read the head: %w", err)
	}
	h, ok = decodeHead(b[:n])
	return h, ok, nil
}

// createHead lays the file out with h in both slots and flushes it.
func createHead(path string, h Head) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, fileMode)
	if err != nil {
		return fmt.Errorf("lay out the head: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	b := make([]byte, headSize)
	copy(b, h.slot())
	copy(b[headSector:], h.slot())
	if _, err := f.Write(b); err != nil {
		return fmt.Errorf("lay out the head: %w", err)
	}
	return f.Sync()
}

// writeHead writes the slot whose turn it is.
func writeHead(f *os.File, h Head) error {
	_, err := f.WriteAt(h.slot(), int64(h.Seq%2)*headSector)
	return err
}
