package staff

import (
	"strings"
	"testing"

	"multicopy.example/kiosk"
)

// What the walk shows to be unreachable stops the machine where it is reached.
func TestGuardStopsWhatMustNotHappen(t *testing.T) {
	login := kiosk.StaffLogin
	try := line(kiosk.EntryStaffTrying, kiosk.Clerk, login, 0, 0)
	doing := line(kiosk.EntryStaffDoing, kiosk.Technician, kiosk.StaffWipe, 0, 0)
	count, compare := Effect{Do: DoCount}, Effect{Do: DoCompare, Task: login}
	wipe := Effect{Do: DoAct, Task: kiosk.StaffWipe}
	tech := State{Place: Danger, Role: kiosk.Technician, Door: true}
	fresh := Event{Kind: Compared, Verdict: Right}
	for name, c := range map[string]struct {
		prev State
		e    Event
		next State
		fx   []Effect
		want string
	}{
		"closed with a role":          {State{}, Event{}, State{Role: kiosk.Clerk}, nil, "closed holds something"},
		"a clerk among technicians":   {State{}, Event{}, State{Place: Danger, Role: kiosk.Clerk}, nil, "a role is where it may not be"},
		"a login by a button":         {State{Place: Comparing}, Event{Kind: Pressed}, State{Place: ClerkHome, Role: kiosk.Clerk}, nil, "a login without its codes"},
		"a login by another reply":    {State{Place: Confirming}, fresh, State{Place: ClerkHome, Role: kiosk.Clerk}, nil, "a login without its codes"},
		"compared at once":            {State{}, Event{}, State{Place: Comparing}, []Effect{compare}, "an attempt is compared before"},
		"compared uncounted":          {State{}, Event{}, State{Place: Comparing}, []Effect{count, try, compare}, "an attempt is compared before"},
		"compared unrecorded":         {State{}, Event{}, State{Place: Comparing}, []Effect{doing, count, compare}, "an attempt is compared before"},
		"an act without a record":     {tech, fresh, State{Place: Working, Role: kiosk.Technician}, []Effect{wipe}, "an act without its record"},
		"another act than the record": {tech, fresh, State{Place: Working, Role: kiosk.Technician}, []Effect{doing, {Do: DoAct, Task: kiosk.StaffTone}}, "an act without its record"},
		"without the fresh code":      {tech, Event{Kind: Pressed}, State{Place: Working, Role: kiosk.Technician}, []Effect{doing, wipe}, "an act of a role"},
		"with the door shut":          {State{Place: Danger, Role: kiosk.Technician}, fresh, State{Place: Working, Role: kiosk.Technician}, []Effect{doing, wipe}, "an act of a role"},
		"by a clerk":                  {State{Place: ClerkHome, Role: kiosk.Clerk, Door: true}, fresh, State{Place: Working, Role: kiosk.Clerk}, []Effect{doing, wipe}, "an act of a role"},
		"two questions":               {tech, Event{}, State{Place: Working, Role: kiosk.Technician}, []Effect{{Do: DoTime}, {Do: DoTime}}, "a question that the state"},
	} {
		func() {
			defer func() {
				if got, _ := recover().(string); !strings.Contains(got, c.want) {
					t.Errorf("%s: %q", name, got)
				}
			}()
			guard(c.prev, c.e, c.next, c.fx)
		}()
	}
}
