package main

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"math/big"
	mathrand "math/rand/v2"
	"strconv"
	"text/tabwriter"
	"time"

	"multicopy.example/cmd/internal/heartbeat"
	"multicopy.example/cmd/internal/renewal"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/port"
)

// The day: every shop of the country has its power back at one moment, after
// two days; in the afternoon the authority is away for an hour. All kiosks
// were enrolled on one day, and it is the month in which their certificates
// are renewed.
const (
	outageFrom = 8 * time.Hour
	outageTo   = 9 * time.Hour
	dayLong    = 24 * time.Hour
	dark       = 2 * 24 * time.Hour
	life365    = 365 * 24 * time.Hour
	enrolled   = life365/3*2 + life365/24 // so long ago: the middle of the month
)

// minder is one kiosk's heartbeat, health and renewal: one life for each loop.
type minder struct {
	line
	*life
	ca  *transportCA
	own *x509.Certificate
}

// Heartbeat is heartbeat.Authority.
func (m *minder) Heartbeat(context.Context, wire.Beat) (port.Health, error) {
	return port.Health{Open: true, Now: m.a.clock.Now().Unix()}, m.request(m.life, beats, func() {})
}

// Health is what a heartbeat.Word asks.
func (m *minder) Health(context.Context) (port.Health, error) {
	return port.Health{Open: true, Now: m.a.clock.Now().Unix()}, m.request(m.life, healths, func() {})
}

// What follows is renewal.Authority and renewal.Keeper.

func (m *minder) Certificate() *x509.Certificate { return m.own }
func (m *minder) Ready() error                   { return nil }
func (m *minder) NewKey() (crypto.Signer, error) { return renewal.NewKey(config.Authority{}) }
func (m *minder) Keep(tls.Certificate) error     { return nil }

func (m *minder) Renew(_ context.Context, csr []byte) (der []byte, err error) {
	r, err := x509.ParseCertificateRequest(csr)
	if err != nil {
		return nil, err
	}
	if err := m.request(m.life, renewals, func() { der, err = m.ca.certify(r.PublicKey, m.a.clock.Now()) }); err != nil {
		return nil, err
	}
	return der, err
}

func (m *minder) Adopt(own tls.Certificate) error {
	m.own = own.Leaf
	m.ca.renewed++
	return nil
}

// transportCA certifies kiosks. Their name is the same here: it is not looked at.
type transportCA struct {
	cert    *x509.Certificate
	key     *ecdsa.PrivateKey
	serial  int64
	renewed int
}

func newTransportCA() (*transportCA, error) {
	ca := &transportCA{}
	var err error
	if ca.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return nil, err
	}
	t := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "line CA"}, NotBefore: noon.Add(-2 * life365),
		NotAfter: noon.Add(20 * life365), BasicConstraintsValid: true, IsCA: true, KeyUsage: x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, t, t, &ca.key.PublicKey, ca.key)
	if err != nil {
		return nil, err
	}
	ca.cert, err = x509.ParseCertificate(der)
	return ca, err
}

func (ca *transportCA) certify(key any, from time.Time) ([]byte, error) {
	ca.serial++
	t := &x509.Certificate{SerialNumber: big.NewInt(1 + ca.serial), Subject: pkix.Name{CommonName: "kiosk"}, NotBefore: from,
		NotAfter: from.Add(life365), KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	return x509.CreateCertificate(rand.Reader, t, ca.cert, key, ca.key)
}

// enrol is what a kiosk's certificate was when the fleet was enrolled. When it
// is due is drawn from its bytes; those are drawn from the seed, so that the
// same seed gives the same day.
func (ca *transportCA) enrol(r *mathrand.Rand) *x509.Certificate {
	raw := binary.BigEndian.AppendUint64(nil, r.Uint64())
	return &x509.Certificate{Raw: raw, Subject: pkix.Name{CommonName: "kiosk"}, NotBefore: noon.Add(-enrolled), NotAfter: noon.Add(life365 - enrolled)}
}

// daily is what came of the day.
type daily struct {
	kiosks, due, late, renewed int
	seconds                    []second
}

// day lets the fleet live for a day.
func day(kiosks int, l load, seed uint64) (daily, error) {
	w := &clock{}
	a := newOffice(w, l, kiosks, seed)
	a.away = func(now time.Duration) bool { return now >= outageFrom && now < outageTo }
	ca, err := newTransportCA()
	if err != nil {
		return daily{}, err
	}
	out := daily{kiosks: kiosks}
	var broken error
	begin := func(do func(*life) error) {
		w.live(0, func(l *life) {
			if err := do(l); !errors.Is(err, context.Canceled) {
				broken = errors.Join(broken, err)
			}
		})
	}
	status := func(context.Context) wire.Beat { return wire.Beat{Version: "1"} }
	log := slog.New(slog.DiscardHandler)
	start := []port.Record{{Seq: 1}} // the line that says the kiosk has started
	for i := range kiosks {
		r := mathrand.New(mathrand.NewPCG(seed, uint64(i)))
		way := func() line { return line{a: a, name: strconv.Itoa(i)} }
		begin(func(l *life) error { return ours.send(&shop{life: l, number: i, queue: start, line: way()}, r) })
		asker := &minder{line: way()}
		word := heartbeat.NewWord(asker.Health, spread(), r, w.Now)
		begin(func(l *life) error {
			asker.life = l
			return word.Run(context.Background(), l.woken)
		})
		begin(func(l *life) error {
			return heartbeat.Run(context.Background(), &minder{line: way(), life: l}, status,
				heartbeat.Options{Rand: r, Sleep: l.Sleep, Log: log, Heard: word.Heard})
		})
		cert := ca.enrol(r)
		due := renewal.Due(cert).Sub(noon)
		if due < -dark || due >= dayLong {
			continue // renewed before the lights went out, or another day's
		}
		out.due++
		if due < 0 {
			out.late++
		}
		begin(func(l *life) error {
			m := &minder{line: way(), life: l, ca: ca, own: cert}
			return renewal.Run(context.Background(), m, m, renewal.Options{Now: w.Now, Rand: r, Sleep: l.Sleep, Log: log})
		})
	}
	w.run(dayLong)
	out.seconds, out.renewed = a.seconds, ca.renewed
	return out, broken
}

// minutes are the requests of one kind in each minute of the day.
func (d daily) minutes(kind int) []int {
	all := make([]int, int(dayLong/time.Minute))
	for n, s := range d.seconds {
		if m := n / 60; m < len(all) {
			all[m] += s.requests[kind]
		}
	}
	return all
}

// window is the busiest minute of one kind in a part of the day, and its mean
// minute.
func (d daily) window(p part) (peak int, mean float64) {
	sum := 0
	all := d.minutes(p.kind)[int(p.from/time.Minute):int(p.to/time.Minute)]
	for _, n := range all {
		sum += n
		peak = max(peak, n)
	}
	return peak, float64(sum) / float64(len(all))
}

// parts of the day that are looked at.
type part struct {
	name     string
	kind     int
	from, to time.Duration
}

var parts = []part{
	{"health, the first minute", healths, 0, time.Minute},
	{"health, the minute after the outage", healths, outageTo, outageTo + time.Minute},
	{"signs of life, the first hour", beats, 0, time.Hour},
	{"signs of life, 3 h to 8 h", beats, 3 * time.Hour, outageFrom},
	{"signs of life, the hour after the outage", beats, outageTo, outageTo + time.Hour},
	{"renewals that are late, the first hour", renewals, 0, time.Hour},
	{"renewals, the hour after the outage", renewals, outageTo, outageTo + time.Hour},
	{"renewals, 2 h to 8 h", renewals, 2 * time.Hour, outageFrom},
}

// steadyLimit is what an idle fleet of 33,000 may ask for, requests a second.
const steadyLimit = 50

// steady is the mean of all requests in a second, hours after any trouble.
func (d daily) steady() float64 {
	n := 0
	for _, s := range d.seconds[int(3*time.Hour/time.Second):int(outageFrom/time.Second)] {
		n += s.all()
	}
	return float64(n) / (outageFrom - 3*time.Hour).Seconds()
}

func (d daily) worst() (peak, refused int) {
	for _, s := range d.seconds {
		peak = max(peak, s.all())
		refused += s.refused + s.turned
	}
	return peak, refused
}

func (d daily) missed(l load) error {
	var all []error
	peak, refused := d.worst()
	if peak > l.requests {
		all = append(all, fmt.Errorf("%d requests in a second, capacity %d", peak, l.requests))
	}
	if refused > d.kiosks/100 {
		all = append(all, fmt.Errorf("%d refused or turned away", refused))
	}
	for _, p := range parts {
		// Arrivals by chance: five deviations above half as much again.
		if peak, mean := d.window(p); float64(peak) > 1.5*mean+5*math.Sqrt(mean)+5 {
			all = append(all, fmt.Errorf("%s: %d in a minute, %.1f in the mean", p.name, peak, mean))
		}
	}
	if limit := steadyLimit * float64(d.kiosks) / 33_000; d.steady() > limit {
		all = append(all, fmt.Errorf("%.1f requests a second in the steady state, at most %.1f", d.steady(), limit))
	}
	if d.renewed < d.due*99/100 {
		all = append(all, fmt.Errorf("%d of %d certificates were renewed", d.renewed, d.due))
	}
	return errors.Join(all...)
}

func (d daily) print(w io.Writer) error {
	fmt.Fprintf(w, "A day: all power returns at 0 h after two days, the authority is away from %v to %v, %d certificates are due and %d late.\n",
		outageFrom, outageTo, d.due, d.late)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\tmean a minute\tpeak a minute\tpeak/mean\t")
	for _, p := range parts {
		peak, mean := d.window(p)
		fmt.Fprintf(t, "%s\t%.1f\t%d\t%.2f\t\n", p.name, mean, peak, float64(peak)/mean)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	peak, refused := d.worst()
	fmt.Fprintf(w, "%d certificates renewed; of everything together %d requests in the busiest second, %d refused or turned away.\n", d.renewed, peak, refused)
	fmt.Fprintf(w, "In the steady state %.1f requests a second, of every kind that an idle kiosk makes; at most %.1f.\n\n", d.steady(), steadyLimit*float64(d.kiosks)/33_000)
	return nil
}
