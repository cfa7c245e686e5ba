package main

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/domain"
	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// guesses types that many wrong codes at a kiosk and answers how many were
// compared there and what was said last.
func (b *bench) guesses(k *authority.Client, c *card, r appclient.ReserveReply, n int) (compared int, last error) {
	b.Helper()
	s, err := k.Open(b.Context(), c.facts())
	if err != nil {
		return 0, err
	}
	for range n {
		_, last = b.code(k, s, wrong(r.OTP))
		if w := (port.WrongCode{}); errors.As(last, &w) {
			compared++
		}
	}
	return compared, last
}

func (b *bench) alarmsOf(name string) (words []string) {
	b.Helper()
	all, err := b.sandbox.Service.AppAlarms(b.Context(), name)
	must.OK(b, err)
	for _, a := range all {
		words = append(words, a.Word)
	}
	return words
}

// TestKioskVoidsOneReservationOfACardADay, and not the one that is made in its
// place: the resident goes on at her own kiosk, and is told who tried.
func TestKioskVoidsOneReservationOfACardADay(t *testing.T) {
	onEach(t, kioskVoidsOneReservationOfACardADay)
}

func kioskVoidsOneReservationOfACardADay(t *testing.T, on engine) {
	b := start(t, on)
	thief := b.another("kiosk-0666", true)
	c := b.card("hanako")
	for range 2 { // days
		r := b.reserve(c, kiosk.FlowP)
		if n, err := b.guesses(thief, c, r, 7); n != 5 {
			t.Errorf("%d were compared, %v", n, err)
		}
		_, err := b.kiosk.Open(t.Context(), c.facts())
		want(t, err, kiosk.MsgCodeVoid)
		r = b.reserve(c, kiosk.FlowP)
		n, err := b.guesses(thief, c, r, 7)
		if want(t, err, kiosk.MsgStore); n != 4 {
			t.Errorf("%d more were compared", n)
		}
		s := b.claim(c, r)
		if st := b.state(r); !slices.Equal(st.Tried, []appclient.Tried{{Kiosk: testKiosk, Codes: 1}, {Kiosk: "kiosk-0666", Codes: 4}}) || st.CodesLeft != 1 {
			t.Errorf("she is told %+v", st)
		}
		b.mustGrant(c, s, kiosk.Reset)
		b.clock.pass(24 * time.Hour)
	}
	if got := b.alarmsOf("kiosk-0666"); !slices.Equal(got, []string{"guesses", "guesses"}) {
		t.Errorf("alarms %q", got)
	}
	if got := b.alarmsOf(testKiosk); len(got) != 0 {
		t.Errorf("alarms of an honest kiosk: %q", got)
	}
}

// TestFiveGuessesAreFiveAtHoweverManyKiosks: what a kiosk has of its own adds
// nothing to what a reservation has.
func TestFiveGuessesAreFiveAtHoweverManyKiosks(t *testing.T) {
	onEach(t, fiveGuessesAreFiveAtHoweverManyKiosks)
}

func fiveGuessesAreFiveAtHoweverManyKiosks(t *testing.T, on engine) {
	b, c, r := reserved(t, on)
	open := map[*authority.Client]port.Session{}
	for i := range 7 {
		k := b.another(fmt.Sprintf("kiosk-01%02d", i), true)
		s, err := k.Open(t.Context(), c.facts())
		must.OK(t, err)
		open[k] = s
	}
	compared := 0
	for range 3 {
		for k, s := range open {
			if _, err := b.code(k, s, wrong(r.OTP)); errors.As(err, new(port.WrongCode)) {
				compared++
			}
		}
	}
	if compared != 5 {
		t.Errorf("%d were compared, 5 belong", compared)
	}
	for k, s := range open {
		_, err := b.code(k, s, r.OTP)
		want(t, err, kiosk.MsgCodeVoid)
	}
}

// TestRightCodesAreNoGuesses, however often they are typed.
func TestRightCodesAreNoGuesses(t *testing.T) { onEach(t, rightCodesAreNoGuesses) }

func rightCodesAreNoGuesses(t *testing.T, on engine) {
	b, c, r := reserved(t, on)
	s := b.open(c)
	for range 25 {
		must.OK(t, must.Err(b.code(b.kiosk, s, r.OTP)))
	}
	b.wantAlarms()
}

// TestKioskThatUsesUpReservationsCallsStaff once a day, whosever they are.
func TestKioskThatUsesUpReservationsCallsStaff(t *testing.T) {
	onEach(t, kioskThatUsesUpReservationsCallsStaff)
}

func kioskThatUsesUpReservationsCallsStaff(t *testing.T, on engine) {
	b := start(t, on)
	thief := b.another("kiosk-0666", true)
	for i, name := range []string{"hanako", "taro", "jiro", "saburo"} {
		c := b.card(name)
		b.guesses(thief, c, b.reserve(c, kiosk.FlowP), 4)
		want := []string{"voids"}
		if i < 2 {
			want = nil
		}
		if got := b.alarmsOf("kiosk-0666"); !slices.Equal(got, want) {
			t.Errorf("after %s: %q, want %q", name, got, want)
		}
	}
}

// TestVisitsElsewhereMakeNoKioskBusy: the certificate alone opens visits at a
// kiosk of the thief's, and only there.
func TestVisitsElsewhereMakeNoKioskBusy(t *testing.T) { onEach(t, visitsElsewhereMakeNoKioskBusy) }

func visitsElsewhereMakeNoKioskBusy(t *testing.T, on engine) {
	b := start(t, on, func(p *domain.Policy) { p.CardRate = 6 })
	b.clock.at = b.clock.at.Truncate(time.Minute)
	thief := b.another("kiosk-0666", true)
	c := b.card("hanako")
	r := b.reserve(c, kiosk.FlowP)
	for range 6 {
		must.OK(t, must.Err(thief.Open(t.Context(), c.facts())))
	}
	_, err := thief.Open(t.Context(), c.facts())
	want(t, err, kiosk.MsgBusy)
	b.mustGrant(c, b.claim(c, r), kiosk.Reset)
}
