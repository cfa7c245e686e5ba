package login

import (
	"errors"
	"testing"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/staff"
)

func TestRightCodesLetInOnce(t *testing.T) {
	r := commissioned(t)
	for _, role := range []kiosk.Role{kiosk.Clerk, kiosk.Technician} {
		code := r.shows(role, r.wall)
		r.wants(r.login(role, ownOf(role), code), staff.Right, "right")
		r.wants(r.login(role, ownOf(role), code), staff.Used, "the same code again")
		r.wants(r.login(role, ownOf(role), r.shows(role, r.wall.Add(-30*time.Second))), staff.Used, "an older code")
		r.start()
		r.wants(r.login(role, ownOf(role), code), staff.Used, "the same code after a start")
	}
	r.pass(time.Minute)
	r.wants(r.login(kiosk.Clerk, clerkCode, r.shows(kiosk.Clerk, r.wall)), staff.Right, "the next code")
}

func TestWrongCodesAreNotTold(t *testing.T) {
	r := commissioned(t)
	good := r.shows(kiosk.Technician, r.wall)
	for what, c := range map[string][2]string{
		"own code":              {clerkCode, good},
		"one-time password":     {techCode, r.shows(kiosk.Clerk, r.wall)},
		"both":                  {"", ""},
		"one digit more":        {techCode, good + "0"},
		"one digit less":        {techCode, good[:5]},
		"a code of another day": {techCode, r.shows(kiosk.Technician, r.wall.Add(36*time.Hour))},
		"wrong and of an hour ago, which would be the clock": {"000000", r.shows(kiosk.Technician, r.wall.Add(time.Hour))},
	} {
		r.wants(r.login(kiosk.Technician, c[0], c[1]), staff.Wrong, what)
	}
}

func TestEveryAttemptIsComparedOnce(t *testing.T) {
	r := commissioned(t)
	a, err := r.Count(kiosk.Clerk)
	must.OK(t, err)
	if v, err := a.Compare(typed(clerkCode, "000000")); v != staff.Wrong || err != nil {
		t.Fatal(v, err)
	}
	for _, again := range []*Attempt{a, nil} {
		own, code := typed(clerkCode, r.shows(kiosk.Clerk, r.wall))
		if v, err := again.Compare(own, code); v != staff.Wrong || !errors.Is(err, ErrCompared) {
			t.Error("compared twice:", v, err)
		}
		if v, err := again.Fresh(code); v != staff.Wrong || !errors.Is(err, ErrCompared) {
			t.Error("compared twice:", v, err)
		}
		if v, err := again.Operator(code); v != staff.Wrong || !errors.Is(err, ErrCompared) {
			t.Error("compared twice:", v, err)
		}
	}
	r.pass(time.Minute)
	old, err := r.Count(kiosk.Clerk)
	must.OK(t, err)
	must.OK(t, must.Err(r.Count(kiosk.Technician)))
	if _, err := old.Compare(typed(clerkCode, r.shows(kiosk.Clerk, r.wall))); !errors.Is(err, ErrCompared) {
		t.Error("compared after another was counted:", err)
	}
}

func TestAttemptOfOneKindIsNotGoodForAnother(t *testing.T) {
	r := commissioned(t)
	a, err := r.CountOperator()
	must.OK(t, err)
	if v, _ := a.Compare(typed("", r.reads(0))); v != staff.Wrong {
		t.Error("the operator's attempt lets in as staff:", v)
	}
	r.pass(time.Hour)
	a, err = r.CountOperator()
	must.OK(t, err)
	_, code := typed("", r.reads(0))
	if v, _ := a.Fresh(code); v != staff.Wrong {
		t.Error("the operator's attempt is a fresh code:", v)
	}
	a, err = r.Count(kiosk.Clerk)
	must.OK(t, err)
	if v, _ := a.Operator(code); v != staff.Wrong {
		t.Error("a clerk's attempt is the operator's code:", v)
	}
}

func TestFreshCodeIsNotTheOneOfTheLogin(t *testing.T) {
	r := commissioned(t)
	fresh := func(text string) staff.Verdict {
		r.running += r.Left(kiosk.Technician)
		a, err := r.Count(kiosk.Technician)
		must.OK(t, err)
		_, code := typed("", text)
		v, err := a.Fresh(code)
		must.OK(t, err)
		return v
	}
	code := r.shows(kiosk.Technician, r.wall)
	r.wants(r.login(kiosk.Technician, techCode, code), staff.Right, "login")
	r.wants(fresh(code), staff.Used, "the code of the login")
	r.wants(fresh("000000"), staff.Wrong, "a wrong code")
	r.pass(30 * time.Second)
	code = r.shows(kiosk.Technician, r.wall)
	r.wants(fresh(code), staff.Right, "the next code")
	r.wants(r.login(kiosk.Technician, techCode, code), staff.Used, "a fresh code used for a login")
}

func TestWaitGrowsToAnHour(t *testing.T) {
	r := commissioned(t)
	for n := range 15 {
		if left := r.Left(kiosk.Clerk); left != Backoff(n) {
			t.Fatalf("after %d wrong attempts the wait is %v, want %v", n, left, Backoff(n))
		}
		if _, err := r.Count(kiosk.Clerk); n > 0 {
			var w *Wait
			if !errors.As(err, &w) || w.For != Backoff(n) {
				t.Fatalf("an attempt that is too early: %v", err)
			}
		} else if err != nil {
			t.Fatal(err)
		} else {
			continue
		}
		r.running += Backoff(n)
		must.OK(t, must.Err(r.Count(kiosk.Clerk)))
	}
	if Backoff(1) != 2*time.Second || Backoff(15) != time.Hour || Backoff(11) >= time.Hour {
		t.Error("not from seconds to an hour")
	}
	if r.Left(kiosk.Technician) != 0 || r.Left(kiosk.NoRole) != 0 {
		t.Error("the clerk's wrong attempts make the technician wait")
	}
	r.running += time.Hour
	r.wants(r.login(kiosk.Clerk, clerkCode, r.shows(kiosk.Clerk, r.wall)), staff.Right, "the right codes after the wait")
	if r.Left(kiosk.Clerk) != 0 || r.onDisk().party[clerk].wrong != 0 {
		t.Error("the wrong attempts outlive a right one")
	}
}

// A clock that is set is not time that has passed, and neither is a start.
func TestNoClockAndNoPlugShortensAWait(t *testing.T) {
	r := commissioned(t)
	for range 9 {
		r.wants(r.login(kiosk.Clerk, clerkCode, "000000"), staff.Wrong, "wrong")
	}
	whole := r.Left(kiosk.Clerk)
	for _, set := range []time.Duration{-48 * time.Hour, 96 * time.Hour, -time.Hour} {
		r.wall = r.wall.Add(set)
		if r.Left(kiosk.Clerk) != whole {
			t.Errorf("the clock set by %v changes the wait to %v", set, r.Left(kiosk.Clerk))
		}
	}
	r.running += whole - time.Second
	if r.Left(kiosk.Clerk) != time.Second {
		t.Error("time that has passed does not shorten the wait")
	}
	r.start()
	if r.Left(kiosk.Clerk) != whole {
		t.Error("a start changes the wait to", r.Left(kiosk.Clerk))
	}
}

func TestRolesWithoutCodesAreNotCounted(t *testing.T) {
	r := &rig{T: t, dir: t.TempDir(), wall: noon}
	r.start()
	for _, role := range []kiosk.Role{kiosk.NoRole, kiosk.Clerk, kiosk.Technician, 9} {
		if _, err := r.Count(role); !errors.Is(err, ErrNotEnrolled) || r.Enrolled(role) {
			t.Errorf("role %d: %v", role, err)
		}
	}
	if _, err := r.CountOperator(); !errors.Is(err, ErrNotEnrolled) {
		t.Error(err)
	}
}

// What the screen says of the wait is true: a plug that is pulled begins it anew, and no
// setting of the clock shortens it.
func TestRemainingWaitIsTrueAfterACutOfPowerAndAtAnotherClock(t *testing.T) {
	r := commissioned(t)
	for range 6 {
		r.pass(time.Hour)
		must.OK(t, must.Err(r.Count(kiosk.Clerk)))
	}
	must.OK(t, must.Err(r.CountOperator()))
	is := func(who kiosk.Role, want time.Duration, when string) {
		t.Helper()
		if got := r.Left(who); got != want {
			t.Errorf("%s: %v waits for %v, want %v", when, who, got, want)
		}
	}
	is(kiosk.Clerk, Backoff(6), "after the last attempt")
	is(kiosk.Technician, 0, "another role")
	is(kiosk.NoRole, Backoff(1), "the operator's code")
	r.pass(20 * time.Second)
	is(kiosk.Clerk, Backoff(6)-20*time.Second, "20 seconds later")
	for _, d := range []time.Duration{-48 * time.Hour, 96 * time.Hour} {
		r.wall = r.wall.Add(d)
		is(kiosk.Clerk, Backoff(6)-20*time.Second, "at a clock that was set")
	}
	r.start()
	is(kiosk.Clerk, Backoff(6), "after the plug was pulled")
	var wait *Wait
	if _, err := r.Count(kiosk.Clerk); !errors.As(err, &wait) || wait.For != Backoff(6) {
		t.Errorf("an attempt says %v", err)
	}
	r.pass(Backoff(6))
	is(kiosk.Clerk, 0, "after the wait")
}
