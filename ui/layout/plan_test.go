package layout

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"multicopy.example/assets/text"
	"multicopy.example/kiosk"
	"multicopy.example/kiosk/staff/check"
	"multicopy.example/ui/internal/sample"
)

// Besides the panels that are built: 10.4" and 12.1", which a repair may bring.
var panels = map[string]Panel{
	"10.1": Panel10, "15": Panel15, "15.6": Panel156, "portrait": PanelPortrait,
	// the least that a configuration may name
	"least": {W: 1266, H: 900, WMM: 211, HMM: 150}, "least upright": {W: 1064, H: 1848, WMM: 190, HMM: 330},
	"10.4": {W: 1024, H: 768, WMM: 211, HMM: 158}, "12.1": {W: 1280, H: 800, WMM: 261, HMM: 163},
}

// chains are as many, and as long, as a list of them may be.
var chains = func() (all []text.Chain) {
	for i := range 12 {
		c := text.Chain{Both: i%2 == 0}
		for l := range kiosk.Langs {
			c.Name[l], c.Where[l] = "Aeon Retail", "Honshu and Shikoku"
		}
		c.Name[kiosk.Japanese], c.Where[kiosk.Japanese] = "イオンリテール", "本州・四国"
		all = append(all, c)
	}
	return all
}()

// spoken are the languages that are laid out on a panel: all of them on the smallest that
// lies and the smallest that stands, those with the shortest and the longest words on all.
func spoken(panel string) []kiosk.Lang {
	if panel == "10.1" || panel == "least upright" {
		return kiosk.AllLangs.List()
	}
	return []kiosk.Lang{kiosk.Japanese, kiosk.English}
}

type laid struct {
	name  string
	panel Panel
	view  sample.View
	Screen
}

// faces are those of buttons and keys and the parts of pictures, which are alike on many pages: of the sixty thousand
// that are kept each different one is kept once. Their bytes are the key: two of the same bytes are the same.
type faces map[string][]Item

func (f faces) once(face []Item) []Item {
	if len(face) == 0 {
		return nil
	}
	of := func(face []Item) string {
		return unsafe.String((*byte)(unsafe.Pointer(&face[0])), len(face)*int(unsafe.Sizeof(face[0])))
	}
	if was, ok := f[of(face)]; ok {
		return was
	}
	face = slices.Clip(slices.Clone(face))
	f[of(face)] = face
	return face
}

// all is every page of every sample on every panel, laid out once for all tests.
var all = sync.OnceValue(func() (out []laid) {
	for name, panel := range panels {
		panel.Staff, panel.Trouble = true, "E-RDR4  kiosk-00001  "+text.AdviceFor(kiosk.Japanese, check.ReaderSilent).Do
		panel.Chains = chains
		kept := faces{}
		for _, l := range spoken(name) {
			for _, z := range kiosk.Sizes() {
				for _, v := range sample.Views(l, z) {
					for _, s := range pagesOf(v, panel) {
						s.Items = slices.Clip(slices.Clone(s.Items))
						for i, it := range s.Items {
							s.Items[i].Inside = kept.once(it.Inside)
						}
						out = append(out, laid{fmt.Sprintf("%s/%d", viewName(name, l, z, v), s.Page), panel, v, s})
					}
				}
			}
		}
	}
	return out
})

// laidPages are the pages of one view, of all.
func laidPages(panel string, l kiosk.Lang, z kiosk.Size, v sample.View) []Screen {
	return byView()[viewName(panel, l, z, v)]
}

func viewName(panel string, l kiosk.Lang, z kiosk.Size, v sample.View) string {
	return fmt.Sprintf("%s/%d/%d/%s", panel, l, z, v.Name)
}

var byView = sync.OnceValue(func() map[string][]Screen {
	found := map[string][]Screen{}
	for _, s := range all() {
		view := s.name[:strings.LastIndex(s.name, "/")]
		found[view] = append(found[view], s.Screen)
	}
	return found
})

func pagesOf(v sample.View, panel Panel) (all []Screen) {
	for no := 0; ; no++ {
		s := LayPage(v.View, panel, Fill{v.Typed, v.Form}, no)
		if all = append(all, s); no+1 >= s.Pages {
			return all
		}
	}
}

// A report names the page that an error is about.
type report struct {
	t    *testing.T
	name string
}

func (r report) Errorf(format string, args ...any) {
	r.t.Helper()
	r.t.Errorf(r.name+": "+format, args...)
}

func (r report) Error(args ...any) {
	r.t.Helper()
	r.t.Error(append([]any{r.name + ":"}, args...)...)
}

func every(t *testing.T, do func(t report, panel Panel, v sample.View, s Screen)) {
	for _, s := range all() {
		do(report{t, s.name}, s.panel, s.view, s.Screen)
	}
	if len(all()) < 5000 {
		t.Errorf("only %d screens were laid out", len(all()))
	}
}

func (r Rect) overlaps(o Rect) bool {
	const touch = 0.5
	return r.X+r.W > o.X+touch && o.X+o.W > r.X+touch && r.Y+r.H > o.Y+touch && o.Y+o.H > r.Y+touch
}

func (r Rect) holds(o Rect) bool {
	const slack = 1.5
	return o.X >= r.X-slack && o.Y >= r.Y-slack && o.X+o.W <= r.X+r.W+slack && o.Y+o.H <= r.Y+r.H+slack
}

func (it Item) solid() bool { return it.Kind != Surface }

func (it Item) what() string { return fmt.Sprintf("%d %q %.0f", it.Kind, it.Text, it.Rect) }

// The walk of Step proves what filled buttons alone can lead to; it knows them by
// the table of places.
func TestFilledButtonIsTheTablesOne(t *testing.T) {
	every(t, func(t report, _ Panel, v sample.View, s Screen) {
		for _, it := range s.Items {
			filled := it.Kind == Button && it.Paper == Primary
			if filled && it.Turn == 0 && it.Press != v.Place.Filled() && it.Press != kiosk.ButtonStay {
				t.Errorf("%v is filled, the table says %v", it.Press, v.Place.Filled())
			}
		}
	})
}

// What a resident could press that would change nothing is not there.
func TestEveryButtonDoesSomething(t *testing.T) {
	every(t, func(t report, _ Panel, v sample.View, s Screen) {
		has := map[kiosk.Button]bool{}
		spoken, rows, painted := kiosk.LangSet(0), map[int8]bool{}, map[kiosk.Theme]bool{}
		for _, it := range s.Items {
			if it.Kind == Button && it.Turn == 0 {
				if it.Press == kiosk.ButtonSpeak && !slices.Contains(spoken.List()[1:], it.Lang) {
					spoken |= kiosk.Offer(it.Lang)
				} else if it.Press == kiosk.ButtonPick && !rows[it.Row] {
					rows[it.Row] = true
				} else if it.Press == kiosk.ButtonTheme && !painted[it.Theme] {
					painted[it.Theme] = true
				} else if has[it.Press] {
					t.Errorf("%v is there twice", it.Press)
				}
				has[it.Press] = true
				if it.Inside == nil || it.Text == "" {
					t.Errorf("%v has no label", it.Press)
				}
			}
		}
		if v.Choosing == kiosk.ChoiceLanguage && spoken != v.Offered {
			t.Errorf("languages %v of %v", spoken.List(), v.Offered.List())
		}
		if v.Choosing == kiosk.ChoiceTheme && len(painted) != int(kiosk.Themes) {
			t.Errorf("themes %v", painted)
		}
		last := s.Page+1 == s.Pages
		second := last && s.Pages > 1 && v.Pad != kiosk.NoPad && v.Choosing == kiosk.NoChoice // the pad, with a page before it
		if has[kiosk.ButtonLang] != (v.Speaks && v.Choosing == kiosk.NoChoice && !second) && !v.Warn {
			t.Errorf("the globe is there: %v", has[kiosk.ButtonLang])
		}
		if has[kiosk.ButtonColours] != (v.Colours && v.Choosing == kiosk.NoChoice && !second) && !v.Warn {
			t.Errorf("the colours are there: %v", has[kiosk.ButtonColours])
		}
		if last && v.Pad != kiosk.NoPad && has[kiosk.ButtonOK] != !v.Form.Bad() {
			t.Errorf("OK is there: %v; the entry is refused: %v", has[kiosk.ButtonOK], v.Form.Bad())
		}
		if last && has[kiosk.ButtonUnlock] != (v.Place == kiosk.Plan && v.Unlock) {
			t.Error("unlock")
		}
		if has[kiosk.ButtonStay] != (v.Warn && v.Stay) {
			t.Error("stay")
		}
		if v.Place >= kiosk.Needs && v.Place <= kiosk.Proof && !has[kiosk.ButtonStop] && (v.Place != kiosk.LastTry || last || s.Page == 0) {
			t.Error("a visit that cannot be stopped")
		}
		if v.Place >= kiosk.Verifying && v.Place <= kiosk.Settling && len(has) > 0 {
			t.Error("a burst that can be touched")
		}
	})
}
