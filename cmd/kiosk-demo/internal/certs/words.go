package certs

import (
	"net/http"
	"strings"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// A key names one sentence.
type key string

type table map[key]string

// sentences are in Japanese and English. In them stand {pin}, {password}, {office} and {reader},
// which are the kiosk's words, and {asked}, what is asked of whom.
var sentences = map[key][2]string{
	"App":      {"スマートフォンの電子証明書（見本）", "Certificates on a phone (demo)"},
	"Sample":   {"見本です。本物のアプリでも、本物のカードでもありません。", "A demonstration: neither the real app nor a real card."},
	"Language": {"言語", "Language"},
	"LangName": {"日本語", "English"},
	"Check":    {"ご確認ください：", "Please check: "},
	"Over":     {"最初に戻る", "Start over"},
	"Back":     {"この電話の画面に戻る", "Back to this phone"},
	"Reset":    {"カードの{pin}や{password}を新しくする", "Renew the {pin} or the {password} of a card"},

	"WhoTitle": {"どなたですか", "Who are you?"},
	"WhoWhat":  {"テスト用の住民です。それぞれに仮想のカードと電話があります。", "These are test residents. Each has a virtual card and virtual phones."},
	"OnReader": {"カードはキオスクの{reader}にあります", "The card is on the kiosk's {reader}"},
	"InHand":   {"カードは手元にあります", "The card is in hand"},

	"PhonesTitle": {"どの電話を使いますか", "Which phone do you use?"},
	"PhonesWhat":  {"電子証明書は、1人に1台です。別の電話で使い始めると、前の電話の電子証明書は終わります。", "One phone a person has certificates. When another one takes them into use, those of the phone before it end."},
	"Android":     {"アンドロイドの電話", "An Android phone"},
	"IPhone":      {"アイフォン", "An iPhone"},
	"Plain":       {"安全なチップのない電話", "A phone without a secure element"},

	"HomeTitle":   {"この電話の電子証明書", "Certificates of this phone"},
	"StateNone":   {"この電話には、電子証明書がありません。", "This phone has no certificates."},
	"StateWait":   {"申請中です。発行を待っています。", "Applied for. They are not issued yet."},
	"StateIssued": {"発行されました。まだ使い始めていません。", "They are issued, and not in use yet."},
	"StateActive": {"使い始めています。", "They are in use."},
	"StateHeld":   {"一時停止中です。", "They are on hold."},
	"StateEnded":  {"前の電子証明書は終わりました。使うには、もう一度申請してください。", "The certificates that were here have ended. To use some again, apply again."},
	"PlainWhat":   {"この電話には、鍵を守るチップがありません。国の電子証明書は入れられません。代わりに、民間の弱い電子証明書を入れられます。", "This phone has no chip that guards keys, so it cannot have these certificates. It can have a private one instead, which is weaker."},
	"PlainWeak":   {"民間の電子証明書では、ログインしかできません。ファイルを写した人も使えるので、どこでも「弱い」と表示されます。", "A private one opens a log-in and nothing else. Who copies its file can use it too, so it is marked as weak everywhere."},

	"phone auth": {"利用者証明用の電子証明書", "Certificate for user authentication"},
	"phone sign": {"署名用の電子証明書", "Certificate for signing"},
	"issued":     {"使い始める前", "not in use yet"},
	"good":       {"有効", "good"},
	"held":       {"一時停止中", "on hold"},
	"revoked":    {"失効", "revoked"},

	"ByCardPIN":  {"カードと{pin}によって止められました。覚えのないときは、カードの{pin}を新しくしてください。", "It was held with the card and its {pin}. If that was not you, renew the card's {pin}."},
	"ByCall":     {"電話や窓口での届け出によって止められました。", "It was held by a call, or at the {office}."},
	"ByMaker":    {"チップの製造元が取り消したので、止められました。解除できません。", "It was held because the maker withdrew this kind of chip. That is not lifted."},
	"ActApply":   {"この電話の電子証明書を申請する", "Apply for certificates on this phone"},
	"ActChoose":  {"申請の続きへ", "Go on with what is issued"},
	"ActLogIn":   {"この電話でログインする", "Log in with this phone"},
	"ActHold":    {"電子証明書を一時停止する", "Put the certificates on hold"},
	"ActRelease": {"一時停止を解除する", "Release the hold"},
	"ActGiveUp":  {"この電話の利用をやめる", "Give this phone up"},
	"ActWipe":    {"この電話を初期化する", "Wipe this phone"},
	"ActOther":   {"別の電話を使う", "Use another phone"},
	"ActPrivate": {"民間の弱い電子証明書を入れる", "Get the weaker private certificate"},
	"ActWeak":    {"民間の電子証明書でログインする", "Log in with the private certificate"},

	"SignTitle":     {"申請の内容を確かめる", "Check what you sign"},
	"SignWhat":      {"次の内容に署名します。", "This is signed:"},
	"SignKeys":      {"電話のチップが作った2つの鍵。製造元は{maker}です。", "two keys that the phone's secure element has made; its maker is {maker}"},
	"SignNew":       {"発行されるもの：利用者証明用と署名用の電子証明書", "what is issued: a certificate for user authentication and one for signing"},
	"SignOld":       {"いま使っている電話は、新しい電話を使い始めるまで、そのまま使えます。", "The phone that you use now stays as it is until the new one is in use."},
	"ControlTitle":  {"確認の数字", "Control digits"},
	"ControlOwn":    {"この電話", "This phone"},
	"ControlTheirs": {"センター", "The centre"},
	"ControlWhat":   {"2つが同じことを確かめてください。ちがうときは、署名しないでください。", "Make sure that both are the same. If they differ, do not sign."},
	"ControlDiffer": {"確認の数字がちがいます。署名せずに、やめてください。", "The control digits differ. Stop here, and sign nothing."},
	"SignExact":     {"署名される内容のすべて", "Exactly this is signed"},
	"SignGo":        {"カードで署名して申請する", "Sign with the card and apply"},

	"ChooseTitle":    {"この電話の2つを決める", "Choose two for this phone"},
	"ChooseWhat":     {"カードのものとは別です。この電話で使うときに入力します。", "They are the phone's own, apart from the card's. You type them when you use this phone."},
	"ChoosePIN":      {"この電話の{pin}", "This phone's {pin}"},
	"ChoosePassword": {"この電話の{password}", "This phone's {password}"},
	"ChooseFirst":    {"1回目", "First time"},
	"ChooseAgain":    {"もう一度", "Once more"},
	"ChooseGo":       {"次へ", "Continue"},
	"FormPIN":        {"数字を4つ入力してください。", "Please type exactly four digits."},
	"FormPassword":   {"英字と数字の両方を使って、6～16文字で入力してください。", "Please type 6 to 16 letters and digits, both kinds."},
	"Differ":         {"2回の入力がちがいます。もう一度、入力してください。", "The two entries differ. Please type them again."},
	"HintPIN":        {"数字を4つ入力します。", "Type four digits."},
	"HintPassword":   {"英字と数字の両方を使います。小文字は大文字になります。", "Letters and digits, both kinds. Small letters become capitals."},

	"ActivateTitle": {"使い始める", "Take them into use"},
	"ActivateWhat":  {"カードと、この電話の2つの鍵が署名します。使い始めると、前の電話の電子証明書は終わります。", "The card and both keys of this phone sign. When they are in use, the certificates of a phone before this one end."},
	"ActivateGo":    {"カードで署名して使い始める", "Sign with the card and begin"},
	"LogInTitle":    {"ログインする", "Log in"},
	"LogInWhat":     {"この電話が署名して、あなたであることを示します。", "This phone signs to show who you are."},
	"LogInGo":       {"ログインする", "Log in"},
	"HoldTitle":     {"電子証明書を一時停止する", "Put the certificates on hold"},
	"HoldWhat":      {"使っている電話の電子証明書が、すぐに使えなくなります。あとで、カードの{password}で解除できます。電話をなくしたときは、キオスクでも止められます。", "The certificates of the phone in use stop at once. You release them later with the card's {password}. If the phone is lost, a kiosk can do this too."},
	"HoldGo":        {"一時停止する", "Put on hold"},
	"ReleaseTitle":  {"一時停止を解除する", "Release the hold"},
	"ReleaseWhat":   {"カードが署名すると、電子証明書がまた使えます。", "When the card signs, the certificates can be used again."},
	"ReleaseGo":     {"解除する", "Release"},
	"GiveUpTitle":   {"この電話の利用をやめる", "Give this phone up"},
	"GiveUpWhat":    {"電子証明書は失効します。元には戻せません。電話を売る前や、捨てる前に行います。", "The certificates are revoked. That cannot be undone. Do it before you sell the phone or throw it away."},
	"GiveUpGo":      {"失効させる", "Revoke them"},
	"PrivateTitle":  {"民間の弱い電子証明書", "The weaker private certificate"},
	"PrivateGo":     {"カードで署名して入れる", "Sign with the card and get it"},

	"ActConsents":       {"銀行などへの同意を見る", "See what I agreed to"},
	"ActCardConsents":   {"銀行などへの同意を見る（カードで）", "See what I agreed to (with the card)"},
	"ConsentsTitle":     {"あなたの同意", "What you agreed to"},
	"ConsentsWhat":      {"あなたが同意した提供と、これまでに提供された日を表示します。", "Everything that you agreed to is shown, and when items were given."},
	"ConsentsGo":        {"表示する", "Show it"},
	"ConsentsNone":      {"同意しているものはありません。", "You have agreed to nothing."},
	"CardConsentsTitle": {"あなたの同意", "What you agreed to"},
	"CardConsentsWhat":  {"あなたが同意した提供と、これまでに提供された日を表示します。", "Everything that you agreed to is shown, and when items were given."},
	"CardConsentsGo":    {"表示する", "Show it"},
	"ConsentItems":      {"提供されるもの：", "Given are:"},
	"item name":         {"氏名", "name"},
	"item address":      {"住所", "address"},
	"item birth":        {"生年月日", "date of birth"},
	"item sex":          {"性別", "sex"},
	"consent pending":   {"始まる前。期間：", "Not begun yet; from and until:"},
	"consent active":    {"有効。期間：", "Stands; from and until:"},
	"consent expired":   {"期限が切れました。期間：", "Expired; from and until:"},
	"consent cancelled": {"取りやめました。", "Withdrawn on"},
	"consent ended":     {"サービスが終わりました。期間：", "The service has ended; from and until:"},
	"GivenOn":           {"提供された日", "Given on"},
	"GivenNever":        {"まだ提供されていません。", "Nothing was given yet."},
	"Receipt":           {"受領書（センターの署名つき）", "Receipt, signed by the centre"},
	"WithdrawThis":      {"この同意を取りやめる", "Withdraw this"},
	"WithdrawTitle":     {"同意を取りやめる", "Withdraw a consent"},
	"WithdrawGo":        {"署名して取りやめる", "Sign and withdraw"},
	"CardWithdrawTitle": {"同意を取りやめる", "Withdraw a consent"},
	"CardWithdrawGo":    {"署名して取りやめる", "Sign and withdraw"},
	"WithdrawEnds":      {"このあとは、新しい住所などが提供されません。", "From then on nothing new is given."},
	"WithdrawKeeps":     {"すでに提供されたものは、相手に残ります。", "What the other side already has stays with it."},
	"WithdrawAgain":     {"もう一度同意するときは、相手の画面で行います。", "To agree again, go to the other side's own page."},
	"DoneWithdraw":      {"同意を取りやめました。", "The consent is withdrawn."},

	"AskCard":      {"カードの{asked}", "Your card's {asked}"},
	"AskPhone":     {"この電話の{asked}", "This phone's {asked}"},
	"Show":         {"入力した文字を表示する", "Show what I type"},
	"LastWarning":  {"これが最後の1回です。まちがえると、ロックされます。", "This is the last try. A wrong entry locks it."},
	"LastDo":       {"自信がないときは、ここでやめてください。残りの回数は減りません。", "If you are not sure, stop here. That spends no try."},
	"LastSure":     {"確かなので、入力する", "I am sure: enter it"},
	"LockedCard":   {"ロックされています。キオスクか{office}で新しくできます。", "It is locked. A kiosk or the {office} can renew it."},
	"LockedPhone":  {"ロックされています。この電話の電子証明書を、もう一度申請してください。", "It is locked. Apply for the certificates of this phone again."},
	"Wrong":        {"ちがいます。", "That is not it."},
	"Away":         {"カードがキオスクの{reader}に置かれています。手に取ってから、もう一度行ってください。", "Your card is on the kiosk's {reader}. Take it into your hand, then try again."},
	"Stale":        {"前の画面から送られたので、使いませんでした。いまの画面を表示しています。", "That came from an earlier page, so it was not used. This is the current page."},
	"Broken":       {"うまくいきませんでした。", "That did not work."},
	"Late":         {"時間がたちました。もう一度、はじめから申請してください。カードの残りの回数は減っていません。", "Too much time has passed. Please apply again from the start. No try of the card was spent."},
	"CardNotGood":  {"カードの電子証明書が有効ではありません。{office}で手続きしてください。", "The card's certificate is not good. Please go to your {office}."},
	"PhoneNotGood": {"この電話の電子証明書が有効ではありません。", "The phone's certificate is not good."},
	"NotElement":   {"この電話のチップを確かめられませんでした。この電話では申請できません。", "The secure element of this phone is not believed. This phone cannot apply."},
	"Refused":      {"センターが受け付けませんでした。", "The centre does not do this."},

	"DoneApply":    {"申請できました。", "You have applied."},
	"DoneActivate": {"この電話で使えるようになりました。", "This phone is in use now."},
	"DoneLogIn":    {"{resident}としてログインしました。", "You are logged in as {resident}."},
	"DoneWeak":     {"{resident}としてログインしました。弱い証明です。", "You are logged in as {resident}. This proof is weak."},
	"DoneHold":     {"一時停止しました。", "The certificates are on hold."},
	"DoneRelease":  {"解除しました。", "The hold is released."},
	"DoneGiveUp":   {"失効させました。", "The certificates are revoked."},
	"DonePrivate":  {"民間の電子証明書を入れました。", "The private certificate is here."},
	"DoneWipe":     {"初期化しました。チップの中の電子証明書は、そのまま残っています。", "The phone is wiped. The certificates in its secure element are still there."},
}

// words say the sentences of one language.
type words struct {
	lang            kiosk.Lang
	ref             kiosk.Ref
	maker, resident string
}

// Say is a sentence, "" with no key.
func (w words) Say(k key) string {
	all, ok := sentences[k]
	if !ok {
		return ""
	}
	s := all[w.lang]
	if !strings.Contains(s, "{") {
		return s
	}
	return strings.NewReplacer("{pin}", w.name(kiosk.RefAuth), "{password}", w.name(kiosk.RefSign), "{office}", text.Of(w.lang, text.NameOffice),
		"{reader}", text.Of(w.lang, text.NameReader), "{asked}", w.name(w.ref), "{maker}", w.maker, "{resident}", w.resident).Replace(s)
}

// whole keeps "4-digit" and "6–16" on one line, as the page beside this one does.
var whole = strings.NewReplacer("-", "-\u2060", "–", "–\u2060", "～", "～\u2060")

func (w words) name(ref kiosk.Ref) string {
	if ref == kiosk.RefSign {
		return whole.Replace(text.Of(w.lang, text.NamePassword))
	}
	return whole.Replace(text.Of(w.lang, text.NamePIN))
}

// Tries is how many are left, "" where that is not known.
func (w words) Tries(left int8) string {
	if left <= 0 {
		return ""
	}
	return text.Say(kiosk.View{Lang: w.lang}, text.TriesLeft, left)
}

// Lang is the language's tag.
func (w words) Lang() string { return [...]string{kiosk.Japanese: "ja", kiosk.English: "en"}[w.lang] }

// other is the language that can be switched to.
func (w words) other() words { return words{lang: kiosk.Japanese + kiosk.English - w.lang} }

// ofTwo is the one of this page's two languages that a person who chose that one is likelier to read.
func ofTwo(l kiosk.Lang) kiosk.Lang {
	if l == kiosk.Japanese || l == kiosk.Easy {
		return kiosk.Japanese
	}
	return kiosk.English
}

// languageCookie is that of the page beside this one.
const languageCookie = "language"

// switchTo remembers the language and shows the same page in it.
func switchTo(w http.ResponseWriter, r *http.Request) {
	if to := r.PostFormValue("to"); to == "ja" || to == "en" {
		http.SetCookie(w, &http.Cookie{Name: languageCookie, Value: to, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
	}
	http.Redirect(w, r, home, http.StatusSeeOther)
}
