package layout

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/boombuler/barcode/qr"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff"
	"multicopy.example/kiosk/staff/check"
	"multicopy.example/ui/internal/sample"
)

// shown are the faults of an item that the screen has.
func shown() (all []check.Fault) {
	for _, f := range check.Faults() {
		if f.Item() < check.ItemCount {
			all = append(all, f)
		}
	}
	return all
}

// machines are how a machine can be: well, and with each fault alone, and with one
// fault of every item at once.
func machines() (all [][]check.Finding) {
	well := func() (m []check.Finding) {
		for i := range check.ItemCount {
			m = append(m, check.Finding{Item: i, Level: check.Normal})
		}
		return m
	}
	all = append(all, well())
	worst := well()
	for _, f := range shown() {
		m := well()
		m[f.Item()] = check.Finding{Item: f.Item(), Level: f.Level(), Fault: f}
		all, worst[f.Item()] = append(all, m), m[f.Item()]
	}
	return append(all, worst)
}

// eachStaff are the screens of maintenance: every place, role and note, every machine,
// both languages, every panel.
func eachStaff(do func(name string, s Staff, panel Panel, typed int)) {
	code, err := qr.Encode("otpauth://totp/kiosk:technician?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=kiosk", qr.M, qr.Unicode)
	if err != nil {
		panic(err)
	}
	for panelName, panel := range map[string]Panel{"10.1": Panel10, "15": Panel15, "15.6": Panel156, "upright": PanelPortrait} {
		for _, l := range []kiosk.Lang{kiosk.Japanese, kiosk.English} {
			for p := staff.Closed + 1; p < staff.Places; p++ {
				for _, role := range []kiosk.Role{kiosk.NoRole, kiosk.Clerk, kiosk.Technician} {
					s := Staff{View: staff.View{Place: p, Role: role, Asked: kiosk.Technician}, Lang: l, Tasks: kiosk.StaffTasks(), Machine: "kiosk-00001", Help: "0120-000-000", Findings: machines()[0]}
					name := fmt.Sprintf("%s/%s/%s/%d", panelName, l, p, role)
					if p == staff.ShowQR {
						s.Code = code
					}
					_, most := p.Digits()
					for typed := 0; typed <= most; typed++ {
						do(name, s, panel, typed)
					}
					for n := staff.NoNote + 1; n < staff.Notes && role == kiosk.NoRole; n++ {
						s.View.Note = n
						do(name+"/"+n.String(), s, panel, 0)
					}
					s.View.Note, s.View.Sign, s.View.Enrolled = staff.NoNote, staff.ReasonRepair, 1<<kiosk.Clerk
					do(name+"/sign", s, panel, 0)
					for _, x := range staff.Acts(staff.Danger, role) {
						if p == staff.FreshCode {
							s.View.Chosen, s.View.Note = x, staff.NoNote
							do(name+"/"+x.String(), s, panel, 0)
							s.View.Note = staff.NoteForm
							do(name+"/again "+x.String(), s, panel, 0)
						}
					}
					s.View.Chosen, s.View.Note = kiosk.NoStaffTask, staff.NoNote
					if p == staff.TouchGrid {
						for _, touched := range []staff.Cells{1, 0x5A5A5, staff.AllCells} {
							s.View.Touched = touched
							do(fmt.Sprintf("%s/touched %05x", name, touched), s, panel, 0)
						}
						s.View.Touched = 0
					}
					if p == staff.Danger {
						s.Refused = map[kiosk.StaffTask]staff.Note{kiosk.StaffExport: staff.NoteNoKey, kiosk.StaffUpdate: staff.NoteNoUpdate}
						do(name+"/refused", s, panel, 0)
					}
				}
			}
			for i, m := range machines() {
				do(fmt.Sprintf("%s/%s/machine %d", panelName, l, i), Staff{View: staff.View{Place: staff.Look}, Lang: l, Machine: "kiosk-00001", Help: "0120-000-000", Findings: m}, panel, 0)
			}
		}
	}
}

func TestMaintenanceHasNoFault(t *testing.T) {
	n := 0
	eachStaff(func(name string, s Staff, panel Panel, typed int) {
		for no := 0; ; no++ {
			sc := LayStaff(s, panel, Fill{Typed: typed}, no)
			n++
			v := sample.View{View: kiosk.View{Place: kiosk.Staff, Size: kiosk.SizeSmall, Lang: s.Lang, Pad: kiosk.PadCode}}
			for _, f := range faults(panel, v, sc) {
				t.Errorf("%s/%d: %s", name, no, f)
			}
			if no+1 >= sc.Pages {
				break
			}
		}
	})
	if n < 4000 {
		t.Errorf("only %d screens were laid out", n)
	}
}

// What the table of places offers stands on the last page, and nothing else; the way
// on only when as many digits are typed as there have to be.
func TestMaintenanceShowsTheButtonsOfItsTable(t *testing.T) {
	eachStaff(func(name string, s Staff, panel Panel, typed int) {
		at := s.View.Place
		first := LayStaff(s, panel, Fill{Typed: typed}, 0)
		has := map[staff.Button]int{}
		for _, it := range LayStaff(s, panel, Fill{Typed: typed}, first.Pages-1).Items {
			if it.Kind == Button && it.Turn == 0 {
				if has[it.Staff.Button]++; it.Staff.Kind != staff.Pressed || it.Staff.Place != at || !at.Offers(it.Staff.Button) {
					t.Errorf("%s: %v is not offered", name, it.Staff)
				}
			}
		}
		if has[staff.ButtonLeave] == 0 && first.Pages == 1 {
			t.Errorf("%s: no way out", name)
		}
		least, most := at.Digits()
		if ok := at.Offers(staff.ButtonOK) && typed >= least && typed <= most; (has[staff.ButtonOK] == 1) != ok {
			t.Errorf("%s: the way on stands after %d digits: %v", name, typed, !ok)
		}
		if want := at.Offers(staff.ButtonReason); (has[staff.ButtonReason] == int(staff.Reasons)-1) != want {
			t.Errorf("%s: %d reasons", name, has[staff.ButtonReason])
		}
	})
}

// A clerk reads what is the matter, what to do, when, who, and the code.
func TestEveryFaultIsOnTheClerksScreen(t *testing.T) {
	for i, f := range shown() {
		for _, l := range []kiosk.Lang{kiosk.Japanese, kiosk.English} {
			s := LayStaff(Staff{View: staff.View{Place: staff.Look}, Lang: l, Findings: machines()[i+1]}, Panel10, Fill{}, 0)
			said := map[string]bool{}
			for it := range texts(s) {
				said[it.Of] = true
			}
			a := text.AdviceFor(l, f)
			for _, want := range []string{a.Do, text.TimeName(l, f.When()) + "  " + text.RoleName(l, f.Who()) + "  " + f.Code()} {
				if !said[want] {
					t.Errorf("%s, %s: %q is not said", f, l, want)
				}
			}
			if !strings.Contains(fmt.Sprint(said), a.What) {
				t.Errorf("%s, %s: %q is not said", f, l, a.What)
			}
		}
	}
}

// What the machine cannot do stands there with the reason, and not as a button that
// leads to nothing.
func TestRefusedActIsASentenceAndNoButton(t *testing.T) {
	for _, l := range []kiosk.Lang{kiosk.Japanese, kiosk.English} {
		s := Staff{View: staff.View{Place: staff.Danger, Role: kiosk.Technician}, Lang: l, Tasks: kiosk.StaffTasks(),
			Refused: map[kiosk.StaffTask]staff.Note{kiosk.StaffExport: staff.NoteNoKey}}
		first := LayStaff(s, Panel10, Fill{}, 0)
		tasks, said := map[kiosk.StaffTask]bool{}, ""
		for no := range first.Pages {
			sc := LayStaff(s, Panel10, Fill{}, no)
			for _, it := range sc.Items {
				tasks[it.Staff.Task] = true
			}
			for it := range texts(sc) {
				said += it.Of
			}
		}
		if tasks[kiosk.StaffExport] || !tasks[kiosk.StaffWipe] {
			t.Errorf("%s: the buttons are %v", l, tasks)
		}
		if !strings.Contains(said, text.StaffTaskName(l, kiosk.StaffExport)) || !strings.Contains(said, text.StaffNote(l, staff.NoteNoKey)) {
			t.Errorf("%s: %s", l, said)
		}
	}
	if !(staffPage{Staff: Staff{View: staff.View{Role: kiosk.Technician}, Refused: map[kiosk.StaffTask]staff.Note{kiosk.StaffUpdate: staff.NoteNoUpdate}}}).able(staff.Danger) {
		t.Error("nothing leads to the sentence")
	}
}

// All that the loop keeps can be read, each line once, page by page.
func TestEveryEventIsOnOneOfThePages(t *testing.T) {
	s := Staff{View: staff.View{Place: staff.Events, Role: kiosk.Technician}, Lang: kiosk.English}
	for i := range 512 {
		s.Lines = append(s.Lines, fmt.Sprintf("%d  pressed ok at place-card", i+1))
	}
	for name, panel := range map[string]Panel{"10.1": Panel10, "upright": PanelPortrait} {
		seen := map[string]int{}
		pages := LayStaff(s, panel, Fill{}, 0).Pages
		for no := range pages {
			sc, out := LayStaff(s, panel, Fill{}, no), 0
			for it := range texts(sc) {
				seen[it.Of]++
			}
			for _, it := range sc.Items {
				if b := it.Staff.Button; b == staff.ButtonBack || b == staff.ButtonLeave {
					out++
				}
			}
			if out != 2 {
				t.Fatalf("%s: %d ways out of page %d of %d", name, out, no+1, pages)
			}
		}
		for _, l := range s.Lines {
			if seen[l] != 1 {
				t.Fatalf("%s: %q stands on %d of %d pages", name, l, seen[l], pages)
			}
		}
	}
}

// What an act does is read before the code for it is typed.
func TestWhatCannotBeTakenBackIsSaidBeforeItsCode(t *testing.T) {
	for _, l := range []kiosk.Lang{kiosk.Japanese, kiosk.English} {
		for _, x := range staff.Acts(staff.Danger, kiosk.Technician) {
			said := ""
			for it := range texts(LayStaff(Staff{View: staff.View{Place: staff.FreshCode, Role: kiosk.Technician, Chosen: x}, Lang: l}, Panel10, Fill{}, 0)) {
				said += it.Of
			}
			if !strings.Contains(said, text.StaffTaskName(l, x)) || !strings.Contains(said, text.StaffFollows(l, x)) {
				t.Errorf("%s, %s: %s", l, x, said)
			}
		}
	}
}

// An update that was made is followed by a dark glass, which is said before, and of nothing else.
func TestTheRestartIsSaidBehindAnUpdateThatIsDone(t *testing.T) {
	for _, l := range []kiosk.Lang{kiosk.Japanese, kiosk.English} {
		for _, v := range []staff.View{{Task: kiosk.StaffUpdate, Note: staff.NoteDone}, {Task: kiosk.StaffUpdate, Note: staff.NoteDamaged}, {Task: kiosk.StaffExport, Note: staff.NoteDone}} {
			v.Place, v.Role = staff.Result, kiosk.Technician
			said := strings.Contains(LayStaff(Staff{View: v, Lang: l}, Panel10, Fill{}, 0).String(), text.StaffSay(l, text.StaffRestarts))
			if said != (v.Task == kiosk.StaffUpdate && v.Note == staff.NoteDone) {
				t.Errorf("%s, %s, %s: it is said: %v", l, v.Task, v.Note, said)
			}
		}
	}
}

// Counts, and whom to call: nothing of any resident.
func TestClerkReadsHowTheDaysVisitsEnded(t *testing.T) {
	s := LayStaff(Staff{View: staff.View{Place: staff.ClerkHome, Role: kiosk.Clerk}, Today: [3]int{12, 3, 1}, Machine: "kiosk-0001", Help: "0120-000-000"}, Panel10, Fill{}, 0)
	for _, want := range []string{"今日の利用：完了12件、カードの変更なし3件、結果を確認中1件", "kiosk-0001", "0120-000-000"} {
		if !strings.Contains(s.String(), want) {
			t.Errorf("%s is not said: %s", want, s)
		}
	}
}

// A wait is told in minutes and seconds, in whole seconds that are never too few.
func TestWaitIsToldInMinutesAndSeconds(t *testing.T) {
	for _, c := range []struct {
		v    staff.View
		who  kiosk.Role
		left time.Duration
		want string
	}{
		{staff.View{Place: staff.Refused, Asked: kiosk.Clerk, Note: staff.NoteWait}, kiosk.Clerk, 200*time.Second - time.Millisecond, "店員：あと3分20秒お待ちください"},
		{staff.View{Place: staff.ChooseRole}, kiosk.Technician, time.Millisecond, "保守員：あと1秒お待ちください"},
		{staff.View{Place: staff.EnrolWho, Note: staff.NoteWait}, kiosk.NoRole, time.Hour, "運用会社のコード：あと60分0秒お待ちください"},
	} {
		s := LayStaff(Staff{View: c.v, Waits: map[kiosk.Role]time.Duration{c.who: c.left}}, Panel10, Fill{}, 0)
		if !strings.Contains(s.String(), c.want) {
			t.Errorf("%s is not said: %s", c.want, s)
		}
	}
}

// The cells cover the glass but for title and foot, each has its number, and what was
// touched is told by a sign too.
// TestWhatStaffDidHasTheTickOfADoneVisit: a technician reads the outcome from the sign,
// and takes none for a warning.
func TestWhatStaffDidHasTheTickOfADoneVisit(t *testing.T) {
	for n := staff.NoNote + 1; n < staff.Notes; n++ {
		s := Staff{View: staff.View{Place: staff.Result, Role: kiosk.Technician, Note: n}, Lang: kiosk.English}
		done := false
		for _, it := range LayStaff(s, Panel10, Fill{}, 0).Items {
			done = done || it.Paper == GreenSoft
		}
		if want := n == staff.NoteDone || n == staff.NoteTime; done != want {
			t.Errorf("%s: the colour of done is %v, want %v", n, done, want)
		}
	}
}

func TestTouchGridCoversTheGlass(t *testing.T) {
	for name, panel := range map[string]Panel{"10.1": Panel10, "15": Panel15, "15.6": Panel156, "upright": PanelPortrait} {
		sc := LayStaff(Staff{View: staff.View{Place: staff.TouchGrid, Role: kiosk.Technician, Touched: 1 << 7}, Lang: kiosk.Japanese, Tasks: kiosk.StaffTasks()}, panel, Fill{}, 0)
		covered, cells := float32(0), map[uint8]Item{}
		for _, it := range sc.Items {
			if it.Staff.Button == staff.ButtonCell {
				cells[it.Staff.Cell] = it
				covered += it.W * it.H
			}
		}
		if len(cells) != staff.GridCells || covered < 0.55*sc.W*sc.H {
			t.Errorf("%s: %d cells cover %.2f of the glass", name, len(cells), covered/(sc.W*sc.H))
		}
		if cells[7].Paper == cells[8].Paper || len(cells[7].Inside) == 0 || cells[7].Text != "8" || cells[8].Text != "9" {
			t.Errorf("%s: %+v, %+v", name, cells[7], cells[8])
		}
	}
}
