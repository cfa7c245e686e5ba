// Package layout says where everything on a screen goes: a pure function from a
// View, the panel and how far an entry has come to a flat list of items with
// rectangles in pixels, texts broken into lines, and roles for colours. It
// draws nothing and knows no toolkit, so that what a resident must be able to
// read and hit is proved by arithmetic.
//
// It never sees a secret: an entry is a count of characters and the rules it
// breaks, and not even those come out of [Screen.String].
//
// Sizes are millimetres of glass, turned into pixels by the panel's own
// measures: capitals of 3.5, 4.8, 6.4 or 8.5 mm as the resident chose, targets of
// 12.7 mm with 2.54 mm between them at least (VVSG 2.0; EN 301 549 5.1), keys of
// 18 mm.
//
// A view that does not fit becomes pages: it neither scrolls nor shrinks. Which
// page is shown is the display's; a button that decides stands on the last one.
//
// Read page.go next, then flow.go, one screen, and pad.go.
package layout

import (
	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff"
)

// A Panel is a screen's glass: pixels and millimetres, and where the reader lies
// beside it.
type Panel struct {
	W, H     int
	WMM, HMM float32
	Reader   Reader
	Trouble  string       // what an out-of-service screen tells staff: a code, the machine, the first thing to try
	Unready  string       // what the out-of-service screen of a kiosk that did not start tells staff
	Staff    bool         // staff comes in by its gesture, which the screen may name
	Chains   []text.Chain // whose stores have this service, for who is at one that cannot do it
}

// The panels that the kiosk is built with.
var (
	Panel10       = Panel{W: 1280, H: 800, WMM: 217, HMM: 136}  // 10.1"
	Panel15       = Panel{W: 1024, H: 768, WMM: 304, HMM: 228}  // 15"
	Panel156      = Panel{W: 1920, H: 1080, WMM: 345, HMM: 194} // 15.6"
	PanelPortrait = Panel{W: 1080, H: 1920, WMM: 194, HMM: 345} // 15.6", upright
)

// A Fill is how far the entry on the screen has come. It is as private as the
// entry's length and lives for one layout.
type Fill struct {
	Typed int        // characters typed
	Form  kiosk.Form // the rules the entry breaks now
}

// A Rect is in pixels from the top left corner of the panel.
type Rect struct{ X, Y, W, H float32 }

// Kind is what an item is.
type Kind uint8

const (
	Surface Kind = iota // a rounded rectangle that other items stand on
	Line                // one line of text
	Button              // posts its kiosk.Button
	Key                 // changes the entry
	Cell                // the place of one character of the entry
	Picture             // a drawing made of Inside
	Round               // inside a picture: an ellipse
	Bar                 // inside a picture: a rounded rectangle
	Stroke              // inside a picture: a line from (X,Y) by (W,H)
	Glyph               // one character of a name that is lent, and in no line
)

// Cap is what a key does.
type Cap uint8

const (
	NoCap    Cap = iota // not a key
	CapChar             // appends Char
	CapErase            // takes the last character away
	CapClear            // takes all of them away
	CapShow             // shows what View.Shows permits
)

// Mark is what the drawing on a button says to who reads no word.
type Mark uint8

const (
	NoMark      Mark = iota // no drawing, or one that says nothing by itself
	MarkOn                  // an arrow to the right: it goes on
	MarkBack                // an arrow to the left
	MarkEnd                 // a cross: it ends
	MarkChosen              // a tick: this one stands
	MarkGlobe               // languages
	MarkColours             // colours
	MarkSlip                // a strip of paper
)

// An Item is one thing on the screen.
type Item struct {
	Kind
	Rect
	Text   string
	Px     float32 // size of the text's em; whole pixels, to which Fyne would round it up
	Bold   bool
	Ink    Role // of text and strokes
	Paper  Role // the fill, or what a text stands on; None is no fill
	Edge   Role // of the outline; None is no outline
	Thick  float32
	Radius float32

	Press  kiosk.Button // Button
	Turn   int8         // Button: turns the page, forward or back, and presses nothing
	Lang   kiosk.Lang   // Line: of the text; Button of kiosk.ButtonSpeak: which language
	Theme  kiosk.Theme  // Button of kiosk.ButtonTheme: which theme
	Row    int8         // Button of kiosk.ButtonPick: which row of the list
	Mark   Mark         // Button: what is drawn on it
	Staff  staff.Event  // Button of a screen of maintenance: what is posted instead of Press
	Of     string       // Line: the sentence that it is a line of
	Ruby   bool         // Line: the reading of kanji below it
	Down   Role         // Button, Key: the fill while pressed
	Cap    Cap          // Key
	Char   byte         // Key of CapChar
	Typed  bool         // Cell: a character stands here
	Last   bool         // Cell: the last one typed
	Wrong  bool         // Cell: what stood here was not right; it is struck out
	At     int          // Cell: which character of the entry, from 0
	Rule   bool         // Line: a rule of the checklist
	Live   bool         // follows the Fill, not the View alone
	Over   bool         // lies over the rest, which cannot be touched then
	Side   Side         // Picture: an arrow to that edge of the glass
	Shape  kiosk.Pad    // Picture: of a secret, by what it is typed on
	Inside []Item       // the face of a button or key; the parts of a picture
}

// A Screen is all that is to be drawn, in the order of drawing.
type Screen struct {
	W, H  float32
	Theme kiosk.Theme
	Paper Role // the whole background
	Items []Item
	Page  int // which page this is, from 0
	Pages int // how many the view has

	// Heard leads to the page of sound for who uses keys or switches. It is drawn over the rest while it has the
	// focus, and takes no room otherwise. The zero Item where there is none.
	Heard Item

	Busy Rect // where a sign of life may move; empty where none is
}

// Lay lays out the first page of a view, which for most is the only one.
func Lay(v kiosk.View, panel Panel, f Fill) Screen { return LayPage(v, panel, f, 0) }

// LayPage lays out one page of a view; one after the last is the last.
func LayPage(v kiosk.View, panel Panel, f Fill, no int) Screen {
	draw := screens[v.Place.Screen()]
	switch {
	case draw == nil: // a number that names no place
		draw = closed
	case v.Choosing == kiosk.ChoiceLanguage:
		draw = languages
	case v.Choosing == kiosk.ChoiceTheme:
		draw = themes
	case v.Choosing == kiosk.ChoiceSound:
		draw = sound
	}
	p := open(v, panel, f, no)
	draw(p)
	p.drawFoot()
	p.drawBar()
	if v.Warn && v.Stay {
		p.overlay()
	}
	if v.Sound && !v.Warn {
		p.sc.Heard = p.heard()
	}
	p.sc.Page, p.sc.Pages = p.no, max(p.pages, 1)
	return p.sc
}

var screens = [kiosk.Screens]func(*page){
	kiosk.ScreenStarting:     starting,
	kiosk.ScreenIdle:         attract,
	kiosk.ScreenWhich:        which,
	kiosk.ScreenNeither:      neither,
	kiosk.ScreenNeeds:        needs,
	kiosk.ScreenPlaceCard:    placeCard,
	kiosk.ScreenChecking:     checking,
	kiosk.ScreenWrongCard:    wrongCard,
	kiosk.ScreenPlan:         planned,
	kiosk.ScreenLying:        lying,
	kiosk.ScreenCode:         code,
	kiosk.ScreenCodeAsked:    codeAsked,
	kiosk.ScreenNewSecret:    newSecret,
	kiosk.ScreenAgain:        again,
	kiosk.ScreenConfirm:      confirm,
	kiosk.ScreenLastTry:      lastTry,
	kiosk.ScreenProof:        proof,
	kiosk.ScreenWorking:      working,
	kiosk.ScreenShown:        phones,
	kiosk.ScreenHoldAsk:      holdAsk,
	kiosk.ScreenHolding:      holding,
	kiosk.ScreenListed:       listed,
	kiosk.ScreenOneConsent:   oneConsent,
	kiosk.ScreenWithdrawAsk:  withdrawAsk,
	kiosk.ScreenDoubtCard:    doubtCard,
	kiosk.ScreenDoubtReading: doubtReading,
	kiosk.ScreenDoubtAgain:   doubtAgain,
	kiosk.ScreenTelling:      telling,
	kiosk.ScreenCounterPage:  counterPage,
	kiosk.ScreenTakeCard:     takeCard,
	kiosk.ScreenThanks:       thanks,
	kiosk.ScreenOutOfService: closed,
	kiosk.ScreenStaff:        maintenance,
}
