package main

import (
	"errors"
	"sync"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
)

// TestWrongCodesRunOut: four wrong ones are told, the fifth voids, and the
// right one is no use then. A new reservation is.
func TestWrongCodesRunOut(t *testing.T) { onEach(t, wrongCodesRunOut) }

func wrongCodesRunOut(t *testing.T, on engine) {
	b, c, r := reserved(t, on)
	s := b.open(c)
	for left := int8(4); left > 0; left-- {
		_, err := b.code(b.kiosk, s, wrong(r.OTP))
		var w port.WrongCode
		if !errors.As(err, &w) || w.Left != left {
			t.Fatalf("got %v, want %d left", err, left)
		}
		if st := b.state(r); st.CodesLeft != int(left) {
			t.Errorf("the owner is told %+v", st)
		}
	}
	_, err := b.code(b.kiosk, s, wrong(r.OTP))
	want(t, err, kiosk.MsgCodeVoid)
	_, err = b.code(b.kiosk, s, r.OTP)
	want(t, err, kiosk.MsgCodeVoid)
	_, err = b.kiosk.Open(t.Context(), c.facts())
	want(t, err, kiosk.MsgCodeVoid)
	b.mustGrant(c, b.claim(c, b.reserve(c, kiosk.FlowP)), kiosk.Reset)
}

// TestRightCodeAfterFourWrong is right, and is not counted.
func TestRightCodeAfterFourWrong(t *testing.T) { onEach(t, rightCodeAfterFourWrong) }

func rightCodeAfterFourWrong(t *testing.T, on engine) {
	b, c, r := reserved(t, on)
	s := b.open(c)
	for range 4 {
		b.code(b.kiosk, s, wrong(r.OTP))
	}
	for range 3 {
		must.OK(t, must.Err(b.code(b.kiosk, s, r.OTP)))
	}
	if st := b.state(r); st.CodesLeft != 1 {
		t.Errorf("%+v", st)
	}
}

// TestParallelGuessesAreFive: forty at once, from several sessions, and never
// more than five are compared.
func TestParallelGuessesAreFive(t *testing.T) { onEach(t, parallelGuessesAreFive) }

func parallelGuessesAreFive(t *testing.T, on engine) {
	b, c, r := reserved(t, on)
	var sessions []port.Session
	for range 4 {
		sessions = append(sessions, b.open(c))
	}
	var mu sync.Mutex
	compared, void := 0, 0
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			_, err := b.code(b.kiosk, sessions[i%4], wrong(r.OTP))
			var w port.WrongCode
			mu.Lock()
			defer mu.Unlock()
			switch {
			case errors.As(err, &w):
				compared++
			default:
				want(t, err, kiosk.MsgCodeVoid)
				void++
			}
		})
	}
	all.Wait()
	if compared != 5 || void != 35 {
		t.Errorf("%d were compared, %d refused; 5 and 35 belong", compared, void)
	}
	if st := b.state(r); st.CodesLeft != 0 {
		t.Errorf("%+v", st)
	}
	_, err := b.code(b.kiosk, sessions[0], r.OTP)
	want(t, err, kiosk.MsgCodeVoid)
}

// TestCodeOfAnotherReservation: a code belongs to one reservation, and a
// session to the newest.
func TestCodeOfAnotherReservation(t *testing.T) { onEach(t, codeOfAnotherReservation) }

func codeOfAnotherReservation(t *testing.T, on engine) {
	b := start(t, on)
	c := b.card("hanako")
	first := b.reserve(c, kiosk.FlowP)
	s := b.open(c)
	second := b.reserve(c, kiosk.FlowP)
	_, err := b.code(b.kiosk, s, first.OTP)
	want(t, err, kiosk.MsgTimeout)
	s = b.open(c)
	if first.OTP != second.OTP {
		_, err = b.code(b.kiosk, s, first.OTP)
		var w port.WrongCode
		if !errors.As(err, &w) {
			t.Errorf("got %v", err)
		}
	}
	must.Note(t, must.Err(b.code(b.kiosk, s, second.OTP)))
}

// TestSecondVisitTakesOver: the resident walked to another kiosk; the first
// visit is over there and then, and wrong guesses by a thief who only has the
// certificate do not end the one that claimed.
func TestSecondVisitTakesOver(t *testing.T) { onEach(t, secondVisitTakesOver) }

func secondVisitTakesOver(t *testing.T, on engine) {
	b, c, r := reserved(t, on)
	first := b.claim(c, r)
	second := b.claim(c, r)
	_, _, err := b.grant(c, first, kiosk.Reset)
	want(t, err, kiosk.MsgTimeout)
	other := b.open(c)
	for range 5 {
		b.code(b.kiosk, other, wrong(r.OTP))
	}
	b.mustGrant(c, second, kiosk.Reset)
}
