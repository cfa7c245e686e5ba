package login

import (
	"errors"
	"net/url"
	"testing"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/staff"
)

func TestMachineIsCommissionedOnce(t *testing.T) {
	r := commissioned(t)
	if _, err := r.Commission(); !errors.Is(err, ErrCommissioned) {
		t.Error(err)
	}
	r.start()
	if _, err := r.Commission(); !errors.Is(err, ErrCommissioned) {
		t.Error("after a start:", err)
	}
}

func TestOperatorsCodeIsGoodOnceAndInItsOrder(t *testing.T) {
	r := commissioned(t)
	try := func(text string) staff.Verdict {
		r.running += time.Hour
		a, err := r.CountOperator()
		must.OK(t, err)
		_, code := typed("", text)
		v, err := a.Operator(code)
		must.OK(t, err)
		return v
	}
	r.wants(try(r.reads(ahead)), staff.Wrong, "too far ahead")
	r.wants(try(r.reads(2)), staff.Right, "two were read out and not typed")
	for _, n := range []uint64{2, 1, 0} {
		r.wants(try(r.reads(n)), staff.Wrong, "used, or older")
	}
	r.start()
	r.wants(try(r.reads(2)), staff.Wrong, "used, after a start")
	r.wants(try(r.reads(3)), staff.Right, "the next")
	if r.onDisk().party[operator].used != 4 {
		t.Error("the counter is not on disk")
	}
}

func TestOtpauthAddressIsWhatAuthenticatorsRead(t *testing.T) {
	r := commissioned(t)
	own, _ := typed("123456", "")
	uri, err := r.Enrol(kiosk.Technician, own)
	must.OK(t, err)
	u, err := url.Parse(uri)
	must.OK(t, err)
	q := u.Query()
	if u.Scheme != "otpauth" || u.Host != "totp" || u.Path != "/Multicopy:kiosk-7 technician" || q.Get("issuer") != "Multicopy" ||
		q.Get("digits") != "6" || q.Get("period") != "30" || q.Get("algorithm") != "SHA1" || len(q.Get("secret")) != 32 {
		t.Error(uri)
	}
}

func TestEnrolmentChangesNothingBeforeItIsConfirmed(t *testing.T) {
	r := commissioned(t)
	begin := func() {
		t.Helper()
		own, _ := typed("11223344", "")
		uri, err := r.Enrol(kiosk.Clerk, own)
		must.OK(t, err)
		r.keys[kiosk.NoRole] = keyOf(t, uri)
	}
	confirm := func(text string) (staff.Verdict, error) {
		_, code := typed("", text)
		return r.Confirm(code)
	}
	before := r.bytes()
	begin()
	for range maxConfirm {
		if v, err := confirm("000000"); v != staff.Wrong || err != nil {
			t.Fatal(v, err)
		}
	}
	if _, err := confirm(r.shows(kiosk.NoRole, r.wall)); !errors.Is(err, ErrNoEnrolment) {
		t.Error("after too many wrong codes:", err)
	}
	begin()
	if v, err := confirm(r.shows(kiosk.NoRole, r.wall.Add(2*time.Hour))); v != staff.ClockOff || err != nil {
		t.Error("an authenticator two hours off:", v, err)
	}
	r.Abandon()
	if _, err := confirm(r.shows(kiosk.NoRole, r.wall)); !errors.Is(err, ErrNoEnrolment) {
		t.Error("after it was given up:", err)
	}
	begin()
	r.cutAt(2)
	if v, err := confirm(r.shows(kiosk.NoRole, r.wall)); v != staff.Wrong || !errors.Is(err, errCut) {
		t.Error("the plug is pulled:", v, err)
	}
	r.cut = nil
	if string(before) != string(r.bytes()) {
		t.Error("the file has changed")
	}
	r.start()
	r.wants(r.login(kiosk.Clerk, clerkCode, r.shows(kiosk.Clerk, r.wall)), staff.Right, "the old codes")
	begin()
	first := r.shows(kiosk.NoRole, r.wall)
	if v, err := confirm(first); v != staff.Right || err != nil {
		t.Fatal(v, err)
	}
	r.wants(r.login(kiosk.Clerk, "11223344", first), staff.Used, "the code that confirmed")
	r.pass(time.Minute)
	r.wants(r.login(kiosk.Clerk, clerkCode, r.shows(kiosk.Clerk, r.wall)), staff.Wrong, "the old codes")
	r.start()
	r.wants(r.login(kiosk.Clerk, "11223344", r.shows(kiosk.NoRole, r.wall)), staff.Right, "the new codes")
}

func TestOwnCodeHasSixToEightDigits(t *testing.T) {
	r := commissioned(t)
	for _, bad := range []string{"", "12345", "123456789", "12345A", "12345-"} {
		own, _ := typed(bad, "")
		if _, err := r.Enrol(kiosk.Clerk, own); !errors.Is(err, ErrForm) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	own, _ := typed("123456", "")
	if _, err := r.Enrol(kiosk.NoRole, own); !errors.Is(err, ErrNotEnrolled) {
		t.Error(err)
	}
}
