package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/authority-sandbox/internal/metrics"
	"multicopy.example/cmd/authority-sandbox/internal/server"
	"multicopy.example/cmd/authority-sandbox/internal/status"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/enrolment"
	"multicopy.example/cmd/internal/verifier"
	"multicopy.example/kiosk/authority/wire"
)

// before stands in front of the server of the kiosks and holds each message both ways
// against the contract: the program says which are outside, the tests fail.
type before func(http.Handler) http.Handler

// options of one process that serves.
type options struct {
	listen, app string
	metrics     string // address of what Prometheus reads; none where empty
	status      string // address at which the status of certificates is told; none where empty
	verifier    string // address for platforms; none where empty
	enrol       string // address for kiosks without a certificate; none where empty
	limits      server.Limits
	bundles     string // folder of updates' bundles
	now         func() time.Time
	log         *slog.Logger
	front       before            // of the kiosks
	banks       before            // of the platforms
	apps        before            // of the apps
	tell        func(ready) error // once both addresses listen
}

// listenAndServe serves both addresses until ctx ends, then lets requests that
// have begun finish.
func listenAndServe(ctx context.Context, t *fixture.Sandbox, o options) error {
	secure := server.KioskTLS(t.Server, t.Clients, o.now)
	renew := func() error { return renewTickets(ctx, t.DB, secure, o.now()) }
	if err := renew(); err != nil {
		return err
	}
	var told http.Handler
	if o.status != "" {
		var err error
		if told, err = statusOf(t, o); err != nil {
			return err
		}
	}
	var signer *verifier.Authority // of answers and receipts
	if t.Answers != nil {
		var err error
		if signer, err = verifier.NewAuthority(t.Answers); err != nil {
			return err
		}
	}
	answering, err := answersOf(t, o, signer)
	if err != nil {
		return err
	}
	at, err := listen(o)
	if err != nil {
		return err
	}
	door := server.NewDoor(at.kiosks, secure, o.limits, o.log)
	watched := metrics.New(t.Service, t.Server.Leaf.NotAfter, door.Turned, o.now, o.log)
	kiosks, back := server.Kiosks(t.Service, o.limits, o.now, watched, o.log), server.App(t.Service, signer, t.Counter)
	servers := []*http.Server{kiosks, back}
	listeners := []net.Listener{door, at.app}
	if at.metrics != nil {
		servers = append(servers, watched.Server(func(ctx context.Context) error { _, err := t.Service.Health(ctx, wire.Contract); return err }, o.log))
		listeners = append(listeners, at.metrics)
	}
	if told != nil {
		servers, listeners = append(servers, server.Status(told, o.log)), append(listeners, at.status)
	}
	if answering != nil {
		if o.banks != nil {
			answering.Handler = o.banks(answering.Handler)
		}
		servers = append(servers, answering)
		listeners = append(listeners, server.NewDoor(at.verifier, server.VerifierTLS(t.Server, t.Clients, o.now), o.limits, o.log))
	}
	if at.enrol != nil {
		servers = append(servers, server.Enrol(t.Service, o.now, o.log))
		listeners = append(listeners, server.NewDoor(at.enrol, server.EnrolTLS(t.Server, o.now), o.limits, o.log))
	}
	trouble := new(server.Trouble)
	trouble.Offer(back)
	if o.apps != nil {
		back.Handler = o.apps(back.Handler)
	}
	trouble.Meet(kiosks)
	if o.front != nil {
		kiosks.Handler = o.front(kiosks.Handler)
	}
	kiosks.Handler = server.Bundles(kiosks.Handler, t.Service, o.bundles, o.limits.Parts, o.now)
	pruning, stop := context.WithCancel(ctx)
	pruned := make(chan struct{})
	go func() { defer close(pruned); pruneEach(pruning, t, time.Minute) }()
	defer func() { stop(); <-pruned }()
	ended := make(chan error, len(servers))
	for i, s := range servers {
		go func() { ended <- s.Serve(listeners[i]) }()
	}
	err = o.tell(at.ready(t.Server.Leaf))
	hour := time.NewTicker(time.Hour)
	defer hour.Stop()
	for on := err == nil; on; {
		select {
		case <-ctx.Done():
			on = false
		case err = <-ended:
			ended <- err
			on = false
		case <-hour.C:
			if err := renew(); err != nil {
				o.log.Error("keys of TLS tickets stay as they are", "err", err)
			}
		}
	}
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	for _, s := range servers {
		err = errors.Join(err, s.Shutdown(late))
	}
	for range servers {
		if e := <-ended; !errors.Is(e, http.ErrServerClosed) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// addresses that a process listens at; nil where none was said.
type addresses struct{ kiosks, app, metrics, status, verifier, enrol net.Listener }

func listen(o options) (at addresses, err error) {
	if at.kiosks, err = net.Listen("tcp", o.listen); err == nil {
		at.app, err = server.ListenLoopback(o.app)
	}
	if err == nil && o.metrics != "" {
		at.metrics, err = net.Listen("tcp", o.metrics)
	}
	if err == nil && o.status != "" {
		at.status, err = net.Listen("tcp", o.status)
	}
	if err == nil && o.verifier != "" {
		at.verifier, err = net.Listen("tcp", o.verifier)
	}
	if err == nil && o.enrol != "" {
		at.enrol, err = net.Listen("tcp", o.enrol)
	}
	if err != nil {
		err = errors.Join(err, at.close())
	}
	return at, err
}

func (a addresses) close() (err error) {
	for _, l := range []net.Listener{a.kiosks, a.app, a.metrics, a.status, a.verifier, a.enrol} {
		if l != nil {
			err = errors.Join(err, l.Close())
		}
	}
	return err
}

func (a addresses) ready(own *x509.Certificate) (r ready) {
	text := func(l net.Listener) string {
		if l == nil {
			return ""
		}
		return l.Addr().String()
	}
	r = ready{Listen: text(a.kiosks), App: text(a.app), Metrics: text(a.metrics), Status: text(a.status), Verifier: text(a.verifier), Enrol: text(a.enrol)}
	if r.Enrol != "" {
		r.Key = enrolment.Pin(own)
	}
	return r
}

// statusOf tells of the certificates that this authority's CAs have signed.
func statusOf(t *fixture.Sandbox, o options) (http.Handler, error) {
	if len(t.Cards) == 0 {
		return nil, errors.New("--status: the folder has no keys of its card CAs: it was made before they were kept")
	}
	return status.New(status.NewStored(t.DB, t.Cards), t.Cards, o.now, o.log)
}

// answersOf is the server of platforms; nil where it is not asked for.
func answersOf(t *fixture.Sandbox, o options, signer *verifier.Authority) (*http.Server, error) {
	if o.verifier == "" {
		return nil, nil
	}
	if signer == nil {
		return nil, errors.New("--verifier: the folder has no key that answers are signed with: it was made before that was kept; init makes another")
	}
	return server.Verifier(t.Service, signer, o.log), nil
}

// pruneEach forgets old rows now and then until ctx ends, ends the private certificates that
// were issued on what has ended, and does the authority's part for phones. Beside the requests
// and not inside one: 300,000 rows cost a resident five seconds.
func pruneEach(ctx context.Context, t *fixture.Sandbox, pause time.Duration) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
			t.Service.Prune(ctx)
			t.Service.LearnPrivate(ctx)
			t.Service.SetUpPhones(ctx)
			t.Service.ReviewElements(ctx)
			t.Service.WatchOffer(ctx)
		}
	}
}

// renewTickets gives TLS the keys of today and yesterday, which all processes
// share. In the first hour of a day a process may still seal with yesterday's;
// the others open it all the same.
func renewTickets(ctx context.Context, db *store.DB, secure *tls.Config, now time.Time) error {
	keys, err := server.TicketKeys(ctx, db, now)
	if err == nil {
		secure.SetSessionTicketKeys(keys)
	}
	return err
}
