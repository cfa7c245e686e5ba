package kiosk

// StaffTask is the closed list of what staff can try or have done in maintenance
// (kiosk/staff), as the ledger has it. The numbers are the ledger's for ever.
type StaffTask uint8

const (
	NoStaffTask StaffTask = iota // a line of a visit

	// With codes.
	StaffLogin    // own code and one-time password
	StaffBoth     // the same at a wrong clock, where the other role has to agree
	StaffFresh    // a fresh one-time password, before what is dangerous
	StaffOperator // the operator's code, before an enrolment
	StaffLeave    // the end of a login; Message says how

	// Either role.
	StaffSignUp   // the out-of-service sign is put up
	StaffSignDown // and taken down
	StaffPrint    // a test slip
	StaffTone     // a test tone
	StaffRestart  // the firmware starts anew

	// The technician.
	StaffSelfTest        // of reader, touch, printer, clock, line
	StaffFlush           // the queue of records is sent now
	StaffReport          // the readiness report is written
	StaffEnrolClerk      // the clerk gets new codes
	StaffEnrolTechnician // the technician gets new codes

	// The technician, with the door open and a fresh one-time password.
	StaffExport  // records to a stick
	StaffUpdate  // an update is applied
	StaffReenrol // the kiosk gets a new certificate
	StaffWipe    // the kiosk forgets everything

	// The technician again; a number is never given twice.
	StaffTouch // cells all over the glass were touched, one by one

	staffTaskCount
)

// String is the task's name in exports.
func (t StaffTask) String() string {
	if t >= staffTaskCount {
		return "staff task?"
	}
	return [...]string{"-", "login", "login-both", "fresh-code", "operator-code", "leave", "sign-up", "sign-down", "test-print", "test-tone",
		"restart", "self-test", "flush", "report", "enrol-clerk", "enrol-technician", "export", "update", "re-enrol", "wipe", "touch-grid"}[t]
}

// StaffTasks are all of them.
func StaffTasks() (all []StaffTask) {
	for t := StaffLogin; t < staffTaskCount; t++ {
		all = append(all, t)
	}
	return all
}
