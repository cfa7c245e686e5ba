package logtail

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// The writer here is the one that the firmware uses.
func TestWhatSlogWritesIsUnderstood(t *testing.T) {
	var b bytes.Buffer
	log := slog.New(slog.NewTextHandler(&b, nil))
	log.Info("place", "place", "new-secret", "note", `a "quoted" text with place=idle in it`)
	log.Info("span", "port", "card", "op", "verify", "took", 12345*time.Microsecond)
	log.Info("other", "place", "telling")

	l := New()
	for line := range strings.Lines(b.String()) {
		l.Line(strings.TrimSuffix(line, "\n"))
	}
	if l.Now() != "new-secret" {
		t.Errorf("the place is %q", l.Now())
	}
	spans := l.Spans(time.Time{}, time.Now().Add(time.Hour))
	if len(spans) != 1 || spans[0].Hand != "card" || spans[0].Op != "verify" || spans[0].Took != 12345*time.Microsecond {
		t.Errorf("spans: %+v", spans)
	}
}

func TestSomebodyWhoWaitsIsTold(t *testing.T) {
	l := New()
	before, told := l.Places()
	l.Line(`level=INFO msg=place place=idle`)
	select {
	case <-told:
	default:
		t.Error("the channel is still open")
	}
	if after, _ := l.Places(); len(before) != 0 || len(after) != 1 {
		t.Errorf("places %v then %v", before, after)
	}
}

// A firmware that was at a place before it was started anew is at none.
func TestAStartHasArrivedAtItsFirstPlace(t *testing.T) {
	l := New()
	ended, end := context.WithCancel(t.Context())
	end()
	for range 2 {
		if err := l.Arrived(ended); err == nil {
			t.Error("it has arrived nowhere")
		}
		l.Line(`level=INFO msg=place place=out-of-service`)
		if err := l.Arrived(ended); err != nil {
			t.Error(err)
		}
		l.Again()
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`time=2026-11-22T10:00:00.000Z level=INFO msg=place place=idle`)
	f.Add(`msg="a b" took=1.5ms x`)
	f.Add(`msg="unclosed`)
	f.Add(`=== = "`)
	f.Fuzz(func(t *testing.T, line string) {
		fields := Parse(line)
		if len(fields) > maxFields {
			t.Errorf("%d fields", len(fields))
		}
		for k, v := range fields {
			// A byte that is no UTF-8 becomes U+FFFD, three bytes.
			if len(k)+len(v) > 3*len(line) {
				t.Errorf("%q became the longer %q=%q", line, k, v)
			}
		}
	})
}
