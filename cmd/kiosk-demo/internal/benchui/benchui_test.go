package benchui

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/internal/bars"
	"multicopy.example/cmd/kiosk-demo/internal/xdisplay"
	"multicopy.example/kiosk/must"
)

func TestMain(m *testing.M) {
	Main()
	os.Exit(m.Run())
}

// The smallest window beside itself: every figure is there and positive.
func TestTwoWindowsAreMeasuredInTurns(t *testing.T) {
	must.Need(t, "an X server")
	must.OK(t, must.Err(exec.LookPath("xdotool")))
	both := [2]*Subject{}
	for i := range both {
		dir := t.TempDir()
		d, err := xdisplay.Virtual(dir, filepath.Join(dir, "x.log"), 320, 200)
		must.OK(t, err)
		t.Cleanup(func() { d.Close() })
		both[i] = Smallest(d, filepath.Join(dir, "window.log"))
	}
	var out bytes.Buffer
	b := &bars.Bars{}
	p := Pair{Panel: "320×200", Own: both[0], Least: both[1], Starts: 2, Taps: 5, Idle: time.Second}
	must.OK(t, p.Run(t.Context(), &out, t.Logf, b))
	b.Print(&out)
	for _, want := range []string{"start to first right pixel", "smallest window", "processor while nothing happens", "tap to changed pixel, p50 ÷ smallest"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, &out)
		}
	}
}

func TestAWaitThatWasEndedSaysSo(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := until(ctx, "never", func() bool { return false }); err == nil {
		t.Error("it was waited for")
	}
}

func TestPercentiles(t *testing.T) {
	var d []time.Duration
	for i := range 100 {
		d = append(d, time.Duration(99-i))
	}
	d = sorted(d)
	for p, want := range map[float64]time.Duration{0: 0, 0.5: 50, 0.99: 99, 1: 99} {
		if got := at(d, p); got != want {
			t.Errorf("%v: %d, want %d", p, got, want)
		}
	}
}
