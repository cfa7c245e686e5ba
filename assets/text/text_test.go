package text

import (
	"regexp"
	"strings"
	"testing"

	"multicopy.example/kiosk"
)

func everyView(do func(kiosk.View)) {
	for l := range kiosk.Langs {
		for _, f := range []kiosk.Flow{kiosk.NoFlow, kiosk.FlowP, kiosk.FlowU, kiosk.FlowL, kiosk.FlowC, kiosk.FlowW} {
			for _, o := range []kiosk.Outcome{kiosk.NoOutcome, kiosk.Done, kiosk.Failed, kiosk.Unknown} {
				for _, changed := range []bool{false, true} {
					for e := kiosk.EarlierUntold; e <= kiosk.EarlierDoubt; e++ {
						do(kiosk.View{Lang: l, Flow: f, Result: o, Earlier: e, Changed: changed, Tries: -1})
					}
				}
			}
		}
	}
}

func TestCatalogHasEverySentence(t *testing.T) {
	for l := range kiosk.Langs {
		for _, k := range Keys() {
			if strings.TrimSpace(Of(l, k)) == "" {
				t.Errorf("language %d: key %d is empty", l, k)
			}
		}
		for _, w := range kiosk.Messages() {
			r, ok := wordTables[l][w]
			if !ok || r.What == "" {
				t.Errorf("language %d: nothing is said for %v", l, w)
			}
			if w.Code() != "" && (r.Do == "" || r.Where == "") {
				t.Errorf("language %d: %v does not say what to do and where", l, w)
			}
			if w.Code() != "" && r.Same != "" {
				t.Errorf("language %d: %v says what is unchanged by itself; Tell decides that", l, w)
			}
		}
	}
}

func TestPlaceholdersAreFilled(t *testing.T) {
	everyView(func(v kiosk.View) {
		check := func(what any, s string) {
			if strings.ContainsAny(s, "{}") {
				t.Errorf("%v: %q", what, s)
			}
		}
		for _, k := range Keys() {
			check(k, Say(v, k, 2))
		}
		for _, w := range kiosk.Messages() {
			r := Tell(v, w)
			check(w, r.What+r.Same+r.Do+r.Where)
			v.Message = w
			check(w, Notice(v))
		}
	})
}

// Once a try was spent or a write begun, "nothing has changed" is a lie.
func TestNothingHasChangedIsNotSaidAfterAnAct(t *testing.T) {
	everyView(func(v kiosk.View) {
		for _, w := range kiosk.Messages() {
			r := Tell(v, w)
			said := strings.Contains(r.What+r.Same+r.Do+r.Where, Of(v.Lang, Nothing))
			if said && (v.Changed || v.Result != kiosk.NoOutcome || v.Earlier != kiosk.EarlierCertain) {
				t.Errorf("%v changed=%v result=%v: %q", w, v.Changed, v.Result, r.Same)
			}
			if w.Code() != "" && r.Same == "" {
				t.Errorf("%v changed=%v result=%v: what is unchanged is not said", w, v.Changed, v.Result)
			}
		}
	})
	for l := range kiosk.Langs {
		for _, k := range Keys() {
			s := Of(l, k)
			if k != Nothing && (strings.Contains(s, "何も変わ") || strings.Contains(strings.ToLower(s), "nothing has changed")) {
				t.Errorf("key %d says it too: %q", k, s)
			}
		}
	}
}

// A reservation is used up by a change, or by three grants of which the last is
// in doubt: its card may hold what was set, and the way out is a new reservation.
func TestUsedUpReservationClaimsNothingOfEarlierVisits(t *testing.T) {
	for l := range kiosk.Langs {
		v := kiosk.View{Place: kiosk.Telling, Message: kiosk.MsgUsedReserve, Lang: l}
		if r := Tell(v, v.Message); r.Same != Of(l, SameEarlier) {
			t.Errorf("%q", r.Same)
		}
		if v.Full = true; Tell(v, v.Message).Same != Of(l, SameWorks) {
			t.Errorf("both counters are full, and %q", Tell(v, v.Message).Same)
		}
	}
}

// The visit before may have changed the card: only the authority knows.
func TestEarlierVisitsAreSpokenForByTheAuthorityAlone(t *testing.T) {
	for l := range kiosk.Langs {
		for e, want := range map[kiosk.Earlier]Key{kiosk.EarlierUntold: SameVisit, kiosk.EarlierCertain: Nothing, kiosk.EarlierDoubt: SameEarlier} {
			v := kiosk.View{Place: kiosk.Telling, Message: kiosk.MsgNetwork, Lang: l, Earlier: e}
			if r := Tell(v, v.Message); r.Same != Of(l, want) {
				t.Errorf("%d: %q", e, r.Same)
			}
		}
	}
}

// Wherever a flow is known the secrets stand with their shape.
func TestSecretsAreNamedWithTheirShape(t *testing.T) {
	for l := range kiosk.Langs {
		if p := Of(l, NamePIN); !strings.ContainsAny(p, "4") {
			t.Errorf("%q does not say its shape", p)
		}
		if p := Of(l, NamePassword); !strings.Contains(p, "6") || !strings.Contains(p, "16") {
			t.Errorf("%q does not say its shape", p)
		}
	}
	if Of(kiosk.Japanese, NamePIN) != "数字4けたの暗証番号（利用者証明用）" ||
		Of(kiosk.Japanese, NamePassword) != "英数字6～16文字のパスワード（署名用）" {
		t.Error("the Japanese names are not the agreed ones")
	}
}

func TestTimesAreToldInJapanStandardTime(t *testing.T) {
	if got := When(kiosk.Japanese, 1_795_000_000); got != "2026年11月18日 20時06分" {
		t.Error(got)
	}
	if got := When(kiosk.English, 1_795_000_000); got != "18 November 2026, 20:06" {
		t.Error(got)
	}
	if got := When(kiosk.English, 0) + Day(kiosk.English, 0); got != "" {
		t.Error(got)
	}
	if got := Day(kiosk.Japanese, 1_795_014_000) + Day(kiosk.English, 1_795_013_999); got != "2026年11月19日18 November 2026" {
		t.Error(got)
	}
}

// There are no terms on the machine that can be read, so nothing is agreed to: a
// visit is begun. What was agreed to elsewhere, by a company's name, is listed and withdrawn.
func TestNothingIsAgreedTo(t *testing.T) {
	for l := range kiosk.Langs {
		for _, s := range Sentences(l) {
			if terms.MatchString(elsewhere.ReplaceAllString(s.Text, "")) {
				t.Errorf("language %d, %s: %q", l, s.Name, s.Text)
			}
		}
	}
}

// elsewhere is how sentences speak of what the person has agreed to with a company.
var elsewhere = regexp.MustCompile(`同意(を見る|の一覧|した会社|を確かめる|を取り消|するには、この会社|は、会社のページ|を取り消せたか)|^同意$`)

var terms = regexp.MustCompile(`(?i)同意|規約|承諾|\b(agree|terms|consent|accept)`)
