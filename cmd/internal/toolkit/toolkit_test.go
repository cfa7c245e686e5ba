package toolkit

import (
	"context"
	"os"
	"strings"
	"testing"

	"multicopy.example/kiosk/must"
)

// Touch does not work on Wayland, so a session that has nothing else is refused
// as one that has nothing.
func TestAppRefusesASessionWithoutX11(t *testing.T) {
	for k, v := range map[string]string{"DISPLAY": "", "WAYLAND_DISPLAY": "wayland-0", "XDG_SESSION_TYPE": "wayland"} {
		t.Setenv(k, v)
	}
	for _, k := range []string{"FYNE_PLATFORM", "FYNE_SCALE", "FYNE_DISABLE_DPI_DETECTION"} {
		t.Setenv(k, os.Getenv(k)) // put back at the end
	}
	must.OK(t, os.Unsetenv("DISPLAY"))
	a, err := App("kiosk")
	if a != nil || err == nil || !strings.HasPrefix(err.Error(), "no display: ") {
		t.Errorf("%v, %v", a, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	Await(ctx) // a display that never comes is not waited for longer than it may take
}
