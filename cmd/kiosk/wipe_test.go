package main

import (
	"context"
	"crypto/tls"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"strings"
	"testing"

	"multicopy.example/cmd/internal/cli"
	"multicopy.example/cmd/internal/firmware"
	"multicopy.example/cmd/internal/measure"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff"
)

// A technician has a new certificate made, and then everything erased: what the machine
// was is gone, the authority has its records, and the next start says that the key is
// missing.
func TestMachineThatWasWipedIsEnrolledNoMore(t *testing.T) {
	t.Parallel()
	d := &maintained{shown: make(shown, 64), views: make(chan staffView, 64)}
	w, cfg := ready(t, "")
	operator := commissioned(t, w)
	var err error
	d.fw, err = firmware.New(t.Context(), cfg, measure.Here(), d, slog.New(slog.DiscardHandler))
	must(t, err)
	must(t, d.fw.KeepTrace())
	over := make(chan error, 1)
	go func() { over <- d.fw.Run(t.Context()) }()
	d.until(t, kiosk.Idle)
	d.fw.Post(kiosk.Event{Kind: kiosk.StaffIn})
	d.sees(t, staff.Look)
	d.enrols(t, operator, 0, staff.ButtonTechnician, "24680246", staff.Look)

	must(t, d.fw.Reenrol(t.Context()))
	renewed := cfg.Authority.Key + ".renewed"
	old, err := tls.LoadX509KeyPair(cfg.Authority.Certificate, cfg.Authority.Key)
	must(t, err)
	now, err := tls.LoadX509KeyPair(renewed, renewed)
	if err != nil || old.Leaf.SerialNumber.Cmp(now.Leaf.SerialNumber) == 0 || old.Leaf.Subject.CommonName != now.Leaf.Subject.CommonName {
		t.Errorf("%v: the certificate is the same, or another kiosk's", err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	refused := make(chan error, 1)
	go func() { refused <- d.fw.Wipe(ctx) }()
	select {
	case err := <-refused:
		t.Fatal(err)
	case err = <-over:
	}
	cancel()
	if !errors.Is(err, firmware.ErrWiped) || strings.Contains(err.Error(), "not everything") {
		t.Errorf("Run ends with %v", err)
	}
	must(t, d.fw.Close())
	left, err := os.ReadDir(cfg.Kiosk.Data)
	if err != nil || len(left) != 0 {
		t.Errorf("%v: %v is left", err, left)
	}
	for _, f := range []string{cfg.Authority.Key, renewed} {
		if _, err := os.Lstat(f); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is left: %v", f, err)
		}
	}
	var unusable firmware.Unusable
	if _, err := firmware.New(t.Context(), cfg, measure.Here(), d, slog.New(slog.DiscardHandler)); !errors.As(err, &unusable) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the next start: %v", err)
	}
	var out, errs strings.Builder
	if status := cli.Run(t.Context(), commands(lab()), []string{"doctor", "--config", w.Kiosk.ConfigFile()}, &out, &errs); status != 2 || !strings.Contains(out.String(), "kiosk.key.pem") && !strings.Contains(out.String(), "key") {
		t.Errorf("doctor: status %d: %s", status, out.String())
	}
}
