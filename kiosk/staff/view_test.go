package staff

import (
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
	"multicopy.example/kiosk/secret"
)

func TestEntriesHaveTheDigitsOfTheirCode(t *testing.T) {
	slot, err := secret.New()
	must.OK(t, err)
	for p := range Places {
		for text, good := range map[string]bool{
			"": false, "12345": false, "123456": p != OperatorCode, "1234567": p.Typing()&(LiveOwn|LiveAgain) != 0,
			"12345678": p.Typing()&(LiveOwn|LiveAgain) != 0 || p == OperatorCode, "123456789": false, "12345A": false, "12345678-": false,
		} {
			slot.Wipe()
			for _, b := range []byte(text) {
				slot.Append(b)
			}
			if p.Typing() != NoCodes && (State{Place: p}).Bad(slot) == good {
				t.Errorf("%s: %q is good: %v", p, text, !good)
			}
		}
	}
}

func TestViewShowsTheState(t *testing.T) {
	s := State{Place: Danger, Role: kiosk.Technician, Asked: kiosk.Clerk, Task: kiosk.StaffFresh, Chosen: kiosk.StaffWipe, Note: NoteDoor,
		Sign: ReasonPaper, Touched: 5, Enrolled: loggedIn, Door: true, Op: 7, Live: LiveAll}
	want := View{Place: Danger, Role: kiosk.Technician, Asked: kiosk.Clerk, Task: kiosk.StaffFresh, Chosen: kiosk.StaffWipe, Note: NoteDoor,
		Sign: ReasonPaper, Touched: 5, Enrolled: loggedIn, Door: true}
	if got := s.View(); got != want {
		t.Errorf("%+v", got)
	}
}
