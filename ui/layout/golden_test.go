package layout

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"multicopy.example/kiosk"
	"multicopy.example/kiosk/golden"
	"multicopy.example/ui/internal/sample"
)

// The printed screen must not tell how much of an entry is typed.
func TestPrintedScreenHasNoLength(t *testing.T) {
	for _, v := range sample.Views(kiosk.Japanese, kiosk.SizeNormal) {
		if v.Pad == kiosk.NoPad {
			continue
		}
		_, most := v.Pad.Length()
		want := Lay(v.View, Panel10, Fill{0, kiosk.FormShort | kiosk.FormNoDigit | kiosk.FormNoLetter}).String()
		for n := range most + 1 {
			for _, f := range []kiosk.Form{0, kiosk.FormShort, kiosk.FormNoDigit, kiosk.FormWeak} {
				if got := Lay(v.View, Panel10, Fill{n, f}).String(); got != want {
					t.Fatalf("%s: %d typed prints\n%s\nnot\n%s", v.Name, n, got, want)
				}
			}
		}
	}
}

func TestScreensSayWhatTheGoldensSay(t *testing.T) {
	for l, name := range map[kiosk.Lang]string{kiosk.Japanese: "ja", kiosk.English: "en"} {
		var b strings.Builder
		for _, v := range sample.Views(l, kiosk.SizeNormal) {
			fmt.Fprintf(&b, "== %s\n%s\n", v.Name, Lay(v.View, Panel10, Fill{v.Typed, v.Form}))
		}
		golden.Is(t, "testdata/"+name+".golden", []byte(b.String()))
	}
}

func TestLinesBreakBetweenWords(t *testing.T) {
	for _, c := range []struct {
		text  string
		width float32
		want  []string
	}{
		{"カードを読み取り台に置いてください", 9, []string{"カードを", "読み取り台に", "置いてください"}},
		{"カードをお取りください", 8, []string{"カードを", "お取りください"}},
		{"「数字4けたの暗証番号（利用者証明用）」を入力してください", 12, []string{"「数字4けたの暗証番号", "（利用者証明用）」を", "入力してください"}},
		{"4-digit PIN, 6–16 letters", 5, []string{"4-digit", "PIN, 6–16", "letters"}},
		{"password of 6–16", 6.2, []string{"password of", "6–16"}},
		{"英数字6～16文字", 3.4, []string{"英数字", "6～16", "文字"}},
		{"ああああああああ。い", 8, []string{"あああああああ", "あ。い"}}, // no line begins with a full stop
		{"Do not move the card", 6, []string{"Do not move", "the card"}},
	} {
		if got := wrap(c.text, c.width*10, style{px: 10}); !slices.Equal(got, c.want) {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}
