package run

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/secret"
)

// start opens a kiosk in the bubble and runs it until stop.
func start(t *testing.T, prepare ...func(*bench)) *bench {
	b := &bench{t: t, flow: kiosk.FlowP, shop: kiosk.Shop{Offered: kiosk.AllLangs}, over: make(chan error, 1), log: io.Discard}
	for _, p := range prepare {
		p(b)
	}
	ports := Ports{Reader: b, Authority: b, Ledger: benchLedger{b}, Display: b, Board: b, Staff: b.staff, StaffCodes: b.staffCodes}
	b.loop = New(ports, keys(), b.shop, slog.New(slog.NewTextHandler(b.log, nil)))
	ctx, cancel := context.WithCancel(t.Context())
	b.end = cancel
	go func() { b.over <- b.loop.Run(ctx) }()
	return b
}

func (b *bench) stop() {
	b.t.Helper()
	b.end()
	if err := <-b.over; !errors.Is(err, context.Canceled) {
		b.t.Errorf("Run: %v", err)
	}
	b.empty("after the end")
}

// empty: no slot holds anything.
func (b *bench) empty(when string) {
	b.t.Helper()
	k := keys()
	for i, s := range []secret.Secret{k.Code, k.New, k.Again, k.Proof} {
		if s.Len() != 0 {
			b.t.Errorf("%s: slot %d holds %d characters", when, i+1, s.Len())
		}
	}
	k.List.Lend(func(l []byte) {
		if len(l) != 0 {
			b.t.Errorf("%s: the list has %d bytes", when, len(l))
		}
	})
}

func (b *bench) now() kiosk.View {
	synctest.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.view
}

// until lets time pass until the place is on the screen.
func (b *bench) until(p kiosk.Place, within time.Duration) kiosk.View {
	b.t.Helper()
	for end := time.Now().Add(within); ; time.Sleep(10 * time.Millisecond) {
		v := b.now()
		if v.Place == p {
			return v
		}
		if time.Now().After(end) {
			b.t.Fatalf("%s (says %s) after %v, want %s; did %s", v.Place, v.Message, within, p, strings.Join(b.all(), ", "))
		}
	}
}

func (b *bench) press(button kiosk.Button) {
	v := b.now()
	b.loop.Post(kiosk.Event{Kind: kiosk.Pressed, Button: button, Place: v.Place})
	synctest.Wait()
}

func (b *bench) ok() { b.press(kiosk.ButtonOK) }

// types does what a pad does: the character into the slot it was lent, and an
// event that says nothing about it.
func (b *bench) types(text string) {
	for i := range len(text) {
		v := b.now()
		v.Secret.Append(text[i])
		b.loop.Post(kiosk.Event{Kind: kiosk.KeyPressed, Place: v.Place})
		time.Sleep(200 * time.Millisecond)
	}
}

func (b *bench) put(c *card) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if c.b == nil {
		c.b = b
	}
	b.field = c
}
func (b *bench) lift() { b.mu.Lock(); b.field = nil; b.mu.Unlock() }

func (b *bench) all() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.did)
}

func (b *bench) count(what string) (n int) {
	for _, d := range b.all() {
		if d == what {
			n++
		}
	}
	return n
}

func newCard() *card { return &card{name: "hers", auth: 3, sign: 5, pin: "7392"} }

const password = "NEWPASS42"

// walkTo goes a resident's way up to a place and does nothing there yet. It
// returns the places on the way.
func (b *bench) walkTo(p kiosk.Place, c *card) (way []kiosk.Place) {
	b.t.Helper()
	const soon = 3 * time.Second
	last, end := kiosk.Places, time.Now().Add(soon)
	for ; ; time.Sleep(10 * time.Millisecond) {
		switch v := b.now(); {
		case v.Place == p:
			return way
		case v.Place != last:
			last, end = v.Place, time.Now().Add(soon)
			way = append(way, last)
			b.act(v, c)
		case time.Now().After(end):
			b.t.Fatalf("%s (says %s) after %v, on the way to %s; did %s", last, v.Message, soon, p, strings.Join(b.all(), ", "))
		}
	}
}

// act does what the screen asks for: the card, the plan, an entry, or OK.
func (b *bench) act(v kiosk.View, c *card) {
	b.t.Helper()
	switch typed := (kiosk.State{Place: v.Place}).Typing(); {
	case v.Place == kiosk.PlaceCard || v.Place == kiosk.DoubtCard:
		b.put(c)
		return
	case v.Place == kiosk.Plan:
		b.press(kiosk.ButtonReset)
		return
	case v.Place == kiosk.Listed:
		b.pick(1)
		return
	case v.Place == kiosk.OneConsent:
		c.pin = password // what proves the withdrawal
		b.press(kiosk.ButtonEnd)
		return
	case typed == kiosk.LiveCode:
		b.types("12345678")
	case typed == kiosk.LiveProof:
		b.types(c.pin)
	case typed != kiosk.LiveNone:
		b.types(password)
	}
	b.ok()
}
