package firmware

import (
	"strings"
	"testing"
	"time"

	"multicopy.example/cmd/internal/measure"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/config"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/staff"
	"multicopy.example/kiosk/staff/check"
)

// What the grid said stays, with its time, and is a fault where a cell did not react.
func TestTouchGridsResultStays(t *testing.T) {
	f := &Firmware{told: &authorityTime{start: time.Now()}}
	m := &maintenance{touched: f.touched}
	at := func() check.Finding {
		var r measure.Result
		f.touch.Load().facts(&r)
		return check.Judge(r.Facts)[check.Screen]
	}
	if got := at(); got.Level != check.Untested {
		t.Errorf("%+v before it was touched", got)
	}
	for cells, want := range map[staff.Cells]check.Fault{staff.AllCells: check.NoFault, staff.AllCells &^ (1<<0 | 1<<19): check.ScreenTouch, 0: check.ScreenTouch} {
		if got, err := m.Act(t.Context(), kiosk.StaffTouch, staff.NoReason, cells); got.Outcome != kiosk.Done || err != nil {
			t.Errorf("%v, %v", got, err)
		}
		if got := at(); got.Fault != want {
			t.Errorf("%05x: %v", cells, got)
		}
	}
	said := touchedAt(time.Unix(1_800_000_000, 0), staff.AllCells&^(1<<0|1<<19))
	if got := said.String(); got != "touch grid of 2027-01-15 08:00:00 UTC: 2 of 20 cells do not react: 1, 20" {
		t.Error(got)
	}
	if got := touchedAt(time.Unix(1_800_000_000, 0), staff.AllCells).String(); !strings.HasSuffix(got, "all 20 cells react") {
		t.Error(got)
	}
	cfg := config.Config{Kiosk: config.Kiosk{Data: t.TempDir()}}
	must.OK(t, writeStatus(statusFile(cfg), Status{Report: measure.Result{}.Report(), Touch: said}))
	if was, err := ReadStatus(cfg); err != nil || was.Touch.String() != said.String() {
		t.Errorf("%v: %v", err, was.Touch)
	}
	for _, bad := range []*Touch{nil, {}, {At: 1, Untouched: make([]uint8, 21)}} {
		if bad.tidy() != nil {
			t.Errorf("%+v is a result", bad)
		}
	}
}
