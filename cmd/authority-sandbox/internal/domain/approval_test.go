package domain

import (
	"errors"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/store"
	"multicopy.example/cmd/internal/enrolment"
)

var certStates = []store.CertState{store.Unknown, store.Pending, store.Current, store.Overlapping, store.Ended, store.RevokedCert}

// TestApprovalIsOfOneKioskOnce, exhaustively: what each request becomes.
func TestApprovalIsOfOneKioskOnce(t *testing.T) {
	bools := []bool{false, true}
	seen := map[approval]int{}
	for _, registered := range bools {
		for _, revoked := range bools {
			for _, approved := range bools {
				for _, has := range bools {
					for _, again := range bools {
						for _, replace := range bools {
							for _, old := range certStates {
								a := applicant{registered: registered, revoked: revoked, approved: approved, has: has, again: again, old: old, replace: replace}
								got, err := mayApprove(a)
								seen[got]++
								shows := again && (old == store.Pending || old == store.Current || old == store.Overlapping)
								switch {
								case (got == refused) != (err != nil):
									t.Errorf("%+v: %d, %v", a, got, err)
								case got != refused && (!registered || revoked || approved):
									t.Errorf("%+v is approved", a)
								case registered && !revoked && !approved && (shows || !has || replace) && got == refused:
									t.Errorf("%+v: %v", a, err)
								case got == asFirst && has, got == asAnother && (!replace || !has), got == asNext != shows && err == nil:
									t.Errorf("%+v becomes %d", a, got)
								}
								if registered && !revoked && approved && !errors.Is(err, errApproved) {
									t.Errorf("%+v: %v", a, err)
								}
							}
						}
					}
				}
			}
		}
	}
	if len(seen) != 4 {
		t.Errorf("%v", seen)
	}
}

// TestAnExpiredKioskMayAskAgainFor60Days, and no other may by a certificate.
func TestAnExpiredKioskMayAskAgainFor60Days(t *testing.T) {
	ended := time.Unix(1_800_000_000, 0)
	late := ended.Add(60 * 24 * time.Hour)
	good := asking{registered: true, again: true, old: store.Current, ended: ended, now: ended.Add(time.Second)}
	with := func(f func(*asking)) asking {
		a := good
		f(&a)
		return a
	}
	for name, c := range map[string]struct {
		a    asking
		want string
	}{
		"just ended":                 {good, ""},
		"still good":                 {with(func(a *asking) { a.now = ended }), enrolment.CodeAgain},
		"on the last day":            {with(func(a *asking) { a.now = late }), ""},
		"a second later":             {with(func(a *asking) { a.now = late.Add(time.Second) }), enrolment.CodeAgain},
		"not registered":             {with(func(a *asking) { a.registered = false }), enrolment.CodeName},
		"revoked":                    {with(func(a *asking) { a.revoked = true }), enrolment.CodeName},
		"first":                      {asking{registered: true, now: ended}, ""},
		"first, not registered":      {asking{now: ended}, enrolment.CodeName},
		"as many as wait":            {with(func(a *asking) { a.waiting = store.Waiting{All: 999, Name: 7, Net: 99, Both: 3} }), ""},
		"one too many":               {with(func(a *asking) { a.waiting.All = 1000 }), enrolment.CodeBusy},
		"too many of its name":       {with(func(a *asking) { a.waiting.Name = 8 }), enrolment.CodeBusy},
		"too many from there":        {with(func(a *asking) { a.waiting.Net = 100 }), enrolment.CodeBusy},
		"of its name from there":     {with(func(a *asking) { a.waiting.Both = 4 }), enrolment.CodeBusy},
		"before certificates were":   {with(func(a *asking) { a.old, a.none = store.Unknown, true }), ""},
		"of a certificate not known": {with(func(a *asking) { a.old = store.Unknown }), enrolment.CodeAgain},
	} {
		if got, why := mayAsk(c.a); got != c.want || (why == "") != (got == "") {
			t.Errorf("%s: %q, %s", name, got, why)
		}
	}
	for _, s := range certStates {
		want := s == store.Current || s == store.Pending || s == store.Overlapping
		if got, _ := mayAsk(with(func(a *asking) { a.old = s })); (got == "") != want {
			t.Errorf("asked again by a certificate in state %d: %q", s, got)
		}
	}
}
