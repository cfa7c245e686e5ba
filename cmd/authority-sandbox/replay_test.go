package main

import (
	"bytes"
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/authority/wire"
	"multicopy.example/kiosk/must"
)

// TestSameRequestTwice: the same bytes get the same reply and do nothing
// twice; other bytes under the same id get 422, and so does another path.
func TestSameRequestTwice(t *testing.T) { onEach(t, sameRequestTwice) }

func sameRequestTwice(t *testing.T, on engine) {
	b, c, r := reserved(t, on)
	env := wire.Envelope{Contract: wire.Contract, Request: wire.ID{1}}
	m := wire.OpenRequest{Envelope: env, Certificate: c.cert, UserTries: 3, SignTries: 5}
	status, first := b.raw(wire.PathOpen, encode(t, m))
	if status != 200 {
		t.Fatalf("%d %s", status, first)
	}
	if status, again := b.raw(wire.PathOpen, encode(t, m)); status != 200 || !bytes.Equal(first, again) {
		t.Errorf("%d\n%s\n%s", status, first, again)
	}
	m.SignTries = 4
	if status, reply := b.raw(wire.PathOpen, encode(t, m)); status != 422 || refusalOf(t, reply).Code != wire.CodeContract {
		t.Errorf("%d %s", status, reply)
	}
	var opened wire.OpenReply
	must.OK(t, wire.Decode(first, &opened))

	// A wrong code, repeated, is one wrong code.
	env.Request = wire.ID{2}
	code := wire.CodeRequest{Envelope: env, Session: opened.Session, Sealed: make([]byte, wire.SealedLen)}
	for range 4 {
		status, reply := b.raw(wire.PathCode, encode(t, code))
		var coded wire.CodeReply
		if err := wire.Decode(reply, &coded); err != nil || status != 200 || coded.Ticket != nil || coded.CodesLeft != 4 {
			t.Fatalf("%d %s %v", status, reply, err)
		}
	}
	code.Sealed[0]++
	if status, _ := b.raw(wire.PathCode, encode(t, code)); status != 422 {
		t.Error(status)
	}
	if st := b.state(r); st.CodesLeft != 4 {
		t.Errorf("%+v", st)
	}

	// A refusal is a reply like any other.
	env.Request = wire.ID{3}
	settle := wire.SettleRequest{Envelope: env, Session: wire.ID{9}, Outcome: wire.Outcome(kiosk.Failed)}
	status, first = b.raw(wire.PathSettle, encode(t, settle))
	statusAgain, again := b.raw(wire.PathSettle, encode(t, settle))
	if status != 409 || statusAgain != 409 || !bytes.Equal(first, again) {
		t.Errorf("%d %s, %d %s", status, first, statusAgain, again)
	}
}

// TestCutBetweenCountAndComparison: the count was committed, the process died,
// and the kiosk asks again: one entry is gone, not two and not none.
func TestCutBetweenCountAndComparison(t *testing.T) { onEach(t, cutBetweenCountAndComparison) }

func cutBetweenCountAndComparison(t *testing.T, on engine) {
	b, c, r := reserved(t, on)
	s := b.open(c)
	m := wire.CodeRequest{Envelope: wire.Envelope{Contract: wire.Contract, Request: wire.ID{4}}, Session: wire.ID(s.ID), Sealed: make([]byte, wire.SealedLen)}
	body := encode(t, m)
	id, err := hex.DecodeString(r.Reservation)
	must.OK(t, err)
	err = b.sandbox.DB.Tx(t.Context(), func(tx *store.Tx) error {
		if err := tx.CountWrong(store.ID(id)); err != nil {
			return err
		}
		return tx.AddAttempt(testKiosk, m.Request, sha256.Sum256(append([]byte(wire.PathCode+"\n"), body...)), store.ID(id))
	})
	must.OK(t, err)
	for range 2 {
		var coded wire.CodeReply
		if status, reply := b.raw(wire.PathCode, body); status != 200 || wire.Decode(reply, &coded) != nil || coded.CodesLeft != 4 {
			t.Errorf("%d %s", status, reply)
		}
	}
	if st := b.state(r); st.CodesLeft != 4 {
		t.Errorf("%+v", st)
	}
}

// TestSealedCodeIsReplayed under another request id: it does not open there,
// and counts as a wrong one.
func TestSealedCodeIsReplayed(t *testing.T) { onEach(t, sealedCodeIsReplayed) }

func sealedCodeIsReplayed(t *testing.T, on engine) {
	b, c, r := reserved(t, on)
	s := b.open(c)
	key, err := wire.ParseSealingKey(file(t, b.dir, fixture.CodePub))
	must.OK(t, err)
	public, err := hpke.DHKEM(ecdh.X25519()).NewPublicKey(key)
	must.OK(t, err)
	first := wire.ID{5}
	sealed, err := hpke.Seal(public, hpke.HKDFSHA256(), hpke.AES256GCM(), wire.CodeInfo(s.ID, first), []byte(r.OTP))
	must.OK(t, err)
	for _, step := range []struct {
		request wire.ID
		right   bool
		left    int8
	}{{wire.ID{6}, false, 4}, {first, true, 4}, {wire.ID{7}, false, 3}} {
		m := wire.CodeRequest{Envelope: wire.Envelope{Contract: wire.Contract, Request: step.request}, Session: wire.ID(s.ID), Sealed: sealed}
		var coded wire.CodeReply
		status, reply := b.raw(wire.PathCode, encode(t, m))
		if err := wire.Decode(reply, &coded); err != nil || status != 200 || (coded.Ticket != nil) != step.right || coded.CodesLeft != step.left {
			t.Errorf("%v: %d %s", step, status, reply)
		}
	}
}

// TestMemoryIsBounded: what cannot be asked for again is forgotten, and not an
// hour too early.
func TestMemoryIsBounded(t *testing.T) { onEach(t, memoryIsBounded) }

func memoryIsBounded(t *testing.T, on engine) {
	b := start(t, on)
	rows := func() (list [3]int) {
		t.Helper()
		for i, table := range []string{"replies", "attempts", "challenges"} {
			list[i] = int(b.count(table))
		}
		return list
	}
	c := b.card("hanako")
	r := b.reserve(c, kiosk.FlowP)
	m := wire.OpenRequest{Envelope: wire.Envelope{Contract: wire.Contract, Request: wire.ID{1}}, Certificate: c.cert, UserTries: 3, SignTries: 5}
	_, before := b.raw(wire.PathOpen, encode(t, m))
	b.code(b.kiosk, b.open(c), wrong(r.OTP))
	must.OK(t, must.Err(b.app.Challenge(t.Context(), c.cert, "P")))
	if got := rows(); got != [3]int{3, 1, 1} {
		t.Fatalf("%v rows", got)
	}
	b.clock.pass(47 * time.Hour)
	b.kiosk.Open(t.Context(), c.facts()) // too old, and answered
	b.sandbox.Service.Prune(t.Context())
	if _, after := b.raw(wire.PathOpen, encode(t, m)); !bytes.Equal(before, after) {
		t.Errorf("after 47 hours another reply: %s", after)
	}
	if got := rows(); got != [3]int{4, 1, 0} {
		t.Errorf("after 47 hours %v rows", got)
	}
	b.clock.pass(26 * time.Hour)
	b.kiosk.Open(t.Context(), c.facts())
	b.sandbox.Service.Prune(t.Context())
	if got := rows(); got != [3]int{2, 0, 0} {
		t.Errorf("after 73 hours %v rows", got)
	}
}

// TestWhatIsNeverForgotten: after a hundred days visits that came to nothing
// are gone, with their reservations and counts; grants with their visits,
// records, signed heads and alarms are not.
func TestWhatIsNeverForgotten(t *testing.T) { onEach(t, whatIsNeverForgotten) }

func whatIsNeverForgotten(t *testing.T, on engine) {
	b := start(t, on)
	c := b.card("hanako")
	b.reserve(c, kiosk.FlowP)
	b.open(c) // and walks away
	r := b.reserve(c, kiosk.FlowP)
	b.mustGrant(c, b.claim(c, r), kiosk.Reset)
	l := newLedger()
	l.lines(3)
	b.tell(l, 0)
	other := newLedger()
	other.lines(1)
	b.tell(other, 0)
	b.wantAlarms("unlinked 1")
	b.clock.pass(100 * 24 * time.Hour)
	b.kiosk.Close()
	b.kiosk.Open(t.Context(), c.facts())
	b.sandbox.Service.Prune(t.Context())
	for table, want := range map[string]int64{"sessions": 1, "reservations": 1, "grants": 1, "records": 4, "heads": 2, "alarms": 1, "attempts": 0, "replies": 1, "rates": 2} {
		if n := b.count(table); n != want {
			t.Errorf("%d rows in %s, want %d", n, table, want)
		}
	}
}

// TestOldRowsGoInBites: more of them than one transaction takes, all gone, and no
// request of a resident forgets any.
func TestOldRowsGoInBites(t *testing.T) { onEach(t, oldRowsGoInBites) }

func oldRowsGoInBites(t *testing.T, on engine) {
	b := start(t, on)
	c := b.card("hanako")
	for n := range 450 {
		if err := b.sandbox.DB.Tx(t.Context(), func(tx *store.Tx) error {
			return tx.AddChallenge(store.Hash{byte(n), byte(n >> 8)}, store.Hash{}, 1, 1)
		}); err != nil {
			t.Fatal(err)
		}
	}
	b.reserve(c, kiosk.FlowP)
	b.open(c)
	if n := b.count("challenges"); n < 450 {
		t.Errorf("%d are left after a resident's request", n)
	}
	b.sandbox.Service.Prune(t.Context())
	if n := b.count("challenges"); n != 0 {
		t.Errorf("%d are left", n)
	}
}

// count is how many rows a table has.
func (b *bench) count(table string) (n int64) {
	b.Helper()
	err := b.sandbox.DB.Tx(b.Context(), func(tx *store.Tx) (err error) {
		n, err = tx.Count(table)
		return err
	})
	must.OK(b, err)
	return n
}

func refusalOf(t testing.TB, data []byte) wire.Refusal {
	t.Helper()
	var r wire.Refusal
	if err := wire.Decode(data, &r); err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	return r
}
