// Package interop holds the virtual card and the virtual reader against
// programs of other projects. It has no code of its own: its tests start
// Debian's programs, and what they believe is what counts.
//
//	opensc_test.go  OpenSC on the virtual card, through pcscd and vpcd
//	libnfc_test.go  libnfc on the virtual PN532's pty
//	stack_test.go   OpenSC through libnfc and the pty down to the card
//	cost_test.go    what one job costs our driver, and what it costs OpenSC
//	pace_test.go    the same as time, on a pty as slow as a UART and the air
//
// A program that is not installed fails its tests and the failure names the
// Debian package; nothing is skipped, because a judge who did not come has not
// agreed. No test touches a pcscd that is running already, or can be seen by
// one: see pcscd_test.go.
//
// What these programs cannot judge: the opening (00 82 00 96) and the reset
// (00 2C), which are our own definition, and CHANGE REFERENCE DATA, which
// OpenSC does not support for this card.
package interop
