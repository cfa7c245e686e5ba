package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"multicopy.example/cmd/authority-sandbox/internal/town"
	"multicopy.example/cmd/internal/appclient"
	"multicopy.example/kiosk"
)

// process is a sandbox in a process of its own.
type process struct {
	cmd *exec.Cmd
	at  ready
}

func launch(t testing.TB, dir string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(os.Args[0], "serve", "--dir", dir)}
	p.cmd.Env = append(os.Environ(), "SANDBOX_TEST_SERVE="+dir)
	var log bytes.Buffer
	p.cmd.Stderr = &log
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.cmd.Process.Kill()
		p.cmd.Wait()
		if t.Failed() || p.cmd.ProcessState.ExitCode() > 0 {
			t.Errorf("the process ended with %v and said:\n%s", p.cmd.ProcessState, log.Bytes())
		}
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(line, &p.at); err != nil || p.at.Listen == "" || p.at.App == "" {
		t.Fatalf("%s: %v", line, err)
	}
	return p
}

// TestKilledAtEveryStep: the process is killed after each step of a visit and
// started again; the visit goes on as if nothing had been.
func TestKilledAtEveryStep(t *testing.T) { onEach(t, killedAtEveryStep) }

func killedAtEveryStep(t *testing.T, on engine) {
	b := &bench{TB: t, dir: newTown(t, on), clock: &clock{at: time.Now()}}
	pair, err := town.KioskPair(b.dir)
	if err != nil {
		t.Fatal(err)
	}
	var p *process
	again := func() {
		t.Helper()
		if p != nil {
			if err := p.cmd.Process.Signal(syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			p.cmd.Wait()
			b.kiosk.Close()
		}
		p = launch(t, b.dir)
		b.at, b.app = p.at, appclient.New(p.at.App)
		b.kiosk = dialAt(t, b.dir, p.at.Listen, pair, time.Now)
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
	if s.Ticket, err = b.code(b.kiosk, s, r.OTP); err != nil {
		t.Fatal(err)
	}
	again()
	if st := b.state(r); st.State != "claimed" || st.CodesLeft != 4 {
		t.Errorf("after the right one: %+v", st)
	}
	g := b.mustGrant(c, s, kiosk.Reset)
	again()
	if st := b.state(r); st.State != "granted" || st.Grants != 1 {
		t.Errorf("after the grant: %+v", st)
	}
	if s.Challenge, err = b.settle(s, g.ID, kiosk.Unknown); err != nil {
		t.Fatal(err)
	}
	again()
	if st := b.state(r); st.State != "in doubt" {
		t.Errorf("after unknown: %+v", st)
	}
	g = b.mustGrant(c, s, kiosk.Reset)
	if _, err := b.settle(s, g.ID, kiosk.Done); err != nil {
		t.Fatal(err)
	}
	again()
	if st := b.state(r); st.State != "done" || st.Grants != 2 {
		t.Errorf("after done: %+v", st)
	}
	b.kiosk.Close()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		t.Errorf("asked to end: %v", err)
	}
}
