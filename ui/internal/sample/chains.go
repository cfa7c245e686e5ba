package sample

import (
	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
)

// Chains are some of an operator's configuration.
func Chains() []text.Chain {
	all := [kiosk.Langs]string{"全国", "all of Japan"}
	return []text.Chain{
		{Name: [kiosk.Langs]string{"セブン-イレブン", "Seven-Eleven"}, Where: all, Both: true},
		{Name: [kiosk.Langs]string{"イオンリテール", "Aeon Retail"}, Where: [kiosk.Langs]string{"本州・四国", "Honshu and Shikoku"}, Both: true},
		{Name: [kiosk.Langs]string{"イオン北海道", "Aeon Hokkaido"}, Where: [kiosk.Langs]string{"一部の店舗", "some stores"}, Both: true},
		{Name: [kiosk.Langs]string{"イオン東北", "Aeon Tohoku"}, Where: [kiosk.Langs]string{"一部の店舗", "some stores"}, Both: true},
		{Name: [kiosk.Langs]string{"フジ", "Fuji"}, Where: [kiosk.Langs]string{"一部の店舗", "some stores"}, Both: true},
		{Name: [kiosk.Langs]string{"ローソン", "Lawson"}, Where: all},
		{Name: [kiosk.Langs]string{"ファミリーマート", "FamilyMart"}, Where: all},
	}
}
