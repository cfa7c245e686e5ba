package phone

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"multicopy.example/kiosk"
)

// hand is a Hand of one resident whose PIN is 2580 and whose signing password
// is SAKURA77.
type hand struct {
	away    bool
	tries   int8
	asked   int // how often the card compared something
	late    bool
	expires time.Time
}

func (h *hand) People() []Person {
	return []Person{{Key: "r1", Name: "<花子>", Away: h.away, Trouble: Sentence{"<ロック>", "locked"}}}
}

func (h *hand) Tries(context.Context, string, kiosk.Flow) (int8, error) {
	if h.away {
		return -1, ErrAway
	}
	return h.tries, nil
}

func (h *hand) Sign(_ context.Context, _ string, flow kiosk.Flow, proof []byte) (Answer, string, error) {
	want := "2580"
	if flow == kiosk.FlowU {
		want = "SAKURA77"
	}
	switch {
	case h.away:
		return Answer{}, "", ErrAway
	case h.tries == 0:
		return Answer{}, "", ErrBlocked
	case string(proof) != want:
		h.asked++
		h.tries--
		return Answer{Left: h.tries}, "", nil
	}
	h.tries, h.asked = 3, h.asked+1
	return Answer{Right: true, Left: 3}, "signed", nil
}

func (h *hand) Reserve(_ context.Context, token string) (Reservation, error) {
	if h.late || token != "signed" {
		return Reservation{}, ErrLate
	}
	return Reservation{Code: []byte("40719263"), Expires: h.expires}, nil
}

func (h *hand) Check(_ context.Context, _ string, flow kiosk.Flow, fresh []byte) (Answer, error) {
	if h.away {
		return Answer{}, ErrAway
	}
	return Answer{Right: string(fresh) == map[kiosk.Flow]string{kiosk.FlowP: "SAKURA77", kiosk.FlowU: "4826"}[flow], Left: 4}, nil
}

// A browser without scripts.
type browser struct {
	t    *testing.T
	c    *http.Client
	base string
}

func open(t *testing.T, h *hand) *browser {
	if h.tries == 0 {
		h.tries = 3
	}
	if h.expires.IsZero() {
		h.expires = time.Now().Add(24 * time.Hour)
	}
	s := httptest.NewServer(New(h).Handler())
	t.Cleanup(s.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &browser{t, &http.Client{Jar: jar}, s.URL}
}

func (b *browser) read(r *http.Response, err error) string {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	if got := r.Header.Get("Cache-Control"); got != "no-store" {
		b.t.Errorf("%s may be cached: %q", r.Request.URL, got)
	}
	if q := r.Request.URL.RawQuery; q != "" {
		b.t.Errorf("an address carries %q", q)
	}
	return string(text)
}

func (b *browser) get(path string) string { b.t.Helper(); return b.read(b.c.Get(b.base + path)) }

func (b *browser) press(path, name, value string) string {
	b.t.Helper()
	return b.read(b.c.PostForm(b.base+path, url.Values{name: {value}}))
}

func (b *browser) want(page, text string) {
	b.t.Helper()
	if !strings.Contains(page, text) {
		b.t.Errorf("the page does not say %q:\n%s", text, page)
	}
}

func (b *browser) toPIN() string {
	b.press("/resident", "resident", "r1")
	return b.press("/what", "what", "P")
}

func TestAReservationIsMadeWithoutAnyScript(t *testing.T) {
	b := open(t, &hand{})
	b.want(b.get("/"), "&lt;花子&gt;")
	b.want(b.get("/"), "&lt;ロック&gt; · locked")
	b.want(b.toPIN(), "あと <b>3</b> 回")
	b.want(b.press("/pin", "pin", "2580"), "これは模擬です")
	page := b.press("/face", "face", "simulated")
	b.want(page, "<span>4071</span> <span>9263</span>")
	b.want(page, "有効期限")
	if page := b.press("/end", "", ""); strings.Contains(page, "4071") {
		t.Error("the one-time password outlived the end")
	}
	if page := b.get("/visit"); !strings.Contains(page, "どなたですか") {
		t.Error("the session outlived the end")
	}
}

func TestTheNewPasswordIsCheckedAfterTheVisit(t *testing.T) {
	b := open(t, &hand{})
	b.toPIN()
	b.press("/pin", "pin", "2580")
	b.press("/face", "face", "simulated")
	if page := b.press("/later", "", ""); strings.Contains(page, "4071") {
		t.Error("the one-time password stands beside the check")
	}
	b.want(b.press("/check", "password", "short"), "6～16文字")
	b.want(b.press("/check", "password", "SAKURA78"), "ちがいます。あと4回")
	b.want(b.press("/check", "password", "sakura77"), "正しい署名用パスワードです")
}

func (b *browser) toPassword() string {
	b.press("/resident", "resident", "r1")
	return b.press("/what", "what", "U")
}

func TestAForgottenPINIsProvedByThePasswordInWhateverCase(t *testing.T) {
	b := open(t, &hand{})
	page := b.toPassword()
	b.want(page, "<h1>署名用パスワード</h1>")
	b.want(page, "あと <b>3</b> 回")
	b.want(b.press("/password", "password", "sakura77"), "これは模擬です")
	b.want(b.press("/face", "face", "simulated"), "<span>4071</span> <span>9263</span>")
	b.want(b.press("/later", "", ""), "<h1>新しい4けたの暗証番号</h1>")
	b.want(b.press("/check", "pin", "48261"), "数字4けた")
	b.want(b.press("/check", "pin", "1111"), "ちがいます。あと4回")
	b.want(b.press("/check", "pin", "4826"), "正しい4けたの暗証番号です")
}

func TestAPasswordOfAnotherFormNeverReachesTheCard(t *testing.T) {
	h := &hand{}
	b := open(t, h)
	b.toPassword()
	for _, bad := range []string{"", "AB12", "ABCDEF", "123456", "ABCDEFGH123456789", "SAKURA 77", "ＳＡＫＵＲＡ77", "ſAKURA77", strings.Repeat("A1", 450)} {
		b.want(b.press("/password", "password", bad), "両方を使った6～16文字")
	}
	b.want(b.press("/pin", "pin", "2580"), "両方を使った6～16文字") // the PIN is no answer here
	if h.asked != 0 || h.tries != 3 {
		t.Errorf("the card was asked %d times, %d tries are left", h.asked, h.tries)
	}
}

func TestAWrongPasswordSaysWhatIsLeftAndTheLastTryIsAnnounced(t *testing.T) {
	b := open(t, &hand{tries: 2})
	b.toPassword()
	page := b.press("/password", "password", "WRONG111")
	b.want(page, "署名用パスワードがちがいます")
	b.want(page, "つぎにまちがえるとロックされます")
	b.want(b.press("/password", "password", "WRONG111"), "署名用パスワードがロックされています")
}

func TestAWrongPINSaysWhatIsLeftAndTheLastTryIsAnnounced(t *testing.T) {
	b := open(t, &hand{})
	b.toPIN()
	page := b.press("/pin", "pin", "1111")
	b.want(page, "暗証番号がちがいます")
	b.want(page, "あと <b>2</b> 回")
	b.want(b.press("/pin", "pin", "1111"), "つぎにまちがえるとロックされます")
	b.want(b.press("/pin", "pin", "1111"), "ロックされています")
}

func TestAPINOfAnotherFormNeverReachesTheCard(t *testing.T) {
	h := &hand{}
	b := open(t, h)
	b.toPIN()
	for _, bad := range []string{"", "123", "12345", "12a4", "１２３４", strings.Repeat("1", 900)} {
		b.want(b.press("/pin", "pin", bad), "数字4けた")
	}
	if h.tries != 3 {
		t.Errorf("%d tries are left", h.tries)
	}
}

func TestACardOnTheKiosksReaderIsRefused(t *testing.T) {
	b := open(t, &hand{away: true})
	b.want(b.toPIN(), "読み取り機に置かれています")
	b.want(b.press("/pin", "pin", "2580"), "読み取り機に置かれています")
}

func TestAStepCannotBeSkipped(t *testing.T) {
	b := open(t, &hand{})
	b.press("/resident", "resident", "r1")
	for _, path := range []string{"/face", "/pin"} {
		page := b.read(b.c.PostForm(b.base+path, url.Values{"face": {"simulated"}, "pin": {"2580"}}))
		b.want(page, "何を忘れましたか")
	}
}

func TestAnOldOneTimePasswordIsNotShown(t *testing.T) {
	b := open(t, &hand{expires: time.Now().Add(-time.Second)})
	b.toPIN()
	b.press("/pin", "pin", "2580")
	if page := b.press("/face", "face", "simulated"); strings.Contains(page, "4071") {
		t.Error("an expired one-time password was shown")
	}
}

func TestALateReservationGoesBackToTheCard(t *testing.T) {
	b := open(t, &hand{late: true})
	b.toPIN()
	b.press("/pin", "pin", "2580")
	b.want(b.press("/face", "face", "simulated"), "カードをもう一度読み取ります")
}

func TestAForeignSiteGetsNothing(t *testing.T) {
	b := open(t, &hand{})
	ask := func(f func(*http.Request)) int {
		r, err := http.NewRequest("POST", b.base+"/resident", strings.NewReader("resident=r1"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		f(r)
		a, err := b.c.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		a.Body.Close()
		return a.StatusCode
	}
	if code := ask(func(r *http.Request) { r.Host = "evil.example" }); code != http.StatusMisdirectedRequest {
		t.Errorf("a foreign name was answered with %d", code)
	}
	if code := ask(func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }); code != http.StatusForbidden {
		t.Errorf("a form of another site was answered with %d", code)
	}
}

func TestOldSessionsAreForgotten(t *testing.T) {
	h := &hand{tries: 3}
	p := New(h)
	for range 3 * maxSessions {
		p.begin(Person{})
	}
	if len(p.sessions) != maxSessions || len(p.order) != maxSessions {
		t.Errorf("%d sessions are kept", len(p.sessions))
	}
}
