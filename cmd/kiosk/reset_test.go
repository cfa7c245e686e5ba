package main

import (
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/secret"
	"multicopy.example/kiosk/staff"
	"multicopy.example/kiosk/staff/login"
)

// Both authenticators are lost: the operator's next code, and no other, makes the
// machine one that the installer can enrol anew, and the ledger has it.
func TestLostCodesAreForgottenWithTheOperatorsCodeAlone(t *testing.T) {
	t.Parallel()
	w, cfg := ready(t, "")
	operator := commissioned(t, w)
	read := func(counter uint64) string {
		code, err := hotp.GenerateCodeCustom(operator, counter, hotp.ValidateOpts{Digits: otp.DigitsEight})
		must.OK(t, err)
		return code + "\n"
	}
	reset := func(typed string) (int, string) {
		var out, errs strings.Builder
		c := root()
		c.SetIn(strings.NewReader(typed))
		status := cli.Run(t.Context(), c, []string{"staff", "reset", "--config", w.Kiosk.ConfigFile()}, &out, &errs)
		return status, errs.String()
	}
	if status, said := reset(read(0)); status != cli.Failed || !strings.Contains(said, "neither clerk nor technician has codes") {
		t.Errorf("without codes: status %d: %s", status, said)
	}
	enrolTechnician(t, cfg)
	must.OK(t, w.Kiosk.Start())
	_, err := w.Kiosk.At(t.Context(), kiosk.Idle)
	must.OK(t, err)
	if status, said := reset(read(0)); status != cli.Failed || !strings.Contains(said, "in use") {
		t.Errorf("beside a kiosk that runs: status %d: %s", status, said)
	}
	must.OK(t, w.Kiosk.Stop())
	for _, typed := range []string{"", "1234567\n", "123456789\n", "12345678", "1234567x\n"} {
		if status, said := reset(typed); status != cli.Failed || !strings.Contains(said, "8 digits, on a line") {
			t.Errorf("%q: status %d: %s", typed, status, said)
		}
	}
	wrong := read(100)
	if status, said := reset(wrong); status != cli.Failed || !strings.Contains(said, login.ErrWrong.Error()) {
		t.Errorf("a wrong code: status %d: %s", status, said)
	}
	if roles := codes(t, cfg).Roles(); len(roles) != 1 {
		t.Errorf("a wrong code leaves codes of %v", roles)
	}
	if status, said := reset(read(0)); status != cli.Done || !strings.Contains(said, "to wait") {
		t.Errorf("the operator's code: status %d: %s", status, said)
	}
	if roles := codes(t, cfg).Roles(); len(roles) > 0 {
		t.Errorf("codes of %v are left", roles)
	}
	enrolTechnician(t, cfg)
	if status, said := reset(read(0)); status != cli.Failed || !strings.Contains(said, login.ErrWrong.Error()) {
		t.Errorf("the same code again: status %d: %s", status, said)
	}
	var out, errs strings.Builder
	if status := cli.Run(t.Context(), root(), []string{"ledger", "show", "--data", cfg.Kiosk.Data}, &out, &errs); status != cli.Done {
		t.Fatalf("status %d: %s", status, errs.String())
	}
	for kind, n := range map[string]int{"staff-trying": 3, "staff-tried": 3, "staff-doing": 1, "staff-did": 1} {
		if got := strings.Count(out.String(), kind+" "); got != n {
			t.Errorf("%d lines of %s, want %d", got, kind, n)
		}
	}
}

func codes(t *testing.T, cfg config.Config) *login.Store {
	t.Helper()
	start := time.Now()
	s, err := login.Open(login.Config{Dir: cfg.Kiosk.Data, Issuer: "kiosk", Machine: "kiosk-0001", Now: func() login.Time {
		return login.Time{Wall: time.Now(), Running: time.Since(start)}
	}})
	must.OK(t, err)
	return s
}

// enrolTechnician gives the technician codes that are lost at once.
func enrolTechnician(t *testing.T, cfg config.Config) {
	t.Helper()
	s := codes(t, cfg)
	slot, err := secret.New()
	must.OK(t, err)
	defer slot.Wipe()
	typed := func(text string) secret.Secret {
		slot.Wipe()
		for i := range text {
			slot.Append(text[i])
		}
		return slot
	}
	uri, err := s.Enrol(kiosk.Technician, typed("24680246"))
	must.OK(t, err)
	v, err := s.Confirm(typed(authenticator(t, secretOf(t, uri), 0)))
	if must.OK(t, err); v != staff.Right {
		t.Fatal(v)
	}
}
