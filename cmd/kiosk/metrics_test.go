package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/internal/harness"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

// Scrapers that hang take nothing from a visit, and what is counted of it has no name.
func TestScrapersThatHangDoNotStopAVisit(t *testing.T) {
	t.Parallel()
	w := harness.Start(t)
	_, err := w.Kiosk.At(t.Context(), kiosk.Idle)
	must.OK(t, err)
	must.OK(t, w.Kiosk.Stop())
	socket := filepath.Join(t.TempDir(), "m")
	w.Kiosk.Extra += fmt.Sprintf("[metrics]\nsocket = %q\n", socket)
	must.OK(t, w.Kiosk.Start())
	_, err = w.Kiosk.At(t.Context(), kiosk.Idle)
	must.OK(t, err)
	for range 20 { // more than have a place
		c, err := (&net.Dialer{}).DialContext(t.Context(), "unix", socket)
		must.OK(t, err)
		defer c.Close()
		_, err = io.WriteString(c, "GET /metrics HTTP/1.1\r\nHost: kiosk\r\n") // and nothing more
		must.OK(t, err)
	}
	visit(t, w, kiosk.FlowP, false)
	until := time.Now().Add(harness.Patience)
	for text := ""; !strings.Contains(text, `kiosk_visits_total{outcome="done"} 1`); text = page(t, socket) {
		if time.Now().After(until) {
			t.Fatal(text)
		}
	}
	text := page(t, socket)
	for _, line := range []string{`kiosk_tries_total{outcome="right"} 1`, `kiosk_port_seconds_count{port="card"}`, `kiosk_queue_records `, "kiosk_in_service 1", "kiosk_certificate_not_after_seconds "} {
		if !strings.Contains(text, line) {
			t.Errorf("lacks %s", line)
		}
	}
	for _, name := range []string{"hanako", w.Kiosk.Name} {
		if strings.Contains(text, name) {
			t.Errorf("names %s", name)
		}
	}
}

// page is what a scraper reads; empty where it is not answered.
func page(t *testing.T, socket string) string {
	t.Helper()
	tr := &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", socket)
	}}
	r, err := (&http.Client{Transport: tr, Timeout: harness.Patience}).Get("http://kiosk/metrics")
	if err != nil {
		return ""
	}
	defer r.Body.Close()
	b, _ := io.ReadAll(r.Body)
	return string(b)
}
