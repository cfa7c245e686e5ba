package main

import (
	"regexp"
	"strings"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

// A rule or a panel about a metric that there is not would never say anything.
func TestRulesAndDashboardNameMetricsThatThereAre(t *testing.T) {
	b := start(t, sqlite)
	hanako := b.card("hanako")
	s := b.claim(hanako, b.reserve(hanako, kiosk.FlowP))
	must.OK(t, must.Err(b.settle(s, b.mustGrant(hanako, s, kiosk.Reset).ID, kiosk.Done)))
	b.beats()
	there := b.scrape("/metrics")
	for _, file := range []string{"watch/alerts.yml", "watch/dashboard.json"} {
		text := must.Read(t, file)
		names := regexp.MustCompile(`authority_[a-z_]+`).FindAllString(string(text), -1)
		if len(names) < 10 {
			t.Errorf("%s names %d", file, len(names))
		}
		for _, n := range names {
			if !strings.Contains(there, "# TYPE "+strings.TrimSuffix(n, "_bucket")+" ") {
				t.Errorf("%s: there is no %s", file, n)
			}
		}
	}
}
