package phone

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

const (
	nameP = "英数字6～16文字のパスワード（署名用）"
	nameU = "数字4けたの暗証番号（利用者証明用）"
)

func TestAReservationIsMadeWithoutAnyScript(t *testing.T) {
	b := open(t, handOf(&card{}))
	b.want(b.get("/"), "&lt;花子&gt;", "&lt;"+nameU+"がロック&gt;")
	b.want(b.toProof(kiosk.FlowP), "あと3回", nameU)
	b.want(b.prove(kiosk.FlowP, true), "カードの中の顔写真", `href="/desk"`)
	page := b.face()
	b.want(page, "<span>4071</span> <span>9263</span>", "まで有効です", "ワンタイムパスワード", "読み取り台", "甲ストア", "乙ストア")
	if page := b.press("/end", "", ""); strings.Contains(page, "4071") {
		t.Error("the one-time password outlived the end")
	}
	b.get("/code")
	b.stands("/")
	b.want(b.get("/what"), "どなたですか")
}

func TestAForgottenPINIsProvedByThePasswordInWhateverCase(t *testing.T) {
	b := open(t, handOf(&card{}))
	b.want(b.toProof(kiosk.FlowU), "「"+nameP+"」を入力", "あと5回")
	b.want(b.press("/password", "password", "sakura77"), "カードの中の顔写真", `href="/desk"`)
	page := b.face()
	b.want(page, "<span>4071</span> <span>9263</span>", "甲ストア", "次のお店だけ")
	b.never(page, "乙ストア") // it renews the password alone
}

func TestTheNewSecretIsCheckedAfterTheVisit(t *testing.T) {
	for _, c := range []struct {
		flow                            kiosk.Flow
		field, short, wrong, right, say string
	}{
		{kiosk.FlowP, "password", "short", "SAKURA78", "sakura88", nameP},
		{kiosk.FlowU, "pin", "48261", "1111", "4826", nameU},
	} {
		b := open(t, handOf(&card{}))
		b.toCode(c.flow)
		b.never(b.press("/later", "", ""), "4071")
		b.stands("/check")
		b.want(b.press("/check", c.field, c.short), "カードには送っていない")
		b.want(b.press("/check", c.field, c.wrong), "「"+c.say+"」がちがいます", "あと")
		b.want(b.press("/check", c.field, c.right), "「"+c.say+"」は、これで合っています")
		b.want(b.get("/code"), "4071") // it is good until it expires
	}
}

func TestWhatHasNotTheFormOfTheSecretNeverReachesTheCard(t *testing.T) {
	for flow, c := range map[kiosk.Flow]struct {
		field, say string
		bad        []string
	}{
		kiosk.FlowP: {"pin", "数字4けた", []string{"", "123", "12345", "12a4", "１２３４", strings.Repeat("1", 900)}},
		kiosk.FlowU: {"password", "6～16文字で", []string{"", "AB12", "ABCDEF", "123456", "ABCDEFGH123456789", "SAKURA 77", "ＳＡＫＵＲＡ77", "ſAKURA77", strings.Repeat("A1", 400)}},
	} {
		only := &card{}
		b := open(t, handOf(only))
		b.toProof(flow)
		for _, bad := range c.bad {
			page := b.press("/"+c.field, c.field, bad)
			b.want(page, c.say, `href="#`+c.field+`"`, `aria-invalid="true" aria-describedby="problem hint tries"`, "<title>ご確認ください")
			if len(bad) > 3 {
				b.never(page, bad)
			}
		}
		if only.asked != 0 {
			t.Errorf("flow %s: the card was asked %d times", flow, only.asked)
		}
	}
}

func TestACardOnTheKiosksReaderIsRefusedAndNothingIsAsked(t *testing.T) {
	only := &card{away: true}
	b := open(t, handOf(only))
	page := b.toProof(kiosk.FlowP)
	b.want(page, "読み取り台に置かれています", `href="/proof"`)
	b.never(page, `type="password"`)
	b.want(b.press("/pin", "pin", "2580"), "読み取り台に置かれています")
	only.away = false
	b.want(b.get("/proof"), `type="password"`)
}

func TestAStepCannotBeSkipped(t *testing.T) {
	b := open(t, handOf(&card{}))
	b.press("/resident", "resident", "r1")
	for _, path := range []string{"/photo", "/retry", "/pin", "/password", "/check", "/later", "/sure", "/stop", "/again"} {
		b.press(path, "face", "simulated")
		b.stands("/what")
	}
	for _, at := range steps[2:] {
		if at == stepDesk {
			continue // beside the way
		}
		b.get(at.path())
		b.stands("/what")
	}
}

func TestAnExpiredOneTimePasswordIsErasedAndNotShown(t *testing.T) {
	b := open(t, handOf(&card{}))
	b.want(b.toCode(kiosk.FlowP), "4071")
	b.page.now = func() time.Time { return time.Now().Add(25 * time.Hour) }
	page := b.get("/code")
	b.stands("/proof")
	b.never(page, "4071")
	b.want(page, "有効期限が切れました")
	for _, s := range b.page.sessions {
		if s.reserved.Code != nil {
			t.Error("it is still held")
		}
	}
}

func TestALateReservationGoesBackToTheCard(t *testing.T) {
	h := handOf(&card{})
	h.late = true
	b := open(t, h)
	b.toProof(kiosk.FlowP)
	b.prove(kiosk.FlowP, true)
	b.want(b.photo("890108", "2030", "0417"), "もう一度、カードで確かめて")
	b.stands("/proof")
}

func TestARefusalOfTheAuthorityNamesTheOfficeAndTheTelephone(t *testing.T) {
	h := handOf(&card{})
	h.refuses = true
	b := open(t, h)
	b.toProof(kiosk.FlowP)
	b.want(b.prove(kiosk.FlowP, true), "市区町村の窓口", "0120-95-0178", `lang="en"`)
}

func TestAForeignSiteGetsNothing(t *testing.T) {
	b := open(t, handOf(&card{}))
	ask := func(f func(*http.Request)) int {
		r, err := http.NewRequest("POST", b.base+"/resident", strings.NewReader("resident=r1"))
		must.OK(t, err)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		f(r)
		a, err := b.c.Do(r)
		must.OK(t, err)
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

func TestNoScriptButOurOwnRuns(t *testing.T) {
	b := open(t, handOf(&card{}))
	a, err := b.c.Get(b.base + "/")
	must.OK(t, err)
	a.Body.Close()
	for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'", "frame-ancestors 'none'"} {
		if got := a.Header.Get("Content-Security-Policy"); !strings.Contains(got, want) || strings.Contains(got, "unsafe") {
			t.Errorf("the policy %q lacks %s", got, want)
		}
	}
}

func TestOldSessionsAreForgotten(t *testing.T) {
	p := New(handOf(&card{}), nil)
	for range 3 * maxSessions {
		p.begin(Person{})
	}
	if len(p.sessions) != maxSessions || len(p.order) != maxSessions {
		t.Errorf("%d sessions are kept", len(p.sessions))
	}
}
