package run

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff"
)

func TestClerkAndTechnicianDoTheirWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := maintained(t)
		b.comesIn(kiosk.Staff)
		b.sees(staff.Look)
		b.login(staff.ButtonClerk, "135790", "111222", staff.ClerkHome)
		b.button(staff.ButtonTest, staff.TestPage)
		if v := b.presses(staff.Event{Button: staff.ButtonTask, Task: kiosk.StaffTone}, staff.Result); v.Note != staff.NoteDone {
			t.Errorf("says %s", v.Note)
		}
		b.button(staff.ButtonLeave, staff.Closed)
		if got, want := b.staffDid(), "ledger staff-trying, staff count clerk, staff compare login, ledger staff-tried, "+
			"ledger staff-doing, staff test-tone, ledger staff-did, ledger staff-did"; got != want {
			t.Errorf("did  %s\nwant %s", got, want)
		}
		b.comesIn(kiosk.Staff)
		b.login(staff.ButtonTechnician, "24680246", "111222", staff.TechnicianHome)
		b.button(staff.ButtonDanger, staff.Danger)
		b.presses(staff.Event{Button: staff.ButtonTask, Task: kiosk.StaffWipe}, staff.FreshCode)
		b.enters("111222", staff.Result)
		b.button(staff.ButtonLeave, staff.Closed)
		if !strings.HasSuffix(b.staffDid(), "staff count technician, staff compare fresh-code, ledger staff-tried, ledger staff-doing, staff wipe, ledger staff-did, ledger staff-did") {
			t.Error(b.staffDid())
		}
		if e := b.entries[len(b.entries)-1]; e.Session != (kiosk.SessionID{}) || e.Task != kiosk.StaffLeave || e.Role != kiosk.Technician {
			t.Errorf("the last line is %+v", e)
		}
		b.until(kiosk.Idle, time.Second)
		b.ends()
	})
}

// What the port says of an act reaches the screen, and of an export the ledger.
func TestScreenSaysWhyAnActFailedAndTheLedgerWhichFileWasExported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := maintained(t, func(s *benchStaff) { s.outcome, s.why = kiosk.Failed, staff.NoteNoStick })
		b.comesIn(kiosk.Staff)
		b.login(staff.ButtonTechnician, "24680246", "111222", staff.TechnicianHome)
		export := func(want staff.Note) {
			b.button(staff.ButtonDanger, staff.Danger)
			b.presses(staff.Event{Button: staff.ButtonTask, Task: kiosk.StaffExport}, staff.FreshCode)
			if v := b.enters("111222", staff.Result); v.Note != want {
				t.Errorf("says %s, want %s", v.Note, want)
			}
		}
		export(staff.NoteNoStick)
		b.button(staff.ButtonOK, staff.Danger)
		b.button(staff.ButtonBack, staff.TechnicianHome)
		b.set(func() { b.outcome, b.why, b.digest = kiosk.Done, staff.NoNote, [32]byte{7} })
		export(staff.NoteDone)
		if e := b.entries[len(b.entries)-1]; e.Kind != kiosk.EntryStaffDid || e.Digest != [32]byte{7} {
			t.Errorf("the last line is %+v", e)
		}
		b.ends()
	})
}

// Every cell reaches the port, whichever comes first.
func TestTouchedCellsReachThePort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := maintained(t)
		b.comesIn(kiosk.Staff)
		b.login(staff.ButtonTechnician, "24680246", "111222", staff.TechnicianHome)
		b.button(staff.ButtonSelfTests, staff.SelfTests)
		b.button(staff.ButtonGrid, staff.TouchGrid)
		b.presses(staff.Event{Button: staff.ButtonCell, Cell: 3}, staff.TouchGrid)
		b.presses(staff.Event{Button: staff.ButtonTask, Task: kiosk.StaffTouch}, staff.Result)
		if b.touched != 1<<3 {
			t.Errorf("%05x was touched", b.touched)
		}
		b.button(staff.ButtonOK, staff.SelfTests)
		b.button(staff.ButtonGrid, staff.TouchGrid)
		for c := uint8(staff.GridCells - 1); c > 0; c-- {
			if v := b.presses(staff.Event{Button: staff.ButtonCell, Cell: c}, staff.TouchGrid); !v.Touched.Has(c) || v.Touched.Has(c-1) {
				t.Fatalf("%05x is marked", v.Touched)
			}
		}
		b.presses(staff.Event{Button: staff.ButtonCell}, staff.Result)
		if b.touched != staff.AllCells {
			t.Errorf("%05x was touched", b.touched)
		}
		b.ends()
	})
}

func TestNewCodesAreMadeForARole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := maintained(t, func(s *benchStaff) { s.facts.Enrolled = 0 })
		b.comesIn(kiosk.Staff)
		b.button(staff.ButtonEnrol, staff.EnrolWho)
		b.button(staff.ButtonTechnician, staff.OperatorCode)
		b.enters("3333444", staff.OperatorCode)
		b.enters("4", staff.NewOwn)
		b.enters("111111", staff.NewAgain)
		if v := b.enters("222222", staff.NewOwn); v.Note != staff.NoteMismatch {
			t.Errorf("says %s", v.Note)
		}
		b.enters("111111", staff.NewAgain)
		b.enters("111111", staff.ShowQR)
		b.button(staff.ButtonOK, staff.ConfirmCode)
		if v := b.enters("111222", staff.Look); v.Note != staff.NoteDone || !v.Enrolled.Has(kiosk.Technician) {
			t.Errorf("%+v", v)
		}
		b.button(staff.ButtonEnrol, staff.Look)
		b.ends()
	})
}

// A card that a resident has left there is nothing for staff to be alone with; a
// reader that is lost is what staff has come for.
func TestStaffDoesNotComeInToACard(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(*bench)
		want    kiosk.Place
	}{
		"a card": {func(b *bench) { b.field = newCard(); b.field.b = b }, kiosk.Idle}, "two cards": {func(b *bench) { b.two = true }, kiosk.Idle},
		"nothing": {func(*bench) {}, kiosk.Staff},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := maintained(t, func(s *benchStaff) { c.prepare(s.bench) })
				b.comesIn(c.want)
				b.ends()
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		b := maintained(t, func(s *benchStaff) { s.dead = true })
		b.until(kiosk.OutOfService, time.Minute)
		b.loop.Post(kiosk.Event{Kind: kiosk.StaffIn})
		b.until(kiosk.Staff, 6*time.Second)
		b.button(staff.ButtonLeave, staff.Closed)
		b.until(kiosk.OutOfService, time.Second)
		b.ends()
	})
	synctest.Test(t, func(t *testing.T) {
		b := start(t)
		b.until(kiosk.Idle, time.Minute)
		b.loop.Post(kiosk.Event{Kind: kiosk.StaffIn})
		if v := b.now(); v.Place != kiosk.Idle {
			t.Errorf("a kiosk without maintenance goes to %s", v.Place)
		}
		b.stop()
	})
}

func TestAttemptThatIsRefusedIsNotCompared(t *testing.T) {
	for name, c := range map[string]struct {
		prepare func(*benchStaff)
		want    staff.Note
	}{
		"no record":   {func(b *benchStaff) { b.bench.refuse = b.appends + 1 }, staff.NoteNoRecord},
		"has to wait": {func(b *benchStaff) { b.refuse = staff.NoteWait }, staff.NoteWait},
		"no count": {func(b *benchStaff) {
			b.fail = func(p, op string) error {
				if strings.HasPrefix(op, "count") {
					return errors.New("no space left on device")
				}
				return nil
			}
		}, staff.NoteNoCount},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := maintained(t)
				b.comesIn(kiosk.Staff)
				b.set(func() { c.prepare(b) })
				if v := b.login(staff.ButtonClerk, "135790", "111222", staff.Refused); v.Note != c.want {
					t.Errorf("says %s", v.Note)
				}
				if strings.Contains(b.staffDid(), "compare") {
					t.Error("compared:", b.staffDid())
				}
				b.ends()
			})
		})
	}
}

// TestTheDoorIsHeardBehindAnyNumberOfTouches: what fills the inbox drops touches, never
// how the door stands, and of several states the last one counts.
func TestTheDoorIsHeardBehindAnyNumberOfTouches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := maintained(t)
		b.comesIn(kiosk.Staff)
		v := b.login(staff.ButtonTechnician, "24680246", "111222", staff.TechnicianHome)
		if !v.Door {
			t.Fatal("the door is open at first")
		}
		for range 2 * inboxSize {
			b.loop.PostStaff(staff.Event{Kind: staff.Pressed, Place: staff.OwnCode, Button: staff.ButtonOK}) // of a screen that is gone
		}
		for _, open := range []bool{true, false, true, false} {
			b.loop.DoorMoved(open)
		}
		synctest.Wait()
		if v := b.sees(staff.TechnicianHome); v.Door {
			t.Error("the door was closed, and the loop takes it for open")
		}
		b.ends()
	})
}

func TestProgramThatEndsErasesTheCodesOfStaff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := maintained(t)
		b.comesIn(kiosk.Staff)
		b.button(staff.ButtonLogin, staff.ChooseRole)
		b.button(staff.ButtonClerk, staff.OwnCode)
		typed := b.view.Secret
		typed.Append('1')
		b.stop()
		if typed.Len() != 0 {
			t.Error("the program has ended in the middle of a login, with the code in memory")
		}
	})
}

func TestMaintenanceEndsByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // silence
		b := maintained(t)
		b.comesIn(kiosk.Staff)
		b.button(staff.ButtonLogin, staff.ChooseRole)
		b.button(staff.ButtonClerk, staff.OwnCode)
		v := b.view
		v.Secret.Append('1')
		b.loop.PostStaff(staff.Event{Kind: staff.KeyPressed, Place: staff.OwnCode})
		b.until(kiosk.Idle, staff.OwnCode.Idle()+time.Second)
		b.sees(staff.Closed)
		b.ends()
	})
	synctest.Test(t, func(t *testing.T) { // ten minutes, with a hand on the screen, and an act that has begun
		b := maintained(t, func(s *benchStaff) { s.takes = 100 * time.Second })
		b.comesIn(kiosk.Staff)
		b.login(staff.ButtonTechnician, "24680246", "111222", staff.TechnicianHome)
		for begin := time.Now(); time.Since(begin) < staff.Stay-time.Minute; time.Sleep(20 * time.Second) {
			b.button(staff.ButtonEvents, staff.Events)
			b.button(staff.ButtonBack, staff.TechnicianHome)
		}
		b.button(staff.ButtonQueue, staff.Queue)
		b.presses(staff.Event{Button: staff.ButtonTask, Task: kiosk.StaffFlush}, staff.Working)
		b.until(kiosk.Idle, 2*time.Minute)
		if !strings.HasSuffix(b.staffDid(), "staff flush, ledger staff-did, ledger staff-did") || b.entries[len(b.entries)-1].Message != kiosk.MsgTimeout {
			t.Error(b.staffDid())
		}
		b.ends()
	})
	synctest.Test(t, func(t *testing.T) { // a port that never answers
		b := maintained(t, func(s *benchStaff) {
			s.takes = time.Hour
			s.late = func(p, op string) time.Duration {
				if op == "test-print" {
					return time.Hour
				}
				return 0
			}
		})
		b.comesIn(kiosk.Staff)
		b.login(staff.ButtonClerk, "135790", "111222", staff.ClerkHome)
		b.button(staff.ButtonTest, staff.TestPage)
		b.presses(staff.Event{Button: staff.ButtonTask, Task: kiosk.StaffPrint}, staff.Working)
		b.until(kiosk.Idle, staff.Working.Idle()+time.Second)
		if e := b.entries[len(b.entries)-2]; e.Outcome != kiosk.Unknown || e.Task != kiosk.StaffPrint {
			t.Errorf("%+v", e)
		}
		b.ends()
		time.Sleep(2 * time.Hour)
	})
	synctest.Test(t, func(t *testing.T) { // the resident's state leaves first
		b := maintained(t)
		b.comesIn(kiosk.Staff)
		b.login(staff.ButtonClerk, "135790", "111222", staff.ClerkHome)
		b.press(kiosk.ButtonStop)
		b.until(kiosk.Idle, time.Second)
		b.sees(staff.Closed)
		b.ends()
	})
}

// A finger may meet a key of a pad whose screen is over: its digit must not be there
// for the next who types.
func TestKeyOfTheScreenBeforeStaysInNoSlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := maintained(t)
		b.comesIn(kiosk.Staff)
		b.button(staff.ButtonLogin, staff.ChooseRole)
		pad := b.button(staff.ButtonClerk, staff.OwnCode)
		b.button(staff.ButtonBack, staff.Look)
		pad.Secret.Append('9')
		b.button(staff.ButtonLogin, staff.ChooseRole)
		if n := pad.Secret.Len(); n != 0 {
			t.Errorf("the slot holds %d characters", n)
		}
		pad.Secret.Append('9')
		if b.button(staff.ButtonClerk, staff.OwnCode); pad.Secret.Len() != 0 {
			t.Errorf("the next who types finds %d characters", pad.Secret.Len())
		}
		b.ends()
	})
}

func TestWrongClockIsMendedByTheAuthority(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := maintained(t)
		b.comesIn(kiosk.Staff)
		b.set(func() { b.off = true })
		b.login(staff.ButtonClerk, "135790", "111222", staff.ClockWrong)
		if v := b.button(staff.ButtonTime, staff.Look); v.Note != staff.NoteTime {
			t.Errorf("says %s", v.Note)
		}
		b.loop.PostStaff(staff.Event{Kind: staff.Compared, Verdict: staff.Right}) // no reply comes from a screen
		b.login(staff.ButtonClerk, "135790", "111222", staff.ClerkHome)
		b.ends()
	})
}

// What a port could not do is not done, whatever it says beside.
func TestErrorOfAPortIsNeverGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := maintained(t)
		broken := ""
		b.set(func() {
			b.fail = func(p, op string) error {
				if p == "staff" && broken != "" && strings.HasPrefix(op, broken) {
					return errors.New("input/output error")
				}
				return nil
			}
		})
		b.comesIn(kiosk.Staff)
		b.set(func() { broken = "compare" })
		b.login(staff.ButtonClerk, "135790", "111222", staff.Refused)
		b.set(func() { broken = "test-tone" })
		b.button(staff.ButtonOK, staff.Look)
		b.login(staff.ButtonClerk, "135790", "111222", staff.ClerkHome)
		b.button(staff.ButtonTest, staff.TestPage)
		if v := b.presses(staff.Event{Button: staff.ButtonTask, Task: kiosk.StaffTone}, staff.Result); v.Note != staff.NoteUnknown {
			t.Errorf("says %s", v.Note)
		}
		b.button(staff.ButtonOK, staff.TestPage)
		b.button(staff.ButtonBack, staff.ClerkHome)
		b.set(func() { broken = "make" })
		b.button(staff.ButtonEnrol, staff.EnrolWho)
		b.button(staff.ButtonTechnician, staff.OperatorCode)
		b.enters("33334444", staff.NewOwn)
		b.enters("111111", staff.NewAgain)
		if v := b.enters("111111", staff.ClerkHome); v.Note != staff.NoteFailed {
			t.Errorf("says %s", v.Note)
		}
		if !strings.Contains(b.staffDid(), "staff make technician, staff abandon, ledger staff-did") {
			t.Error(b.staffDid())
		}
		b.ends()
	})
}
