package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// scrape is what Prometheus reads.
func (b *bench) scrape(path string) string {
	b.Helper()
	r, err := http.Get("http://" + b.at.Metrics + path)
	must.OK(b, err)
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	must.OK(b, err)
	return fmt.Sprintf("%d\n%s", r.StatusCode, text)
}

func (b *bench) says(lines ...string) {
	b.Helper()
	text := b.scrape("/metrics")
	for _, line := range lines {
		if !strings.Contains(text, "\n"+line+"\n") {
			b.Errorf("lacks %s", line)
		}
	}
	if b.Failed() {
		for line := range strings.Lines(text) {
			if strings.HasPrefix(line, "authority_") && !strings.Contains(line, "_bucket") {
				b.Log(strings.TrimSpace(line))
			}
		}
	}
}

// beats are the heartbeats of a fleet, in which 30 kiosks say what they like, and an alarm.
func (b *bench) beats() {
	b.Helper()
	err := b.sandbox.DB.Tx(b.Context(), func(tx *store.Tx) error {
		for i := range 30 { // a kiosk that was taken over says what it likes
			if err := tx.PutHeartbeat(fmt.Sprint("kiosk-", i), fmt.Sprint("version-", i), 2, uint32(i), "", b.clock.now().Add(-2*time.Hour).Unix()); err != nil {
				return err
			}
		}
		if err := tx.PutHeartbeat("kiosk-0001", "1.0.0", 3, 700, "E-RDR", b.clock.now().Unix()); err != nil {
			return err
		}
		_, err := tx.AddAlarm(store.Alarm{Kiosk: "kiosk-0001", Word: "fork"})
		return err
	})
	must.OK(b, err)
}

func TestWhoWatchesSeesVisitsKiosksAndAlarms(t *testing.T) { onEach(t, watches) }

func watches(t *testing.T, on engine) {
	b := start(t, on)
	hanako := b.card("hanako")
	s := b.claim(hanako, b.reserve(hanako, kiosk.FlowP))
	g := b.mustGrant(hanako, s, kiosk.Reset)
	must.OK(t, must.Err(b.settle(s, g.ID, kiosk.Done)))
	b.beats()
	b.says(`authority_requests_total{answer="ok",message="open"} 1`, `authority_requests_total{answer="ok",message="settle"} 1`,
		`authority_settled_total{outcome="done"} 1`, `authority_store_up 1`, `authority_alarms{state="raised",word="fork"} 1`,
		`authority_kiosks{state="registered"} 1`, `authority_kiosks{state="heard"} 1`, `authority_kiosks{state="silent"} 30`,
		`authority_kiosks_out_of_service{code="E-RDR"} 1`, `authority_queue_records 63`, `authority_oldest_record_seconds 700`,
		`authority_kiosk_versions{version="other"} 11`)
	if got := b.scrape("/healthz") + b.scrape("/readyz"); got != "200\nok\n200\nok\n" {
		t.Errorf("%q", got)
	}
}

// What is no message of the contract, and a path that a kiosk makes up, is no label.
func TestAStrangersPathIsNoLabel(t *testing.T) {
	b := start(t, sqlite)
	for i := range 3 {
		if _, err := b.kiosk.Open(t.Context(), port.Facts{AuthCert: []byte{byte(i)}}); err == nil {
			t.Error("opened")
		}
	}
	b.says(`authority_requests_total{answer="wrong_card",message="open"} 3`)
	if text := b.scrape("/metrics/../open"); !strings.HasPrefix(text, "404") {
		t.Error(text)
	}
}

// Scrapers that hang hold places of their own and no kiosk's.
func TestScrapersThatHangHoldUpNoOne(t *testing.T) {
	b := start(t, sqlite)
	for range 20 {
		c, err := net.Dial("tcp", b.at.Metrics)
		must.OK(t, err)
		defer c.Close()
		if _, err := io.WriteString(c, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil { // and never reads
			t.Fatal(err)
		}
	}
	hanako := b.card("hanako")
	b.claim(hanako, b.reserve(hanako, kiosk.FlowP))
	for limit := time.After(time.Minute); !strings.HasPrefix(b.scrape("/metrics"), "200"); {
		select {
		case <-limit:
			t.Fatal("the scrapers that hang keep all places")
		case <-time.After(50 * time.Millisecond):
		}
	}
}
