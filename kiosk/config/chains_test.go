package config

import (
	"strings"
	"testing"

	"multicopy.example/kiosk"
)

func TestChainsAreNamedInEachLanguage(t *testing.T) {
	c, err := Parse([]byte(good + `
[[chains]]
renews = "both"
name = {ja = "甲ストア", en = "Alpha"}
where = {ja = "全国"}
[[chains]]
renews = "password"
name = {ja = "乙ストア"}
`))
	if err != nil || len(c.Chains) != 2 {
		t.Fatal(err, c.Chains)
	}
	for _, w := range []struct {
		chain       int
		lang        kiosk.Lang
		name, where string
		both        bool
	}{
		{0, kiosk.Japanese, "甲ストア", "全国", true}, {0, kiosk.English, "Alpha", "全国", true},
		{1, kiosk.Japanese, "乙ストア", "", false}, {1, kiosk.English, "乙ストア", "", false},
	} {
		chain := c.Chains[w.chain]
		if name, where := chain.In(w.lang); name != w.name || where != w.where || chain.Both() != w.both {
			t.Errorf("%v: %q, %q, %v", w, name, where, chain.Both())
		}
	}
}

func TestMistakesInChainsAreNamed(t *testing.T) {
	for _, m := range []struct{ is, says string }{
		{`renews = "all"`, "renews is"},
		{`name = {ja = "甲"}`, "renews is"},
		{"renews = \"both\"\nname = {en = \"A\"}", `name lacks "ja"`},
		{"renews = \"both\"\nname = {ja = \"甲\", fr = \"A\"}", "no language"},
		{"renews = \"both\"\nname = {ja = \"甲\"}\nwhere = {en = \"all\"}", `where lacks "ja"`},
		{"renews = \"both\"\nname = {ja = \"甲\", en = \"\"}", "0 characters"},
		{"renews = \"both\"\nname = {ja = \"" + strings.Repeat("甲", maxChainName+1) + "\"}", "41 characters"},
		{"renews = \"both\"\nname = {ja = \"甲\\u0007\"}", "cannot be printed"},
	} {
		if _, err := Parse([]byte(good + "[[chains]]\n" + m.is)); err == nil || !strings.Contains(err.Error(), m.says) {
			t.Errorf("%s: %v", m.is, err)
		}
	}
	many := strings.Repeat("[[chains]]\nrenews = \"both\"\nname = {ja = \"甲\"}\n", maxChains+1)
	if _, err := Parse([]byte(good + many)); err == nil || !strings.Contains(err.Error(), "at most 12") {
		t.Error(err)
	}
}
