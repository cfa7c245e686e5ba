package staff

import (
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/secret"
)

// A View is what a screen of maintenance shows: a small value without pointers.
type View struct {
	Place    Place
	Role     kiosk.Role      // who is logged in
	Asked    kiosk.Role      // whose codes are typed, or made anew
	Task     kiosk.StaffTask // what is tried or done
	Chosen   kiosk.StaffTask // what waits for the fresh code
	Note     Note            // what has just happened
	Sign     Reason          // what the sign says
	Touched  Cells           // of the touch grid
	Enrolled Roles           // which roles have codes
	Door     bool            // the door of the machine is open
	Secret   secret.Secret   // what the pad types into, lent by the loop
}

// View is what the state shows; the loop adds the slot.
func (s State) View() View {
	return View{Place: s.Place, Role: s.Role, Asked: s.Asked, Task: s.Task, Chosen: s.Chosen, Note: s.Note, Sign: s.Sign, Touched: s.Touched, Enrolled: s.Enrolled, Door: s.Door}
}

// Bad reports whether what was typed has not the digits that the place asks for.
func (s State) Bad(typed secret.Secret) bool {
	least, most := s.Digits()
	n := typed.Len()
	return n < least || n > most || typed.Has(secret.Letter) || typed.Has(secret.Other)
}
