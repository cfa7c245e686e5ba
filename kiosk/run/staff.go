package run

import (
	"context"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/secret"
	"multicopy.example/kiosk/staff"
)

// The loop around staff.Step. It runs in the same goroutine, while the resident's
// state stands at kiosk.Staff: the two never act at once.

// maintenance is the state of staff and what belongs to it.
type maintenance struct {
	state  staff.State
	cancel context.CancelFunc // ends the request the state waits for
	idle   *time.Timer
	stay   *time.Timer
	shown  staff.View
}

// portDeadline is how long a port of maintenance may take, apart from an act; it is
// shorter than any place waits.
const portDeadline = 20 * time.Second

// PostStaff delivers a touch on a screen of maintenance. It never blocks: when they fill
// the inbox, touches beyond it are dropped.
func (l *Loop) PostStaff(e staff.Event) {
	if e.Kind != staff.Pressed && e.Kind != staff.KeyPressed {
		return
	}
	select {
	case l.inbox <- reply{staff: e}:
	default:
	}
}

// DoorMoved says how the door stands now. It never blocks, and no number of touches
// drops it: the loop hears the newest state. Call it from one goroutine.
func (l *Loop) DoorMoved(open bool) {
	for {
		select {
		case l.door <- open:
			return
		default:
		}
		select { // an older state, which the loop has not heard, is none any more
		case <-l.door:
		default:
		}
	}
}

// followStaff opens maintenance where the resident's state has come to it, and ends
// it where that has left.
func (l *Loop) followStaff(old kiosk.Place) {
	switch is, was := l.state.Place == kiosk.Staff, old == kiosk.Staff; {
	case is && !was:
		f := l.Staff.Facts()
		l.stepStaff(staff.Event{Kind: staff.Opened, Enrolled: f.Enrolled, Door: f.Door, Sign: f.Sign})
	case was && !is && l.staff.state.Place != staff.Closed:
		l.stepStaff(staff.Event{Kind: staff.TimerFired, Op: l.staff.state.Op})
	}
}

// deliverStaff fills in what only the loop knows, and steps.
func (l *Loop) deliverStaff(e staff.Event) {
	if e.Kind == staff.Pressed && e.Button == staff.ButtonOK {
		typed := l.staffTyping()
		e.Bad, e.Same = typed != 0 && l.staff.state.Bad(typed), l.StaffCodes.Again.Equal(l.StaffCodes.Own)
	}
	l.stepStaff(e)
}

func (l *Loop) stepStaff(e staff.Event) {
	old := l.staff.state
	s, fx := staff.Step(old, e)
	l.staff.state = s
	if s.Op != old.Op && l.staff.cancel != nil {
		l.staff.cancel()
		l.staff.cancel = nil
	}
	if s.Place != old.Place {
		l.log.Info("maintenance", "place", s.Place.String(), "role", s.Role.String(), "note", s.Note.String())
	}
	if s.Op != old.Op || e.Kind == staff.KeyPressed && e.Place == s.Place || e.Kind == staff.Pressed && s != old {
		l.staff.idle.Stop()
		if d := s.Idle(); d > 0 {
			l.staff.idle.Reset(d)
		}
	}
	if refused := l.carryOutStaff(fx); refused.Kind != staff.NoEvent {
		l.stepStaff(refused)
		return
	}
	if s.Place == old.Place {
		l.showStaff()
	} else { // a finger may have met a key of the screen before, as in apply
		l.wipeStaff(staff.LiveAll&^s.Live, 0)
		l.showStaff()
		l.wipeStaff(staff.LiveAll&^s.Live, l.staffTyping())
	}
	if s.Place == staff.Closed && old.Place != staff.Closed {
		l.staff.stay.Stop()
		if l.state.Place == kiosk.Staff {
			l.step(kiosk.Event{Kind: kiosk.StaffOut})
		}
	}
}

// carryOutStaff does the effects in order. An event comes back where a record or a
// count was refused, and nothing behind it was done.
func (l *Loop) carryOutStaff(fx []staff.Effect) staff.Event {
	for _, f := range fx {
		switch f.Do {
		case staff.DoRecord:
			if !l.append(f.Entry) {
				return staff.Event{Kind: staff.RecordLost}
			}
		case staff.DoCount:
			if n := l.countStaff(f); n != staff.NoNote {
				return staff.Event{Kind: staff.CountRefused, Note: n}
			}
		case staff.DoWipe:
			l.wipeStaff(f.Codes, 0)
		case staff.DoStay:
			l.staff.stay.Reset(staff.Stay)
		case staff.DoAbandon:
			l.Staff.Abandon()
		default:
			l.requestStaff(f)
		}
	}
	return staff.Event{}
}

func (l *Loop) countStaff(f staff.Effect) staff.Note {
	ctx, cancel := context.WithTimeout(l.ctx, kiosk.DoRecord.Deadline())
	defer cancel()
	start := time.Now()
	n, err := l.Staff.Count(ctx, f.Role, f.Task)
	l.span("staff", "count", start, err)
	if err != nil && n == staff.NoNote {
		return staff.NoteNoCount
	}
	return n
}

// requestStaff starts a slow effect. It posts one reply and ends.
func (l *Loop) requestStaff(f staff.Effect) {
	d := portDeadline
	if f.Do == staff.DoAct {
		d = staff.Deadline(f.Task)
	}
	ctx, cancel := within(l.ctx, d)
	l.staff.cancel = cancel
	go func() {
		defer cancel()
		start := time.Now()
		e, err := l.serveStaff(ctx, f)
		l.span("staff", f.Do.String(), start, err)
		e.Op = f.Op
		l.send(l.ctx, reply{staff: e})
	}()
}

// serveStaff lets the port do one slow effect and turns its answer into the one reply
// that Step expects.
func (l *Loop) serveStaff(ctx context.Context, f staff.Effect) (staff.Event, error) {
	switch f.Do {
	case staff.DoCompare:
		v, err := l.Staff.Compare(ctx, f.Task, l.StaffCodes)
		return compared(v, err), err
	case staff.DoConfirm:
		v, err := l.Staff.Confirm(ctx, l.StaffCodes)
		return compared(v, err), err
	case staff.DoTime:
		sure, err := l.Staff.Time(ctx)
		return staff.Event{Kind: staff.TimeTold, Sure: sure && err == nil}, err
	case staff.DoMake:
		err := l.Staff.Make(ctx, f.Role, l.StaffCodes)
		if err != nil {
			return staff.Event{Kind: staff.Made, Outcome: kiosk.Failed}, err
		}
		return staff.Event{Kind: staff.Made, Outcome: kiosk.Done}, nil
	case staff.DoAct:
		a, err := l.Staff.Act(ctx, f.Task, f.Reason, f.Cells)
		if err != nil && a.Outcome == kiosk.Done {
			a.Outcome = kiosk.Unknown
		}
		return staff.Event{Kind: staff.Acted, Outcome: a.Outcome, Note: a.Note, Digest: a.Digest}, err
	}
	panic("kiosk/run: an effect of maintenance without a port: " + f.Do.String())
}

// compared: what could not be compared is wrong, whatever was said of it.
func compared(v staff.Verdict, err error) staff.Event {
	if err != nil {
		v = staff.Wrong
	}
	return staff.Event{Kind: staff.Compared, Verdict: v}
}

// staffSlots says which slot each bit of staff.Codes is.
func (l *Loop) staffSlots() map[staff.Codes]secret.Secret {
	return map[staff.Codes]secret.Secret{
		staff.LiveOwn: l.StaffCodes.Own, staff.LiveCode: l.StaffCodes.Code, staff.LiveAgain: l.StaffCodes.Again,
	}
}

// wipeStaff erases slots, but for one.
func (l *Loop) wipeStaff(c staff.Codes, but secret.Secret) {
	for bit, s := range l.staffSlots() {
		if c&bit != 0 && s != but {
			s.Wipe()
		}
	}
}

// staffTyping is the slot that the place's pad types into, 0 without a pad.
func (l *Loop) staffTyping() secret.Secret { return l.staffSlots()[l.staff.state.Typing()] }

func (l *Loop) showStaff() {
	v := l.staff.state.View()
	v.Secret = l.staffTyping()
	if v != l.staff.shown {
		l.staff.shown = v
		l.Staff.Show(v)
	}
}
