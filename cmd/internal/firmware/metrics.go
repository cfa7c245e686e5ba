package firmware

import (
	"context"

	"multicopy.example/cmd/internal/metrics"
	"multicopy.example/cmd/internal/version"
	"multicopy.example/kiosk/staff/check"
)

// serveMetrics hands out the page of metrics until ctx ends, where the configuration names
// a socket. A kiosk that cannot is no worse a kiosk: it is told in the log.
func (f *Firmware) serveMetrics(ctx context.Context) {
	if f.cfg.Metrics.Socket == "" {
		return
	}
	if err := metrics.Serve(ctx, f.cfg.Metrics.Socket, f.metrics, f.log); err != nil {
		f.log.Warn("no metrics are handed out", "err", err)
	}
}

// metrics is the page. It measures nothing: it tells what was counted and what the status
// file was last told, so that a scrape costs the kiosk nothing.
func (f *Firmware) metrics() []byte {
	m := metrics.Machine{Version: version.String(), Started: f.started.Unix(), NotAfter: f.client.Certificate().NotAfter.Unix()}
	f.showCounts()
	if s := f.lastStatus.Load(); s != nil {
		m.InService, m.Queue, m.Oldest = s.Out == "" && s.Proved != 0, s.Queue, s.Oldest
		for _, c := range s.Checks {
			if c.State == check.Warning.String() || c.State == check.Critical.String() {
				m.Faults = append(m.Faults, metrics.Fault{Item: c.Name, Code: c.Code, Level: c.State})
			}
		}
	}
	return f.counts.Text(m)
}

// showCounts lets a scraper see what was counted, but of a visit under way.
func (f *Firmware) showCounts() {
	if f.display.at() != visitPlace {
		f.counts.Show(f.reader.Line())
	}
}
