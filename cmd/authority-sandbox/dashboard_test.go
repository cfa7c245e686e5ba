package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/authority-sandbox/internal/server"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/heartbeat"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

var scrapes = flag.String("scrapes", "", "write what Prometheus would have read in six hours of ten kiosks into this file (OpenMetrics)")

// shop is a kiosk of the six hours.
type shop struct {
	line   *authority.Client
	beats  time.Time // when its next heartbeat is
	ledger *ledger
	queue  uint32
	since  time.Time // of the oldest record that waits
}

// Ten kiosks, and what befalls three of them: the first's reader is broken from 1 h to
// 2.5 h; the second has no power from 2 h on; the third's records do not leave it from
// 3 h to 5 h, and then come out of a disk that was copied. Each is seen in what is scraped.
func TestDashboardsMetricsShowThreeFaultsOfTenKiosks(t *testing.T) {
	b := start(t, sqlite, server.Limits{Rate: 1 << 20, Handshakes: 1 << 10, Silent: 1 << 10}, func(p *domain.Policy) { p.KioskRate, p.CardRate = 1<<20, 1<<20 })
	begun := b.clock.now()
	var shops [10]*shop
	for i := range shops {
		name := fmt.Sprintf("shop-%d", i)
		b.register(store.Kiosk{Name: name, Flows: "PU"})
		p, err := b.transportCA().Kiosk(name, begun.Add(-time.Hour), begun.AddDate(0, 0, 30))
		must.OK(t, err)
		k := b.client(tls.Certificate{Certificate: [][]byte{p.Cert.Raw}, PrivateKey: p.Key})
		defer k.Close()
		shops[i] = &shop{line: k, ledger: newLedger(), beats: begun.Add(heartbeat.Period * time.Duration(i) / 10)}
	}
	dice := rand.New(rand.NewPCG(1, 1))
	cards := []string{"hanako", "taro", "saburo", "jiro", "aki", "nao", "ren", "haru"}
	var kept strings.Builder
	var seen [3]bool
	step := 5 * time.Minute
	if *scrapes != "" {
		step = time.Minute
	}
	for at := time.Duration(0); at < 6*time.Hour; at += step {
		for i, s := range shops {
			if i == 1 && at >= 2*time.Hour {
				continue
			}
			s.tells(t, i, at, b.clock.now())
		}
		if dice.IntN(3) == 0 {
			b.visits(shops[2+dice.IntN(8)].line, b.card(cards[dice.IntN(len(cards))]), dice)
		}
		text := b.scrape("/metrics")
		for i, line := range []string{`authority_kiosks_out_of_service{code="E-RDR"} 1`, `authority_kiosks{state="silent"} 1`, `authority_alarms{state="raised",word="aside"} 1`} {
			seen[i] = seen[i] || strings.Contains(text, "\n"+line+"\n")
		}
		keep(&kept, text, b.clock.now())
		b.clock.pass(step)
	}
	if seen != [3]bool{true, true, true} {
		t.Errorf("faults that were seen: %v", seen)
	}
	if *scrapes != "" {
		must.OK(t, os.WriteFile(*scrapes, []byte(kept.String()+"# EOF\n"), 0o644))
	}
}

// tells is what a kiosk sends in that minute.
func (s *shop) tells(t *testing.T, i int, at time.Duration, now time.Time) {
	if s.queue == 0 {
		s.since = now
	}
	batch := s.ledger.lines(1)
	s.queue++
	switch held := i == 2 && at >= 3*time.Hour; {
	case held && at < 5*time.Hour:
	case held && at == 5*time.Hour:
		copied := s.ledger.cut(len(batch) - int(s.queue))
		last := &copied.all[len(copied.all)-1]
		last.Bytes = []byte("of the copy")
		last.Hash = sha256.Sum256(last.Bytes)
		if _, err := s.line.Batch(context.Background(), copied.all[len(copied.all)-1:]); !errors.Is(err, port.ErrSetAside) {
			t.Errorf("of a copied disk: %v", err)
		}
	default:
		rest := batch[len(batch)-int(s.queue):]
		for len(rest) > 0 {
			r, err := s.line.Batch(context.Background(), rest)
			if err != nil || r.Seq < rest[0].Seq {
				t.Fatalf("kiosk %d at %v: %+v, %v", i, at, r, err)
			}
			rest = rest[r.Seq-rest[0].Seq+1:]
		}
		s.queue = 0
	}
	if now.Before(s.beats) {
		return
	}
	s.beats = now.Add(heartbeat.Period)
	beat := wire.Beat{Version: "1.4.0", Queue: s.queue}
	if s.queue > 0 {
		beat.Oldest = uint32(now.Sub(s.since).Seconds())
	}
	if i%4 == 3 && at < 4*time.Hour {
		beat.Version = "1.3.2" // updated then
	}
	if i == 0 && at >= time.Hour && at < 150*time.Minute {
		beat.Out = kiosk.MsgReader
	}
	must.OK(t, must.Err(s.line.Heartbeat(t.Context(), beat)))
}

// visits is one visit, of which some end at once for want of a reservation, at a wrong
// one-time password, or with a card that refused.
func (b *bench) visits(k *authority.Client, c *card, dice *rand.Rand) {
	b.Helper()
	v := *b
	v.kiosk = k
	if dice.IntN(6) == 0 {
		_, _ = k.Open(b.Context(), c.facts()) // refused, unless a wrong password has left one
		return
	}
	r := v.reserve(c, kiosk.FlowP)
	s := v.open(c)
	code := r.OTP
	if dice.IntN(8) == 0 {
		code = "00000000"
	}
	ticket, err := v.code(k, s, code)
	if err != nil || code != r.OTP {
		return
	}
	s.Ticket = ticket
	g, _, err := v.grant(c, s, kiosk.Reset)
	must.OK(b, err)
	outcome := kiosk.Done
	if dice.IntN(12) == 0 {
		outcome = kiosk.Failed
	}
	must.OK(b, must.Err(v.settle(s, g.ID, outcome)))
}

// keep writes the samples of a scrape with their time.
func keep(to *strings.Builder, text string, at time.Time) {
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		if l := lines.Text(); strings.HasPrefix(l, "authority_") {
			fmt.Fprintf(to, "%s %d\n", l, at.Unix())
		}
	}
}
