package staff

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/golden"
)

// TestStepIsAsAgreed holds the whole behaviour against one file that a person can
// read. A change of behaviour is a change of that file, and is reviewed as one.
func TestStepIsAsAgreed(t *testing.T) {
	var out bytes.Buffer
	out.WriteString("# One state for every place, reached by a real way where both roles have codes and the door is open, and what each\n" +
		"# event makes of it: event → place “note” [effects]. What changes nothing is left out. Rewrite with go test ./kiosk/staff -update.\n")
	for _, at := range stations(t) {
		fmt.Fprintf(&out, "\n%s\n", describe(at.s))
		each(at.s, func(e Event) {
			n, fx := Step(at.s, e)
			if n == at.s && len(fx) == 0 || e.Kind == TimerFired && e.Op != at.s.Op {
				return
			}
			fmt.Fprintf(&out, "  %s → %s%s%s %s\n", eventText(e), n.Place, noteText(n.Note), changes(at.s, n), effectsText(fx))
		})
		for _, e := range []Event{{Kind: RecordLost}, {Kind: CountRefused, Note: NoteWait}} {
			if n, fx := Step(at.s, e); n != at.s || len(fx) > 0 {
				fmt.Fprintf(&out, "  %s → %s%s%s %s\n", eventText(e), n.Place, noteText(n.Note), changes(at.s, n), effectsText(fx))
			}
		}
	}
	golden.Is(t, "testdata/step.golden", out.Bytes())
}

// changes are the fields that a step has changed.
func changes(s, n State) (text string) {
	for _, f := range []struct {
		name    string
		was, is any
	}{{"role", s.Role, n.Role}, {"asked", s.Asked, n.Asked}, {"half", s.Half, n.Half}, {"task", s.Task, n.Task}, {"chosen", s.Chosen, n.Chosen},
		{"begun", s.Begun, n.Begun}, {"live", s.Live, n.Live}, {"pick", s.Pick, n.Pick}, {"touched", s.Touched, n.Touched}, {"sign", s.Sign, n.Sign},
		{"misses", s.Misses, n.Misses}, {"door", s.Door, n.Door}, {"over", s.Over, n.Over}} {
		if f.was != f.is {
			text += fmt.Sprintf(" %s=%v", f.name, f.is)
		}
	}
	return text
}

// stations are one state for every place: the first that is reached where both roles
// have codes, the door is open, and what is to be typed is typed.
func stations(t *testing.T) []node {
	t.Helper()
	k := walked()
	if k.fault != "" {
		t.Fatalf("broken: %s\n%s", k.fault, k.story)
	}
	all := make([]node, Places)
	for p := range Places {
		i := slices.IndexFunc(k.nodes, func(n node) bool {
			s := n.s
			return s.Place == p && (p == Closed || s.Enrolled == loggedIn && s.Door && !s.Over && s.Live&s.Typing() == s.Typing() && !n.w.lost &&
				(p != Danger || s.Note == NoNote))
		})
		if i < 0 {
			t.Fatalf("no such state of %s", p)
		}
		all[p] = k.nodes[i]
	}
	return all
}

// A row that lacks a column would panic, or wait for ever, at a technician.
func TestEveryPlaceHasAWholeRow(t *testing.T) {
	names := map[string]bool{}
	for p := range Places {
		row := p.row()
		if row.name == "" || names[row.name] || p.String() != row.name {
			t.Errorf("place %d: no name of its own: %q", p, row.name)
		}
		names[row.name] = true
		if row.answer == nil || row.who == 0 || (row.idle > 0) != (p != Closed) || row.idle > task {
			t.Errorf("%s: no answer, nobody who may be there, or no end of silence", p)
		}
		if p.Busy() && (row.offers != 0 || row.typed != NoCodes) {
			t.Errorf("%s waits for a port and for a person", p)
		}
		if row.typed != NoCodes && (!p.Offers(ButtonOK) || !p.Offers(ButtonBack) || p.Idle() > read) {
			t.Errorf("%s: a pad without its buttons, or a code that stands for long", p)
		}
		if p.Offers(ButtonLeave) != (p != Closed) {
			t.Errorf("%s cannot be left", p)
		}
	}
	if Places.String() != "place?" || Places.Typing() != NoCodes || Places.Offers(ButtonLeave) {
		t.Error("a place beyond the last is one")
	}
}

func TestEveryActHasAWholeRow(t *testing.T) {
	for _, task := range kiosk.StaffTasks() {
		a, ok := acts[task]
		withCodes := task <= kiosk.StaffLeave || task == kiosk.StaffEnrolClerk || task == kiosk.StaffEnrolTechnician
		if ok == withCodes {
			t.Errorf("%s: an act is %v", task, ok)
		}
		if !ok {
			continue
		}
		if a.who == 0 || a.who&^a.page.row().who != 0 || Deadline(task) <= 0 || Deadline(task) >= Working.Idle() {
			t.Errorf("%s: %+v", task, a)
		}
		if a.danger != (a.page == Danger) || a.danger && a.who != technicians {
			t.Errorf("%s: dangerous, and not on the page of what is", task)
		}
		if !slices.Contains(Acts(a.page, kiosk.Technician), task) || slices.Contains(Acts(a.page, kiosk.Clerk), task) != (a.who == loggedIn) {
			t.Errorf("%s: its page does not offer it to those who may have it done", task)
		}
	}
	if Deadline(kiosk.StaffLogin) != 0 || Deadline(kiosk.StaffTouch+1) != 0 {
		t.Error("a deadline of what is no act")
	}
}

func TestNamesAreDifferent(t *testing.T) {
	for what, names := range map[string]func() []string{
		"event":   func() []string { return namesOf(int(kindCount), func(i int) string { return Kind(i).String() }) },
		"button":  func() []string { return namesOf(int(buttonCount), func(i int) string { return Button(i).String() }) },
		"verdict": func() []string { return namesOf(int(verdictCount), func(i int) string { return Verdict(i).String() }) },
		"note":    func() []string { return namesOf(int(Notes), func(i int) string { return Note(i).String() }) },
		"effect":  func() []string { return namesOf(int(doCount), func(i int) string { return Do(i).String() })[1:] },
	} {
		all := names()
		slices.Sort(all)
		if slices.Contains(all, "") || len(slices.Compact(slices.Clone(all))) != len(all) {
			t.Errorf("%s: %q", what, all)
		}
	}
}

// namesOf are the names of n values, and that of the one beyond.
func namesOf(n int, name func(int) string) (all []string) {
	for i := range n + 1 {
		all = append(all, name(i))
	}
	return all
}

// Each reason has words of its own for residents, in the order of the reasons.
func TestEveryReasonOfTheSignHasItsMessage(t *testing.T) {
	for r, want := range [Reasons]kiosk.Message{
		ReasonRepair: kiosk.MsgOffRepair, ReasonReader: kiosk.MsgOffReader, ReasonLine: kiosk.MsgOffLine,
		ReasonPaper: kiosk.MsgOffPaper, ReasonShop: kiosk.MsgOffShop,
	} {
		if got := Reason(r).Message(); got != want {
			t.Errorf("reason %d says %v, want %v", r, got, want)
		}
	}
	if Reasons.Message() != kiosk.NoMessage {
		t.Error("there is a message for no reason")
	}
}
