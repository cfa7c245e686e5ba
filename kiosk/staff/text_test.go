package staff

import (
	"fmt"
	"strings"

	"multicopy.example/kiosk"
)

func eventText(e Event) string {
	s := e.Kind.String()
	add := func(on bool, format string, a any) {
		if on {
			s += fmt.Sprintf(" "+format, a)
		}
	}
	add(e.Kind == Pressed, "%s", e.Button)
	add(e.Button == ButtonTask, "%s", e.Task)
	add(e.Button == ButtonReason, "%d", e.Reason)
	add(e.Button == ButtonCell, "%d", e.Cell)
	add(e.Bad, "%s", "bad")
	add(e.Same, "%s", "same")
	add(e.Kind == Compared, "%s", e.Verdict)
	add(e.Kind == Made || e.Kind == Acted, "%s", e.Outcome)
	add(e.Kind == TimeTold, "sure=%v", e.Sure)
	add(e.Kind == Opened, "codes of %s", rolesText(e.Enrolled))
	add(e.Kind == DoorMoved || e.Kind == Opened, "door=%v", e.Door)
	add(e.Sign != 0, "sign=%d", e.Sign)
	add(e.Note != 0, "%s", e.Note)
	add(e.Digest != [32]byte{}, "%s", "with a digest")
	return s
}

func rolesText(r Roles) string {
	var all []string
	for _, role := range []kiosk.Role{kiosk.NoRole, kiosk.Clerk, kiosk.Technician} {
		if r.Has(role) {
			all = append(all, role.String())
		}
	}
	if len(all) == 0 {
		return "none"
	}
	return strings.Join(all, "+")
}

func describe(s State) string {
	return fmt.Sprintf("%s%s role %s asked %s half %s task %s chosen %s begun %d live %03b pick %d sign %d codes of %s misses %d door %v over %v",
		s.Place, noteText(s.Note), s.Role, s.Asked, s.Half, s.Task, s.Chosen, s.Begun, s.Live, s.Pick, s.Sign, rolesText(s.Enrolled), s.Misses, s.Door, s.Over)
}

func noteText(n Note) string {
	if n == NoNote {
		return ""
	}
	return " “" + n.String() + "”"
}

func effectsText(fx []Effect) string {
	var all []string
	for _, f := range fx {
		s := f.Do.String()
		switch f.Do {
		case DoRecord:
			s += fmt.Sprintf(" %s %s %s %s %s", f.Entry.Kind, f.Entry.Role, f.Entry.Task, f.Entry.Outcome, f.Entry.Message)
		case DoWipe:
			s += fmt.Sprintf(" %03b", f.Codes)
		case DoCount, DoCompare:
			s += fmt.Sprintf(" %s %s", f.Role, f.Task)
		case DoMake, DoConfirm:
			s += " " + f.Role.String()
		case DoAct:
			s += fmt.Sprintf(" %s %d", f.Task, f.Reason)
			if f.Task == kiosk.StaffTouch {
				s += fmt.Sprintf(" %05x", uint32(f.Cells))
			}
		}
		all = append(all, s)
	}
	return "[" + strings.Join(all, "; ") + "]"
}
