package metrics

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"multicopy.example/kiosk"
)

// Fault is what is the matter with one item of the machine.
type Fault struct{ Item, Code, Level string }

// Machine is how the kiosk is, beside what is counted.
type Machine struct {
	Version   string
	Started   int64 // Unix seconds
	InService bool
	Queue     uint32 // records that wait
	Oldest    uint32 // seconds, of the first of them
	NotAfter  int64  // of the kiosk's certificate
	Faults    []Fault
}

// page writes Prometheus's text format, 0.0.4.
type page struct{ bytes.Buffer }

func (p *page) family(name, kind, help string) {
	fmt.Fprintf(p, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind)
}

var escape = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)

// sample is a line; labels are names and values in turn.
func (p *page) sample(name string, value float64, labels ...string) {
	p.WriteString(name)
	for i := 0; i < len(labels); i += 2 {
		sep := ","
		if i == 0 {
			sep = "{"
		}
		fmt.Fprintf(p, `%s%s="%s"`, sep, labels[i], escape.Replace(labels[i+1]))
	}
	if len(labels) > 0 {
		p.WriteByte('}')
	}
	p.WriteString(" " + number(value) + "\n")
}

func number(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// gauge is a family of one sample.
func (p *page) gauge(name, help string, value float64, labels ...string) {
	p.family(name, "gauge", help)
	p.sample(name, value, labels...)
}

// Text is the page of metrics.
func (c *Counts) Text(m Machine) []byte {
	n, p := c.visible(), &page{}
	p.gauge("kiosk_build_info", "1, with the program's version.", 1, "version", m.Version)
	p.gauge("kiosk_start_time_seconds", "When the program was started, Unix time.", float64(m.Started))
	in := 0.0
	if m.InService {
		in = 1
	}
	p.gauge("kiosk_in_service", "1 where a visit can begin or is under way.", in)
	p.family("kiosk_visits_total", "counter", "Visits that ended since the start: a card was changed, none was, or it is not known yet.")
	p.sample("kiosk_visits_total", float64(n.visits[kiosk.Done]), "outcome", "done")
	p.sample("kiosk_visits_total", float64(n.visits[kiosk.NoOutcome]+n.visits[kiosk.Failed]), "outcome", "unchanged")
	p.sample("kiosk_visits_total", float64(n.visits[kiosk.Unknown]), "outcome", "unknown")
	p.family("kiosk_tries_total", "counter", "Secrets that cards compared since the start: right, wrong, or not known.")
	for _, t := range []struct {
		outcome kiosk.Outcome
		word    string
	}{{kiosk.Done, "right"}, {kiosk.Failed, "wrong"}, {kiosk.Unknown, "unknown"}} {
		p.sample("kiosk_tries_total", float64(n.tries[t.outcome]), "outcome", t.word)
	}
	p.ports(n.ports)
	p.gauge("kiosk_queue_records", "Records that wait for the authority.", float64(m.Queue))
	p.gauge("kiosk_oldest_record_seconds", "Age of the oldest of them.", float64(m.Oldest))
	p.gauge("kiosk_certificate_not_after_seconds", "Last moment of the kiosk's certificate, Unix time.", float64(m.NotAfter))
	p.family("kiosk_reader_frames_total", "counter", "Frames that the reader has answered with.")
	p.sample("kiosk_reader_frames_total", float64(n.frames))
	p.family("kiosk_reader_frames_again_total", "counter", "Those of them that were damaged and asked for again.")
	p.sample("kiosk_reader_frames_again_total", float64(n.again))
	p.family("kiosk_fault", "gauge", "1 for each item of the machine with which something is the matter, by the code that staff sees.")
	for _, f := range m.Faults {
		p.sample("kiosk_fault", 1, "item", f.Item, "code", f.Code, "level", f.Level)
	}
	return p.Bytes()
}

func (p *page) ports(ports map[string]durations) {
	names := slices.Sorted(maps.Keys(ports))
	p.family("kiosk_port_seconds", "histogram", "Calls of the ports, by their duration, up to the last visit that ended.")
	for _, name := range names {
		d, n := ports[name], uint64(0)
		for i, upTo := range buckets {
			n += d.within[i]
			p.sample("kiosk_port_seconds_bucket", float64(n), "port", name, "le", number(upTo))
		}
		n += d.within[len(buckets)]
		p.sample("kiosk_port_seconds_bucket", float64(n), "port", name, "le", "+Inf")
		p.sample("kiosk_port_seconds_sum", d.sum, "port", name)
		p.sample("kiosk_port_seconds_count", float64(n), "port", name)
	}
	p.family("kiosk_port_errors_total", "counter", "Those of them that failed.")
	for _, name := range names {
		p.sample("kiosk_port_errors_total", float64(ports[name].errors), "port", name)
	}
}
