// Package staff is the maintenance mode of the kiosk: what a clerk and a technician
// see and may do, and what they have to prove first. It is a pure function,
//
//	Step(State, Event) (State, []Effect)
//
// as package kiosk is one for residents, and is read in the same order: place.go
// has every place as a row, step.go what can happen anywhere, then login.go,
// tasks.go and enrol.go what each place makes of it; guard.go says what no step may
// do. To the resident's Step all of it is one place.
//
// # One night
//
// At two in the morning the screen is dark. The clerk makes the gesture, and [Look]
// says which part of the machine is at fault and what to do: no login is needed to
// look. To put up the out-of-service sign the clerk logs in, with an own code and
// the one-time password that an authenticator shows. The technician who comes logs
// in the same way, sees the events, runs a self test, sends the queue, and writes
// the report. Each attempt and each act is a line of the ledger, with the role and
// never a name.
//
// # What holds
//
// Order is meaning. An attempt is recorded, then counted, then compared: three
// effects in a row ([DoRecord], [DoCount], [DoCompare]). A record or a count that
// cannot be made durable, and a count that says that the role has to wait, cancels
// what stands behind it and comes back as RecordLost or CountRefused. So no code is
// compared uncounted, and pulling the plug buys nothing (kiosk/staff/login). An act
// stands right behind its record in the same way.
//
// Acts need a login of a role that may do them (the table in tasks.go). What cannot
// be taken back (wipe, a new certificate, an update, an export of records) needs the
// technician, the door of the machine open, and a fresh one-time password, each
// time.
//
// A clock that is wrong makes every one-time password wrong, and is named
// ([ClockWrong]). It has its own ways in: the authority's time, or both roles one
// after the other, whose authenticators agree.
//
// New codes for a role (enrol.go) need a code that the operator reads out, and a
// login of the other role where there is one. So the installer, on a machine without
// any codes, needs the operator alone; a lost authenticator is replaced by the other
// role; and no role replaces its own. The QR code is shown once.
//
// A place that is left alone is left for good after its idle time, and ten minutes
// after the opening or the login the mode ends ([TimeUp]), or as soon as what is
// under way has ended. [ButtonLeave] is offered everywhere. [Closed] holds nothing.
//
// Who opens it, and that no card lies on the reader then, is the loop's to see to.
package staff
