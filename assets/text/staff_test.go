package text

import (
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff"
)

// Every screen of maintenance has a title, and every button that a place offers a
// label, in both languages that staff reads.
func TestMaintenanceHasATextForAllThatItShows(t *testing.T) {
	for _, l := range []kiosk.Lang{kiosk.Japanese, kiosk.English} {
		for p := staff.Closed + 1; p < staff.Places; p++ {
			if StaffPageOf(l, p).Title == "" {
				t.Errorf("%s: %s has no title", l, p)
			}
			for _, b := range staff.AllButtons() {
				label := StaffButton(l, b)
				if b == staff.ButtonTask || b == staff.ButtonReason || b == staff.ButtonCell {
					continue // the task's and the reason's own, and the cell's number
				}
				if p.Offers(b) && label == "" {
					t.Errorf("%s: %s on %s has no label", l, b, p)
				}
			}
			for _, r := range []kiosk.Role{kiosk.Clerk, kiosk.Technician} {
				for _, x := range staff.Acts(p, r) {
					if x != kiosk.StaffSignUp && StaffTaskName(l, x) == "" { // it is put up by its reason
						t.Errorf("%s: task %s on %s has no label", l, x, p)
					}
				}
			}
		}
		for _, x := range staff.Acts(staff.Danger, kiosk.Technician) {
			if StaffFollows(l, x) == "" {
				t.Errorf("%s: what %s does is not said", l, x)
			}
		}
		for n := staff.NoNote + 1; n < staff.Notes; n++ {
			if StaffNote(l, n) == "" {
				t.Errorf("%s: note %s is not said", l, n)
			}
		}
		for r := staff.NoReason + 1; r < staff.Reasons; r++ {
			if x := StaffReasonOf(l, r); x.Name == "" || x.Says == "" {
				t.Errorf("%s: reason %d is not said", l, r)
			}
		}
		if StaffRole(l, kiosk.Clerk) == "" || StaffRole(l, kiosk.Technician) == "" {
			t.Errorf("%s: a role has no name", l)
		}
		for w := range reportWords {
			if ReportSay(l, w) == "" {
				t.Errorf("%s: word %d of the report is not said", l, w)
			}
		}
		for w := range staffWords {
			if StaffSay(l, w) == "" {
				t.Errorf("%s: word %d is not said", l, w)
			}
		}
	}
	if len(pageSentences(kiosk.Langs)) != 0 {
		t.Error("staff reads a language that there is not")
	}
}
