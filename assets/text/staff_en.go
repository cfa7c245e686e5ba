package text

import (
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff"
)

var enPages = pageTable{
	pages: [staff.Places]StaffPage{
		staff.Look: {"State of the machine", ""},
		staff.Forgotten: {"A card that was left",
			"Do not put the card on the reader. Put it into an envelope with date and time, and keep it in the shop. Give it back to its owner after a check of identity. If the owner does not come on the same day, hand it to the police."},
		staff.ChooseRole:        {"Who are you?", ""},
		staff.OwnCode:           {"Your own code", "Type 6 to 8 digits."},
		staff.Code:              {"One-time password", "Type the 6 digits that your authenticator app shows."},
		staff.Comparing:         {"Checking", ""},
		staff.Refused:           {"No login", ""},
		staff.ClockWrong:        {"The clock is wrong", "The authenticator app and this machine have different times. Take the authority's time, or have clerk and technician log in one after the other."},
		staff.AskingTime:        {"Asking the authority for the time", ""},
		staff.ClerkHome:         {"Clerk", ""},
		staff.TechnicianHome:    {"Technician", ""},
		staff.SignReasons:       {"Out-of-service sign", "The reason that you choose is shown to customers in every language."},
		staff.TestPage:          {"Test of printer and sound", ""},
		staff.RestartPage:       {"Restart", "The machine's program is started again. It is back after about a minute."},
		staff.SelfTests:         {"Self tests", "Before you start, make sure that no card lies on the reader."},
		staff.Queue:             {"Records waiting to be sent", ""},
		staff.Events:            {"Last events", ""},
		staff.Config:            {"Configuration", ""},
		staff.Report:            {"Readiness report", "The results of all tests are written into the machine's data folder."},
		staff.Danger:            {"What cannot be taken back", "Open the door of the machine. Each of these asks for a fresh one-time password."},
		staff.FreshCode:         {"A fresh one-time password", "Type the digits that follow those of the login."},
		staff.FreshComparing:    {"Checking", ""},
		staff.Working:           {"At work", "Please wait until it is done."},
		staff.Result:            {"Result", ""},
		staff.EnrolWho:          {"Whose codes are made?", "The codes of before stop working."},
		staff.OperatorCode:      {"The operator's code", "Type the 8 digits that you were told on the telephone."},
		staff.OperatorComparing: {"Checking", ""},
		staff.NewOwn:            {"Your new own code", "Choose 6 to 8 digits and type them."},
		staff.NewAgain:          {"Your new own code, again", "Type the same digits again."},
		staff.Enrolling:         {"Making the codes", ""},
		staff.ShowQR:            {"Scan this with your authenticator app", "This QR code is shown this once."},
		staff.ConfirmCode:       {"Check of the authenticator app", "Type the 6 digits that the authenticator app shows."},
		staff.Confirming:        {"Checking", ""},
	},
	buttons: map[staff.Button]string{
		staff.ButtonLeave: "Leave", staff.ButtonOK: "Next", staff.ButtonBack: "Back", staff.ButtonLogin: "Log in",
		staff.ButtonForgotten: "A card that was left", staff.ButtonEnrol: "Make codes", staff.ButtonClerk: "Clerk", staff.ButtonTechnician: "Technician",
		staff.ButtonBoth: "Both log in", staff.ButtonTime: "Take the authority's time", staff.ButtonSign: "Out-of-service sign",
		staff.ButtonTest: "Printer and sound", staff.ButtonRestart: "Restart", staff.ButtonSelfTests: "Self tests", staff.ButtonQueue: "Records waiting",
		staff.ButtonEvents: "Last events", staff.ButtonConfig: "Configuration", staff.ButtonReport: "Readiness report", staff.ButtonDanger: "What cannot be taken back",
	},
	tasks: map[kiosk.StaffTask]string{
		kiosk.StaffSignDown: "Take the sign down", kiosk.StaffPrint: "Test print", kiosk.StaffTone: "Test tone", kiosk.StaffRestart: "Restart now",
		kiosk.StaffSelfTest: "Start the tests", kiosk.StaffFlush: "Send now", kiosk.StaffReport: "Write the report", kiosk.StaffExport: "Export records",
		kiosk.StaffUpdate: "Apply the update", kiosk.StaffReenrol: "New certificate", kiosk.StaffWipe: "Erase everything",
	},
	reasons: [staff.Reasons]string{
		staff.ReasonRepair: "Waiting for repair",
		staff.ReasonReader: "Card reader",
		staff.ReasonLine:   "No connection",
		staff.ReasonPaper:  "No paper",
		staff.ReasonShop:   "The shop's reason",
	},
	notes: [staff.Notes]string{
		staff.NoteWrong: "The own code or the one-time password is wrong.", staff.NoteUsed: "This one-time password was used already. Wait for the next one.",
		staff.NoteWait: "Too many wrong attempts: wait before the next one. The wait grows, up to an hour.", staff.NoteNoCodes: "This role has no codes yet.",
		staff.NoteOther: "The other role has to log in first.", staff.NoteNoRecord: "No record could be kept, so it was not done.",
		staff.NoteNoCount: "The attempt could not be counted, so nothing was checked.", staff.NoteForm: "That is not the right number of digits.", staff.NoteMismatch: "The first and the second entry differ.",
		staff.NoteDoor: "The door is not open.", staff.NoteTime: "The clock is right again. Log in once more.", staff.NoteNoTime: "The authority did not say the time.",
		staff.NoteClock: "The authenticator app and the machine's clock disagree.", staff.NoteDone: "Done.", staff.NoteFailed: "It could not be done.", staff.NoteUnknown: "It is not known whether it was done. Look at the state of the machine.",
		staff.NoteNoKey: "Not possible: no key of the operator is configured, and an export is encrypted to it.", staff.NoteNoStick: "No USB stick is there. Put one in, and wait until its lamp is still.",
		staff.NoteStickFull: "The USB stick has no room for it. Take another one.", staff.NoteStickBad: "The USB stick could not be written, or does not hold what was written. Nothing of it is left there. Take another one.",
	},
	roles: map[kiosk.Role]string{kiosk.Clerk: "Clerk", kiosk.Technician: "Technician"},
	words: [staffWords]string{
		StaffWell: "Everything works", StaffWatch: "It works, and needs attention", StaffDown: "It cannot be used",
		StaffHelp: "Help desk", StaffMachine: "Machine", StaffNoSign: "No sign is up", StaffSignSays: "The sign says", StaffDigits: "Type the digits",
	},
}
