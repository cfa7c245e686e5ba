package check

import (
	"time"

	"multicopy.example/kiosk"
)

// Facts are what was measured. They are a comparable value and hold nothing of any
// resident. A fact counts only where its item is in Tested, so the zero Facts say
// that nothing is known, and never that all is well.
type Facts struct {
	Tested Items // these were measured …
	Absent Items // … this machine has no such part …
	Late   Items // … and here the test did not end within its limit

	Turned  time.Duration // since the loop last took an event
	Crashed bool          // the program has ended by itself, and its trace is here

	Reader Fault  // of the reader's faults, as Ready or Answers met it; NoFault where it works
	Frames uint32 // replies of the reader …
	Again  uint32 // … and how many of them were damaged and asked for again

	Drawn     time.Duration // since a frame was last drawn
	Untouched uint8         // cells of the touch grid that did not react when staff last touched it

	Answer  kiosk.Message // why the authority gave no answer, or no good one; NoMessage where it did
	Latency time.Duration // of its answer
	Heard   time.Duration // since it was last heard; 0 where it was asked now

	LedgerError   kiosk.Message // why it could not be opened; NoMessage where it is open
	LedgerSpoiled bool          // it does not verify
	LedgerAsides  uint32        // ledgers that were set aside and are still here
	LedgerTurn    time.Duration // since it last answered

	Waiting    uint32        // records that wait for the authority …
	WaitingCap uint32        // … of so many at most …
	Oldest     time.Duration // … and since when the oldest does

	DiskFree  uint64 // bytes …
	DiskFloor uint64 // … and how many a visit needs

	Skew time.Duration // our clock less the authority's

	KioskEnds     time.Duration // until the kiosk's certificate ends; negative afterwards
	KioskBegins   time.Duration // until it begins; negative afterwards
	KioskLife     time.Duration // from its first moment to its last
	AuthorityEnds time.Duration // until the authority's certificate ends; negative afterwards

	MilliCelsius int32 // the hottest sensor

	Printer Fault // of the printer's faults, as its status told; NoFault where it is ready

	DoorOpen bool

	ConfigInvalid bool // the file cannot be used
	ConfigChanged bool // the file is not what the program runs with

	WatchdogFault bool // it is configured and cannot be fed

	Sign kiosk.Message // what the out-of-service sign says; NoMessage where it is down

	Update Fault // why the offered update was not installed, or not kept; NoFault where nothing is the matter
}

// Thresholds, each the last value that is still well.
const (
	// Stalled is three times the interval of the proof of life (kiosk/run).
	Stalled = 15 * time.Second
	// NoisyFrames of a thousand were asked for again: a good wire has none.
	NoisyFrames = 10
	// SlowAnswer is half of the time in which a person takes an answer for slow.
	SlowAnswer = 2 * time.Second
	// LongSilent is three heartbeats without an answer.
	LongSilent = 45 * time.Minute
	// MaxSkew is the loop's own bound, SmallSkew what a machine that sets its clock
	// by the network never reaches.
	MaxSkew   = 10 * time.Minute
	SmallSkew = time.Minute
	// NearlyFull is the percentage at which the loop warns too.
	NearlyFull = 70
	// OldRecord is a day without a single batch.
	OldRecord = 24 * time.Hour
	// LowDisk is how many floors have to be free: a log may take one in a night.
	LowDisk = 4
	// KioskCertificatePart of a certificate's life is left: it is renewed when a
	// quarter is left at the latest (cmd/internal/renewal), so many renewals failed.
	KioskCertificatePart = 5
	// AuthorityCertificateWarning is what an operator needs to have one issued.
	AuthorityCertificateWarning = 14 * 24 * time.Hour
	// Warm is where boards of this kind begin to slow down, Hot where they stop.
	Warm = 75_000
	Hot  = 90_000
)
