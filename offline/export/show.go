package export

import (
	"errors"
	"fmt"
	"io"
	"time"

	"multicopy.example/kiosk"

	"multicopy.example/kiosk/port"
	"multicopy.example/offline"
	"multicopy.example/offline/record"
)

// Show prints a line a record: its header, and where the body is in clear or
// sealed to key, all of it. key may be nil.
func Show(out io.Writer, books []offline.Book, key *record.Opener) {
	for _, b := range books {
		fmt.Fprintf(out, "%s, epoch %x\n", printable(b.Name), b.Epoch)
		for _, r := range b.Carried {
			sent := "not sent"
			if r.Sent {
				sent = "sent, its act open"
			}
			fmt.Fprintf(out, "%s  carried over from %.4x…, %s\n", line(key, r.Record), r.Epoch, sent)
		}
		for _, r := range b.Records {
			fmt.Fprintln(out, line(key, r))
		}
		for _, r := range b.Refused {
			fmt.Fprintf(out, "%s  refused: %s\n", line(key, r.Record), printable(r.Reason))
		}
	}
}

func line(key *record.Opener, r port.Record) string {
	l, err := decode(key, r.Bytes)
	if err == nil {
		e := l.Entry
		return fmt.Sprintf("%8d  %s  %-8s session %.4x grant %.4x flow %s %-6s counter %2d→%2d  %-8s %s",
			r.Seq, l.Time.Format(time.RFC3339), e.Kind, e.Session, e.Grant, e.Flow, e.Act, e.Before, e.After, e.Outcome, e.Message)
	}
	h, herr := record.DecodeHeader(r.Bytes)
	if herr != nil {
		return fmt.Sprintf("%8d  %v", r.Seq, herr)
	}
	why := "sealed"
	if !errors.Is(err, record.ErrSealed) {
		why = "does not open"
	}
	return fmt.Sprintf("%8d  %-20s  %-8s session %.4x grant %.4x counter %2d", r.Seq, why, h.Kind, h.Session, h.Grant, h.Before)
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

// Stats prints how a kiosk stands: one number a line, of the first ledger; books
// has one at least. key may be nil. dir is the folder that the ledgers lie in;
// empty where they come from a file.
func Stats(out io.Writer, books []offline.Book, key *record.Opener, dir string) error {
	b := books[0]
	say := func(what, format string, args ...any) {
		fmt.Fprintf(out, "%-10s"+format+"\n", append([]any{what}, args...)...)
	}
	say("records", "%d, numbers %d to %d", len(b.Records), b.First, b.Last)
	say("waiting", "%d, %d %% of the %d that a kiosk keeps", b.Waiting, (b.Waiting+b.Aside)*100/offline.DefaultQueueCap, offline.DefaultQueueCap)
	say("refused", "%d by the authority", b.Aside)
	say("open", "%d intents", len(b.Open))
	boots, openings := starts(b)
	say("boots", "%d, in %d openings of the ledger", boots, openings)
	say("oldest", "%s", oldest(key, b))
	if !b.Latest.IsZero() {
		say("latest", "%s", b.Latest.Format(time.RFC3339))
	}
	if r, ok := newest(b); ok {
		say("receipt", "for record %d, %d after it have none", r.Seq, max(b.Last, r.Seq)-r.Seq)
	} else {
		say("receipt", "none")
	}
	say("aside", "%d ledgers", len(books)-1)
	if dir == "" {
		return nil
	}
	var all int64
	for _, b := range books {
		all += b.Size
	}
	free, err := offline.RoomFor(dir)
	if err != nil {
		return err
	}
	say("size", "%s on the disk", size(uint64(all)))
	say("free", "%s, visits end below %s", size(free), size(offline.DefaultFloor))
	return nil
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
