package text

import "multicopy.example/kiosk"

// A Chain is a company whose stores have kiosks with this service, as the terms
// of the running service list them (undated copy; a store may differ).
type Chain struct {
	Name  [kiosk.Langs]string
	Where [kiosk.Langs]string // in which of its stores
	Both  bool                // renews the 4-digit PIN too; false: the signing password alone
}

var (
	allJapan   = [kiosk.Langs]string{"全国", "all of Japan"}
	someStores = [kiosk.Langs]string{"一部の店舗", "some stores"}
)

// chains, those that renew both first.
var chains = []Chain{
	{[kiosk.Langs]string{"セブン-イレブン", "Seven-Eleven"}, allJapan, true},
	{[kiosk.Langs]string{"イオンリテール", "Aeon Retail"}, [kiosk.Langs]string{"本州・四国", "Honshu and Shikoku"}, true},
	{[kiosk.Langs]string{"イオン北海道", "Aeon Hokkaido"}, someStores, true},
	{[kiosk.Langs]string{"イオン東北", "Aeon Tohoku"}, someStores, true},
	{[kiosk.Langs]string{"フジ", "Fuji"}, someStores, true},
	{[kiosk.Langs]string{"ローソン", "Lawson"}, allJapan, false},
	{[kiosk.Langs]string{"ファミリーマート", "FamilyMart"}, allJapan, false},
	{[kiosk.Langs]string{"ミニストップ", "Ministop"}, allJapan, false},
	{[kiosk.Langs]string{"ダイエー", "Daiei"}, someStores, false},
}

// Chains lists the chains that can do what a flow asks: the 4-digit PIN is
// renewed by fewer of them.
func Chains(f kiosk.Flow) []Chain {
	var can []Chain
	for _, c := range chains {
		if c.Both || f.Target() == kiosk.RefSign {
			can = append(can, c)
		}
	}
	return can
}
