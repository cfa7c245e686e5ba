package firmware

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/secret"
	"multicopy.example/kiosk/staff"
	"multicopy.example/kiosk/staff/check"
	"multicopy.example/kiosk/staff/login"
)

// The machine's clock does not matter once the authority has said the time.
func TestAuthoritysTimeIsCarriedOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &authorityTime{start: time.Now()}
		time.Sleep(time.Hour)
		if now := a.now(); now.Sure || now.Running != time.Hour || !now.Wall.Equal(time.Now()) {
			t.Errorf("%+v before the authority has said anything", now)
		}
		said := time.Date(2031, 1, 1, 0, 0, 0, 0, time.UTC)
		a.hear(said)
		time.Sleep(time.Minute)
		a.hear(said) // the same answer, looked at again
		a.hear(time.Time{})
		if now := a.now(); !now.Sure || now.Running != time.Hour+time.Minute || !now.Wall.Equal(said.Add(time.Minute)) {
			t.Errorf("%+v", now)
		}
	})
}

func TestActThatIsCutShortIsNotKnown(t *testing.T) {
	m := &maintenance{acts: map[kiosk.StaffTask]func(context.Context) error{
		kiosk.StaffTone:  func(context.Context) error { return nil },
		kiosk.StaffPrint: func(context.Context) error { return errNoPrinter },
		kiosk.StaffFlush: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
	}}
	ctx, cancel := context.WithCancel(t.Context())
	for task, want := range map[kiosk.StaffTask]kiosk.Outcome{kiosk.StaffTone: kiosk.Done, kiosk.StaffPrint: kiosk.Failed, kiosk.StaffWipe: kiosk.Failed} {
		if got, err := m.Act(ctx, task, staff.NoReason, 0); got.Outcome != want || (err == nil) != (want == kiosk.Done) {
			t.Errorf("%v: %v, %v", task, got, err)
		}
	}
	cancel()
	if got, err := m.Act(ctx, kiosk.StaffFlush, staff.NoReason, 0); got.Outcome != kiosk.Unknown || !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v", got, err)
	}
}

// What the store says of an attempt is a note of the screen, and nothing is compared
// that was not counted.
func TestAttemptIsCountedByTheStore(t *testing.T) {
	told := &authorityTime{start: time.Now()}
	store, err := login.Open(login.Config{Dir: t.TempDir(), Issuer: issuer, Machine: "kiosk-7", Now: told.now})
	must.OK(t, err)
	var uri string
	m := &maintenance{store: store, sign: &sign{}, told: told, door: func() bool { return true }, show: func(_ staff.View, s Shown) { uri = s.URI },
		facts: func(context.Context) []check.Finding { return nil }, lines: func(context.Context, staff.Place) []string { return nil }, recent: func() []string { return nil },
		ask: func(context.Context) error { return errNotHere }}
	if f := m.Facts(); f.Enrolled != 0 || !f.Door {
		t.Errorf("%+v", f)
	}
	if n, err := m.Count(t.Context(), kiosk.Clerk, kiosk.StaffLogin); n != staff.NoteNoCodes || err != nil {
		t.Errorf("%v, %v", n, err)
	}
	var c port.StaffCodes
	for _, s := range []*secret.Secret{&c.Own, &c.Code, &c.Again} {
		*s, err = secret.New()
		must.OK(t, err)
	}
	for _, task := range []kiosk.StaffTask{kiosk.StaffLogin, kiosk.StaffFresh, kiosk.StaffOperator} {
		if v, err := m.Compare(t.Context(), task, c); v != staff.Wrong || !errors.Is(err, login.ErrCompared) {
			t.Errorf("%v is compared uncounted: %v, %v", task, v, err)
		}
	}
	must.OK(t, must.Err(store.Commission()))
	for _, want := range []staff.Note{staff.NoNote, staff.NoteWait} {
		if n, err := m.Count(t.Context(), kiosk.NoRole, kiosk.StaffOperator); n != want || err != nil {
			t.Errorf("%v, %v, want %v", n, err, want)
		}
	}
	if sure, err := m.Time(t.Context()); sure || err == nil {
		t.Error("an authority that does not answer has said the time")
	}
	for _, b := range []byte("123456") {
		c.Own.Append(b)
	}
	must.OK(t, m.Make(t.Context(), kiosk.Clerk, c))
	for _, want := range []struct {
		at  staff.Place
		has bool
	}{{staff.Enrolling, false}, {staff.ShowQR, true}, {staff.ConfirmCode, false}, {staff.ShowQR, false}} {
		if m.Show(staff.View{Place: want.at}); (uri != "") != want.has {
			t.Errorf("%s shows the QR code: %v", want.at, uri != "")
		}
	}
	m.Abandon()
	if v, err := m.Confirm(t.Context(), c); v != staff.Wrong || !errors.Is(err, login.ErrNoEnrolment) {
		t.Errorf("%v, %v", v, err)
	}
	c.Own.Wipe()
}

// A person who has to wait is told for how long, second by second, and no more once
// another screen stands.
func TestWaitIsCountedDownOnTheScreen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told := &authorityTime{start: time.Now()}
		store, err := login.Open(login.Config{Dir: t.TempDir(), Issuer: issuer, Machine: "kiosk-7", Now: told.now})
		must.OK(t, err)
		must.OK(t, must.Err(store.Commission()))
		var shown []time.Duration
		m := &maintenance{store: store, sign: &sign{}, told: told, recent: func() []string { return nil }, show: func(_ staff.View, s Shown) { shown = append(shown, s.Waits[kiosk.NoRole]) }}
		for range 3 {
			time.Sleep(time.Minute)
			if n, err := m.Count(t.Context(), kiosk.NoRole, kiosk.StaffOperator); n != staff.NoNote || err != nil {
				t.Fatal(n, err)
			}
		}
		m.Show(staff.View{Place: staff.EnrolWho, Note: staff.NoteWait})
		time.Sleep(time.Minute)
		m.mu.Lock() // show is called with it held
		if len(shown) != 9 || shown[0] != login.Backoff(3) || shown[1] != login.Backoff(3)-time.Second || shown[8] != 0 {
			t.Errorf("shown: %v", shown)
		}
		m.mu.Unlock()
		if n, err := m.Count(t.Context(), kiosk.NoRole, kiosk.StaffOperator); n != staff.NoNote || err != nil {
			t.Fatal(n, err)
		}
		m.Show(staff.View{Place: staff.EnrolWho, Note: staff.NoteWait})
		m.Show(staff.View{Place: staff.OwnCode})
		m.mu.Lock()
		shown = nil
		m.mu.Unlock()
		if len(m.waits(staff.View{Place: staff.Refused, Asked: kiosk.Clerk, Note: staff.NoteWait})) > 0 {
			t.Error("a role that need not wait is told to")
		}
		time.Sleep(time.Minute)
		m.mu.Lock()
		defer m.mu.Unlock()
		if len(shown) > 0 {
			t.Errorf("counted down on another screen: %v", shown)
		}
	})
}

// A door that is opened in a visit waits for its end; one that stays open after staff
// was in lets residents have the machine.
func TestOpenDoorWaitsForTheEndOfAVisit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var mu sync.Mutex
		open, at, moved, entered := false, visitPlace, 0, 0
		set := func(f func()) {
			mu.Lock()
			f()
			mu.Unlock()
			time.Sleep(3 * time.Second)
		}
		wants := func(m, e int, what string) {
			t.Helper()
			mu.Lock()
			defer mu.Unlock()
			if moved != m || entered != e {
				t.Errorf("%s: the door moved %d times and asked %d times, want %d and %d", what, moved, entered, m, e)
			}
		}
		locked := func(f func()) { mu.Lock(); defer mu.Unlock(); f() }
		go doorWatch{
			open: func() (is bool) { locked(func() { is = open }); return is }, at: func() (p string) { locked(func() { p = at }); return p },
			moved: func(bool) { locked(func() { moved++ }) }, enter: func() { locked(func() { entered++ }) },
		}.run(ctx)
		set(func() {})
		wants(0, 0, "nothing has moved")
		set(func() { open = true })
		wants(1, 0, "in a visit")
		set(func() { at = kiosk.Idle.String() })
		wants(1, 1, "after the visit")
		time.Sleep(doorAgain)
		wants(1, 2, "a card lay on the reader")
		set(func() { at = kiosk.Staff.String() })
		set(func() { at = kiosk.Idle.String() })
		time.Sleep(time.Hour)
		wants(1, 2, "staff was in, and the door is still open")
		set(func() { open = false })
		wants(2, 2, "the door is shut")
		set(func() { open = true })
		wants(3, 3, "and opened again")
	})
}
