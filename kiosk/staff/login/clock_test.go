package login

import (
	"testing"
	"time"

	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff"
)

// The vectors of RFC 6238, appendix B (SHA-1; the last six of their eight digits),
// and of RFC 4226, appendix D, typed as a person types them.
func TestVectorsOfTheStandardsAreRight(t *testing.T) {
	var key [20]byte
	copy(key[:], "12345678901234567890")
	for unix, code := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		f := file{}
		f.party[clerk] = party{enrolled: true, secret: key}
		a := &Attempt{s: &Store{file: f}, party: clerk, now: Time{Wall: time.Unix(unix, 0)}}
		_, c := typed("", code)
		if m, err := a.fits(c); err != nil || m.now != stepOf(unix) {
			t.Errorf("%d %s: step %d, %v", unix, code, m.now, err)
		}
		if made, err := totp.GenerateCodeCustom(base32Text.EncodeToString(key[:]), time.Unix(unix, 0), stepOptions); err != nil || made != code {
			t.Errorf("%d makes %s, %v, want %s", unix, made, err, code)
		}
	}
	p := party{enrolled: true, secret: key}
	for counter, code := range []string{"84755224", "94287082", "37359152", "26969429", "40338314", "68254676", "18287922", "82162583", "73399871", "45520489"} {
		_, c := typed("", code)
		if next, err := p.fitsCounter(c); err != nil || next != uint64(counter)+1 {
			t.Errorf("counter %d: %d, %v", counter, next, err)
		}
		if made, err := hotp.GenerateCodeCustom(base32Text.EncodeToString(key[:]), uint64(counter), counterOptions); err != nil || made != code {
			t.Errorf("counter %d makes %s, %v, want %s", counter, made, err, code)
		}
	}
}

func TestAuthenticatorMayBeOneStepOff(t *testing.T) {
	for off, want := range map[time.Duration]staff.Verdict{
		-60 * time.Second: staff.ClockOff, -30 * time.Second: staff.Right, 0: staff.Right, 30 * time.Second: staff.Right, 60 * time.Second: staff.ClockOff,
		23 * time.Hour: staff.ClockOff, -23 * time.Hour: staff.Wrong, 25 * time.Hour: staff.Wrong,
	} {
		r := commissioned(t)
		r.pass(time.Hour)
		if off < -12*time.Hour { // older than the code of the enrolment, and so no better than a used one
			want = staff.Wrong
		}
		r.wants(r.login(kiosk.Clerk, clerkCode, r.shows(kiosk.Clerk, r.wall.Add(off))), want, off.String())
	}
}

func TestClockSetBackMakesNoOldCodeGood(t *testing.T) {
	r := commissioned(t)
	r.pass(48 * time.Hour)
	seen := r.shows(kiosk.Technician, r.wall) // by an attacker, and never used
	at := r.wall
	r.pass(24 * time.Hour)
	r.wants(r.login(kiosk.Clerk, clerkCode, "000000"), staff.Wrong, "any attempt shows the time")
	r.wall = at
	r.wants(r.login(kiosk.Technician, techCode, seen), staff.ClockOff, "the clock is set back")
	r.start()
	r.wants(r.login(kiosk.Technician, techCode, seen), staff.ClockOff, "and the plug pulled")
	r.wants(r.login(kiosk.Technician, "000000", seen), staff.Wrong, "the own code is not right")
	r.sure = true
	r.wants(r.login(kiosk.Technician, techCode, seen), staff.Right, "the authority says that it is so late")
	if got := r.onDisk().seen; got != at.Unix() {
		t.Error("the authority's time is not the latest one:", time.Unix(got, 0).UTC())
	}
}

// A clock that ran ahead once must not shut staff out until that time has come.
func TestClockThatRanAheadIsMendedByTheAuthority(t *testing.T) {
	r := commissioned(t)
	r.wall = r.wall.AddDate(3, 0, 0)
	r.wants(r.login(kiosk.Clerk, clerkCode, "000000"), staff.Wrong, "an attempt in three years")
	r.wall = noon.Add(time.Hour)
	r.wants(r.login(kiosk.Clerk, clerkCode, r.shows(kiosk.Clerk, r.wall)), staff.ClockOff, "today again")
	r.sure = true
	r.wants(r.login(kiosk.Clerk, clerkCode, r.shows(kiosk.Clerk, r.wall)), staff.Right, "the authority says today")
	r.sure = false
	r.pass(time.Minute)
	r.wants(r.login(kiosk.Clerk, clerkCode, r.shows(kiosk.Clerk, r.wall)), staff.Right, "and that stays")
}

func TestTwoAuthenticatorsAgreeOnTheTime(t *testing.T) {
	const off = 5 * time.Hour // the machine's clock is late
	wrong := func(t *testing.T) *rig {
		r := commissioned(t)
		r.pass(24 * time.Hour)
		r.wants(r.login(kiosk.Clerk, clerkCode, r.shows(kiosk.Clerk, r.wall.Add(off))), staff.ClockOff, "the first role alone")
		return r
	}
	t.Run("a minute later", func(t *testing.T) {
		r := wrong(t)
		r.pass(time.Minute)
		late := r.shows(kiosk.Technician, r.wall.Add(off))
		r.wants(r.login(kiosk.Technician, techCode, late), staff.ClockAgreed, "the second role")
		if f := r.onDisk(); f.party[technician].used != stepOf(r.wall.Add(off).Unix()) || f.party[clerk].used < stepOf(noon.Add(24*time.Hour+off).Unix()) {
			t.Error("the steps are not used up on disk")
		}
		r.wants(r.login(kiosk.Technician, techCode, late), staff.Used, "the same code again")
		r.pass(time.Minute)
		r.wants(r.login(kiosk.Technician, techCode, r.shows(kiosk.Technician, r.wall.Add(off))), staff.Right, "by the time that they agreed on")
		r.wall = r.wall.Add(-time.Hour)
		r.pass(time.Minute)
		r.wants(r.login(kiosk.Clerk, clerkCode, r.shows(kiosk.Clerk, r.wall.Add(time.Hour+off))), staff.Right, "which no setting of the clock changes")
	})
	for name, second := range map[string]func(*rig) staff.Verdict{
		"the same role twice": func(r *rig) staff.Verdict {
			return r.login(kiosk.Clerk, clerkCode, r.shows(kiosk.Clerk, r.wall.Add(off)))
		},
		"another time": func(r *rig) staff.Verdict {
			return r.login(kiosk.Technician, techCode, r.shows(kiosk.Technician, r.wall.Add(off+4*time.Minute)))
		},
		"too late": func(r *rig) staff.Verdict {
			r.pass(6 * time.Minute)
			return r.login(kiosk.Technician, techCode, r.shows(kiosk.Technician, r.wall.Add(off)))
		},
		"the authority knows the time": func(r *rig) staff.Verdict {
			r.sure = true
			return r.login(kiosk.Technician, techCode, r.shows(kiosk.Technician, r.wall.Add(off)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := wrong(t)
			r.pass(time.Minute)
			r.wants(second(r), staff.ClockOff, name)
		})
	}
}
