package phone

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

// A card of the tests: its PIN is 2580 and its signing password SAKURA77; what
// the kiosk set is 4826 or SAKURA88.
type card struct {
	away  bool
	tries kiosk.Tries
	asked int           // how often it compared something
	ends  string        // how a try of its face ends at once
	brief time.Duration // how long its reservations last; 0 for the hand's time
}

// chains are two of the tests: one renews the PIN too.
var chains = []text.Chain{
	{Name: [kiosk.Langs]string{"甲ストア", "Store A"}, Where: [kiosk.Langs]string{"全国", "all of Japan"}, Both: true},
	{Name: [kiosk.Langs]string{"乙ストア", "Store B"}},
}

// hand is a Hand of some residents, by key.
type hand struct {
	mu      sync.Mutex
	cards   map[string]*card
	keys    []string
	late    bool
	refuses bool
	sealed  bool
	photo   bool   // a picture was put into the card
	ends    string // how the next try ends at once
	step    int    // of course
	expires time.Time
}

func handOf(c *card) *hand {
	if c.tries == (kiosk.Tries{}) {
		c.tries = kiosk.Tries{3, 5}
	}
	return &hand{cards: map[string]*card{"r1": c}, keys: []string{"r1"}, expires: time.Now().Add(24 * time.Hour)}
}

func (h *hand) People() []Person {
	h.mu.Lock()
	defer h.mu.Unlock()
	var list []Person
	for _, k := range h.keys {
		list = append(list, Person{Key: k, Name: "<花子>", Away: h.cards[k].away, Trouble: Sentence{"<{pin}がロック>", "{password} <locked>"}})
	}
	return list
}

func (h *hand) Tries(_ context.Context, key string) (kiosk.Tries, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if c := h.cards[key]; !c.away {
		return c.tries, nil
	}
	return kiosk.Tries{}, ErrAway
}

func (h *hand) compare(key string, ref kiosk.Ref, typed []byte, want string) (Answer, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	c := h.cards[key]
	switch left := c.tries.Of(ref); {
	case c.away:
		return Answer{}, ErrAway
	case left == 0:
		return Answer{}, ErrBlocked
	case string(typed) != want:
		c.asked++
		c.tries = c.tries.With(ref, left-1)
		return Answer{Left: left - 1}, nil
	}
	c.asked++
	c.tries = c.tries.With(ref, ref.Full())
	return Answer{Right: true, Left: ref.Full()}, nil
}

func (h *hand) Sign(_ context.Context, key string, flow kiosk.Flow, proof []byte) (Answer, string, error) {
	if h.refuses {
		return Answer{}, "", ErrRefused
	}
	said, err := h.compare(key, flow.Proof(), proof, map[kiosk.Flow]string{kiosk.FlowP: "2580", kiosk.FlowU: "SAKURA77"}[flow])
	if err != nil || !said.Right {
		return said, "", err
	}
	return said, "signed " + key, nil
}

func (h *hand) Printed(string) Printed {
	return Printed{Birth: "890108", Year: "2030", Code: "0417", Photo: h.photo}
}

func (h *hand) Clerk(key string, flow kiosk.Flow) string {
	if flow == kiosk.NoFlow {
		return ""
	}
	return "authority-sandbox counter reserve " + key + " --flow " + flow.String()
}

func (h *hand) Face(_ context.Context, key, token string, number []byte) (Look, error) {
	switch {
	case h.late || token != "signed "+key:
		return Look{}, ErrLate
	case h.sealed:
		return Look{}, ErrSealed
	case string(number) != "89010820300417":
		return Look{}, ErrPrinted
	case h.ends != "":
		return Look{}, Ended{h.ends}
	case h.cards[key].ends != "":
		return Look{}, Ended{h.cards[key].ends}
	}
	h.step = 0
	return Look{Wanted: "ahead", Steps: len(course)}, nil
}

// course is what is asked for; a frame of the tests says what it shows.
var course = []string{"ahead", "left", "ahead", "right", "ahead"}

func (h *hand) Frame(_ context.Context, key string, jpeg []byte) (Look, error) {
	l := Look{Wanted: course[h.step], Step: h.step, Steps: len(course)}
	says := string(jpeg)
	switch {
	case hints["face-"+says] != "":
		l.Hint = "face-" + says
		return l, nil
	case ends[says].Say != "":
		return l, Ended{says}
	case says == course[h.step] || strings.HasPrefix(says, "\xFF\xD8"): // the browser's camera always does what is asked
		h.step++
	}
	if l.Step = h.step; l.Step < len(course) {
		l.Wanted = course[l.Step]
		return l, nil
	}
	r := Reservation{Code: []byte("40719263"), Expires: h.expires}
	if brief := h.cards[key].brief; brief != 0 {
		r.Expires = time.Now().Add(brief)
	}
	l.Wanted, l.Reserved = "", &r
	return l, nil
}

func (h *hand) Take(_ context.Context, _ string, jpeg []byte) error {
	if string(jpeg) == "none" {
		return ErrNoFace
	}
	h.photo = true
	return nil
}

func (h *hand) Check(_ context.Context, key string, flow kiosk.Flow, fresh []byte) (Answer, error) {
	return h.compare(key, flow.Target(), fresh, map[kiosk.Flow]string{kiosk.FlowP: "SAKURA88", kiosk.FlowU: "4826"}[flow])
}

// A browser without scripts. It sends a form with the turn of the page that it
// shows.
type browser struct {
	t    *testing.T
	c    *http.Client
	page *Page
	base string
	turn string
	at   string // the path that is shown
}

func open(t *testing.T, h *hand) *browser {
	p := New(h, chains)
	s := httptest.NewServer(p.Handler())
	t.Cleanup(s.Close)
	jar, err := cookiejar.New(nil)
	must.OK(t, err)
	return &browser{t: t, c: &http.Client{Jar: jar}, page: p, base: s.URL}
}

var (
	turnOnPage = regexp.MustCompile(`name="turn" value="([^"]*)"`)
)

func (b *browser) read(r *http.Response, err error) string {
	b.t.Helper()
	must.OK(b.t, err)
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	must.OK(b.t, err)
	if got := r.Header.Get("Cache-Control"); got != "no-store" {
		b.t.Errorf("%s may be cached: %q", r.Request.URL, got)
	}
	if q := r.Request.URL.RawQuery; q != "" {
		b.t.Errorf("an address carries %q", q)
	}
	if r.Request.Method != http.MethodGet || r.StatusCode != http.StatusOK {
		b.t.Errorf("%s %s was shown with %s: it would be sent again", r.Request.Method, r.Request.URL, r.Status)
	}
	b.at = r.Request.URL.Path
	b.turn = ""
	if m := cameraTurn.FindSubmatch(text); m != nil {
		b.turn = string(m[1])
	}
	if m := turnOnPage.FindSubmatch(text); m != nil {
		b.turn = string(m[1])
	}
	return strings.ReplaceAll(string(text), "\u2060", "") // which TestNamesStayOnOneLine looks for
}

func (b *browser) get(path string) string { b.t.Helper(); return b.read(b.c.Get(b.base + path)) }

func (b *browser) press(path, name, value string) string {
	b.t.Helper()
	return b.send(path, b.turn, name, value)
}

// send is a form of a page of that turn.
func (b *browser) send(path, turn, name, value string) string {
	b.t.Helper()
	return b.read(b.c.PostForm(b.base+path, url.Values{name: {value}, "turn": {turn}}))
}

// want looks for each text in a page.
func (b *browser) want(page string, texts ...string) {
	b.t.Helper()
	for _, s := range texts {
		if !strings.Contains(page, s) {
			b.t.Errorf("%s does not say %q:\n%s", b.at, s, page)
		}
	}
}

// never looks for none of them.
func (b *browser) never(page string, texts ...string) {
	b.t.Helper()
	for _, s := range texts {
		if strings.Contains(page, s) {
			b.t.Errorf("%s says %q:\n%s", b.at, s, page)
		}
	}
}

// stands holds the browser against an address.
func (b *browser) stands(path string) {
	b.t.Helper()
	if b.at != path {
		b.t.Errorf("the browser is at %s, not at %s", b.at, path)
	}
}

// toProof picks the resident and what is renewed.
func (b *browser) toProof(flow kiosk.Flow) string {
	b.t.Helper()
	b.press("/resident", "resident", "r1")
	return b.press("/what", "what", flow.String())
}

// toCode makes a reservation.
func (b *browser) toCode(flow kiosk.Flow) string {
	b.t.Helper()
	b.toProof(flow)
	b.prove(flow, true)
	return b.face()
}

// photo types what is printed on the card.
func (b *browser) photo(birth, year, code string) string {
	b.t.Helper()
	return b.read(b.c.PostForm(b.base+"/photo", url.Values{"birth": {birth}, "year": {year}, "printed": {code}, "turn": {b.turn}}))
}

// sends what the camera sees, with the turn of the page that is shown.
func (b *browser) sends(path, frame string) (a answer) {
	b.t.Helper()
	q, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.base+path, strings.NewReader(frame))
	must.OK(b.t, err)
	q.Header.Set("Turn", b.turn)
	r, err := b.c.Do(q)
	must.OK(b.t, err)
	defer r.Body.Close()
	must.OK(b.t, json.NewDecoder(r.Body).Decode(&a))
	return a
}

var cameraTurn = regexp.MustCompile(`data-turn="([^"]*)"`)

// frames does what is asked for, to the end.
func (b *browser) frames() {
	b.t.Helper()
	b.get("/face")
	for _, way := range course {
		if a := b.sends("/frame", way); a.To != "" && a.To != "/code" {
			b.t.Fatalf("the camera leads to %+v", a)
		}
	}
}

// face is the whole face step.
func (b *browser) face() string {
	b.t.Helper()
	b.photo("890108", "2030", "0417")
	b.frames()
	return b.get("/code")
}

// prove types the proof secret, or a wrong one.
func (b *browser) prove(flow kiosk.Flow, right bool) string {
	b.t.Helper()
	field, value := "pin", "2580"
	if flow == kiosk.FlowU {
		field, value = "password", "sakura77"
	}
	if !right {
		value = map[string]string{"pin": "1111", "password": "WRONG111"}[field]
	}
	return b.press("/"+field, field, value)
}
