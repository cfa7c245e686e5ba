// Package logtail understands what the firmware says on standard error: at which
// place it is, and how long its hands took.
//
// It reads lines of log/slog's text form and nothing else; the counter has no
// other way to look into the firmware, for there is none. Read [Parse] first.
package logtail

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A Span is one call of a hand.
type Span struct {
	Hand string // card, authority, ledger, screen
	Op   string
	Took time.Duration
	At   time.Time // when its line arrived
}

// Log follows the firmware from its first line on. Its methods may be called
// from any goroutine.
type Log struct {
	mu     sync.Mutex
	places []Place
	staff  string // the screen of maintenance
	spans  []Span
	told   chan struct{} // closed and renewed at every line that mattered
}

// A Place is one change of place.
type Place struct {
	Name string
	Line string // the whole line, for more than the name
	At   time.Time
}

// New is an empty log.
func New() *Log { return &Log{told: make(chan struct{})} }

// Line takes one line of standard error.
func (l *Log) Line(line string) {
	fields := Parse(line)
	l.mu.Lock()
	defer l.mu.Unlock()
	switch fields["msg"] {
	case "place":
		l.places = append(l.places, Place{fields["place"], line, time.Now()})
	case "maintenance":
		l.staff = fields["place"]
	case "span":
		took, err := time.ParseDuration(fields["took"])
		if err != nil {
			return
		}
		l.spans = append(l.spans, Span{fields["port"], fields["op"], took, time.Now()})
	default:
		return
	}
	close(l.told)
	l.told = make(chan struct{})
}

// Again says that the firmware was started anew: it is at no place until it
// says one.
func (l *Log) Again() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.places = append(l.places, Place{At: time.Now()})
	close(l.told)
	l.told = make(chan struct{})
}

// Places is every change of place so far, and a channel that is closed at the
// next one.
func (l *Log) Places() ([]Place, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.places[:len(l.places):len(l.places)], l.told
}

// Await waits until the firmware is at a place, or maintenance at one of its own.
func (l *Log) Await(ctx context.Context, name string) error {
	return l.until(ctx, name, func(at, staff string) bool { return at == name || staff == name })
}

// Arrived waits until the firmware is at a place since its start, whichever that is.
func (l *Log) Arrived(ctx context.Context) error {
	return l.until(ctx, "any place", func(at, _ string) bool { return at != "" })
}

func (l *Log) until(ctx context.Context, what string, is func(at, staff string) bool) error {
	for {
		l.mu.Lock()
		told, at, staff := l.told, "", l.staff
		if len(l.places) > 0 {
			at = l.places[len(l.places)-1].Name
		}
		l.mu.Unlock()
		if is(at, staff) {
			return nil
		}
		select {
		case <-told:
		case <-ctx.Done():
			return fmt.Errorf("the firmware did not come to %s; it is at %s, maintenance at %q: %w", what, at, staff, ctx.Err())
		}
	}
}

// Spans is every call of a hand whose line came in [from, to).
func (l *Log) Spans(from, to time.Time) []Span {
	l.mu.Lock()
	defer l.mu.Unlock()
	var some []Span
	for _, s := range l.spans {
		if !s.At.Before(from) && s.At.Before(to) {
			some = append(some, s)
		}
	}
	return some
}

// Now is the name of the place where the firmware is; "" before its first.
func (l *Log) Now() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.places) == 0 {
		return ""
	}
	return l.places[len(l.places)-1].Name
}

// maxFields is how many fields of a line are looked at.
const maxFields = 64

// Parse splits a line of log/slog's text handler into its fields: key=value
// with Go quoting where it needs one. What is not of this form is left out; of
// a key that comes twice the first counts, so that a value that was not quoted
// properly cannot replace the message.
func Parse(line string) map[string]string {
	fields := make(map[string]string)
	for range maxFields {
		line = strings.TrimLeft(line, " ")
		key, rest, ok := strings.Cut(line, "=")
		if !ok {
			return fields
		}
		if i := strings.LastIndexByte(key, ' '); i >= 0 {
			key = key[i+1:] // words before it belong to no field
		}
		value := rest
		if quoted, err := strconv.QuotedPrefix(rest); err == nil && rest[0] == '"' {
			value, _ = strconv.Unquote(quoted) // QuotedPrefix has checked it
			line = rest[len(quoted):]
		} else {
			value, line, _ = strings.Cut(rest, " ")
		}
		if _, twice := fields[key]; !twice {
			fields[key] = value
		}
	}
	return fields
}
