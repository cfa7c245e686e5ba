package offline

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"

	"golang.org/x/sys/unix"
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
//	 0    4  "HED2"
//	 4    4  zeros
//	 8    8  seq
//	16   16  epoch
//	32   32  hash of that record
//	64    8  the latest time that any line up to it carries, Unix
//	         milliseconds, two's complement; zero where no line does
//	72   32  SHA-256 of bytes 0–71
//
// The rest of the sector is zeros. The file is laid out whole when the ledger
// begins, so writing it needs no room on a full disk. "HED1" was the same
// without the time, its sum at 64; it is read for ever.
//
// The time stands here because the lines' own lies sealed in their bodies: the
// clock's floor must survive a restart.
const (
	headMagic1 = "HED1"
	headMagic  = "HED2"
	headSector = 512
	headSize   = 2 * headSector
	headSum1   = 64
	headSum    = 72
	headSlot   = headSum + sha256.Size
)

// A Head names the newest record of a ledger. Seq 0 is a ledger without
// records; Hash is then what its first record will call prev.
type Head struct {
	Epoch [16]byte
	Seq   uint64
	Hash  [32]byte
}

// A slot is what one slot of the head file says.
type slot struct {
	Head
	latest time.Time // zero where no line carries a time, or a slot of version 1 does not tell
}

func (s slot) encode() []byte {
	b := append([]byte(headMagic), 0, 0, 0, 0)
	b = append(b, s.body()...)
	sum := sha256.Sum256(b)
	return append(b, sum[:]...)
}

func (s slot) body() []byte {
	var ms int64
	if !s.latest.IsZero() {
		ms = s.latest.UnixMilli()
	}
	b := binary.BigEndian.AppendUint64(make([]byte, 0, 64), s.Seq)
	b = append(b, s.Epoch[:]...)
	b = append(b, s.Hash[:]...)
	return binary.BigEndian.AppendUint64(b, uint64(ms))
}

// decodeSlot reads one slot of either version; false where it is torn, empty
// or none.
func decodeSlot(b []byte) (m slot, ok bool) {
	if len(b) < headSlot || binary.BigEndian.Uint32(b[4:]) != 0 {
		return slot{}, false
	}
	at := headSum
	switch string(b[:4]) {
	case headMagic:
	case headMagic1:
		at = headSum1
	default:
		return slot{}, false
	}
	if sum := sha256.Sum256(b[:at]); string(sum[:]) != string(b[at:at+sha256.Size]) {
		return slot{}, false
	}
	m.Seq = binary.BigEndian.Uint64(b[8:])
	copy(m.Epoch[:], b[16:])
	copy(m.Hash[:], b[32:])
	if ms := int64(binary.BigEndian.Uint64(b[headSum1:])); at == headSum && ms != 0 {
		m.latest = time.UnixMilli(ms).UTC()
	}
	return m, true
}

// decodeHead is the newer of the slots that can be read; false where neither
// can.
func decodeHead(b []byte) (newest slot, ok bool) {
	for at := 0; at+headSlot <= len(b) && at < headSize; at += headSector {
		if h, good := decodeSlot(b[at:]); good && (!ok || h.Seq > newest.Seq) {
			newest, ok = h, true
		}
	}
	return newest, ok
}

// readHead reads a head file. No error for one that is missing or that says
// nothing: ok is false.
func readHead(path string) (m slot, ok bool, err error) {
	f, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return slot{}, false, nil
	}
	if err != nil {
		return slot{}, false, fmt.Errorf("read the head: %w", err)
	}
	defer f.Close()
	b := make([]byte, headSize)
	n, err := io.ReadFull(f, b)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return slot{}, false, fmt.Errorf("read the head: %w", err)
	}
	m, ok = decodeHead(b[:n])
	return m, ok, nil
}

// createHead lays the file out with m in both slots and flushes it.
func createHead(path string, m slot) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, fileMode)
	if err != nil {
		return fmt.Errorf("lay out the head: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	b := make([]byte, headSize)
	copy(b, m.encode())
	copy(b[headSector:], m.encode())
	if _, err := f.Write(b); err != nil {
		return fmt.Errorf("lay out the head: %w", err)
	}
	return f.Sync()
}

// A headFile is the open head. Its slots are written through a shared mapping:
// one system call in five less for each record, and a page that the kernel
// has is there after a kill as a written one is. It is flushed with the file
// (fsync takes the mapping's pages along).
//
// What a mapping can do and a write cannot is SIGBUS, where the file was cut
// short, the disk cannot give the page back, or a file system that copies on
// write has no room. That must not take the kiosk down: the fault is caught,
// the mapping given up, and from then on the slots are written.
type headFile struct {
	f *os.File
	m []byte // nil where there is no mapping
}

func openHead(path string) (*headFile, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	if i, err := f.Stat(); err != nil || i.Size() < headSize { // what is stored beyond the end of a file is lost
		if err := errors.Join(err, f.Truncate(headSize)); err != nil {
			return nil, errors.Join(err, f.Close())
		}
	}
	h := &headFile{f: f}
	if h.m, err = unix.Mmap(int(f.Fd()), 0, headSize, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED); err != nil {
		h.m = nil
	}
	return h, nil
}

// write writes the slot whose turn it is.
func (h *headFile) write(m slot) error {
	at := int64(m.Seq%2) * headSector
	if h.m != nil {
		if store(h.m[at:], m.encode()) {
			return nil
		}
		h.unmap()
	}
	_, err := h.f.WriteAt(m.encode(), at)
	return err
}

// store copies into a mapping; false where that met a fault.
func store(to, from []byte) (ok bool) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() { ok = recover() == nil }()
	copy(to, from)
	return
}

func (h *headFile) unmap() {
	if h.m != nil {
		_ = unix.Munmap(h.m) // nothing is lost: the pages are the file's
		h.m = nil
	}
}

// Sync flushes what was written.
func (h *headFile) Sync() error { return h.f.Sync() }

// Close flushes and lets the file go.
func (h *headFile) Close() error {
	h.unmap()
	return errors.Join(h.f.Sync(), h.f.Close())
}
