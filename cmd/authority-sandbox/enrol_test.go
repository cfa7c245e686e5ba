package main

import (
	"bytes"
	"cmp"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/enrolment"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
)

// TestKioskEnrolsByACodeThatAPersonApproves: nothing is certified before, and what is
// opens the kiosks' line.
func TestKioskEnrolsByACodeThatAPersonApproves(t *testing.T) {
	onEach(t, kioskEnrolsByACodeThatAPersonApproves)
}

func kioskEnrolsByACodeThatAPersonApproves(t *testing.T, on engine) {
	b := start(t, on)
	n := b.newcomer("kiosk-0007")
	if _, no := enrolled[enrolment.Asked](b, enrolment.PathAsk, enrolment.Ask{Contract: 1, Kiosk: n.name, CSR: n.csr}); no != enrolment.CodeName {
		t.Errorf("not expected, and %q", no)
	}
	b.command(cli.Done, "kiosk", "add", "--kiosk", n.name)
	asked, code := n.asks()
	if _, state := n.collects(asked); state != enrolment.Waiting {
		t.Error(state)
	}
	var out strings.Builder
	if status := run(t.Context(), &out, "kiosk", "list", "--requests", "--dir", b.dir); status != cli.Done || !strings.Contains(out.String(), code.String()+"  waiting") {
		t.Errorf("%d: %s", status, out.String())
	}
	b.command(cli.WrongUse, "kiosk", "approve", "--kiosk", n.name, "--code", "hello")
	b.command(cli.Done, "kiosk", "approve", "--kiosk", n.name, "--code", strings.ToLower(code.String()))
	pair, state := n.collects(asked)
	if state != enrolment.Approved {
		t.Fatal(state)
	}
	b.lets(true, "the new kiosk", b.with(pair))
	b.wantAlarms()
}

// TestEnrolmentCodeIsNoKey: guessed, replayed, of another kiosk or used twice it
// approves nothing, and no message has it.
func TestEnrolmentCodeIsNoKey(t *testing.T) { onEach(t, enrolmentCodeIsNoKey) }

func enrolmentCodeIsNoKey(t *testing.T, on engine) {
	b := start(t, on)
	const name = "kiosk-0007"
	b.register(store.Kiosk{Name: name, Flows: "PU"})
	b.register(store.Kiosk{Name: "kiosk-0008", Flows: "PU"})
	owner, stranger := b.newcomer(name), b.newcomer(name) // two requests under one name
	asked, code := owner.asks()
	theirs, another := stranger.asks()
	replayed, again := owner.asks() // the same bytes
	if code == another || code == again || asked.Request == replayed.Request {
		t.Errorf("codes %s, %s, %s", code, another, again)
	}
	for _, guess := range []enrolment.Code{"00000000", code[:7] + "0", "ZZZZZZZZ"} {
		if guess != code && b.approve(name, guess, true) == nil {
			t.Errorf("%s approved a request", guess)
		}
	}
	if err := b.approve("kiosk-0008", code, true); err == nil {
		t.Error("the code was good for another kiosk")
	}
	must.OK(t, b.approve(name, code, false))
	if err := b.approve(name, code, true); err == nil {
		t.Error("one request was approved twice")
	}
	if err := b.approve(name, again, false); err == nil {
		t.Error("what was sent again was approved beside the first")
	}
	for who, a := range map[*newcomer]enrolment.Asked{stranger: theirs, owner: replayed} {
		if _, state := who.collects(a); state != enrolment.Waiting {
			t.Error(state)
		}
	}
	if _, state := owner.collects(enrolment.Asked{Request: wire.ID{1}}); state != enrolment.CodeGone {
		t.Error(state)
	}
	pair, _ := owner.collects(asked)
	owned := b.with(pair)
	b.lets(true, "the owner", owned)
	if err := b.approve(name, another, true); err != nil { // what --replace is for, and says
		t.Error(err)
	}
	b.lets(false, "the owner, whose certificate was replaced", owned)
	other := b.newcomer(name)
	late, code := other.asks()
	b.clock.pass(enrolment.Open + time.Second)
	if _, state := other.collects(late); state != enrolment.CodeGone || b.approve(name, code, true) == nil {
		t.Errorf("an hour later: %s, or approved", state)
	}
}

// TestOneOfManyApprovalsAtOnceCertifies, whichever process they reach.
func TestOneOfManyApprovalsAtOnceCertifies(t *testing.T) {
	onEach(t, func(t *testing.T, on engine) {
		b := start(t, on)
		others := []*bench{b}
		if on == postgres {
			others = append(others, b.beside())
		}
		const name = "kiosk-0007"
		b.register(store.Kiosk{Name: name, Flows: "PU"})
		n := b.newcomer(name)
		_, code := n.asks()
		var all sync.WaitGroup
		var approved atomic.Int64
		for i := range 12 {
			all.Go(func() {
				if others[i%len(others)].approve(name, code, true) == nil {
					approved.Add(1)
				}
			})
		}
		all.Wait()
		if approved.Load() != 1 {
			t.Errorf("%d approvals", approved.Load())
		}
	})
}

// TestEnrolmentListenerIsBounded: a stranger's requests, long bodies and silent
// connections cost a kiosk nothing.
func TestEnrolmentListenerIsBounded(t *testing.T) { onEach(t, enrolmentListenerIsBounded) }

func enrolmentListenerIsBounded(t *testing.T, on engine) {
	b := start(t, on)
	b.register(store.Kiosk{Name: "kiosk-0007", Flows: "PU"})
	var oldest *tls.Conn
	for range 64 { // more than may be open from one network
		c, err := tls.Dial("tcp", b.at.Enrol, &tls.Config{InsecureSkipVerify: true})
		must.OK(t, err)
		defer c.Close()
		oldest = cmp.Or(oldest, c)
		raw, err := net.Dial("tcp", b.at.Enrol)
		must.OK(t, err)
		defer raw.Close()
	}
	oldest.SetReadDeadline(time.Now().Add(time.Minute)) //nolint:errcheck // where it fails, so does the read
	if _, err := oldest.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("a connection that says nothing stays: %v", err)
	}
	long := bytes.Repeat([]byte{'x'}, enrolment.MaxAsk+1)
	if status, _ := b.enrolPost(enrolment.PathAsk, long); status != http.StatusRequestEntityTooLarge {
		t.Errorf("a long body: %d", status)
	}
	for _, body := range []string{"", "{}", string(long[:enrolment.MaxAsk])} {
		if status, _ := b.enrolPost(enrolment.PathAsk, []byte(body)); status != http.StatusBadRequest {
			t.Errorf("%.9q: %d", body, status)
		}
		b.clock.pass(time.Second)
	}
	if status, _ := b.enrolPost("/v2/open", []byte("{}")); status != http.StatusBadRequest {
		t.Errorf("a kiosk's path: %d", status)
	}
	forged := b.newcomer("kiosk-0007")
	forged.csr[len(forged.csr)-1] ^= 1
	if _, no := enrolled[enrolment.Asked](b, enrolment.PathAsk, enrolment.Ask{Contract: 1, Kiosk: forged.name, CSR: forged.csr}); no != enrolment.CodeContract {
		t.Errorf("a request that its key did not sign: %q", no)
	}
	busy := 0
	for range 12 {
		b.clock.pass(time.Second)
		n := b.newcomer("kiosk-0007")
		if _, no := enrolled[enrolment.Asked](b, enrolment.PathAsk, enrolment.Ask{Contract: 1, Kiosk: n.name, CSR: n.csr}); no == enrolment.CodeBusy {
			busy++
		}
	}
	if list, err := b.sandbox.Service.Enrolments(t.Context()); err != nil || len(list) != 4 || busy != 8 {
		t.Errorf("%d wait, %d were told to come later, %v", len(list), busy, err)
	}
	told := 0
	for range 40 { // without a pause
		if _, no := enrolled[enrolment.Collected](b, enrolment.PathCollect, enrolment.Collect{Contract: 1}); no == enrolment.CodeBusy {
			told++
		}
	}
	if told == 0 {
		t.Error("no bound on requests a second")
	}
	b.lets(true, "a kiosk meanwhile", b.kiosk)
}

// TestExpiredKioskAsksAgainByItsOldKey and gets its next certificate by approval alone.
func TestExpiredKioskAsksAgainByItsOldKey(t *testing.T) {
	onEach(t, expiredKioskAsksAgainByItsOldKey)
}

func expiredKioskAsksAgainByItsOldKey(t *testing.T, on engine) {
	b := start(t, on)
	const name = "kiosk-0007"
	b.register(store.Kiosk{Name: name, Flows: "PU"})
	first := b.newcomer(name)
	asked, code := first.asks()
	must.OK(t, b.approve(name, code, false))
	old, _ := first.collects(asked)
	b.lets(true, "with its first", b.with(old))
	n := b.newcomer(name)
	again := func(by *ecdsa.PrivateKey) (enrolment.Asked, string) {
		t.Helper()
		digest := enrolment.Again(name, n.csr)
		signature, err := ecdsa.SignASN1(rand.Reader, by, digest[:])
		must.OK(t, err)
		b.clock.pass(time.Second)
		return enrolled[enrolment.Asked](b, enrolment.PathAsk, enrolment.Ask{Contract: 1, Kiosk: name, CSR: n.csr, Old: old.Certificate[0], Signature: signature})
	}
	if _, no := again(first.key); no != enrolment.CodeAgain {
		t.Errorf("still good: %q", no)
	}
	b.clock.pass(366 * 24 * time.Hour)
	b.lets(false, "expired", b.with(old))
	if _, no := again(n.key); no != enrolment.CodeContract {
		t.Errorf("signed by another key: %q", no)
	}
	asked, no := again(first.key)
	if no != "" {
		t.Fatal(no)
	}
	if _, state := n.collects(asked); state != enrolment.Waiting {
		t.Error(state)
	}
	must.OK(t, b.approve(name, enrolment.CodeOf(n.csr, asked.Nonce), false))
	pair, _ := n.collects(asked)
	l := newLedger()
	if _, err := b.with(old).Batch(t.Context(), l.lines(1)); err != nil { // what it owes is taken before it uses the next
		t.Error(err)
	}
	b.lets(true, "with its next", b.with(pair))
	b.wantAlarms()
	b.clock.pass(426 * 24 * time.Hour)
	if _, no := again(first.key); no != enrolment.CodeAgain {
		t.Errorf("replaced, and long ago: %q", no)
	}
}
