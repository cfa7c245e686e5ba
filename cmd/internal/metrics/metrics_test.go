package metrics

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/golden"
	"multicopy.example/kiosk/must"
)

// filled has something of everything.
func filled() (*Counts, Machine) {
	c := New()
	for _, o := range []kiosk.Outcome{kiosk.Done, kiosk.Done, kiosk.NoOutcome, kiosk.Failed, kiosk.Unknown} {
		c.Kept(kiosk.Entry{Kind: kiosk.EntryEnded, Outcome: o})
	}
	for _, o := range []kiosk.Outcome{kiosk.Done, kiosk.Failed, kiosk.Failed} {
		c.Kept(kiosk.Entry{Kind: kiosk.EntryTried, Outcome: o})
	}
	c.Kept(kiosk.Entry{Kind: kiosk.EntryTrying})
	log := slog.New(c.Spans(slog.NewTextHandler(io.Discard, nil)))
	log.Info("span", "port", "card", "op", "read", "took", 300*time.Millisecond)
	log.Debug("span", "port", "card", "op", "read", "took", 10*time.Millisecond)
	log.Warn("span", "port", "authority", "op", "open", "took", time.Minute, "err", errors.New("why"))
	log.Info("place")
	c.Show(1000, 2)
	return c, Machine{Version: `1.0 "x"`, Started: 1_700_000_000, InService: true, Queue: 3, Oldest: 70, NotAfter: 1_800_000_000,
		Faults: []Fault{{"printer", "E-PRN1", "warning"}, {"reader", "E-RDR1", "critical"}}}
}

func TestPageIsAsAgreed(t *testing.T) {
	c, m := filled()
	golden.Is(t, "testdata/metrics.txt", c.Text(m))
}

// Of a visit under way a scraper sees nothing.
func TestWhatIsCountedIsSeenWhenItIsShown(t *testing.T) {
	c, m := filled()
	before := c.Text(m)
	c.Kept(kiosk.Entry{Kind: kiosk.EntryTried, Outcome: kiosk.Done})
	slog.New(c.Spans(slog.DiscardHandler)).Info("span", "port", "card", "took", time.Second)
	if !bytes.Equal(c.Text(m), before) {
		t.Error("seen before it was shown")
	}
	c.Show(1001, 2)
	if after := string(c.Text(m)); !strings.Contains(after, `kiosk_tries_total{outcome="right"} 2`) || !strings.Contains(after, `kiosk_port_seconds_count{port="card"} 3`) {
		t.Error(after)
	}
}

func TestTheLogHasTheLinesOfItsLevelAlone(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(New().Spans(slog.NewTextHandler(&out, nil))).With("a", 1).WithGroup("g")
	log.Debug("below")
	log.Info("seen", "b", 2)
	if text := out.String(); strings.Contains(text, "below") || !strings.Contains(text, "a=1") || !strings.Contains(text, "g.b=2") {
		t.Error(text)
	}
}

// scrape asks once.
func scrape(ctx context.Context, socket string) (string, error) {
	t := &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", socket)
	}}
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://kiosk/metrics", nil)
	if err != nil {
		return "", err
	}
	r, err := (&http.Client{Transport: t}).Do(q)
	if err != nil {
		return "", err
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	return string(b), err
}

// Scrapers that say nothing have their places for seconds, and no more than there are.
func TestScrapersThatHangAreLetGo(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "m")
	left, err := net.Listen("unix", socket) // of a run that was cut short
	must.OK(t, err)
	left.(*net.UnixListener).SetUnlinkOnClose(false)
	left.Close()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- Serve(ctx, socket, func() []byte { return []byte("page\n") }, slog.New(slog.DiscardHandler))
	}()
	var text string
	until := time.Now().Add(time.Minute)
	for err = errors.New("not yet"); err != nil && time.Now().Before(until); text, err = scrape(t.Context(), socket) {
	}
	if err != nil || text != "page\n" {
		t.Fatalf("%q, %v", text, err)
	}
	if i, err := os.Stat(socket); err != nil || i.Mode().Perm() != 0o660 {
		t.Errorf("%v, %v", i, err)
	}
	for range most {
		c, err := net.Dial("unix", socket)
		must.OK(t, err)
		defer c.Close()
	}
	patient, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if text, err := scrape(patient, socket); err != nil || text != "page\n" {
		t.Errorf("behind those that hang: %q, %v", text, err)
	}
	stop()
	must.Note(t, <-ended)
}

func TestAnotherFileIsNotReplacedByTheSocket(t *testing.T) {
	name := filepath.Join(t.TempDir(), "m")
	must.OK(t, os.WriteFile(name, []byte("here"), 0o600))
	if err := Serve(t.Context(), name, nil, slog.New(slog.DiscardHandler)); err == nil {
		t.Error("replaced")
	}
}
