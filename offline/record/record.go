// Package record is one record of the ledger: its bytes, its hash, and the seal
// of its body. It knows no database.
//
// [Encode] and [Decode] are the format, version 1. A kiosk makes a record with
// [Sealer.Seal]; the authority, or an auditor who holds the key, reads it with
// [Opener.Decode]; without a key [DecodeHeader] reads the part that is never
// sealed. Every error unwraps to port.Fault(kiosk.MsgLedger).
package record

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
)

// The record, version 1. Ours. All numbers big-endian.
//
//	at  len
//	 0    1  version, 1
//	 1    1  kind (kiosk.EntryKind)
//	 2    1  sealing of the body: 0 none, 1 HPKE
//	 3    1  counter before, two's complement, −1 where not known
//	 4   16  epoch
//	20    8  seq
//	28   32  prev
//	60   16  session
//	76   16  grant
//	92    2  length of the body
//	94    …  body
//
// Bytes 0–91 are the header: they are never sealed, so that recovery can find
// an open intent and the chain can be verified without a key. The body in clear:
//
//	 0    1  flow; of maintenance, role
//	 1    1  act; of maintenance, task
//	 2    1  counter after, two's complement, −1 where not known
//	 3    1  outcome
//	 4    8  word, its staff code in ASCII, zeros behind it
//	12    8  time, Unix milliseconds; a field, never an order
//
// and sealed (seal.go), with the header as the additional authenticated data:
//
//	 0    8  the first bytes of the SHA-256 of the key that it is sealed to
//	 8   32  enc, the encapsulated X25519 key of this opening's context
//	40    8  index of the message in that context
//	48   36  ciphertext of those 20 bytes and the tag
//
// A record of maintenance (kinds 10–13) has no session, no grant and no counters:
// zeros and −1. A program that knows kinds 1–9 alone calls it ErrVersion. Where
// kind 13 says that an export is done, bytes 60–91 are the SHA-256 of the encrypted
// file; a program older than that refuses such a record alone. Flow 3 and kinds 14 and 15
// came with the hold of a phone: an older program refuses the kinds by the header, and the
// flow where it opens the body. Flows 4 and 5 and kinds 16 and 17 came with consents and their
// withdrawal.
//
// Kinds, flows, acts, outcomes, roles and tasks are written as the numbers that kiosk gives
// them; TestNumbersAreForEver holds them in place. Words are written as text,
// because their numbers are not promised to stay.
const (
	recordVersion = 1
	headerLen     = 92
	framedLen     = headerLen + 2
	clearLen      = 20
	sealedLen     = sealedHead + clearLen + 16
	wordLen       = 8

	// MaxRecord is the longest record in bytes; port.Record allows 512.
	MaxRecord = framedLen + sealedLen
)

// A Sealing says how the body of a record is kept.
type Sealing uint8

const (
	SealNone Sealing = iota // in clear; read for ever, no longer written
	SealHPKE                // to the authority's records key (seal.go)
)

// LastKind is the newest kind that version 1 knows.
const LastKind = kiosk.EntryWithdrawn

// A Header is the part of a record that is never sealed.
type Header struct {
	Kind    kiosk.EntryKind
	Sealing Sealing
	Before  int8
	Epoch   [16]byte
	Seq     uint64
	Prev    [32]byte
	Session kiosk.SessionID
	Grant   kiosk.GrantID
	Digest  [32]byte // of maintenance, which has no session and no grant
}

// An Entry is a record decoded, its body in clear.
type Entry struct {
	Epoch [16]byte
	Seq   uint64
	Prev  [32]byte
	Entry kiosk.Entry
	Time  time.Time // whole milliseconds, UTC
}

// Check refuses, with ErrEntry, what the format has no place for. A record is written
// before an act: better the act is refused than its record unreadable.
func Check(e kiosk.Entry) error {
	switch {
	case e.Kind == 0 || e.Kind > LastKind:
		return fmt.Errorf("%w: kind %d", ErrEntry, e.Kind)
	case e.Flow > kiosk.FlowW:
		return fmt.Errorf("%w: flow %d", ErrEntry, e.Flow)
	case e.Act > kiosk.Unlock:
		return fmt.Errorf("%w: act %d", ErrEntry, e.Act)
	case e.Outcome > kiosk.Unknown:
		return fmt.Errorf("%w: outcome %d", ErrEntry, e.Outcome)
	case !counter(e.Before) || !counter(e.After):
		return fmt.Errorf("%w: counters %d and %d", ErrEntry, e.Before, e.After)
	case !whole(e):
		return fmt.Errorf("%w: %v by %v of kind %v, or more", ErrEntry, e.Task, e.Role, e.Kind)
	}
	_, err := packWord(e.Message)
	return err
}

// whole: a record of maintenance has role and task and nothing of a visit, and the
// other way about; only so do the bytes that the two share say what they mean.
func whole(e kiosk.Entry) bool {
	if !e.Kind.Staff() {
		return e.Role == kiosk.NoRole && e.Task == kiosk.NoStaffTask && e.Digest == [32]byte{}
	}
	bare := kiosk.Entry{Kind: e.Kind, Before: -1, After: -1, Outcome: e.Outcome, Message: e.Message, Role: e.Role, Task: e.Task, Digest: e.Digest}
	return e == bare && exported(e) == (e.Digest != [32]byte{}) && e.Role <= kiosk.Technician && e.Task != kiosk.NoStaffTask && e.Task <= kiosk.StaffTouch
}

// exported: the record says that an export is done, and of which file.
func exported(e kiosk.Entry) bool {
	return e.Kind == kiosk.EntryStaffDid && e.Task == kiosk.StaffExport && e.Outcome == kiosk.Done
}

// counter: a card says its tries in one hex digit (63Cx, ISO 7816-4 table 6).
func counter(c int8) bool { return c >= -1 && c <= 15 }

// Encode makes the bytes of one record. It refuses exactly what decode would.
func Encode(e Entry) ([]byte, error) {
	if err := Check(e.Entry); err != nil {
		return nil, err
	}
	if e.Seq == 0 {
		return nil, fmt.Errorf("%w: seq 0", ErrEntry)
	}
	word, _ := packWord(e.Entry.Message)
	b := make([]byte, 0, framedLen+clearLen)
	b = append(b, recordVersion, byte(e.Entry.Kind), byte(SealNone), byte(e.Entry.Before))
	b = append(b, e.Epoch[:]...)
	b = binary.BigEndian.AppendUint64(b, e.Seq)
	b = append(b, e.Prev[:]...)
	if exported(e.Entry) {
		b = append(b, e.Entry.Digest[:]...)
	} else {
		b = append(b, e.Entry.Session[:]...)
		b = append(b, e.Entry.Grant[:]...)
	}
	b = binary.BigEndian.AppendUint16(b, clearLen)
	who, what := byte(e.Entry.Flow), byte(e.Entry.Act)
	if e.Entry.Kind.Staff() {
		who, what = byte(e.Entry.Role), byte(e.Entry.Task)
	}
	b = append(b, who, what, byte(e.Entry.After), byte(e.Entry.Outcome))
	b = append(b, word[:]...)
	return binary.BigEndian.AppendUint64(b, uint64(e.Time.UnixMilli())), nil
}

// DecodeHeader reads the clear part of a record and checks the frame of the
// rest, sealed or not. ErrVersion for a version this program does not know,
// ErrRecord for everything that is no record.
func DecodeHeader(b []byte) (Header, error) {
	if len(b) == 0 || len(b) > MaxRecord {
		return Header{}, fmt.Errorf("%w: %d bytes", ErrRecord, len(b))
	}
	if b[0] != recordVersion {
		return Header{}, fmt.Errorf("%w: a record of version %d, this program knows version %d", ErrVersion, b[0], recordVersion)
	}
	if len(b) < framedLen {
		return Header{}, fmt.Errorf("%w: %d bytes", ErrRecord, len(b))
	}
	h := Header{Kind: kiosk.EntryKind(b[1]), Sealing: Sealing(b[2]), Before: int8(b[3]), Seq: binary.BigEndian.Uint64(b[20:])}
	copy(h.Epoch[:], b[4:])
	copy(h.Prev[:], b[28:])
	if h.Kind.Staff() {
		copy(h.Digest[:], b[60:])
	} else {
		copy(h.Session[:], b[60:])
		copy(h.Grant[:], b[76:])
	}
	body := len(b) - framedLen
	switch {
	case h.Kind == 0 || h.Seq == 0 || !counter(h.Before):
		return Header{}, fmt.Errorf("%w: kind %d, seq %d, counter %d", ErrRecord, h.Kind, h.Seq, h.Before)
	case int(binary.BigEndian.Uint16(b[headerLen:])) != body:
		return Header{}, fmt.Errorf("%w: a body of %d bytes that says it has %d", ErrRecord, body, binary.BigEndian.Uint16(b[headerLen:]))
	case h.Kind > LastKind:
		return Header{}, fmt.Errorf("%w: a record of kind %d, this program knows 1 to %d", ErrVersion, h.Kind, LastKind)
	case h.Sealing == SealNone && body == clearLen:
		return h, nil
	case h.Sealing == SealHPKE && body == sealedLen:
		return h, nil
	}
	return Header{}, fmt.Errorf("%w: sealing %d with a body of %d bytes", ErrRecord, h.Sealing, body)
}

// Decode reads a whole record in clear: encoding the Entry gives the same bytes
// again. ErrSealed where the body is sealed; an Opener reads that, and the
// header needs no key.
func Decode(b []byte) (Entry, error) {
	h, err := DecodeHeader(b)
	if err != nil {
		return Entry{}, err
	}
	if h.Sealing != SealNone {
		return Entry{}, ErrSealed
	}
	return h.entry(b[framedLen:])
}

// entry puts a header and a body in clear together.
func (h Header) entry(body []byte) (Entry, error) {
	if len(body) != clearLen {
		return Entry{}, fmt.Errorf("%w: a body of %d bytes", ErrRecord, len(body))
	}
	word, err := unpackWord([wordLen]byte(body[4:12]))
	if err != nil {
		return Entry{}, err
	}
	e := Entry{Epoch: h.Epoch, Seq: h.Seq, Prev: h.Prev, Entry: kiosk.Entry{
		Kind: h.Kind, Session: h.Session, Grant: h.Grant, Digest: h.Digest, Before: h.Before,
		After: int8(body[2]), Outcome: kiosk.Outcome(body[3]), Message: word,
	}, Time: time.UnixMilli(int64(binary.BigEndian.Uint64(body[12:]))).UTC()}
	if h.Kind.Staff() {
		e.Entry.Role, e.Entry.Task = kiosk.Role(body[0]), kiosk.StaffTask(body[1])
	} else {
		e.Entry.Flow, e.Entry.Act = kiosk.Flow(body[0]), kiosk.Act(body[1])
	}
	if err := Check(e.Entry); err != nil {
		return Entry{}, fmt.Errorf("%w: %s", ErrRecord, err)
	}
	return e, nil
}

// Hash of a record is what the next one calls prev.
func Hash(record []byte) [32]byte { return sha256.Sum256(record) }

// New is the record of stored bytes, of which h was decoded.
func New(h Header, b []byte) port.Record {
	return port.Record{Epoch: h.Epoch, Seq: h.Seq, Prev: h.Prev, Hash: Hash(b), Bytes: b}
}

// packWord and unpackWord are one-to-one between the known words and eight
// bytes of text.
func packWord(w kiosk.Message) (b [wordLen]byte, err error) {
	if w == kiosk.NoMessage {
		return b, nil
	}
	s := w.String()
	if s == "message?" || len(s) > wordLen {
		return b, fmt.Errorf("%w: word %d", ErrEntry, w)
	}
	copy(b[:], s)
	return b, nil
}

func unpackWord(b [wordLen]byte) (kiosk.Message, error) {
	if b == [wordLen]byte{} {
		return kiosk.NoMessage, nil
	}
	for _, w := range kiosk.Messages() {
		if p, err := packWord(w); err == nil && bytes.Equal(p[:], b[:]) {
			return w, nil
		}
	}
	return kiosk.NoMessage, fmt.Errorf("%w: word %q", ErrRecord, b)
}
