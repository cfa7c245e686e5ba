package kiosk

import "time"

// LiveSecrets is the set of secrets that are live: typed or received, and not yet wiped.
type LiveSecrets uint8

const (
	LiveCode  LiveSecrets = 1 << iota // the one-time password
	LiveNew                           // the new secret
	LiveAgain                         // the new secret, typed again
	LiveProof                         // the proof secret
	LiveList                          // what the authority said of the person's phones or consents

	LiveNone LiveSecrets = 0                                                     // none of them
	LiveAll  LiveSecrets = LiveCode | LiveNew | LiveAgain | LiveProof | LiveList // each of them
)

// A State is where one resident is. It is a comparable value without
// pointers: equal states behave alike for ever, so all of them can be walked.
// Payload (certificates, challenges, tickets, grants) never enters it.
type State struct {
	Place
	Op    uint32 // the request we wait for; a reply to any other is stale
	Timer uint8  // how many of the place's timers have fired
	Flow  Flow
	Act   Act

	Factor  Factor
	Tries   Tries // as this card last said; of the target, before the write
	Codes   int8  // one-time passwords the resident may still type
	Misses  int8  // how often the second entry differed from the first
	Grants  int8  // grants that this session was given, at most MaxGrants
	Renewed int8  // touches that extended the visit, at most MaxExtensions
	Slips   int8  // sessions in a row that the card ended untouched, below MaxSlips

	Live    LiveSecrets // which secrets are live
	Found   Found       // of a visit that renews nothing
	Rows    int8        // of flow C: how many consents are listed
	Row     int8        // … and which of them was touched
	Earlier Earlier     // what the authority said of visits before this one
	Intent  Intent      // an irreversible act recorded without its outcome
	Result  Outcome
	Card    bool // a card stands on the reader, as far as we know
	Fresh   bool // Settle answered with a challenge: a doubtful write may be repeated
	Over    bool // the visit's cap has passed; it ends at the next place that can end
	Spent   bool // a try was spent, or a write begun, on the card laid last
	Warned  bool // the resident knows that the next try is the last, and pressed OK

	Slip    Slip    // Telling: whether a slip is offered, or was asked for
	Message Message // what we are telling the resident
	Health  Message // why no visit can begin: NoMessage, E-NET, E-HRS, …
	Lang    Lang
	Size    Size
	Theme   Theme
	Volume  Volume
	Dark    bool // the person wants the glass dark while it is heard

	Shop      Shop
	Choosing  Choice // which page lies over the place
	Untouched int8   // Idle: how often it looked round since the last touch, below MaxUntouched
}

// Lists reports whether the place shows what the authority lists.
func (s State) Lists() bool { return s.Live&LiveList != LiveNone }

// Slip is how far the slip of a result has come.
type Slip uint8

const (
	NoSlip      Slip = iota // none is offered: no result of a write, no printer, or it is not ready
	SlipOffered             // by a button
	SlipAsked               // it is being printed
	SlipPrinted             // and has been
	SlipFailed              // it was asked for, and is not printed

	Slips // the number after the last
)

// Lang is the language of every text on the screen.
type Lang uint8

const (
	Japanese    Lang = iota // 日本語
	English                 // English
	Easy                    // やさしい日本語, with the readings of its kanji
	Simplified              // 简体中文
	Traditional             // 繁體中文
	Korean                  // 한국어
	Vietnamese              // Tiếng Việt
	Portuguese              // Português

	Langs // how many there are
)

// LangSet is a set of languages: bit l is Lang l. Japanese is in each, for a screen
// says it beside another language where the reader is not known.
type LangSet uint16

// Offer is the set of these languages.
func Offer(all ...Lang) (s LangSet) {
	for _, l := range all {
		s |= 1 << l
	}
	return s
}

// AllLangs are the languages that there are.
const AllLangs LangSet = 1<<Langs - 1

// Has reports whether the language is in the set.
func (s LangSet) Has(l Lang) bool { return l == Japanese || l < Langs && s>>l&1 == 1 }

// List is the set in the order of its languages.
func (s LangSet) List() (all []Lang) {
	for l := range Langs {
		if s.Has(l) {
			all = append(all, l)
		}
	}
	return all
}

// Size is the size of the text on the screen, by the least height of its
// capitals (VVSG 2.0). The zero value is the one that every visit begins with.
type Size int8

const (
	SizeSmall   Size = iota - 1 // 3.5 mm
	SizeNormal                  // 4.8 mm
	SizeLarge                   // 6.4 mm
	SizeLargest                 // 8.5 mm
)

// Sizes are all of them, from small to large.
func Sizes() []Size { return []Size{SizeSmall, SizeNormal, SizeLarge, SizeLargest} }

// Role is who is logged in for maintenance (kiosk/staff).
type Role uint8

const (
	NoRole     Role = iota // not logged in
	Clerk                  // 店員
	Technician             // 保守員
)

// String is the role's name in exports.
func (r Role) String() string { return [...]string{"-", "clerk", "technician"}[min(r, Technician)] }

// Limits of one visit.
const (
	MaxGrants     = 3  // of a session; the authority counts those of a reservation
	MaxExtensions = 10 // WCAG 2.2.1 asks for ten at least
	MaxSlips      = 2  // sessions that a card may end by leaving, without a touch between them
	MaxMisses     = 3  // second entries that may differ before both are typed anew
	MaxUntouched  = 3  // looks round at Idle after which language, size, colours and volume are the next person's: a minute

	// VisitCap is the longest visit of a person who does not act near its end. It
	// ends at the first place that holds no begun act.
	VisitCap = 15 * time.Minute
	// VisitGrace is what a key, a turned page, or an answer to "are you still there?"
	// moves the cap away from now at least: who is slow and goes on acting is not cut
	// off. From the last key of one entry to the first of the next, over the pages
	// between them, silence of its own ends the visit sooner.
	VisitGrace = 6 * time.Minute
	// VisitMost is the longest visit of all, however busy it is.
	VisitMost = 30 * time.Minute
	// ClaimEvery is how often, at most, a person who acts has the authority keep the
	// reservation for this session: its claim lasts for 15 minutes unless it is kept,
	// and kept or not for 30 from the opening of the session, so longer than VisitMost.
	ClaimEvery = 4 * time.Minute
)
