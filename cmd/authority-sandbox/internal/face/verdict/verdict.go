// Package verdict decides what becomes of a try to be recognised by one's face: [Open] before
// its first frame, [See] at each. It is pure: what a try is and what a frame shows come as
// facts, and each case is a row of a table, of which the first that fits counts.
//
// Only the last row of the second table makes a reservation, and whatever is not known to be
// so stands for no: a zero [Frame] is refused.
package verdict

// A Code is what the page says, in a sentence of its own (app.yaml).
type Code string

// What ends a try.
const (
	Unavailable Code = "face-unavailable" // there is no matcher, or no key that photos are believed by
	Proof       Code = "signature"        // the flow's proof secret was not proved
	Card        Code = "face-refused"     // the photo is not of this card
	Photo       Code = "face-photo"       // no face is found in it
	Counter     Code = "face-counter"     // three misses in 24 hours: the counter helps
	Replay      Code = "face-replay"      // of a try that is over, or a frame once more
	TimeOut     Code = "face-time-out"
	NotLive     Code = "face-not-live"
	NoMatch     Code = "face-no-match"
)

// What a frame lacks; the try goes on.
const (
	NoFace  Code = "face-none"
	Two     Code = "face-two"
	Dark    Code = "face-dark"
	Small   Code = "face-small"
	Unclear Code = "face-unclear" // the bytes are no picture within the bounds
)

// GoOn and Match are what is not told by a code.
const (
	GoOn  Code = ""
	Match Code = "match"
)

// Hint: the person can mend it, and the try goes on.
func (c Code) Hint() bool {
	switch c {
	case NoFace, Two, Dark, Small, Unclear:
		return true
	}
	return false
}

// A Try is what is known before its first frame.
type Try struct {
	Matcher bool // there is one, and a key of photos
	Proved  bool // the card has signed a fresh challenge with the flow's key: its proof secret was right
	OfCard  bool // the photo is signed, and with it the items of the certificate's holder
	Left    bool // fewer than three misses
	Face    bool // one face is in the photo
}

// Open decides whether a try may begin: GoOn.
func Open(t Try) Code {
	for _, row := range []struct {
		fits bool
		code Code
	}{
		{!t.Matcher, Unavailable},
		{!t.Proved, Proof},
		{!t.OfCard, Card},
		{!t.Left, Counter},
		{!t.Face, Photo},
	} {
		if row.fits {
			return row.code
		}
	}
	return GoOn
}

// A Frame is what is known of one, and of its try.
type Frame struct {
	Known   bool // the try is open here
	Next    bool // the frame's number is the one that is waited for
	InTime  bool
	Left    bool // a miss could be counted, or none had to be yet
	Shows   Code // what this one lacks; GoOn: it shows one face
	Ended   bool // the matcher has a verdict
	Counted bool // a miss was counted before anything was compared
	Live    bool // the head was turned as it was asked to, by one person
	Match   bool // and that person is the photo's
}

// See decides what becomes of the try: GoOn and hints leave it open, Match makes the
// reservation, and each other code ends it.
func See(f Frame) Code {
	for _, row := range []struct {
		fits bool
		code Code
	}{
		{!f.Known, Replay},
		{!f.Next, Replay},
		{!f.InTime, TimeOut},
		{!f.Left, Counter},
		{f.Shows.Hint(), f.Shows},
		{f.Shows != GoOn, Unclear},
		{!f.Ended, GoOn},
		{!f.Counted, NotLive}, // a verdict on nothing that was compared
		{!f.Live, NotLive},
		{!f.Match, NoMatch},
	} {
		if row.fits {
			return row.code
		}
	}
	return Match
}

// Text is what the app's line says of a code, in English; the page has sentences of its own.
func Text(c Code) string { return texts[c] }

var texts = map[Code]string{
	Unavailable: "faces cannot be compared here now; nothing is reserved, and the counter helps",
	Proof:       "the challenge is not known, or the signature does not verify",
	Card:        "what is printed on the card is not signed, or not of the certificate's holder",
	Photo:       "no face is found in the photo of the card; the counter helps",
	Counter:     "three tries of this card's face failed in 24 hours; the counter helps",
	Replay:      "this try is over or not known, or the frame came before",
	TimeOut:     "the time of this try is over",
	NotLive:     "the head was not turned as it was asked to, or by another person",
	NoMatch:     "the face is not the one in the photo of the card",
}
