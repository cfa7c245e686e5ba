package run

import (
	"slices"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/port"
	"multicopy.example/kiosk/staff"
)

// Staff in the simulation: the gesture is made at any moment, in a visit, in doubt and at
// the start after a cut of the power; the clerk who came in logs in or not, presses what
// stands there, and leaves or walks away. What must hold: maintenance opens between two
// visits alone, with nothing left open in the ledger and nothing held; no card is touched
// while staff is there; no code is left behind.

type simStaff struct{ *simKiosk }

func (b simStaff) Facts() StaffFacts {
	return StaffFacts{Enrolled: 1<<kiosk.Clerk | 1<<kiosk.Technician, Door: true}
}

// unlucky reports whether a port fails now.
func (s *simKiosk) unlucky() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.off || s.trouble > 0 && s.luck.IntN(s.trouble) == 0
}

func (b simStaff) Count(contextT, kiosk.Role, kiosk.StaffTask) (staff.Note, error) {
	time.Sleep(5 * time.Millisecond)
	if b.unlucky() {
		return staff.NoteWait, nil
	}
	return staff.NoNote, nil
}

func (b simStaff) Compare(_ contextT, t kiosk.StaffTask, c port.StaffCodes) (staff.Verdict, error) {
	time.Sleep(100 * time.Millisecond)
	switch {
	case b.unlucky():
		return staff.Wrong, errOff
	case t == kiosk.StaffOperator && is(c.Code, "33334444"), t == kiosk.StaffFresh && is(c.Code, "111222"), is(c.Own, "135790") && is(c.Code, "111222"):
		return staff.Right, nil
	}
	return staff.Wrong, nil
}

func (b simStaff) Time(contextT) (bool, error) { return !b.unlucky(), nil }

func (b simStaff) Make(contextT, kiosk.Role, port.StaffCodes) error {
	if b.unlucky() {
		return errOff
	}
	return nil
}

func (b simStaff) Confirm(contextT, port.StaffCodes) (staff.Verdict, error) { return staff.Right, nil }

func (b simStaff) Abandon() {}

func (b simStaff) Act(ctx contextT, _ kiosk.StaffTask, _ staff.Reason, _ staff.Cells) (StaffActed, error) {
	select {
	case <-ctx.Done():
		return StaffActed{Outcome: kiosk.Unknown}, ctx.Err()
	case <-time.After(time.Second):
	}
	if b.unlucky() {
		return StaffActed{Outcome: kiosk.Failed}, errOff
	}
	return StaffActed{Outcome: kiosk.Done}, nil
}

func (b simStaff) Show(v staff.View) {
	b.mu.Lock()
	defer b.mu.Unlock()
	was := b.maintenance
	b.maintenance = v
	if was.Place == staff.Closed && v.Place != staff.Closed {
		b.entries++
		if b.view.Place.InVisit() {
			b.wrong("staff comes in at %s", b.view.Place)
		}
		if len(b.open) > 0 && b.fault == nil && !b.off {
			b.wrong("staff comes in, and the ledger has %v open", b.open)
		}
		b.empty("when staff comes in")
	}
	if v.Place == staff.Closed {
		b.noCodes("when staff has left")
	}
}

func (s *simKiosk) noCodes(when string) {
	for i, k := range []secretT{s.codes.Own, s.codes.Code, s.codes.Again} {
		if k.Len() != 0 {
			s.wrong("%s: code %d holds %d characters", when, i+1, k.Len())
		}
	}
}

// untouched: no card is asked for anything while staff is there.
func (s *simKiosk) untouched(what string) {
	if s.view.Place == kiosk.Staff && s.maintenance.Place != staff.Closed {
		s.wrong("a card is asked for %s in maintenance", what)
	}
}

func (s *simKiosk) gesture() { s.loop.Post(kiosk.Event{Kind: kiosk.StaffIn}) }

// maintain is up to so many doings of staff, where it came in.
func (s *simKiosk) maintain(doings int) {
	for range 10 { // the reader is looked at first
		s.listen()
		s.mu.Lock()
		in := s.maintenance.Place != staff.Closed
		s.mu.Unlock()
		if in {
			break
		}
		time.Sleep(200 * time.Millisecond)
	}
	for range doings {
		s.listen()
		s.mu.Lock()
		v := s.maintenance
		s.mu.Unlock()
		if v.Place == staff.Closed || s.out() || s.t.Failed() {
			return
		}
		if v.Place.Typing() != staff.NoCodes {
			text := "111222"
			switch least, _ := v.Place.Digits(); {
			case v.Place.Typing() != staff.LiveCode:
				text = "135790"
			case least == 8:
				text = "33334444"
			}
			v.Secret.Wipe()
			for i := range text {
				v.Secret.Append(text[i])
				s.loop.PostStaff(staff.Event{Kind: staff.KeyPressed, Place: v.Place})
			}
			s.loop.PostStaff(staff.Event{Kind: staff.Pressed, Button: staff.ButtonOK, Place: v.Place})
		} else {
			tasks := kiosk.StaffTasks()
			all := slices.DeleteFunc(staff.AllButtons(), func(b staff.Button) bool {
				return !v.Place.Offers(b) || b == staff.ButtonLeave && s.r.IntN(4) > 0
			})
			if len(all) == 0 { // a port is waited for
				all = staff.AllButtons()
			}
			e := staff.Event{Kind: staff.Pressed, Place: v.Place, Button: all[s.r.IntN(len(all))], Task: tasks[s.r.IntN(len(tasks))],
				Reason: staff.Reason(s.r.IntN(int(staff.Reasons) + 1))}
			s.loop.PostStaff(e)
		}
		time.Sleep([]time.Duration{50, 500, 4000}[s.r.IntN(3)] * time.Millisecond)
	}
}
