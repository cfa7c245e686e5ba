package run

import (
	"fmt"
	"reflect"
	"strings"

	"multicopy.example/kiosk"
)

// replay is the last 512 events of a kiosk as text that kiosk.TestReplayedEventsKeepEveryInvariant plays:
// saved as kiosk/testdata/replay/NAME.txt it is a test. When the kiosk was on
// for longer, the state that the first of them met stands above them. Key
// presses are not kept; the player puts them where they must have been.
func replay(all []kiosk.Event) string {
	var b strings.Builder
	b.WriteString("# The last events of a simulated kiosk, oldest first.\n")
	s, _ := kiosk.Start(kiosk.Shop{Offered: kiosk.AllLangs})
	for i, e := range all {
		if len(all)-i == recentLen && i > 0 {
			fmt.Fprintf(&b, "state%s\n", fields(reflect.ValueOf(s)))
		}
		if len(all)-i <= recentLen {
			fmt.Fprintf(&b, "%s%s\n", e.Kind, fields(reflect.ValueOf(e)))
		}
		s = withKeys(s, e)
		func() {
			defer func() { _ = recover() }() // the guard's word is in the failure already
			s, _ = kiosk.Step(s, e)
		}()
	}
	fmt.Fprintf(&b, "end Place=%s Message=%s\n", s.Place, s.Message)
	return b.String()
}

// withKeys is the state after the key presses that an event shows: something
// was typed where it was good, and a timer begins anew where a key was pressed.
func withKeys(s kiosk.State, e kiosk.Event) kiosk.State {
	good := e.Kind == kiosk.Pressed && e.Button == kiosk.ButtonOK && !e.Form.Bad() && e.Place == s.Place
	again := e.Kind == kiosk.TimerFired && e.Timer < s.Timer
	if s.Pad() != kiosk.NoPad && (good || again) {
		s, _ = kiosk.Step(s, kiosk.Event{Kind: kiosk.KeyPressed, Place: s.Place})
	}
	return s
}

// fields are all fields that are not zero, as name=number.
func fields(v reflect.Value) string {
	var b strings.Builder
	for i := range v.NumField() {
		f, name := v.Field(i), v.Type().Field(i).Name
		switch {
		case f.IsZero() || name == "Kind":
		case f.Kind() == reflect.Bool:
			fmt.Fprintf(&b, " %s", name)
		default: // places, buttons and words by their names, or a new one would change what old files say
			fmt.Fprintf(&b, " %s=%v", name, f.Interface())
		}
	}
	return b.String()
}
