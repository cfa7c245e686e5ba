package check

import "multicopy.example/kiosk"

// A Fault is one thing that can be the matter.
type Fault uint8

// The faults, item by item, the one to mend first before the others.
const (
	NoFault Fault = iota

	ProgramStalled
	ProgramCrashed

	ReaderNoDevice
	ReaderForbidden
	ReaderHeld
	ReaderSilent
	ReaderOtherChip
	ReaderGarbled
	ReaderStuck
	ReaderFails  // whatever else
	ReaderNoCard // a test card was to be read, and none was
	ReaderNoisy

	ScreenStalled
	ScreenTouch // cells of the touch grid did not react

	NetworkDown
	NetworkSlow

	AuthorityUnknown // it is not the authority, or does not know this kiosk
	AuthorityVersion
	AuthorityBusy
	AuthoritySilent

	LedgerFails
	LedgerStalled
	LedgerSpoiled
	LedgerAside

	QueueFull
	QueueNearlyFull
	QueueOld

	DiskFull
	DiskLow

	ClockWrong
	ClockOff

	KioskCertificateEnded
	KioskCertificateEarly
	KioskCertificateEnds

	AuthorityCertificateEnded
	AuthorityCertificateEnds

	TooHot
	Hotter

	PrinterSilent
	PrinterJam
	PrinterPaperOut
	PrinterCover
	PrinterFails // whatever else
	PrinterPaperLow

	DoorIsOpen

	ConfigInvalid
	ConfigChanged

	WatchdogUnfed

	SignRepair
	SignReader
	SignLine
	SignPaper
	SignShop

	UpdateForeign
	UpdateDamaged
	UpdateOlder
	UpdateRoom
	UpdateFails    // whatever else
	UpdateWentBack // it was on trial, and did not work here

	Late // of any item: its test did not end within its limit

	faultCount // how many there are
)

// A row is one fault: its code, its item and the columns of the manual. met is nil
// for Late alone, which no item owns.
type row struct {
	code  string
	item  Item
	level Level
	when  Time
	who   Role
	met   func(*Facts) bool
}

func readerIs(r Fault) func(*Facts) bool       { return func(f *Facts) bool { return f.Reader == r } }
func printerIs(p Fault) func(*Facts) bool      { return func(f *Facts) bool { return f.Printer == p } }
func updateIs(u Fault) func(*Facts) bool       { return func(f *Facts) bool { return f.Update == u } }
func signIs(m kiosk.Message) func(*Facts) bool { return func(f *Facts) bool { return f.Sign == m } }
func answerIs(m kiosk.Message) func(*Facts) bool {
	return func(f *Facts) bool { return f.Answer == m }
}

// faults is the table. A code that a resident's screen shows too (kiosk.Message)
// stands here for the same thing.
var faults = [faultCount]row{
	ProgramStalled: {"E-RUN1", Program, Critical, Now, Clerk, func(f *Facts) bool { return f.Turned > Stalled }},
	ProgramCrashed: {"E-RUN2", Program, Warning, Soon, Engineer, func(f *Facts) bool { return f.Crashed }},

	ReaderNoDevice:  {"E-RDR1", Reader, Critical, Now, Clerk, readerIs(ReaderNoDevice)},
	ReaderForbidden: {"E-RDR2", Reader, Critical, Now, Engineer, readerIs(ReaderForbidden)},
	ReaderHeld:      {"E-RDR3", Reader, Critical, Now, Engineer, readerIs(ReaderHeld)},
	ReaderSilent:    {"E-RDR4", Reader, Critical, Now, Clerk, readerIs(ReaderSilent)},
	ReaderOtherChip: {"E-RDR5", Reader, Critical, Now, Engineer, readerIs(ReaderOtherChip)},
	ReaderGarbled:   {"E-RDR6", Reader, Critical, Now, Engineer, readerIs(ReaderGarbled)},
	ReaderStuck:     {"E-RDR7", Reader, Critical, Now, Clerk, readerIs(ReaderStuck)},
	ReaderFails:     {"E-RDR0", Reader, Critical, Now, Clerk, readerIs(ReaderFails)},
	ReaderNoCard:    {"E-RDR9", Reader, Warning, Now, Engineer, readerIs(ReaderNoCard)},
	ReaderNoisy: {"E-RDR8", Reader, Warning, Soon, Engineer,
		func(f *Facts) bool { return uint64(f.Again)*1000 > uint64(f.Frames)*NoisyFrames }},

	ScreenStalled: {"E-SCR1", Screen, Critical, Now, Clerk, func(f *Facts) bool { return f.Drawn > Stalled }},
	ScreenTouch:   {"E-SCR2", Screen, Warning, Now, Engineer, func(f *Facts) bool { return f.Untouched > 0 }},

	NetworkDown: {"E-NET", Network, Critical, Now, Clerk, answerIs(kiosk.MsgNetwork)},
	NetworkSlow: {"E-NET1", Network, Warning, Soon, Engineer, func(f *Facts) bool { return f.Latency > SlowAnswer }},

	AuthorityUnknown: {"E-CRT", Authority, Critical, Now, Engineer, answerIs(kiosk.MsgPeer)},
	AuthorityVersion: {"E-VER", Authority, Critical, Now, Engineer, answerIs(kiosk.MsgContract)},
	AuthorityBusy:    {"E-BSY", Authority, Warning, Soon, Clerk, answerIs(kiosk.MsgBusy)},
	AuthoritySilent:  {"E-NET2", Authority, Warning, Soon, Engineer, func(f *Facts) bool { return f.Heard > LongSilent }},

	LedgerFails:   {"E-LGR", Ledger, Critical, Now, Engineer, func(f *Facts) bool { return f.LedgerError != kiosk.NoMessage }},
	LedgerStalled: {"E-LGR1", Ledger, Critical, Now, Clerk, func(f *Facts) bool { return f.LedgerTurn > Stalled }},
	LedgerSpoiled: {"E-LGR2", Ledger, Critical, Now, Engineer, func(f *Facts) bool { return f.LedgerSpoiled }},
	LedgerAside:   {"E-LGR3", Ledger, Warning, Soon, Engineer, func(f *Facts) bool { return f.LedgerAsides > 0 }},

	QueueFull: {"E-FUL1", Queue, Critical, Now, Engineer,
		func(f *Facts) bool { return f.WaitingCap > 0 && f.Waiting >= f.WaitingCap }},
	QueueNearlyFull: {"E-QUE1", Queue, Warning, Soon, Engineer,
		func(f *Facts) bool { return uint64(f.Waiting)*100 >= uint64(f.WaitingCap)*NearlyFull && f.Waiting > 0 }},
	QueueOld: {"E-QUE2", Queue, Warning, Soon, Engineer, func(f *Facts) bool { return f.Oldest > OldRecord }},

	DiskFull: {"E-FUL", Disk, Critical, Now, Engineer, func(f *Facts) bool { return f.DiskFree < f.DiskFloor }},
	DiskLow:  {"E-DSK1", Disk, Warning, Soon, Engineer, func(f *Facts) bool { return f.DiskFree/LowDisk < f.DiskFloor }},

	ClockWrong: {"E-CLK", Clock, Critical, Now, Engineer, func(f *Facts) bool { return f.Skew.Abs() > MaxSkew }},
	ClockOff:   {"E-CLK1", Clock, Warning, Soon, Engineer, func(f *Facts) bool { return f.Skew.Abs() > SmallSkew }},

	KioskCertificateEnded: {"E-CRT1", KioskCertificate, Critical, Now, Engineer, func(f *Facts) bool { return f.KioskEnds < 0 }},
	KioskCertificateEarly: {"E-CRT2", KioskCertificate, Critical, Now, Engineer, func(f *Facts) bool { return f.KioskBegins > 0 }},
	KioskCertificateEnds: {"E-CRT3", KioskCertificate, Warning, Soon, Engineer,
		func(f *Facts) bool { return f.KioskEnds < f.KioskLife/KioskCertificatePart }},

	AuthorityCertificateEnded: {"E-CRT4", AuthorityCertificate, Critical, Now, Engineer, func(f *Facts) bool { return f.AuthorityEnds < 0 }},
	AuthorityCertificateEnds: {"E-CRT5", AuthorityCertificate, Warning, Soon, Engineer,
		func(f *Facts) bool { return f.AuthorityEnds < AuthorityCertificateWarning }},

	TooHot: {"E-TMP1", Temperature, Critical, Now, Clerk, func(f *Facts) bool { return f.MilliCelsius > Hot }},
	Hotter: {"E-TMP2", Temperature, Warning, Now, Clerk, func(f *Facts) bool { return f.MilliCelsius > Warm }},

	// A printer stops no visit: its faults are warnings.
	PrinterSilent:   {"E-PRN1", Printer, Warning, Soon, Clerk, printerIs(PrinterSilent)},
	PrinterJam:      {"E-JAM", Printer, Warning, Now, Clerk, printerIs(PrinterJam)},
	PrinterPaperOut: {"E-PAP", Printer, Warning, Now, Clerk, printerIs(PrinterPaperOut)},
	PrinterCover:    {"E-PRN2", Printer, Warning, Now, Clerk, printerIs(PrinterCover)},
	PrinterFails:    {"E-PRN3", Printer, Warning, Soon, Engineer, printerIs(PrinterFails)},
	PrinterPaperLow: {"E-PAP1", Printer, Warning, Soon, Clerk, printerIs(PrinterPaperLow)},

	DoorIsOpen: {"E-DOR1", Door, Warning, Now, Clerk, func(f *Facts) bool { return f.DoorOpen }},

	ConfigInvalid: {"E-CFG1", Configuration, Critical, Now, Engineer, func(f *Facts) bool { return f.ConfigInvalid }},
	ConfigChanged: {"E-CFG2", Configuration, Warning, Soon, Engineer, func(f *Facts) bool { return f.ConfigChanged }},

	WatchdogUnfed: {"E-WDG1", Watchdog, Warning, Soon, Engineer, func(f *Facts) bool { return f.WatchdogFault }},

	// No visit begins while it is up, whatever else is well.
	SignRepair: {"E-OFF1", Sign, Critical, Soon, Clerk, signIs(kiosk.MsgOffRepair)},
	SignReader: {"E-OFF2", Sign, Critical, Soon, Clerk, signIs(kiosk.MsgOffReader)},
	SignLine:   {"E-OFF3", Sign, Critical, Soon, Clerk, signIs(kiosk.MsgOffLine)},
	SignPaper:  {"E-OFF4", Sign, Critical, Soon, Clerk, signIs(kiosk.MsgOffPaper)},
	SignShop:   {"E-OFF5", Sign, Critical, Soon, Clerk, signIs(kiosk.MsgOffShop)},

	// The machine runs the version of before, and serves.
	UpdateForeign:  {"E-UPD1", Update, Warning, Soon, Engineer, updateIs(UpdateForeign)},
	UpdateDamaged:  {"E-UPD2", Update, Warning, Soon, Engineer, updateIs(UpdateDamaged)},
	UpdateOlder:    {"E-UPD3", Update, Warning, Soon, Engineer, updateIs(UpdateOlder)},
	UpdateRoom:     {"E-UPD4", Update, Warning, Soon, Engineer, updateIs(UpdateRoom)},
	UpdateFails:    {"E-UPD5", Update, Warning, Soon, Engineer, updateIs(UpdateFails)},
	UpdateWentBack: {"E-UPD6", Update, Warning, Soon, Engineer, updateIs(UpdateWentBack)},

	Late: {"E-TST1", ItemCount, Critical, Now, Clerk, nil},
}

func (f Fault) row() *row {
	if f >= faultCount {
		f = NoFault
	}
	return &faults[f]
}

// Code is what staff says on the telephone; "" for NoFault.
func (f Fault) Code() string { return f.row().code }

// Item is what is at fault.
func (f Fault) Item() Item { return f.row().item }

// Level is warning or critical.
func (f Fault) Level() Level { return f.row().level }

// When is when something has to be done.
func (f Fault) When() Time { return f.row().when }

// Who is who can do it.
func (f Fault) Who() Role { return f.row().who }

// String is the code, or "-".
func (f Fault) String() string {
	if c := f.Code(); c != "" {
		return c
	}
	return "-"
}

// Faults lists every fault but NoFault, for the catalogue of sentences and for
// tests.
func Faults() []Fault {
	all := make([]Fault, 0, faultCount-1)
	for f := NoFault + 1; f < faultCount; f++ {
		all = append(all, f)
	}
	return all
}

// Coded is the fault of that code; false where there is none.
func Coded(code string) (Fault, bool) {
	for _, f := range Faults() {
		if f.Code() == code {
			return f, true
		}
	}
	return NoFault, false
}
