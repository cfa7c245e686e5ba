package harness

import (
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"

	"multicopy.example/devices/sim"
)

// PlugPrinter gives the kiosk, which is switched off, a printer. Each of its slips
// becomes a picture in the world's folder; printed, where it is not nil, gets the
// file's name.
func (w *World) PlugPrinter(printed func(file string, err error)) error {
	if w.Kiosk.Running() {
		return errors.New("the firmware still runs")
	}
	p, err := sim.NewPrinter()
	if err != nil {
		return err
	}
	p.Watch(func(nth int, slip image.Image) {
		file := filepath.Join(w.Dir, fmt.Sprintf("slip-%d.png", nth))
		err := writePNG(file, slip)
		if printed != nil {
			printed(file, err)
		}
	})
	w.Printer = p
	w.Kiosk.Extra += fmt.Sprintf("[printer]\nport = %q\nbaud = 38400\n", p.Path())
	return nil
}

func writePNG(name string, picture image.Image) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(png.Encode(f, picture), f.Close())
}
