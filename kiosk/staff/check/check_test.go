package check

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/golden"
)

// well are facts of a machine that has everything, of which all was tested and
// nothing is the matter: each figure is the last that is still well.
func well() Facts {
	return Facts{
		Tested: 1<<ItemCount - 1, Turned: Stalled, Frames: 1000, Again: NoisyFrames, Drawn: Stalled, Latency: SlowAnswer, Heard: LongSilent,
		LedgerTurn: Stalled, Waiting: 69, WaitingCap: 100, Oldest: OldRecord, DiskFree: LowDisk * 100, DiskFloor: 100, Skew: SmallSkew,
		KioskEnds: 20 * time.Hour, KioskLife: 100 * time.Hour, AuthorityEnds: AuthorityCertificateWarning, MilliCelsius: Warm,
	}
}

const tick = time.Nanosecond

// each fault by the first figure that is no longer well; every other figure stays
// the last good one, or is as bad as what the fault is told before.
var each = map[Fault]func(*Facts){
	ProgramStalled:   func(f *Facts) { f.Turned += tick; f.Crashed = true },
	ProgramCrashed:   func(f *Facts) { f.Crashed = true },
	ReaderNoDevice:   func(f *Facts) { f.Reader = ReaderNoDevice; f.Again = 1000 },
	ReaderForbidden:  func(f *Facts) { f.Reader = ReaderForbidden },
	ReaderHeld:       func(f *Facts) { f.Reader = ReaderHeld },
	ReaderSilent:     func(f *Facts) { f.Reader = ReaderSilent },
	ReaderOtherChip:  func(f *Facts) { f.Reader = ReaderOtherChip },
	ReaderGarbled:    func(f *Facts) { f.Reader = ReaderGarbled },
	ReaderStuck:      func(f *Facts) { f.Reader = ReaderStuck },
	ReaderFails:      func(f *Facts) { f.Reader = ReaderFails },
	ReaderNoCard:     func(f *Facts) { f.Reader = ReaderNoCard; f.Again = 1000 },
	ReaderNoisy:      func(f *Facts) { f.Again++ },
	ScreenStalled:    func(f *Facts) { f.Drawn += tick },
	ScreenTouch:      func(f *Facts) { f.Untouched = 1 },
	NetworkDown:      func(f *Facts) { f.Answer = kiosk.MsgNetwork; f.Latency = time.Hour },
	NetworkSlow:      func(f *Facts) { f.Latency += tick },
	AuthorityUnknown: func(f *Facts) { f.Answer = kiosk.MsgPeer; f.Heard = time.Hour },
	AuthorityVersion: func(f *Facts) { f.Answer = kiosk.MsgContract },
	AuthorityBusy:    func(f *Facts) { f.Answer = kiosk.MsgBusy },
	AuthoritySilent:  func(f *Facts) { f.Heard += tick },
	LedgerFails:      func(f *Facts) { f.LedgerError = kiosk.MsgLedger; f.LedgerTurn = time.Hour; f.LedgerSpoiled = true },
	LedgerStalled:    func(f *Facts) { f.LedgerTurn += tick },
	LedgerSpoiled:    func(f *Facts) { f.LedgerSpoiled = true; f.LedgerAsides = 1 },
	LedgerAside:      func(f *Facts) { f.LedgerAsides = 1 },
	QueueFull:        func(f *Facts) { f.Waiting = 100 },
	QueueNearlyFull:  func(f *Facts) { f.Waiting++; f.Oldest = 2 * OldRecord },
	QueueOld:         func(f *Facts) { f.Oldest += tick },
	DiskFull:         func(f *Facts) { f.DiskFree = 99 },
	DiskLow:          func(f *Facts) { f.DiskFree-- },
	ClockWrong:       func(f *Facts) { f.Skew = -MaxSkew - tick },
	ClockOff:         func(f *Facts) { f.Skew += tick },

	KioskCertificateEnded:     func(f *Facts) { f.KioskEnds = -tick },
	KioskCertificateEarly:     func(f *Facts) { f.KioskBegins = tick },
	KioskCertificateEnds:      func(f *Facts) { f.KioskEnds -= tick },
	AuthorityCertificateEnded: func(f *Facts) { f.AuthorityEnds = -tick },
	AuthorityCertificateEnds:  func(f *Facts) { f.AuthorityEnds -= tick },

	TooHot:          func(f *Facts) { f.MilliCelsius = Hot + 1 },
	Hotter:          func(f *Facts) { f.MilliCelsius++ },
	PrinterSilent:   func(f *Facts) { f.Printer = PrinterSilent },
	PrinterJam:      func(f *Facts) { f.Printer = PrinterJam },
	PrinterPaperOut: func(f *Facts) { f.Printer = PrinterPaperOut },
	PrinterCover:    func(f *Facts) { f.Printer = PrinterCover },
	PrinterFails:    func(f *Facts) { f.Printer = PrinterFails },
	PrinterPaperLow: func(f *Facts) { f.Printer = PrinterPaperLow },
	DoorIsOpen:      func(f *Facts) { f.DoorOpen = true },
	ConfigInvalid:   func(f *Facts) { f.ConfigInvalid, f.ConfigChanged = true, true },
	ConfigChanged:   func(f *Facts) { f.ConfigChanged = true },
	WatchdogUnfed:   func(f *Facts) { f.WatchdogFault = true },
	SignRepair:      func(f *Facts) { f.Sign = kiosk.MsgOffRepair },
	SignReader:      func(f *Facts) { f.Sign = kiosk.MsgOffReader },
	SignLine:        func(f *Facts) { f.Sign = kiosk.MsgOffLine },
	SignPaper:       func(f *Facts) { f.Sign = kiosk.MsgOffPaper },
	SignShop:        func(f *Facts) { f.Sign = kiosk.MsgOffShop },
	UpdateForeign:   func(f *Facts) { f.Update = UpdateForeign },
	UpdateDamaged:   func(f *Facts) { f.Update = UpdateDamaged },
	UpdateOlder:     func(f *Facts) { f.Update = UpdateOlder },
	UpdateRoom:      func(f *Facts) { f.Update = UpdateRoom },
	UpdateFails:     func(f *Facts) { f.Update = UpdateFails },
	UpdateWentBack:  func(f *Facts) { f.Update = UpdateWentBack },
	Late:            func(f *Facts) { f.Late = Of(Disk); f.DiskFree = 0 },
}

func TestEachFaultIsFoundAtTheFirstFigureThatIsNotWell(t *testing.T) {
	for _, found := range Judge(well()) {
		if found.Level != Normal || found.Fault != NoFault {
			t.Errorf("at the last good figures %v is %v, %v", found.Item, found.Level, found.Fault)
		}
	}
	for _, fault := range Faults() {
		harm, ok := each[fault]
		if !ok {
			t.Errorf("%v: no facts that meet it", fault)
			continue
		}
		f := well()
		harm(&f)
		item := fault.row().item
		if fault == Late {
			item = Disk
		}
		for _, found := range Judge(f) {
			switch {
			case found.Item == item && (found.Fault != fault || found.Level != fault.Level()):
				t.Errorf("%v: %v is %v, %v", fault, item, found.Level, found.Fault)
			case found.Item != item && found.Level != Normal:
				t.Errorf("%v: %v is %v too, %v", fault, found.Item, found.Level, found.Fault)
			}
		}
		if w := Worst(Judge(f)); w != fault.Level() {
			t.Errorf("%v: the light is %v", fault, w)
		}
	}
}

// A row whose condition is lost, or is another row's, must not pass the test above.
func TestEveryRowIsNeededByItsOwnFacts(t *testing.T) {
	for _, fault := range Faults() {
		r := fault.row()
		if r.met == nil {
			continue
		}
		f := well()
		each[fault](&f)
		was := r.met
		r.met = func(*Facts) bool { return false }
		if judge(r.item, &f).Fault == fault {
			t.Errorf("%v is found without its row", fault)
		}
		r.met = was
	}
}

func TestUntestedAndAbsentItemsAreNeverNormal(t *testing.T) {
	for _, found := range Judge(Facts{}) {
		if found.Level != Untested || found.Fault != NoFault {
			t.Errorf("of nothing: %v is %v", found.Item, found.Level)
		}
	}
	if Worst(Judge(Facts{})) != Normal {
		t.Error("what was not tested makes the light worse")
	}
	for i := range ItemCount {
		f := well()
		f.Absent = Of(i)
		f.MilliCelsius, f.DoorOpen, f.Printer = Hot+1, true, PrinterJam
		if got := judge(i, &f); got != (Finding{Item: i, Level: Absent}) {
			t.Errorf("absent: %+v", got)
		}
		f = well()
		f.Tested &^= Of(i)
		if got := judge(i, &f); got != (Finding{Item: i, Level: Untested}) {
			t.Errorf("untested: %+v", got)
		}
	}
}

// The table is a promise: a code on a telephone means the same for ever.
func TestTableIsAsAgreed(t *testing.T) {
	var b strings.Builder
	codes := map[string]bool{}
	for _, f := range Faults() {
		r := f.row()
		item := "any"
		if r.item < ItemCount {
			item = r.item.String()
		}
		if codes[r.code] || !strings.HasPrefix(r.code, "E-") || r.level < Warning || r.when == NoTime || r.who == NoRole {
			t.Errorf("%d: %+v", f, r)
		}
		codes[r.code] = true
		fmt.Fprintf(&b, "%-7s %-21s %-8s %-4s %s\n", r.code, item, r.level, r.when, r.who)
		if got, ok := Coded(f.Code()); got != f || !ok {
			t.Errorf("%v is the code of %v", f, got)
		}
	}
	golden.Is(t, "testdata/faults.golden", []byte(b.String()))
	if _, ok := Coded(""); ok || Fault(200).Code() != "" || Fault(200).String() != "-" || Item(200).String() != "item?" {
		t.Error("there is a fault of no code")
	}
}

// A clerk reads a code from the resident's screen and looks it up here.
func TestCodesThatResidentsSeeTooMeanTheSame(t *testing.T) {
	same := map[string]Fault{"E-NET": NetworkDown, "E-CRT": AuthorityUnknown, "E-VER": AuthorityVersion, "E-BSY": AuthorityBusy,
		"E-LGR": LedgerFails, "E-FUL": DiskFull, "E-CLK": ClockWrong,
		"E-OFF1": SignRepair, "E-OFF2": SignReader, "E-OFF3": SignLine, "E-OFF4": SignPaper, "E-OFF5": SignShop}
	for _, m := range kiosk.Messages() {
		f, ok := Coded(m.Code())
		if want := same[m.Code()]; ok != (want != NoFault) || f != want {
			t.Errorf("%s of the resident's screen is %v here", m.Code(), f)
		}
	}
}

func TestEveryItemHasANameAndCanBeFaulty(t *testing.T) {
	var names []string
	for i := range ItemCount {
		names = append(names, i.String())
		if !slices.ContainsFunc(Faults(), func(f Fault) bool { return f.row().item == i }) {
			t.Errorf("%v has no fault", i)
		}
	}
	slices.Sort(names)
	if len(slices.Compact(names)) != int(ItemCount) || slices.Contains(names, "") {
		t.Errorf("%q", names)
	}
	if Of(Reader, Door).Has(Screen) || !Of(Reader, Door).Has(Door) {
		t.Error("a set does not hold what it was made of")
	}
}
