// Package metrics is what Prometheus reads of the authority, and its health.
//
//	New      the metrics; Watch counts requests, Settled outcomes
//	Server   GET /metrics, /healthz (it answers) and /readyz (its store does)
//
// A name or a word that a kiosk chooses is a label only while there are few of them: a
// kiosk that was taken over must not fill the memory of who watches.
package metrics

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/admission"
	"multicopy.example/cmd/internal/version"
)

// Silent is after how long without a heartbeat a kiosk counts as silent: four of them.
const Silent = time.Hour

// fewest is how many kinds of a label that kiosks choose are told; the rest is "other".
const fewest = 20

// fresh is how long what the store said is told again: each scraper would ask it anew.
const fresh = 15 * time.Second

// Source is where the state of the fleet comes from.
type Source interface {
	Fleet(ctx context.Context, silent time.Duration) (store.Fleet, error)
}

// Metrics of one process.
type Metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	settled  *prometheus.CounterVec
}

// New makes them. until is the last day of the server's certificate; turned is what the
// door turned away.
func New(source Source, until time.Time, turned func() admission.Turned, now func() time.Time, log *slog.Logger) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "authority_requests_total",
			Help: "Requests of kiosks by message and answer: ok, a refusal's code, or not-a-request."}, []string{"message", "answer"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "authority_request_seconds",
			Help: "Time from the first byte of a request to its answer, by message.", Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}}, []string{"message"}),
		settled: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "authority_settled_total",
			Help: "Outcomes of grants that kiosks told by Settle: done, failed, unknown."}, []string{"outcome"})}
	expires := prometheus.NewGauge(prometheus.GaugeOpts{Name: "authority_certificate_not_after_seconds", Help: "Last moment of the server's certificate, Unix time."})
	expires.Set(float64(until.Unix()))
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "authority_build_info", Help: "1, with the program's version."}, []string{"version"})
	build.WithLabelValues(version.String()).Set(1)
	m.registry.MustRegister(m.requests, m.seconds, m.settled, expires, build, &door{turned}, &fleet{source: source, log: log, now: now},
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Request counts one.
func (m *Metrics) Request(message, answer string, took time.Duration) {
	m.requests.WithLabelValues(message, answer).Inc()
	m.seconds.WithLabelValues(message).Observe(took.Seconds())
}

// Settled counts an outcome that was accepted.
func (m *Metrics) Settled(outcome string) { m.settled.WithLabelValues(outcome).Inc() }

// Server answers who watches. A scraper that hangs holds one of four places and is cut
// off; it never holds up a kiosk.
func (m *Metrics) Server(ready func(context.Context) error, log *slog.Logger) *http.Server {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 5 * time.Second, Registry: m.registry}))
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { say(w, nil) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 3*time.Second)
		defer cancel()
		say(w, ready(ctx))
	})
	return &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 5 * time.Second, WriteTimeout: 10 * time.Second,
		IdleTimeout: 30 * time.Second, MaxHeaderBytes: 8 << 10, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
}

func say(w http.ResponseWriter, err error) {
	if err != nil {
		http.Error(w, "the store does not answer", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Write([]byte("ok\n"))
}

// door tells what was turned away before a request.
type door struct{ turned func() admission.Turned }

var turnedAway = prometheus.NewDesc("authority_connections_turned_away_total", "Connections that did not come to a request, by why.", []string{"why"}, nil)

func (d *door) Describe(to chan<- *prometheus.Desc) { to <- turnedAway }

func (d *door) Collect(to chan<- prometheus.Metric) {
	t := d.turned()
	for why, n := range map[string]uint64{"silent": t.Silent, "stalled": t.Stalled, "prefix": t.Prefix, "full": t.Full} {
		to <- prometheus.MustNewConstMetric(turnedAway, prometheus.CounterValue, float64(n), why)
	}
}

// fleet tells what the kiosks said.
type fleet struct {
	source Source
	log    *slog.Logger
	now    func() time.Time

	mu   sync.Mutex
	at   time.Time
	last store.Fleet
}

var (
	storeUp  = prometheus.NewDesc("authority_store_up", "1 where the store has answered this scrape or one of the last 15 s.", nil, nil)
	kiosks   = prometheus.NewDesc("authority_kiosks", "Kiosks: registered, revoked; heard in the last hour, silent since longer.", []string{"state"}, nil)
	versions = prometheus.NewDesc("authority_kiosk_versions", "Kiosks by the version in their last heartbeat; the rarer ones are other.", []string{"version"}, nil)
	out      = prometheus.NewDesc("authority_kiosks_out_of_service", "Kiosks by the code in their last heartbeat for which they serve no one.", []string{"code"}, nil)
	queue    = prometheus.NewDesc("authority_queue_records", "Records that wait at kiosks, as their last heartbeats say.", nil, nil)
	oldest   = prometheus.NewDesc("authority_oldest_record_seconds", "Age of the oldest of them.", nil, nil)
	alarms   = prometheus.NewDesc("authority_alarms", "Alarms by word and state: raised calls for a person, seen has one, closed is done.", []string{"word", "state"}, nil)
)

func (f *fleet) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{storeUp, kiosks, versions, out, queue, oldest, alarms} {
		to <- d
	}
}

func (f *fleet) Collect(to chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v int64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(v), labels...)
	}
	all, err := f.read()
	if err != nil {
		f.log.Warn("the store did not answer who watches", "err", err)
		gauge(storeUp, 0)
		return
	}
	gauge(storeUp, 1)
	var waiting, age, silent, heard int64
	byVersion, byCode := few{}, few{}
	for _, b := range all.Beats { // the most kiosks first
		waiting, age, silent, heard = waiting+b.Queue, max(age, b.Oldest), silent+b.Silent, heard+b.Kiosks-b.Silent
		byVersion.add(b.Version, b.Kiosks)
		if b.Out != "" {
			byCode.add(b.Out, b.Kiosks)
		}
	}
	gauge(queue, waiting)
	gauge(oldest, age)
	for state, n := range map[string]int64{"registered": all.Kiosks, "revoked": all.Revoked, "heard": heard, "silent": silent} {
		gauge(kiosks, n, state)
	}
	for v, n := range byVersion {
		gauge(versions, n, v)
	}
	for code, n := range byCode {
		gauge(out, n, code)
	}
	for of, n := range all.Alarms {
		gauge(alarms, n, of.Word, of.State)
	}
}

// few counts by a label of which there are few.
type few map[string]int64

func (f few) add(label string, n int64) {
	if _, known := f[label]; !known && len(f) >= fewest {
		label = "other"
	}
	f[label] += n
}

func (f *fleet) read() (store.Fleet, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if now := f.now(); f.at.IsZero() || now.Sub(f.at) >= fresh {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		got, err := f.source.Fleet(ctx, Silent)
		if err != nil {
			return got, err
		}
		f.last, f.at = got, now
	}
	return f.last, nil
}
