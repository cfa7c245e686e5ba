package text

import (
	"strings"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff/check"
)

func TestStaffReadsASentenceOfItsOwnForEveryFault(t *testing.T) {
	for _, l := range []kiosk.Lang{kiosk.Japanese, kiosk.English} {
		whats := map[string]check.Fault{}
		for _, s := range staffSentences(l) {
			if strings.TrimSpace(s.Text) == "" || strings.ContainsAny(s.Text, "{}\n") {
				t.Errorf("%s: %s: %q", l, s.Name, s.Text)
			}
		}
		for _, f := range check.Faults() {
			a := AdviceFor(l, f)
			if other, ok := whats[a.What]; ok {
				t.Errorf("%s: %v and %v are both %q", l, f, other, a.What)
			}
			whats[a.What] = f
			if len(a.Do) > 200 {
				t.Errorf("%s: %v: %q is too long to be read at night", l, f, a.Do)
			}
			if l == kiosk.English && (strings.HasSuffix(a.Do, ".") || strings.HasSuffix(a.What, ".")) {
				t.Errorf("%v: a log line has no full stop: %q", f, a)
			}
		}
		if len(adviceIn(l).advice) != len(check.Faults()) || AdviceFor(l, check.NoFault) != (Advice{}) {
			t.Errorf("%s: advice on no fault", l)
		}
	}
}

func TestStaffOfAShopWithAnotherLanguageReadsEnglish(t *testing.T) {
	if AdviceFor(kiosk.Langs, check.DiskFull) != AdviceFor(kiosk.English, check.DiskFull) || ItemName(kiosk.Langs, check.Disk) != "disk" ||
		LevelName(kiosk.Langs, check.Normal) != "normal" || TimeName(kiosk.Langs, check.Now) != "now" || RoleName(kiosk.Langs, check.Clerk) != "you" {
		t.Error("not English")
	}
	if ItemName(kiosk.Japanese, check.ItemCount) != "" || len(staffSentences(kiosk.Langs)) != 0 {
		t.Error("sentences of no language")
	}
}

// A clerk who is told what a screen that says "call" wants is not told to solder.
func TestAdviceOfAClerkNamesNoKeyFirst(t *testing.T) {
	for _, f := range check.Faults() {
		do := AdviceFor(kiosk.Japanese, f).Do
		first, _, _ := strings.Cut(do, "。")
		if f.Who() == check.Clerk && strings.ContainsAny(first, "abcdefghijklmnopqrstuvwxyz") {
			t.Errorf("%v: %q", f, do)
		}
	}
}
