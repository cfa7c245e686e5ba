package demo

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"multicopy.example/cmd/internal/browsertest"
	"multicopy.example/cmd/internal/harness"
	"multicopy.example/cmd/kiosk-demo/internal/certs"
	"multicopy.example/cmd/kiosk-demo/internal/phone"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

// app is the page about certificates, with an authority and the residents' cards.
type app struct {
	*testing.T
	hand      *CertHand
	authority *harness.Authority
	url       string
}

func newApp(t *testing.T, residents string) *app {
	t.Helper()
	d := openWith(t, Options{Residents: residents})
	return &app{t, d.Held, d.Authority, d.Page}
}

// secrets of a resident's card.
func (a *app) secrets(name string) (pin, password string) {
	a.Helper()
	text := must.Read(a, a.authority.File("residents/"+name+"/card.json"))
	var c struct{ PIN, Password string }
	must.OK(a, json.Unmarshal(text, &c))
	return c.PIN, c.Password
}

// visitor is a person at the page.
type visitor struct {
	*app
	*certs.Visitor
}

func (a *app) visits() *visitor {
	a.Helper()
	v, err := certs.Visit(a.url)
	if err == nil {
		err = v.Open(a.Context())
	}
	must.OK(a, err)
	return &visitor{a, v}
}

// does sends a form of the page that is shown: names and values.
func (v *visitor) does(fields ...string) *visitor {
	v.Helper()
	must.OK(v, v.Press(v.Context(), fields...))
	return v
}

func (v *visitor) act(name string) *visitor { v.Helper(); return v.does("do", "act", "value", name) }

func (v *visitor) types(secret string) *visitor {
	v.Helper()
	return v.does("do", "secret", "secret", secret)
}

// says wants texts in the page.
func (v *visitor) says(texts ...string) *visitor {
	v.Helper()
	for _, s := range texts {
		must.Note(v, v.Says(s))
	}
	return v
}

func (v *visitor) never(texts ...string) {
	v.Helper()
	for _, s := range texts {
		if strings.Contains(v.Page, s) {
			v.Errorf("the page says %q:\n%s", s, v.Page)
		}
	}
}

// takes a phone of a resident into the hand.
func (v *visitor) takes(person, phone string) *visitor {
	v.Helper()
	v.does("do", "over")
	v.does("do", "person", "value", person)
	return v.does("do", "phone", "value", phone)
}

func (v *visitor) chooses(pin, password string) *visitor {
	v.Helper()
	return v.does("do", "chosen", "pin", pin, "pin2", pin, "password", password, "password2", password)
}

// TestAPersonUsesAPhonesCertificatesOnThePage from the application to the end, without a
// script: what is signed is shown, two secrets are typed twice, and another phone takes over.
func TestAPersonUsesAPhonesCertificatesOnThePage(t *testing.T) {
	a := newApp(t, "hanako")
	pin, password := a.secrets("hanako")
	v := a.visits()
	v.says("どなたですか").does("do", "person", "value", "hanako")
	v.does("do", "phone", "value", "android").says("この電話には、電子証明書がありません")
	v.act("Apply").says("申請の内容を確かめる", "Maker of the demo", "phone-application/1", "あと5回")
	codes := regexp.MustCompile(`class="code" id="\w+">(\d{4})<`).FindAllStringSubmatch(v.Page, -1)
	if len(codes) != 2 || codes[0][1] != codes[1][1] {
		t.Fatalf("the control codes are %v", codes)
	}
	v.types("short").says("6～16文字で").types("WRONG111").says("ちがいます", "あと4回")
	v.types(strings.ToLower(password)).says("この電話の2つを決める", "申請できました")
	v.chooses("12345", "PHONE123").says("数字を4つ")
	v.does("do", "chosen", "pin", "4826", "pin2", "4827", "password", "PHONE123", "password2", "PHONE123").says("2回の入力がちがいます")
	v.chooses("4826", "phone123").says("使い始める")
	v.never("PHONE123", "4826")
	v.types(password).says("この電話で使えるようになりました", "利用者証明用の電子証明書：使えます", "署名用の電子証明書：使えます")
	v.act("LogIn").types("1111").says("ちがいます", "あと2回").types("4826").says("hanakoとしてログインしました")
	v.act("Hold").says("なくしたときは、キオスクでも").types(pin).says("一時停止しました", "一時停止中", "カードと数字4けたの暗証番号")
	v.act("LogIn").types("4826").says("この電話の電子証明書が有効ではありません")
	v.does("do", "home").act("Release").types(password).says("解除しました", "使えます")
	v.does("do", "wipe").says("そのまま残っています").act("LogIn").types("4826").says("hanakoとしてログインしました")

	old := a.hand.Phone("hanako", "android")
	v.does("do", "other").does("do", "phone", "value", "iphone").act("Apply").types(password).chooses("1357", "NEXT2468").types(password).says("この電話で使えるようになりました")
	v.does("do", "other").does("do", "phone", "value", "android").act("LogIn").types("4826").says("この電話の電子証明書が有効ではありません")
	if old.Cert(1) == nil {
		t.Error("a phone that was wiped knows nothing of its application, and its element was erased")
	}
	v.takes("hanako", "iphone").act("GiveUp").types("NEXT2468").says("失効させました", "前の電子証明書は終わりました")
	if a.hand.Phone("hanako", "iphone").Cert(1) != nil {
		t.Error("the certificates that were given up are still in the element")
	}
	v.takes("hanako", "plain").says("鍵を守るチップがありません").act("Private").says("弱い").types(password).says("民間の電子証明書を入れました")
	v.act("Weak").says("弱い証明です")
}

// TestAPersonWithdrawsAConsentOnThePage, with the card and with the phone: the authority has a bank to which the
// person has agreed, and the page says when items were given.
func TestAPersonWithdrawsAConsentOnThePage(t *testing.T) {
	a := newApp(t, "nao,haru,hanako")
	if _, err := a.authority.Command(t.Context(), "conformance"); err != nil { // it makes a bank, and nao's consents
		t.Fatal(err)
	}
	pin, password := a.secrets("nao")
	consent := func(v *visitor) string {
		t.Helper()
		m := regexp.MustCompile(`name="value" value="([0-9a-f]{32})"`).FindStringSubmatch(v.Page)
		if m == nil {
			t.Fatalf("no consent can be withdrawn:\n%s", v.Page)
		}
		return m[1]
	}
	v := a.visits()
	v.takes("nao", "plain").act("CardConsents").types(pin).says("同意の一覧", "有効", "住所", "まだ何も伝わっていません", "受領書")
	v.does("do", "withdraw", "value", consent(v)).says("すでに伝わった情報は", "latest-items/1", "withdraw").types(password).says("同意を取り消しました", "取り消しました。")
	v.takes("nao", "android").act("Apply").types(password).chooses("4826", "PHONE123").types(password)
	v.act("Consents").types("4826").says("同意の一覧", "取り消しました。")
	v.does("do", "withdraw", "value", consent(v)).types("WRONG111").says("ちがいます", "あと4回").types("PHONE123").says("同意を取り消しました")
	pin, _ = a.secrets("hanako")
	v.takes("hanako", "plain").act("CardConsents").types(pin).says("同意しているものはありません")
}

// TestNoLastTryIsSpentBeforeThePageSaysSo, of the card and of the phone, and what is sent from a
// page that was left does nothing.
func TestNoLastTryIsSpentBeforeThePageSaysSo(t *testing.T) {
	a := newApp(t, "hanako,akira,sachiko")
	_, password := a.secrets("hanako")
	v := a.visits()
	v.takes("hanako", "android").act("Apply")
	for range 4 {
		v.types("WRONG111")
	}
	v.says("これが最後の1回です", "確かなので")
	v.never(`name="secret"`)
	v.types("WRONG111").says("確かなので") // sent all the same
	if _, left := a.hand.cards.Find("hanako").Tries(); left != 1 {
		t.Fatalf("%d tries are left", left)
	}
	stale := v.Page
	v.does("do", "sure").says(`name="secret"`)
	turn := regexp.MustCompile(`name="turn" value="(\w+)"`).FindStringSubmatch(stale)[1]
	must.OK(t, v.Send(t.Context(), url.Values{"turn": {turn}, "do": {"secret"}, "secret": {password}}))
	v.says("前の画面から送られた").types(password).says("申請できました")
	v.chooses("4826", "PHONE123").types(password).act("LogIn").types("1111").types("1111").says("確かなので")
	v.does("do", "sure").types("1111").says("ロックされています", "もう一度申請")
	v.never(`name="secret"`)
	v.takes("akira", "android").act("Apply").says("カードの電子証明書が有効ではありません") // past its last day
	v.takes("sachiko", "android").act("Apply").types("ABC123").says("ちがいます")
	_, password = a.secrets("sachiko")
	v.types(password).says("カードの電子証明書が有効ではありません") // held
}

// TestEveryStepOfThePageKeepsItsRulesInABrowser: see browser/certs.mjs for what it holds each
// against; it walks by the keyboard alone.
func TestEveryStepOfThePageKeepsItsRulesInABrowser(t *testing.T) {
	must.Need(t, "a browser and Node")
	type run struct {
		Lang     string `json:"lang"`
		Width    int    `json:"width"`
		Resident string `json:"resident"`
		PIN      string `json:"pin"`
		Password string `json:"password"`
		Agreed   bool   `json:"agreed"` // the person has agreed to something

		Also []string `json:"also,omitempty"` // languages in which each page of the walk is looked at too
	}
	a := newApp(t, "hanako,nao,haru")
	if _, err := a.authority.Command(t.Context(), "conformance"); err != nil { // it makes a bank, and nao's consents
		t.Fatal(err)
	}
	runs := []run{{Lang: "ja", Width: 390, Resident: "hanako"}, {Lang: "en", Width: 320, Resident: "nao", Agreed: true}}
	for _, l := range phone.Spoken()[kiosk.English+1:] {
		runs[1].Also = append(runs[1].Also, l.String())
	}
	for i, r := range runs {
		runs[i].PIN, runs[i].Password = a.secrets(r.Resident)
	}
	browsertest.Walk(t, "browser/certs.mjs", "e2e-certs", 100, map[string]any{"url": a.url, "runs": runs})
}
