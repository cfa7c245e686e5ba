package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

func few(p *domain.Policy) { p.Quotas = domain.Quotas{Ledgers: 3, Aside: 2, Requests: 1000} }

// TestLedgersOfAKioskHaveAnEnd: a further one is told to come later and leaves
// nothing, the ones that are here go on, and so does every other kiosk.
func TestLedgersOfAKioskHaveAnEnd(t *testing.T) { onEach(t, ledgersOfAKioskHaveAnEnd) }

func ledgersOfAKioskHaveAnEnd(t *testing.T, on engine) {
	b := start(t, on, few)
	b.register(store.Kiosk{Name: testKiosk, Flows: "PU", Revoked: true})
	first := newLedger()
	first.lines(3)
	b.tell(first, 0)
	for range 2 {
		l := after(first.all[len(first.all)-1])
		l.lines(1)
		b.tell(l, 0)
	}
	for _, ahead := range []bool{false, true} {
		l := newLedger()
		l.lines(1)
		if l.outcome(kiosk.SessionID{1}, kiosk.GrantID{2}, kiosk.Done); ahead {
			l.all = l.all[1:]
		}
		_, err := b.kiosk.Batch(t.Context(), l.all)
		want(t, err, kiosk.MsgBusy)
	}
	first.lines(2)
	b.tell(first, 3)
	if n, m := b.count("records"), b.count("ledgers"); n != 7 || m != 3 {
		t.Errorf("%d records in %d ledgers", n, m)
	}
	if got := b.alarmsOf(testKiosk); !slices.Contains(got, "quota-ledgers") {
		t.Errorf("alarms %q", got)
	}
	l := newLedger()
	l.lines(1)
	must.Note(t, must.Err(b.another("kiosk-0002", true).Batch(t.Context(), l.all)))
}

// TestRecordsApartHaveAnEnd: one that lies there is answered as before, and a
// batch with one too many leaves nothing.
func TestRecordsApartHaveAnEnd(t *testing.T) { onEach(t, recordsApartHaveAnEnd) }

func recordsApartHaveAnEnd(t *testing.T, on engine) {
	b := start(t, on, few)
	l := newLedger()
	l.lines(5)
	b.tell(l.cut(3), 0)
	other := func(i int, what string) []port.Record {
		c := l.cut(5)
		c.all[i].Bytes = []byte(what)
		c.all[i].Hash = sha256.Sum256(c.all[i].Bytes)
		return c.all
	}
	for range 2 {
		for _, what := range []string{"one story", "another"} {
			if _, err := b.kiosk.Batch(t.Context(), other(1, what)[1:2]); !errors.Is(err, port.ErrSetAside) {
				t.Error(err)
			}
		}
	}
	heads := b.count("heads")
	for i := range 3 { // the same record apart, and other signatures behind it
		if _, err := b.kiosk.Batch(t.Context(), other(1, "another")[1:i+2]); !errors.Is(err, port.ErrSetAside) {
			t.Error(err)
		}
	}
	if n := b.count("heads"); n != heads {
		t.Errorf("%d heads for nothing new", n-heads)
	}
	third := other(4, "a third")
	third[4].Hash[0]++ // not its own
	_, err := b.kiosk.Batch(t.Context(), third[3:])
	want(t, err, kiosk.MsgBusy)
	if receipt, err := b.kiosk.Batch(t.Context(), third[3:4]); err != nil || receipt.Seq != 4 {
		t.Errorf("%+v, %v", receipt, err)
	}
	if n, m := b.count("aside"), b.count("records"); n != 2 || m != 4 {
		t.Errorf("%d lie apart, %d are kept", n, m)
	}
	if got := b.alarmsOf(testKiosk); !slices.Contains(got, "quota-aside") {
		t.Errorf("alarms %q", got)
	}
}

// TestRequestsOfADayHaveAnEnd, staff is called, and the next day is another.
func TestRequestsOfADayHaveAnEnd(t *testing.T) { onEach(t, requestsOfADayHaveAnEnd) }

func requestsOfADayHaveAnEnd(t *testing.T, on engine) {
	b := start(t, on, func(p *domain.Policy) { p.Quotas.Requests = 5 })
	c := b.card("nao")
	for day := range 2 {
		for range 5 {
			_, err := b.kiosk.Open(t.Context(), c.facts())
			want(t, err, kiosk.MsgNoReserve)
		}
		for range 3 {
			_, err := b.kiosk.Open(t.Context(), c.facts())
			want(t, err, kiosk.MsgBusy)
		}
		_, err := b.kiosk.Heartbeat(t.Context(), wire.Beat{}) // the watch of these tests knows no 429 for it
		if refused := new(*wire.Refused); !errors.As(err, refused) || (*refused).Code != wire.CodeUnavailable || (*refused).After == 0 {
			t.Errorf("a heartbeat at the quota: %v", err)
		}
		if n := b.count("replies"); n != int64(5*(day+1)) {
			t.Errorf("day %d: %d replies are kept", day, n)
		}
		b.clock.pass(24 * time.Hour)
	}
	if got := b.alarmsOf(testKiosk); !slices.Equal(got, []string{"quota-requests"}) {
		t.Errorf("alarms %q", got)
	}
}

// TestStaffIsCalledWhereTheLastRequestWasARepetition: by the first that is refused,
// once, and the log does not grow with the others.
func TestStaffIsCalledWhereTheLastRequestWasARepetition(t *testing.T) {
	onEach(t, staffIsCalledWhereTheLastRequestWasARepetition)
}

func staffIsCalledWhereTheLastRequestWasARepetition(t *testing.T, on engine) {
	var log bytes.Buffer
	b := start(t, on, func(p *domain.Policy) { p.Quotas.Requests = 2 }, slog.New(slog.NewTextHandler(&log, nil)))
	m := encode(t, wire.OpenRequest{Envelope: wire.Envelope{Contract: wire.Contract, Request: wire.ID{1}}, Certificate: b.card("nao").cert, UserTries: 3, SignTries: 5})
	for range 2 {
		if status, _ := b.raw(wire.PathOpen, m); status != 409 {
			t.Fatal(status)
		}
	}
	if got := b.alarmsOf(testKiosk); len(got) > 0 {
		t.Errorf("alarms %q before the end", got)
	}
	for range 3 {
		if _, err := b.kiosk.Open(t.Context(), b.card("nao").facts()); err == nil {
			t.Error("answered")
		}
	}
	if got := b.alarmsOf(testKiosk); !slices.Equal(got, []string{"quota-requests"}) {
		t.Errorf("alarms %q", got)
	}
	if n := strings.Count(log.String(), "call staff"); n != 1 {
		t.Errorf("staff was called %d times:\n%s", n, log.String())
	}
}

// TestNothingIsKeptOfSessionsThatAreNotThere, also for a kiosk that was revoked.
func TestNothingIsKeptOfSessionsThatAreNotThere(t *testing.T) {
	onEach(t, nothingIsKeptOfSessionsThatAreNotThere)
}

func nothingIsKeptOfSessionsThatAreNotThere(t *testing.T, on engine) {
	b := start(t, on)
	b.register(store.Kiosk{Name: testKiosk, Flows: "PU", Revoked: true})
	for range 3 {
		_, err := b.settle(port.Session{ID: kiosk.SessionID{1}}, kiosk.GrantID{}, kiosk.Failed)
		want(t, err, kiosk.MsgTimeout)
	}
	if n := b.count("replies"); n != 0 {
		t.Errorf("%d replies are kept", n)
	}
}
