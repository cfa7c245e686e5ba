package export

import (
	"cmp"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
	"multicopy.example/offline"
	"multicopy.example/offline/record"
)

// A Row is one record: its header, and where the body is in clear or sealed to
// the key, all of it. Byte strings are in hexadecimal.
type Row struct {
	Ledger  string    `json:"ledger"`
	Seq     uint64    `json:"seq"`
	Body    string    `json:"body"` // clear, sealed, does not open, or what is wrong with the header
	Time    time.Time `json:"time,omitzero"`
	Kind    string    `json:"kind"`
	Session string    `json:"session"`
	Receipt string    `json:"receipt"` // of the session: what the resident saw and may quote
	Grant   string    `json:"grant"`
	Before  int8      `json:"before"` // a counter before the act; -1 where it is not known
	Flow    string    `json:"flow,omitempty"`
	Act     string    `json:"act,omitempty"`
	After   int8      `json:"after"` // a counter after the act; -1 where it is not known
	Outcome string    `json:"outcome,omitempty"`
	Message string    `json:"message,omitempty"` // what the resident was told; of maintenance, why it failed
	Role    string    `json:"role,omitempty"`    // of maintenance alone
	Task    string    `json:"task,omitempty"`    // of maintenance alone
	Digest  string    `json:"digest,omitempty"`  // of an export that is done: SHA-256 of the encrypted file
	From    string    `json:"from,omitempty"`    // the epoch that it was carried over from
	Sent    bool      `json:"sent,omitempty"`    // … and it was sent, its act still open
	Refused string    `json:"refused,omitempty"` // the authority's reason

	refused bool // it was, with a reason or without
}

// Rows are the records of a ledger: carried over, its own, refused. key may be
// nil.
func Rows(b offline.Book, key *record.Opener) (list []Row) {
	for _, r := range b.Carried {
		is := row(b, key, r.Record)
		is.From, is.Sent = hex.EncodeToString(r.Epoch[:]), r.Sent
		list = append(list, is)
	}
	for _, r := range b.Records {
		list = append(list, row(b, key, r))
	}
	for _, r := range b.Refused {
		is := row(b, key, r.Record)
		is.Refused, is.refused = printable(r.Reason), true
		list = append(list, is)
	}
	return list
}

func row(b offline.Book, key *record.Opener, r port.Record) Row {
	is := Row{Ledger: printable(b.Name), Seq: r.Seq, Body: "clear", After: -1}
	l, err := decode(key, r.Bytes)
	if err == nil {
		e := l.Entry
		is.Time, is.Kind, is.Grant = l.Time, e.Kind.String(), hex.EncodeToString(e.Grant[:])
		is.Session, is.Receipt = hex.EncodeToString(e.Session[:]), e.Session.Receipt()
		is.Flow, is.Act, is.Before, is.After, is.Outcome, is.Message = e.Flow.String(), e.Act.String(), e.Before, e.After, e.Outcome.String(), e.Message.String()
		if e.Kind.Staff() {
			is.Role, is.Task, is.Digest = e.Role.String(), e.Task.String(), digest(e.Digest)
		}
		return is
	}
	h, herr := record.DecodeHeader(r.Bytes)
	if herr != nil {
		is.Body = herr.Error()
		return is
	}
	is.Body = "sealed"
	if !errors.Is(err, record.ErrSealed) {
		is.Body = "does not open"
	}
	is.Kind, is.Digest, is.Grant, is.Before = h.Kind.String(), digest(h.Digest), hex.EncodeToString(h.Grant[:]), h.Before
	is.Session, is.Receipt = hex.EncodeToString(h.Session[:]), h.Session.Receipt()
	return is
}

// digest is in hexadecimal; empty of zeros, which are none.
func digest(d [32]byte) string {
	if d == [32]byte{} {
		return ""
	}
	return hex.EncodeToString(d[:])
}

// Show prints a line a record.
func Show(out io.Writer, books []offline.Book, key *record.Opener) {
	for _, b := range books {
		fmt.Fprintf(out, "%s, epoch %x\n", printable(b.Name), b.Epoch)
		for _, r := range Rows(b, key) {
			switch {
			case r.From != "" && r.Sent:
				fmt.Fprintf(out, "%s  carried over from %.8s…, sent, its act open\n", r, r.From)
			case r.From != "":
				fmt.Fprintf(out, "%s  carried over from %.8s…, not sent\n", r, r.From)
			case r.refused:
				fmt.Fprintf(out, "%s  refused: %s\n", r, r.Refused)
			default:
				fmt.Fprintln(out, r)
			}
		}
	}
}

// String is the row as a line of text.
func (r Row) String() string {
	switch {
	case r.Body == "clear" && r.Task == "":
		return fmt.Sprintf("%8d  %s  %-8s receipt %9s session %.8s grant %.8s flow %s %-6s counter %2d→%2d  %-8s %s",
			r.Seq, r.Time.Format(time.RFC3339), r.Kind, r.Receipt, r.Session, r.Grant, r.Flow, r.Act, r.Before, r.After, r.Outcome, r.Message)
	case r.Body == "clear":
		return fmt.Sprintf("%8d  %s  %-12s %-10s %-16s %-8s %s", r.Seq, r.Time.Format(time.RFC3339), r.Kind, r.Role, r.Task, r.Outcome, cmp.Or(r.Digest, r.Message))
	case r.Kind == "":
		return fmt.Sprintf("%8d  %s", r.Seq, r.Body)
	}
	return fmt.Sprintf("%8d  %-20s  %-8s receipt %9s session %.8s grant %.8s counter %2d", r.Seq, r.Body, r.Kind, r.Receipt, r.Session, r.Grant, r.Before)
}

func decode(key *record.Opener, b []byte) (record.Entry, error) {
	if key == nil {
		return record.Decode(b)
	}
	return key.Decode(b)
}

// printable keeps words of others, the authority's or an export's, from moving
// the cursor of a terminal.
func printable(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c < 0x20 || c > 0x7E {
			b[i] = '?'
		}
	}
	return string(b)
}

// Standing is how a kiosk stands, of its first ledger.
type Standing struct {
	Records  int       `json:"records"`
	First    uint64    `json:"first"`
	Last     uint64    `json:"last"`
	Waiting  int       `json:"waiting"`
	Room     int       `json:"room"` // records that a kiosk keeps
	Refused  int       `json:"refused"`
	Open     int       `json:"open"` // intents without an outcome
	Boots    int       `json:"boots"`
	Openings int       `json:"openings"` // of the ledger
	Oldest   string    `json:"oldest"`
	Latest   time.Time `json:"latest,omitzero"`
	Receipt  uint64    `json:"receipt"`        // the record that the newest one is for; 0 none
	Aside    int       `json:"aside"`          // ledgers that were set aside
	Size     int64     `json:"size,omitempty"` // bytes on the disk; of a folder only
	Free     uint64    `json:"free,omitempty"` // bytes on the disk; of a folder only
}

// Stats is how a kiosk stands; books has one ledger at least. key may be nil. dir
// is the folder that the ledgers lie in; empty where they come from a file.
func Stats(books []offline.Book, key *record.Opener, dir string) (s Standing, err error) {
	b := books[0]
	s = Standing{Records: len(b.Records), First: b.First, Last: b.Last, Waiting: b.Waiting, Room: offline.DefaultQueueCap, Refused: b.Aside,
		Open: len(b.Open), Oldest: oldest(key, b), Latest: b.Latest, Aside: len(books) - 1}
	s.Boots, s.Openings = starts(b)
	if r, ok := newest(b); ok {
		s.Receipt = r.Seq
	}
	if dir == "" {
		return s, nil
	}
	for _, b := range books {
		s.Size += b.Size
	}
	s.Free, err = offline.RoomFor(dir)
	return s, err
}

// Print writes one number a line.
func (s Standing) Print(out io.Writer) {
	say := func(what, format string, args ...any) {
		fmt.Fprintf(out, "%-10s"+format+"\n", append([]any{what}, args...)...)
	}
	say("records", "%d, numbers %d to %d", s.Records, s.First, s.Last)
	say("waiting", "%d, %d %% of the %d that a kiosk keeps", s.Waiting, (s.Waiting+s.Refused)*100/s.Room, s.Room)
	say("refused", "%d by the authority", s.Refused)
	say("open", "%d intents", s.Open)
	say("boots", "%d, in %d openings of the ledger", s.Boots, s.Openings)
	say("oldest", "%s", s.Oldest)
	if !s.Latest.IsZero() {
		say("latest", "%s", s.Latest.Format(time.RFC3339))
	}
	if s.Receipt > 0 {
		say("receipt", "for record %d, %d after it have none", s.Receipt, max(s.Last, s.Receipt)-s.Receipt)
	} else {
		say("receipt", "none")
	}
	say("aside", "%d ledgers", s.Aside)
	if s.Free > 0 || s.Size > 0 {
		say("size", "%s on the disk", size(uint64(s.Size)))
		say("free", "%s, visits end below %s", size(s.Free), size(offline.DefaultFloor))
	}
}

// starts counts starts of the firmware and openings of the ledger: each
// opening seals with a context of its own.
func starts(b offline.Book) (boots, openings int) {
	contexts := map[[32]byte]bool{}
	for _, r := range b.Records {
		if h, err := record.DecodeHeader(r.Bytes); err == nil && h.Kind == kiosk.EntryBoot {
			boots++
		}
		if c, ok := record.Context(r.Bytes); ok {
			contexts[c] = true
		}
	}
	return boots, len(contexts)
}

func oldest(key *record.Opener, b offline.Book) string {
	if len(b.Records) == 0 {
		return "none"
	}
	l, err := decode(key, b.Records[0].Bytes)
	if err != nil {
		return fmt.Sprintf("record %d, its time sealed", b.Records[0].Seq)
	}
	return fmt.Sprintf("record %d of %s", l.Seq, l.Time.Format(time.RFC3339))
}
