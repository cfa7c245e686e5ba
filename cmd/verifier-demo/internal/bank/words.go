package bank

import "embed"

//go:embed consent.ja.txt consent.en.txt page.html style.css
var files embed.FS

// Texts that people of the demo read before they sign, by languages.
func Texts() map[string]string {
	all := map[string]string{}
	for _, lang := range []string{"ja", "en"} {
		text, err := files.ReadFile("consent." + lang + ".txt")
		if err != nil {
			panic(err) // it is embedded
		}
		all[lang] = string(text)
	}
	return all
}

// words of the pages, by languages. Each has all of them.
var words = map[string]map[string]string{
	"en": {
		"Other": "日本語", "OtherLang": "ja", "Customers": "Customers", "Who": "Whose account is it? (The demo has no log-in.)",
		"Account": "Account", "Address": "Address the bank has", "Since": "told by the authority on", "Letter": "as you gave it",
		"None": "You have not agreed that the bank is told a new address.", "Ask": "Read about it",
		"pending": "You have agreed. It begins on", "active": "You have agreed, until", "cancelled": "You have withdrawn your consent. The bank is told nothing new; it keeps the address it has.",
		"expired": "Your consent has expired.", "ended": "The service has ended.", "Withdraw": "Withdraw the consent", "Receipts": "Receipts that the authority signed",
		"Title": "May the bank be told your new address?", "Summary": "If you move, Rei Bank learns your new address from the certification authority and need not write to you. Only the address, only this bank, for ten years; you can withdraw at any time.",
		"Yes": "I agree", "No": "I do not agree", "Full": "The full text, which you sign", "Declined": "You have not agreed. Nothing changes.",
		"WithdrawTitle": "Withdraw your consent?", "WithdrawWhat": "From then on the bank is told nothing. The address that it already has stays with the bank. You can agree again on this page.",
		"WithdrawYes": "Withdraw", "WithdrawNo": "Keep the consent", "give": "You have agreed. The receipt is below.", "withdraw": "Your consent has been withdrawn. The receipt is below.",
		"Failed": "It was not done.", "Night": "The bank's night", "NightWhat": "Once a day the bank reads what happened to its consents, has the platform look at certificates, and asks about those that are not good.", "NightDo": "Run tonight's check now", "Back": "Back", "Sample": "A sample of a bank. None of it is real.",
	},
	"ja": {
		"Other": "English", "OtherLang": "en", "Customers": "お客さま", "Who": "どの口座ですか。（見本のため、ログインはありません。）",
		"Account": "口座", "Address": "銀行に登録された住所", "Since": "認証局から知らされた日", "Letter": "届け出のとおり",
		"None": "新しい住所を銀行が知ることに、同意していません。", "Ask": "内容を読む",
		"pending": "同意しました。始まるのは", "active": "同意しています。期限は", "cancelled": "同意を取りやめました。新しい情報は銀行に提供されません。すでにある住所は銀行に残ります。",
		"expired": "同意の期限が過ぎました。", "ended": "サービスは終了しました。", "Withdraw": "同意を取りやめる", "Receipts": "認証局が署名した控え",
		"Title": "新しい住所を銀行に提供してよいですか", "Summary": "引っ越したとき、れい銀行は認証局から新しい住所を知り、手紙でお尋ねしません。住所だけ、この銀行だけ、10年間です。いつでも取りやめられます。",
		"Yes": "同意する", "No": "同意しない", "Full": "署名する全文", "Declined": "同意していません。何も変わりません。",
		"WithdrawTitle": "同意を取りやめますか", "WithdrawWhat": "これから先、銀行には何も提供されません。すでに受け取った住所は銀行に残ります。このページで、あらためて同意できます。",
		"WithdrawYes": "取りやめる", "WithdrawNo": "同意を続ける", "give": "同意しました。控えは下にあります。", "withdraw": "同意を取りやめました。控えは下にあります。",
		"Failed": "できませんでした。", "Night": "銀行の夜間処理", "NightWhat": "1日に1回、銀行は同意の変更を読み、プラットフォームに証明書を確かめさせ、有効でないものについて尋ねます。", "NightDo": "今夜の処理を始める", "Back": "戻る", "Sample": "銀行の見本です。本物ではありません。",
	},
}
