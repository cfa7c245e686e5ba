package certs

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"multicopy.example/kiosk"
)

// TestEverySentenceIsSaidInBothLanguages, has no words of the other one, and leaves no placeholder.
func TestEverySentenceIsSaidInBothLanguages(t *testing.T) {
	used := ""
	for _, name := range []string{"page.html", "page.go", "steps.go", "look.go"} {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		used += string(b)
	}
	for _, name := range names { // of acts, whose sentences are put together
		for _, part := range [][2]string{{"Act", ""}, {"Done", ""}, {"", "Title"}, {"", "What"}, {"", "Go"}} {
			used += ` "` + part[0] + name + part[1] + `"`
		}
	}
	for _, part := range []string{"item name", "item address", "item birth", "item sex", "consent pending", "consent active", "consent expired", "consent cancelled", "consent ended"} {
		used += ` "` + part + `"`
	}
	used += ` "phone auth" "phone sign" "issued" "good" "held" "revoked" "ActChoose" "DoneWeak"`
	japanese, english := regexp.MustCompile(`[\p{Han}\p{Hiragana}\p{Katakana}]`), regexp.MustCompile(`[a-zA-Z]{3,}`)
	for k, both := range sentences {
		if !strings.Contains(used, `"`+string(k)+`"`) {
			t.Errorf("%s is said nowhere", k)
		}
		for lang := range both {
			s := words{lang: kiosk.Lang(lang), ref: kiosk.RefAuth, maker: "-", resident: "-"}.Say(k)
			if strings.TrimSpace(s) == "" || strings.ContainsAny(s, "{}") {
				t.Errorf("%s in language %d is %q", k, lang, s)
			}
			if k == "LangName" {
				continue
			}
			if kiosk.Lang(lang) == kiosk.English && japanese.MatchString(s) || kiosk.Lang(lang) == kiosk.Japanese && english.MatchString(s) {
				t.Errorf("%s in language %d has the other one's words: %q", k, lang, s)
			}
		}
	}
	for _, m := range regexp.MustCompile(`(?:Say |key = |Say: |Title = |Since = |State = |return )"([A-Z][A-Za-z]+)"`).FindAllStringSubmatch(used, -1) {
		if _, ok := sentences[key(m[1])]; !ok {
			t.Errorf("no sentence is called %s", m[1])
		}
	}
}

// TestWhatHasNotTheFormOfASecretIsToldBeforeATryIsSpent, and small letters become capitals.
func TestWhatHasNotTheFormOfASecretIsToldBeforeATryIsSpent(t *testing.T) {
	for _, c := range []struct {
		ref   kiosk.Ref
		typed string
		want  key
		then  string
	}{
		{kiosk.RefAuth, "1234", "", "1234"}, {kiosk.RefAuth, "", "FormPIN", ""}, {kiosk.RefAuth, "123", "FormPIN", "123"}, {kiosk.RefAuth, "12345", "FormPIN", "12345"},
		{kiosk.RefAuth, "12a4", "FormPIN", "12a4"}, {kiosk.RefSign, "sakura77", "", "SAKURA77"}, {kiosk.RefSign, "SAKURA", "FormPassword", "SAKURA"},
		{kiosk.RefSign, "123456", "FormPassword", "123456"}, {kiosk.RefSign, "AB123", "FormPassword", "AB123"}, {kiosk.RefSign, "SAKURA 77", "FormPassword", "SAKURA 77"},
		{kiosk.RefSign, "ABCDEFGH123456789", "FormPassword", "ABCDEFGH123456789"}, {kiosk.RefSign, "ABCDEFGH12345678", "", "ABCDEFGH12345678"},
	} {
		b := []byte(c.typed)
		if got := formed(b, c.ref); got != c.want || string(b) != c.then {
			t.Errorf("%q: %q and %q", c.typed, got, b)
		}
	}
}
