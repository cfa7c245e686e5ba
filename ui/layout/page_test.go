package layout

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
	"multicopy.example/ui/internal/sample"
)

// Nothing is smaller at a larger size: no sentence, no key, no button, over all
// pages of a view.
func TestLargerIsLarger(t *testing.T) {
	type thing struct{ kind, what string }
	sizes := func(pages []Screen) map[thing]float32 {
		found := map[thing]float32{}
		note := func(kind, what string, px float32) {
			if was, ok := found[thing{kind, what}]; !ok || px < was {
				found[thing{kind, what}] = px
			}
		}
		for _, s := range pages {
			for it := range texts(s) {
				note("text", it.Of, it.Px)
			}
			for _, it := range s.Items {
				switch it.Kind {
				case Key:
					note("width of key", fmt.Sprint(it.Cap, it.Char), it.W)
					note("height of key", fmt.Sprint(it.Cap, it.Char), it.H)
				case Button:
					note("height of button", fmt.Sprint(it.Press, it.Turn), it.H)
					note("area of button", fmt.Sprint(it.Press, it.Turn), it.W*it.H)
				}
			}
		}
		return found
	}
	pairs := 0
	for name := range panels {
		for _, l := range spoken(name) {
			before := map[string]map[thing]float32{}
			for _, z := range kiosk.Sizes() {
				for _, v := range sample.Views(l, z) {
					now := sizes(laidPages(name, l, z, v))
					for what, px := range before[v.Name] {
						if larger, ok := now[what]; ok {
							pairs++
							if strings.HasSuffix(what.kind, "of button") { // one alone in its row may be lower, one with a sign narrower
								h, a := thing{"height of button", what.what}, thing{"area of button", what.what}
								if now[h] >= before[v.Name][h] || now[a] >= before[v.Name][a] {
									continue
								}
							}
							if v.Place == kiosk.Idle && what.what == "ok 0" && z == kiosk.SizeLargest { // the doors under it leave it the height of theirs
								continue
							}
							if larger < px {
								t.Errorf("%s/%d/%s: at size %d the %s %q is %.0f, at the size before %.0f", name, l, v.Name, z, what.kind, what.what, larger, px)
							}
						}
					}
					before[v.Name] = now
				}
			}
		}
	}
	if pairs < 50_000 {
		t.Errorf("only %d pairs were compared", pairs)
	}
}

// What the usual size says in one page, a larger one says in one or more. What
// may be left out says the same in fewer words, or is what a machine does.
func TestLargerSaysTheSame(t *testing.T) {
	for name := range panels {
		for _, l := range spoken(name) {
			said := map[string][]string{}
			for _, z := range []kiosk.Size{kiosk.SizeNormal, kiosk.SizeLarge, kiosk.SizeLargest} {
				for _, v := range sample.Views(l, z) {
					now := map[string]bool{}
					for _, s := range laidPages(name, l, z, v) {
						for _, it := range s.Items {
							if it.Kind == Line && !it.Live && !it.Ruby {
								for part := range strings.SplitSeq(it.Of, "   ") { // what is noted down
									now[part] = true
								}
							}
						}
					}
					if z == kiosk.SizeNormal {
						for s := range now {
							said[v.Name] = append(said[v.Name], s)
						}
						continue
					}
					for _, s := range said[v.Name] {
						if !now[s] && !spared(v, s, now) {
							t.Errorf("%s/%d/%d/%s: %q is not said", name, l, z, v.Name, s)
						}
					}
				}
			}
		}
	}
}

// spared says what a larger size need not say.
func spared(v sample.View, s string, now map[string]bool) bool {
	say := func(k text.Key) bool { return s == text.Say(v.View, k, v.Tries) }
	switch {
	case strings.Contains(s, "/"), say(text.StaySoon), say(text.StayType): // short forms
		return true
	case v.Now > 0 && slices.ContainsFunc(told(v), func(count string) bool { return strings.HasPrefix(s, count) }):
		return true // in fewer words, or by what the pad's page asks
	case strings.Contains(s, text.Of(v.Lang, text.Free)), say(text.OpenNow): // beside the settings
		return true
	case s == text.Say(v.View, text.LeftShort, v.Tries):
		return true
	case now[text.Say(v.View, text.LeftShort, v.Tries)] && say(text.TriesLeft):
		return true
	case say(text.AgainTitle), v.Warn && !v.Stay: // by its first words and the help; by the warning
		return true
	case !v.Place.WaitsForPerson(): // the steps of a machine that are not under way
		return true
	}
	return false
}

// onePage are the languages in which a view is one page at the usual size on the smallest
// panel.
var onePage = []kiosk.Lang{kiosk.Japanese, kiosk.English, kiosk.Simplified, kiosk.Traditional, kiosk.Korean}

// At the usual size on the smallest panel every view is one page, as scripts that
// press its buttons expect.
func TestUsualSizeIsOnePage(t *testing.T) {
	panel := Panel10
	panel.Staff, panel.Trouble = true, "E-RDR1  kiosk-0001  読み取り台のケーブルを差し直してください"
	for _, l := range onePage {
		for _, v := range sample.Views(l, kiosk.SizeNormal) {
			if s := Lay(v.View, panel, Fill{v.Typed, v.Form}); s.Pages != 1 && !doubtWithSlip(v) && v.Rows <= 4 {
				t.Errorf("%d/%s has %d pages", l, v.Name, s.Pages)
			}
		}
	}
}

// A kiosk that did not start tells staff why; residents read that it is out of service.
func TestKioskThatDidNotStartSaysWhyOnOnePage(t *testing.T) {
	why := "E-CFG1  設定が使えません  …/etc/kiosk/kiosk.toml: unknown key: fake (line 1) " + strings.Repeat("x", 120)
	for name, panel := range panels {
		panel.Unready = why
		s := Lay(kiosk.View{Place: kiosk.OutOfService, Size: kiosk.SizeNormal}, panel, Fill{})
		all := s.String()
		if s.Pages != 1 || !strings.Contains(strings.ReplaceAll(all, "\n", ""), "(line 1)") || !strings.Contains(all, "E-CFG1") || strings.Contains(all, kiosk.MsgReader.Code()) ||
			!strings.Contains(all, text.Of(kiosk.Japanese, text.Closed)) {
			t.Errorf("%s: %d pages: %s", name, s.Pages, all)
		}
	}
}

// doubtWithSlip: what to do in doubt is long, and its slip stands on a page of its own
// with the receipt number.
func doubtWithSlip(v sample.View) bool { return v.Sign() == kiosk.SignDoubt && v.Slip != kiosk.NoSlip }

// away are the buttons that may stand on every page: they decide nothing that
// reading further could change.
var away = []kiosk.Button{kiosk.ButtonStop, kiosk.ButtonBack, kiosk.ButtonLang, kiosk.ButtonColours, kiosk.ButtonSmaller, kiosk.ButtonLarger, kiosk.ButtonStay, kiosk.ButtonPick}

func TestDecisionsStandOnTheLastPage(t *testing.T) {
	several := 0
	every(t, func(t report, _ Panel, v sample.View, s Screen) {
		turns := map[int8]int{}
		for _, it := range s.Items {
			if it.Kind != Button && it.Kind != Key {
				continue
			}
			if turns[it.Turn]++; it.Turn != 0 && it.Press != kiosk.NoButton {
				t.Errorf("%s turns the page and presses %v", it.what(), it.Press)
			}
			if it.Turn == 0 && s.Page+1 < s.Pages && !slices.Contains(away, it.Press) {
				t.Errorf("%s stands on page %d of %d", it.what(), s.Page+1, s.Pages)
			}
		}
		if turns[+1] != count(s.Page+1 < s.Pages) || turns[-1] != count(s.Page > 0) {
			t.Errorf("page %d of %d turns %v", s.Page+1, s.Pages, turns)
		}
		if s.Pages > 1 {
			several++
		}
		if s.Pages > 8 && v.Rows <= 8 {
			t.Errorf("%d pages", s.Pages)
		}
	})
	if several < 1000 {
		t.Errorf("only %d pages of several", several)
	}
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// A key that is pressed and a warning that comes change no page: neither how many
// there are nor what stands where.
func TestPagesStayWhileAPersonTypesAndIsWarned(t *testing.T) {
	keys := func(s Screen) (out []Rect) {
		for _, it := range s.Items {
			if it.Kind == Key || it.Kind == Cell || it.Kind == Button && it.Turn != 0 {
				out = append(out, it.Rect)
			}
		}
		return out
	}
	for _, panel := range []Panel{Panel10, PanelPortrait} {
		for _, z := range kiosk.Sizes() {
			for _, v := range sample.Views(kiosk.Japanese, z) {
				if !v.Place.WaitsForPerson() || v.Place == kiosk.Telling {
					continue
				}
				_, most := v.Pad.Length()
				for no, s := range pagesOf(v, panel) {
					want := keys(s)
					for _, n := range []int{0, most} {
						typed := LayPage(v.View, panel, Fill{n, kiosk.FormShort}, no)
						if !reflect.DeepEqual(keys(typed), want) || typed.Pages != s.Pages {
							t.Fatalf("%s, page %d: %d typed, and keys are elsewhere", v.Name, no, n)
						}
					}
					warned := v.View
					warned.Warn, warned.Stay = true, true
					if w := LayPage(warned, panel, Fill{v.Typed, v.Form}, no); !v.Warn && (w.Pages != s.Pages || !reflect.DeepEqual(keys(w), want)) {
						t.Fatalf("%s, page %d: warned, and %d pages", v.Name, no, w.Pages)
					}
				}
			}
		}
	}
}

// The pad, its heading and what is typed stand on one page, the last.
func TestPadStandsWithItsHeading(t *testing.T) {
	every(t, func(t report, _ Panel, v sample.View, s Screen) {
		keys, cells, heading := 0, 0, 0
		for _, it := range s.Items {
			switch {
			case it.Kind == Key && it.Cap == CapChar:
				keys++
			case it.Kind == Cell:
				cells++
			case it.Kind == Line && it.Bold && it.Ink == Ink && !it.Live:
				heading++
			}
		}
		_, most := v.Pad.Length()
		if last := s.Page+1 == s.Pages; !last || v.Pad == kiosk.NoPad {
			if keys+cells > 0 {
				t.Errorf("%d keys and %d cells", keys, cells)
			}
			return
		}
		if want := map[kiosk.Pad]int{kiosk.PadCode: 10, kiosk.PadPIN: 10, kiosk.PadLetters: 36}[v.Pad]; keys != want || cells != most || heading == 0 {
			t.Errorf("%d keys, %d cells, %d lines of heading", keys, cells, heading)
		}
	})
}

// A resolution that is not built is the same page at its own scale.
func TestOtherResolutionIsTheSamePage(t *testing.T) {
	half := Panel{W: Panel10.W * 2, H: Panel10.H * 2, WMM: Panel10.WMM, HMM: Panel10.HMM}
	for _, v := range sample.Views(kiosk.Japanese, kiosk.SizeNormal) {
		a, b := Lay(v.View, Panel10, Fill{v.Typed, v.Form}), Lay(v.View, half, Fill{v.Typed, v.Form})
		for _, fault := range faults(half, v, b) {
			t.Errorf("%s: %s", v.Name, fault)
		}
		if a.Pages != b.Pages || a.W*2 != b.W {
			t.Errorf("%s: %d and %d pages", v.Name, a.Pages, b.Pages)
		}
	}
}

// A phrase is broken only where it is wider than its line, also where the lines are
// evened out.
func TestNoPhraseIsBrokenThatFits(t *testing.T) {
	for l := range kiosk.Langs {
		st := style{lang: l, px: 40, bold: true, even: true}
		for _, sentence := range text.Sentences(l) {
			for width := float32(200); width < 1200; width += 37 {
				at, ends := 0, map[int]bool{}
				for _, line := range wrap(sentence.Text, width, st) {
					at += len(strings.ReplaceAll(line, " ", ""))
					ends[at] = true
				}
				at = 0
				for _, u := range phrases(sentence.Text, l) {
					n := len(strings.ReplaceAll(u, " ", ""))
					for i := at + 1; i < at+n && fits(u, width, st); i++ {
						if ends[i] {
							t.Fatalf("%s: %q is broken in %q, %v wide", l, u, sentence.Text, width)
						}
					}
					at += n
				}
			}
		}
	}
}
