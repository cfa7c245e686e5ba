package phone

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"multicopy.example/kiosk"
)

// The face step: the phone reads the photo out of the card for three things that are printed
// on it, and sends what the camera sees to the authority, which compares it, says what the
// person is to do, and gives the one-time password. Nothing is decided here. Frames pass
// through and are kept nowhere.

// A Look is how far the authority is.
type Look struct {
	Wanted   string // ahead, left, right: the person's own; empty at the end
	Step     int    // done, of Steps
	Steps    int
	Hint     string       // code of what the last frame lacks
	Reserved *Reservation // behind the last frame
}

// Ended is the authority's word that a try is over; its code is app.yaml's.
type Ended struct{ Code string }

func (e Ended) Error() string { return "the face step ended: " + e.Code }

// What a card says to what is printed on it.
var (
	ErrPrinted = errors.New("that is not printed on the card")
	ErrSealed  = errors.New("the card hands its photo out no more")
	ErrNoFace  = errors.New("no single face is in the picture")
)

// frameMax bounds a picture of the camera, in bytes.
const frameMax = 128 << 10

// ends are the sentences of a try that is over, with the code that the page shows.
var ends = map[string]struct {
	Say   key
	Code  string
	Again bool // another try may help
}{
	"face-unavailable": {"EndUnavailable", "E-FAC0", false},
	"face-refused":     {"EndRefused", "E-FAC1", false},
	"face-photo":       {"EndPhoto", "E-FAC2", false},
	"face-counter":     {"EndCounter", "E-FAC3", false},
	"face-replay":      {"EndReplay", "E-FAC4", true},
	"face-time-out":    {"EndTime", "E-FAC5", true},
	"face-not-live":    {"EndLive", "E-FAC6", true},
	"face-no-match":    {"EndMatch", "E-FAC7", true},
	"signature":        {"EndSignature", "E-FAC8", true},
}

// hints are those of a frame.
var hints = map[string]key{"face-none": "HintNone", "face-two": "HintTwo", "face-dark": "HintDark", "face-small": "HintSmall", "face-unclear": "HintUnclear"}

// asks are what the person is asked for.
var asks = map[string]key{"ahead": "FaceAhead", "left": "FaceLeft", "right": "FaceRight"}

// photo reads the photo for what is printed on the card, and begins the try.
func (p *Page) photo(s *session, r *http.Request) bool {
	if s.at != stepPhoto {
		return false
	}
	number := []byte(r.PostFormValue("birth") + r.PostFormValue("year") + r.PostFormValue("printed"))
	defer clear(number)
	if len(r.PostFormValue("birth")) != 6 || len(r.PostFormValue("year")) != 4 || len(number) != 14 || strings.Trim(string(number), "0123456789") != "" {
		s.trouble = trouble{On: stepPhoto, Say: "PhotoForm"}
		return true
	}
	l, err := p.hand.Face(r.Context(), s.person.Key, s.token, number)
	if err != nil {
		p.broken(s, err)
		return true
	}
	s.token, s.look, s.at = "", l, stepFace
	return true
}

// broken goes where what went wrong is said.
func (p *Page) broken(s *session, err error) {
	var over Ended
	switch {
	case errors.As(err, &over):
		s.ended, s.at, s.token = over.Code, stepMissed, ""
	case errors.Is(err, ErrPrinted):
		s.trouble = trouble{On: stepPhoto, Say: "PhotoWrong"}
	case errors.Is(err, ErrSealed):
		s.trouble = trouble{On: stepPhoto, Say: "PhotoSealed"}
	case errors.Is(err, ErrAway):
		s.trouble = trouble{On: stepPhoto, Say: "Away"}
	default:
		s.at, s.token = stepProof, ""
		s.trouble = troubleOf(err, s.current())
	}
}

// retry types the proof secret once more, for another try.
func (p *Page) retry(s *session, _ *http.Request) bool {
	if s.at != stepMissed || !ends[s.ended].Again {
		return false
	}
	s.at = stepProof
	return true
}

// An answer to a picture, for the script.
type answer struct {
	Say    string `json:"say"`
	Hint   string `json:"hint"`
	Wanted string `json:"wanted"`
	Step   int    `json:"step"`
	To     string `json:"to"` // where the way goes on
}

// picture reads the camera's picture of a request of the turn that is shown.
func picture(s *session, r *http.Request) ([]byte, bool) {
	if r.Header.Get("Turn") != s.turn {
		return nil, false
	}
	b, err := io.ReadAll(r.Body)
	return b, err == nil && len(b) > 0
}

// frame sends a picture on.
func (p *Page) frame(s *session, w http.ResponseWriter, r *http.Request) {
	b, ok := picture(s, r)
	defer clear(b)
	if !ok || s.at != stepFace {
		tell(w, answer{To: s.current().path()})
		return
	}
	l, err := p.hand.Frame(r.Context(), s.person.Key, b)
	if err != nil {
		p.broken(s, err)
	} else if s.look = l; l.Reserved != nil {
		s.reserved, s.at = *l.Reserved, stepCode
	}
	if s.at != stepFace {
		s.turn = rand.Text()
		tell(w, answer{To: s.current().path()})
		return
	}
	say := words{lang: LanguageOf(r), flow: s.flow, ref: s.asked()}
	tell(w, answer{Say: say.Say(asks[l.Wanted]), Hint: say.Say(hints[l.Hint]), Wanted: l.Wanted, Step: l.Step})
}

// taken puts a picture of the visitor into the test card, as the office does.
func (p *Page) taken(s *session, w http.ResponseWriter, r *http.Request) {
	b, ok := picture(s, r)
	defer clear(b)
	if !ok || s.at != stepTake {
		tell(w, answer{To: s.current().path()})
		return
	}
	say := words{lang: LanguageOf(r)}
	switch err := p.hand.Take(r.Context(), s.person.Key, b); {
	case errors.Is(err, ErrNoFace):
		tell(w, answer{Hint: say.Say("TakeNone")})
		return
	case err != nil:
		s.trouble = troubleOf(err, stepPhoto)
	}
	s.at, s.turn = stepPhoto, rand.Text()
	tell(w, answer{To: stepPhoto.path()})
}

func tell(w http.ResponseWriter, a answer) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(a) //nolint:errcheck // the browser has gone
}

// Printed is what a test card has on its face, which its holder would read off it.
type Printed struct {
	Birth, Year, Code string // as they are typed
	Photo             bool   // a picture was put into it
}

// A Camera is the part of a Hand that the face step uses.
type Camera interface {
	// Printed is what stands on a test card.
	Printed(key string) Printed
	// Face reads the photo for what is printed, and begins the try of what the card signed
	// under the token. Ended, ErrPrinted, ErrSealed, ErrAway, ErrLate.
	Face(ctx context.Context, key, token string, number []byte) (Look, error)
	// Frame sends a picture of the try of that card. Ended.
	Frame(ctx context.Context, key string, jpeg []byte) (Look, error)
	// Take puts a picture of the visitor into the test card. ErrNoFace.
	Take(ctx context.Context, key string, jpeg []byte) error
	// Clerk is the command by which the office reserves, in this demonstration.
	Clerk(key string, flow kiosk.Flow) string
}

// Way is the picture that shows what is asked for.
func (l look) Way(way string) bool { return l.Looking.Wanted == way }

// Asks is what the person is asked for.
func (l look) Asks() key { return asks[l.Looking.Wanted] }

// Ends is the sentence of a try that is over.
func (l look) Ends() key {
	if e, ok := ends[l.Ended]; ok {
		return e.Say
	}
	return "EndRefused"
}

// EndCode is its code.
func (l look) EndCode() string {
	if e, ok := ends[l.Ended]; ok {
		return e.Code
	}
	return fmt.Sprintf("E-FAC9 %s", strings.ToUpper(l.Ended))
}

// Again: another try may help.
func (l look) Again() bool { return ends[l.Ended].Again }
