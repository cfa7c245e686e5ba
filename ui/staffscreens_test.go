package ui

import (
	"fmt"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff"
	"multicopy.example/kiosk/staff/check"
	"multicopy.example/ui/layout"
)

// A staffScreen is a screen of maintenance with a name for picture files.
type staffScreen struct {
	Name string
	layout.Staff
	Typed int // digits typed
}

// machineWith is how a machine is on which these faults are found and all else is well.
func machineWith(faults ...check.Fault) (all []check.Finding) {
	for i := range check.ItemCount {
		all = append(all, check.Finding{Item: i, Level: check.Normal})
	}
	for _, f := range faults {
		all[f.Item()] = check.Finding{Item: f.Item(), Level: f.Level(), Fault: f}
	}
	return all
}

// done are the tasks that the firmware has done.
var done = []kiosk.StaffTask{kiosk.StaffSignUp, kiosk.StaffSignDown, kiosk.StaffPrint, kiosk.StaffTone, kiosk.StaffRestart, kiosk.StaffSelfTest, kiosk.StaffFlush}

// staffScreens are those that the gallery has: what a clerk and a technician meet in a
// night.
func staffScreens() (all []staffScreen) {
	add := func(name string, v staff.View, typed int, faults ...check.Fault) {
		v.Enrolled = 1<<kiosk.Clerk | 1<<kiosk.Technician
		all = append(all, staffScreen{"staff " + name, layout.Staff{View: v, Tasks: done, Findings: machineWith(faults...), Machine: "kiosk-0001"}, typed})
	}
	add("look", staff.View{Place: staff.Look}, 0)
	add("look E-RDR1", staff.View{Place: staff.Look}, 0, check.ReaderNoDevice)
	add("look E-NET", staff.View{Place: staff.Look}, 0, check.NetworkDown, check.ReaderNoisy)
	add("forgotten", staff.View{Place: staff.Forgotten}, 0)
	add("own code", staff.View{Place: staff.OwnCode, Asked: kiosk.Clerk}, 3)
	add("code", staff.View{Place: staff.Code, Asked: kiosk.Technician}, 6)
	add("wait", staff.View{Place: staff.Refused, Asked: kiosk.Clerk, Note: staff.NoteWait}, 0)
	all[len(all)-1].Waits = map[kiosk.Role]time.Duration{kiosk.Clerk: 200 * time.Second}
	add("clock wrong", staff.View{Place: staff.ClockWrong}, 0)
	add("clerk", staff.View{Place: staff.ClerkHome, Role: kiosk.Clerk}, 0)
	all[len(all)-1].Today, all[len(all)-1].Help = [3]int{12, 3, 1}, "0120-000-000"
	add("sign", staff.View{Place: staff.SignReasons, Role: kiosk.Clerk, Sign: staff.ReasonReader}, 0)
	add("technician", staff.View{Place: staff.TechnicianHome, Role: kiosk.Technician}, 0)
	all[len(all)-1].Lines = []string{"version v0.3.0 commit 4abc96830a3a53f6e1c1b1f20b1a1ed0f2d6f4a5 go1.26.8",
		"program SHA-256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "not from a signed image"}
	add("self tests", staff.View{Place: staff.SelfTests, Role: kiosk.Technician}, 0, check.ReaderNoisy)
	add("events", staff.View{Place: staff.Events, Role: kiosk.Technician}, 0)
	for i := range 512 {
		all[len(all)-1].Lines = append(all[len(all)-1].Lines, fmt.Sprintf("%d  pressed ok at place-card", i+1))
	}
	add("danger", staff.View{Place: staff.Danger, Role: kiosk.Technician, Door: true}, 0)
	danger := &all[len(all)-1]
	danger.Tasks, danger.Lines = kiosk.StaffTasks(), []string{"stick at /media/stick, 7631 MiB free"}
	danger.Refused = map[kiosk.StaffTask]staff.Note{kiosk.StaffUpdate: staff.NoteNoUpdate}
	add("wipe", staff.View{Place: staff.FreshCode, Role: kiosk.Technician, Chosen: kiosk.StaffWipe, Door: true}, 2)
	add("no stick", staff.View{Place: staff.Result, Role: kiosk.Technician, Note: staff.NoteNoStick}, 0)
	add("touch", staff.View{Place: staff.TouchGrid, Role: kiosk.Technician, Touched: 0x1CE7}, 0)
	all[len(all)-1].Tasks = kiosk.StaffTasks()
	add("done", staff.View{Place: staff.Result, Role: kiosk.Technician, Note: staff.NoteDone}, 0)
	return all
}
