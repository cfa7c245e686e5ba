package slip

import (
	"image"
	"strings"
	"testing"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/must"
)

func result(l kiosk.Lang, m kiosk.Message, f kiosk.Flow) kiosk.View {
	v := kiosk.View{Place: kiosk.Telling, Lang: l, Message: m, Flow: f, Result: kiosk.Done, When: 1_795_000_000}
	v.Session[0] = 0x42
	return v
}

func ink(p image.Image) (dark int) {
	for y := range p.Bounds().Dy() {
		for x := range p.Bounds().Dx() {
			if r, _, _, _ := p.At(x, y).RGBA(); r == 0 {
				dark++
			} else if r != 0xFFFF {
				return -1
			}
		}
	}
	return dark
}

// Every message that a result can have, in every language, on both papers.
func TestEveryResultFitsOnASlip(t *testing.T) {
	for _, dots := range []int{384, 576} {
		for l := range kiosk.Langs {
			if dots > 384 && l > kiosk.English { // the narrower paper is the harder one
				continue
			}
			for i, m := range kiosk.Messages() {
				if l > kiosk.English && i%4 != 0 { // a quarter of them: lines break by the same rules
					continue
				}
				p, err := Draw(result(l, m, kiosk.FlowP), "kiosk-0001", dots)
				must.OK(t, err)
				if b := p.Bounds(); b.Dx() != dots || b.Dy() < 100 || b.Dy() > 2400 || ink(p) < 2000 {
					t.Errorf("%d dots, language %d, %v: %v, %d dark", dots, l, m, b, ink(p))
				}
			}
		}
	}
}

// A resident who reads no Japanese, and the office that reads nothing else.
func TestASlipIsInTheResidentsLanguageAndInJapanese(t *testing.T) {
	heights := map[kiosk.Lang]int{}
	for l := range kiosk.Langs {
		p, err := Draw(result(l, kiosk.MsgReset, kiosk.FlowP), "kiosk-0001", 576)
		must.OK(t, err)
		heights[l] = p.Bounds().Dy()
	}
	if heights[kiosk.English] < heights[kiosk.Japanese]+100 {
		t.Errorf("%v: the Japanese half is missing", heights)
	}
}

func TestABlockSaysDateMachineAndReceiptNumberAndNoMore(t *testing.T) {
	for l := range kiosk.Langs {
		v := result(l, kiosk.MsgUnknown, kiosk.FlowU)
		title, pairs, rest := lines(v, "kiosk-0001")
		var values []string
		for _, p := range pairs {
			if p[0] == "" {
				t.Errorf("language %d: a value without a name", l)
			}
			values = append(values, p[1])
		}
		all := strings.Join(values, "|")
		if title == "" || len(rest) < 3 || len(pairs) != 4 || !strings.Contains(all, "kiosk-0001|"+v.Session.Receipt()+"|E-UNK") || !strings.Contains(all, "2026") {
			t.Errorf("language %d: %q %q %q", l, title, pairs, rest)
		}
		for _, s := range append(rest, title) {
			if strings.ContainsAny(s, "{}") {
				t.Errorf("language %d: %q", l, s)
			}
		}
	}
}

func TestALanguageThatTheFontsCannotDrawIsPrintedInEnglish(t *testing.T) {
	f, err := faces(kiosk.Japanese)
	must.OK(t, err)
	v := result(kiosk.English, kiosk.MsgReset, kiosk.FlowP)
	if !f.draw(v, "kiosk-0001") || f.draw(v, "\U0001F5A8") || f.draw(result(kiosk.Langs, kiosk.MsgReset, kiosk.FlowP), "k") {
		t.Error("what can be drawn is not known")
	}
	want, err := Draw(v, "kiosk-0001", 384)
	must.OK(t, err)
	v.Lang = kiosk.Langs
	got, err := Draw(v, "kiosk-0001", 384)
	if err != nil || got.Bounds() != want.Bounds() || ink(got) != ink(want) {
		t.Errorf("%v: %v, want %v", err, got.Bounds(), want.Bounds())
	}
}

func TestLinesBreakWhereTheyMay(t *testing.T) {
	f, err := faces(kiosk.Japanese)
	must.OK(t, err)
	for _, p := range []string{"There is no secret and no name on this slip.", "この控えに、暗証番号や氏名は書かれていません。", strings.Repeat("W", 60), ""} {
		lines := f.wrap(p, 24, false, 200)
		for _, l := range lines {
			width := 0
			for _, r := range l {
				width += f.advance(r, 24, false).Ceil()
			}
			if width > 200+len(l) || strings.ContainsAny(string([]rune(l)[0]), "、。") {
				t.Errorf("%q: %q is %d dots", p, l, width)
			}
		}
		if strings.ReplaceAll(strings.Join(lines, ""), " ", "") != strings.ReplaceAll(p, " ", "") {
			t.Errorf("%q became %q", p, lines)
		}
	}
}

func TestATestSlipPrintsWithEveryDotOfTheHead(t *testing.T) {
	for _, dots := range []int{384, 512, 576} {
		p, err := Test("kiosk-0001", 1_795_000_000, dots)
		must.OK(t, err)
		for x := range dots {
			dark := false
			for y := p.Bounds().Dy() - 64; y < p.Bounds().Dy(); y++ {
				r, _, _, _ := p.At(x, y).RGBA()
				dark = dark || r == 0
			}
			if !dark {
				t.Fatalf("%d dots: dot %d does not print", dots, x)
			}
		}
	}
}

func TestALineIsDrawnWithTheFaceOfItsLanguage(t *testing.T) {
	korean, err := faces(kiosk.Korean)
	must.OK(t, err)
	japanese, err := faces(kiosk.Japanese)
	must.OK(t, err)
	drawn := func(then *set) int {
		p := &page{faces: korean, dots: 384, size: 24}
		p.text(text.Of(kiosk.Korean, text.SlipTitle), 24, false)
		p.faces = then
		return ink(p.picture())
	}
	if a, b := drawn(korean), drawn(japanese); a != b || a < 50 {
		t.Errorf("%d dark, and %d where the page goes on in Japanese", a, b)
	}
}
