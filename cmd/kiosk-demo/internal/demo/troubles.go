package demo

import (
	"slices"
	"strings"
)

// A Trouble is what is the matter with a test resident's card or reservation,
// as people call it. In the table the secrets are {pin} and {password}: the
// phone's page calls them as the kiosk does, the demo's window is narrow.
type Trouble struct {
	Key    string // the resident's
	JA, EN string
	Code   string // of what the kiosk will say; "" where it does what is asked
}

// troubles are the sandbox's residents in the order in which they are offered:
// who can be helped first. Who is missing here comes last and by name alone; a
// test holds the table against the sandbox's own list.
var troubles = []Trouble{
	{"hanako", "忘れただけ。ロックなし", "forgot it; nothing is locked", ""},
	{"taro", "{password}がロック", "{password} locked", ""},
	{"jiro", "{pin}がロック", "{pin} locked", ""},
	{"saburo", "{password}の残り2回。解除できる", "{password}: some tries gone", ""},
	{"aki", "{pin}の残りが1回", "{pin}: last try", "E-LAST"},
	{"ren", "両方ロック", "both locked", "E-BOTH"},
	{"yuki", "署名用証明書がない", "no signing certificate", "E-SIG0"},
	{"akira", "有効期限が切れた", "certificates expired", "E-EXP"},
	{"midori", "住所が変わり署名用が失効", "address changed", "E-ADR"},
	{"kenji", "証明書が失効した", "certificates revoked", "E-REV"},
	{"sachiko", "一時停止中", "on hold", "E-HLD"},
	{"nao", "予約がない", "no reservation yet", "E-RSV0"},
	{"haru", "予約が古い", "reservation expired", "E-RSV1"},
	{"natsu", "予約は使用済み", "reservation used", "E-RSV2"},
	{"fuyu", "別の認証局のカード", "card of another CA", "E-TYP"},
	{"sora", "スマートフォン", "a phone, not a card", "E-PHN"},
	{"umi", "{pin}の予約は使用済み", "reservation used, for {pin}", "E-RSV2"},
}

// TroubleOf is the trouble of the resident with that key in the window's short
// words; zero where it is not known.
func TroubleOf(key string) Trouble {
	t := troubleOf(key)
	t.JA = strings.NewReplacer("{pin}", "4けたの暗証番号", "{password}", "署名用パスワード").Replace(t.JA)
	t.EN = strings.NewReplacer("{pin}", "4-digit PIN", "{password}", "signing password").Replace(t.EN)
	return t
}

func troubleOf(key string) Trouble {
	if i := rank(key); i < len(troubles) {
		return troubles[i]
	}
	return Trouble{}
}

func rank(key string) int {
	if i := slices.IndexFunc(troubles, func(t Trouble) bool { return t.Key == key }); i >= 0 {
		return i
	}
	return len(troubles)
}
