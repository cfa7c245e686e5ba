package phone

import (
	"html"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

func TestCataloguesHaveTheSameSentences(t *testing.T) {
	for l, words := range languages {
		for k := range ja {
			if strings.TrimSpace(words[k]) == "" {
				t.Errorf("language %d: %s is empty", l, k)
			}
		}
		for k := range words {
			if holes(words[k]) != holes(ja[k]) {
				t.Errorf("language %s: %s has the placeholders %q, in Japanese %q", l, k, holes(words[k]), holes(ja[k]))
			}
		}
		if len(words) != len(ja) {
			t.Errorf("language %d has %d sentences, Japanese has %d", l, len(words), len(ja))
		}
	}
	if len(languages) != int(kiosk.Langs) {
		t.Errorf("%d languages, the kiosk has %d", len(languages), kiosk.Langs)
	}
	for k := range kiosks {
		if _, ok := ja[k]; ok {
			t.Errorf("%s is the kiosk's and ours", k)
		}
	}
}

// holes are the placeholders of a sentence, each once, in the order of their names.
func holes(s string) string {
	all := regexp.MustCompile(`\{\w+\}`).FindAllString(s, -1)
	slices.Sort(all)
	return strings.Join(slices.Compact(all), " ")
}

var named = regexp.MustCompile(`(?:Say |Say: |say\.Say\(|[:,] +\{?|key = |Say = |return |w\.Say\()"([A-Z][A-Za-z]+)"`)

func TestEachSentenceIsUsedAndEachKeyHasOne(t *testing.T) {
	used := map[key]bool{}
	for _, name := range []string{"page.html", "face.html", "languages.html", "acts.go", "face.go", "steps.go", "form.go"} {
		b := must.Read(t, name)
		for _, m := range named.FindAllStringSubmatch(string(b), -1) {
			k := key(m[1])
			used[k] = true
			if _, shared := kiosks[k]; ja[k] == "" && !shared && !slices.Contains([]string{"Location", "Accept"}, m[1]) {
				t.Errorf("%s: no sentence is called %s", name, k)
			}
		}
	}
	for k := range ja {
		if !used[k] {
			t.Errorf("%s is said nowhere", k)
		}
	}
	for k := range kiosks {
		if !used[k] {
			t.Errorf("%s of the kiosk is said nowhere", k)
		}
	}
}

// otherWords are words for what the glossary has a name for. The catalogues and
// the pages do not use them; 番号 and "number" would be the one-time password's.
var otherWords = map[kiosk.Lang]*regexp.Regexp{
	kiosk.Japanese: regexp.MustCompile(`暗証|パスワード|パスコード|番号|コード|ＰＩＮ|PIN|OTP|4けた|４けた|読み取り|読取|リーダー|窓口|役所|役場|市役|署名用|利用者証明`),
	kiosk.Easy:     regexp.MustCompile(`暗証|パスワード|パスコード|番号|コード|ＰＩＮ|PIN|OTP|読み取り|読取|リーダー|窓口|役所|役場|市役|署名用|利用者証明`),
	kiosk.English: regexp.MustCompile(`(?i)\b(pins?|pass ?words?|passcodes?|passphrases?|codes?|numbers?|otps?|secrets?|readers?|scanners?|terminals?|` +
		`offices?|counters?|city hall|municipal\w*|4-digit|signing|user authentication)\b`),
	kiosk.Simplified:  regexp.MustCompile(`密码|口令|验证码|读卡器|窗口|PIN`),
	kiosk.Traditional: regexp.MustCompile(`密碼|口令|驗證碼|讀卡機|窗口|PIN`),
	kiosk.Korean:      regexp.MustCompile(`PIN|비밀번호|암호|판독기|리더기|창구|시청|구청`),
	kiosk.Vietnamese:  regexp.MustCompile(`(?i)PIN\b|mật khẩu|đầu đọc|quầy`),
	kiosk.Portuguese:  regexp.MustCompile(`(?i)\b(pin|senhas?|leitor|balcão|prefeitura)\b`),
}

// Sentences of the kiosk's catalogue that the page shows as they are, and its
// two rules of form, which say digits because that is what is typed.
func allowed(l kiosk.Lang) (all []string) {
	for _, k := range []text.Key{text.NamePIN, text.NamePassword, text.NameCode, text.NameReader, text.NameOffice, text.PINUse, text.PasswordUse, text.Neither,
		text.NeitherPhone, text.NeedsCard} {
		all = append(all, text.Of(l, k))
	}
	return append(all, map[kiosk.Lang][]string{
		kiosk.Japanese: {"数字4けたで入力", "もう一度読み取る", "カードを読み取って", "もう一度読み取って", "カードを電源なしの状態から読み直して", "セキュリティコード", "2けたずつ"},
		kiosk.Easy:     {"セキュリティコード"},
		kiosk.English:  {"exactly four digits", "My Number Card", "Security code"},
	}[l]...)
}

func TestNamesOfTheGlossaryAreThoseOfTheKioskAlone(t *testing.T) {
	for l, words := range languages {
		for k, s := range words {
			for _, ok := range allowed(l)[10:] {
				s = strings.ReplaceAll(s, ok, "")
			}
			if w := otherWords[l].FindString(regexp.MustCompile(`\{\w+\}`).ReplaceAllString(s, "")); w != "" {
				t.Errorf("%s says %q", k, w)
			}
		}
	}
	for l, pages := range everyPage(t) {
		said := map[text.Key]bool{}
		for path, page := range pages {
			shown := visible(regexp.MustCompile(`<p class="exact" lang="en">.*?</p>`).ReplaceAllString(page, "")) // a command is of no language
			for _, k := range []text.Key{text.NamePIN, text.NamePassword, text.NameCode, text.NameReader, text.NameOffice} {
				said[k] = said[k] || strings.Contains(shown, text.Of(l, k))
			}
			for _, ok := range allowed(l) {
				shown = strings.ReplaceAll(shown, ok, "")
			}
			if w := otherWords[l].FindString(shown); w != "" {
				t.Errorf("%s in language %d says %q:\n%s", path, l, w, shown)
			}
		}
		if len(said) != 5 || slices.Contains(slices.Collect(maps.Values(said)), false) {
			t.Errorf("language %d: names that were said: %v", l, said)
		}
	}
}

// A browser breaks a line after a hyphen or a dash that no word joiner follows.
func TestNamesStayOnOneLine(t *testing.T) {
	for l, want := range map[kiosk.Lang][2]string{
		kiosk.English:  {"4-\u2060digit PIN", "6–\u206016 letters"},
		kiosk.Japanese: {"数字4けた", "6～\u206016文字"},
	} {
		said := words{lang: l}.fill("{pin} {password}")
		if !strings.Contains(said, want[0]) || !strings.Contains(said, want[1]) {
			t.Errorf("%q", said)
		}
	}
}

func TestOneLanguageIsShownAtATime(t *testing.T) {
	for l, pages := range everyPage(t) {
		japanese := regexp.MustCompile(`[\p{Han}\p{Hiragana}\p{Katakana}]`)
		if l == kiosk.Simplified || l == kiosk.Traditional {
			japanese = regexp.MustCompile(`[\p{Hiragana}\p{Katakana}]`)
		}
		for path, page := range pages {
			if want := `<html lang="` + (words{lang: l}).Lang() + `">`; !strings.Contains(page, want) {
				t.Errorf("%s is not marked as %s", path, want)
			}
			// What is of another language is marked: the switch, the residents' names, a defect.
			page = regexp.MustCompile(`(?s)<(button|b|p|small)[^>]* lang="[-\w]+"[^>]*>.*?</`).ReplaceAllString(page, "</")
			switch shown := visible(page); {
			case l != kiosk.Japanese && l != kiosk.Easy && japanese.MatchString(shown):
				t.Errorf("%s has Japanese in its page of language %s:\n%s", path, l, shown)
			case l == kiosk.Japanese && regexp.MustCompile(`[a-z]{4,}`).MatchString(shown):
				t.Errorf("%s has English in its Japanese page:\n%s", path, shown)
			}
			if strings.ContainsAny(visible(page), "{}") {
				t.Errorf("%s: a placeholder is left", path)
			}
		}
	}
}

func TestSentencesStandInTheCataloguesAlone(t *testing.T) {
	for _, name := range []string{"page.html", "face.html", "languages.html"} {
		b := must.Read(t, name)
		shown := visible(regexp.MustCompile(`\{\{.*?\}\}`).ReplaceAllString(string(b), ""))
		if shown = strings.Trim(strings.ReplaceAll(shown, "E-FACA", ""), " |/5\n"); shown != "" {
			t.Errorf("%s says %q itself", name, shown)
		}
	}
	for _, name := range []string{"page.html", "face.html", "languages.html", "phone.js", "face.js", "face.go", "acts.go", "steps.go", "form.go", "session.go", "phone.go", "words.go", "shared.go", "ruby.go"} {
		b := must.Read(t, name)
		if m := regexp.MustCompile(`[\p{Han}\p{Hiragana}\p{Katakana}]`).Find(b); m != nil {
			t.Errorf("%s has a sentence of its own: %s", name, m)
		}
	}
}

var readings = regexp.MustCompile(`<ruby>([^<]+)<rp>.*?</ruby>`)

func visible(page string) string {
	page = readings.ReplaceAllString(page, "$1")
	_, body, ok := strings.Cut(page, "</head>")
	if !ok {
		body = page
	}
	title := ""
	if m := aTitle.FindStringSubmatch(page); m != nil {
		title = m[1]
	}
	return html.UnescapeString(strings.Join(strings.Fields(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(title+" "+body, " ")), " "))
}

// everyPage walks through every page and every sentence of trouble in each
// language.
func everyPage(t *testing.T) map[kiosk.Lang]map[string]string {
	all := map[kiosk.Lang]map[string]string{}
	for l := range languages {
		pages := map[string]string{}
		all[l] = pages
		for _, flow := range []kiosk.Flow{kiosk.FlowP, kiosk.FlowU} {
			h := handOf(&card{})
			only := h.cards["r1"]
			b := open(t, h)
			b.press("/language", "to", words{lang: l}.Lang())
			field := map[kiosk.Flow]string{kiosk.FlowP: "pin", kiosk.FlowU: "password"}
			keep := func(name, page string) { pages[flow.String()+" "+name+" "+b.at] = page }
			only.away = true
			keep("away", b.get("/"))
			b.press("/resident", "resident", "r1")
			keep("away", b.get("/what"))
			keep("away", b.press("/what", "what", flow.String()))
			only.away = false
			keep("back", b.get("/what"))
			keep("neither", b.press("/what", "what", "neither"))
			b.get("/what")
			keep("", b.press("/what", "what", flow.String()))
			keep("stale", b.send("/what", "old", "what", flow.String()))
			keep("form", b.press("/"+field[flow], field[flow], "?"))
			only.tries = counters(flow, 2, 5)
			keep("wrong", b.prove(flow, false))
			keep("stop", b.press("/stop", "", ""))
			b.press("/again", "", "")
			keep("sure", b.press("/sure", "", ""))
			keep("locks", b.prove(flow, false))
			keep("one", b.get("/what"))
			only.tries = counters(flow, 1, 0)
			keep("other locked", b.get("/last"))
			only.tries = counters(flow, 0, 0)
			keep("both", b.get("/what"))
			only.tries = kiosk.Tries{3, 5}
			b.get("/what")
			b.press("/what", "what", flow.String())
			h.refuses = true
			keep("refused", b.prove(flow, true))
			h.refuses = false
			keep("right", b.prove(flow, true))
			keep("passed", b.get("/proof"))
			keep("take", b.get("/take"))
			b.get("/photo")
			keep("desk", b.get("/desk"))
			keep("photo form", b.photo("8901", "2030", "0417"))
			keep("photo wrong", b.photo("890108", "2030", "9999"))
			h.sealed = true
			keep("sealed", b.photo("890108", "2030", "9999"))
			h.sealed = false
			h.late = true
			keep("late", b.photo("890108", "2030", "0417"))
			h.late = false
			for code := range ends {
				b.prove(flow, true)
				h.ends = code
				keep("ended "+code, b.photo("890108", "2030", "0417"))
				h.ends = ""
				if ends[code].Again {
					b.press("/retry", "", "")
				} else {
					b.get("/what")
					b.press("/what", "what", flow.String())
				}
			}
			b.prove(flow, true)
			keep("face", b.photo("890108", "2030", "0417"))
			b.frames()
			keep("made", b.get("/code"))
			keep("passed", b.get("/face"))
			b.get("/code")
			keep("later", b.press("/later", "", ""))
			only.tries = kiosk.Tries{3, 5}
			right := map[kiosk.Flow]string{kiosk.FlowP: "SAKURA88", kiosk.FlowU: "4826"}[flow]
			keep("checked", b.press("/check", field[3-flow], right))
			b.get("/code")
			b.page.now = func() time.Time { return time.Now().Add(25 * time.Hour) }
			keep("expired", b.get("/code"))
		}
	}
	return all
}

func TestTheFirstLanguageIsTheBrowsers(t *testing.T) {
	for accepted, want := range map[string]string{
		"": "ja", "ja": "ja", "ja-JP,ja;q=0.9,en;q=0.8": "ja", "en-GB,en;q=0.9": "en", "en;q=0.2,ja;q=0.1": "en", "en;q=0.1,ja": "ja",
		"fr,ja;q=0.5": "ja", "de": "en", "zh-Hant-TW": "zh-Hant", "zh-CN": "zh-Hans", "ko-KR,en;q=0.5": "ko", "vi": "vi", "pt-BR,pt;q=0.9": "pt", "*": "en", ";;q=,,": "en", strings.Repeat("x-", 2000): "en",
	} {
		b := open(t, handOf(&card{}))
		r, err := http.NewRequest(http.MethodGet, b.base+"/", nil)
		must.OK(t, err)
		if accepted != "" {
			r.Header.Set("Accept-Language", accepted)
		}
		if page := b.read(b.c.Do(r)); !strings.Contains(page, `<html lang="`+want+`">`) {
			t.Errorf("%q is not answered in %s", accepted, want)
		}
	}
}

func TestTheLanguageIsSwitchedOnEveryPageWithoutLosingAnything(t *testing.T) {
	b := open(t, handOf(&card{}))
	english := func() {
		t.Helper()
		at := b.at
		for _, l := range append(Spoken()[1:], kiosk.Japanese) {
			to := l.String()
			name := strings.TrimPrefix(at, "/")
			if name == "" {
				name = "who"
			}
			b.read(b.c.PostForm(b.base+"/language", map[string][]string{"to": {to}, "at": {name}}))
			b.stands(at)
		}
	}
	b.get("/")
	english()
	b.toProof(kiosk.FlowP)
	english()
	b.prove(kiosk.FlowP, false)
	english()
	b.want(b.get("/proof"), "がちがいます", "あと2回") // said in the language of now
	b.prove(kiosk.FlowP, true)
	english()
	b.face()
	english()
	b.want(b.get("/code"), "4071")
	b.press("/language", "at", "https://evil.example/")
	b.stands("/")
	b.read(b.c.PostForm(b.base+"/language", map[string][]string{"to": {"xx\r\n"}, "at": {"code"}}))
	b.want(b.get("/code"), `<html lang="ja">`)
}

// The page has no terms either.
func TestNothingIsAgreedToOnThePhone(t *testing.T) {
	for l, pages := range everyPage(t) {
		for path, page := range pages {
			if word := regexp.MustCompile(`(?i)同意|規約|承諾|\b(agree|terms|consent|accept)`).FindString(visible(page)); word != "" {
				t.Errorf("%s in language %d says %q", path, l, word)
			}
		}
	}
}

func TestPageNamesTheChainsThatCan(t *testing.T) {
	for _, c := range []struct {
		flow   kiosk.Flow
		chains []text.Chain
		a, b   bool
	}{{kiosk.FlowP, chains, true, true}, {kiosk.FlowU, chains, true, false}, {kiosk.FlowU, chains[1:], false, false}, {kiosk.FlowP, nil, false, false}} {
		b := open(t, handOf(&card{}))
		b.page.chains = c.chains
		page := b.toCode(c.flow)
		if strings.Contains(page, "甲ストア") != c.a || strings.Contains(page, "乙ストア") != c.b || strings.Contains(page, ja["ChainsTitle"]) != (c.a || c.b) {
			t.Errorf("flow %v of %d chains:\n%s", c.flow, len(c.chains), visible(page))
		}
	}
}
