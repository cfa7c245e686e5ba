package firmware_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"multicopy.example/cmd/internal/firmware"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/internal/measure"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/staff/check"
)

func TestMain(m *testing.M) { os.Exit(harness.Main(m)) }

// A technician has a new certificate made, and then everything erased: what the machine
// was is gone, the authority has its records, and the next start says that the key is
// missing.
func TestMachineThatWasWipedIsEnrolledNoMore(t *testing.T) {
	t.Parallel()
	d := make(harness.Places, 64)
	w := harness.Start(t)
	_, err := w.Kiosk.At(t.Context(), kiosk.Idle)
	must.OK(t, err)
	must.OK(t, w.Kiosk.Stop())
	cfg, err := config.Load(w.Kiosk.ConfigFile())
	must.OK(t, err)
	_, err = firmware.Commission(cfg)
	must.OK(t, errors.Join(err, os.WriteFile(filepath.Join(cfg.Kiosk.Data, "visits-today"), []byte("2026-01-01 1 2 3\n"), 0o600)))
	fw, err := firmware.New(t.Context(), cfg, measure.Here(), d, slog.New(slog.DiscardHandler))
	must.OK(t, err)
	must.OK(t, fw.KeepTrace())
	over := make(chan error, 1)
	go func() { over <- fw.Run(t.Context()) }()
	d.Until(t, kiosk.Idle)
	must.OK(t, fw.Reenrol(t.Context()))
	renewed := cfg.Authority.Key + ".renewed"
	old, err := tls.LoadX509KeyPair(cfg.Authority.Certificate, cfg.Authority.Key)
	must.OK(t, err)
	now, err := tls.LoadX509KeyPair(renewed, renewed)
	if err != nil || old.Leaf.SerialNumber.Cmp(now.Leaf.SerialNumber) == 0 || old.Leaf.Subject.CommonName != now.Leaf.Subject.CommonName {
		t.Errorf("%v: the certificate is the same, or another kiosk's", err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	refused := make(chan error, 1)
	go func() { refused <- fw.Wipe(ctx) }()
	select {
	case err := <-refused:
		t.Fatal(err)
	case err = <-over:
	}
	cancel()
	if !errors.Is(err, firmware.ErrWiped) || strings.Contains(err.Error(), "not everything") {
		t.Errorf("Run ends with %v", err)
	}
	must.OK(t, fw.Close())
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
	r, err := firmware.Doctor(t.Context(), w.Kiosk.ConfigFile(), measure.Here(), firmware.Tries{}, slog.New(slog.DiscardHandler))
	must.OK(t, err)
	if c := r.Checks[check.Configuration]; c.State != "critical" || !strings.Contains(c.Detail, "kiosk") {
		t.Errorf("the doctor says %+v", c)
	}
}
