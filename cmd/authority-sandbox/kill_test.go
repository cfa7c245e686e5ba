package main

import (
	"os"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/fixture"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

// launch serves the folder in a process of its own, which a message outside the
// contract ends.
func launch(t testing.TB, dir string, args ...string) *harness.Authority {
	t.Helper()
	a := harness.NewAuthority(harness.Programs{Sandbox: os.Args[0], Env: []string{"SANDBOX_TEST_SERVE=" + dir}}, dir, t.TempDir(), args...)
	a.NotifyEnd(func(err error) { t.Errorf("%v", err) })
	must.OK(t, a.Start(t.Context()))
	t.Cleanup(func() { a.Kill() }) //nolint:errcheck // the test is over
	return a
}

// TestKilledAtEveryStep: the process is killed after each step of a visit and
// started again; the visit goes on as if nothing had been.
func TestKilledAtEveryStep(t *testing.T) { onEach(t, killedAtEveryStep) }

func killedAtEveryStep(t *testing.T, on engine) {
	b := &bench{TB: t, dir: newFolder(t, on), clock: &clock{at: time.Now()}}
	pair, err := fixture.KioskPair(b.dir)
	must.OK(t, err)
	var p *harness.Authority
	again := func() {
		t.Helper()
		if p != nil {
			must.OK(t, p.Kill())
			b.kiosk.Close()
		}
		p = launch(t, b.dir)
		b.app, b.desk = p.App(), p.Counter()
		b.kiosk = dialAt(t, b.dir, p.Listen(), pair, time.Now)
	}
	again()
	c := b.card("hanako")
	r := b.reserve(c, kiosk.FlowP)
	again()
	s := b.open(c)
	b.code(b.kiosk, s, wrong(r.OTP))
	again()
	if st := b.state(r); st.State != "open" || st.CodesLeft != 4 {
		t.Errorf("after a wrong code: %+v", st)
	}
	s.Ticket, err = b.code(b.kiosk, s, r.OTP)
	must.OK(t, err)
	again()
	if st := b.state(r); st.State != "claimed" || st.CodesLeft != 4 {
		t.Errorf("after the right one: %+v", st)
	}
	g := b.mustGrant(c, s, kiosk.Reset)
	again()
	if st := b.state(r); st.State != "granted" || st.Grants != 1 {
		t.Errorf("after the grant: %+v", st)
	}
	s.Challenge, err = b.settle(s, g.ID, kiosk.Unknown)
	must.OK(t, err)
	again()
	if st := b.state(r); st.State != "in doubt" {
		t.Errorf("after unknown: %+v", st)
	}
	g = b.mustGrant(c, s, kiosk.Reset)
	must.OK(t, must.Err(b.settle(s, g.ID, kiosk.Done)))
	again()
	if st := b.state(r); st.State != "done" || st.Grants != 2 {
		t.Errorf("after done: %+v", st)
	}
	b.kiosk.Close()
	if err := p.Stop(); err != nil {
		t.Errorf("asked to end: %v", err)
	}
}
