package firmware

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/staff"
	"multicopy.example/kiosk/staff/check"
	"multicopy.example/kiosk/staff/login"
)

// The events are those of the opening: the loop alone may be asked for them, and
// residents do nothing meanwhile. All of them are shown.
func TestEventsAreAllThoseOfTheOpening(t *testing.T) {
	store, err := login.Open(login.Config{Dir: t.TempDir(), Issuer: issuer, Machine: "kiosk-7", Now: (&authorityTime{}).now})
	must.OK(t, err)
	var events, shown []string
	for i := range 512 {
		events = append(events, fmt.Sprint(i))
	}
	asked := 0
	m := &maintenance{store: store, sign: &sign{}, show: func(_ staff.View, s Shown) { shown = s.Lines }, recent: func() []string { asked++; return events },
		facts: func(context.Context) []check.Finding { return nil }, lines: func(context.Context, staff.Place) []string { return nil },
		ask: func(context.Context) error { return errNotHere }, printer: func(context.Context) {}}
	tech := staff.View{Role: kiosk.Technician}
	for _, p := range []staff.Place{staff.Report, staff.Events, staff.Events, staff.Report, staff.Events} {
		tech.Place = p
		if m.Show(tech); p == staff.Events && len(shown) != 0 {
			t.Errorf("%d events before the opening", len(shown))
		}
	}
	m.Show(staff.View{Place: staff.Look})
	tech.Place = staff.Events
	if m.Show(tech); !slices.Equal(shown, events) || asked != 1 || !slices.Equal(m.kept(), events) {
		t.Errorf("%d events, asked %d times", len(shown), asked)
	}
}
