// Package toolkit starts the window toolkit on X11. Call App once, on the main
// goroutine, before any window is made.
package toolkit

import (
	"fmt"
	"os"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"github.com/go-gl/glfw/v3.4/glfw"
)

// App is the toolkit's application of that name.
//
// The toolkit's window layer has no touch on Wayland, so X11 is asked for and
// nothing else is taken, whatever the session offers. One pixel of the layout is
// one pixel of the screen: the toolkit's own guess at the panel's density would
// change every millimetre. All drawing goes through fyne.Do, so the checks for
// programs that do not are off.
//
// An error means that there is no X server to draw on; nothing was started.
func App(name string) (fyne.App, error) {
	for k, v := range map[string]string{"FYNE_PLATFORM": "x11", "FYNE_SCALE": "1", "FYNE_DISABLE_DPI_DETECTION": "1"} {
		if err := os.Setenv(k, v); err != nil {
			return nil, err
		}
	}
	if err := begin(); err != nil {
		return nil, fmt.Errorf("no display: %w", err)
	}
	app.SetMetadata(fyne.AppMetadata{ID: "example.multicopy." + name, Name: name, Migrations: map[string]bool{"fyneDo": true}})
	return app.New(), nil
}

// begin starts the window layer, once. The toolkit would log its error and then fail in the middle of its first
// window. The layer stays started, and the toolkit takes it so: an X server that loses its last client starts anew
// and refuses the next.
func begin() error {
	glfw.InitHint(glfw.PlatformHint, int(glfw.PlatformX11))
	return glfw.Init()
}

// Size is the size of the first monitor, in pixels; of the smallest panel where there
// is none to ask. App was called.
func Size() (w, h int) {
	if m := glfw.GetPrimaryMonitor(); m != nil {
		if v := m.GetVideoMode(); v != nil {
			return v.Width, v.Height
		}
	}
	return 1280, 800
}

// Answers returns once the X server has answered a question. A screen on which nothing
// changes asks it nothing, and would seem to live where the server stands still. It is
// called on the toolkit's goroutine.
func Answers() {
	if m := glfw.GetPrimaryMonitor(); m != nil {
		m.GetPos()
	}
}
