package glass

import (
	"image"
	"strings"

	"github.com/boombuler/barcode/qr"

	"multicopy.example/assets/text"
	"multicopy.example/cmd/internal/firmware"
	"multicopy.example/cmd/internal/measure"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff"
	"multicopy.example/kiosk/staff/check"
	"multicopy.example/ui"
	"multicopy.example/ui/layout"
)

// A Display is the window as the firmware has it: with maintenance.
type Display struct{ *ui.Display }

var _ firmware.StaffDisplay = Display{}

// ShowStaff is firmware.StaffDisplay's.
func (d Display) ShowStaff(v staff.View, s firmware.Shown) {
	d.Display.ShowStaff(layout.Staff{View: v, Findings: s.Findings, Lines: s.Lines, Tasks: s.Tasks, Refused: s.Refused, Waits: s.Waits, Today: [3]int{int(s.Today.Done), int(s.Today.Same), int(s.Today.InDoubt)}, Code: code(s.URI), Machine: s.Machine, Help: s.Help})
}

// Trouble is firmware.StaffDisplay's.
func (d Display) Trouble(f check.Fault, machine string) {
	try, _, _ := strings.Cut(text.AdviceFor(kiosk.Japanese, f).Do, "。")
	d.Display.Trouble(f.Code() + "  " + machine + "  " + try)
}

// Unready has the out-of-service screen tell staff why no kiosk starts.
func (d Display) Unready(why error) { d.Display.Unready(Unready(why)) }

// Unready is what staff is told of a kiosk that cannot start: the code, and what is
// wrong, of which the end names the key or the line.
func Unready(why error) string {
	f, most := check.ConfigInvalid, 160
	said := measure.Printable(why.Error())
	if len(said) > most {
		said = "…" + said[len(said)-most:]
	}
	return f.Code() + "  " + text.AdviceFor(kiosk.Japanese, f).What + "  " + said
}

// code is the QR code of an otpauth address, one pixel a module; nil of none.
func code(uri string) image.Image {
	if uri == "" {
		return nil
	}
	c, err := qr.Encode(uri, qr.M, qr.Unicode)
	if err != nil { // longer than a QR code can be, which none is
		return nil
	}
	return c
}
